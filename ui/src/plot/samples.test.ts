import { expect, it } from 'vitest';
import type { Point } from '../bindings/api';
import { Samples } from './samples';

const point = (id: number): Point => ({
  id,
  outcome: id % 3 === 0 ? 'miss' : 'hit',
  ended_ns: id * 1e6,
  response_ns: id * 20,
  service_ns: id * 10,
});

const points = (from: number, to: number): Point[] =>
  Array.from({ length: to - from + 1 }, (_, index) => point(from + index));

it('gives back what was pushed, the oldest first', () => {
  const samples = new Samples(8);
  samples.push(points(1, 5));
  expect(samples.length).toBe(5);
  expect(samples.at(0)).toEqual(point(1));
  expect(samples.at(4)).toEqual(point(5));
});

it('keeps only the latest, and counts all', () => {
  const samples = new Samples(8);
  samples.push(points(1, 5));
  samples.push(points(6, 30));
  expect(samples.length).toBe(8);
  expect(samples.total).toBe(30);
  expect(Array.from({ length: 8 }, (_, index) => samples.id(index))).toEqual([
    23, 24, 25, 26, 27, 28, 29, 30,
  ]);
});

it('is empty when cleared, and goes on counting', () => {
  const samples = new Samples(8);
  samples.push(points(1, 30));
  samples.clear();
  expect(samples.length).toBe(0);
  samples.push([point(31)]);
  expect(samples.at(0)).toEqual(point(31));
  expect(samples.total).toBe(31);
});

it('knows both measures of a point', () => {
  const samples = new Samples(8);
  samples.push([point(7)]);
  expect([samples.latency(0, 'response'), samples.latency(0, 'service')]).toEqual([140, 70]);
});

it('holds the nanoseconds of a run of many days', () => {
  const samples = new Samples(2);
  const ended_ns = 90 * 24 * 3600 * 1e9 + 1;
  samples.push([{ ...point(1), ended_ns }]);
  expect(samples.ended(0)).toBe(ended_ns);
});

it('finds the first point since a time', () => {
  const samples = new Samples(8);
  expect(samples.since(0)).toBe(0);
  samples.push(points(1, 12));
  expect(samples.since(0)).toBe(0);
  expect(samples.since(8e6)).toBe(3);
  expect(samples.since(8e6 + 1)).toBe(4);
  expect(samples.since(1e9)).toBe(8);
});
