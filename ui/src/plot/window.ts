// Which span of time the strip shows, and the marks on its axis.

import type { Samples } from './samples';

/** In nanoseconds on the lab's clock. */
export interface TimeWindow {
  from: number;
  to: number;
}

export interface TimeMark {
  /** 0 is the left end of the axis, 1 the right one. */
  share: number;
  label: string;
}

const SECOND = 1e9;

/** While traffic runs: the last half minute. */
export const LIVE_SPAN = 30 * SECOND;

/** Spans to choose from where nothing moves, each with the distance of its marks. */
const SPANS: [span: number, step: number][] = [
  [LIVE_SPAN, 10 * SECOND],
  [60 * SECOND, 20 * SECOND],
  [120 * SECOND, 30 * SECOND],
  [300 * SECOND, 60 * SECOND],
  [600 * SECOND, 120 * SECOND],
  [1_800 * SECOND, 600 * SECOND],
  [3_600 * SECOND, 1_200 * SECOND],
];

/** How many single clicks fit beside each other. */
const CLICKS = 120;

/** The last half minute up to now. */
export const liveWindow = (now: number): TimeWindow => ({ from: now - LIVE_SPAN, to: now });

/** Up to the latest request: half a minute, or as long as it takes to show the latest few that came slower. */
export function stillWindow(samples: Samples): TimeWindow {
  if (samples.length === 0) return { from: 0, to: LIVE_SPAN };
  const to = samples.ended(samples.length - 1);
  const needed = to - samples.ended(Math.max(0, samples.length - CLICKS));
  // A dot does not stand on the very edge.
  const span = SPANS.find(([span]) => span * 0.97 >= needed)?.[0] ?? SPANS.at(-1)?.[0] ?? LIVE_SPAN;
  return { from: to - span, to };
}

/** Marks from the left end to the right, as times before the right one. */
export function timeMarks({ from, to }: TimeWindow, live: boolean): TimeMark[] {
  const span = to - from;
  const step = SPANS.find(([each]) => each >= span)?.[1] ?? span;
  const marks: TimeMark[] = [];
  for (let before = span; before > 0; before -= step) {
    marks.push({ share: 1 - before / span, label: `${inWords(before)} ${live ? 'ago' : 'before'}` });
  }
  return [...marks, { share: 1, label: live ? 'now' : 'latest' }];
}

const inWords = (ns: number): string =>
  ns % (60 * SECOND) === 0 && ns >= 120 * SECOND ? `${ns / (60 * SECOND)} min` : `${ns / SECOND} s`;
