// Frames by hand: the test says what time it is.

import type { Frames } from '../src/state/playback.svelte';

export class ManualFrames implements Frames {
  nowMs = 0;
  #waiting = new Map<number, (nowMs: number) => void>();
  #id = 0;

  request(draw: (nowMs: number) => void): number {
    this.#waiting.set(++this.#id, draw);
    return this.#id;
  }

  cancel(id: number): void {
    this.#waiting.delete(id);
  }

  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  pass(ms: number, frameMs = 16): void {
    for (let left = ms; left > 0; left -= frameMs) {
      this.nowMs += Math.min(left, frameMs);
      const draws = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const draw of draws) draw(this.nowMs);
    }
  }
}
