// The server's own numbers over the last minutes, and what they come to a second.

import type { ServerInfo } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

/** How many readings are held: two minutes, one a second. */
const HELD = 120;

/** How many evictions are told of. */
const TOLD = 8;

export interface Eviction {
  atMs: number;
  keys: number;
}

export class InsideServer {
  #lab: Lab;
  #readings = $state.raw<readonly ServerInfo[]>([]);
  #evictions = $state.raw<readonly Eviction[]>([]);
  #problem = $state<string | null>(null);

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get now(): ServerInfo | null {
    return this.#readings.at(-1) ?? null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** When keys had to go, the latest first. */
  get evictions(): readonly Eviction[] {
    return this.#evictions;
  }

  startOver(): void {
    this.#readings = [];
    this.#evictions = [];
    this.#problem = null;
  }

  async turn(): Promise<void> {
    try {
      const info = await this.#lab.ask('server_info');
      const before = this.now;
      this.#problem = null;
      // Another start of the server counts from nothing.
      if (before && (info.uptime_s ?? 0) < (before.uptime_s ?? 0)) this.startOver();
      const gone = (info.evicted ?? 0) - (this.now?.evicted ?? info.evicted ?? 0);
      if (gone > 0) this.#evictions = [{ atMs: info.at_ms, keys: gone }, ...this.#evictions].slice(0, TOLD);
      this.#readings = [...this.#readings, info].slice(-HELD);
    } catch (reason) {
      this.startOver();
      this.#problem = Failure.from(reason).message;
    }
  }

  /** One number over time; null where it was not told. */
  trend(of: (info: ServerInfo) => number | null): (number | null)[] {
    return this.#readings.map(of);
  }

  /** How fast a count grew from reading to reading, a second. */
  rate(of: (info: ServerInfo) => number | null): (number | null)[] {
    return this.#pairs().map(([one, other]) => {
      const [from, to] = [of(one), of(other)];
      const seconds = (other.at_ms - one.at_ms) / 1_000;
      return from === null || to === null || seconds <= 0 ? null : Math.max(0, (to - from) / seconds);
    });
  }

  /** The share of hits among what was asked for, from reading to reading; null where nothing was. */
  hitRatios(): (number | null)[] {
    return this.#pairs().map(([one, other]) => {
      const hits = (other.hits ?? 0) - (one.hits ?? 0);
      const asked = hits + (other.misses ?? 0) - (one.misses ?? 0);
      return asked > 0 ? hits / asked : null;
    });
  }

  /** The same since the server's start. */
  get hitRatio(): number | null {
    const { hits, misses } = this.now ?? { hits: null, misses: null };
    return hits === null || misses === null || hits + misses === 0 ? null : hits / (hits + misses);
  }

  #pairs(): [ServerInfo, ServerInfo][] {
    return this.#readings.slice(1).map((info, place) => [this.#readings[place] as ServerInfo, info]);
  }
}
