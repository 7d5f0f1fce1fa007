/** Letting go, as a procedure that nobody can begin, send or repeat by accident, and that everybody sees. */

import { button, notice } from '../components.js';
import { now_ms } from '../clock.js';
import { el, setShown } from '../dom.js';
import { atOnce } from './parts/at_once.js';
import { breakOff, commanding } from './parts/commanding.js';
import { cutdownKeys } from './parts/cutdown_keys.js';
import { otherCommands } from './parts/other_commands.js';
import { pressOnce } from './parts/press.js';
import { procedureOf, titleOf } from './parts/procedure.js';
import { procedureView } from './parts/procedure_view.js';
import { releaseDraft } from './parts/release_draft.js';
import { SAID } from './parts/stages.js';

const PATIENCE_MS = 15_000;
const LET_GO = new Set(['release', 'cutdown']);
const SEEN = 'samara-command-seen'; // the last ended command that was put away in this window

/** @param {HTMLElement} root @param {import('../app.js').App} app */
export function mount(root, app) {
  const trouble = notice('alarm');
  const command = commanding(app, trouble.set);
  let seen = sessionStorage.getItem(SEEN) ?? '';
  let given = ''; // handed over, and not yet in the state
  let givenAfter = '';
  let given_ms = 0;
  let shown = '';
  let wasOver = true; // an end that is there when the page is opened was said before

  const send = async (op, more) => {
    given = `${titleOf(op, more.place, app.state)}: handed over, waits for the commander`;
    givenAfter = shown;
    given_ms = now_ms();
    app.state && update(app.state);
    const taken = await command(op, more);
    if (!taken) given = '';
    app.state && update(app.state);
  };

  const safety = atOnce(app, command);
  const view = procedureView();
  const stop = pressOnce('Break it off', () => breakOff(app));
  const stopHelp = el('p', {
    class: 'soft',
    text: 'Breaking off stops what is being said. What the balloon has heard may still be done: SAFE is what stops it.',
  });
  const stopping = el('div', { class: 'row' }, stop, stopHelp);
  const putAway = button('Done, back to the beginning', () => {
    seen = shown;
    sessionStorage.setItem(SEEN, seen);
    update(app.state);
  });
  view.root.append(stopping, putAway);
  const waiting = notice('info');
  const draft = releaseDraft(app, (place, reason) => send('release', { place, reason }));
  const others = otherCommands(app, command);
  const cutdown = cutdownKeys(app, (reason) => send('cutdown', { reason }));
  const watching = notice('info');
  for (const one of [trouble, watching, waiting]) one.root.classList.add('wide');
  root.append(
    el(
      'div',
      { class: 'grid release-page' },
      safety.root,
      [trouble, watching, waiting].map((one) => one.root),
      view.root,
      draft.root,
      others.parts,
      cutdown.root,
    ),
  );

  /** A drop that is let go is said by its alarm already, on every page. */
  function sayEnd(procedure) {
    const good = procedure.stage === 'confirmed';
    if (good && LET_GO.has(procedure.op)) return;
    app.say?.(`${procedure.title}: ${SAID.get(procedure.stage)}.`, good ? 'good' : 'alarm');
  }

  function update(state) {
    const current = procedureOf(state.command?.current, state);
    const id = current?.id ?? '';
    if (given && id !== givenAfter) given = '';
    if (given && now_ms() - given_ms > PATIENCE_MS) {
      given = '';
      trouble.set('It was handed over, and nothing was heard of it: look at the log before it is said again.');
    }
    const visible = current !== null && (!current.over || current.id !== seen);
    const fresh = id !== shown && visible;
    if (current && id === shown && current.over && !wasOver) sayEnd(current);
    wasOver = Boolean(current?.over);
    shown = id;
    if (current) view.set(current, state.now_ms ?? null);
    setShown(view.root, visible);
    setShown(stopping, Boolean(current) && !current?.over && !app.viewer);
    setShown(putAway, Boolean(current?.over));
    setShown(draft.root, !app.viewer && !given && !(visible && !current?.over));
    for (const part of others.parts) setShown(part, !app.viewer);
    waiting.set(given);
    watching.set(app.viewer ? 'This page only watches. Commands are given on the laptop that runs the station.' : '');
    safety.update(state);
    draft.update(current);
    others.update(state, current);
    cutdown.update(current);
    if (fresh && document.activeElement === document.body) view.focus();
  }

  const ends = [
    app.on('tick', () => app.state && update(app.state)),
    app.on('connection', () => app.state && update(app.state)),
    app.on('mission', () => app.state && update(app.state)),
  ];
  return {
    update,
    unmount() {
      draft.unmount();
      for (const end of ends) end();
    },
  };
}
