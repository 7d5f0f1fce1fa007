/** All alarms of this flight, with their time and whether somebody has acknowledged them. */

import { card, rows } from '../../components.js';
import { el, setLevel, setShown, setText } from '../../dom.js';
import { utcClock } from './moment.js';
import { pressOnce } from './press.js';

/** @param {import('../../app.js').App} app */
export function alarmsCard(app) {
  const list = rows(make, update, { tag: 'ol', className: 'alarm-list' });
  const none = el('p', { class: 'soft', text: 'No alarm yet.' });
  const test = pressOnce('Test the alarm', async () => {
    const answer = await app.post('/api/alarms/test', {});
    if (!answer.ok) app.toast(`The test was not begun: ${answer.words}`, 'alarm');
  });
  const root = card('Alarms', { class: 'wide' }, none, list.root, test);

  function make(alarm) {
    const time = el('span', { class: 'number soft' });
    const words = el('span', { class: 'log-words' });
    const done = el('span', { class: 'soft', text: 'acknowledged' });
    const acknowledge = pressOnce('Acknowledge', () => app.post('/api/alarms/acknowledge', { id: alarm.id }));
    return { root: el('li', { class: 'alarm-row' }, time, words, done, acknowledge), time, words, done, acknowledge };
  }

  function update(made, alarm) {
    setText(made.time, utcClock(alarm.since_ms));
    setText(made.words, alarm.words);
    setLevel(made.root, alarm.level);
    setShown(made.done, alarm.acknowledged);
    setShown(made.acknowledge, !alarm.acknowledged && !app.viewer);
  }

  return {
    root,
    update(state) {
      const all = [...(state.alarms ?? [])].sort((one, other) => other.since_ms - one.since_ms);
      setShown(none, !all.length);
      setShown(test, !app.viewer);
      list.set(all, (alarm) => alarm.id);
    },
  };
}
