/** The newest frames as they came, byte by byte; with a pause to read them and a copy to send them to somebody. */

import { ageOf, button, card, notice, rows } from '../../components.js';
import { copyText, el, setAttribute, setShown, setText } from '../../dom.js';

const LAST = 60;
const ASK_MS = 1000;

/** @param {import('../../app.js').App} app */
export function framesCard(app) {
  let paused = false;
  let asked = false;
  let gone = false;
  let frames = /** @type {any[]} */ ([]);
  const list = rows(make, update, { tag: 'ol', className: 'frames' });
  const none = notice('info');
  const pause = button('Pause', () => setPaused(!paused));
  pause.setAttribute('aria-pressed', 'false');
  const copy = button('Copy', async () => app.toast((await copyText(frames.map(lineOf).join('\n'))) ? `${frames.length} frames copied` : 'This browser did not let it be copied', 'info'));
  const root = card('Frames, the newest first', { class: 'wide' }, el('div', { class: 'row' }, pause, copy), none.root, list.root);

  function setPaused(on) {
    paused = on;
    setText(pause, paused ? 'Go on' : 'Pause');
    setAttribute(pause, 'aria-pressed', paused);
  }

  function make() {
    const kind = el('span', { class: 'frame-kind' });
    const order = el('span', { class: 'frame-order soft' });
    const receiver = el('span', { class: 'frame-receiver soft mono' });
    const age = ageOf();
    const hex = el('code', { class: 'frame-hex mono' });
    return { root: el('li', { class: 'frame' }, kind, order, age.root, receiver, hex), kind, order, receiver, age, hex };
  }

  function update(made, frame) {
    setText(made.kind, frame.kind);
    setText(made.order, frame.order);
    setText(made.receiver, frame.receiver);
    setText(made.hex, frame.hex);
    made.age.set(frame.age_s);
  }

  async function ask() {
    if (paused || asked || document.hidden) return;
    asked = true;
    const told = await app.get(`/api/frames?last=${LAST}`);
    asked = false;
    if (gone || paused) return;
    const rows = told?.rows;
    if (!rows) {
      none.set('The server gives no frames.');
      return;
    }
    frames = [...rows].reverse();
    none.set(frames.length ? '' : 'No frame was heard yet.');
    list.set(frames.map((frame, at) => ({ ...frame, at })), (frame) => frame.at);
    setShown(copy, frames.length > 0);
  }

  ask();
  const timer = setInterval(ask, ASK_MS);
  return {
    root,
    update() {},
    unmount() {
      gone = true;
      clearInterval(timer);
    },
  };
}

function lineOf(frame) {
  return [frame.kind, frame.order, frame.receiver, frame.hex].filter(Boolean).join('\t');
}
