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

/** A range in nanoseconds that holds all values with room to spare, from one tick to another, at least two decades wide so that it seldom moves. */
export function logRange(values: readonly number[]): [min: number, max: number] {
  const known = values.filter((value) => value > 0);
  const low = known.length ? Math.min(...known) / 1.5 : 1e4;
  const high = known.length ? Math.max(...known) * 1.5 : 1e7;
  const min = 10 ** Math.floor(Math.log10(low));
  const max = 10 ** Math.ceil(Math.log10(high));
  return [min, Math.max(max, min * 100)];
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
