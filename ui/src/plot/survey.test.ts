import { expect, it } from 'vitest';
import type { Outcome } from '../bindings/api';
import { Samples } from './samples';
import { find, Surveyor } from './survey';

const OUTCOMES: Outcome[] = ['error', 'miss', 'hit', 'hit'];
const pushed = (samples: Samples, indices: number[]): Samples => {
  for (const index of indices) {
    const outcome = OUTCOMES[index] ?? 'hit';
    samples.push([
      { id: 10 + index, outcome, ended_ns: index * 1e9, response_ns: 4e6 / (index + 1), service_ns: index },
    ]);
  }
  return samples;
};
const samples = pushed(new Samples(3), [0, 1, 2, 3]);

it('knows how many are in sight, how far they reach and what they are', () => {
  const surveyor = new Surveyor();
  expect(surveyor.look(samples, 0, 'response', true)).toEqual({
    count: 3,
    low: 1e6,
    high: 2e6,
    outcomes: ['miss', 'hit'],
  });
  expect(surveyor.look(samples, 3e9, 'service', true)).toEqual({
    count: 1,
    low: 3,
    high: 3,
    outcomes: ['hit'],
  });
  expect(surveyor.look(samples, 9e9, 'service', true).count).toBe(0);
});

it('looks at what is new alone, and forgets what has left when it looks at all of them anew', () => {
  const ring = pushed(new Samples(3), [0, 1]);
  const surveyor = new Surveyor();
  surveyor.look(ring, 0, 'response', false);
  pushed(ring, [2, 3]);
  const whole = { count: 3, low: 1e6, high: 4e6, outcomes: ['error', 'miss', 'hit'] };
  expect(surveyor.look(ring, 0, 'response', false)).toEqual(whole);
  const latest = { count: 3, low: 1e6, high: 2e6, outcomes: ['miss', 'hit'] };
  expect(surveyor.look(ring, 0, 'response', true)).toEqual(latest);
  // Another measure is another thing altogether.
  expect(surveyor.look(ring, 0, 'service', false)).toEqual({ ...latest, low: 1, high: 3 });
});

it('knows nothing any more of samples that were cleared', () => {
  const ring = pushed(new Samples(3), [0, 1]);
  const surveyor = new Surveyor();
  surveyor.look(ring, 0, 'response', false);
  ring.clear();
  expect(surveyor.look(ring, 0, 'response', false).outcomes).toEqual([]);
  pushed(ring, [3]);
  expect(surveyor.look(ring, 0, 'response', false)).toMatchObject({ count: 1, outcomes: ['hit'] });
});

it('finds a request that is kept', () => {
  expect(find(samples, 12)).toBe(1);
  expect(find(samples, 10)).toBeNull();
});
