// Counts and medians over the traces that are kept. Few enough for exact medians: each is a single click.

import type { Outcome, Query, StepKind, TraceDetail } from '../bindings/api';

/** The middle value; of an even number, the lower of the two. Null of none. */
export function median(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}

/** How many requests took which way. */
export function countOutcomes(details: readonly TraceDetail[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { trace } of details) counts[trace.outcome] = (counts[trace.outcome] ?? 0) + 1;
  return counts;
}

/** The median total of requests with that outcome, in nanoseconds. */
export function medianTotal(details: readonly TraceDetail[], outcome: Outcome): number | null {
  return median(details.filter(({ trace }) => trace.outcome === outcome).map(({ trace }) => trace.total_ns));
}

/** The median duration of each kind of step that succeeded, in nanoseconds. */
export function stepMedians(details: readonly TraceDetail[]): Partial<Record<StepKind, number>> {
  const durations = new Map<StepKind, number[]>();
  for (const { trace } of details) {
    for (const step of trace.steps) {
      if (step.failed) continue;
      const list = durations.get(step.kind);
      if (list) list.push(step.duration_ns);
      else durations.set(step.kind, [step.duration_ns]);
    }
  }
  return Object.fromEntries([...durations].map(([kind, list]) => [kind, median(list) ?? 0]));
}

/** What a read of this query costs without the cache: the database and the response, over the reads that asked it. */
export function withoutCache(
  details: readonly TraceDetail[],
  query: Query,
): { ns: number | null; samples: number } {
  const costs = details
    .filter(({ trace }) => trace.request.operation === 'read' && trace.request.query === query)
    .map(({ trace }) => {
      const asked = trace.steps.find((step) => step.kind === 'db_query' && !step.failed);
      const responded = trace.steps.find((step) => step.kind === 'respond');
      return asked && responded ? asked.duration_ns + responded.duration_ns : null;
    })
    .filter((cost) => cost !== null);
  return { ns: median(costs), samples: costs.length };
}
