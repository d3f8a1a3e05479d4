// What the strip must know of the points in sight before it draws them: how many they are, how far they reach, and which
// outcomes are among them. One pass over the ring, a few times a second.

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

/** The points that ended since then. */
export function survey(samples: Samples, from: number, measure: Measure): Survey {
  const first = samples.since(from);
  const outcomes = new Set<Outcome>();
  let [low, high] = [Infinity, 0];
  for (let index = first; index < samples.length; index += 1) {
    const latency = samples.latency(index, measure);
    if (latency > 0 && latency < low) low = latency;
    if (latency > high) high = latency;
    outcomes.add(samples.outcome(index));
  }
  return { count: samples.length - first, low, high, outcomes: [...outcomes] };
}
