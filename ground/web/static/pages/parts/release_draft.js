/** A release before anything is sent: locked, then armed on this page only, then held to send. */

import { button, card, field, notice } from '../../components.js';
import { clockText, duration, now_ms } from '../../clock.js';
import { el, setAttribute, setShown, setText } from '../../dom.js';
import { checklist } from './checklist.js';
import { dropChoice, isDropOver } from './drop_choice.js';
import { dropName } from './procedure.js';
import { idleCheck, keyCheck, linkCheck, pageCheck, safeCheck } from './readiness.js';
import { ringButton } from './ring_button.js';

const ARMED_MS = 60_000; // then it locks itself: whoever armed it may have gone away
const LEAST_REASON = 3;

/** @param {import('../../app.js').App} app @param {(place: number, reason: string) => Promise<void>} send */
export function releaseDraft(app, send) {
  let place = /** @type {number | null} */ (null);
  let armed_ms = /** @type {number | null} */ (null);
  let procedure = /** @type {import('./procedure.js').Procedure | null} */ (null);

  const reason = /** @type {HTMLInputElement} */ (
    el('input', { type: 'text', maxlength: 120, autocomplete: 'off', on: { input: () => draw() } })
  );
  const drops = dropChoice((chosen) => {
    place = chosen;
    draw();
  });
  const checks = checklist();
  const arm = button('Arm', () => setArmed(true), { kind: 'primary' });
  const why = el('p', { class: 'soft', id: 'why-not-armed' });
  arm.setAttribute('aria-describedby', 'why-not-armed');
  const locked = el(
    'div',
    { class: 'stack' },
    drops.root,
    field('Reason, for the log', reason, 'Anything true: “over the field, wind is turning”.'),
    checks.root,
    el('div', { class: 'row' }, arm, why),
  );

  const what = el('p', { class: 'armed-what', tabindex: '-1' });
  const facts = el('p', { class: 'armed-facts' });
  const warning = notice('warn');
  const ring = ringButton('Hold to release', () => fire());
  const lapse = el('span', { class: 'soft number' });
  const lock = button('Lock again', () => setArmed(false));
  const armed = el('div', { class: 'stack armed' }, what, facts, warning.root, ring.root, el('div', { class: 'row' }, lock, lapse));

  const state_word = el('span', { class: 'draft-state' });
  const root = card('Release a drop', { class: 'wide draft' }, state_word, locked, armed);
  root.addEventListener('keydown', (event) => event.key === 'Escape' && setArmed(false));
  const hidden = () => document.hidden && setArmed(false);
  document.addEventListener('visibilitychange', hidden);

  function checksNow() {
    const state = app.state;
    const drop = (state?.drops ?? []).find((one) => one.place === place);
    return [
      pageCheck(app),
      keyCheck(state),
      linkCheck(state, app),
      safeCheck(state),
      idleCheck(procedure),
      {
        ok: Boolean(drop) && !isDropOver(drop),
        name: 'Drop',
        words: !drop ? 'none is chosen' : isDropOver(drop) ? `${drop.name} is over` : drop.name,
        advice: drop ? '' : 'Choose one above.',
      },
      {
        ok: reason.value.trim().length >= LEAST_REASON,
        name: 'Reason',
        words: reason.value.trim() ? 'typed' : 'not typed yet',
      },
    ];
  }

  function setArmed(on) {
    if (on === (armed_ms !== null)) return;
    if (on && !checksNow().every((check) => check.ok)) return;
    armed_ms = on ? now_ms() : null;
    ring.reset();
    draw();
    // Not to the button that sends: a key that is still held must press nothing.
    if (on) {
      what.focus({ preventScroll: true });
      root.scrollIntoView({ block: 'start' });
      return;
    }
    if (armed.contains(document.activeElement) || document.activeElement === document.body) arm.focus();
  }

  async function fire() {
    if (armed_ms === null || place === null || !checksNow().every((check) => check.ok)) return;
    const [chosen, why_so] = [place, reason.value.trim()];
    // Locked before it is sent: whatever becomes of it, the next one begins from the beginning.
    armed_ms = null;
    place = null;
    reason.value = '';
    draw();
    await send(chosen, why_so);
  }

  function draw() {
    const state = app.state;
    if (!state) return;
    const checksAre = checksNow();
    const open = checksAre.filter((check) => !check.ok);
    const left_ms = armed_ms === null ? 0 : ARMED_MS - (now_ms() - armed_ms);
    if (armed_ms !== null && (open.length || left_ms <= 0)) {
      const because = open.length ? `${open[0].name}: ${open[0].words}` : 'a minute has passed';
      app.toast(`Locked again: ${because}`, 'warn');
      setArmed(false);
      return;
    }
    const isArmed = armed_ms !== null;
    setAttribute(root, 'data-draft', isArmed ? 'armed' : 'locked');
    setText(state_word, isArmed ? 'ARMED on this page. Nothing is sent yet.' : 'LOCKED');
    setShown(locked, !isArmed);
    setShown(armed, isArmed);
    drops.set(state, app.mission, place);
    checks.set(checksAre);
    arm.toggleAttribute('disabled', open.length > 0);
    setText(why, open.length ? `Not yet: ${open.map((check) => check.name.toLowerCase()).join(', ')}` : 'Arming sends nothing.');
    if (isArmed) drawArmed(state, left_ms);
  }

  function drawArmed(state, left_ms) {
    const drop = state.drops.find((one) => one.place === place);
    const name = dropName(place, state);
    setText(what, `Release ${name} now`);
    const height = app.units.altitude(state.fix?.altitude_m);
    const age = duration(app.age(state.flight?.age_s));
    setText(facts, `${state.flight?.phase_word ?? 'phase not known'} at ${height}, report ${age} old. Reason: ${reason.value.trim()}`);
    const held = drop?.reasons ?? [];
    warning.set(held.length ? `It is held back by: ${held.join('; ')}. The balloon refuses a release where its gates are closed.` : '');
    ring.setText(`Hold to release ${name}`);
    setText(lapse, `locks itself in ${clockText(Math.max(0, left_ms / 1000))}`);
  }

  return {
    root,
    /** @param {import('./procedure.js').Procedure | null} running */
    update(running) {
      procedure = running;
      draw();
    },
    unmount() {
      document.removeEventListener('visibilitychange', hidden);
    },
  };
}
