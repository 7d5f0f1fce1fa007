/** What happened, in order; where to get it as a file; and the way to and fro in a replay. */

import { el } from '../dom.js';
import { alarmsCard } from './parts/alarm_list.js';
import { eventList } from './parts/event_list.js';
import { exportsCard } from './parts/exports.js';
import { replayCard } from './parts/replay.js';

/** @param {HTMLElement} root @param {import('../app.js').App} app */
export function mount(root, app) {
  const parts = [replayCard(app), eventList(app), alarmsCard(app), exportsCard(app)];
  root.append(el('div', { class: 'grid log' }, parts.map((part) => part.root)));
  return {
    update(state) {
      for (const part of parts) part.update(state);
    },
    unmount() {
      for (const part of parts) part.unmount?.();
    },
  };
}
