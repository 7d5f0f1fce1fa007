/** When nothing is heard any more: where it was last heard, to copy, to drive to, to hand to a phone. */

import { Age, duration, everySecond } from './clock.js';
import { button } from './components.js';
import { copyText, el, replace, setText } from './dom.js';
import { qrCode } from './qr.js';
import { place, point } from './units.js';

/** @param {import('./app.js').App} app */
export function lostPanel(app) {
  const since = el('span', { class: 'number' });
  const where = el('output', { class: 'lost-place number' });
  const more = el('p', { class: 'lost-more number' });
  const qr = el('div', { class: 'lost-qr' });
  const navigate = el('a', { class: 'button button-primary', text: 'Navigate' });
  const copy = button('Copy', async () => app.toast((await copyText(where.textContent ?? '')) ? 'Copied' : 'Not copied: mark the numbers by hand', 'info'));
  const root = el(
    'section',
    { class: 'card lost', hidden: true, 'aria-label': 'Last heard position' },
    el(
      'div',
      { class: 'lost-body' },
      el(
        'div',
        { class: 'lost-words' },
        el('div', { class: 'lost-head' }, el('span', { text: '▲', 'aria-hidden': 'true' }), 'Lost. Last heard', since, 'ago at'),
        where,
        el('div', { class: 'lost-row' }, more, el('div', { class: 'row' }, copy, navigate)),
      ),
      qr,
    ),
  );
  const age = new Age();
  const show = () => setText(since, duration(age.now_s));
  everySecond(show, root);
  let drawn = '';

  return {
    root,
    update(state) {
      const last = state.last_heard;
      age.set(last?.age_s ?? state.flight?.age_s);
      show();
      const text = last ? place(last.latitude, last.longitude) : 'No position was ever heard';
      setText(where, text);
      const { units } = app;
      const from = state.from_us;
      const fix = state.fix ?? {};
      setText(
        more,
        [
          last?.altitude_m != null && `${units.altitude(last.altitude_m)} high`,
          fix.vertical_m_s != null && `then ${fix.vertical_m_s < 0 ? 'falling' : 'climbing'} at ${units.rate(Math.abs(fix.vertical_m_s))}`,
          from && `${units.distance(from.distance_m)} from us, ${units.bearing(from.bearing_deg)} ${point(from.bearing_deg)}`,
        ]
          .filter(Boolean)
          .join(' · '),
      );
      if (text === drawn) return;
      drawn = text;
      const geo = last ? `geo:${last.latitude.toFixed(5)},${last.longitude.toFixed(5)}` : '';
      navigate.toggleAttribute('hidden', !geo);
      copy.toggleAttribute('hidden', !geo);
      if (geo) navigate.setAttribute('href', geo);
      replace(qr, geo ? qrCode(geo) : null);
    },
  };
}
