// A particle's way as numbers: where it is at which share of its time. Made once for each particle, so that a frame
// only has to look up and makes nothing.

import type { Trace } from '../bindings/api';
import { lengthOf, type Point } from './geometry';
import type { Chart } from './layout';
import { routeOf } from './route';
import { journeyOf, type Leg } from './token';

/** Corners in the order in which they are passed, three numbers each: the share of the time, x and y. */
export type Track = Float32Array;

/** What a request of 10 µs takes on screen, and what each power of ten adds. In milliseconds. */
const BASE_MS = 400;
const DECADE_MS = 400;
const SHORTEST_MS = 250;
const LONGEST_MS = 4_000;

/** How long a particle of this latency is on its way on screen: by the logarithm, so that a miss is slower and still seen. */
export function timeOnScreen(ns: number): number {
  const ms = BASE_MS + DECADE_MS * Math.log10(Math.max(1, ns) / 1e4);
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms));
}

/** The way of a trace over the chart; null where the chart is not the one it goes over. */
export function trackOf(chart: Chart, trace: Trace): Track | null {
  const route = routeOf({ trace });
  if (!route.nodes.every((id) => chart.nodes.some((node) => node.id === id))) return null;
  const legs = journeyOf(chart, route, trace);
  return legs.length > 0 ? cornersOf(legs, trace.total_ns) : null;
}

function cornersOf(legs: Leg[], totalNs: number): Track {
  const lengths = legs.map(({ line }) => lengthOf(line));
  // It waits where the line has no length: there it stands twice.
  const count = legs.reduce((sum, { line }, leg) => sum + line.length + (lengths[leg] === 0 ? 1 : 0), 0);
  const track = new Float32Array(3 * count);
  let index = 0;
  const pass = (timeNs: number, { x, y }: Point): void => {
    track[index] = timeNs / Math.max(1, totalNs);
    track[index + 1] = x;
    track[index + 2] = y;
    index += 3;
  };
  legs.forEach(({ fromNs, toNs, line }, leg) => {
    const length = lengths[leg] ?? 0;
    let walked = 0;
    let before = line[0];
    for (const point of line) {
      walked += Math.hypot(point.x - before.x, point.y - before.y);
      before = point;
      pass(length > 0 ? fromNs + (walked / length) * (toNs - fromNs) : fromNs, point);
    }
    if (length === 0) pass(toNs, before);
  });
  return track;
}

/** Index of the corner passed last at this share, looking from the one that was passed last before. */
export function cornerAt(track: Track, share: number, from: number): number {
  let index = from;
  while (index + 3 < track.length - 3 && (track[index + 3] ?? 1) <= share) index += 3;
  return index;
}

/** The place between that corner and the next; written into `place`, so that nothing is made. */
export function placeOn(track: Track, corner: number, share: number, place: Point): void {
  const start = track[corner] ?? 0;
  const x = track[corner + 1] ?? 0;
  const y = track[corner + 2] ?? 0;
  const end = track[corner + 3] ?? start;
  const part = end > start ? Math.min(1, Math.max(0, (share - start) / (end - start))) : 1;
  place.x = x + ((track[corner + 4] ?? x) - x) * part;
  place.y = y + ((track[corner + 5] ?? y) - y) * part;
}
