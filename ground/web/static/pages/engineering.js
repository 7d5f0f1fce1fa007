/** Everything that is known, with its age: for whoever wants to see why. */

import { el } from '../dom.js';
import { framesCard } from './parts/frames.js';
import { gatesCard } from './parts/gates.js';
import { othersCard } from './parts/others.js';
import { linkCard, receiversCard } from './parts/receivers.js';
import { valuesCard } from './parts/values.js';

/** @param {HTMLElement} root @param {import('../app.js').App} app */
export function mount(root, app) {
  const parts = [valuesCard(app), linkCard(app), receiversCard(app), gatesCard(app), othersCard(app), framesCard(app)];
  root.append(el('div', { class: 'grid engineering' }, parts.map((part) => part.root)));
  return {
    update(state) {
      for (const part of parts) part.update(state);
    },
    unmount() {
      for (const part of parts) part.unmount?.();
    },
  };
}
