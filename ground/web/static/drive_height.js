/** Height, how fast it changes, and the word for what the flight does: the biggest thing while all is well. */

import { bigNumber, oldMark } from './components.js';
import { clockText } from './clock.js';
import { el, setAttribute, setClass, setText } from './dom.js';

const LEVEL_M_S = 0.5;
const LONG = 9; // characters of height and rate together

/** @param {import('./app.js').App} app */
export function heightPanel(app) {
  const height = bigNumber('Altitude', { size: 'huge' });
  const phase = el('div', { class: 'phase-word' });
  const arrow = el('span', { class: 'rate-arrow', 'aria-hidden': 'true' });
  const rate = bigNumber('', { size: 'big' });
  const since_label = el('span', { class: 'faint' });
  const since = el('span', { class: 'number' });
  const root = el(
    'section',
    { class: 'card height', 'aria-label': 'Altitude' },
    height.root,
    el('div', { class: 'height-side' }, phase, el('div', { class: 'rate' }, arrow, rate.root), el('div', { class: 'height-since' }, since_label, ' ', since)),
  );
  const old = oldMark(root);
  return {
    root: el('div', { class: 'height-room' }, root),
    update(state) {
      const fix = state.fix ?? {};
      const flight = state.flight ?? {};
      const { parts } = app.units;
      const part = parts.altitude(fix.altitude_m);
      height.set(part, { age_s: fix.age_s });
      const m_s = fix.vertical_m_s;
      const change = parts.rate(m_s === null || m_s === undefined ? null : Math.abs(m_s));
      rate.set(change, { age_s: fix.age_s });
      setClass(root, 'is-long', part.text.length + change.text.length > LONG);
      old.set(flight.age_s);
      setText(arrow, m_s === null || m_s === undefined ? '' : m_s > LEVEL_M_S ? '▲' : m_s < -LEVEL_M_S ? '▼' : '▬');
      setText(phase, flight.phase_word ?? 'unknown');
      setAttribute(root, 'data-phase', flight.phase ?? 'unknown');
      const launched = flight.since_launch_s !== null && flight.since_launch_s !== undefined;
      setText(since_label, launched ? 'since launch' : 'mission time');
      setText(since, clockText(launched ? flight.since_launch_s : flight.mission_s));
    },
  };
}
