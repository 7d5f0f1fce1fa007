/** One chart: uPlot in the colours of the theme, with phases and drops behind the lines and a reading of the cursor. */

import { clockText } from './clock.js';
import { el, setText } from './dom.js';
import { number } from './units.js';

const GAP_S = 30; // a line over a longer silence would claim what nobody heard
const AXIS_PX = 56;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {any} uPlot @param {any} shape a row of charts.js @param {{onzoom: (from: number|null, to: number|null) => void, oncursor: (x: number|null) => void}} told */
export function chartOf(uPlot, app, shape, told) {
  const reading = el('span', { class: 'chart-reading number' });
  const holder = el('div', { class: 'chart-holder' });
  const root = el('div', { class: 'chart' }, el('h2', { class: 'card-title' }, shape.title, el('span', { class: 'grow' }), reading), holder);
  /** @type {any} */
  let plot = null;
  let shown = /** @type {any} */ (null);
  let marks = /** @type {any[]} */ ([]);

  const read = (index) => {
    if (!plot || !shown) return;
    const at = index ?? lastKnown(shown.data);
    setText(
      reading,
      shape.lines
        .map(([name], line) => {
          const value = at === null ? null : shown.data[line + 1]?.[at];
          const said = `${number(value, shape.digits ?? (shown.scale.unit === 'm/s' ? 1 : 0))} ${shown.scale.unit}`;
          return value === null || value === undefined ? '' : shape.lines.length > 1 ? `${name} ${said}` : said;
        })
        .filter(Boolean)
        .join('   '),
    );
  };

  function make(data, scale) {
    const [ink, line, panel] = ['--ink-soft', '--line-faint', '--panel'].map(token);
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 }, font: '12px system-ui, sans-serif' };
    return new uPlot(
      {
        width: Math.max(100, holder.clientWidth),
        height: Math.max(80, holder.clientHeight),
        legend: { show: false },
        padding: [8, 14, 0, 0],
        cursor: {
          // Only where the cursor is, is told to the other charts; what is drawn across one of them is its own.
          sync: { key: 'flight', filters: { pub: (kind) => kind === 'mousemove' || kind === 'mouseleave' } },
          drag: { x: true, y: false, setScale: false },
          points: { size: 9, width: 2, stroke: panel, fill: (_, line) => token(shape.lines[line - 1][2]) },
        },
        select: { show: true },
        scales: { x: { time: false }, y: { range: (_, least, most) => rangeOf(least, most, shape) } },
        axes: [
          { ...axis, size: 30, space: 70, values: (_, splits) => splits.map((split) => clockText(split)), incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800] },
          { ...axis, size: AXIS_PX, space: 28, values: (_, splits) => splits.map((split) => number(split, decimals(splits))) },
        ],
        series: [
          {},
          ...shape.lines.map(([name, , colour], index) => ({
            label: name,
            stroke: token(colour),
            width: 2,
            dash: index ? [7, 4] : undefined,
            points: { show: false },
            gaps: (chart, _series, from, to) => silences(uPlot, chart, from, to),
          })),
        ],
        hooks: {
          drawAxes: [(chart) => drawMarks(chart, marks, shape)],
          setSelect: [
            (chart) => {
              const { left, width } = chart.select;
              if (width < 4) return;
              told.onzoom(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            (chart) => {
              read(chart.cursor.idx);
              if (chart.cursor.event) told.oncursor(chart.cursor.idx == null ? null : chart.data[0][chart.cursor.idx]);
            },
          ],
          ready: [(chart) => chart.over.addEventListener('dblclick', () => told.onzoom(null, null))],
        },
      },
      data,
      holder,
    );
  }

  const watch = new ResizeObserver(() => plot?.setSize({ width: Math.max(100, holder.clientWidth), height: Math.max(80, holder.clientHeight) }));
  watch.observe(holder);

  return {
    root,
    known(columns) {
      return shape.lines.some(([, column]) => columns[column]?.some((value) => value !== null));
    },
    draw(columns, from, to, given, units) {
      marks = given;
      const scale = shape.of(units);
      const data = [columns.x, ...shape.lines.map(([, column]) => (columns[column] ?? columns.x.map(() => null)).map((value) => (value === null ? null : scale.of(value))))];
      shown = { data, scale };
      if (!holder.clientWidth) return;
      plot ??= make(data, scale);
      plot.batch(() => {
        plot.setData(data, false);
        if (from !== null && to !== null) plot.setScale('x', { min: from, max: Math.max(to, from + 1) });
      });
      read(plot.cursor.idx);
    },
    /** Theme or units are others. */
    renew() {
      plot?.destroy();
      plot = null;
    },
    close() {
      watch.disconnect();
      plot?.destroy();
    },
  };
}

const decimals = (splits) => {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
  return [0, 1, 2].find((digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) ?? 3;
};

function lastKnown(data) {
  for (let at = data[0].length - 1; at >= 0; at -= 1) if (data.slice(1).some((column) => column[at] !== null)) return at;
  return null;
}

function rangeOf(least, most, shape) {
  if (shape.range) return shape.range;
  if (least === null || most === null) return [0, 1];
  const low = shape.zero ? Math.min(0, least) : least;
  const high = shape.zero ? Math.max(0, most) : most;
  const room = Math.max((high - low) * 0.08, shape.digits === 2 ? 0.05 : 0.5);
  return [low - room, high + room];
}

/** Stretches in which nothing was heard, in pixels, for uPlot to leave out. */
function silences(uPlot, chart, from, to) {
  const times = chart.data[0];
  const steps = [];
  for (let at = from + 1; at <= to; at += 1) steps.push(times[at] - times[at - 1]);
  const usual = steps.length ? [...steps].sort((one, other) => one - other)[steps.length >> 1] : 0;
  const gap_s = Math.max(GAP_S, 4 * usual);
  const gaps = [];
  for (let at = from + 1; at <= to; at += 1) {
    if (times[at] - times[at - 1] <= gap_s) continue;
    gaps.push([Math.round(chart.valToPos(times[at - 1], 'x', true)), Math.round(chart.valToPos(times[at], 'x', true))]);
  }
  return gaps;
}

function drawMarks(chart, marks, shape) {
  const { ctx: pen, bbox } = chart;
  const dots = devicePixelRatio || 1;
  pen.save();
  pen.beginPath();
  pen.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  pen.clip();
  pen.font = `${11 * dots}px system-ui, sans-serif`;
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  const colour = { phase: token('--ink-faint'), drop: token('--ink') };
  const paper = token('--panel');
  const named = shape.class === 'chart-large';
  const taken = [-Infinity, -Infinity, -Infinity];
  for (const mark of marks) {
    const x = Math.round(chart.valToPos(mark.x, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    pen.strokeStyle = pen.fillStyle = colour[mark.kind];
    pen.lineWidth = dots;
    pen.setLineDash(mark.kind === 'phase' ? [3 * dots, 3 * dots] : []);
    pen.beginPath();
    pen.moveTo(x, bbox.top);
    pen.lineTo(x, bbox.top + bbox.height);
    pen.stroke();
    if (!named) continue;
    const wide = pen.measureText(mark.words).width;
    const row = taken.findIndex((end) => end < x);
    if (row < 0) continue;
    taken[row] = x + wide + 10 * dots;
    pen.setLineDash([]);
    pen.lineWidth = 4 * dots;
    pen.strokeStyle = paper;
    pen.strokeText(mark.words, x + 4 * dots, bbox.top + (14 + row * 15) * dots);
    pen.fillText(mark.words, x + 4 * dots, bbox.top + (14 + row * 15) * dots);
  }
  pen.restore();
}
