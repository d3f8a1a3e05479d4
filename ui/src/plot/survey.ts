// What the strip must know of the points in sight before it draws them: how many they are, how far they reach, and which
// outcomes are among them. A pass over all of them takes a good part of a frame, so that between two such passes only what
// is new is looked at.

import type { Outcome } from '../bindings/api';
import type { Measure, Samples } from './samples';

export interface Survey {
  count: number;
  /** The shortest and the longest, in nanoseconds; Infinity and 0 of none. */
  low: number;
  high: number;
  /** In the order in which they were met first. */
  outcomes: Outcome[];
}

/** Where a request stands among the samples; null where it is none of them. */
export function find(samples: Samples, id: number): number | null {
  for (let index = samples.length - 1; index >= 0; index -= 1) {
    if (samples.id(index) === id) return index;
  }
  return null;
}

const NOTHING: Survey = { count: 0, low: Infinity, high: 0, outcomes: [] };

/** Follows one ring. */
export class Surveyor {
  #seen = NOTHING;
  /** How many samples had ever come, and were kept, when it looked last. */
  #total = 0;
  #length = 0;
  #measure: Measure | null = null;

  /**
   * The points that ended since then. Unless it looks at all of them anew, what has meanwhile left counts on: only the count
   * is exact.
   */
  look(samples: Samples, from: number, measure: Measure, anew: boolean): Survey {
    const first = samples.since(from);
    const all = anew || measure !== this.#measure || samples.length < this.#length;
    const known = all ? NOTHING : this.#seen;
    const fresh = all ? first : Math.max(first, samples.length - (samples.total - this.#total));
    const outcomes = new Set(known.outcomes);
    let { low, high } = known;
    for (let index = fresh; index < samples.length; index += 1) {
      const latency = samples.latency(index, measure);
      if (latency > 0 && latency < low) low = latency;
      if (latency > high) high = latency;
      outcomes.add(samples.outcome(index));
    }
    this.#total = samples.total;
    this.#length = samples.length;
    this.#measure = measure;
    this.#seen = { count: samples.length - first, low, high, outcomes: [...outcomes] };
    return this.#seen;
  }
}
