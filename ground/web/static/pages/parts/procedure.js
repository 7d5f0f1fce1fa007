/** What the state says of the running or the last command, in one shape, whichever window or terminal began it. */

import { isOver } from './stages.js';

/** op, what it is called on the screen */
const TITLES = new Map([
  ['noop', 'Test of the way up'],
  ['safe', 'SAFE'],
  ['hold', 'HOLD'],
  ['resume', 'RESUME'],
  ['set_rate', 'Time from report to report'],
  ['request_history', 'Where it was'],
  ['cutdown', 'End the flight'],
]);

/**
 * @typedef {{stage: string | null, wall_ms: number | null, words: string}} Line
 * @typedef {{id: string, op: string, title: string, reason: string, stage: string, words: string, over: boolean,
 *   began_ms: number | null, news: Line[]}} Procedure
 */

/** @returns {Procedure | null} */
export function procedureOf(told, state) {
  if (!told) return null;
  const op = String(told.op ?? '');
  const news = (told.news ?? []).map(lineOf);
  const began_ms = told.began_ms ?? news[0]?.wall_ms ?? null;
  return {
    // The first line names its counter, which never comes again.
    id: String(told.id ?? `${op} ${told.place ?? ''} ${began_ms ?? news[0]?.words ?? ''}`),
    op,
    title: titleOf(op, told.place, state),
    reason: told.reason ?? '',
    stage: told.stage ?? 'ready',
    words: told.words ?? '',
    over: Boolean(told.over) || isOver(told.stage),
    began_ms,
    news,
  };
}

/** @returns {Line} */
function lineOf(line) {
  if (typeof line === 'string') return { stage: null, wall_ms: null, words: line };
  return { stage: line.stage ?? null, wall_ms: line.wall_ms ?? null, words: line.words ?? '' };
}

export function titleOf(op, place, state) {
  return op === 'release' ? `Release ${dropName(place, state)}` : (TITLES.get(op) ?? op);
}

/** As the state calls it, else by its number. @param {number | null | undefined} place from 0 */
export function dropName(place, state) {
  const drop = (state?.drops ?? []).find((one) => one.place === place);
  return drop?.name ?? (Number.isInteger(place) ? `drop ${Number(place) + 1}` : 'a drop');
}
