import { expect, it } from 'vitest';
import type { Outcome } from '../bindings/api';
import { Samples } from './samples';
import { find, survey } from './survey';

const samples = new Samples(3);
(['error', 'miss', 'hit', 'hit'] as Outcome[]).forEach((outcome, index) =>
  samples.push([
    { id: 10 + index, outcome, ended_ns: index * 1e9, response_ns: 4e6 / (index + 1), service_ns: index },
  ]),
);

it('knows how many are in sight, how far they reach and what they are', () => {
  expect(survey(samples, 0, 'response')).toEqual({
    count: 3,
    low: 1e6,
    high: 2e6,
    outcomes: ['miss', 'hit'],
  });
  expect(survey(samples, 3e9, 'service')).toEqual({ count: 1, low: 3, high: 3, outcomes: ['hit'] });
  expect(survey(samples, 9e9, 'service').count).toBe(0);
});

it('finds a request that is kept', () => {
  expect(find(samples, 12)).toBe(1);
  expect(find(samples, 10)).toBeNull();
});
