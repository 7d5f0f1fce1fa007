/** A button that is not pressed by mistake. */

import { el, setClass, setText } from './dom.js';

/** Does what it says when it has been held long enough; letting go before does nothing. */
export function holdButton(text, { hold_s = 1.5, onheld, onletgo = () => {}, kind = 'primary' }) {
  const label = el('span', { class: 'hold-label', text });
  const bar = el('span', { class: 'hold-bar', 'aria-hidden': 'true' });
  const root = el('button', { class: `button button-${kind} hold`, type: 'button' }, bar, label);
  /** @type {number | null} */
  let started_ms = null;
  let frame = 0;

  const draw = () => {
    if (started_ms === null) return;
    const done = Math.min(1, (performance.now() - started_ms) / (hold_s * 1000));
    root.style.setProperty('--held', String(done));
    if (done < 1) {
      frame = requestAnimationFrame(draw);
    } else {
      end();
      onheld();
    }
  };
  const begin = () => {
    if (started_ms !== null || root.hasAttribute('disabled')) return;
    started_ms = performance.now();
    setClass(root, 'is-held', true);
    frame = requestAnimationFrame(draw);
  };
  const end = () => {
    started_ms = null;
    cancelAnimationFrame(frame);
    root.style.setProperty('--held', '0');
    setClass(root, 'is-held', false);
  };
  const letGo = () => {
    if (started_ms === null) return;
    end();
    onletgo();
  };
  const isKey = (event) => event.key === ' ' || event.key === 'Enter';
  root.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    root.setPointerCapture(event.pointerId);
    begin();
  });
  for (const name of ['pointerup', 'pointercancel', 'blur']) root.addEventListener(name, letGo);
  root.addEventListener('contextmenu', (event) => event.preventDefault());
  root.addEventListener('keydown', (event) => {
    if (!isKey(event)) return;
    event.preventDefault();
    if (!event.repeat) begin();
  });
  root.addEventListener('keyup', (event) => isKey(event) && letGo());
  document.addEventListener('visibilitychange', letGo);
  return {
    root,
    disable(on) {
      root.toggleAttribute('disabled', Boolean(on));
      if (on) letGo();
    },
    setText(said) {
      setText(label, said);
    },
  };
}
