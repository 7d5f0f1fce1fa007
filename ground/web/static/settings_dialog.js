/** Theme, units, sound: what this browser remembers; and how a phone may look on. */

import { button } from './components.js';
import { el, setAttribute, setText } from './dom.js';
import { lanInvitation } from './lan_invitation.js';
import { SYSTEMS } from './units.js';

const THEMES = [['auto', 'Auto'], ['night', 'Night'], ['day', 'Day'], ['sun', 'Sunlight']];
const UNITS = SYSTEMS.map((name) => [name, name[0].toUpperCase() + name.slice(1)]);
const SWITCHES = [['sound', 'Sound'], ['speech', 'Speech'], ['awake', 'Keep the screen on']];

/** @param {import('./app.js').App} app @param {import('./sound.js').Sound} sound */
export function settingsDialog(app, sound) {
  const updates = /** @type {(() => void)[]} */ ([]);

  const choice = (label, name, options) => {
    const buttons = options.map(([value, text]) => {
      const each = el('button', { type: 'button', text, on: { click: () => app.set({ [name]: value }) } });
      updates.push(() => setAttribute(each, 'aria-pressed', app.settings[name] === value));
      return each;
    });
    return el('div', { class: 'field' }, el('strong', { text: label }), el('div', { class: 'choices', role: 'group', 'aria-label': label }, buttons));
  };

  const toggle = ([name, text]) => {
    const box = /** @type {HTMLInputElement} */ (el('input', { type: 'checkbox', on: { change: () => app.set({ [name]: box.checked }) } }));
    updates.push(() => {
      box.checked = app.settings[name];
    });
    return el('label', { class: 'switch' }, box, text);
  };

  const volume = /** @type {HTMLInputElement} */ (
    el('input', { type: 'range', min: 0, max: 1, step: 0.05, 'aria-label': 'Volume', on: { change: () => app.set({ volume: Number(volume.value) }) } })
  );
  updates.push(() => {
    volume.value = String(app.settings.volume);
  });
  const heard = el('small', { class: 'soft' });
  updates.push(() => {
    const voices = globalThis.speechSynthesis?.getVoices().some((voice) => voice.localService);
    setText(heard, voices ? '' : 'This browser has no voice of its own: alarms are tones and words on the screen.');
  });

  const lan = lanInvitation(app);
  const root = /** @type {HTMLDialogElement} */ (
    el(
      'dialog',
      { 'aria-label': 'Settings' },
      el('h2', { text: 'Settings' }),
      el(
        'div',
        { class: 'stack' },
        choice('Theme', 'theme', THEMES),
        choice('Units', 'units', UNITS),
        SWITCHES.map(toggle),
        el('div', { class: 'spread' }, el('label', { class: 'row' }, 'Volume', volume), button('Test the alarm', () => sound.test())),
        heard,
        lan.root,
        el('div', { class: 'spread' }, el('span'), button('Close', () => root.close(), { kind: 'primary' })),
      ),
    )
  );
  root.addEventListener('click', (event) => event.target === root && root.close());
  const update = () => {
    for (const each of updates) each();
  };
  return {
    root,
    update,
    show() {
      update();
      lan.show();
      root.showModal();
    },
  };
}
