/** Press and hold for two seconds: a ring fills while it is held, and letting go early sends nothing. */

import { holdButton } from '../../components.js';
import { el, setText } from '../../dom.js';

const HOLD_S = 2;

/** @param {string} text @param {() => void} onheld @param {{kind?: string, help?: string}} [options] */
export function ringButton(text, onheld, { kind = 'danger', help = 'Press and hold for 2 seconds. Letting go early sends nothing.' } = {}) {
  const said = el('p', { class: 'ring-said soft', 'aria-live': 'polite', text: help });
  const hold = holdButton(text, {
    hold_s: HOLD_S,
    kind,
    onheld,
    onletgo: () => setText(said, 'Let go too early: nothing was sent. Press and hold for 2 seconds.'),
  });
  hold.root.classList.add('ring-button');
  hold.root.append(el('span', { class: 'ring', 'aria-hidden': 'true' }));
  return {
    root: el('div', { class: 'ring-box' }, hold.root, said),
    focus: () => hold.root.focus(),
    disable: hold.disable,
    setText: hold.setText,
    reset: () => setText(said, help),
  };
}
