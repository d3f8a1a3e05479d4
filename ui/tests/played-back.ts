// A recording that is played back: the same made-up traffic, on a clock that begins with the recording and can be held.

import type { About, Frame, Held, RunSummary, TraceDetail, TrafficState } from '../src/bindings/api';
import { Load } from './load';

/** Higher than a run of traffic ever gets in a test. */
const FIRST_RUN = 1_000;

export class PlayedBack {
  readonly #about: About;
  #run = FIRST_RUN;
  #load: Load;
  /** Everything, to be stepped through. */
  readonly #whole: Load;
  #atNs = 0;
  #sinceNs: number;
  #paused = false;
  /** Up to where it has been asked for. */
  #lastNs = 0;

  constructor(about: About, nowNs: number) {
    this.#about = about;
    this.#sinceNs = nowNs;
    this.#load = this.#begin();
    this.#whole = this.#begin();
    this.#whole.advance(about.elapsed_ns);
  }

  told(nowNs: number): TrafficState {
    const position = this.#position(nowNs);
    return {
      state: 'replaying',
      run: this.#run,
      recording: this.#about.id,
      name: this.#about.name,
      position_ms: Math.ceil(position / 1e6),
      length_ms: Math.ceil(this.#about.elapsed_ns / 1e6),
      paused: this.#paused || position >= this.#about.elapsed_ns,
    };
  }

  pause(paused: boolean, nowNs: number): void {
    this.#atNs = this.#position(nowNs);
    this.#sinceNs = nowNs;
    this.#paused = paused;
  }

  seek(positionMs: number, paused: boolean, nowNs: number): void {
    this.#atNs = Math.min(positionMs * 1e6, this.#about.elapsed_ns);
    this.#sinceNs = nowNs;
    this.#paused = paused;
    this.#run += 1;
    this.#load = this.#begin();
  }

  advance(nowNs: number): void {
    this.#load.advance(this.#position(nowNs));
    this.#lastNs = this.#position(nowNs);
  }

  frame(cursor: number): Frame {
    return { ...this.#load.frame(cursor), now_ns: this.#lastNs };
  }

  summary(firstSecond: number): RunSummary {
    return { ...this.#load.summary(firstSecond), elapsed_ns: this.#lastNs };
  }

  /** All of the recording, what is still to come included. */
  hold(hold: boolean): Held {
    return this.#whole.hold(hold);
  }

  trace(id: number): TraceDetail | null {
    return this.#whole.trace(id);
  }

  #begin(): Load {
    return new Load(this.#run, this.#about.workload, this.#about.conditions, 0, Infinity);
  }

  #position(nowNs: number): number {
    return Math.min(this.#atNs + (this.#paused ? 0 : nowNs - this.#sinceNs), this.#about.elapsed_ns);
  }
}
