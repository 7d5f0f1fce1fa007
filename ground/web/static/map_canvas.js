/** A map of lines on a plain canvas, for machines without WebGL 2: a coarse coast, and every place, ring and area. */

import { el } from './dom.js';
import { graticule } from './graticule.js';
import { watchFingers } from './map_fingers.js';
import { rings } from './map_scene.js';

const LEAST_ZOOM = 1;
const MOST_ZOOM = 19;
const TILE = 256;
const DEGREE_M = 111195;
const WORLD = '/map/world.json';

const mercator = (latitude) => (1 - Math.log(Math.tan(((90 + latitude) * Math.PI) / 360)) / Math.PI) / 2;
const unmercator = (y) => (360 / Math.PI) * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) - 90;

/**
 * @param {HTMLElement} root @param {import('./app.js').App} app
 * @param {{ontap: (place: [number, number]) => void, onmoved: () => void}} told
 */
export function canvasMap(root, app, told) {
  const canvas = /** @type {HTMLCanvasElement} */ (el('canvas', { 'aria-hidden': 'true' }));
  root.append(canvas);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  let view = { x: 0.5, y: 0.4, zoom: 2 };
  /** @type {any} */
  let seen = null;
  let asked = 0;
  let colours = /** @type {any} */ ({});
  let coast = /** @type {[number, number][][]} */ ([]);
  app.get(WORLD).then((world) => {
    const land = (world?.features ?? []).filter(({ properties }) => properties?.layer === 'land');
    coast = land.flatMap(({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates[0]] : geometry.coordinates.map(([outer]) => outer)));
    redraw();
  });

  const scale = () => TILE * 2 ** view.zoom;
  const width = () => root.clientWidth;
  const height = () => root.clientHeight;
  const toScreen = ([longitude, latitude]) => [
    (longitude / 360 + 0.5 - view.x) * scale() + width() / 2,
    (mercator(latitude) - view.y) * scale() + height() / 2,
  ];
  const toPlace = (x, y) => /** @type {[number, number]} */ ([
    ((x - width() / 2) / scale() + view.x - 0.5) * 360,
    unmercator((y - height() / 2) / scale() + view.y),
  ]);
  const redraw = () => {
    if (!asked) asked = requestAnimationFrame(draw);
  };

  function draw() {
    asked = 0;
    const dots = devicePixelRatio || 1;
    const [wide, high] = [Math.round(width() * dots), Math.round(height() * dots)];
    if (!wide || !high) return;
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.fillStyle = colours.panel;
    pen.fillRect(0, 0, width(), height());
    for (const feature of coast) path(feature, { fill: colours.faint, stroke: colours.faint });
    lines();
    if (!seen) return;
    for (const feature of seen.areas.features) area(feature);
    const centre = seen.us ?? seen.pad;
    if (centre) for (const feature of rings(centre, reach_m(), app.units).features) ring(feature);
    for (const feature of seen.way.features) {
      path(feature.geometry.coordinates, { stroke: colours.panel, width: 6 });
      path(feature.geometry.coordinates, { stroke: colours.accent, width: 3, dash: feature.properties.later ? [6, 6] : [] });
    }
    if (seen.pad) cross(seen.pad);
    for (const drop of seen.drops) diamond(drop);
    if (seen.us) us(seen.us);
    if (seen.balloon) balloon(seen.balloon);
  }

  const reach_m = () => ((Math.min(width(), height()) / scale()) * 360 * DEGREE_M * Math.cos((unmercator(view.y) * Math.PI) / 180)) / 2;

  function path(places, { stroke = '', width: thick = 1, dash = [], fill = '' }) {
    pen.beginPath();
    places.forEach((place, at) => {
      const [x, y] = toScreen(place);
      if (at) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    });
    pen.setLineDash(/** @type {number[]} */ (dash));
    pen.lineJoin = pen.lineCap = 'round';
    if (fill) {
      pen.fillStyle = fill;
      pen.globalAlpha = 0.22;
      pen.fill();
      pen.globalAlpha = 1;
    }
    if (stroke) {
      pen.strokeStyle = stroke;
      pen.lineWidth = thick;
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  function text(said, x, y, { colour = colours.soft, align = 'left', bold = false } = {}) {
    pen.font = `${bold ? 600 : 400} 12px system-ui, sans-serif`;
    pen.textAlign = /** @type {CanvasTextAlign} */ (align);
    pen.lineWidth = 3;
    pen.strokeStyle = colours.panel;
    pen.strokeText(said, x, y);
    pen.fillStyle = colour;
    pen.fillText(said, x, y);
  }

  function lines() {
    const [west, north] = toPlace(0, 0);
    const [east, south] = toPlace(width(), height());
    for (const { geometry, properties } of graticule({ west, south, east, north }, view.zoom - 1).features) {
      if (geometry.type === 'LineString') {
        path(geometry.coordinates, { stroke: colours.line });
      } else {
        const [x, y] = toScreen(geometry.coordinates);
        text(properties.label, x + 4, y - 4, { colour: colours.faint });
      }
    }
  }

  function ring({ geometry, properties }) {
    if (geometry.type === 'LineString') {
      path(geometry.coordinates, { stroke: colours.faint, dash: [2, 5] });
      return;
    }
    const [x, y] = toScreen(geometry.coordinates);
    text(properties.label, x, y - 3, { align: 'center' });
  }

  function area({ geometry, properties }) {
    const polygons = geometry.type === 'MultiPolygon' ? geometry.coordinates : [geometry.coordinates];
    for (const [outer] of polygons) {
      const colour = properties.out ? colours.alarm : colours.good;
      path(outer, { fill: properties.out ? colour : '', stroke: colour, width: 2, dash: properties.out ? [] : [10, 5] });
      const [x, y] = toScreen(outer[0]);
      text(`${properties.out ? 'Keep out' : 'Keep in'}${properties.name ? `: ${properties.name}` : ''}`, x + 6, y + 14, { colour, bold: true });
    }
  }

  function cross(place) {
    const [x, y] = toScreen(place);
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    pen.strokeRect(x - 5, y - 5, 10, 10);
    text('Pad', x + 9, y + 4);
  }

  function diamond({ at, name }) {
    const [x, y] = toScreen(at);
    pen.beginPath();
    pen.moveTo(x, y - 7);
    pen.lineTo(x + 7, y);
    pen.lineTo(x, y + 7);
    pen.lineTo(x - 7, y);
    pen.closePath();
    pen.fillStyle = colours.panel;
    pen.fill();
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    pen.stroke();
    text(name, x + 11, y + 4, { colour: colours.ink, bold: true });
  }

  function us(place) {
    const [x, y] = toScreen(place);
    pen.beginPath();
    pen.arc(x, y, 7, 0, 7);
    pen.fillStyle = colours.ink;
    pen.fill();
    pen.strokeStyle = colours.panel;
    pen.lineWidth = 3;
    pen.stroke();
    text('Us', x + 11, y + 4, { colour: colours.ink, bold: true });
  }

  function balloon({ at, heading, old }) {
    const [x, y] = toScreen(at);
    pen.save();
    pen.translate(x, y);
    pen.globalAlpha = old ? 0.6 : 1;
    pen.fillStyle = old ? colours.alarm : colours.accent;
    pen.strokeStyle = colours.panel;
    pen.lineWidth = 3;
    if (heading !== null) {
      pen.save();
      pen.rotate((heading * Math.PI) / 180);
      pen.beginPath();
      pen.moveTo(0, -24);
      pen.lineTo(8, -10);
      pen.lineTo(-8, -10);
      pen.closePath();
      pen.stroke();
      pen.fill();
      pen.restore();
    }
    pen.beginPath();
    pen.arc(0, 0, 10, 0, 7);
    pen.stroke();
    pen.fill();
    pen.restore();
  }

  const zoomAt = (by, { x, y }) => {
    const [longitude, latitude] = toPlace(x, y);
    view.zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, view.zoom + by));
    view.x = longitude / 360 + 0.5 - (x - width() / 2) / scale();
    view.y = mercator(latitude) - (y - height() / 2) / scale();
    told.onmoved();
    redraw();
  };
  watchFingers(canvas, {
    zoom: zoomAt,
    tap: ({ x, y }) => told.ontap(toPlace(x, y)),
    pan(x, y) {
      view.x -= x / scale();
      view.y -= y / scale();
      told.onmoved();
      redraw();
    },
  });
  const watch = new ResizeObserver(redraw);
  watch.observe(root);

  return {
    words: 'No WebGL 2 here: a map of lines. Natural Earth',
    show(scene) {
      seen = scene;
      redraw();
    },
    theme() {
      const style = getComputedStyle(document.documentElement);
      const read = (name) => style.getPropertyValue(name).trim();
      colours = { panel: read('--panel'), line: read('--line'), ink: read('--ink'), soft: read('--ink-soft'), faint: read('--ink-faint'), accent: read('--accent'), alarm: read('--alarm'), good: read('--good') };
      redraw();
    },
    /** @param {[[number, number], [number, number]]} box */
    fit([[west, south], [east, north]]) {
      const x = Math.max((east - west) / 360, 1e-6);
      const y = Math.max(mercator(south) - mercator(north), 1e-6);
      const room = 0.72;
      view.zoom = Math.min(14, Math.log2((width() * room) / (x * TILE)), Math.log2((height() * room) / (y * TILE)));
      view.x = (west + east) / 720 + 0.5;
      view.y = (mercator(south) + mercator(north)) / 2;
      redraw();
    },
    centre([longitude, latitude]) {
      view.x = longitude / 360 + 0.5;
      view.y = mercator(latitude);
      redraw();
    },
    zoom(by) {
      zoomAt(by, { x: width() / 2, y: height() / 2 });
    },
    close() {
      watch.disconnect();
      cancelAnimationFrame(asked);
      canvas.remove();
    },
  };
}
