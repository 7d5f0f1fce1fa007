// @ts-check
/** The map under the flight: which file has the place, its source, its theme; and the lines that go with the view. */

import { Protocol } from '/vendor/pmtiles.mjs';
import { basemapStyle } from './basemap_style.js';
import { graticule } from './graticule.js';

export { basemapStyle, FIRST_NAME } from './basemap_style.js';
export { graticule, rangeRings, ringStep } from './graticule.js';

/** @typedef {import('./basemap_style.js').MapFile} MapFile  @typedef {import('./basemap_style.js').Theme} Theme */

let added = false;

/** Once, before the first map: how MapLibre reads `pmtiles://`. @param {any} maplibregl the module */
export function addProtocol(maplibregl) {
  if (added) return;
  maplibregl.addProtocol('pmtiles', new Protocol().tile);
  added = true;
}

/** What maps there are. Where the server does not answer: none, and the coarse world if that comes.
 * @returns {Promise<{world: string, maps: MapFile[], troubles: string[]}>} */
export async function loadMaps() {
  try {
    const answer = await fetch('/map/index.json');
    if (answer.ok) return await answer.json();
  } catch {
    // as below
  }
  return { world: '/map/world.json', maps: [], troubles: ['The list of maps did not come.'] };
}

/** The smallest map that has the place, or null. @param {MapFile[]} maps @param {number} latitude @param {number} longitude */
export function chooseMap(maps, latitude, longitude) {
  const size = (/** @type {MapFile} */ { bounds: [west, south, east, north] }) => (east - west) * (north - south);
  const holds = (/** @type {MapFile} */ { bounds: [west, south, east, north] }) =>
    west <= longitude && longitude <= east && south <= latitude && latitude <= north;
  return maps.filter(holds).sort((a, b) => size(a) - size(b))[0] ?? null;
}

/** Another theme, without touching layers and data that were added since. @param {any} map @param {Theme} theme @param {MapFile | null} file */
export function recolour(map, theme, file) {
  for (const layer of basemapStyle(theme, file).layers) {
    if (!map.getLayer(layer.id)) continue;
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name, value);
  }
}

/** Lines of latitude and longitude for the view, for as long as the map lives; call after its `load`.
 * @param {any} map  @returns {() => void} which ends it */
export function followView(map) {
  const draw = () => {
    const view = map.getBounds();
    const box = { west: view.getWest(), south: view.getSouth(), east: view.getEast(), north: view.getNorth() };
    map.getSource('graticule')?.setData(graticule(box, map.getZoom()));
  };
  draw();
  map.on('moveend', draw);
  return () => map.off('moveend', draw);
}
