/** The parts pages are made of. They leave the document alone when nothing has changed. */

export { holdButton } from './hold_button.js';
export { rows, table } from './lists.js';

import { Age, brief, duration, everySecond, isOld } from './clock.js';
import { el, setAttribute, setClass, setLevel, setShown, setText } from './dom.js';

/** A panel with a small heading. card(title, {class: 'wide'}, ...children): the props may be left out. */
export function card(title, ...children) {
  const plain = children[0] && Object.getPrototypeOf(children[0]) === Object.prototype;
  const props = plain ? children.shift() : {};
  return el(
    'section',
    { ...props, class: `card ${props.class ?? ''}`.trim() },
    title && el('h2', { class: 'card-title', text: title }),
    ...children,
  );
}

/** '3 s', which goes on counting by itself. */
export function ageOf(words = duration) {
  const root = el('span', { class: 'age number' });
  const age = new Age();
  const show = () => {
    const now_s = age.now_s;
    setText(root, now_s === null ? 'never' : words(now_s));
    setClass(root, 'is-old', now_s === null || isOld(now_s));
  };
  everySecond(show, root);
  show();
  return {
    root,
    set(age_s) {
      age.set(age_s);
      show();
    },
  };
}

/** A value that says its age when it is old. */
export function bigNumber(label, { size = 'big' } = {}) {
  const text = el('span', { class: 'figure-text', text: '—' });
  const unit = el('span', { class: 'figure-unit' });
  const note = el('span', { class: 'figure-note' });
  const old = el('span', { class: 'figure-age' });
  const root = el(
    'div',
    { class: `figure figure-${size}` },
    label && el('div', { class: 'figure-label' }, label, old),
    el('div', { class: 'figure-value number' }, text, unit),
    note,
  );
  if (!label) root.append(old);
  const age = new Age();
  const show = () => {
    const now_s = age.now_s;
    const stale = isOld(now_s);
    setClass(root, 'is-old', stale);
    setText(old, stale ? `${brief(now_s)} old` : '');
  };
  everySecond(show, root);
  return {
    root,
    /** @param {import('./units.js').Part | null} part @param {{age_s?: number|null, note?: string, level?: string}} [more] */
    set(part, more = {}) {
      setText(text, part?.text ?? '—');
      setClass(root, 'is-unknown', !part || part.text === '—');
      setText(unit, part && part.text !== '—' ? part.unit : '');
      setClass(unit, 'is-close', part?.unit === '°');
      setText(note, more.note ?? '');
      setShown(note, more.note);
      setLevel(root, more.level);
      age.set(more.age_s);
      show();
    },
  };
}

/** Says on a whole card that what it shows is old, and how old. `root` of it goes where that is to be read. */
export function oldMark(card) {
  const root = el('span', { class: 'figure-age' });
  const age = new Age();
  const show = () => {
    const now_s = age.now_s;
    setClass(card, 'shows-old', isOld(now_s));
    setText(root, isOld(now_s) ? `${brief(now_s)} old` : '');
  };
  everySecond(show, card);
  return {
    root,
    set(age_s) {
      age.set(age_s);
      show();
    },
  };
}

/** Label and value in a row. */
export function pair(label) {
  const value = el('dd', { class: 'number', text: '—' });
  const old = el('span', { class: 'figure-age' });
  const root = el('div', { class: 'pair' }, el('dt', { text: label }), old, value);
  const age = new Age();
  const show = () => {
    const now_s = age.now_s;
    setClass(root, 'is-old', isOld(now_s));
    setText(old, isOld(now_s) ? brief(now_s) : '');
  };
  everySecond(show, root);
  return {
    root,
    set(text, more = {}) {
      setText(value, text ?? '—');
      setLevel(value, more.level);
      age.set(more.age_s);
      show();
    },
  };
}

/** Lit, dark, or not to be known: told by shape and word, not by colour alone. */
export function lamp(name) {
  const mark = el('span', { class: 'lamp-mark', 'aria-hidden': 'true' });
  const age = ageOf(brief);
  const state = el('span', { class: 'away' });
  const root = el('div', { class: 'lamp' }, mark, el('span', { class: 'lamp-name', text: name }), state, age.root);
  return {
    root,
    /** @param {{on: boolean|null, age_s?: number|null, words?: string|null}} now */
    set({ on, age_s = null, words = '' }) {
      setAttribute(root, 'data-on', on === null || on === undefined ? 'unknown' : on ? 'yes' : 'no');
      setText(state, on ? 'lit' : on === false ? 'dark' : 'not known');
      setShown(age.root, age_s !== null);
      age.set(age_s);
      setAttribute(root, 'title', words ?? '');
    },
  };
}

export function chip(text = '', level = 'idle') {
  const root = el('span', { class: 'chip' });
  const set = (said, kind = 'idle') => {
    setText(root, said);
    setLevel(root, kind);
    setShown(root, said);
  };
  set(text, level);
  return { root, set };
}

export function button(text, onclick, { kind = 'plain', disabled = false, title = '' } = {}) {
  return el('button', { class: `button button-${kind}`, type: 'button', disabled, title: title || null, text, on: { click: onclick } });
}

/** A sentence in a box; no words, no box. */
export function notice(level = 'info') {
  const root = el('p', { class: `notice is-${level}`, hidden: true });
  return {
    root,
    set(words) {
      setText(root, words ?? '');
      setShown(root, words);
    },
  };
}

let fields = 0;

export function field(label, input, help) {
  fields += 1;
  input.id ||= `field-${fields}`;
  return el('div', { class: 'field' }, el('label', { for: input.id, text: label }), input, help && el('small', { class: 'soft', text: help }));
}
