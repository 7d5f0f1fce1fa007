/** Whether anything is heard, how long ago, and the first thing that is wrong. */

import { Age, brief, duration, everySecond, isOld } from './clock.js';
import { lamp, rows } from './components.js';
import { el, setAttribute, setClass, setText } from './dom.js';

/** @param {import('./app.js').App} app */
export function linkPanel(app) {
  const word = el('span', { class: 'link-word' });
  const age_text = el('span', { class: 'link-age number' });
  const heard = el('div', { class: 'link-heard' }, word, age_text);
  const figures = el('div', { class: 'link-figures number' });
  const lamps = rows(
    (each) => lamp(each.name),
    (made, each) => made.set(each),
    { className: 'link-lamps' },
  );
  const advice = el('p', { class: 'link-advice', 'aria-live': 'polite' });
  const root = el('section', { class: 'card link', 'aria-label': 'Link' }, heard, lamps.root, figures, advice);

  const age = new Age();
  let told = /** @type {any[]} */ ([]);
  const show = () => {
    // What nobody tells any more is not known to be lit.
    lamps.set(app.connection.live ? told : told.map((each) => ({ ...each, on: null })), (each) => each.name);
    const now_s = age.now_s;
    const stale = now_s === null || isOld(now_s) || !app.connection.live;
    setText(word, now_s === null ? 'Nothing heard' : stale ? 'Last heard' : 'Heard');
    setText(age_text, now_s === null ? '' : `${duration(now_s)} ago`);
    setAttribute(heard, 'data-heard', now_s === null ? 'never' : stale ? 'old' : 'now');
  };
  everySecond(show, root);

  return {
    root,
    update(state) {
      const link = state.link ?? {};
      age.set(state.flight?.age_s);
      told = state.lamps ?? [];
      show();
      const percent = link.percent_last_minute;
      const damaged = link.damaged ? `${link.damaged} damaged` : '';
      const many = (state.receivers ?? []).length;
      const up = (state.receivers ?? []).filter((each) => each.up).length;
      setText(
        figures,
        [
          percent === null || percent === undefined ? '' : `${Math.round(percent)} % in the last minute`,
          damaged,
          many > 1 ? `${up} of ${many} receivers` : '',
          link.uplink_age_s === null || link.uplink_age_s === undefined ? '' : `it heard us ${brief(link.uplink_age_s)} ago`,
        ]
          .filter(Boolean)
          .join(' · '),
      );
      const frozen = state.flight?.clock_frozen ? 'The payload’s clock stands still.' : '';
      setText(advice, state.advice || frozen);
      setClass(root, 'has-advice', state.advice || frozen);
    },
  };
}
