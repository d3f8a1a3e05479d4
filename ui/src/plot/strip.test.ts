import { expect, it } from 'vitest';
import { labelled, logRange, logTicks, nearest } from './strip';

it('has ticks at 1, 2 and 5', () => {
  expect(logTicks(1_000, 100_000)).toEqual([1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]);
});

it('labels powers of ten alone where there is no room for more', () => {
  const ticks = logTicks(1_000, 100_000);
  expect(labelled(ticks, 200, 20)).toEqual(ticks);
  expect(labelled(ticks, 100, 20)).toEqual([1_000, 10_000, 100_000]);
});

it('has the usual range, or one that holds every value', () => {
  expect(logRange([])).toEqual([1e4, 1e7]);
  expect(logRange([61_200, 2_310_000])).toEqual([1e4, 1e7]);
  for (const values of [[], [61_200], [61_200, 2_310_000], [999_999, 1_000_000], [5e9]]) {
    const [min, max] = logRange(values);
    for (const value of values) {
      expect(value).toBeGreaterThan(min);
      expect(value).toBeLessThan(max);
    }
  }
});

it('finds the nearest dot within reach', () => {
  const dots = [
    { id: 1, x: 0, y: 0 },
    { id: 2, x: 10, y: 0 },
  ];
  expect(nearest(dots, 7, 0, 12)?.id).toBe(2);
  expect(nearest(dots, 100, 0, 12)).toBeNull();
});
