/** The stages of a command as steps on the screen; their names are those of ground/commander/stages.py. */

/** key, word, what is waited for before it */
export const STEPS = [
  { key: 'said', word: 'Said', waits: 'waits for a report, to know the balloon’s time' },
  { key: 'heard', word: 'Heard', waits: 'said in every slot until the balloon answers' },
  { key: 'accepted', word: 'Accepted', waits: 'said until the balloon answers that it does it' },
  { key: 'confirmed', word: 'Confirmed', waits: 'waits for the reports to show it' },
];

/** stage: how many of STEPS are behind it (null: those that were), its word, its level, whether it is an end */
const STAGES = new Map([
  ['ready', [0, 'getting ready', 'info', false]],
  ['sent', [1, 'said', 'info', false]],
  ['challenged', [2, 'heard', 'info', false]],
  ['executing', [2, 'heard', 'info', false]],
  ['asking', [2, 'no answer yet: asking', 'warn', false]],
  ['accepted', [3, 'accepted', 'info', false]],
  ['confirmed', [4, 'CONFIRMED', 'good', true]],
  ['refused', [null, 'REFUSED', 'alarm', true]],
  ['failed', [null, 'FAILED', 'alarm', true]],
  ['unknown', [null, 'NOT KNOWN', 'alarm', true]],
]);
const UNNAMED = [null, '', 'info', false];
const ONE_STEP = new Set(['noop', 'safe', 'hold', 'set_rate', 'request_history']);

/** What an end means, as it is said aloud. */
export const SAID = new Map([
  ['confirmed', 'confirmed'],
  ['refused', 'refused by the balloon'],
  ['failed', 'failed. It was not done'],
  ['unknown', 'not known. Look at the drop and the climb rate first'],
]);

const lookOf = (stage) => STAGES.get(stage) ?? UNNAMED;

export const stageWord = (stage) => lookOf(stage)[1] || stage || '';
export const stageLevel = (stage) => lookOf(stage)[2];
export const isOver = (stage) => lookOf(stage)[3];

/**
 * The steps of one procedure, each done, now, open, or broken where it came to a bad end, with the time it was reached.
 * @param {import('./procedure.js').Procedure} procedure
 */
export function stepsOf(procedure) {
  const told = [...procedure.news, { stage: procedure.stage, wall_ms: null }];
  const done = Math.max(...told.map((line) => lookOf(line.stage)[0] ?? 0));
  // What has one step is not heard first and done then.
  const shown = STEPS.filter((step) => step.key !== 'heard' || !ONE_STEP.has(procedure.op));
  const steps = shown.map((step) => {
    const place = STEPS.indexOf(step) + 1;
    const reached = told.find((line) => (lookOf(line.stage)[0] ?? 0) >= place);
    return { ...step, state: place <= done ? 'done' : 'open', wall_ms: reached?.wall_ms ?? null };
  });
  const next = steps.find((step) => step.state === 'open');
  if (next) next.state = isOver(procedure.stage) ? 'broken' : 'now';
  return steps;
}
