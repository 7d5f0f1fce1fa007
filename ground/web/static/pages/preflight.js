/** GO or NO GO from a metre away, and below it every reason with what to do first. Prints as the sheet for the pad. */

import { button, card, notice } from '../components.js';
import { duration, now_ms } from '../clock.js';
import { el, setAttribute, setShown, setText } from '../dom.js';
import { checklist } from './parts/checklist.js';
import { utcClock, utcDay } from './parts/moment.js';

const ASK_MS = 2000;
const OLD_S = 8;

/** @param {HTMLElement} root @param {import('../app.js').App} app */
export function mount(root, app) {
  const word = el('p', { class: 'verdict-word', role: 'status', 'aria-live': 'polite', text: '…' });
  const words = el('p', { class: 'verdict-words' });
  const asked = el('p', { class: 'verdict-age soft number' });
  const verdict = el('section', { class: 'verdict wide', data: { verdict: 'unknown' } }, word, words, asked);
  const first = notice('warn');
  const open = checklist();
  const well = checklist();
  const openCard = card('What is in the way, the first first', { class: 'wide' }, first.root, open.root);
  const wellCard = card('As it should be', { class: 'wide' }, well.root);
  const print = button('Print', () => globalThis.print());
  const sheet = el('p', { class: 'print-only' });
  root.append(el('div', { class: 'grid preflight' }, verdict, openCard, wellCard, el('div', { class: 'wide row' }, print), sheet));

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
    const rows = (told.rows ?? told.checks ?? []).map(checkOf);
    const bad = rows.filter((row) => row.ok !== true);
    const go = Boolean(told.go) && !bad.some((row) => row.ok === false);
    setAttribute(verdict, 'data-verdict', go ? 'go' : 'no-go');
    setText(word, go ? 'GO' : 'NO GO');
    setText(words, told.words ?? countWords(bad.length, rows.length));
    open.set(bad.sort((one, other) => Number(one.ok === null) - Number(other.ok === null)));
    well.set(rows.filter((row) => row.ok === true));
    const advice = told.advice ?? bad[0]?.advice;
    first.set(advice ? `First: ${advice}` : '');
    setShown(openCard, bad.length > 0);
    setShown(wellCard, rows.length > bad.length);
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
  setShown(openCard, false);
  setShown(wellCard, false);
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
  return {
    ok: row.ok ?? row.go ?? null,
    name: row.name ?? row.title ?? '',
    words: row.words ?? row.found ?? '',
    advice: row.advice ?? row.todo ?? '',
  };
}

function countWords(bad, all) {
  return bad ? `${bad} of ${all} are not as they should be` : `all ${all} are as they should be`;
}
