// Histograms of several outcomes on one axis, and what their common mean hides.

import type { Bins } from '../bindings/api';

/** As the bins are made: so many to each power of ten. */
export const BINS_PER_DECADE = 20;

/** Where a latency stands on the axis of bins. */
export const binOf = (ns: number): number => Math.log10(ns) * BINS_PER_DECADE;

/** The latency at a place on the axis of bins. */
export const latencyAt = (bin: number): number => 10 ** (bin / BINS_PER_DECADE);

/** The span of bins that holds all of these, in whole bins with one free on either side; null where all are empty. */
export function spanOf(all: readonly Bins[]): [first: number, end: number] | null {
  const used = all.filter(({ counts }) => counts.some((count) => count > 0));
  if (used.length === 0) return null;
  return [
    Math.min(...used.map(({ first }) => first)) - 1,
    Math.max(...used.map(({ first, counts }) => first + counts.length)) + 1,
  ];
}

/** Of each bin in the span, which share of all its requests it holds. */
export function sharesOf({ first, counts }: Bins, [start, end]: readonly [number, number]): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return Array.from({ length: end - start }, (_, index) =>
    all > 0 ? (counts[start + index - first] ?? 0) / all : 0,
  );
}

/** The fullest bin, by its middle. */
const peakOf = ({ first, counts }: Bins): number => first + counts.indexOf(Math.max(...counts)) + 0.5;

/** So little of what either peak holds is a valley. */
const SHALLOW = 0.25;
/** As long as the mean: within so many bins, about 12 per cent, of it. */
const NEAR = 1;

/**
 * Which share of all requests took about as long as the mean, where the mean lies in a valley between the peaks of the
 * two; null where it does not. Then it is the latency of almost nobody.
 */
export function valleyAt(meanNs: number, one: Bins, other: Bins, all: Bins): number | null {
  const mean = binOf(meanNs);
  if (one.counts.length === 0 || other.counts.length === 0) return null;
  const [left, right] = [peakOf(one), peakOf(other)].sort((a, b) => a - b) as [number, number];
  if (mean <= left + NEAR || mean >= right - NEAR) return null;
  const heightAt = (bins: Bins, bin: number): number => bins.counts[Math.floor(bin) - bins.first] ?? 0;
  for (const bins of [one, other]) {
    const peak = Math.max(...bins.counts);
    if (heightAt(bins, mean) > SHALLOW * peak) return null;
  }
  const total = all.counts.reduce((sum, count) => sum + count, 0);
  let near = 0;
  for (let bin = Math.floor(mean - NEAR); bin <= Math.floor(mean + NEAR); bin += 1)
    near += heightAt(all, bin);
  return total > 0 ? near / total : null;
}
