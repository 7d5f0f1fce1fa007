/** The flight as a file, in the formats the server can write. */

import { card } from '../../components.js';
import { el, setShown } from '../../dom.js';

/** format, what it is good for */
const FORMATS = [
  ['kml', 'KML', 'Google Earth'],
  ['gpx', 'GPX', 'maps on a phone'],
  ['csv', 'CSV', 'spreadsheets'],
  ['geojson', 'GeoJSON', 'GIS'],
];

/** @param {import('../../app.js').App} app */
export function exportsCard(app) {
  const links = FORMATS.map(([format, name, use]) =>
    el('li', null, el('a', { class: 'button button-plain', href: `/api/export?format=${format}`, download: '' }, name), el('span', { class: 'soft', text: use })),
  );
  const root = card('As a file', el('ul', { class: 'exports' }, links));
  setShown(root, false);
  // Where the server cannot write them, nothing is offered.
  fetch(`/api/export?format=${FORMATS[0][0]}`, { method: 'HEAD' }).then(
    (answer) => setShown(root, answer.ok),
    () => {},
  );
  return { root, update() {} };
}
