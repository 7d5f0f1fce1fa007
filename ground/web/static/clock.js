/**
 * Ages that go on counting by this machine's own clock, whether or not anything comes.
 *
 * A page's clock may stand still while the machine sleeps, and the wall clock may be set. The one that has gone further
 * is believed, as an age that is too great warns and one that is too small lies.
 */

const SLEPT_MS = 2000;
const LEAST_OLD_S = 15;
const REPORTS_MISSED = 2.5;

let steady_ms = performance.now();
let wall_ms = Date.now();
let passed_ms = 0;
let old_after_s = LEAST_OLD_S;

/** Milliseconds since the page was loaded, sleep included. */
export function now_ms() {
  const steady = performance.now();
  const wall = Date.now();
  const [by_steady, by_wall] = [steady - steady_ms, wall - wall_ms];
  [steady_ms, wall_ms] = [steady, wall];
  passed_ms += by_wall - by_steady > SLEPT_MS ? by_wall : by_steady;
  return passed_ms;
}

/** After how many seconds a value is shown as old. A slow radio reports seldom. @param {number | null | undefined} report_s */
export function setReportInterval(report_s) {
  old_after_s = Math.max(LEAST_OLD_S, REPORTS_MISSED * (report_s ?? 0));
}

export function isOld(age_s) {
  return age_s !== null && age_s > old_after_s;
}

/** 0.8 -> '1 s', 185 -> '3 min 05 s', 7620 -> '2 h 07 min'. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '—';
  const sign = seconds < 0 ? '−' : '';
  const whole = Math.round(Math.abs(seconds));
  if (whole < 120) return `${sign}${whole} s`;
  if (whole < 7200) return `${sign}${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 172800) return `${sign}${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  return `${sign}${Math.floor(whole / 86400)} days`;
}

/** The same in one unit, for tight places: 185 -> '3 min'. */
export function brief(seconds) {
  if (!(seconds >= 120)) return duration(seconds);
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return duration(seconds);
}

/** 3723 -> '1:02:03', 65 -> '1:05'. */
export function clockText(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '—';
  const whole = Math.floor(Math.abs(seconds));
  const sign = seconds < 0 && whole ? '−' : '';
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return sign + (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + `:${two(whole % 60)}`;
}

const two = (number) => String(number).padStart(2, '0');

/** @type {Set<WeakRef<object>>} */
const owners = new Set();
/** @type {WeakMap<object, (() => void)[]>} */
const updates = new WeakMap();

/** Called once a second for as long as its owner, an element as a rule, is used by anybody. @param {() => void} update @param {object} owner */
export function everySecond(update, owner) {
  if (!updates.has(owner)) owners.add(new WeakRef(owner));
  updates.set(owner, [...(updates.get(owner) ?? []), update]);
}

setInterval(() => {
  now_ms();
  for (const each of owners) {
    const owner = each.deref();
    if (!owner) owners.delete(each);
    for (const update of owner ? (updates.get(owner) ?? []) : []) update();
  }
}, 1000);

/** An age that is told once and then grows. `at_ms`: when it was that old. */
export class Age {
  constructor() {
    this.base_s = /** @type {number | null} */ (null);
  }

  /** @param {number | null | undefined} age_s */
  set(age_s) {
    this.base_s = age_s === null || age_s === undefined ? null : stateAt_ms() / 1000 - age_s;
  }

  /** Seconds, or null. */
  get now_s() {
    return this.base_s === null ? null : Math.max(0, now_ms() / 1000 - this.base_s);
  }
}

let state_ms = 0;

/** A state has come now: the ages in it are as of this moment. */
export function markState() {
  state_ms = now_ms();
}

export function stateAt_ms() {
  return state_ms;
}

/** An age of the newest state, as it is now. */
export function ageNow(age_s) {
  return age_s === null || age_s === undefined ? null : age_s + (now_ms() - state_ms) / 1000;
}
