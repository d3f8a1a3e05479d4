import { expect, it } from 'vitest';
import type { Plot } from '../bindings/api';
import { curveOf, differ, latencyAt, quantileMarks } from './percentiles';

const plotOf = (curve: [number, number][]): Plot => ({ bins: { first: 0, counts: [] }, curve });
const plot = plotOf([
  [0, 1_000],
  [0.5, 2_000],
  [0.9, 4_000],
  [0.99, 9_000],
  [1, 20_000],
]);

it('gives each nine as much room as the one before', () => {
  expect(quantileMarks(3).map(({ place, label }) => [Math.round(place * 100) / 100, label])).toEqual([
    [0, '0 %'],
    [0.3, '50 %'],
    [1, '90 %'],
    [2, '99 %'],
    [3, '99.9 %'],
  ]);
});

it('ends where one of so many stands', () => {
  const [places, latencies] = curveOf(plot, 1_000);
  expect(places.at(-1)).toBeCloseTo(3);
  expect(latencies.at(-1)).toBe(20_000);
  expect(places).toHaveLength(5);
});

it('has places in order, and no two the same', () => {
  const [places, latencies] = curveOf(plot, 10);
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
  expect(latencies.at(-1)).toBe(20_000);
});

it('reads the latency at a quantile', () => {
  expect(latencyAt(plot, 0.9)).toBe(4_000);
  expect(latencyAt(plot, 0.95)).toBe(9_000);
  expect(latencyAt(plotOf([]), 0.5)).toBeNull();
});

it('knows whether two differ', () => {
  expect(differ(plot, plot)).toBe(false);
  expect(differ(plot, plotOf(plot.curve.map(([q, ns]) => [q, q > 0.95 ? 2 * ns : ns])))).toBe(true);
});
