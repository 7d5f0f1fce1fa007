/** The driving screen: everything that matters, legible from one metre, in the order in which it is asked for. */

import { el, setClass, setShown } from './dom.js';
import { eventsPanel } from './drive_events.js';
import { heightPanel } from './drive_height.js';
import { linkPanel } from './drive_link.js';
import { lostPanel } from './drive_lost.js';
import { nextDropPanel } from './drive_next.js';
import { releasePanel } from './drive_release.js';
import { wayPanel } from './drive_way.js';
import { mapPanel } from './map.js';

/** @param {HTMLElement} root @param {import('./app.js').App} app */
export function mount(root, app) {
  const link = linkPanel(app);
  const lost = lostPanel(app);
  const height = heightPanel(app);
  const way = wayPanel(app);
  const next = nextDropPanel(app);
  const release = releasePanel(app);
  const map = mapPanel(app);
  const events = eventsPanel(app);
  const panels = [link, lost, height, way, next, release, map, events];

  const instruments = el('div', { class: 'drive-instruments' }, height.root, way.root, next.root, release.root);
  const drive = el('div', { class: 'drive' }, link.root, lost.root, instruments, el('div', { class: 'drive-side' }, map.root, events.root));
  root.append(drive);
  map.start?.();

  return {
    update(state) {
      const is_lost = Boolean(state.lost);
      setClass(drive, 'is-lost', is_lost);
      setShown(lost.root, is_lost);
      for (const panel of panels) panel.update(state);
    },
    unmount() {
      for (const panel of panels) panel.unmount?.();
    },
  };
}
