/** To and fro in a flight that is replayed; not there while one is live. */

import { button, card } from '../../components.js';
import { clockText } from '../../clock.js';
import { el, setAttribute, setShown, setText } from '../../dom.js';

const SPEEDS = [1, 2, 5, 10, 30, 100];
const ASK_MS = 1000;

/** @param {import('../../app.js').App} app */
export function replayCard(app) {
  let told = /** @type {any} */ (null);
  let dragging = false;
  let gone = false;
  const slider = /** @type {HTMLInputElement} */ (el('input', { type: 'range', min: 0, max: 1000, step: 1, value: 0, class: 'replay-slider', 'aria-label': 'Position in the flight' }));
  const play = button('Play', () => post({ speed: isPlaying() ? 0 : speedOf() }), { kind: 'primary' });
  const speed = /** @type {HTMLSelectElement} */ (
    el('select', { 'aria-label': 'Speed', on: { change: () => post({ speed: speedOf() }) } }, SPEEDS.map((times) => el('option', { value: times, text: `${times} ×` })))
  );
  const where = el('span', { class: 'number' });
  const root = card('Replay', { class: 'wide' }, slider, el('div', { class: 'row' }, play, speed, where));
  slider.addEventListener('input', () => {
    dragging = true;
    setText(where, positionText(Number(slider.value) / 1000));
  });
  slider.addEventListener('change', async () => {
    await post({ position: Number(slider.value) / 1000 });
    dragging = false;
  });

  const isPlaying = () => Boolean(told?.playing ?? (told?.speed ?? 0) > 0);
  const speedOf = () => Number(speed.value);

  function positionText(part) {
    const length_s = told?.length_s;
    return length_s ? `${clockText(part * length_s)} of ${clockText(length_s)}` : `${Math.round(part * 100)} %`;
  }

  async function post(body) {
    const answer = await app.post('/api/replay', body);
    if (!answer.ok) app.toast(`The replay did not do that: ${answer.words}`, 'warn');
    await ask();
  }

  async function ask() {
    if (gone || app.state?.live !== false) return;
    const answer = await app.get('/api/replay');
    if (gone || !answer) return;
    told = answer;
    setText(play, isPlaying() ? 'Pause' : 'Play');
    setAttribute(play, 'aria-pressed', isPlaying());
    if (told.speed > 0 && document.activeElement !== speed && SPEEDS.includes(told.speed)) speed.value = String(told.speed);
    if (!dragging) {
      slider.value = String(Math.round((told.position ?? 0) * 1000));
      setText(where, positionText(told.position ?? 0));
    }
  }

  setShown(root, false);
  const timer = setInterval(ask, ASK_MS);
  return {
    root,
    update(state) {
      const shown = state.live === false && !app.viewer;
      if (shown && root.hidden) ask();
      setShown(root, shown);
    },
    unmount() {
      gone = true;
      clearInterval(timer);
    },
  };
}
