// A latency axis that several strips share: as wide as all of them together need, so that the same height is the same time.

import type { Range } from './strip';

export class SharedAxis {
  #needed = $state.raw<Readonly<Partial<Record<string, Range>>>>({});

  readonly #range = $derived.by((): Range | null => {
    const needed = Object.values(this.#needed).filter((range) => range !== undefined);
    if (needed.length === 0) return null;
    return [Math.min(...needed.map(([low]) => low)), Math.max(...needed.map(([, high]) => high))];
  });

  /** What all of them need; null before the first has said so. */
  get range(): Range | null {
    return this.#range;
  }

  /** One of them says what it needs. */
  need(who: string, range: Range): void {
    const before = this.#needed[who];
    if (before && before[0] === range[0] && before[1] === range[1]) return;
    this.#needed = { ...this.#needed, [who]: range };
  }

  /** It is gone. */
  leave(who: string): void {
    if (who in this.#needed) this.#needed = { ...this.#needed, [who]: undefined };
  }
}
