/** The map of the driving screen: what is seen of it, who draws it, and the buttons on it. */

import { button, card } from './components.js';
import { el, setAttribute, setText } from './dom.js';
import { canvasMap } from './map_canvas.js';
import { glMap } from './map_gl.js';
import { extent, scene } from './map_scene.js';

const FOLLOW_MS = 3000;
const SHOW_MS = 500;

/** @param {import('./app.js').App} app */
export function mapPanel(app) {
  const here = el('div', { class: 'map-here', role: 'application', 'aria-label': 'Map' });
  const says = el('div', { class: 'map-says', hidden: true });
  const follow = button('Follow', () => setFollow(!app.settings.follow), { title: 'Keep balloon, us and pad in view' });
  const placing = button('Set us', () => setPlacing(!is_placing), { title: 'Then tap the map on our own place' });
  const closer = button('+', () => map?.zoom(1), { title: 'Closer' });
  const further = button('−', () => map?.zoom(-1), { title: 'Further away' });
  const root = card('', { class: 'map-card', 'aria-label': 'Map' }, here, el('div', { class: 'map-tools' }, follow, !app.viewer && placing, closer, further), says);
  /** @type {any} */
  let map = null;
  let is_placing = false;
  let fitted_ms = -Infinity;
  let closed = false;
  let shown_ms = -Infinity;

  const setFollow = (on) => {
    app.set({ follow: on });
    fitted_ms = -Infinity;
    show();
  };
  const setPlacing = (on) => {
    is_placing = on;
    setAttribute(placing, 'aria-pressed', on);
    say();
  };
  const say = () => {
    const words = is_placing ? 'Tap the map on our own place.' : (map?.words ?? '');
    setText(says, words);
    says.toggleAttribute('hidden', !words);
  };
  const told = {
    async ontap([longitude, latitude]) {
      // The first place needs no button: until then there is nothing to move by mistake.
      if (app.viewer || !(is_placing || app.state?.us === null)) return;
      setPlacing(false);
      const answer = await app.post('/api/us', { latitude, longitude });
      app.toast(answer.ok ? 'This is where we are now.' : `Not set: ${answer.words}`, answer.ok ? 'good' : 'warn');
    },
    onmoved() {
      if (app.settings.follow) app.set({ follow: false });
    },
  };

  function show() {
    setAttribute(follow, 'aria-pressed', app.settings.follow);
    if (!map || !app.state) return;
    shown_ms = performance.now();
    const seen = scene(app);
    map.show(seen);
    say();
    const now = performance.now();
    if (app.settings.follow && now - fitted_ms > FOLLOW_MS) {
      const box = extent(app, seen);
      if (box) {
        map.fit(box);
        fitted_ms = now;
      }
    }
  }

  const ends = [
    app.on('mission', show),
    app.on('settings', () => {
      map?.theme();
      show();
    }),
  ];
  return {
    root,
    async start() {
      map = (await glMap(here, app, told)) ?? canvasMap(here, app, told);
      if (closed) {
        map.close();
        return;
      }
      map.theme();
      say();
      show();
    },
    update() {
      // Ten states a second may come, and a map is dear to draw.
      if (performance.now() - shown_ms > SHOW_MS) show();
    },
    unmount() {
      closed = true;
      for (const end of ends) end();
      map?.close();
    },
  };
}
