/** Which drop: each with its state, its gates in words, and what holds it back now. */

import { rows } from '../../components.js';
import { el, setAttribute, setLevel, setShown, setText } from '../../dom.js';

const OVER = new Set(['released', 'over']); // by the summary only, before its own state was heard

/** Whether nothing can be released there any more. */
export function isDropOver(drop) {
  return Boolean(drop.over) || OVER.has(drop.state);
}

/** Whether it is due and waits for its gates. */
export function isHeld(drop) {
  return drop.state === 'due' && drop.reasons?.length > 0;
}

/** What it waits for by its plan, in words; empty where the mission is not known here. @returns {string} */
export function planOf(drop, mission) {
  const planned = [...(mission?.drops ?? []), mission?.cutdown].find((one) => one?.place === drop.place);
  return planned?.words ?? '';
}

/** @param {(place: number) => void} onchoose */
export function dropChoice(onchoose) {
  const list = rows(make, update, { className: 'drop-options' });
  const none = el('p', { class: 'soft', text: 'The balloon has not said yet which drops it has.' });
  const root = el('div', { class: 'stack', role: 'radiogroup', 'aria-label': 'Which drop' }, none, list.root);

  function make(row) {
    const input = el('input', { type: 'radio', name: 'drop', class: 'drop-input', on: { change: () => onchoose(row.drop.place) } });
    const name = el('span', { class: 'drop-option-name' });
    const state = el('span', { class: 'chip' });
    const plan = el('span', { class: 'drop-plan soft' });
    const held = el('span', { class: 'drop-held' });
    const text = el('span', { class: 'drop-text' }, el('span', { class: 'row' }, name, state), plan, held);
    return { root: el('label', { class: 'drop-option' }, input, text), input, name, state, plan, held };
  }

  function update(made, { drop, chosen, plan }) {
    const over = isDropOver(drop);
    setText(made.name, drop.name);
    setText(made.state, drop.state_word ?? 'not known');
    setLevel(made.state, over ? 'idle' : isHeld(drop) ? 'warn' : 'info');
    setText(made.plan, plan ? `By its plan: ${plan}` : (drop.words ?? ''));
    const held = drop.reasons ?? [];
    setText(made.held, held.length ? `Held back now by: ${held.join('; ')}` : over ? 'It is over' : 'Nothing is known to hold it back');
    setLevel(made.held, held.length ? 'warn' : 'idle');
    made.input.toggleAttribute('disabled', over);
    if (made.input.checked !== chosen) made.input.checked = chosen;
    setAttribute(made.root, 'data-chosen', chosen ? 'yes' : 'no');
  }

  return {
    root,
    set(state, mission, place) {
      const known = state.drops ?? [];
      setShown(none, !known.length);
      list.set(
        known.map((drop) => ({ drop, chosen: drop.place === place, plan: planOf(drop, mission) })),
        (row) => row.drop.place,
      );
    },
  };
}
