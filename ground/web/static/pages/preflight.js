/** GO or NO GO from a metre away, and below it every reason with what to do first. Prints as the sheet for the pad. */

import { button, card } from '../components.js';
import { duration, now_ms } from '../clock.js';
import { el, setAttribute, setShown, setText } from '../dom.js';
import { checklist } from './parts/checklist.js';
import { utcClock, utcDay } from './parts/moment.js';

const TITLES = ['What is in the way', 'Not as wanted, and not in the way', 'As it should be'];
const ASK_MS = 2000;
const OLD_S = 8;

/** @param {HTMLElement} root @param {import('../app.js').App} app */
export function mount(root, app) {
  const word = el('p', { class: 'verdict-word', role: 'status', 'aria-live': 'polite', text: '…' });
  const words = el('p', { class: 'verdict-words' });
  const asked = el('p', { class: 'verdict-age soft number' });
  const verdict = el('section', { class: 'verdict wide', data: { verdict: 'unknown' } }, word, words, asked);
  const lists = TITLES.map((title) => {
    const checks = checklist();
    return { checks, root: card(title, { class: 'wide', hidden: true }, checks.root) };
  });
  const print = button('Print', () => globalThis.print());
  const sheet = el('p', { class: 'print-only' });
  root.append(el('div', { class: 'grid preflight' }, verdict, lists.map((list) => list.root), el('div', { class: 'wide row' }, print), sheet));

  let heard_ms = /** @type {number | null} */ (null);
  let gone = false;

  async function ask() {
    if (app.viewer) {
      setText(words, 'The preflight is on the laptop that runs the station.');
      return;
    }
    const told = await app.get('/api/preflight');
    if (gone) return;
    if (told) {
      heard_ms = now_ms();
      show(told);
    }
    showAge();
  }

  function show(told) {
    const rows = told.rows ?? [];
    const against = rows.filter((row) => row.required && row.ok !== true);
    const beside = rows.filter((row) => !row.required && row.ok !== true);
    const go = told.go === true && against.length === 0;
    setAttribute(verdict, 'data-verdict', go ? 'go' : 'no-go');
    setText(word, go ? 'GO' : 'NO GO');
    setText(words, told.words);
    lists.forEach((list, at) => {
      const shown = [against, beside, rows.filter((row) => row.ok === true)][at];
      list.checks.set(shown.map(checkOf));
      setShown(list.root, shown.length > 0);
    });
    const state = app.state;
    setText(sheet, `${state?.flight?.title ?? 'Samara'}, ${utcDay(state?.now_ms)} ${utcClock(state?.now_ms)} UTC, log ${state?.log ?? '—'}`);
  }

  function showAge() {
    const age_s = heard_ms === null ? null : (now_ms() - heard_ms) / 1000;
    if (age_s === null) {
      setText(words, 'The server does not say anything about the preflight.');
      return;
    }
    // What was true a while ago is no GO now.
    if (age_s > OLD_S) {
      setAttribute(verdict, 'data-verdict', 'unknown');
      setText(word, 'NOT KNOWN');
      setText(words, 'The server has not answered since.');
    }
    setText(asked, `looked at ${duration(age_s)} ago`);
  }

  setShown(print, !app.viewer);
  ask();
  const timer = setInterval(ask, ASK_MS);
  return {
    update() {},
    unmount() {
      gone = true;
      clearInterval(timer);
    },
  };
}

/** @returns {import('./parts/checklist.js').Check} */
function checkOf(row) {
  const wanted = row.ok === true || !row.wanted ? '' : ` (wanted: ${row.wanted})`;
  const level = row.ok === false && !row.required ? 'warn' : undefined;
  return { ok: row.ok ?? null, name: row.name, words: `${row.found}${wanted}`, advice: row.what_to_do, level };
}
