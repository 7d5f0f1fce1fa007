/** One command on its way: its steps with their times, everything that was said of it, and how it ended. */

import { card, chip, rows } from '../../components.js';
import { clockText } from '../../clock.js';
import { el, setAttribute, setLevel, setShown, setText } from '../../dom.js';
import { utcClock } from './moment.js';
import { isOver, stageLevel, stageWord, stepsOf } from './stages.js';

const MARKS = { done: '✓', now: '●', open: '○', broken: '✗' };
const LEVELS = { done: 'good', now: 'info', open: 'idle', broken: 'alarm' };
const SAID_OF = { done: 'done', now: 'now', open: 'not yet', broken: 'not reached' };

export function procedureView() {
  const title = el('h2', { class: 'procedure-title' });
  const reason = el('p', { class: 'soft' });
  const stage = el('p', { class: 'procedure-stage', role: 'status', 'aria-live': 'assertive', tabindex: '-1' });
  const words = el('p', { class: 'procedure-words' });
  const state = chip();
  const began = el('span', { class: 'number soft' });
  const steps = rows(makeStep, updateStep, { tag: 'ol', className: 'steps' });
  const news = rows(makeLine, updateLine, { tag: 'ol', className: 'news' });
  const root = card(
    '',
    { class: 'wide procedure' },
    el('div', { class: 'spread' }, title, el('span', { class: 'row' }, state.root, began)),
    reason,
    stage,
    words,
    steps.root,
    el('h3', { class: 'card-title', text: 'Everything that was said of it' }),
    news.root,
  );

  return {
    root,
    /** The reader's place, so that a key that is still held presses nothing. */
    focus: () => stage.focus(),
    /** @param {import('./procedure.js').Procedure} procedure @param {number | null} now_ms the server's wall clock */
    set(procedure, now_ms) {
      setText(title, procedure.title);
      setText(reason, procedure.reason && `Reason: ${procedure.reason}`);
      setShown(reason, procedure.reason);
      const level = stageLevel(procedure.stage);
      setText(stage, stageWord(procedure.stage));
      setLevel(root, isOver(procedure.stage) ? level : 'info');
      setAttribute(root, 'data-stage', procedure.stage);
      setText(words, procedure.words);
      state.set(isOver(procedure.stage) ? 'at its end' : 'under way', isOver(procedure.stage) ? 'idle' : 'info');
      setText(began, beganText(procedure, now_ms));
      const began_ms = procedure.began_ms;
      steps.set(
        stepsOf(procedure).map((step) => ({ ...step, after_s: after(began_ms, step.wall_ms) })),
        (step) => step.key,
      );
      news.set(
        procedure.news.map((line, at) => ({ ...line, at, after_s: after(began_ms, line.wall_ms) })).reverse(),
        (line) => line.at,
      );
    },
  };
}

function beganText(procedure, now_ms) {
  if (procedure.began_ms === null) return '';
  const last_ms = procedure.news.at(-1)?.wall_ms;
  const until_ms = procedure.over && last_ms ? last_ms : now_ms;
  const lasted = until_ms === null ? '' : `, ${clockText((until_ms - procedure.began_ms) / 1000)}`;
  return `since ${utcClock(procedure.began_ms)} UTC${lasted}`;
}

const after = (began_ms, wall_ms) => (began_ms === null || wall_ms === null ? null : (wall_ms - began_ms) / 1000);

function makeStep(step) {
  const mark = el('span', { class: 'step-mark', 'aria-hidden': 'true' });
  const said = el('span', { class: 'away' });
  const note = el('span', { class: 'step-note number' });
  const word = el('span', { class: 'step-word', text: step.word });
  return { root: el('li', { class: 'step' }, mark, word, said, note), mark, said, note };
}

function updateStep(made, step) {
  setText(made.mark, MARKS[step.state]);
  setText(made.said, SAID_OF[step.state]);
  setLevel(made.root, LEVELS[step.state]);
  setAttribute(made.root, 'data-step', step.state);
  setText(made.note, noteOf(step));
}

function noteOf(step) {
  if (step.state === 'now') return step.waits;
  if (step.state === 'broken') return 'not reached';
  if (step.state === 'open' || step.wall_ms === null) return '';
  return `${utcClock(step.wall_ms)} UTC, after ${clockText(step.after_s)}`;
}

function makeLine() {
  const at = el('span', { class: 'news-time number' });
  const stage = el('span', { class: 'news-stage' });
  const words = el('span', { class: 'news-words' });
  return { root: el('li', { class: 'news-line' }, at, stage, words), at, stage, words };
}

function updateLine(made, line) {
  setText(made.at, line.wall_ms === null ? '' : `${utcClock(line.wall_ms)} +${clockText(line.after_s)}`);
  setText(made.stage, line.stage ? stageWord(line.stage) : '');
  setText(made.words, line.words);
}
