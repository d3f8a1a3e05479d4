// The points of the last while, in typed arrays: a ring of fixed size. However long traffic runs, nothing grows and no
// object is kept for a point.

import type { Outcome, Point } from '../bindings/api';

/** From when a request was due to its end, or from when it was sent. */
export type Measure = 'response' | 'service';

/** The number that stands for each outcome in the ring. */
const NUMBERS: Record<Outcome, number> = {
  hit: 0,
  miss: 1,
  stale: 2,
  coalesced: 3,
  bypass: 4,
  written: 5,
  shed: 6,
  error: 7,
};
const NAMES = Object.keys(NUMBERS) as Outcome[];

/** Its columns can be read one by one where an object for each point would be too many. */
export class Samples {
  readonly #capacity: number;
  readonly #id: Float64Array;
  readonly #ended: Float64Array;
  readonly #response: Float64Array;
  readonly #service: Float64Array;
  readonly #outcome: Uint8Array;
  #first = 0;
  #length = 0;
  #total = 0;

  constructor(capacity = 20_000) {
    this.#capacity = capacity;
    // Nanoseconds of a long run are beyond 32 bits; a double holds them exactly for 104 days.
    this.#id = new Float64Array(capacity);
    this.#ended = new Float64Array(capacity);
    this.#response = new Float64Array(capacity);
    this.#service = new Float64Array(capacity);
    this.#outcome = new Uint8Array(capacity);
  }

  /** How many are kept. */
  get length(): number {
    return this.#length;
  }

  /** How many were ever pushed: lets a drawer draw only what is new. Clearing does not turn it back. */
  get total(): number {
    return this.#total;
  }

  /** In the order in which they ended. */
  push(points: readonly Point[]): void {
    for (const point of points) {
      const slot = this.#slot(this.#length);
      this.#id[slot] = point.id;
      this.#ended[slot] = point.ended_ns;
      this.#response[slot] = point.response_ns;
      this.#service[slot] = point.service_ns;
      this.#outcome[slot] = NUMBERS[point.outcome];
      if (this.#length < this.#capacity) this.#length += 1;
      else this.#first = (this.#first + 1) % this.#capacity;
    }
    this.#total += points.length;
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }

  /** 0 is the oldest kept. */
  at(index: number): Point {
    return {
      id: this.id(index),
      outcome: this.outcome(index),
      ended_ns: this.ended(index),
      response_ns: this.latency(index, 'response'),
      service_ns: this.latency(index, 'service'),
    };
  }

  id(index: number): number {
    return this.#id[this.#slot(index)] ?? NaN;
  }

  outcome(index: number): Outcome {
    return NAMES[this.#outcome[this.#slot(index)] ?? 0] as Outcome;
  }

  ended(index: number): number {
    return this.#ended[this.#slot(index)] ?? NaN;
  }

  latency(index: number, measure: Measure): number {
    const column = measure === 'response' ? this.#response : this.#service;
    return column[this.#slot(index)] ?? NaN;
  }

  /** The first index whose point ended at or after this time; the length where none did. */
  since(ns: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ended(middle) < ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slot(index: number): number {
    return (this.#first + index) % this.#capacity;
  }
}
