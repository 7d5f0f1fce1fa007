/** Starts everything: navigation by hash, theme, units, alarms, and whether this page hears its server. */

import { alarmBanner } from './alarms.js';
import { App } from './app.js';
import { button, chip } from './components.js';
import { el, setAttribute, setClass, setShown, setText, svg } from './dom.js';
import { duration, now_ms } from './clock.js';
import { replayCard } from './pages/parts/replay.js';
import { settingsDialog } from './settings_dialog.js';
import { Sound } from './sound.js';
import { keepAwake } from './wake.js';

// name, on a screen, on a phone, where its module is, whether it fills the window
const PAGES = [
  ['drive', 'Drive', 'Drive', './drive.js', true],
  ['charts', 'Charts', 'Charts', './charts.js', true],
  ['preflight', 'Preflight', 'Checks', './pages/preflight.js', false],
  ['release', 'Release', 'Release', './pages/release.js', false],
  ['engineering', 'Engineering', 'Values', './pages/engineering.js', false],
  ['log', 'Log', 'Log', './pages/log.js', false],
];
const TOAST_MS = 6000;
const AGAIN_MS = 2000;
const ICONS = {
  sun: ['M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z', 'M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M5 19l1.7-1.7M17.3 6.7 19 5'],
  loud: ['M4 9.5v5h3.5L12 18.5V5.5L7.5 9.5z', 'M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11'],
  mute: ['M4 9.5v5h3.5L12 18.5V5.5L7.5 9.5z', 'M16 9.5l5 5M21 9.5l-5 5'],
  gear: ['M4 7h9M17 7h3M4 17h3M11 17h9', 'M15 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM9 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z'],
};
const THEMES = ['night', 'day', 'sun'];

const app = new App();
const sound = new Sound(app);
const page = /** @type {HTMLElement} */ (document.getElementById('page'));
const toasts = /** @type {HTMLElement} */ (document.getElementById('toasts'));

const icon = (name) => svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, ICONS[name].map((d) => svg('path', { d })));

// The bar.
const flight = el('span', { class: 'mark-flight' });
const links = new Map(
  PAGES.map(([name, long, short]) => [
    name,
    el('a', { href: `#${name}` }, el('span', { class: 'long', text: long }), el('span', { class: 'short', text: short })),
  ]),
);
const mode = chip();
const dialog = settingsDialog(app, sound);
const soundButton = button('', () => (sound.ready || !app.settings.sound ? app.set({ sound: !app.settings.sound }) : sound.wake()), { kind: 'icon' });
const themeButton = button('', () => app.set({ theme: THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] }), { kind: 'icon', title: 'Night, day, sunlight' });
themeButton.append(icon('sun'));
themeButton.setAttribute('aria-label', 'Night, day or sunlight');
const gear = button('', () => dialog.show(), { kind: 'icon', title: 'Settings' });
gear.append(icon('gear'));
gear.setAttribute('aria-label', 'Settings');
document.getElementById('bar')?.append(
  el('div', { class: 'mark' }, el('span', { class: 'mark-name', text: 'Samara' }), flight),
  el('nav', { 'aria-label': 'Pages' }, ...links.values()),
  el('div', { class: 'bar-end' }, mode.root, soundButton, themeButton, gear),
);
document.body.append(dialog.root);
document.getElementById('skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  page.focus();
});

// What is said above every page.
const silent_for = el('span', { class: 'number' });
const silence = el('div', { class: 'silence', role: 'status', hidden: true }, el('span', { text: '◆' }), silent_for);
const banner = alarmBanner(app, sound);
// A replay is steered from every page; the log has this on itself.
const replay = replayCard(app);
const replayed = el('div', { class: 'replay', hidden: true }, replay.root);
document.getElementById('said')?.append(silence, replayed, banner.spoken, banner.root);

app.toast = (words, level = 'info') => {
  const toast = el('div', { class: `toast is-${level}`, text: words });
  toasts.append(toast);
  setTimeout(() => toast.remove(), TOAST_MS);
};

