/** The events, the newest first, with the time since launch and UTC; by kind, and by what somebody looks for. */

import { button, card, field, rows } from '../../components.js';
import { el, setAttribute, setLevel, setShown, setText } from '../../dom.js';
import { utcClock } from './moment.js';

const SHOWN = 200;

/** @param {import('../../app.js').App} app */
export function eventList(app) {
  let kind = '';
  let most = SHOWN;
  const search = /** @type {HTMLInputElement} */ (
    el('input', { type: 'search', autocomplete: 'off', placeholder: 'drop, float, reset …', on: { input: () => draw() } })
  );
  const kinds = rows(makeKind, updateKind, { className: 'row kinds' });
  kinds.root.setAttribute('role', 'group');
  kinds.root.setAttribute('aria-label', 'Kinds');
  const count = el('span', { class: 'soft number', role: 'status' });
  const list = rows(make, update, { tag: 'ol', className: 'log-rows' });
  const more = button('Show older ones', () => {
    most += SHOWN;
    draw();
  });
  const root = card('Events', { class: 'wide' }, el('div', { class: 'spread' }, field('Find', search), count), kinds.root, list.root, more);

  function makeKind(one) {
    const choose = button('', () => {
      kind = one.kind;
      most = SHOWN;
      draw();
    });
    choose.classList.add('kind');
    return { root: choose };
  }

  function updateKind(made, one) {
    setText(made.root, `${String(one.kind || 'all').replaceAll('_', ' ')} ${one.count}`);
    setAttribute(made.root, 'aria-pressed', one.kind === kind);
  }

  function make() {
    const since = el('span', { class: 'log-since number' });
    const utc = el('span', { class: 'log-utc number soft' });
    const what = el('span', { class: 'log-kind soft' });
    const words = el('span', { class: 'log-words' });
    return { root: el('li', { class: 'log-row' }, since, utc, what, words), since, utc, what, words };
  }

  function update(made, event) {
    setText(made.since, event.clock ?? '');
    setText(made.utc, utcClock(event.wall_ms));
    setText(made.what, String(event.kind ?? '').replaceAll('_', ' '));
    setText(made.words, event.words);
    setLevel(made.root, event.level);
  }

  function draw() {
    const all = app.events;
    const counts = new Map([['', all.length]]);
    for (const event of all) counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
    kinds.set([...counts].map(([name, number]) => ({ kind: name, count: number })), (one) => one.kind);
    const wanted = search.value.trim().toLowerCase();
    const found = all.filter((event) => (!kind || event.kind === kind) && (!wanted || `${event.clock} ${event.words}`.toLowerCase().includes(wanted)));
    list.set(found.slice(-most).reverse(), (event) => event.n);
    setText(count, all.length ? `${found.length} of ${all.length}` : 'nothing has happened yet');
    setShown(more, found.length > most);
  }

  draw();
  const end = app.on('events', draw);
  return { root, update() {}, unmount: end };
}
