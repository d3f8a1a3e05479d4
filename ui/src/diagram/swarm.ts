// The particles that are under way: each is a sampled real request. What they are made of is used again.

import type { Outcome, Trace } from '../bindings/api';
import type { Chart } from './layout';
import { cornerAt, placeOn, timeOnScreen, trackOf, type Track } from './track';

/** How many are under way at most. What comes beyond is not drawn: it is a sample anyway. */
export const MOST = 60;

/** Those of one frame set out one after the other, in milliseconds, or each would hide the next. */
const APART_MS = 4;
/** They keep to lanes beside each other, this far apart in units of the chart, or a stream would be a single line. */
const LANES = [0, -3, 3, -6, 6];

interface Particle {
  track: Track;
  outcome: Outcome;
  startMs: number;
  lastsMs: number;
  corner: number;
  lane: number;
}

/** Where particles are drawn: a canvas over all of the chart, or over a part of it. */
export interface Sheet {
  context: Pick<CanvasRenderingContext2D, 'clearRect' | 'drawImage'>;
  /** Of the canvas, in pixels. */
  width: number;
  height: number;
  /** Where the chart begins on it, in pixels. */
  left: number;
  top: number;
  /** Pixels to a unit of the chart. */
  scale: number;
  sprites: Record<Outcome, { width: number; height: number }>;
}

export class Swarm {
  readonly #alive: Particle[] = [];
  readonly #spare: Particle[] = [];
  readonly #place = { x: 0, y: 0 };
  #lane = 0;

  get size(): number {
    return this.#alive.length;
  }

  /** Sends these on their way over the chart. */
  add(chart: Chart, traces: readonly Trace[], nowMs: number): void {
    traces.forEach((trace, index) => {
      if (this.#alive.length >= MOST) return;
      const track = trackOf(chart, trace);
      if (!track) return;
      const particle = this.#spare.pop() ?? ({} as Particle);
      particle.track = track;
      particle.outcome = trace.outcome;
      particle.startMs = nowMs + index * APART_MS;
      particle.lastsMs = timeOnScreen(trace.total_ns);
      particle.corner = 0;
      particle.lane = LANES[this.#lane] ?? 0;
      this.#lane = (this.#lane + 1) % LANES.length;
      this.#alive.push(particle);
    });
  }

  /** Draws those that are on this sheet now, in the place of those that were. Answers how many. */
  draw(nowMs: number, sheet: Sheet): number {
    sheet.context.clearRect(0, 0, sheet.width, sheet.height);
    let [kept, drawn] = [0, 0];
    for (const particle of this.#alive) {
      const share = (nowMs - particle.startMs) / particle.lastsMs;
      if (share >= 1) {
        this.#spare.push(particle);
        continue;
      }
      this.#alive[kept] = particle;
      kept += 1;
      if (share >= 0 && this.#put(particle, share, sheet)) drawn += 1;
    }
    this.#alive.length = kept;
    return drawn;
  }

  /** None is under way any more. */
  clear(): void {
    this.#alive.length = 0;
  }

  /** Answers whether it is on the sheet. */
  #put(particle: Particle, share: number, { context, width, left, top, scale, sprites }: Sheet): boolean {
    const place = this.#place;
    particle.corner = cornerAt(particle.track, share, particle.corner);
    placeOn(particle.track, particle.corner, share, place);
    const sprite = sprites[particle.outcome];
    // Whole pixels: a mark is copied, not blended.
    const x = Math.round(left + (place.x + particle.lane) * scale - sprite.width / 2);
    if (x + sprite.width <= 0 || x >= width) return false;
    const y = Math.round(top + (place.y + particle.lane / 2) * scale - sprite.height / 2);
    context.drawImage(sprite as HTMLCanvasElement, x, y);
    return true;
  }
}
