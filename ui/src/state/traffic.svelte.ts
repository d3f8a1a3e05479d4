// Traffic as the window follows it. Nothing is told of each request: in every third frame it asks for what is new, four times
// a second for the numbers. What is drawn on a canvas moves with the frames; what stands in words changes four times a
// second at most, since text that changes sixty times a second is slow and can not be read. A frame changes one area of
// the window only.

import type {
  Frame,
  Outcome,
  Point,
  RunSummary,
  Second,
  Trace,
  TrafficState,
  Workload,
} from '../bindings/api';
import { Failure } from '../platform/host';
import { formatShortCount } from '../units';
import type { Lab } from './lab.svelte';
import { browserFrames, type Frames } from './playback.svelte';
import { Rates } from './rates';
import { Standing, type Place } from './standing.svelte';
import { Turns } from './turns';
import { paceInSentence } from './workload';

/** Where the points go. It is given, so that nothing here knows how they are drawn. */
export interface PointStore {
  readonly total: number;
  push(points: readonly Point[]): void;
  clear(): void;
}

/** How long what is said in words stands, in milliseconds. */
const STAND_MS = 250;
/** How many seconds of a run are kept: an hour. */
const SECONDS = 3_600;
/** How many whole traces wait to be drawn. Those that nobody fetches go. */
const TRACES = 64;
/** How many points wait while the view is paused. */
const PENDING = 20_000;
/** How often what is left over is asked for when a run has ended. */
const LEFTOVERS = 20;

/** A request from outside came alone where none ended in so long before it, in nanoseconds. */
const ALONE_NS = 400e6;
/** One that ended longer ago is told of no more: the page was away. */
const RECENT_NS = 2e9;

const IDLE: TrafficState = { state: 'idle' };

/** Whether there is something new to see with every frame, if nobody holds it. */
const goesOn = (state: TrafficState): boolean =>
  state.state === 'visited' ? state.live : ['running', 'stopping', 'replaying'].includes(state.state);

/** What is said of the traffic at one moment. */
export interface Reading {
  frame: Frame;
  /** Requests that ended a second, by the way they went. */
  perSecond: Partial<Record<Outcome, number>>;
  /** Requests sent a second: over the last one, or once it has ended over all of the run. Null while that is not known. */
  sentPerSecond: number | null;
  /** One in so many requests is drawn; 1 for all. */
  oneIn: number;
  /** Samples that were not drawn because the window was too slow for them. */
  skipped: number;
}

/** All that is known of a run at one moment. */
export interface Moment {
  reading: Reading;
  summary: RunSummary;
  /** The seconds of the run that are over. */
  seconds: readonly Second[];
}

export class Traffic {
  /** Whose turn it is to draw, while it is live. */
  readonly turns = new Turns();

  #lab: Lab;
  #points: PointStore;
  #frames: Frames;

  #run = $state(0);
  #reading = $state.raw<Reading | null>(null);
  #summary = $state.raw<RunSummary | null>(null);
  #seconds = $state.raw<readonly Second[]>([]);
  #revision = $state(0);
  #paused = $state(false);
  #quiet = $state(false);
  #draft = $state.raw<Workload | null>(null);
  #problem = $state<string | null>(null);
  #dismissed = $state.raw<TrafficState | null>(null);
  /** How the last run ended: that stands also when visitors have taken the Stage since. */
  #ended = $state.raw<TrafficState | null>(null);
  #announcement = $state('');