function theme() {
  const chosen = app.settings.theme;
  if (chosen !== 'auto') return chosen;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'day' : 'night';
}

function showSettings() {
  document.documentElement.dataset.theme = theme();
  const on = app.settings.sound;
  const words = !on ? 'Sound is off' : sound.ready ? 'Sound is on' : 'Sound waits: click here once, browsers ask for it';
  soundButton.replaceChildren(icon(on && sound.ready ? 'loud' : 'mute'));
  setAttribute(soundButton, 'title', words);
  setAttribute(soundButton, 'aria-label', words);
  setClass(soundButton, 'asks', on && !sound.ready);
  dialog.update();
}

function showConnection() {
  const { live } = app.connection;
  setClass(document.body, 'is-silent', !live);
  setShown(silence, !live);
  const quiet_s = Number.isFinite(app.heard_ms) ? (now_ms() - app.heard_ms) / 1000 : null;
  if (!live) {
    setText(
      silent_for,
      quiet_s === null
        ? 'This page has not heard its ground station yet. It goes on asking.'
        : `This page has not heard its ground station for ${duration(quiet_s)}. It goes on asking; nothing below is new.`,
    );
  }
  showMode();
}

function showMode() {
  const state = app.state;
  if (!app.connection.live) mode.set('No server', 'warn');
  else if (!state) mode.set('', 'idle');
  else if (!state.live) mode.set(state.speed ? `Replay ×${state.speed}` : 'Paused', 'info');
  else if (state.lost) mode.set('Lost', 'alarm');
  else mode.set(app.viewer ? 'Viewer' : 'Live', 'good');
}

// Pages.
let shown = /** @type {{name: string, page: any, root: HTMLElement} | null} */ (null);
let wanted = '';

async function show() {
  const name = links.has(location.hash.slice(1)) ? location.hash.slice(1) : 'drive';
  if (name === wanted) return;
  wanted = name;
  const [, title, , module, fills] = /** @type {any[]} */ (PAGES.find(([each]) => each === name));
  for (const [each, link] of links) {
    if (each === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${title} · Samara`;
  try {
    const [made] = await Promise.all([import(module), linked(module.replace('.js', '.css'))]);
    if (wanted !== name) return;
    close();
    setClass(document.body, 'fills', fills);
    const root = el('div', { class: `page page-${name}` });
    page.replaceChildren(root);
    shown = { name, root, page: made.mount(root, app) };
    if (app.state) update();
  } catch (error) {
    console.error(error);
    if (wanted !== name) return;
    close();
    page.replaceChildren(el('p', { class: 'notice is-warn', text: `The page ${title} could not be loaded; it is asked for again.` }));
    wanted = '';
    setTimeout(() => wanted === '' && show(), AGAIN_MS);
  }
}

function close() {
  try {
    shown?.page?.unmount?.();
  } catch (error) {
    console.error(error);
  }
  shown = null;
}

function linked(href) {
  const path = new URL(href, import.meta.url).pathname;
  if (document.querySelector(`link[href="${path}"]`)) return Promise.resolve();
  return new Promise((done) => {
    const link = el('link', { rel: 'stylesheet', href: path, on: { load: done, error: done } });
    document.head.append(link);
  });
}

function update() {
  const state = app.state;
  setText(flight, [state.flight?.title, state.flight?.callsign].filter(Boolean).join(' · '));
  showMode();
  replay.update(state);
  setShown(replayed, state.live === false && shown?.name !== 'log');
  shown?.page?.update?.(state);
}

app.on('state', () => {
  banner.update(app.state);
  if (shown) update();
});
app.on('settings', () => {
  showSettings();
  if (app.state) update();
});
app.on('connection', showConnection);
app.on('tick', showConnection);
sound.onchange = () => {
  showSettings();
  if (app.state) banner.update(app.state);
};
matchMedia('(prefers-color-scheme: light)').addEventListener('change', showSettings);
addEventListener('hashchange', show);

showSettings();
showConnection();
keepAwake(() => app.settings.awake);
app.start();
show();
