/** The banner of alarms: each stays until somebody has acknowledged it. */

import { ageOf, button, rows } from './components.js';
import { el, setAttribute, setShown, setText } from './dom.js';

const MARKS = { alarm: '▲', warn: '◆', info: '●' };
const NAMES = { alarm: 'Alarm', warn: 'Warning', info: 'Notice' };
const RANK = { alarm: 0, warn: 1, info: 2 };
const SHOWN = 3;
const SHOWN_SMALL = 1;
const small = matchMedia('(max-width: 720px)');

/** @param {import('./app.js').App} app @param {import('./sound.js').Sound} sound */
export function alarmBanner(app, sound) {
  // Spoken by a screen reader as it changes; the rows themselves change too often for that.
  const spoken = el('div', { class: 'away', role: 'alert', 'aria-live': 'assertive' });
  const list = rows(
    (alarm) => makeRow(app, alarm),
    (row, alarm) => row.update(alarm),
    { className: 'alarms' },
  );
  const more = el('div', { class: 'alarms-more' });
  const root = el('div', { class: 'alarm-banner', role: 'region', 'aria-label': 'Alarms', hidden: true }, list.root, more);
  const all = button('Acknowledge all', () => {
    for (const alarm of open) acknowledge(app, alarm.id);
  });
  const count = el('span');
  more.append(count, all);
  /** @type {any[]} */
  let open = [];
  let told = '';

  function update(state) {
    const alarms = state.alarms ?? [];
    open = alarms
      .filter((alarm) => !alarm.acknowledged)
      .sort((one, other) => RANK[one.level] - RANK[other.level] || other.since_ms - one.since_ms);
    const most = small.matches ? SHOWN_SMALL : SHOWN;
    const shown = open.slice(0, most);
    list.set(
      shown.map((alarm) => ({ ...alarm, age_s: Math.max(0, (state.now_ms - alarm.since_ms) / 1000) })),
      (alarm) => alarm.id,
    );
    setShown(root, open.length > 0);
    setShown(more, open.length > 1);
    setText(count, open.length > most ? `and ${open.length - most} more` : '');
    setShown(all, !app.viewer);
    const words = open.length ? `${NAMES[open[0].level]}: ${open[0].words}` : '';
    if (words !== told) setText(spoken, words);
    told = words;
    sound.hear(state);
  }
  return { root, spoken, update };
}

function makeRow(app, alarm) {
  const mark = el('span', { class: 'alarm-mark', 'aria-hidden': 'true' });
  const words = el('span', { class: 'alarm-words' });
  const age = ageOf();
  const lasts = el('span');
  const root = el(
    'div',
    { class: 'alarm' },
    mark,
    el('span', { class: 'alarm-said' }, words, el('span', { class: 'alarm-age' }, age.root, ' ago', lasts)),
    !app.viewer && button('Acknowledge', () => acknowledge(app, alarm.id), { kind: 'quiet' }),
  );
  return {
    root,
    update(now) {
      setAttribute(root, 'data-level', now.level);
      setText(mark, MARKS[now.level] ?? MARKS.info);
      setText(words, now.words);
      age.set(now.age_s);
      setText(lasts, now.lasts ? ', still so' : '');
    },
  };
}

async function acknowledge(app, id) {
  const answer = await app.post('/api/alarms/acknowledge', { id });
  if (!answer.ok) app.toast(`Not acknowledged: ${answer.words}`, 'alarm');
}
