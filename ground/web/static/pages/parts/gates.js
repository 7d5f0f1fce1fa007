/** Each drop, and the cutdown, with its state, its gates and what holds it back, in words. */

import { card, rows } from '../../components.js';
import { el, setLevel, setShown, setText } from '../../dom.js';
import { isDropOver, isHeld, planOf } from './drop_choice.js';

/** @param {import('../../app.js').App} app */
export function gatesCard(app) {
  const list = rows(make, update, { tag: 'ul', className: 'lives' });
  const none = el('p', { class: 'soft', text: 'The balloon has not said yet which drops it has.' });
  const readiness = el('p');
  const root = card('Drops and their gates', { class: 'wide' }, none, readiness, list.root);

  function make() {
    const name = el('strong');
    const state = el('span', { class: 'chip' });
    const said = el('span', { class: 'soft' });
    const gates = el('ul', { class: 'gates' });
    const held = el('span', { class: 'drop-held' });
    const plan = el('span', { class: 'soft' });
    return { root: el('li', { class: 'life' }, el('span', { class: 'spread' }, name, state), said, plan, held, gates), name, state, said, plan, gates, held };
  }

  function update(made, drop) {
    setText(made.name, drop.name);
    setText(made.state, drop.state_word ?? 'not known');
    const held = drop.reasons ?? [];
    setLevel(made.state, isDropOver(drop) ? 'idle' : isHeld(drop) ? 'warn' : 'info');
    const tries = drop.attempts ? `${drop.attempts} ${drop.attempts === 1 ? 'pulse' : 'pulses'}. ` : '';
    setText(made.said, tries + (drop.words ?? ''));
    setShown(made.said, made.said.textContent);
    const plan = planOf(drop, app.mission);
    setText(made.plan, plan && `By its plan: ${plan}`);
    setShown(made.plan, plan);
    while (made.gates.children.length > held.length) made.gates.lastElementChild?.remove();
    held.forEach((words, at) => setText(made.gates.children[at] ?? made.gates.appendChild(el('li')), words));
    setText(made.held, held.length ? 'Held back now by:' : isDropOver(drop) ? '' : 'Nothing is known to hold it back.');
    setLevel(made.held, held.length ? 'warn' : 'idle');
  }

  return {
    root,
    update(state) {
      const all = [...(state.drops ?? []), ...(state.cutdown ? [state.cutdown] : [])];
      setShown(none, !all.length);
      list.set(all, (drop) => drop.place);
      const against = state.readiness ?? [];
      setText(readiness, against.length ? `Against a launch: ${against.join('; ')}` : '');
      setShown(readiness, against.length > 0);
    },
  };
}
