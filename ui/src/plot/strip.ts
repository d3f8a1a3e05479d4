// The latency strip: pure functions of scale and place.

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
const USUAL: [min: number, max: number] = [1e4, 1e7];

/** A range in nanoseconds that holds all values with room to spare, in whole decades: the usual one, so that it seldom moves, or a wider one. */
export function logRange(values: readonly number[]): [min: number, max: number] {
  const known = values.filter((value) => value > 0);
  const low = Math.min(USUAL[0], ...known.map((value) => value / 1.5));
  const high = Math.max(USUAL[1], ...known.map((value) => value * 1.5));
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
}

/** Which ticks get a label: all of them, or the powers of ten where they would be less than so many pixels apart. */
export function labelled(ticks: readonly number[], pixels: number, needed: number): number[] {
  const room = pixels / Math.max(1, ticks.length);
  return room >= needed
    ? [...ticks]
    : ticks.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
}

export interface Dot {
  id: number;
  x: number;
  y: number;
}

/** The dot nearest to a place, if one is within reach. */
export function nearest(dots: readonly Dot[], x: number, y: number, reach: number): Dot | null {
  let best: Dot | null = null;
  let bestDistance = reach;
  for (const dot of dots) {
    const distance = Math.hypot(dot.x - x, dot.y - y);
    if (distance <= bestDistance) [best, bestDistance] = [dot, distance];
  }
  return best;
}
