// A recording that is played back on the Stage: where it is, and what its bar and keys do. Frames and numbers come as
// those of traffic do; what is special here is that time can be held, and leapt through.

import type { TraceDetail, TrafficState } from '../bindings/api';
import type { Lab } from './lab.svelte';
import type { Requests } from './requests.svelte';
import { Scrub } from './scrub.svelte';
import type { Traffic } from './traffic.svelte';

type Replaying = TrafficState & { state: 'replaying' };

export class Replay {
  #lab: Lab;
  #traffic: Traffic;
  #requests: Requests;
  #stepping: () => void;
  /** Every sampled request of the recording, once somebody steps through them. */
  #scrub = $state.raw<Scrub | null>(null);
  #held: number | null = null;
  /** The request that was stepped to; null where time has been moved since. */
  #stepped = $state.raw<TraceDetail['trace'] | null>(null);
  /** Of several places leapt to meanwhile, the last one counts. */
  #wanted: number | null = null;
  #leaping = false;

  /** `stepping` is told when somebody goes from request to request. */
  constructor(lab: Lab, traffic: Traffic, requests: Requests, stepping: () => void) {
    this.#lab = lab;
    this.#traffic = traffic;
    this.#requests = requests;
    this.#stepping = stepping;
  }

  /** What is played back; null where nothing is. */
  get state(): Replaying | null {
    const { state } = this.#traffic;
    return state.state === 'replaying' ? state : null;
  }

  get paused(): boolean {
    return this.state?.paused ?? false;
  }

  /** How far it is, in milliseconds: the end of the request stepped to, or as of what was last drawn. */
  get positionMs(): number {
    const { state } = this;
    if (!state) return 0;
    if (this.#stepped) return Math.min(state.length_ms, endOf(this.#stepped));
    const { reading } = this.#traffic;
    const drawn = reading?.frame.run === state.run ? reading.frame.now_ns / 1e6 : state.position_ms;
    return Math.min(state.length_ms, Math.max(drawn, state.paused ? state.position_ms : 0));
  }

  /** The place among the sampled requests, where somebody steps through them: "312 of 4,812". */
  get place(): { index: number; of: number } | null {
    return this.#stepped && this.#scrub ? { index: this.#scrub.index, of: this.#scrub.ids.length } : null;
  }

  async play(id: number): Promise<boolean> {
    return (await this.#lab.run('play_recording', { id })) !== null;
  }

  /** Holds it, or lets it go on from where it stands, or from the request that was stepped to. */
  async toggle(): Promise<void> {
    const { state } = this;
    if (!state) return;
    const stepped = this.#stepped;
    this.#stepped = null;
    if (state.paused && stepped) {
      await this.#lab.run('seek_replay', { position_ms: Math.floor(endOf(stepped)), paused: false });
    } else await this.#lab.run('pause_replay', { paused: !state.paused });
  }

  /** Leaps to a moment and stays as it is, held or not. */
  async leap(positionMs: number): Promise<void> {
    this.#stepped = null;
    this.#wanted = Math.round(positionMs);
    if (this.#leaping) return;
    this.#leaping = true;
    try {
      while (this.#wanted !== null && this.state) {
        const position_ms = this.#wanted;
        this.#wanted = null;
        await this.#lab.run('seek_replay', { position_ms, paused: this.paused });
      }
    } finally {
      this.#leaping = false;
    }
  }

  /** So many sampled requests on, or back, from the one on show, or else from the moment it stands at. */
  async step(by: number): Promise<void> {
    const { state } = this;
    if (!state) return;
    if (!state.paused) await this.#lab.run('pause_replay', { paused: true });
    const scrub = await this.#hold(state.recording);
    if (!scrub) return;
    this.#stepping();
    if (this.#stepped) await scrub.step(by);
    else {
      const latest = this.#traffic.latest;
      const index = latest === null ? -1 : scrub.ids.indexOf(latest);
      await scrub.move(by < 0 ? index : index + 1);
    }
  }

  async end(): Promise<void> {
    await this.#lab.run('end_replay');
    this.forget();
  }

  /** What was stepped through belongs to a recording that is not played any more. */
  forget(): void {
    this.#scrub = null;
    this.#held = null;
    this.#stepped = null;
    this.#requests.show(null);
  }

  async #hold(recording: number): Promise<Scrub | null> {
    if (this.#scrub && this.#held === recording) return this.#scrub;
    const held = await this.#lab.run('hold_traces', { hold: true });
    if (!held || held.ids.length === 0) {
      if (held) this.#lab.say('notice', 'This recording has no sampled requests to step through.');
      return null;
    }
    this.#held = recording;
    this.#scrub = new Scrub(held.ids, (id) => this.#fetch(id));
    return this.#scrub;
  }

  async #fetch(id: number): Promise<void> {
    const detail = await this.#lab.run('kept_trace', { id });
    if (!detail || !this.state) return;
    this.#requests.show(detail);
    this.#stepped = detail.trace;
  }
}

/** When a request ended, in milliseconds since the recording began. */
const endOf = ({ started_ns, total_ns }: TraceDetail['trace']): number => (started_ns + total_ns) / 1e6;
