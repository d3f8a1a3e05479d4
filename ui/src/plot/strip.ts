// The latency axis of the strip: its range, its marks, and which dot is meant by a click.

import type { Measure, Samples } from './samples';
import type { TimeWindow } from './window';

/** In nanoseconds. */
export type Range = readonly [min: number, max: number];

/** Ticks at 1, 2 and 5 times each power of ten between the two, both included where they are such numbers. */
export function logTicks(min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power += 1) {
    for (const digit of [1, 2, 5]) {
      const tick = digit * 10 ** power;
      if (tick >= min * 0.999 && tick <= max * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** What hits and misses usually take: 10 µs to 10 ms. */
export const USUAL: Range = [1e4, 1e7];

/** Whole decades that hold both values with room to spare: the usual ones, so that the axis seldom moves, or more. */
export function logRange(shortest: number, longest: number): Range {
  const low = Math.min(USUAL[0], shortest > 0 ? shortest / 1.3 : Infinity);
  const high = Math.max(USUAL[1], longest * 1.3);
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
}

/** The range to go on with: wider at once where a value lies outside, narrower only when it may be. */
export function nextRange(present: Range, needed: Range, mayShrink: boolean): Range {
  const next: Range = mayShrink ? needed : [Math.min(present[0], needed[0]), Math.max(present[1], needed[1])];
  return next[0] === present[0] && next[1] === present[1] ? present : next;
}

const isPowerOfTen = (tick: number): boolean => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6);

/** Which ticks get a label: all of them, or the powers of ten where they would be less than so many pixels apart, or some of those. */
export function labelled(ticks: readonly number[], pixels: number, needed: number): number[] {
  if (pixels >= needed * Math.max(1, ticks.length)) return [...ticks];
  const powers = ticks.filter(isPowerOfTen);
  const every = Math.max(1, Math.ceil((needed * (powers.length - 1)) / Math.max(1, pixels)));
  return powers.filter((_, index) => index % every === 0);
}

/** Where a value stands on the axis: 0 at the bottom, 1 at the top. */
export const logShare = (ns: number, [min, max]: Range): number => Math.log(ns / min) / Math.log(max / min);

/** A place in the strip, in the same unit as its size. */
export interface Place {
  x: number;
  y: number;
}

/** What the strip shows and how large it is. */
export interface View {
  time: TimeWindow;
  range: Range;
  measure: Measure;
  width: number;
  height: number;
}

/** Where a point stands. */
export function placeOf(ended: number, latency: number, { time, range, width, height }: View): Place {
  return {
    x: ((ended - time.from) / (time.to - time.from)) * width,
    y: (1 - logShare(latency, range)) * height,
  };
}

/** The number of the request whose dot is nearest to a place, if one is within reach. */
export function nearest(samples: Samples, view: View, at: Place, reach: number): number | null {
  const { time, width, measure } = view;
  const timeAt = (x: number): number => time.from + (x / width) * (time.to - time.from);
  let best: number | null = null;
  let bestDistance = reach;
  const last = timeAt(at.x + reach);
  for (let index = samples.since(timeAt(at.x - reach)); index < samples.length; index += 1) {
    if (samples.ended(index) > last) break;
    const place = placeOf(samples.ended(index), samples.latency(index, measure), view);
    const distance = Math.hypot(place.x - at.x, place.y - at.y);
    if (distance <= bestDistance) [best, bestDistance] = [samples.id(index), distance];
  }
  return best;
}