  #newest: Frame | null = null;
  #cursor = 0;
  #skipped = 0;
  #rates = new Rates();
  #standing = new Standing<Moment>({
    seconds: (one, other) => one.seconds === other.seconds,
    toggle: (one, other) => shortRate(one.reading) === shortRate(other.reading),
  });
  #traces: Trace[] = [];
  /** Points that are to be shown later: behind what the strip has reached, or behind a pause. */
  #pending: Point[] = [];
  #loop: number | null = null;
  #asking: Promise<number> | null = null;
  #summing: Promise<void> | null = null;
  #clockMs = 0;
  /** Nanoseconds on the lab's clock when the page's was at 0. */
  #offsetNs = 0;
  #nowNs: number | null = null;
  #stoodMs = -Infinity;
  #settled: TrafficState | null = null;
  #latest: number | null = null;
  /** What is played back. */
  #replayed: string | null = null;
  /** When the newest request from outside ended. */
  #lastGuestNs = 0;

  /** Told of requests that come in from outside: the number of one that came alone, null of several at once. */
  onguest: ((id: number | null) => void) | null = null;

  constructor(lab: Lab, points: PointStore, frames: Frames = browserFrames) {
    this.#lab = lab;
    this.#points = points;
    this.#frames = frames;
  }

  get state(): TrafficState {
    return this.#lab.status?.traffic ?? IDLE;
  }

  /** Asked for and not yet ended. */
  get on(): boolean {
    return ['warming', 'running', 'stopping'].includes(this.state.state);
  }

  /** Requests are being sent, or a recording is played back, and the window follows. */
  get live(): boolean {
    const { state } = this;
    return goesOn(state) && !(state.state === 'replaying' && state.paused) && !this.#paused && !this.#quiet;
  }

  /** What there is to see is a recording that is played back. */
  get replaying(): boolean {
    return this.state.state === 'replaying';
  }

  /** What there is to see comes in from outside. */
  get visited(): boolean {
    return this.state.state === 'visited';
  }

  /** Number of the request that ended last of those shown; null before the first. */
  get latest(): number | null {
    return this.#latest;
  }

  /** It is being measured with nothing drawn. */
  get measuringQuietly(): boolean {
    return this.on && this.#quiet;
  }

  /** Number of the run that is shown; 0 before the first. */
  get run(): number {
    return this.#run;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get reading(): Reading | null {
    return this.#reading;
  }

  get summary(): RunSummary | null {
    return this.#summary;
  }

  /** The seconds of the run that are over. */
  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  /** What stands in this place of the window: of one moment, and as new as the turns allow. Null before the first. */
  at(place: Place): Moment | null {
    return this.#standing.at(place);
  }

  /** Changes when points came or went; four times a second at most while they come with every frame. */
  get revision(): number {
    return this.#revision;
  }

  /** What will be sent next, as it stands in the form: perhaps not yet what the laboratory would take. */
  get workload(): Workload | null {
    return this.#draft ?? this.#lab.settings?.workload ?? null;
  }

  /** What is wrong with it. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What the last run came to, until it is dismissed. */
  get ending(): { messages: readonly string[]; good: boolean; recording: number | null } | null {
    const state = this.visited ? this.#ended : this.state;
    if (!state || state === this.#dismissed) return null;
    if (state.state === 'ended') return state;
    return state.state === 'failed' ? { messages: [state.message], good: false, recording: null } : null;
  }

  dismiss(): void {
    this.#dismissed = this.visited ? this.#ended : this.state;
  }

  /** That a run began or ended, for those who hear it instead of seeing it. */
  get announcement(): string {
    return this.#announcement;
  }

  /** Now, on the lab's clock, as of the last frame that was drawn. Null before the first sample. */
  readonly now = (): number | null => this.#nowNs;

  /** Whole traces that have come since the last time this was asked. */
  readonly drain = (): Trace[] => {
    const traces = this.#traces;
    this.#traces = [];
    return traces;
  };

  /** Changes what will be sent. What the laboratory does not take stays in the form, and a sentence says why. */
  async change(workload: Workload): Promise<void> {
    this.#draft = workload;
    const failure = await this.#lab.change({ workload });
    if (this.#draft !== workload) return;
    this.#problem = failure?.code === 'invalid' ? failure.message : null;
    if (!this.#problem) this.#draft = null;
  }

  async toggle(): Promise<void> {
    await (this.on ? this.stop() : this.start());
  }

  async start(): Promise<void> {
    const { workload } = this;
    if (!workload || this.on || !this.#lab.ready) return;
    try {
      this.#problem = null;
      await this.#lab.ask('start_traffic', workload);
    } catch (reason) {
      const failure = Failure.from(reason);
      if (failure.code === 'invalid') this.#problem = failure.message;
      this.#lab.say('error', failure.message);
    }
  }

  async stop(): Promise<void> {
    await this.#lab.run('stop_traffic');
  }

  /** Follows what the laboratory says of the traffic. */
  follow(state: TrafficState): void {
    if (state.state !== 'visited') this.#ended = ['ended', 'failed'].includes(state.state) ? state : null;
    switch (state.state) {
      case 'running':
        if (state.run !== this.#run) {
          this.#begin(state.run);
          this.#quiet = this.#lab.settings?.quiet ?? false;
          this.#announcement = `Traffic began: ${paceInSentence(state.workload.pace, state.workload.clients)}.`;
        }
        this.#resume();
        break;
      case 'stopping':
        this.#resume();
        break;
      case 'replaying':
        if (state.run !== this.#run) this.#leap(state.run, state.name);
        this.#resume();
        break;
      case 'visited':
        if (state.run !== this.#run) {
          this.#begin(state.run);
          this.#quiet = false;
          this.#announcement = 'Requests come in through the HTTP front door.';
        }
        if (state.live) this.#resume();
        else void this.#settle(state);
        break;
      case 'idle':
        // A replay that is over leaves nothing behind.
        if (this.#replayed !== null) this.#begin(0);
        break;
      case 'ended':
        if (this.#settled !== state) {
          this.#announcement = state.messages[0] ?? 'The traffic ended.';
          void this.#settle(state);
        }
        break;
      case 'failed':
        if (this.#settled !== state) this.#announcement = state.message;
        this.#settled = state;
        break;
    }
  }

  /** A request that somebody sent by hand is a point among the others. */
  add({ id, outcome, started_ns, waited_ns, total_ns }: Trace): void {
    const point = {
      id,
      outcome,
      ended_ns: started_ns + total_ns,
      response_ns: waited_ns + total_ns,
      service_ns: total_ns,
    };
    this.#keep([point]);
    if (!this.live) this.#show(Infinity);
  }

  /** Forgets what was shown, single requests too. */
  clear(): void {
    this.#begin(0);
  }

  /** Leaves what is shown as it is. What comes meanwhile is shown afterwards. */
  pause(): void {
    this.#paused = true;
    this.#standing.settle();
  }

  goOn(): void {
    this.#paused = false;
    this.#show(this.live ? (this.#newest?.now_ns ?? Infinity) : Infinity);
    if (this.#run > 0) void this.#sum().then(() => this.#settleWords());
  }

  /** What is played back begins, or goes on at another moment: then its numbers stand until the new ones are there. */
  #leap(run: number, name: string): void {
    const { reading, summary, seconds } = this;
    const same = this.#replayed === name;
    this.#begin(run);
    this.#replayed = name;
    this.#quiet = this.#paused = false;
    if (!same) this.#announcement = `Playing back ${name}.`;
    else if (reading && summary) {
      [this.#reading, this.#summary] = [reading, summary];
      this.#standing.give({ reading, summary, seconds });
      this.#standing.settle();
    }
  }

  #begin(run: number): void {
    this.#run = run;
    this.#replayed = null;
    this.#latest = null;
    this.#cursor = 0;
    this.#skipped = 0;
    this.#rates.clear();
    this.#traces = [];
    this.#pending = [];
    this.#points.clear();
    this.#newest = null;
    this.#nowNs = null;
    this.#stoodMs = -Infinity;
    this.#reading = null;
    this.#summary = null;
    this.#seconds = [];
    this.#standing.give(null);
    this.#standing.settle();
    this.#revision += 1;
  }

  #resume(): void {
    if (this.#quiet || this.#loop !== null) return;
    this.#loop = this.#frames.request(this.#draw);
  }

  readonly #draw = (nowMs: number): void => {
    this.#clockMs = nowMs;
    this.#loop = goesOn(this.state) ? this.#frames.request(this.#draw) : null;
    if (this.#loop === null) return;
    if (this.#newest && this.live) this.#moveTo(nowMs * 1e6 + this.#offsetNs);
    const area = this.#paused ? null : this.turns.pass(nowMs);
    if (area === 'words') this.#standing.renew();
    // An answer is work too: it comes in a frame that has less to draw.
    if (area !== 'left' && area !== 'right') void this.#ask();
    if (nowMs - this.#stoodMs < STAND_MS) return;
    this.#stoodMs = nowMs;
    void this.#sum().then(() => {
      if (this.live) this.#publish();
      // A replay that is held is at rest, but may have been held at another moment.
      else if (this.replaying) this.#settleWords();
    });
  };

  /** Time goes forward only. */
  #moveTo(ns: number): void {
    this.#nowNs = Math.max(this.#nowNs ?? 0, Math.round(ns));
  }

  /** Nothing more comes: what is left over is fetched. */
  async #settle(state: TrafficState & { run: number }): Promise<void> {
    this.#settled = state;
    if (this.#loop !== null) this.#frames.cancel(this.#loop);
    this.#loop = null;
    this.#quiet = false;
    if (state.run !== this.#run) this.#begin(state.run);
    await this.#asking;
    for (let left = LEFTOVERS; left > 0 && (await this.#ask()) > 0; left -= 1);
    await this.#summing;
    await this.#sum();
    if (this.#paused) return;
    this.#show(Infinity);
    this.#settleWords();
  }

  /** Asks for what is new, at most once at a time. Answers how many points came. */
  #ask(): Promise<number> {
    this.#asking ??= this.#fetch().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #fetch(): Promise<number> {
    const cursor = this.#cursor;
    const frame = await this.#quietly(() => this.#lab.ask('frame', { cursor }));
    if (!frame) return 0;
    // Of a moment that was leapt away from.
    if (frame.run < this.#run) return 0;
    if (frame.run !== this.#run) {
      const { state } = this;
      if (state.state === 'replaying') this.#leap(frame.run, state.name);
      else this.#begin(frame.run);
      // What it counts from is a place in another run.
      if (cursor !== 0) return 0;
    }
    const first = this.#newest === null;
    this.#newest = frame;
    this.#cursor = frame.sample.cursor;
    // A first frame gives the newest of all samples there are: what came before it was not missed.
    if (!first) this.#skipped += frame.sample.skipped;
    this.#measure(frame.now_ns, first);
    this.#keep(frame.sample.points);
    this.#traces = [...this.#traces, ...frame.sample.traces].slice(-TRACES);
    this.#meet(frame);
    if (!this.#paused) this.#show(frame.now_ns);
    return frame.sample.points.length;
  }

  /** Tells whether a request from outside came alone, or with others. */
  #meet({ sample, now_ns }: Frame): void {
    const newest = sample.points.at(-1);
    if (!newest || !this.visited || this.#paused) return;
    const alone = sample.points.length === 1 && newest.ended_ns - this.#lastGuestNs > ALONE_NS;
    this.#lastGuestNs = Math.max(newest.ended_ns, this.#lastGuestNs);
    if (now_ns - newest.ended_ns < RECENT_NS) this.onguest?.(alone ? newest.id : null);
  }

  /** How far the lab's clock is from the page's. An answer takes its time, and not always the same: smoothed. */
  #measure(nowNs: number, first: boolean): void {
    const offset = nowNs - this.#clockMs * 1e6;
    const far = Math.abs(offset - this.#offsetNs) > 250e6;
    // The clock of a replay that is held stands still.
    const held = this.replaying && !this.live;
    this.#offsetNs = first || far || held ? offset : this.#offsetNs + (offset - this.#offsetNs) / 16;
    if (first && !this.#paused) this.#moveTo(nowNs);
  }

  #sum(): Promise<void> {
    this.#summing ??= this.#fetchSummary().finally(() => (this.#summing = null));
    return this.#summing;
  }

  async #fetchSummary(): Promise<void> {
    const last = this.#seconds.at(-1)?.second ?? -1;
    const run = this.#run;
    const summary = await this.#quietly(() => this.#lab.ask('summary', { first_second: last + 1 }));
    if (!summary || summary.run !== run || run !== this.#run) return;
    const { seconds } = summary.summary;
    if (seconds.length > 0) this.#seconds = [...this.#seconds, ...seconds].slice(-SECONDS);
    if (!this.#paused) this.#summary = summary;
  }

  /** What fails many times a second is said once. */
  async #quietly<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (reason) {
      this.#lab.say('error', Failure.from(reason).message);
      return null;
    }
  }

  #keep(points: readonly Point[]): void {
    if (points.length === 0) return;
    this.#pending.push(...points);
    if (this.#pending.length > PENDING) this.#pending.splice(0, this.#pending.length - PENDING);
  }

  /** Shows what ended until then, in that order. */
  #show(untilNs: number): void {
    if (this.#pending.length === 0 || this.#paused) return;
    const due = this.#pending.filter((point) => point.ended_ns <= untilNs);
    if (due.length === 0) return;
    this.#pending =
      due.length < this.#pending.length ? this.#pending.filter((point) => point.ended_ns > untilNs) : [];
    due.sort((a, b) => a.ended_ns - b.ended_ns);
    this.#points.push(due);
    this.#latest = due.at(-1)?.id ?? this.#latest;
    if (!this.live) {
      this.#moveTo(due.at(-1)?.ended_ns ?? 0);
      this.#revision += 1;
    }
  }

  /** Puts what is newest into words, everywhere at once. */
  #settleWords(): void {
    if (this.#paused) return;
    this.#publish();
    this.#standing.settle();
  }

  /** Puts what is newest into words, which each place of the window takes up in turn. */
  #publish(): void {
    const frame = this.#newest;
    if (!frame) return;
    this.#rates.read(frame.now_ns, frame.sample.counts, this.#points.total);
    const { ended, drawn } = this.#rates;
    this.#reading = {
      frame,
      perSecond: this.live ? this.#rates.byOutcome : {},
      sentPerSecond: this.live
        ? this.#rates.known
          ? this.#rates.sent
          : null
        : sentPerSecond(frame, this.#summary),
      oneIn: drawn > 0 && ended > 1.05 * drawn ? ended / drawn : 1,
      skipped: this.#skipped,
    };
    const { reading, summary, seconds } = this;
    if (reading && summary) this.#standing.give({ reading, summary, seconds });
    this.#revision += 1;
  }
}

/** Requests sent a second, as short as a button tells it: "20.0k/s"; null while that is not known. */
export const shortRate = ({ sentPerSecond }: Reading): string | null =>
  sentPerSecond ? `${formatShortCount(Math.round(sentPerSecond))}/s` : null;

/** Over a whole run. */
function sentPerSecond(frame: Frame, summary: RunSummary | null): number | null {
  const { sent } = frame.sample.counts;
  return summary && summary.elapsed_ns > 0 ? (sent * 1e9) / summary.elapsed_ns : null;
}
