/** Other people's payloads that are heard beside this flight. */

import { ageOf, card, rows } from '../../components.js';
import { el, setShown, setText } from '../../dom.js';

/** @param {import('../../app.js').App} app */
export function othersCard(app) {
  const list = rows(make, update, { tag: 'ul', className: 'receivers' });
  const root = card('Others that are heard', { class: 'wide' }, list.root);

  function make() {
    const name = el('span', { class: 'receiver-name mono' });
    const age = ageOf();
    const words = el('span', { class: 'soft' });
    return { root: el('li', { class: 'receiver' }, el('span', { class: 'spread' }, name, age.root), words), name, age, words };
  }

  function update(made, other) {
    setText(made.name, other.callsign);
    made.age.set(other.age_s);
    const known = other.latitude !== null && other.latitude !== undefined;
    const place = known ? `, ${app.units.place(other.latitude, other.longitude)}` : '';
    setText(made.words, `${other.kind}, ${app.units.altitude(other.altitude_m)}${place}`);
  }

  return {
    root,
    update(state) {
      const all = state.others ?? [];
      setShown(root, all.length > 0);
      list.set(all.map((other, at) => ({ ...other, at })), (other) => other.at);
    },
  };
}
