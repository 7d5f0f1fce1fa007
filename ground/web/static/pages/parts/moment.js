/** Clock times as a crew writes them down: UTC, and seconds of what somebody typed. */

/** '10:22:33' of a wall time. @param {number | null | undefined} wall_ms */
export function utcClock(wall_ms) {
  return wall_ms === null || wall_ms === undefined ? '—' : new Date(wall_ms).toISOString().slice(11, 19);
}

/** '2026-06-01'. @param {number | null | undefined} wall_ms */
export function utcDay(wall_ms) {
  return wall_ms === null || wall_ms === undefined ? '—' : new Date(wall_ms).toISOString().slice(0, 10);
}

/** Seconds of '90', '1:30' or '0:01:30'; null for anything else. @param {string} text */
export function secondsOf(text) {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((part) => /^\d{1,6}$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
