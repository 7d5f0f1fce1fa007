/**
 * The stream of the server: it comes back by itself, whatever happens.
 *
 * A browser resumes a broken EventSource, but not one that was refused, and not one whose connection is half dead. So
 * silence counts as broken: the server says something every second.
 */

const SILENT_MS = 5000;
const AGAIN_MS = 1000;
const LOOK_MS = 1000;
const KINDS = ['state', 'track', 'event', 'alarm'];

export class Stream {
  /** @param {string} path @param {(kind: string, data: any) => void} ontold @param {() => void} onopen */
  constructor(path, ontold, onopen) {
    this.path = path;
    this.ontold = ontold;
    this.onopen = onopen;
    this.source = /** @type {EventSource | null} */ (null);
    this.heard_ms = performance.now();
    this.connect();
    setInterval(() => this.look(), LOOK_MS);
    // After sleep, or in a tab that was put away, at once and not at the next look.
    for (const name of ['online', 'pageshow', 'focus']) addEventListener(name, () => this.look());
    document.addEventListener('visibilitychange', () => this.look());
  }

  connect() {
    this.source?.close();
    this.heard_ms = performance.now();
    const source = new EventSource(this.path);
    this.source = source;
    source.onopen = () => {
      this.heard_ms = performance.now();
      this.onopen();
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        this.heard_ms = performance.now();
        this.ontold(kind, JSON.parse(event.data));
      });
    }
  }

  look() {
    const silent_ms = performance.now() - this.heard_ms;
    const refused = this.source?.readyState === EventSource.CLOSED;
    if (silent_ms > SILENT_MS || (refused && silent_ms > AGAIN_MS)) this.connect();
  }
}
