// Chance that can be repeated: the same seed, the same throws. For which product an audience sees asked for, not for statistics.

/** Park and Miller's minimal standard generator (Communications of the ACM 31, 1988). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = 1 + (Math.trunc(seed) % 2_147_483_646);
    // Small seeds begin with small numbers.
    this.throw();
  }

  /** A number from 0 up to but not 1. */
  throw(): number {
    this.#state = (this.#state * 16_807) % 2_147_483_647;
    return (this.#state - 1) / 2_147_483_646;
  }
}
