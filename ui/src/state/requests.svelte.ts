// The requests that were sent, and what is known of them together.

import type { TraceDetail } from '../bindings/api';
import { staleClicks, type StaleReads } from './stale';
import { countOutcomes, medianTotal, stepMedians, withoutCache } from './statistics';

/** How many traces are kept; the oldest go first. */
export const KEPT = 10_000;

export class Requests {
  #details = $state.raw<TraceDetail[]>([]);
  #selected = $state.raw<TraceDetail | null>(null);
  /** What the strip and the statistics showed when it was paused. */
  #frozen = $state.raw<TraceDetail[] | null>(null);

  readonly #counts = $derived(countOutcomes(this.shown));
  readonly #stepMedians = $derived(stepMedians(this.shown));
  readonly #hitMedian = $derived(medianTotal(this.shown, 'hit'));
  readonly #missMedian = $derived(medianTotal(this.shown, 'miss'));
  readonly #stale = $derived(staleClicks(this.shown));

  /** Keeps a trace and, unless paused, shows it. */
  add(detail: TraceDetail): void {
    this.#details = [...this.#details, detail].slice(-KEPT);
    if (!this.paused) this.#selected = detail;
  }

  /** Shows one that is kept. False where it is not. */
  select(id: number): boolean {
    const found = this.#details.find(({ trace }) => trace.id === id);
    if (found) this.#selected = found;
    return found !== undefined;
  }

  /** Shows one that somebody else keeps, or none. */
  show(detail: TraceDetail | null): void {
    this.#selected = detail;
  }

  /** Forgets them all. */
  clear(): void {
    this.#details = [];
    this.#selected = null;
    this.#frozen = null;
  }

  /** Freezes what is shown, or lets it go on with what has come meanwhile. */
  togglePause(): void {
    if (this.#frozen) {
      const before = this.#frozen;
      this.#frozen = null;
      if (before !== this.#details) this.#selected = this.#details.at(-1) ?? null;
    } else {
      this.#frozen = this.#details;
    }
  }

  get paused(): boolean {
    return this.#frozen !== null;
  }

  /** How many have come since it was paused. */
  get unseen(): number {
    const lastSeen = this.#frozen?.at(-1)?.trace.id ?? 0;
    return this.#frozen ? this.#details.filter(({ trace }) => trace.id > lastSeen).length : 0;
  }

  /** The traces on show, oldest first. */
  get shown(): readonly TraceDetail[] {
    return this.#frozen ?? this.#details;
  }

  get selected(): TraceDetail | null {
    return this.#selected;
  }

  get hits(): number {
    return this.#counts.hit ?? 0;
  }

  get misses(): number {
    return this.#counts.miss ?? 0;
  }

  /** Requests that went neither way: bypassed, written, failed. */
  get others(): number {
    return this.shown.length - this.hits - this.misses;
  }

  /**
   * Those the cache answered, fresh or stale, among the reads that had its word; null before the first. Who waited for
   * another's load was not.
   */
  get hitRatio(): number | null {
    const found = this.hits + (this.#counts.stale ?? 0);
    const asked = found + this.misses + (this.#counts.coalesced ?? 0);
    return asked === 0 ? null : found / asked;
  }

  get hitMedian(): number | null {
    return this.#hitMedian;
  }

  get missMedian(): number | null {
    return this.#missMedian;
  }

  /** How many times faster the median hit is than the median miss; null until there is one of each. */
  get speedUp(): number | null {
    return this.hitMedian && this.missMedian ? this.missMedian / this.hitMedian : null;
  }

  /** The reads that were answered with a value out of date; null where nothing was written and none was. */
  get stale(): StaleReads | null {
    return this.#stale;
  }

  get stepMedians() {
    return this.#stepMedians;
  }

  /** What the selected request would have cost without the cache. */
  get withoutCache(): { ns: number | null; samples: number } {
    const request = this.#selected?.trace.request;
    return request ? withoutCache(this.shown, request.query) : { ns: null, samples: 0 };
  }
}
