// Plays one trace in slow motion. Nothing here draws: it is a clock over the trace's nanoseconds that the chart and the
// waterfall read. Where frames come from is an argument, so tests own the clock.

import type { TraceDetail } from '../bindings/api';

/** Where frames come from: `requestAnimationFrame`, or a test. Times are in milliseconds. */
export interface Frames {
  request(draw: (nowMs: number) => void): number;
  cancel(id: number): void;
}

export const browserFrames: Frames = {
  request: (draw) => requestAnimationFrame(draw),
  cancel: (id) => cancelAnimationFrame(id),
};

/** How many milliseconds on screen stand for one measured microsecond; `fit` chooses it by the trace's length. */
export type Speed = number | 'fit';

/** What the window offers. */
export const SPEEDS: Speed[] = ['fit', 1, 5, 20, 100];

// A request just sent is shown to its end at once and replayed in about this time; a replay that is asked for is meant
// to be watched, so it takes longer.
const FIRST_SHOWING_MS = 1_200;
const FITTED_REPLAY_MS = 8_000;

/** A round scale (1, 2 or 5 times a power of ten) at which the trace takes at most about this long. */
function fittedScale(totalNs: number, targetMs: number): number {
  const exact = (targetMs * 1_000) / Math.max(1, totalNs);
  const power = 10 ** Math.floor(Math.log10(exact));
  const digit = exact / power;
  return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power;
}

export class Playback {
  #frames: Frames;
  #frame: number | null = null;
  #lastFrameMs: number | null = null;

  #detail = $state.raw<TraceDetail | null>(null);
  #timeNs = $state(0);
  #playing = $state(false);
  #speed = $state<Speed>('fit');
  #firstShowing = $state(false);
  // Set while a step button holds the time at a step's beginning: a step of 0 ns is somewhere too.
  #held = $state<number | null>(null);

  /** Nothing travels: the token stands at the node of the current step, the lighting stays. */
  reducedMotion = $state(false);

  constructor(options: { frames?: Frames; reducedMotion?: boolean; speed?: Speed } = {}) {
    this.#frames = options.frames ?? browserFrames;
    this.reducedMotion = options.reducedMotion ?? false;
    this.#speed = options.speed ?? 'fit';
  }

  /** The trace that is played. */
  get detail(): TraceDetail | null {
    return this.#detail;
  }

  /** Nanoseconds into the trace. */
  get timeNs(): number {
    return this.#timeNs;
  }

  get totalNs(): number {
    return this.#detail?.trace.total_ns ?? 0;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** True once the whole trace has been shown. */
  get ended(): boolean {
    return this.#timeNs >= this.totalNs;
  }

  /** 0 to 1. */
  get progress(): number {
    return this.totalNs > 0 ? this.#timeNs / this.totalNs : 0;
  }

  /** Index of the step at this moment, `other` between steps, null before and after everything. */
  get currentStep(): number | 'other' | null {
    if (this.#held !== null) return this.#held;
    const steps = this.#detail?.trace.steps;
    if (!steps || this.ended || (this.#timeNs === 0 && !this.#playing)) return null;
    const index = steps.findIndex(
      (step) => this.#timeNs >= step.start_ns && this.#timeNs < step.start_ns + step.duration_ns,
    );
    return index < 0 ? 'other' : index;
  }

  /** The scale in force: the quick one of a first showing, or the one that was chosen. */
  get scaleMsPerUs(): number {
    if (this.#firstShowing) return fittedScale(this.totalNs, FIRST_SHOWING_MS);
    return this.#speed === 'fit' ? fittedScale(this.totalNs, FITTED_REPLAY_MS) : this.#speed;
  }

  set scaleMsPerUs(scale: number) {
    this.speed = scale;
  }

  /** The choice: a fixed scale, or one that fits. */
  get speed(): Speed {
    return this.#speed;
  }

  set speed(speed: Speed) {
    this.#speed = speed === 'fit' || (Number.isFinite(speed) && speed > 0) ? speed : 'fit';
    this.#firstShowing = false;
  }

  /** Takes up a trace and shows it once, quickly. The same one again changes nothing. */
  load(detail: TraceDetail | null): void {
    if (detail === this.#detail) return;
    this.pause();
    this.#detail = detail;
    this.#held = null;
    this.#firstShowing = false;
    this.#timeNs = detail?.trace.total_ns ?? 0;
    if (!detail || this.reducedMotion) return;
    this.#timeNs = 0;
    this.#firstShowing = true;
    this.#run();
  }

  /** Goes on, or from the start where the end was reached, at the scale that was chosen. */
  play(): void {
    if (!this.#detail || this.#playing) return;
    if (this.ended) this.#timeNs = 0;
    this.#firstShowing = false;
    this.#held = null;
    this.#run();
  }

  pause(): void {
    if (this.#frame !== null) this.#frames.cancel(this.#frame);
    this.#frame = null;
    this.#playing = false;
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** From the first nanosecond, at the scale that was chosen. */
  restart(): void {
    if (!this.#detail) return;
    this.pause();
    this.#timeNs = 0;
    this.play();
  }

  /** Stops at this nanosecond. */
  seek(ns: number): void {
    this.pause();
    this.#held = null;
    this.#firstShowing = false;
    this.#timeNs = Math.min(this.totalNs, Math.max(0, ns));
  }

  /** Stops at the beginning of the next step; after the last one, at the end. */
  stepForward(): void {
    const steps = this.#detail?.trace.steps ?? [];
    const atRest = this.#held === null && (this.#timeNs === 0 || this.ended);
    const next =
      this.#held !== null
        ? this.#held + 1
        : // From the end, where a trace rests when it has been shown, one steps through it from the start.
          atRest
          ? 0
          : steps.findIndex((step) => step.start_ns > this.#timeNs);
    this.#hold(next < 0 ? steps.length : next);
  }

  /** Stops at the beginning of this step or, from there, of the one before; before the first, at the start. */
  stepBack(): void {
    const steps = this.#detail?.trace.steps ?? [];
    const before =
      this.#held !== null ? this.#held - 1 : steps.findLastIndex((step) => step.start_ns < this.#timeNs);
    this.#hold(before);
  }

  #hold(index: number): void {
    const steps = this.#detail?.trace.steps ?? [];
    this.seek(index < 0 ? 0 : (steps[index]?.start_ns ?? this.totalNs));
    this.#held = index >= 0 && index < steps.length ? index : null;
  }

  #run(): void {
    this.#playing = true;
    this.#lastFrameMs = null;
    this.#next();
  }

  #next(): void {
    this.#frame = this.#frames.request((nowMs) => {
      const passedMs = this.#lastFrameMs === null ? 0 : nowMs - this.#lastFrameMs;
      this.#lastFrameMs = nowMs;
      this.#timeNs = Math.min(this.totalNs, this.#timeNs + (passedMs / this.scaleMsPerUs) * 1_000);
      if (this.ended) {
        this.pause();
        // From here on the scale is the one a replay would have.
        this.#firstShowing = false;
      } else this.#next();
    });
  }
}

const threeDigits = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** A scale in words, with the units that make its numbers easy: "1 µs = 20 ms", "1 ms = 500 ms". */
export function scaleInWords(msPerUs: number): string {
  const [unit, ms] =
    msPerUs >= 1 ? ['µs', msPerUs] : msPerUs >= 1e-3 ? ['ms', msPerUs * 1e3] : ['s', msPerUs * 1e6];
  return ms >= 1_000 ? `1 ${unit} = ${threeDigits(ms / 1_000)} s` : `1 ${unit} = ${threeDigits(ms)} ms`;
}
