/** Where it is from here: distance, an arrow, how high above the horizon; and the wind it last felt. */

import { isOld } from './clock.js';
import { bigNumber, button, oldMark, pair } from './components.js';
import { el, setClass, setShown, setText, svg } from './dom.js';
import { point } from './units.js';

const MARKS = 36;

/** @param {import('./app.js').App} app */
export function wayPanel(app) {
  const needle = svg('g', { class: 'compass-needle' }, svg('path', { d: 'M0 -39 L13 -12 L4.5 -15 L4.5 34 L-4.5 34 L-4.5 -15 L-13 -12 Z' }));
  const compass = svg(
    'svg',
    { class: 'compass', viewBox: '-60 -60 120 120', role: 'img', 'aria-label': 'Direction to the balloon' },
    svg('circle', { r: 50, class: 'compass-ring' }),
    Array.from({ length: MARKS }, (_, at) =>
      svg('line', { class: at % 9 ? 'compass-tick' : 'compass-tick compass-main', y1: -50, y2: at % 9 ? -46 : -43, transform: `rotate(${at * 10})` }),
    ),
    svg('text', { class: 'compass-north', y: -52, 'text-anchor': 'middle', text: 'N' }),
    needle,
  );
  const distance = bigNumber('From us', { size: 'big' });
  const bearing = el('span', { title: 'Bearing' });
  const elevation = el('span', { title: 'Elevation' });
  const speed = pair('Moves');
  const wind = pair('Last wind');
  const unplaced = el(
    'div',
    { class: 'way-unplaced' },
    el('p', { class: 'soft', text: app.viewer ? 'The crew’s place is not shown to viewers.' : 'Where are we? Tap the map on our place, or ask this device.' }),
    'geolocation' in navigator && !app.viewer && button('Ask this device', () => askDevice(app)),
  );
  const known = el('div', { class: 'way-known' }, compass, el('div', { class: 'way-figures' }, distance.root, el('div', { class: 'way-direction number' }, bearing, elevation)));
  const root = el('section', { class: 'card way', 'aria-label': 'From us' }, known, unplaced, el('dl', { class: 'way-moves' }, speed.root, wind.root));

  const old = oldMark(root);
  return {
    root,
    update(state) {
      const from = state.from_us;
      const fix = state.fix ?? {};
      const age_s = fix.age_s ?? state.last_heard?.age_s;
      const { units } = app;
      old.set(age_s);
      setShown(known, from);
      setShown(unplaced, !from && !state.us);
      if (from) {
        distance.set(units.parts.distance(from.distance_m), { age_s });
        setText(bearing, `${units.bearing(from.bearing_deg)} ${point(from.bearing_deg)}`);
        setText(elevation, `${units.angle(from.elevation_deg)} up`);
        setClass(bearing.parentElement, 'is-old', isOld(app.age(age_s)));
        needle.setAttribute('transform', `rotate(${from.bearing_deg ?? 0})`);
        setShown(needle, from.bearing_deg !== null);
      }
      const moving = fix.ground_speed_m_s !== null && fix.ground_speed_m_s !== undefined;
      speed.set(moving ? `${units.speed(fix.ground_speed_m_s)} to ${units.bearing(fix.course_deg)} ${point(fix.course_deg)}` : null, { age_s });
      const blows = state.wind;
      wind.set(blows ? `${units.speed(blows.speed_m_s)} from ${units.bearing(blows.from_deg)} ${point(blows.from_deg)}` : null, { age_s });
    },
  };
}

function askDevice(app) {
  navigator.geolocation.getCurrentPosition(
    async ({ coords }) => {
      const answer = await app.post('/api/us', { latitude: coords.latitude, longitude: coords.longitude });
      if (!answer.ok) app.toast(answer.words, 'warn');
    },
    (error) => app.toast(`This device does not say where it is: ${error.message || 'no reason given'}. Tap the map instead.`, 'warn'),
    { enableHighAccuracy: true, timeout: 20000 },
  );
}
