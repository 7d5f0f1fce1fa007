// @ts-check
/** Lines of latitude and longitude for a view, and rings of equal distance: pure functions that give GeoJSON. */

/** @typedef {{west: number, south: number, east: number, north: number}} Box degrees; east may be beyond 180 */

const STEPS_DEG = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const LEAST_GAP_PX = 120;
const TILE_PX = 512;
const FARTHEST_LATITUDE = 85;
const EARTH_M = 6371008.8;
const RING_POINTS = 128;

/** Degrees between two lines, so that they are not closer than LEAST_GAP_PX. @param {number} zoom */
export function graticuleStep(zoom) {
  const degreePx = (TILE_PX * 2 ** zoom) / 360;
  return STEPS_DEG.findLast((step) => step * degreePx >= LEAST_GAP_PX) ?? STEPS_DEG[0];
}

/** Multiples of step between two values, as whole numbers of steps: no sum of rounding errors.
 * @param {number} from @param {number} to @param {number} step */
function* multiples(from, to, step) {
  for (let count = Math.ceil(from / step - 1e-9); count * step <= to + 1e-9; count += 1) yield count;
}

/** @param {number} degrees @param {number} step */
function shown(degrees, step) {
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return `${Math.abs(degrees).toFixed(decimals)}°`;
}

/** `37.5°N`; the equator has no side. @param {number} degrees @param {number} step */
export function latitudeLabel(degrees, step) {
  return shown(degrees, step) + (Math.abs(degrees) < step / 2 ? '' : degrees > 0 ? 'N' : 'S');
}

/** `127.5°E`; 0 and 180 have no side. @param {number} degrees also beyond 180 @param {number} step */
export function longitudeLabel(degrees, step) {
  const within = ((((degrees + 180) % 360) + 360) % 360) - 180;
  const sideless = Math.abs(within) < step / 2 || Math.abs(within) > 180 - step / 2;
  return shown(within, step) + (sideless ? '' : within > 0 ? 'E' : 'W');
}

/** @param {number[][]} coordinates @param {object} properties */
const line = (coordinates, properties) => ({ type: 'Feature', properties, geometry: { type: 'LineString', coordinates } });

/** @param {number[]} coordinates @param {object} properties */
const point = (coordinates, properties) => ({ type: 'Feature', properties, geometry: { type: 'Point', coordinates } });

/** @param {object[]} features */
const collection = (features) => ({ type: 'FeatureCollection', features });

/**
 * Lines across the view, each with a name at its western or southern end. Every fifth is `major`.
 * @param {Box} box what is seen  @param {number} zoom
 */
export function graticule({ west, south, east, north }, zoom) {
  const step = graticuleStep(zoom);
  const low = Math.max(south, -FARTHEST_LATITUDE);
  const high = Math.min(north, FARTHEST_LATITUDE);
  const features = [];
  for (const count of multiples(west, east, step)) {
    const longitude = count * step;
    const label = longitudeLabel(longitude, step);
    features.push(line([[longitude, low], [longitude, high]], { kind: 'meridian', label, major: count % 5 === 0 }));
    features.push(point([longitude, low], { label, anchor: 'bottom-left' }));
  }
  for (const count of multiples(low, high, step)) {
    const latitude = count * step;
    const label = latitudeLabel(latitude, step);
    features.push(line([[west, latitude], [east, latitude]], { kind: 'parallel', label, major: count % 5 === 0 }));
    features.push(point([west, latitude], { label, anchor: 'bottom-left' }));
  }
  return collection(features);
}

/** A round distance of which two to five fit: 1, 2 or 5 and zeros. @param {number} reach_m */
export function ringStep(reach_m) {
  const ten = 10 ** Math.floor(Math.log10(reach_m));
  return [0.2, 0.5, 1, 2].map((part) => part * ten).findLast((step) => reach_m / step >= 2) ?? 0.2 * ten;
}

/** The place at a distance and a bearing, on a sphere. @param {{latitude: number, longitude: number}} from
 * @param {number} distance_m @param {number} bearing_deg @returns {[number, number]} longitude (may pass 180), latitude */
export function destination({ latitude, longitude }, distance_m, bearing_deg) {
  const [lat, bearing, far] = [(latitude * Math.PI) / 180, (bearing_deg * Math.PI) / 180, distance_m / EARTH_M];
  const sine = Math.sin(lat) * Math.cos(far) + Math.cos(lat) * Math.sin(far) * Math.cos(bearing);
  const east = Math.atan2(Math.sin(bearing) * Math.sin(far) * Math.cos(lat), Math.cos(far) - Math.sin(lat) * sine);
  return [longitude + (east * 180) / Math.PI, (Math.asin(sine) * 180) / Math.PI];
}

/**
 * Rings around a place out to a reach, each with its distance at its northern and southern point.
 * @param {{latitude: number, longitude: number}} centre  @param {number} reach_m  how far the outermost may be
 * @param {(distance_m: number) => string} [label] in the user's units  @param {number} [step_m] else a round one in metres
 */
export function rangeRings(centre, reach_m, label = (m) => (m < 1000 ? `${m} m` : `${m / 1000} km`), step_m = ringStep(reach_m)) {
  const features = [];
  for (const count of multiples(step_m, reach_m, step_m)) {
    const distance_m = count * step_m;
    const ring = Array.from({ length: RING_POINTS + 1 }, (_, at) => destination(centre, distance_m, (at * 360) / RING_POINTS));
    const properties = { kind: 'ring', distance_m, label: label(distance_m) };
    features.push(line(ring, properties), point(destination(centre, distance_m, 0), properties), point(destination(centre, distance_m, 180), properties));
  }
  return collection(features);
}
