/** The link by its numbers, and each receiver with what it alone has heard. */

import { ageOf, card, pair, rows } from '../../components.js';
import { duration } from '../../clock.js';
import { el, setLevel, setShown, setText } from '../../dom.js';
import { number } from '../../units.js';

/** key of state.link, label, how it reads */
const COUNTERS = [
  ['frames', 'Frames', (value) => number(value)],
  ['missing', 'Missing', (value) => number(value)],
  ['damaged', 'Damaged', (value) => number(value)],
  ['discarded', 'Bytes thrown away', (value) => number(value)],
  ['percent_last_minute', 'Heard in the last minute', (value) => `${number(value)} %`],
  ['profile', 'Radio profile', (value) => String(value)],
  ['rate_s', 'Seconds from report to report', (value) => number(value)],
  ['uplink_age_s', 'The balloon heard us', (value) => `${duration(value)} ago`],
  ['tags_bad', 'Commands with a bad tag', (value) => number(value)],
];

export function linkCard(app) {
  const pairs = COUNTERS.map(([key, label, text]) => ({ key, text, pair: pair(label) }));
  const root = card('Link', el('dl', { class: 'pairs' }, pairs.map((one) => one.pair.root)));
  return {
    root,
    update(state) {
      for (const { key, text, pair: made } of pairs) {
        const value = state.link?.[key];
        const known = value !== null && value !== undefined;
        made.set(known ? text(value) : '—', { level: key === 'tags_bad' && value > 0 ? 'warn' : undefined });
      }
    },
  };
}

export function receiversCard(app) {
  const list = rows(make, update, { tag: 'ul', className: 'receivers' });
  const none = el('p', { class: 'soft', text: 'No receiver.' });
  const root = card('Receivers', none, list.root);

  function make(one) {
    const name = el('span', { class: 'receiver-name mono' });
    const state = el('span', { class: 'chip' });
    const counts = el('span', { class: 'number soft' });
    const age = ageOf();
    const trouble = el('span', { class: 'receiver-trouble' });
    const top = el('span', { class: 'spread' }, name, el('span', { class: 'row' }, state, age.root));
    return { root: el('li', { class: 'receiver' }, top, counts, trouble), name, state, counts, age, trouble };
  }

  function update(made, one) {
    setText(made.name, one.name);
    setText(made.state, one.up ? 'up' : 'down');
    setLevel(made.state, one.up ? 'good' : 'alarm');
    setText(made.counts, `${number(one.frames)} frames, ${number(one.unique)} by this one alone`);
    made.age.set(one.age_s);
    setText(made.trouble, one.trouble);
    setShown(made.trouble, one.trouble);
  }

  return {
    root,
    update(state) {
      const all = state.receivers ?? [];
      setShown(none, !all.length);
      list.set(all.map((one, at) => ({ ...one, at })), (one) => one.at);
    },
  };
}
