/** What a page gets: the newest state, the track, the events, units, and a way to ask for things. */

import { ageNow, everySecond, markState, now_ms, setReportInterval } from './clock.js';
import { get, isViewer, post } from './server.js';
import { Settings } from './settings.js';
import { Stream } from './stream.js';
import { unitsOf } from './units.js';

const QUIET_MS = 3500;
const EVENTS_KEPT = 5000;
const DEGREES = 1e-7;

export class App {
  constructor() {
    this.state = /** @type {any} */ (null);
    this.events = /** @type {any[]} */ ([]);
    this.track = /** @type {any[]} */ ([]);
    this.mission = /** @type {any} */ (null);
    this.viewer = isViewer();
    this.connection = { live: false, since_ms: now_ms(), words: 'not yet heard' };
    this.listeners = new Map();
    this.settingsStore = new Settings();
    this.units = unitsOf(this.settings.units);
    this.settingsStore.onchange = () => {
      this.units = unitsOf(this.settings.units);
      this.tell('settings');
    };
    this.next = { track: 0, events: 0 };
    this.asked = { track: false, events: false };
    this.generation = /** @type {string | null} */ (null);
    this.heard_ms = -Infinity;
    this.get = get;
    this.post = post;
    this.age = ageNow;
    this.onTick = () => {
      this.watch();
      this.tell('tick');
    };
    everySecond(this.onTick, this);
  }

  start() {
    this.stream = new Stream('/api/stream', (kind, data) => this.told(kind, data), () => this.catchUp());
    this.catchUp();
  }

  get settings() {
    return this.settingsStore.values;
  }

  set(changes) {
    this.settingsStore.set(changes);
  }

  /** @param {string} kind @param {(app: App) => void} listener @returns {() => void} ends it */
  on(kind, listener) {
    if (!this.listeners.has(kind)) this.listeners.set(kind, new Set());
    this.listeners.get(kind).add(listener);
    return () => this.listeners.get(kind).delete(listener);
  }

  tell(kind) {
    for (const listener of this.listeners.get(kind) ?? []) {
      try {
        listener(this);
      } catch (error) {
        // One part of the page that fails must not take the others along.
        console.error(error);
      }
    }
  }

  /** Replaced by the shell. @param {string} words @param {string} [level] */
  toast(words, level) {
    console.info(level, words);
  }

  /** @param {string} name of a page */
  go(name) {
    location.hash = name;
  }

  told(kind, data) {
    this.heard_ms = now_ms();
    if (kind === 'state') this.takeState(data);
    else if (kind === 'track') this.takeTrack(data);
    else if (kind === 'event') this.takeEvents(data);
    this.watch();
  }

  takeState(state) {
    this.state = state;
    markState();
    this.begin(state.generation);
    setReportInterval(state.link?.rate_s);
    this.tell('state');
  }

  /** Another log, or one that was read anew: what is known is of the one before. */
  begin(generation) {
    if (generation === undefined || generation === this.generation) return;
    const first = this.generation === null;
    this.generation = generation;
    if (first) return;
    this.next = { track: 0, events: 0 };
    this.track = [];
    this.events = [];
    this.tell('track');
    this.tell('events');
    this.fetchTrack();
    this.fetchEvents();
    this.fetchMission();
  }

  /** What was missed while nothing was heard. */
  async catchUp() {
    const [state] = await Promise.all([get('/api/state'), this.fetchTrack(), this.fetchEvents(), this.fetchMission()]);
    if (state) this.told('state', state);
  }

  async fetchMission() {
    this.mission = (await get('/api/mission')) ?? this.mission;
    this.tell('mission');
  }

  async fetchTrack() {
    await this.fetchOf('track', (data) => this.takeTrack(data));
  }

  async fetchEvents() {
    await this.fetchOf('events', (data) => this.takeEvents(data));
  }

  async fetchOf(kind, take) {
    if (this.asked[kind]) return;
    this.asked[kind] = true;
    const data = await get(`/api/${kind}?from=${this.next[kind]}`);
    this.asked[kind] = false;
    if (data) take(data);
  }

  takeTrack(data) {
    this.begin(data.generation);
    if (data.from > this.next.track) {
      this.fetchTrack();
      return;
    }
    // From the beginning it is the whole, and perhaps thinned; else what follows row `from`.
    if (data.from === 0) this.track = [];
    const fresh = data.from === 0 ? data.rows : data.rows.slice(this.next.track - data.from);
    const columns = data.columns ?? ['mission_ms', 'latitude_e7', 'longitude_e7', 'altitude_m', 'told_later'];
    const at = Object.fromEntries(columns.map((name, index) => [name, index]));
    let sorted = true;
    for (const row of fresh) {
      const last = this.track[this.track.length - 1];
      const point = {
        mission_ms: row[at.mission_ms],
        latitude: row[at.latitude_e7] * DEGREES,
        longitude: row[at.longitude_e7] * DEGREES,
        altitude_m: row[at.altitude_m],
        told_later: Boolean(row[at.told_later]),
      };
      sorted &&= !last || last.mission_ms <= point.mission_ms;
      this.track.push(point);
    }
    // A place that is told later belongs into the past.
    if (!sorted) this.track.sort((one, other) => one.mission_ms - other.mission_ms);
    this.next.track = data.next;
    this.tell('track');
  }

  takeEvents(data) {
    this.begin(data.generation);
    if (data.from > this.next.events) {
      this.fetchEvents();
      return;
    }
    if (data.from === 0) this.events = [];
    this.events.push(...(data.from === 0 ? data.rows : data.rows.slice(this.next.events - data.from)));
    if (this.events.length > EVENTS_KEPT) this.events.splice(0, this.events.length - EVENTS_KEPT);
    this.next.events = data.next;
    this.tell('events');
  }

  watch() {
    const quiet_ms = now_ms() - this.heard_ms;
    const live = quiet_ms < QUIET_MS;
    if (live !== this.connection.live) {
      this.connection = { live, since_ms: live ? now_ms() : this.heard_ms, words: live ? 'connected' : 'no answer' };
      this.tell('connection');
    }
  }
}
