/** Whether a command can be given now: each condition in words, with what to do where it is not so. */

import { duration } from '../../clock.js';

const FRESH_S = 10; // as the command line: ten seconds, or three reports
const FRESH_REPORTS = 3;

/** @typedef {import('./checklist.js').Check} Check */

/** Of the page itself. @returns {Check} */
export function pageCheck(app) {
  const name = 'This page';
  if (app.viewer) {
    return { ok: false, name, words: 'only watches', advice: 'Commands are given on the laptop that runs the station.' };
  }
  if (app.connection?.live === false) {
    const advice = 'It tries again by itself. In a terminal, samara command safe works without this page.';
    return { ok: false, name, words: 'does not hear its server', advice };
  }
  return { ok: true, name, words: 'hears its server' };
}

/** @returns {Check} */
export function keyCheck(state) {
  const command = state?.command;
  const name = 'Key and commander';
  if (command?.available) return { ok: true, name, words: 'there' };
  return { ok: false, name, words: command?.why || 'not known yet', advice: command?.advice ?? '' };
}

/** @returns {Check} */
export function linkCheck(state, app) {
  const name = 'Link';
  const age_s = app.age(state?.flight?.age_s);
  if (age_s === null || age_s === undefined) {
    return { ok: false, name, words: 'no report was heard', advice: state?.advice || 'Look at the lamps.' };
  }
  const ok = age_s <= Math.max(FRESH_S, FRESH_REPORTS * (state?.link?.rate_s ?? 0));
  const advice = state?.advice || 'Nothing is let go by a crew that does not hear it: nearer, higher, an antenna that points.';
  return { ok, name, words: `the newest report is ${duration(age_s)} old`, advice: ok ? '' : advice };
}

/** @returns {Check} */
export function safeCheck(state) {
  const name = 'SAFE and HOLD';
  const hold_s = state?.hold_left_s ?? 0;
  if (!state?.safe && !(hold_s > 0)) return { ok: true, name, words: 'off' };
  const words = state.safe ? 'SAFE is on' : `HOLD for another ${duration(hold_s)}`;
  return { ok: false, name, words, advice: 'The balloon would refuse. RESUME undoes both.' };
}

/** @returns {Check} */
export function idleCheck(procedure) {
  const name = 'Other commands';
  if (!procedure || procedure.over) return { ok: true, name, words: 'none under way' };
  const advice = 'Two at once would make the balloon forget the first step of each: wait for its end, or break it off.';
  return { ok: false, name, words: `${procedure.title} is under way`, advice };
}
