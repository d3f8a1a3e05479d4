// Which part of the window may change in a frame. WebKit without a graphics card paints the smallest rectangle around all
// that changed: a dot at the lower left and a word at the upper right are the whole window. So a frame changes one area
// only, and what is in the others waits for its turn, a few frames at most.

/**
 * The two halves of the chart, over which requests travel, since all of it is too much for one frame; the strip; and what
 * stands in words and instruments, wherever that is, piece by piece.
 */
export type Area = 'left' | 'right' | 'strip' | 'words';

/** What travels comes most often, or it would be seen to jump. The strip moves by a few pixels a second. */
const ROTA: readonly Area[] = ['left', 'right', 'words', 'left', 'right', 'words', 'left', 'right', 'strip'];

/** How long a turn lasts at least, in milliseconds: a display of 144 frames a second gets two frames for each. */
const SHORTEST_MS = 10;

type Draw = (nowMs: number) => void;

export class Turns {
  readonly #drawers: Record<Area, Set<Draw>> = {
    left: new Set(),
    right: new Set(),
    strip: new Set(),
    words: new Set(),
  };
  #place = -1;
  #sinceMs = -Infinity;

  /** Draws whenever it is the area's turn, until the function that is returned is called. */
  join(area: Area, draw: Draw): () => void {
    this.#drawers[area].add(draw);
    return () => this.#drawers[area].delete(draw);
  }

  /** A frame: the next area draws. Answers which one; null where the last one still has its turn. */
  pass(nowMs: number): Area | null {
    if (nowMs - this.#sinceMs < SHORTEST_MS) return null;
    this.#sinceMs = nowMs;
    this.#place = (this.#place + 1) % ROTA.length;
    const area = ROTA[this.#place] ?? 'words';
    for (const draw of this.#drawers[area]) draw(nowMs);
    return area;
  }
}
