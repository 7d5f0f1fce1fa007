/** What is to be seen on a map, whoever draws it: as GeoJSON, from what the page knows. */

import { rangeRings } from './graticule.js';

const DROP_EVENT = 'drop_changed';
const MOST_RINGS = 5;
const RINGS_WANTED = 3;

export const collection = (features) => ({ type: 'FeatureCollection', features });

/** @typedef {[number, number]} Place longitude, latitude */

/** 1, 2 or 5 times a power of ten, not above. */
export function roundDown(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/** Rings around a place, round numbers of the crew's own units. `view_m`: how far the map reaches. */
export function rings([longitude, latitude], view_m, units) {
  const step_m = roundDown(view_m / units.far_m / RINGS_WANTED) * units.far_m;
  const label = (metres) => (metres < units.far_m && units.system === 'metric' ? `${Math.round(metres)} m` : `${Number((metres / units.far_m).toPrecision(4))} ${units.far_unit}`);
  return rangeRings({ latitude, longitude }, MOST_RINGS * step_m, label, step_m);
}

/** @param {import('./app.js').App} app */
export function scene(app) {
  const state = app.state ?? {};
  const last = state.last_heard;
  const heading = state.fix?.course_deg ?? null;
  const balloon = last ? { at: /** @type {Place} */ ([last.longitude, last.latitude]), heading, old: Boolean(state.lost) } : null;
  const us = state.us ? /** @type {Place} */ ([state.us.longitude, state.us.latitude]) : null;
  return {
    balloon,
    us,
    pad: padOf(app),
    drops: dropPlaces(app),
    way: wayOf(app.track),
    areas: areas(app.mission?.areas),
  };
}

let before = { track: /** @type {any} */ (null), length: 0, way: collection([]) };

/** Made anew only when the track has grown: the same object says that nothing has changed. */
function wayOf(track) {
  if (before.track !== track || before.length !== track.length) before = { track, length: track.length, way: way(track) };
  return before.way;
}

/** The way: drawn through where frames were heard, dashed where a later frame told it. */
function way(track) {
  const features = [];
  let points = /** @type {Place[]} */ ([]);
  let later = false;
  const end = () => points.length > 1 && features.push(line(points, { later }));
  for (const point of track) {
    const at = /** @type {Place} */ ([point.longitude, point.latitude]);
    if (points.length && point.told_later !== later) {
      if (point.told_later) {
        end();
        points = [points[points.length - 1], at];
      } else {
        points.push(at);
        end();
        points = [at];
      }
      later = point.told_later;
      continue;
    }
    if (!points.length) later = point.told_later;
    points.push(at);
  }
  end();
  return collection(features);
}

function padOf(app) {
  const pad = app.mission?.pad;
  if (pad?.latitude != null) return /** @type {Place} */ ([pad.longitude, pad.latitude]);
  const first = app.track[0];
  return first ? /** @type {Place} */ ([first.longitude, first.latitude]) : null;
}

/** Where it was when a drop was let go. */
function dropPlaces(app) {
  const places = [];
  const cutdown = app.state?.cutdown;
  for (const drop of [...(app.state?.drops ?? []), cutdown].filter(Boolean)) {
    const who = drop === cutdown ? 'cutdown' : `drop ${drop.place + 1}`;
    const event = app.events.find((each) => each.kind === DROP_EVENT && isRelease(each.words, who));
    const at = event && placeAt(app.track, event.mission_ms);
    if (at) places.push({ at, name: drop.name || String(drop.place) });
  }
  return places;
}

// The server's words: 'drop 1 firing', 'cutdown fired'.
function isRelease(words, who) {
  return ['firing', 'fired', 'confirmed'].some((state) => words?.startsWith(`${who} ${state}`));
}

/** @returns {Place | null} */
function placeAt(track, mission_ms) {
  let [low, high] = [0, track.length - 1];
  if (high < 0) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (track[middle].mission_ms < mission_ms) low = middle + 1;
    else high = middle;
  }
  return [track[low].longitude, track[low].latitude];
}

function areas(given) {
  const features = (given?.features ?? []).map((feature) => ({
    ...feature,
    properties: { name: feature.properties?.name ?? '', out: /out/.test(String(feature.properties?.kind ?? 'keep_out')) },
  }));
  return collection(features);
}

const line = (coordinates, properties) => ({ type: 'Feature', properties, geometry: { type: 'LineString', coordinates } });
/** The box of what matters. @returns {[Place, Place] | null} */
export function extent(app, seen) {
  const places = app.track.map((point) => [point.longitude, point.latitude]);
  for (const each of [seen.balloon?.at, seen.us, seen.pad]) if (each) places.push(each);
  if (!places.length) return null;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of places) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [[west, south], [east, north]];
}
