// The rows of the waterfall: one a step, and one for the time between steps, which has no place of its own.

import type { Outcome, Step, StepKind, Trace } from '../../bindings/api';
import { OUTCOMES } from '../../diagram/outcome';

/** A stretch of the axis, as shares (0 to 1) of the whole request. */
export interface Bar {
  start: number;
  width: number;
}

export interface Row {
  kind: StepKind | 'other';
  /** Index of the step; null for the time between steps. */
  step: number | null;
  ns: number;
  injectedNs: number;
  failed: boolean;
  bars: Bar[];
  /** The part of the (one) bar that was put in on purpose. */
  injected: Bar | null;
}

/** Steps in order, then what is left over. */
export function rowsOf(trace: Trace): Row[] {
  const share = (ns: number) => (trace.total_ns > 0 ? ns / trace.total_ns : 0);
  const steps = trace.steps.map((step, index): Row => ({
    kind: step.kind,
    step: index,
    ns: step.duration_ns,
    injectedNs: step.injected_ns,
    failed: step.failed,
    bars: [{ start: share(step.start_ns), width: share(step.duration_ns) }],
    injected: injectedPart(step, share),
  }));
  const other: Row = {
    kind: 'other',
    step: null,
    ns: trace.other_ns,
    injectedNs: 0,
    failed: false,
    bars: gapsOf(trace).map((gap) => ({ start: share(gap.from), width: share(gap.to - gap.from) })),
    injected: null,
  };
  return [...steps, other];
}

// Where in a step the injected time lies was not recorded; it is drawn at its end.
function injectedPart(step: Step, share: (ns: number) => number): Bar | null {
  if (step.injected_ns === 0) return null;
  const start = step.start_ns + step.duration_ns - step.injected_ns;
  return { start: share(start), width: share(step.injected_ns) };
}

/** The stretches that belong to no step. */
export function gapsOf(trace: Trace): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = [];
  let now = 0;
  for (const step of trace.steps) {
    if (step.start_ns > now) gaps.push({ from: now, to: step.start_ns });
    now = Math.max(now, step.start_ns + step.duration_ns);
  }
  if (trace.total_ns > now) gaps.push({ from: now, to: trace.total_ns });
  return gaps;
}

/** Round marks of a linear axis from 0 to the total: two to four of them, the total itself left out, so that their labels have room. */
export function ticksOf(totalNs: number): number[] {
  if (totalNs <= 0) return [0];
  const rough = totalNs * 0.21;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((each) => each >= rough) ?? rough;
  const ticks: number[] = [];
  // The label of a mark near the end would run out of the axis.
  for (let tick = 0; tick < totalNs * 0.72; tick += step) ticks.push(tick);
  return ticks;
}

/** What a step is called on screen: its name in traces, with the words of what it does. */
export const STEP_WORDS: Record<StepKind | 'other', string> = {
  cache_get: 'ask Redis for the key',
  decode: 'read the cached value',
  cache_lock: 'take or give back its lock or lease in Redis',
  wait: 'wait for another request that loads or writes it, or for a turn',
  db_query: 'query the database',
  encode: 'write the value as JSON',
  cache_set: 'store the value in Redis',
  cache_del: 'delete the keys from Redis',
  db_write: 'update the row in the database',
  defer: 'leave work to the background',
  respond: 'write the response',
  other: 'between the steps',
};

/** The colour of a row: the database's, the store's, or else the outcome's, as on the chart. */
export function colourOf(kind: Row['kind'], outcome: Outcome): string {
  switch (kind) {
    case 'db_query':
    case 'db_write':
      return 'var(--database)';
    case 'encode':
    case 'cache_lock':
    case 'cache_set':
    case 'cache_del':
      return 'var(--store)';
    case 'other':
      return 'var(--text-muted)';
    default:
      return OUTCOMES[outcome].colour;
  }
}
