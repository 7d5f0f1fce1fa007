/** The map by maplibre-gl: the basemap that the server has, or none, and over it the flight. */

import { addProtocol, basemapStyle, chooseMap, FIRST_NAME, followView, loadMaps, recolour } from './basemap.js';
import { el, setAttribute, setClass, svg } from './dom.js';
import { collection, rings } from './map_scene.js';

const MAPLIBRE = '/vendor/maplibre-gl.mjs';
const SHEETS = ['/vendor/maplibre-gl.css', '/static/basemap.css'];
const WORLD_CREDIT = 'Natural Earth · GeoNames (CC BY)';
const FONT = ['Noto Sans Bold'];
const FLAT = { attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false };
// At the right are the buttons.
const ROOM = { top: 56, bottom: 56, left: 56, right: 120 };

/** @returns {Promise<any>} null where there is no WebGL 2, or no maplibre */
export async function glMap(root, app, told) {
  if (!document.createElement('canvas').getContext('webgl2')) return null;
  let maplibre;
  try {
    maplibre = await import(MAPLIBRE);
    for (const sheet of SHEETS) await linked(sheet);
    addProtocol(maplibre);
  } catch (error) {
    console.warn(error);
    return null;
  }
  const known = await loadMaps();
  const holder = el('div', { class: 'map-gl' });
  root.append(holder);
  let map;
  try {
    map = new maplibre.Map({ container: holder, style: basemapStyle(theme(), null, known.world), center: [127, 37], zoom: 5, ...FLAT });
  } catch (error) {
    console.warn(error);
    holder.remove();
    return null;
  }
  map.touchZoomRotate?.disableRotation?.();
  map.keyboard?.disableRotation?.();
  return drawn(maplibre, map, holder, app, told, known);
}

function linked(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((done) => document.head.append(el('link', { rel: 'stylesheet', href, on: { load: done, error: done } })));
}

/** @returns {any} */
const theme = () => document.documentElement.dataset.theme ?? 'night';
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What lies over the land and under its names, from below to above. */
function layers() {
  const [accent, ground, alarm, good] = ['--accent', '--panel', '--alarm', '--good'].map(token);
  const round = { 'line-cap': 'round', 'line-join': 'round' };
  const now = ['!', ['get', 'later']];
  return [
    { id: 'f-area', source: 'f-areas', type: 'fill', filter: ['get', 'out'], paint: { 'fill-color': alarm, 'fill-opacity': 0.2 } },
    { id: 'f-area-out', source: 'f-areas', type: 'line', filter: ['get', 'out'], paint: { 'line-color': alarm, 'line-width': 2 } },
    { id: 'f-area-in', source: 'f-areas', type: 'line', filter: ['!', ['get', 'out']], paint: { 'line-color': good, 'line-width': 2, 'line-dasharray': [5, 2.5] } },
    { id: 'f-way-edge', source: 'f-way', type: 'line', layout: round, paint: { 'line-color': ground, 'line-width': 6, 'line-opacity': 0.8 } },
    { id: 'f-way-now', source: 'f-way', type: 'line', filter: now, layout: round, paint: { 'line-color': accent, 'line-width': 3 } },
    { id: 'f-way-later', source: 'f-way', type: 'line', filter: ['get', 'later'], paint: { 'line-color': accent, 'line-width': 3, 'line-dasharray': [2, 1.6] } },
    {
      id: 'f-area-name',
      source: 'f-areas',
      type: 'symbol',
      layout: { 'symbol-placement': 'line', 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12, 'text-offset': [0, 0.9], 'symbol-spacing': 160 },
      paint: { 'text-halo-color': ground, 'text-halo-width': 1.5, 'text-color': ['case', ['get', 'out'], alarm, good] },
    },
  ];
}

const SOURCES = ['f-areas', 'f-way'];

