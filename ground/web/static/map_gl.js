/** The map by maplibre-gl: the basemap that the server has, or none, and over it the flight. */

import { el, setAttribute, setClass, setText, svg } from './dom.js';
import { collection, rings } from './map_scene.js';

const MAPLIBRE = '/vendor/maplibre-gl.mjs';
const PMTILES = '/vendor/pmtiles.mjs';
const STYLE = '/map/style.json';
const SHEET = '/vendor/maplibre-gl.css';
const FONT = ['sans-serif'];
const TAP_ONLY = { attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false };

/** @returns {Promise<any>} null where there is no WebGL 2, or no maplibre */
export async function glMap(root, app, told) {
  if (!document.createElement('canvas').getContext('webgl2')) return null;
  let maplibre;
  try {
    maplibre = await import(MAPLIBRE);
    await styleSheet();
  } catch (error) {
    console.warn(error);
    return null;
  }
  const style = await basemap(maplibre, app);
  const holder = el('div', { class: 'map-gl' });
  root.append(holder);
  let map;
  try {
    map = new maplibre.Map({ container: holder, style, center: [127, 37], zoom: 5, ...TAP_ONLY });
  } catch (error) {
    console.warn(error);
    holder.remove();
    return null;
  }
  map.touchZoomRotate?.disableRotation?.();
  map.keyboard?.disableRotation?.();
  return drawn(maplibre, map, holder, app, told, style);
}

function styleSheet() {
  if (document.querySelector(`link[href="${SHEET}"]`)) return Promise.resolve();
  return new Promise((done) => document.head.append(el('link', { rel: 'stylesheet', href: SHEET, on: { load: done, error: done } })));
}

const theme = () => document.documentElement.dataset.theme ?? 'night';
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function basemap(maplibre, app) {
  const given = await app.get(`${STYLE}?theme=${theme()}`);
  if (!given?.sources || !Object.keys(given.sources).length) return bare();
  try {
    if (JSON.stringify(given.sources).includes('pmtiles://')) {
      const { Protocol } = await import(PMTILES);
      maplibre.addProtocol('pmtiles', new Protocol().tile);
    }
  } catch (error) {
    console.warn(error);
    return bare();
  }
  return given;
}

const bare = () => ({ version: 8, sources: {}, layers: [{ id: 'background', type: 'background', paint: { 'background-color': token('--panel') } }] });

/** What lies over the basemap, from below to above. */
function layers() {
  const [accent, ground, faint, alarm, good, soft] = ['--accent', '--panel', '--ink-faint', '--alarm', '--good', '--ink-soft'].map(token);
  const label = { 'text-font': FONT, 'text-size': 12 };
  const halo = { 'text-halo-color': ground, 'text-halo-width': 1.5 };
  const round = { 'line-cap': 'round', 'line-join': 'round' };
  const now = ['!', ['get', 'later']];
  return [
    { id: 'f-area', source: 'f-areas', type: 'fill', filter: ['get', 'out'], paint: { 'fill-color': alarm, 'fill-opacity': 0.2 } },
    { id: 'f-area-out', source: 'f-areas', type: 'line', filter: ['get', 'out'], paint: { 'line-color': alarm, 'line-width': 2 } },
    { id: 'f-area-in', source: 'f-areas', type: 'line', filter: ['!', ['get', 'out']], paint: { 'line-color': good, 'line-width': 2, 'line-dasharray': [5, 2.5] } },
    { id: 'f-ring', source: 'f-rings', type: 'line', paint: { 'line-color': faint, 'line-width': 1, 'line-dasharray': [2, 4] } },
    { id: 'f-way-edge', source: 'f-way', type: 'line', layout: round, paint: { 'line-color': ground, 'line-width': 6, 'line-opacity': 0.8 } },
    { id: 'f-way-now', source: 'f-way', type: 'line', filter: now, layout: round, paint: { 'line-color': accent, 'line-width': 3 } },
    { id: 'f-way-later', source: 'f-way', type: 'line', filter: ['get', 'later'], paint: { 'line-color': accent, 'line-width': 3, 'line-dasharray': [2, 1.6] } },
    { id: 'f-ring-name', source: 'f-ring-names', type: 'symbol', layout: { ...label, 'text-field': ['get', 'label'], 'text-offset': [0, -0.7], 'text-allow-overlap': true }, paint: { ...halo, 'text-color': soft } },
    { id: 'f-area-name', source: 'f-areas', type: 'symbol', layout: { ...label, 'text-field': ['get', 'label'] }, paint: { ...halo, 'text-color': ['case', ['get', 'out'], alarm, good] } },
  ];
}

const SOURCES = ['f-areas', 'f-rings', 'f-ring-names', 'f-way'];

function drawn(maplibre, map, holder, app, told, style) {
  /** @type {any} */
  let seen = null;
  let ready = false;
  let themed = theme();
  const marks = new Map();

  const put = (source, data) => map.getSource(source)?.setData(data);
  const addLayers = () => {
    for (const source of SOURCES) if (!map.getSource(source)) map.addSource(source, { type: 'geojson', data: collection([]) });
    for (const layer of layers()) if (!map.getLayer(layer.id)) map.addLayer(layer);
    ready = true;
    if (seen) draw();
  };
  const drawRings = () => {
    const centre = seen?.us ?? seen?.pad;
    if (!ready || !centre) return;
    const box = map.getBounds();
    const middle = map.getCenter();
    const reach_m = middle.distanceTo(new maplibre.LngLat(middle.lng, box.getNorth()));
    const round = rings(centre, Math.max(50, reach_m), app.units);
    put('f-rings', round);
    put('f-ring-names', collection(round.features.map(({ properties }) => ({ type: 'Feature', properties: { label: properties.label }, geometry: { type: 'Point', coordinates: properties.label_at } }))));
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

  function draw() {
    if (!ready) return;
    put('f-way', seen.way);
    put('f-areas', collection(seen.areas.features.map((feature) => ({ ...feature, properties: { ...feature.properties, label: areaName(feature.properties) } }))));
    drawRings();
    mark('pad', seen.pad, () => el('div', { class: 'mark-pad', title: 'Pad' }));
    mark('us', seen.us, () => el('div', { class: 'mark-us' }, el('span', { text: 'Us' })));
    const names = new Set(seen.drops.map((drop) => `drop ${drop.name}`));
    for (const drop of seen.drops) mark(`drop ${drop.name}`, drop.at, () => el('div', { class: 'mark-drop' }, el('span', { text: drop.name })));
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
    words: Object.keys(style.sources).length ? credit(style) : 'No map of this place on this machine: rings and areas only.',
    map,
    show(scene) {
      seen = scene;
      draw();
    },
    async theme() {
      if (theme() === themed) return;
      themed = theme();
      ready = false;
      map.setStyle(await basemap(maplibre, app), { diff: false });
    },
    fit(box) {
      map.fitBounds(box, { padding: 70, maxZoom: 13, duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 600 });
    },
    zoom(by) {
      told.onmoved();
      map.zoomTo(map.getZoom() + by);
    },
    close() {
      watch.disconnect();
      map.remove();
      holder.remove();
    },
  };
}

const areaName = ({ name, out }) => `${out ? 'Keep out' : 'Keep in'}${name ? `: ${name}` : ''}`;

function credit(style) {
  const said = Object.values(style.sources)
    .map((source) => source.attribution)
    .filter(Boolean)
    .join(' · ');
  const plain = el('span');
  setText(plain, said.replace(/<[^>]*>/g, ''));
  return plain.textContent ?? '';
}

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
