/** What fingers and the mouse do to a map: move it, bring it nearer, point at a place of it. */

const TAP_PX = 6;
const WHEEL_PX = 400; // of scrolling, for twice the scale

/** @typedef {{x: number, y: number}} Spot in pixels of the element */

/**
 * @param {HTMLElement} element
 * @param {{zoom: (by: number, at: Spot) => void, pan: (x: number, y: number) => void, tap: (at: Spot) => void}} told
 */
export function watchFingers(element, told) {
  const fingers = /** @type {Map<number, Spot>} */ (new Map());
  let pressed = /** @type {Spot | null} */ (null);
  const spot = (event) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
    pressed = fingers.size === 1 ? spot(event) : null;
  });
  element.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = spot(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (pressed && apart(now, pressed) < TAP_PX) return;
    pressed = null;
    fingers.set(event.pointerId, now);
    if (!other) {
      told.pan(now.x - before.x, now.y - before.y);
      return;
    }
    const [was, is] = [apart(before, other), apart(now, other)];
    if (was > 1 && is > 1) told.zoom(Math.log2(is / was), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  });
  element.addEventListener('pointerup', (event) => {
    fingers.delete(event.pointerId);
    if (pressed) told.tap(pressed);
    pressed = null;
  });
  element.addEventListener('pointercancel', (event) => fingers.delete(event.pointerId));
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      told.zoom(-event.deltaY / WHEEL_PX, spot(event));
    },
    { passive: false },
  );
}

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
