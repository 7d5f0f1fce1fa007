/**
 * A QR code of a short text, drawn by the page itself, so that it is there when the server is not.
 *
 * ISO/IEC 18004, version 3, error correction L, byte mode, mask 0: 29 by 29 modules, up to 53 bytes; a place needs 30.
 */

import { svg } from './dom.js';

const SIZE = 29;
const DATA_BYTES = 55;
const CHECK_BYTES = 15;
const ALIGNED_AT = 22;
const QUIET = 4;
const FORMAT = 0b111011111000100; // level L, mask 0, as the standard's table has it
const BYTE_MODE = 0b0100;
const FILLERS = [0xec, 0x11];
const FIELD = 0x11d; // GF(256), x^8 + x^4 + x^3 + x^2 + 1

/** @param {string} text up to 53 bytes; longer ones have no picture @returns {SVGElement | null} */
export function qrCode(text) {
  const grid = qrGrid(text);
  if (!grid) return null;
  const path = grid.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ''))).join('');
  const whole = SIZE + 2 * QUIET;
  return svg(
    'svg',
    { class: 'qr', viewBox: `0 0 ${whole} ${whole}`, role: 'img', 'aria-label': `QR code: ${text}`, 'shape-rendering': 'crispEdges' },
    svg('rect', { width: whole, height: whole, fill: '#fff' }),
    svg('path', { d: path, fill: '#000' }),
  );
}

/** @param {string} text @returns {boolean[][] | null} rows of dark modules */
export function qrGrid(text) {
  const bytes = [...new TextEncoder().encode(text)];
  if (bytes.length > DATA_BYTES - 2) return null;
  const data = padded(bytes);
  const words = [...data, ...checks(data)];
  const { grid, fixed } = frame();
  const bits = words.flatMap((word) => Array.from({ length: 8 }, (_, at) => (word >> (7 - at)) & 1));
  let at = 0;
  // Two columns at a time from the right, up and down in turn, past the column of the timing marks.
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right -= 1;
    for (let step = 0; step < SIZE; step += 1) {
      const y = up ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x]) continue;
        grid[y][x] = Boolean(bits[at] ?? 0) !== ((x + y) % 2 === 0);
        at += 1;
      }
    }
  }
  return grid;
}

function padded(bytes) {
  const nibbles = [BYTE_MODE, bytes.length >> 4, bytes.length & 15, ...bytes.flatMap((byte) => [byte >> 4, byte & 15]), 0];
  const data = [];
  for (let at = 0; at < nibbles.length; at += 2) data.push((nibbles[at] << 4) | nibbles[at + 1]);
  for (let at = 0; data.length < DATA_BYTES; at += 1) data.push(FILLERS[at % 2]);
  return data;
}

function times(one, other) {
  let product = 0;
  for (; other; other >>= 1) {
    if (other & 1) product ^= one;
    one = (one << 1) ^ (one & 0x80 ? FIELD : 0);
  }
  return product;
}

/** Reed-Solomon: what is left of the data divided by (x - 1)(x - 2)(x - 4)... */
function checks(data) {
  let divisor = [1];
  for (let at = 0, root = 1; at < CHECK_BYTES; at += 1, root = times(root, 2)) {
    divisor = [...divisor, 0].map((factor, index) => factor ^ (index ? times(divisor[index - 1], root) : 0));
  }
  const rest = [...data, ...Array(CHECK_BYTES).fill(0)];
  for (let at = 0; at < data.length; at += 1) {
    const lead = rest[at];
    divisor.forEach((factor, index) => {
      rest[at + index] ^= times(factor, lead);
    });
  }
  return rest.slice(data.length);
}

/** What every code of this size has, and where it is. */
function frame() {
  const grid = Array.from({ length: SIZE }, () => Array(SIZE).fill(false));
  const fixed = Array.from({ length: SIZE }, () => Array(SIZE).fill(false));
  const put = (x, y, dark) => {
    if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) return;
    grid[y][x] = dark;
    fixed[y][x] = true;
  };
  for (let at = 0; at < SIZE; at += 1) {
    put(at, 6, at % 2 === 0);
    put(6, at, at % 2 === 0);
  }
  const square = (left, top, reach, isDark) => {
    for (let y = -reach; y <= reach; y += 1) for (let x = -reach; x <= reach; x += 1) put(left + x, top + y, isDark(Math.max(Math.abs(x), Math.abs(y))));
  };
  for (const [x, y] of [[3, 3], [SIZE - 4, 3], [3, SIZE - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  square(ALIGNED_AT, ALIGNED_AT, 2, (ring) => ring !== 1);
  for (let at = 0; at < 15; at += 1) {
    const dark = Boolean((FORMAT >> at) & 1);
    put(8, at < 6 ? at : at < 8 ? at + 1 : SIZE - 15 + at, dark);
    put(at < 8 ? SIZE - 1 - at : at < 9 ? 7 : 14 - at, 8, dark);
  }
  put(8, SIZE - 8, true);
  return { grid, fixed };
}
