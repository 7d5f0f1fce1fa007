/** The commands beside a release: test, resume, rate, history. */

import { card, field } from '../../components.js';
import { el, setShown, setText } from '../../dom.js';
import { secondsOf } from './moment.js';
import { pressOnce } from './press.js';
import { idleCheck, keyCheck, pageCheck } from './readiness.js';
import { ringButton } from './ring_button.js';

const SLOWEST_S = 240;

/** @param {import('../../app.js').App} app @param {ReturnType<typeof import('./commanding.js').commanding>} command */
export function otherCommands(app, command) {
  const test = pressOnce('Test the way up', () => command('noop'), { kind: 'primary' });
  const resume = ringButton('Hold to resume', () => command('resume', { reason: 'resumed on the page' }), {
    kind: 'primary',
    help: 'Undoes SAFE and HOLD: drops go by their plan again.',
  });
  const rate = input({ type: 'number', min: 0, max: SLOWEST_S, step: 1, value: 0, inputmode: 'numeric' });
  const setRate = pressOnce('Set', () => giveRate());
  const from = input({ type: 'text', placeholder: '0:10:00', inputmode: 'numeric' });
  const to = input({ type: 'text', placeholder: '0:20:00', inputmode: 'numeric' });
  const ask = pressOnce('Ask', () => giveHistory());
  const error = el('p', { class: 'is-warn-text', role: 'status', hidden: true });
  const why = el('p', { class: 'soft' });

  function say(words) {
    setText(error, words);
    setShown(error, words);
  }

  function giveRate() {
    const seconds = Number(rate.value);
    const fits = rate.value !== '' && Number.isInteger(seconds) && seconds >= 0 && seconds <= SLOWEST_S;
    say(fits ? '' : `Seconds from report to report: a whole number from 0 to ${SLOWEST_S}.`);
    return fits ? command('set_rate', { argument: seconds }) : null;
  }

  function giveHistory() {
    const [from_s, to_s] = [secondsOf(from.value), secondsOf(to.value)];
    const fits = from_s !== null && to_s !== null && from_s <= to_s;
    say(fits ? '' : 'Two mission times, the earlier one first: 600 or 0:10:00.');
    return fits ? command('request_history', { argument: [from_s, to_s] }) : null;
  }

  const resumeCard = card('Resume', resume.root);
  const testCard = card('Test', { class: 'stack' }, el('p', { text: 'Nothing is done, but it is answered: the way up works, and the keys fit.' }), el('div', null, test), why);
  const askCard = card(
    'Reports',
    el('div', { class: 'row end' }, field('Seconds from report to report', rate, '0: as the profile says'), setRate),
    el('div', { class: 'row end' }, field('Where it was, from', from, 'mission time'), field('to', to, 'mission time'), ask),
    error,
  );
  return {
    parts: [resumeCard, testCard, askCard],
    update(state, procedure) {
      const checks = [pageCheck(app), keyCheck(state), idleCheck(procedure)];
      const open = checks.find((check) => !check.ok);
      for (const each of [test, setRate, ask]) each.toggleAttribute('disabled', Boolean(open));
      const held = Boolean(state.safe) || (state.hold_left_s ?? 0) > 0;
      resume.disable(Boolean(open) || !held);
      resume.setText(held ? 'Hold to resume' : 'Nothing to resume');
      setText(why, open ? `Not now: ${open.name} ${open.words}. ${open.advice ?? ''}` : '');
    },
  };
}

const input = (props) => /** @type {HTMLInputElement} */ (el('input', { autocomplete: 'off', ...props }));
