/** How a phone may look on: address, PIN, and a picture of the address. */

import { el, replace } from './dom.js';

/** @param {import('./app.js').App} app */
export function lanInvitation(app) {
  const root = el('div', { class: 'lan', hidden: true });
  return {
    root,
    async show() {
      const lan = app.viewer ? null : await app.get('/api/lan');
      root.toggleAttribute('hidden', !lan);
      if (!lan) return;
      replace(
        root,
        el('strong', { text: 'Look on from a phone' }),
        lan.on
          ? el(
              'div',
              { class: 'lan-row' },
              lan.picture && el('img', { src: lan.picture, width: 132, height: 132, alt: `QR code of ${lan.url}` }),
              el('div', null, el('div', { class: 'mono', text: lan.url }), el('div', { class: 'lan-pin number', text: `PIN ${lan.pin}` }), el('small', { class: 'soft', text: 'Phones see, and cannot command.' })),
            )
          : el('small', { class: 'soft', text: lan.words }),
      );
    },
  };
}
