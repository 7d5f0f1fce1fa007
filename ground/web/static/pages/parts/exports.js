/** The flight as a file, in the formats the server writes. */

import { card } from '../../components.js';
import { el, setShown } from '../../dom.js';

/** format, its name, what it is good for */
const FORMATS = [
  ['kml', 'KML', 'Google Earth'],
  ['gpx', 'GPX', 'maps on a phone'],
  ['csv', 'CSV', 'spreadsheets'],
  ['geojson', 'GeoJSON', 'map programs'],
];

/** @param {import('../../app.js').App} app */
export function exportsCard(app) {
  const links = FORMATS.map(([format, name, use]) =>
    el(
      'li',
      null,
      el('a', { class: 'button button-plain', href: `/api/export?format=${format}`, download: true }, name),
      el('span', { class: 'soft', text: use }),
    ),
  );
  const root = card('As a file', { class: 'wide' }, el('ul', { class: 'exports' }, links));
  // Viewers on other machines look, and take nothing along.
  setShown(root, !app.viewer);
  return { root, update() {} };
}
