// Stale reads: those that were answered with an older version of a row than one whose write had been acknowledged before
// they began. The laboratory judges; this only counts and says so in words.

import type { Summary, Trace, TraceDetail } from '../bindings/api';
import { formatNs } from '../units';
import { median } from './statistics';

export interface StaleReads {
  count: number;
  /** Of how many reads that told their version: only of these it is known. */
  checked: number;
  /** For how long half of them had been out of date at most; null of none, or too few of traffic. */
  medianNs: number | null;
  /** For how long the oldest had been; null of none. */
  oldestNs: number | null;
}

/** Their mark: an SVG path in a box of 16 by 16, drawn as an outline. */
export const HOURGLASS = 'M3 1.5h10L9 8l4 6.5H3L7 8Z';

/** Those of a run; null where nothing was written and none was. */
export function staleInRun({ counts, stale_reads }: Summary): StaleReads | null {
  const { checked, ages } = stale_reads;
  if (counts.written === 0 && ages.count === 0) return null;
  return { count: ages.count, checked, medianNs: ages.p50_ns, oldestNs: ages.max_ns };
}

/** Those among single requests; null where nothing was written and none was. */
export function staleClicks(details: readonly TraceDetail[]): StaleReads | null {
  const traces = details.map(({ trace }) => trace);
  const ages = traces.flatMap(({ stale_ns }) => (stale_ns === undefined ? [] : [stale_ns]));
  if (ages.length === 0 && !traces.some(({ outcome }) => outcome === 'written')) return null;
  return {
    count: ages.length,
    checked: traces.filter(({ request, version }) => request.operation === 'read' && version !== undefined)
      .length,
    medianNs: median(ages),
    oldestNs: ages.length > 0 ? Math.max(...ages) : null,
  };
}

/** What there is to know of a stale read, in a sentence. */
export function staleInWords({ version, stale_ns }: Trace): string {
  const answered = version === undefined ? 'an old version' : `version ${version}`;
  return `Stale: it was answered with ${answered} of the row. A newer one had been acknowledged ${formatNs(stale_ns ?? 0)} before this read began.`;
}
