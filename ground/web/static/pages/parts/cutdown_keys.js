/** The end of the flight: a typed word, a reason, two keys that turn back by themselves, then held to send. */

import { card, field } from '../../components.js';
import { now_ms } from '../../clock.js';
import { el, setAttribute, setShown, setText } from '../../dom.js';
import { planOf } from './drop_choice.js';
import { idleCheck, keyCheck, linkCheck, pageCheck } from './readiness.js';
import { pressOnce } from './press.js';
import { ringButton } from './ring_button.js';

const WORD = 'cutdown';
const TURNED_MS = 15_000;
const LEAST_REASON = 3;

/** @param {import('../../app.js').App} app @param {(reason: string) => Promise<void>} send */
export function cutdownKeys(app, send) {
  const word = /** @type {HTMLInputElement} */ (
    el('input', { type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', on: { input: () => draw() } })
  );
  const reason = /** @type {HTMLInputElement} */ (
    el('input', { type: 'text', maxlength: 120, autocomplete: 'off', on: { input: () => draw() } })
  );
  const keys = [makeKey('Key 1'), makeKey('Key 2')];
  const ring = ringButton('Hold to end the flight', () => fire());
  const why = el('p', { class: 'soft', 'aria-live': 'polite' });
  const state_word = el('p', { class: 'soft' });
  const details = /** @type {HTMLDetailsElement} */ (
    el(
      'details',
      { class: 'cutdown-details', on: { toggle: () => (details.open ? draw() : lock()) } },
      el('summary', { text: 'End the flight (cutdown)' }),
      el(
        'div',
        { class: 'stack' },
        el('p', { text: 'The balloon is cut off and everything comes down. It cannot be undone.' }),
        state_word,
        field(`Type ${WORD}`, word),
        field('Reason, for the log', reason),
        el('div', { class: 'keys' }, keys[0].root, keys[1].root),
        why,
        ring.root,
      ),
    )
  );
  const root = card('', { class: 'wide cutdown' }, details);
  let procedure = /** @type {import('./procedure.js').Procedure | null} */ (null);

  function makeKey(name) {
    let turned_ms = /** @type {number | null} */ (null);
    const turn = () => {
      turned_ms = turned_ms === null ? now_ms() : null;
      draw();
    };
    const element = pressOnce(name, turn);
    element.setAttribute('role', 'switch');
    element.classList.add('key');
    return {
      root: element,
      lock: () => {
        turned_ms = null;
      },
      get turned() {
        if (turned_ms !== null && now_ms() - turned_ms > TURNED_MS) turned_ms = null;
        return turned_ms !== null;
      },
      draw(on) {
        setAttribute(element, 'aria-checked', on ? 'true' : 'false');
        setText(element, on ? `${name} turned` : name);
      },
    };
  }

  function lock() {
    for (const key of keys) key.lock();
    word.value = '';
    ring.reset();
    draw();
  }

  function missing() {
    const state = app.state;
    const open = [pageCheck(app), keyCheck(state), linkCheck(state, app), idleCheck(procedure)].find((check) => !check.ok);
    if (open) return `${open.name}: ${open.words}. ${open.advice ?? ''}`;
    if (word.value.trim().toLowerCase() !== WORD) return `Type ${WORD} first.`;
    if (reason.value.trim().length < LEAST_REASON) return 'Type the reason.';
    const turned = keys.filter((key) => key.turned).length;
    if (turned < keys.length) return turned ? 'Turn the other key too.' : 'Turn both keys; each turns back by itself after 15 s.';
    return '';
  }

  async function fire() {
    if (missing()) return;
    const why_so = reason.value.trim();
    lock();
    reason.value = '';
    details.open = false;
    await send(why_so);
  }

  function draw() {
    const open = missing();
    keys.forEach((key) => key.draw(key.turned));
    ring.disable(Boolean(open));
    setText(why, open || 'Ready: hold to send.');
    const life = app.state?.cutdown;
    setText(state_word, life ? `Now: ${life.state_word ?? 'not known'}. ${planOf(life, app.mission)}` : '');
  }

  return {
    root,
    update(running) {
      procedure = running;
      setShown(root, !app.viewer);
      if (details.open) draw();
    },
  };
}
