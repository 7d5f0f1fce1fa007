/** Giving a command to the commander, once, and saying what became of the giving. */

/**
 * @param {import('../../app.js').App} app
 * @param {(words: string) => void} ontrouble told why the newest one was not taken; empty when it was
 * @returns {(op: string, more?: {place?: number, argument?: unknown, reason?: string}) => Promise<boolean>} taken or not
 */
export function commanding(app, ontrouble) {
  /** @type {Set<string>} */
  const underWay = new Set();
  return async (op, more = {}) => {
    if (underWay.has(op)) return false;
    underWay.add(op);
    try {
      const answer = await app.post('/api/command', { op, ...more });
      ontrouble(answer.ok ? '' : `${op.toUpperCase().replace('_', ' ')} was not taken: ${answer.words}`);
      return answer.ok;
    } finally {
      underWay.delete(op);
    }
  };
}

/** Stops what is being said; it cannot take back what the balloon has heard. */
export async function breakOff(app) {
  const answer = await app.post('/api/command/cancel', {});
  if (!answer.ok) app.toast(`It could not be broken off: ${answer.words}`, 'alarm');
}
