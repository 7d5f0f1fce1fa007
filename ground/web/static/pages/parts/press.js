/** A button that does its thing once for one press that was meant. */

import { button } from '../../components.js';
import { setAttribute } from '../../dom.js';

/**
 * Not twice for a double click, not again while Enter is held down, and not while the last press is under way.
 * @param {string} text @param {() => unknown} act @param {{kind?: string, title?: string}} [options]
 */
export function pressOnce(text, act, options = {}) {
  let busy = false;
  const press = async (event) => {
    if (busy || event.detail > 1) return;
    busy = true;
    setAttribute(root, 'aria-busy', 'true');
    try {
      await act();
    } finally {
      busy = false;
      root.removeAttribute('aria-busy');
    }
  };
  const root = button(text, press, options);
  root.addEventListener('keydown', (event) => event.repeat && event.preventDefault());
  return root;
}
