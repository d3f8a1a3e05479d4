import { expect, it } from 'vitest';
import type { Point } from '../bindings/api';
import { Samples } from './samples';
import { labelled, logRange, logShare, logTicks, nearest, nextRange, placeOf, type View } from './strip';

it('has ticks at 1, 2 and 5', () => {
  expect(logTicks(1_000, 100_000)).toEqual([1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]);
});

it('labels powers of ten alone where there is no room for more, and some of them where there is less', () => {
  const ticks = logTicks(1_000, 100_000);
  expect(labelled(ticks, 200, 20)).toEqual(ticks);
  expect(labelled(ticks, 100, 20)).toEqual([1_000, 10_000, 100_000]);
  expect(labelled(ticks, 30, 20)).toEqual([1_000, 100_000]);
});

it('has the usual range, or one that holds every value', () => {
  expect(logRange(Infinity, 0)).toEqual([1e4, 1e7]);
  expect(logRange(61_200, 2_310_000)).toEqual([1e4, 1e7]);
  for (const [low, high] of [
    [999, 1_000],
    [999_999, 1_000_000],
    [5e9, 5e9],
  ] as const) {
    const [min, max] = logRange(low, high);
    expect(min).toBeLessThan(low);
    expect(max).toBeGreaterThan(high);
  }
});

it('becomes wider at once and narrower only when it may', () => {
  expect(nextRange([1e4, 1e7], [1e3, 1e7], false)).toEqual([1e3, 1e7]);
  expect(nextRange([1e3, 1e7], [1e4, 1e7], false)).toEqual([1e3, 1e7]);
  expect(nextRange([1e3, 1e7], [1e4, 1e7], true)).toEqual([1e4, 1e7]);
});

it('is the same range where nothing changed, so that nothing is drawn anew', () => {
  const range = [1e4, 1e7] as const;
  expect(nextRange(range, [1e4, 1e7], true)).toBe(range);
});

it('stands for equal ratios at equal distances', () => {
  expect([1e4, 1e5, 1e6, 1e7].map((ns) => Math.round(logShare(ns, [1e4, 1e7]) * 300))).toEqual([
    0, 100, 200, 300,
  ]);
});

const view: View = {
  time: { from: 0, to: 30e9 },
  range: [1e4, 1e7],
  measure: 'service',
  width: 300,
  height: 90,
};

it('stands a point where its time and its latency say', () => {
  const place = placeOf(10e9, 1e6, view);
  expect(place.x).toBeCloseTo(100);
  expect(place.y).toBeCloseTo(30);
});

it('finds the nearest dot within reach, by the measure that is shown', () => {
  const at = (id: number, ended_ns: number, service_ns: number): Point => ({
    id,
    outcome: 'hit',
    ended_ns,
    response_ns: 1e7,
    service_ns,
  });
  const samples = new Samples();
  samples.push([at(1, 9e9, 1e6), at(2, 10e9, 1e6), at(3, 10.1e9, 1e5), at(4, 20e9, 1e6)]);
  expect(nearest(samples, view, { x: 97, y: 31 }, 12)).toBe(2);
  expect(nearest(samples, view, { x: 101, y: 58 }, 12)).toBe(3);
  expect(nearest(samples, view, { x: 150, y: 30 }, 12)).toBeNull();
  expect(nearest(samples, { ...view, measure: 'response' }, { x: 101, y: 58 }, 12)).toBeNull();
});
