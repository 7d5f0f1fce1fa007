/** Asking the server, and telling it: a failure is an answer with words, never an exception. */

const REFUSED = 403;
const PATIENCE_MS = 15000;

let token = document.querySelector('meta[name="samara-token"]')?.getAttribute('content') ?? '';

/** Viewers are given no token. */
export function isViewer() {
  return token === '' || token.startsWith('{{');
}

/** JSON, or null after any failure. @param {string} path */
export async function get(path) {
  try {
    const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} path @param {object} [body]
 * @returns {Promise<{ok: boolean, status: number, body: any, words: string}>}
 */
export async function post(path, body = {}) {
  let answer = await send(path, body);
  // A server that was started again has another token: the page's own is asked for anew, without a click.
  if (answer.status === REFUSED && (await renew())) answer = await send(path, body);
  return answer;
}

async function send(path, body) {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Samara-Token': token },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said = await answer.text();
    const told = parsed(said);
    const words = told?.words ?? told?.error ?? (answer.ok ? '' : said.slice(0, 300) || `refused (${answer.status})`);
    return { ok: answer.ok, status: answer.status, body: told, words: String(words) };
  } catch {
    return { ok: false, status: 0, body: null, words: 'The ground station does not answer. Nothing is known of what became of this.' };
  }
}

async function renew() {
  try {
    const page = await (await fetch('/', { cache: 'no-store' })).text();
    const found = new DOMParser().parseFromString(page, 'text/html').querySelector('meta[name="samara-token"]');
    const fresh = found?.getAttribute('content') ?? '';
    const changed = fresh !== '' && fresh !== token;
    if (changed) token = fresh;
    return changed;
  } catch {
    return false;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
