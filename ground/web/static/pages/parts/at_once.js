/** SAFE and HOLD: there in every state of the page, one press each, beside whatever else is under way. */

import { el, setAttribute, setShown, setText } from '../../dom.js';
import { duration } from '../../clock.js';
import { pressOnce } from './press.js';
import { keyCheck, pageCheck } from './readiness.js';

const HOLDS = [[60, '1 min'], [300, '5 min'], [600, '10 min'], [1800, '30 min']];
const FIRST_HOLD_S = 600;

/** @param {import('../../app.js').App} app @param {ReturnType<typeof import('./commanding.js').commanding>} command */
export function atOnce(app, command) {
  const safe = pressOnce('SAFE', () => command('safe'), { kind: 'danger', title: 'Ends a pulse at once, and blocks every drop until RESUME' });
  const hold = pressOnce('HOLD', () => command('hold', { argument: Number(seconds.value) }), { title: 'No pulse begins for so long' });
  const seconds = /** @type {HTMLSelectElement} */ (
    el('select', { 'aria-label': 'HOLD for' }, HOLDS.map(([s, text]) => el('option', { value: s, selected: s === FIRST_HOLD_S, text })))
  );
  const words = el('p', { class: 'at-once-words' });
  safe.classList.add('safe-button');
  const root = el(
    'section',
    { class: 'at-once wide', 'aria-label': 'SAFE and HOLD' },
    safe,
    el('div', { class: 'hold-group' }, hold, seconds),
    words,
  );
  return {
    root,
    update(state) {
      setShown(root, !app.viewer);
      const on = Boolean(state.safe);
      setAttribute(root, 'data-safe', on ? 'yes' : 'no');
      const blocked = [pageCheck(app), keyCheck(state)].find((check) => !check.ok);
      setAttribute(root, 'data-plain', !blocked && !state.safe && !(state.hold_left_s > 0) ? 'yes' : 'no');
      setAttribute(root, 'data-blocked', blocked ? 'yes' : 'no');
      setText(words, [blocked && `It would not be sent. ${blocked.name}: ${blocked.words}.`, stateWords(state)].filter(Boolean).join(' '));
    },
  };
}

function stateWords(state) {
  if (state.safe) return 'SAFE is on: no drop is let go. The end of the flight stays possible.';
  if (state.hold_left_s > 0) return `HOLD for another ${duration(state.hold_left_s)}: no pulse begins.`;
  return 'SAFE ends a pulse at once and blocks every drop. One press.';
}
