// What the strip must know of the points in sight before it draws them: how far they reach, which outcomes are among
// them, and how dense they are. One pass over the ring, a few times a second.

import type { Outcome } from '../bindings/api';
import type { Measure, Samples } from './samples';

export interface Survey {
  count: number;
  /** The shortest and the longest, in nanoseconds; Infinity and 0 of none. */
  low: number;
  high: number;
  /** In the order in which they were met first. */
  outcomes: Outcome[];
  /** True where so many of one outcome ended in the last second that they can only be a sample. */
  sampled: boolean;
}

/** So many points of each outcome come in a second at most; a busy one stays just below. */
const MOST_PER_SECOND = 190;

/** Where a request stands among the samples; null where it is none of them. */
export function find(samples: Samples, id: number): number | null {
  for (let index = samples.length - 1; index >= 0; index -= 1) {
    if (samples.id(index) === id) return index;
  }
  return null;
}

/** The points that ended in a span of time. */
export function survey(samples: Samples, from: number, to: number, measure: Measure): Survey {
  const first = samples.since(from);
  const lastSecond = samples.since(to - 1e9);
  const recent = new Map<Outcome, number>();
  const outcomes = new Set<Outcome>();
  let [low, high] = [Infinity, 0];
  for (let index = first; index < samples.length; index += 1) {
    const latency = samples.latency(index, measure);
    if (latency > 0 && latency < low) low = latency;
    if (latency > high) high = latency;
    const outcome = samples.outcome(index);
    outcomes.add(outcome);
    if (index >= lastSecond) recent.set(outcome, (recent.get(outcome) ?? 0) + 1);
  }
  return {
    count: samples.length - first,
    low,
    high,
    outcomes: [...outcomes],
    sampled: [...recent.values()].some((count) => count >= MOST_PER_SECOND),
  };
}
