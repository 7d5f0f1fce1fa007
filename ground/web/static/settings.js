/** What this browser remembers of how it is to show things. A phone and a laptop may differ, so the server is not asked. */

const KEY = 'samara-settings';
const DEFAULTS = { theme: 'auto', units: 'metric', sound: true, speech: true, volume: 0.7, follow: true, awake: true };

export class Settings {
  constructor() {
    this.values = { ...DEFAULTS, ...read() };
    addEventListener('storage', (event) => {
      if (event.key !== KEY) return;
      this.values = { ...DEFAULTS, ...read() };
      this.onchange();
    });
  }

  onchange() {}

  /** @param {Partial<typeof DEFAULTS>} changes */
  set(changes) {
    this.values = { ...this.values, ...changes };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // A private window may refuse: then it is remembered until it closes.
    }
    this.onchange();
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
  } catch {
    return {};
  }
}
