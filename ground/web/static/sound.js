/** Tones and speech without anything remote: made by the browser. Every alarm sounds exactly once on this machine. */

const KEY = 'samara-sounded';
const KEPT = 400;
const OLD_MS = 600_000;
// Hz and seconds of each tone: told apart with eyes shut, and by people who do not hear high ones.
const TONES = {
  info: [[660, 0.14], [880, 0.18]],
  good: [[660, 0.14], [880, 0.18]],
  warn: [[740, 0.2], [0, 0.08], [740, 0.2]],
  alarm: [[880, 0.16], [587, 0.16], [880, 0.16], [587, 0.16], [880, 0.16], [587, 0.24]],
};
const EDGE_S = 0.012;
const SPEECH_PATIENCE_MS = 12000;

export class Sound {
  /** @param {import('./app.js').App} app */
  constructor(app) {
    this.app = app;
    this.context = /** @type {AudioContext | null} */ (null);
    this.queue = /** @type {{level: string, speech: string}[]} */ ([]);
    this.playing = false;
    this.onchange = () => {};
    // A browser keeps a page silent until it is touched once.
    for (const name of ['pointerdown', 'keydown']) addEventListener(name, () => this.wake(), { capture: true });
    this.wake();
  }

  /** Whether this browser lets the page be heard. */
  get ready() {
    return this.context?.state === 'running';
  }

  async wake() {
    if (this.ready) return;
    try {
      this.context ??= new AudioContext();
      this.context.onstatechange = () => this.changed();
      await this.context.resume();
    } catch {
      // No sound device: the banner is all there is.
    }
    this.changed();
  }

  changed() {
    this.onchange();
    if (this.ready) this.play();
  }

  /** The alarms of a state that have not sounded yet. A replay sounds again in another window, or when it is begun again. */
  async hear(state) {
    const flight = state.live === false ? `replay ${state.log} ${state.generation}` : state.log;
    const store = state.live === false ? sessionStorage : localStorage;
    const unheard = (state.alarms ?? []).filter((alarm) => !alarm.acknowledged);
    if (!unheard.length || !this.app.settings.sound) return;
    if (!this.ready) return; // they wait in the state until the page may be heard
    // Two windows of one browser share this list, and one of them speaks.
    await exclusively(() => {
      const sounded = read(store);
      for (const alarm of unheard) {
        const name = `${flight}\n${alarm.id}`;
        if (sounded.includes(name)) continue;
        sounded.push(name);
        if (state.now_ms - alarm.since_ms > OLD_MS) continue; // an old log is shown, not shouted
        this.queue.push({ level: alarm.level, speech: alarm.speech });
      }
      write(store, sounded);
    });
    this.play();
  }

  async test() {
    await this.wake();
    this.queue.push({ level: 'alarm', speech: 'This is a test of the alarm.' });
    this.play();
  }

  async play() {
    if (this.playing || !this.ready) return;
    this.playing = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      await this.tone(TONES[next.level] ?? TONES.info);
      if (this.app.settings.speech && next.speech) await this.speak(next.speech);
    }
    this.playing = false;
  }

  async tone(notes) {
    const context = /** @type {AudioContext} */ (this.context);
    let at = context.currentTime + 0.02;
    for (const [hertz, seconds] of notes) {
      if (hertz) {
        const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: hertz });
        const gain = new GainNode(context, { gain: 0 });
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(this.app.settings.volume, at + EDGE_S);
        gain.gain.setValueAtTime(this.app.settings.volume, at + seconds - EDGE_S);
        gain.gain.linearRampToValueAtTime(0, at + seconds);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(at);
        oscillator.stop(at + seconds);
      }
      at += seconds;
    }
    await new Promise((done) => setTimeout(done, (at - context.currentTime) * 1000));
  }

  speak(words) {
    const speech = globalThis.speechSynthesis;
    if (!speech) return Promise.resolve();
    // Only voices of this machine: some browsers send the words away for the others.
    const voices = speech.getVoices().filter((voice) => voice.localService);
    const voice = voices.find((each) => each.lang.startsWith('en')) ?? voices[0];
    if (!voice) return Promise.resolve();
    return new Promise((done) => {
      const said = new SpeechSynthesisUtterance(words);
      said.voice = voice;
      said.lang = voice.lang;
      said.volume = this.app.settings.volume;
      said.onend = said.onerror = () => done(undefined);
      setTimeout(done, SPEECH_PATIENCE_MS);
      speech.speak(said);
    });
  }
}

async function exclusively(act) {
  if (navigator.locks) await navigator.locks.request(KEY, async () => act());
  else act();
}

function read(store) {
  try {
    return JSON.parse(store.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

function write(store, sounded) {
  try {
    store.setItem(KEY, JSON.stringify(sounded.slice(-KEPT)));
  } catch {
    // A private window may refuse: a reload then sounds them again, which is better than not at all.
  }
}
