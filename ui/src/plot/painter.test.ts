import { beforeEach, expect, it, vi } from 'vitest';
import type { Outcome, Point } from '../bindings/api';
import { StripPainter } from './painter';
import { Samples } from './samples';
import type { Sprites } from './sprites';
import type { View } from './strip';

const sprite = (): HTMLCanvasElement =>
  Object.assign(document.createElement('canvas'), { width: 4, height: 4 });
const sprites = new Proxy({} as Sprites, {
  get: (all, outcome: Outcome) => (all[outcome] ??= sprite()),
});
const context = { drawImage: vi.fn(), clearRect: vi.fn(), globalCompositeOperation: '' };
const canvas = Object.assign(document.createElement('canvas'), {
  getContext: () => context,
}) as unknown as HTMLCanvasElement;

const view = (to: number): View => ({
  time: { from: to - 30e9, to },
  range: [1e4, 1e7],
  measure: 'response',
  width: 300,
  height: 90,
});
const point = (ended_ns: number, response_ns = 1e6): Point => ({
  id: ended_ns,
  outcome: 'hit',
  ended_ns,
  response_ns,
  service_ns: response_ns,
});

/** Where dots were put, and by how much what was there was moved. */
const dots = () =>
  context.drawImage.mock.calls.filter(([image]) => image !== canvas).map(([, x, y]) => [x, y]);
const moves = () => context.drawImage.mock.calls.filter(([image]) => image === canvas).map(([, x]) => x);

let samples: Samples;
let painter: StripPainter;
beforeEach(() => {
  samples = new Samples(100);
  samples.push([point(10e9), point(55e9), point(70e9)]);
  painter = new StripPainter(canvas);
  painter.redraw(samples, view(70e9), sprites);
});

it('draws what is in sight', () => {
  expect(dots().slice(-2)).toEqual([
    [148, 28],
    [298, 28],
  ]);
});

it('adds only what is new, and moves the rest by whole pixels', () => {
  context.drawImage.mockClear();
  samples.push([point(71e9)]);
  expect(painter.advance(samples, 72.07e9)).toBe(true);
  expect(moves()).toEqual([-20]);
  expect(dots()).toEqual([[288, 28]]);

  context.drawImage.mockClear();
  // Less than a pixel is made up for later.
  expect(painter.advance(samples, 72.09e9)).toBe(true);
  expect(painter.advance(samples, 72.11e9)).toBe(true);
  expect(moves()).toEqual([-1]);
  expect(dots()).toEqual([]);
});

it('says when everything is to be drawn anew', () => {
  expect(painter.advance(samples, 60e9)).toBe(false);
  expect(painter.advance(samples, 200e9)).toBe(false);
  samples.push([point(70e9, 5e7)]);
  expect(painter.advance(samples, 70e9)).toBe(false);
  expect(painter.advance(samples, 70e9)).toBe(true);
  samples.clear();
  expect(painter.advance(samples, 70e9)).toBe(false);
  painter.forget();
  expect(painter.advance(samples, 70e9)).toBe(false);
});
