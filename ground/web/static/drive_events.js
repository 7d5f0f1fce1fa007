/** What happened last, newest first. */

import { rows } from './components.js';
import { el, setAttribute, setShown, setText } from './dom.js';

const SHOWN = 40;
const MARKS = { good: '✓', warn: '◆', alarm: '▲', info: '●' };

/** @param {import('./app.js').App} app */
export function eventsPanel(app) {
  const list = rows(makeRow, (row, event) => row.update(event), { tag: 'ol', className: 'events' });
  const none = el('p', { class: 'soft', text: 'Nothing has happened yet.' });
  const root = el('section', { class: 'card recent', 'aria-label': 'Recent events' }, el('h2', { class: 'card-title', text: 'Events' }), list.root, none);
  const show = () => {
    list.set(app.events.slice(-SHOWN).reverse(), (event) => event.n);
    setShown(none, !app.events.length);
  };
  const end = app.on('events', show);
  show();
  return { root, update() {}, unmount: end };
}

function makeRow() {
  const mark = el('span', { class: 'event-mark', 'aria-hidden': 'true' });
  const at = el('span', { class: 'event-clock number' });
  const words = el('span', { class: 'event-words' });
  const root = el('li', { class: 'event' }, at, mark, words);
  return {
    root,
    update(event) {
      setAttribute(root, 'data-level', event.level ?? 'info');
      setText(mark, MARKS[event.level] ?? MARKS.info);
      setText(at, event.clock ?? '');
      setText(words, event.words ?? '');
    },
  };
}
