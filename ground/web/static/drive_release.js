/** What became of each drop, whether anything may be let go at all, and whether the cutters have their volts. */

import { duration } from './clock.js';
import { bigNumber, chip, oldMark, rows } from './components.js';
import { el, setAttribute, setShown, setText } from './dom.js';

const LEVELS = {
  waiting: 'idle',
  pending: 'idle',
  due: 'warn',
  firing: 'alarm',
  active: 'warn',
  fired: 'warn',
  confirmed: 'good',
  released: 'good',
  unconfirmed: 'warn',
  failed: 'alarm',
  aborted: 'alarm',
  parted_early: 'alarm',
  skipped: 'warn',
  over: 'idle',
  cancelled: 'idle',
};
const MARKS = { good: '✓', warn: '◆', alarm: '▲', idle: '○', info: '●' };

/** @param {import('./app.js').App} app */
export function releasePanel(app) {
  const safe = chip();
  const hold = chip();
  const armed = chip();
  const backup = chip();
  const cutter = bigNumber('Cutter', { size: 'big' });
  const logic = bigNumber('Logic', { size: 'small' });
  const inside = bigNumber('Inside', { size: 'small' });
  const drops = rows(makeDrop, (row, drop) => row.update(drop), { tag: 'ul', className: 'drops' });
  const none = el('p', { class: 'soft', text: 'No drop is known yet.' });
  const title = el('h2', { class: 'card-title' }, 'Release');
  const root = el(
    'section',
    { class: 'card release', 'aria-label': 'Release' },
    el(
      'div',
      { class: 'release-left' },
      title,
      drops.root,
      none,
    ),
    el('div', { class: 'release-power' }, cutter.root, el('div', { class: 'release-small' }, logic.root, inside.root)),
  );
  const old = oldMark(root);
  title.append(old.root, el('span', { class: 'grow' }), safe.root, hold.root, armed.root, backup.root);
  return {
    root,
    update(state) {
      old.set(state.flight?.age_s);
      safe.set(state.safe ? 'SAFE' : '', 'alarm');
      hold.set(state.hold_left_s ? `HOLD ${duration(state.hold_left_s)}` : state.hold ? 'HOLD' : '', 'warn');
      armed.set(state.armed === null || state.armed === undefined ? '' : state.armed ? 'armed' : 'not armed', state.armed ? 'info' : 'idle');
      backup.set(state.backup_word ? `backup ${state.backup_word}` : '', 'idle');
      const all = [...(state.drops ?? []), ...(state.cutdown ? [{ ...state.cutdown, name: state.cutdown.name || 'cutdown' }] : [])];
      drops.set(all, (drop) => `${drop.place}`);
      setShown(none, !all.length);
      const age_s = state.flight?.age_s;
      const { parts } = app.units;
      cutter.set(parts.volts(state.power?.cutter_mv), { age_s });
      logic.set(parts.volts(state.power?.logic_mv), { age_s });
      inside.set(parts.celsius(state.power?.inside_c), { age_s });
    },
  };
}

function makeDrop() {
  const mark = el('span', { class: 'drop-mark', 'aria-hidden': 'true' });
  const name = el('span', { class: 'drop-name' });
  const state = el('span', { class: 'drop-state' });
  const more = el('span', { class: 'drop-more' });
  const root = el('li', { class: 'drop' }, mark, name, state, more);
  return {
    root,
    update(drop) {
      const level = LEVELS[wordOf(drop)] ?? 'idle';
      setAttribute(root, 'data-level', level);
      setText(mark, MARKS[level]);
      setText(name, drop.name || drop.place);
      setText(state, drop.state_word ?? drop.state ?? 'unknown');
      setText(more, (drop.wire_open && !drop.over ? 'wire open' : '') || (drop.reasons ?? []).join('; ') || drop.words || (drop.attempts > 1 ? `${drop.attempts} pulses` : ''));
    },
  };
}

const wordOf = (drop) => String(drop.state ?? drop.state_word ?? '').replaceAll(' ', '_');
