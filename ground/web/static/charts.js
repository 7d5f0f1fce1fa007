/** The flight as lines over time: zoomed and read together, with phases and drops marked. */

import { chartOf } from './chart.js';
import { button, card } from './components.js';
import { clockText } from './clock.js';
import { el, setAttribute, setShown, setText } from './dom.js';

const UPLOT = '/vendor/uplot.mjs';
const SHEET = '/vendor/uplot.css';
const TAIL_MS = 1000;
const WHOLE_MS = 30000;
const MOST_ROWS = 8000;
const WINDOWS = [['All', null], ['1 h', 3600], ['10 min', 600], ['2 min', 120]];

// title, lines of [name, column, factor, colour], unit of a chart by the units of the crew
const CHARTS = [
  { title: 'Altitude', class: 'chart-large', lines: [['altitude', 'altitude_m', '--accent']], of: (units) => units.height },
  { title: 'Vertical speed', zero: true, lines: [['vertical', 'vertical_cm_s', '--accent']], of: (units) => ({ unit: units.climb.unit, of: (cm_s) => units.climb.of(cm_s / 100) }) },
  { title: 'Volts', lines: [['logic', 'logic_mv', '--ink'], ['cutter', 'cutter_mv', '--warn']], of: () => ({ unit: 'V', of: (mv) => mv / 1000 }), digits: 2 },
  { title: 'Temperature inside', lines: [['inside', 'inside_c', '--accent']], of: (units) => (units.system === 'imperial' ? { unit: '°F', of: (c) => (c * 9) / 5 + 32 } : { unit: '°C', of: (c) => c }), digits: 1 },
  { title: 'Pressure', lines: [['pressure', 'pressure_pa', '--accent']], of: () => ({ unit: 'hPa', of: (pa) => pa / 100 }), digits: 1 },
  { title: 'Link', lines: [['link', 'link_percent', '--good'], ['rssi', 'rssi', '--ink-soft']], of: () => ({ unit: '%', of: (percent) => percent }), range: [0, 100], digits: 0 },
];

/** @param {HTMLElement} root @param {import('./app.js').App} app */
export function mount(root, app) {
  const series = new Series(app);
  const charts = /** @type {any[]} */ ([]);
  const view = { from: /** @type {number|null} */ (null), to: /** @type {number|null} */ (null), window_s: /** @type {number|null} */ (null) };
  const at = el('span', { class: 'charts-at number soft', text: 'Drag to zoom, double click for all.' });
  const windows = WINDOWS.map(([name, seconds]) =>
    button(name, () => {
      Object.assign(view, { from: null, to: null, window_s: seconds });
      draw();
    }),
  );
  const grid = el('div', { class: 'charts-grid' });
  root.append(el('div', { class: 'charts' }, el('div', { class: 'spread charts-bar' }, at, el('div', { class: 'row' }, windows)), grid));
  let closed = false;

  async function start() {
    await styleSheet();
    const { default: uPlot } = await import(UPLOT);
    if (closed) return;
    for (const shape of CHARTS) {
      const chart = chartOf(uPlot, app, shape, {
        onzoom(from, to) {
          Object.assign(view, { from, to, window_s: null });
          draw();
        },
        oncursor(x) {
          setText(at, x === null ? 'Drag to zoom, double click for all.' : `${clockText(x)} ${series.launch_s === null ? 'mission time' : 'after launch'}`);
        },
      });
      charts.push(chart);
      grid.append(card('', { class: shape.class ?? '' }, chart.root));
    }
    await series.load();
    draw();
  }

  function draw() {
    const last = series.columns.x[series.columns.x.length - 1] ?? null;
    const first = series.columns.x[0] ?? null;
    const from = view.from ?? (view.window_s !== null && last !== null ? Math.max(first, last - view.window_s) : first);
    const to = view.to ?? last;
    WINDOWS.forEach(([, seconds], index) => setAttribute(windows[index], 'aria-pressed', view.from === null && view.window_s === seconds));
    const marks = marksOf(app.events, series.launch_s);
    for (const chart of charts) {
      setShown(chart.root.parentElement, chart.known(series.columns));
      chart.draw(series.columns, from, to, marks, app.units);
    }
  }

  const end = app.on('settings', () => {
    for (const chart of charts) chart.renew();
    draw();
  });
  start().catch((error) => {
    console.error(error);
    if (!closed) root.replaceChildren(el('p', { class: 'notice is-warn', text: 'The charts could not be loaded. Come back to this page to try again.' }));
  });
  return {
    async update(state) {
      if (charts.length && (await series.follow(state))) draw();
    },
    unmount() {
      closed = true;
      end();
      for (const chart of charts) chart.close();
    },
  };
}

function styleSheet() {
  if (document.querySelector(`link[href="${SHEET}"]`)) return Promise.resolve();
  return new Promise((done) => document.head.append(el('link', { rel: 'stylesheet', href: SHEET, on: { load: done, error: done } })));
}

/** Phases and drops, from what the events say. */
function marksOf(events, launch_s) {
  const marks = [];
  for (const event of events) {
    if (event.mission_ms === null || event.mission_ms === undefined) continue;
    const x = event.mission_ms / 1000 - (launch_s ?? 0);
    const word = String(event.words ?? '');
    if (event.kind === 'phase_changed') marks.push({ x, kind: 'phase', words: word.split(' ')[0] });
    else if (event.kind === 'launched') marks.push({ x, kind: 'phase', words: 'launch' });
    else if (event.kind === 'drop_changed' && / (confirmed|unconfirmed|failed)/.test(word)) marks.push({ x, kind: 'drop', words: word.split(',')[0] });
  }
  return marks;
}

/** The columns, kept up with the flight. */
class Series {
  constructor(app) {
    this.app = app;
    this.columns = /** @type {Record<string, any[]>} */ ({ x: [] });
    this.launch_s = /** @type {number | null} */ (null);
    this.next = 0;
    this.tail_ms = -Infinity;
    this.whole_ms = -Infinity;
    this.generation = /** @type {string | null} */ (null);
    this.busy = false;
  }

  async load() {
    const data = await this.app.get('/api/series');
    if (!data) return;
    this.launch_s = this.app.state?.flight?.launch_mission_s ?? null;
    this.generation = data.generation;
    this.whole_ms = performance.now();
    this.take(data);
  }

  /** Whether there is anything new. */
  async follow(state) {
    const now = performance.now();
    if (this.busy || now - this.tail_ms < TAIL_MS) return false;
    this.busy = true;
    this.tail_ms = now;
    try {
      const launch_s = state.flight?.launch_mission_s ?? null;
      // Late reports come into the middle, and long flights are thinned: the whole is asked for now and then.
      const whole = now - this.whole_ms > WHOLE_MS || launch_s !== this.launch_s || state.generation !== this.generation || this.columns.x.length > MOST_ROWS;
      if (whole) {
        await this.load();
        return true;
      }
      const data = await this.app.get(`/api/series?from=${this.next}`);
      if (!data) return false;
      this.take(data);
      return data.rows.length > 0;
    } finally {
      this.busy = false;
    }
  }

  take({ columns, rows, next, from }) {
    if (from === 0) this.columns = { x: [] };
    const time = columns.indexOf('mission_ms');
    for (const row of rows) {
      const x = row[time] / 1000 - (this.launch_s ?? 0);
      if (this.columns.x.length && x <= this.columns.x[this.columns.x.length - 1]) continue;
      this.columns.x.push(x);
      columns.forEach((name, at) => (this.columns[name] ??= []).push(row[at]));
    }
    this.next = next;
  }
}
