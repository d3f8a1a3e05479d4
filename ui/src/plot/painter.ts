// Draws the dots of the strip. While time runs, what is drawn already is moved to the left and only new dots are added:
// a frame costs the same however many dots are in sight.
//
// Not uPlot: a plotting library draws everything anew, which takes longer than a frame with 18,000 dots.

import type { Samples } from './samples';
import type { Sprites } from './sprites';
import { placeOf, type View } from './strip';

export class StripPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #view: View | null = null;
  #sprites: Sprites | null = null;
  /** Of the samples that are drawn: how many ever came, and how many were kept. */
  #total = 0;
  #length = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
  }

  /** Everything anew. The view is in pixels of the canvas; to its right the canvas may have room for half a dot. */
  redraw(samples: Samples, view: View, sprites: Sprites): void {
    this.#view = view;
    this.#sprites = sprites;
    this.#total = samples.total;
    this.#length = samples.length;
    this.#context?.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#draw(samples, samples.since(view.time.from));
  }

  /**
   * Moves on to this moment and adds what is new. False where that cannot be done by adding to what is there: time went
   * back or far ahead, the samples were cleared, or something lies outside of the range.
   */
  advance(samples: Samples, now: number): boolean {
    const view = this.#view;
    const fresh = samples.total - this.#total;
    if (!view || samples.length < this.#length || fresh > samples.length) return false;
    const span = view.time.to - view.time.from;
    const shift = Math.floor(((now - view.time.to) / span) * view.width);
    if (shift < 0 || shift >= view.width) return false;
    if (shift > 0) {
      // By whole pixels only, so that no dot is ever blurred; the rest is made up for later.
      const moved = (shift / view.width) * span;
      this.#view = { ...view, time: { from: view.time.from + moved, to: view.time.to + moved } };
      this.#scroll(shift);
    }
    this.#total = samples.total;
    this.#length = samples.length;
    return this.#draw(samples, samples.length - fresh);
  }

  /** Makes the next advance fail, so that everything is drawn anew. */
  forget(): void {
    this.#view = null;
  }

  /** What is drawn now. */
  get view(): View | null {
    return this.#view;
  }

  #scroll(pixels: number): void {
    const context = this.#context;
    if (!context) return;
    context.globalCompositeOperation = 'copy';
    context.drawImage(this.#canvas, -pixels, 0);
    context.globalCompositeOperation = 'source-over';
  }

  /** False where one lies outside of the range. */
  #draw(samples: Samples, first: number): boolean {
    const [view, sprites, context] = [this.#view, this.#sprites, this.#context];
    if (!view || !sprites) return false;
    const [min, max] = view.range;
    let inside = true;
    for (let index = Math.max(0, first); index < samples.length; index += 1) {
      const latency = samples.latency(index, view.measure);
      // What took no time at all is on no logarithmic axis.
      if ((latency < min && latency > 0) || latency > max) inside = false;
      const sprite = sprites[samples.outcome(index)];
      const { x, y } = placeOf(samples.ended(index), latency, view);
      context?.drawImage(sprite, Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2));
    }
    return inside;
  }
}
