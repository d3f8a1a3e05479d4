// The axis of HdrHistogram's percentile plots: each nine takes as much room as the one before, so that the slowest few
// can be seen beside the many.

import type { Plot } from '../bindings/api';

/** Quantiles that have a mark. */
const MARKS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

/** Where a quantile below 1 stands: 0 at 0, 1 at 90 %, 2 at 99 %, … */
export const placeOfQuantile = (quantile: number): number => Math.log10(1 / (1 - quantile));

export interface Mark {
  place: number;
  label: string;
}

/** Marks up to a place. */
export const quantileMarks = (end: number): Mark[] =>
  MARKS.map((quantile) => ({
    place: placeOfQuantile(quantile),
    label: `${+(quantile * 100).toFixed(3)} %`,
  })).filter(({ place }) => place <= end + 1e-9);

export type Curve = [places: number[], latencies: number[]];

/** A curve by its places. The longest of all stands where one of so many does: there is no place for 100 %. */
export function curveOf(plot: Plot, count: number): Curve {
  const end = Math.log10(Math.max(1, count));
  const curve: Curve = [[], []];
  for (const [quantile, ns] of plot.curve) {
    const place = quantile < 1 ? Math.min(end, placeOfQuantile(quantile)) : end;
    if (ns <= 0 || place < (curve[0].at(-1) ?? 0)) continue;
    // Places are in order, and no two are the same.
    if (place === curve[0].at(-1)) curve[1][curve[1].length - 1] = ns;
    else {
      curve[0].push(place);
      curve[1].push(ns);
    }
  }
  return curve;
}

/** The latency at a quantile; null beyond the curve. */
export function latencyAt(plot: Plot, quantile: number): number | null {
  return plot.curve.find(([each]) => each >= quantile - 1e-12)?.[1] ?? null;
}

/** Two curves of the same requests that are not the same. */
const APART = 1.1;

/** True where response and service time are apart somewhere by more than a tenth. */
export function differ(one: Plot, other: Plot): boolean {
  return one.curve.some(([quantile, ns]) => {
    const there = latencyAt(other, quantile);
    return there !== null && Math.max(ns, there) > APART * Math.min(ns, there);
  });
}
