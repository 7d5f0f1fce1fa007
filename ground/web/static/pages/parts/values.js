/** Every value with its unit and its age, and a box to find one. Ages grow by themselves; what is old is dim. */

import { ageOf, card, field, rows } from '../../components.js';
import { isOld } from '../../clock.js';
import { el, setClass, setShown, setText } from '../../dom.js';

/** @param {import('../../app.js').App} app */
export function valuesCard(app) {
  const filter = /** @type {HTMLInputElement} */ (
    el('input', { type: 'search', autocomplete: 'off', placeholder: 'altitude, meta, volts …', on: { input: () => draw() } })
  );
  const count = el('span', { class: 'soft number' });
  const list = rows(make, update, { tag: 'dl', className: 'values' });
  const root = card('Values', { class: 'wide' }, el('div', { class: 'spread' }, field('Find', filter), count), list.root);

  function make(value) {
    const name = el('dt', { class: 'value-name mono', text: value.name });
    const text = el('span', { class: 'value-text number' });
    const unit = el('span', { class: 'value-unit soft' });
    const age = ageOf();
    return { root: el('div', { class: 'value' }, name, el('dd', null, text, unit), age.root), text, unit, age };
  }

  function update(made, value) {
    const known = value.text !== null && value.text !== undefined && value.text !== '';
    setText(made.text, known ? value.text : '—');
    setText(made.unit, known ? value.unit : '');
    made.age.set(value.age_s);
    const age_s = app.age(value.age_s);
    setClass(made.root, 'is-old', age_s === null || isOld(age_s));
  }

  function draw() {
    const all = app.state?.values ?? [];
    const wanted = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const shown = all.map((value, at) => ({ ...value, at })).filter((value) => wanted.every((part) => String(value.name).toLowerCase().includes(part)));
    list.set(shown, (value) => `${value.at} ${value.name}`);
    setText(count, all.length ? `${shown.length} of ${all.length}` : 'none heard yet');
    setShown(list.root, shown.length > 0);
  }

  // Dimming goes on when no state comes.
  const end = app.on('tick', draw);
  return { root, update: draw, unmount: end };
}