function drawn(maplibre, map, holder, app, told, known) {
  /** @type {any} */
  let seen = null;
  let ready = false;
  let themed = theme();
  let file = /** @type {any} */ (null);
  let endLines = () => {};
  let has = /** @type {any} */ ({}); // what it was given already
  const marks = new Map();

  const put = (source, data) => map.getSource(source)?.setData(data);
  const addLayers = () => {
    for (const source of SOURCES) if (!map.getSource(source)) map.addSource(source, { type: 'geojson', data: collection([]) });
    for (const layer of layers()) if (!map.getLayer(layer.id)) map.addLayer(layer, map.getLayer(FIRST_NAME) ? FIRST_NAME : undefined);
    ready = true;
    has = {};
    endLines();
    endLines = followView(map);
    if (seen) draw();
  };
  const drawRings = () => {
    const centre = seen?.us ?? seen?.pad;
    if (!ready || !centre) return;
    const box = map.getBounds();
    const middle = map.getCenter();
    const reach_m = middle.distanceTo(new maplibre.LngLat(middle.lng, box.getNorth()));
    put('rings', rings(centre, Math.max(50, reach_m), app.units));
  };

  function mark(name, at, make) {
    let marker = marks.get(name);
    if (!at) {
      marker?.remove();
      marks.delete(name);
      return null;
    }
    if (!marker) {
      marker = new maplibre.Marker({ element: make(), anchor: 'center' }).setLngLat(at).addTo(map);
      marks.set(name, marker);
    }
    marker.setLngLat(at);
    return marker.getElement();
  }

  /** The map of the region in which the flight is. */
  function choose() {
    const [longitude, latitude] = seen.balloon?.at ?? seen.us ?? seen.pad ?? [];
    if (latitude === undefined) return;
    const found = chooseMap(known.maps, latitude, longitude);
    if (found === null || found.name === file?.name) return;
    file = found;
    ready = false;
    map.setStyle(basemapStyle(themed, file, known.world), { diff: false });
  }

  function draw() {
    choose();
    if (!ready) return;
    const now = { way: seen.way, mission: app.mission, centre: String(seen.us ?? seen.pad) };
    if (now.way !== has.way) put('f-way', seen.way);
    if (now.mission !== has.mission) put('f-areas', collection(seen.areas.features.map(named)));
    if (now.centre !== has.centre) drawRings();
    has = now;
    drawMarks();
  }

  function drawMarks() {
    mark('pad', seen.pad, () => el('div', { class: 'mark-pad', title: 'Pad' }));
    mark('us', seen.us, () => el('div', { class: 'mark-us' }, el('span', { text: 'Us' })));
    const names = new Set(seen.drops.map((drop) => `drop ${drop.name}`));
    seen.drops.forEach((drop, at) => mark(`drop ${drop.name}`, drop.at, () => el('div', { class: at % 2 ? 'mark-drop is-left' : 'mark-drop' }, el('span', { text: drop.name }))));
    for (const name of marks.keys()) if (name.startsWith('drop ') && !names.has(name)) mark(name, null, () => null);
    const element = mark('balloon', seen.balloon?.at, balloonMark);
    if (!element) return;
    setClass(element, 'is-lost', seen.balloon.old);
    const arrow = element.querySelector('.mark-heading');
    setAttribute(arrow, 'transform', `rotate(${seen.balloon.heading ?? 0})`);
    setAttribute(arrow, 'visibility', seen.balloon.heading === null ? 'hidden' : 'visible');
  }

  map.on('style.load', addLayers);
  map.on('moveend', drawRings);
  for (const name of ['dragstart', 'zoomstart']) map.on(name, (event) => event.originalEvent && told.onmoved());
  map.on('click', (event) => told.ontap([event.lngLat.lng, event.lngLat.lat]));
  map.on('error', (event) => console.warn('map', event.error?.message ?? event));
  const watch = new ResizeObserver(() => map.resize());
  watch.observe(holder);

  return {
    get words() {
      return file ? (file.attribution ?? '') : `${seen?.balloon ? 'No map of this region on this machine. ' : ''}${WORLD_CREDIT}`;
    },
    map,
    show(scene) {
      seen = scene;
      draw();
    },
    theme() {
      drawRings();
      if (theme() === themed) return;
      themed = theme();
      if (!ready) return;
      recolour(map, themed, file);
      for (const { id, paint } of layers()) for (const [name, value] of Object.entries(paint)) map.setPaintProperty(id, name, value);
    },
    fit(box) {
      map.fitBounds(box, { padding: Math.min(holder.clientWidth, holder.clientHeight) < 300 ? 20 : ROOM, maxZoom: 13, duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 600 });
    },
    zoom(by) {
      told.onmoved();
      map.zoomTo(map.getZoom() + by);
    },
    close() {
      watch.disconnect();
      endLines();
      map.remove();
      holder.remove();
    },
  };
}

const named = (area) => ({ ...area, properties: { ...area.properties, label: areaName(area.properties) } });
const areaName = ({ name, out }) => `${out ? 'Keep out' : 'Keep in'}${name ? `: ${name}` : ''}`;

function balloonMark() {
  return el(
    'div',
    { class: 'mark-balloon' },
    svg(
      'svg',
      { viewBox: '-30 -30 60 60', width: 60, height: 60 },
      svg('path', { class: 'mark-heading', d: 'M0 -27 L9 -12 L-9 -12 Z' }),
      svg('circle', { r: 11 }),
    ),
  );
}
