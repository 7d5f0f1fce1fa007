/** Which drop: each with its state, its gates in words, and what holds it back now. */

import { rows } from '../../components.js';
import { el, setAttribute, setLevel, setShown, setText } from '../../dom.js';

const OVER = new Set(['confirmed', 'unconfirmed', 'failed', 'skipped', 'cancelled', 'aborted', 'parted_early', 'released', 'over']);

/** Whether nothing can be released there any more. */
export function isDropOver(drop) {
  return OVER.has(String(drop.state_word ?? '').replace(' ', '_'));
}

/** What it waits for by its plan, in words. @returns {string[]} */
export function gatesOf(drop, state, mission) {
  const next = state.next_drop?.place === drop.place ? state.next_drop.gates : null;
  const planned = (mission?.drops ?? []).find((one) => one.place === drop.place);
  const gates = drop.gates ?? next ?? planned?.gates ?? planned?.words ?? [];
  return (Array.isArray(gates) ? gates : [gates]).map((gate) => (typeof gate === 'string' ? gate : gate.words)).filter(Boolean);
}

/** @param {(place: number) => void} onchoose */
export function dropChoice(onchoose) {
  const list = rows(make, update, { className: 'drops' });
  const none = el('p', { class: 'soft', text: 'The balloon has not said yet which drops it has.' });
  const root = el('div', { class: 'stack', role: 'radiogroup', 'aria-label': 'Which drop' }, none, list.root);

  function make(row) {
    const input = el('input', { type: 'radio', name: 'drop', class: 'drop-input', on: { change: () => onchoose(row.drop.place) } });
    const name = el('span', { class: 'drop-name' });
    const state = el('span', { class: 'chip' });
    const gates = el('span', { class: 'drop-gates soft' });
    const held = el('span', { class: 'drop-held' });
    const text = el('span', { class: 'drop-text' }, el('span', { class: 'row' }, name, state), gates, held);
    return { root: el('label', { class: 'drop' }, input, text), input, name, state, gates, held };
  }

  function update(made, { drop, chosen, gates }) {
    const over = isDropOver(drop);
    setText(made.name, drop.name);
    setText(made.state, String(drop.state_word ?? 'not known').replaceAll('_', ' '));
    setLevel(made.state, over ? 'idle' : drop.reasons?.length && drop.state_word === 'due' ? 'warn' : 'info');
    setText(made.gates, gates.length ? `By its plan: ${gates.join('; ')}` : drop.words || '');
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
        known.map((drop) => ({ drop, chosen: drop.place === place, gates: gatesOf(drop, state, mission) })),
        (row) => row.drop.place,
      );
    },
  };
}
