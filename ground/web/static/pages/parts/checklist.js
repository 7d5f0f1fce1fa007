/** Conditions in rows: a mark, a name, how it is, and what to do first where it is not as it should be. */

import { rows } from '../../components.js';
import { el, setLevel, setShown, setText } from '../../dom.js';

/** ok, its mark, its word for those who do not see the mark, its level */
const LOOKS = new Map([
  [true, ['✓', 'yes', 'good']],
  [false, ['✗', 'no', 'alarm']],
  [null, ['?', 'not known', 'warn']],
]);

/** @typedef {{ok: boolean | null, name: string, words: string, advice?: string, level?: string}} Check */

/** `.set(checks)` in the order of reading; names are unique. */
export function checklist() {
  const list = rows(make, update, { tag: 'ul', className: 'checklist' });
  return { root: list.root, set: (/** @type {Check[]} */ checks) => list.set(checks, (check) => check.name) };
}

function make(check) {
  const mark = el('span', { class: 'check-mark', 'aria-hidden': 'true' });
  const said = el('span', { class: 'away' });
  const words = el('span', { class: 'check-words' });
  const advice = el('span', { class: 'check-advice' });
  const name = el('span', { class: 'check-name', text: check.name });
  return { root: el('li', { class: 'check' }, mark, said, name, words, advice), mark, said, words, advice };
}

function update(made, check) {
  const [mark, said, level] = LOOKS.get(check.ok ?? null) ?? ['?', 'not known', 'warn'];
  setText(made.mark, mark);
  setText(made.said, said);
  setLevel(made.root, check.level ?? level);
  setText(made.words, check.words);
  setText(made.advice, check.advice);
  setShown(made.advice, check.advice);
}
