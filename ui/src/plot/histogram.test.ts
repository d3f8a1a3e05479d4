import { expect, it } from 'vitest';
import type { Bins } from '../bindings/api';
import { binOf, latencyAt, sharesOf, spanOf, valleyAt } from './histogram';

const hits: Bins = { first: 94, counts: [10, 80, 10] };
const misses: Bins = { first: 126, counts: [5, 10, 5] };
const all: Bins = { first: 94, counts: [10, 80, 10, ...Array<number>(29).fill(0), 5, 10, 5] };

it('stands bins for equal ratios', () => {
  expect(binOf(1e5)).toBe(100);
  expect(latencyAt(binOf(2_310_000))).toBeCloseTo(2_310_000);
});

it('has one axis for all', () => {
  expect(spanOf([hits, misses])).toEqual([93, 130]);
  expect(spanOf([{ first: 0, counts: [] }])).toBeNull();
  expect(sharesOf(hits, [93, 130]).slice(0, 5)).toEqual([0, 0.1, 0.8, 0.1, 0]);
  expect(sharesOf({ first: 0, counts: [] }, [93, 95])).toEqual([0, 0]);
});

it('knows a mean that nobody waited for', () => {
  expect(valleyAt(latencyAt(112), hits, misses, all)).toBe(0);
});

it('says how many did, where it was a few', () => {
  const few = { ...all, counts: all.counts.map((count, index) => (index === 18 ? 1 : count)) };
  expect(valleyAt(latencyAt(112.5), hits, misses, few)).toBeCloseTo(1 / 121);
});

it('sees no valley beside a peak or outside of both', () => {
  expect(valleyAt(latencyAt(95.5), hits, misses, all)).toBeNull();
  expect(valleyAt(latencyAt(140), hits, misses, all)).toBeNull();
  expect(valleyAt(latencyAt(112), hits, { first: 0, counts: [] }, all)).toBeNull();
  const flat: Bins = { first: 94, counts: Array<number>(20).fill(10) };
  expect(valleyAt(latencyAt(112), flat, misses, flat)).toBeNull();
});
