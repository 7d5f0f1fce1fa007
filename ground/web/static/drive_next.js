/** How long until the next drop, and what stands in its way, in words. */

import { ageNow, clockText, everySecond } from './clock.js';
import { chip, oldMark, rows } from './components.js';
import { el, setAttribute, setShown, setText } from './dom.js';

/** @param {import('./app.js').App} app */
export function nextDropPanel(app) {
  const name = el('span', { class: 'next-name' });
  const state_chip = chip();
  const count = el('div', { class: 'next-count number' });
  const gates = rows(
    () => {
      const words = el('span');
      return { root: el('li', null, el('span', { class: 'gate-mark', 'aria-hidden': 'true', text: '■' }), words), words };
    },
    (row, gate) => setText(row.words, gate.words || gate.name),
    { tag: 'ul', className: 'next-gates' },
  );
  const free = el('p', { class: 'next-free' });
  const title = el('h2', { class: 'card-title' }, 'Next drop');
  const root = el(
    'section',
    { class: 'card next', 'aria-label': 'Next drop' },
    title,
    el('div', { class: 'next-row' }, count, name),
    gates.root,
    free,
  );
  const old = oldMark(root);
  title.append(old.root, el('span', { class: 'grow' }), state_chip.root);
  /** @type {any} */
  let next = null;
  let live = true;

  // Counts between states, but never past what was last said while nothing is heard.
  const show = () => {
    if (!next) return;
    const known = next.in_s !== null && next.in_s !== undefined;
    const in_s = known ? next.in_s - (live ? (ageNow(0) ?? 0) : 0) : null;
    setText(count, in_s === null ? 'by condition' : in_s <= 0 ? 'due' : clockText(Math.ceil(in_s)));
    setAttribute(count, 'data-near', in_s !== null && in_s < 60 ? 'yes' : 'no');
    setAttribute(count, 'data-words', in_s === null ? 'yes' : 'no');
  };
  everySecond(show, root);

  return {
    root,
    update(state) {
      next = state.next_drop;
      old.set(state.flight?.age_s);
      live = state.live !== false;
      const held = next?.gates ?? [];
      if (next) {
        setText(name, next.name ?? '');
        state_chip.set(next.state_word ?? '', held.length ? 'warn' : 'idle');
        show();
      } else {
        const any = (state.drops ?? []).length > 0;
        setText(count, any ? 'none left' : '—');
        setAttribute(count, 'data-words', 'yes');
        setAttribute(count, 'data-near', 'no');
        setText(name, '');
        state_chip.set('');
      }
      gates.set(held, (gate) => gate.name);
      setShown(gates.root, held.length > 0);
      setText(free, next && next.place !== null && !held.length ? 'Nothing holds it back.' : '');
    },
  };
}
