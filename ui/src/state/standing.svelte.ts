// What stands in words and instruments. The newest is known everywhere at once, but each place takes it up when its turn
// comes: all of them in one frame would be ten times the work of any other. What stands in one place is of one moment.

import type { Area } from './turns';

/** Everything that is renewed by itself, by the area it lies in. */
const PLACES = {
  chart: ['flow', 'medians'],
  foot: ['line', 'histogram'],
  rest: ['chips', 'percentiles', 'curve', 'steps', 'seconds'],
} as const satisfies Record<Area, readonly string[]>;

export type Place = (typeof PLACES)[Area][number];

class Stand<T> {
  value = $state.raw<T | null>(null);
}

export class Standing<T> {
  readonly #same: Partial<Record<Place, (one: T, other: T) => boolean>>;
  #newest: T | null = null;
  readonly #stands = Object.fromEntries(
    Object.values(PLACES).flatMap((places) => places.map((place) => [place, new Stand<T>()])),
  ) as Record<Place, Stand<T>>;
  /** Those that waited longest come first. */
  readonly #queues: Record<Area, Place[]> = { chart: [], foot: [], rest: [] };

  /** Some places can tell that two look the same there. */
  constructor(same: Partial<Record<Place, (one: T, other: T) => boolean>> = {}) {
    this.#same = same;
  }

  /** What stands there. */
  at(place: Place): T | null {
    return this.#stands[place].value;
  }

  /**
   * From now on this is the newest. Who still waits for an earlier one keeps its turn, and skips that one. The first is
   * taken up at once: what it brings into the window comes together.
   */
  give(newest: T | null): void {
    const first = this.#newest === null;
    this.#newest = newest;
    for (const area of Object.keys(PLACES) as Area[]) {
      const queue = this.#queues[area];
      queue.push(...PLACES[area].filter((place) => !queue.includes(place)));
    }
    if (first) this.settle();
  }

  /** The next place of this area that looks different by it takes up the newest. */
  renew(area: Area): void {
    const queue = this.#queues[area];
    for (let place = queue.shift(); place; place = queue.shift()) if (this.#take(place)) return;
  }

  /** All of them do, at once: nothing more will come soon. */
  settle(): void {
    for (const queue of Object.values(this.#queues)) queue.splice(0).forEach((place) => this.#take(place));
  }

  /** Answers whether it looks different. */
  #take(place: Place): boolean {
    const stand = this.#stands[place];
    const [before, newest] = [stand.value, this.#newest];
    if (before && newest && this.#same[place]?.(before, newest)) return false;
    stand.value = newest;
    return true;
  }
}
