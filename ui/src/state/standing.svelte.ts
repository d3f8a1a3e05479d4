// What stands in words and instruments. The newest is known everywhere at once, but each place takes it up when its turn
// comes: all of them in one frame would be ten times the work of any other. What stands in one place is of one moment.

/** Everything that is renewed by itself: on the chart, below it, and beside it. */
export const PLACES = [
  'flow',
  'medians',
  'line',
  'histogram',
  'chips',
  'toggle',
  'percentiles',
  'curve',
  'steps',
  'seconds',
] as const;

export type Place = (typeof PLACES)[number];

class Stand<T> {
  value = $state.raw<T | null>(null);
}

export class Standing<T> {
  readonly #same: Partial<Record<Place, (one: T, other: T) => boolean>>;
  #newest: T | null = null;
  readonly #stands = Object.fromEntries(PLACES.map((place) => [place, new Stand<T>()])) as Record<
    Place,
    Stand<T>
  >;
  /** Those that waited longest come first. */
  readonly #queue: Place[] = [];

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
    this.#queue.push(...PLACES.filter((place) => !this.#queue.includes(place)));
    if (first) this.settle();
  }

  /** The next place that looks different by it takes up the newest. */
  renew(): void {
    for (let place = this.#queue.shift(); place; place = this.#queue.shift()) if (this.#take(place)) return;
  }

  /** All of them do, at once: nothing more will come soon. */
  settle(): void {
    this.#queue.splice(0).forEach((place) => this.#take(place));
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
