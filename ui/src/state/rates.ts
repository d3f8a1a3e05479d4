// How many requests a second, from counts that only rise: over about the last second, so that the numbers stand still
// long enough to be read.

import type { Counts, Outcome } from '../bindings/api';

/** Over how long a rate is taken, in nanoseconds. */
const WINDOW_NS = 1_000_000_000;

const COLUMNS: Record<Outcome, Exclude<keyof Counts, 'sent' | 'reloads'>> = {
  hit: 'hits',
  miss: 'misses',
  stale: 'stale',
  coalesced: 'coalesced',
  bypass: 'bypasses',
  written: 'written',
  shed: 'shed',
  error: 'errors',
};

const OUTCOMES = Object.keys(COLUMNS) as Outcome[];

/** How many requests went that way. */
export const countOf = (counts: Counts, outcome: Outcome): number => counts[COLUMNS[outcome]];

/** How many requests ended, whichever way. */
export const endedOf = (counts: Counts): number =>
  OUTCOMES.reduce((sum, outcome) => sum + countOf(counts, outcome), 0);

/** Requests that went neither the way of a hit nor that of a miss. */
export const othersOf = (counts: Counts): number => endedOf(counts) - counts.hits - counts.misses;

/** Reads that asked the cache and had its word. */
export const askedOf = ({ hits, stale, misses, coalesced }: Counts): number =>
  hits + stale + misses + coalesced;

/** Which share of those it answered, fresh or stale; null where there were none. */
export function hitRatioOf(counts: Counts): number | null {
  const asked = askedOf(counts);
  return asked === 0 ? null : (counts.hits + counts.stale) / asked;
}

interface Reading {
  ns: number;
  counts: Counts;
  drawn: number;
}

/** The rates of a run, all 0 until there are two readings of it. */
export class Rates {
  #readings: Reading[] = [];

  clear(): void {
    this.#readings = [];
  }

  /** The counts at a moment, and how many samples of them had been drawn by then. */
  read(ns: number, counts: Counts, drawn: number): void {
    this.#readings.push({ ns, counts, drawn });
    while ((this.#readings[1]?.ns ?? Infinity) <= ns - WINDOW_NS) this.#readings.shift();
  }

  /** There are two readings, so that the rates mean something. */
  get known(): boolean {
    return this.#readings.length > 1;
  }

  /** Requests sent a second. */
  get sent(): number {
    return this.#rate(({ counts }) => counts.sent);
  }

  /** Requests that ended a second. */
  get ended(): number {
    return this.#rate(({ counts }) => endedOf(counts));
  }

  /** Samples drawn a second. */
  get drawn(): number {
    return this.#rate(({ drawn }) => drawn);
  }

  /** Requests that ended a second, by the way they went. */
  get byOutcome(): Partial<Record<Outcome, number>> {
    return Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, this.#rate(({ counts }) => countOf(counts, outcome))]),
    );
  }

  #rate(of: (reading: Reading) => number): number {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || last.ns <= first.ns) return 0;
    return ((of(last) - of(first)) / (last.ns - first.ns)) * 1e9;
  }
}
