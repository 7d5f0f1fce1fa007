/** Metric, imperial and aviation units: what a person reads. Everything comes in SI, as the names of the state say. */

const FOOT_M = 0.3048;
const MILE_M = 1609.344;
const NAUTICAL_MILE_M = 1852;
const POINTS = ['N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW'];
const UNKNOWN = '—';

export const SYSTEMS = ['metric', 'imperial', 'aviation'];

// height, rate, speed, short distance, long distance: [unit, SI units in one of it, digits]
const SCALES = {
  metric: { height: ['m', 1, 0], rate: ['m/s', 1, 1], speed: ['m/s', 1, 1], near: ['m', 1, 0], far: ['km', 1000, 1] },
  imperial: {
    height: ['ft', FOOT_M, 0],
    rate: ['ft/min', FOOT_M / 60, 0],
    speed: ['mph', MILE_M / 3600, 0],
    near: ['ft', FOOT_M, 0],
    far: ['mi', MILE_M, 1],
  },
  aviation: {
    height: ['ft', FOOT_M, 0],
    rate: ['ft/min', FOOT_M / 60, 0],
    speed: ['kt', NAUTICAL_MILE_M / 3600, 0],
    near: ['m', 1, 0],
    far: ['nmi', NAUTICAL_MILE_M, 1],
  },
};
const NEAR_M = 1000;

/** @typedef {{text: string, unit: string}} Part */

const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

/** Thousands apart by a thin space, a true minus. */
export function number(value, digits = 0) {
  if (!known(value)) return UNKNOWN;
  const [whole, rest] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') : whole;
  const zero = /^0*$/.test(whole + (rest ?? ''));
  return (value < 0 && !zero ? '\u2212' : '') + grouped + (rest ? `.${rest}` : '');
}

const part = (value, [unit, scale, digits]) => ({ text: known(value) ? number(value / scale, digits) : UNKNOWN, unit });

/** @param {string} system */
export function unitsOf(system) {
  const scales = SCALES[system] ?? SCALES.metric;
  const parts = {
    altitude: (m) => part(m, scales.height),
    rate: (m_s) => part(m_s, scales.rate),
    speed: (m_s) => part(m_s, scales.speed),
    distance: (m) => part(m, known(m) && Math.abs(m) < NEAR_M ? scales.near : scales.far),
    bearing: (deg) => ({ text: known(deg) ? String(Math.round(deg + 360) % 360).padStart(3, '0') : UNKNOWN, unit: '°' }),
    angle: (deg) => part(deg, ['°', 1, 0]),
    volts: (mv) => part(mv, ['V', 1000, 2]),
    celsius: (c) => (system === 'imperial' && known(c) ? part((c * 9) / 5 + 32, ['°F', 1, 0]) : part(c, ['°C', 1, 1])),
    pressure: (pa) => part(pa, ['hPa', 100, 1]),
    percent: (percent) => part(percent, ['%', 1, 0]),
  };
  const texts = {};
  for (const [name, make] of Object.entries(parts)) {
    texts[name] = (value) => {
      const { text, unit } = make(value);
      return text === UNKNOWN ? text : unit === '°' ? text + unit : `${text} ${unit}`;
    };
  }
  return {
    system: SCALES[system] ? system : 'metric',
    parts,
    ...texts,
    point,
    place,
    /** For charts: factors and names. */
    height: { unit: scales.height[0], of: (m) => (known(m) ? m / scales.height[1] : null) },
    climb: { unit: scales.rate[0], of: (m_s) => (known(m_s) ? m_s / scales.rate[1] : null) },
    /** Metres in a round number of long units: for range rings. */
    far_m: scales.far[1],
    far_unit: scales.far[0],
  };
}

/** 41 -> 'NE'. */
export function point(deg) {
  return known(deg) ? POINTS[Math.round(deg / 22.5 + 32) % 16] : UNKNOWN;
}

/** 37.50123, 127.01234: what navigation programs take, five digits are 1 m. */
export function place(latitude, longitude) {
  return known(latitude) && known(longitude) ? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` : UNKNOWN;
}
