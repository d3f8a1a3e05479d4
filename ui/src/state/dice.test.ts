import { expect, it } from 'vitest';
import { Dice } from './dice';

const throws = (seed: number, times = 20): number[] => {
  const dice = new Dice(seed);
  return Array.from({ length: times }, () => dice.throw());
};

it('throws the same for the same seed, and something else for another', () => {
  expect(throws(1)).toEqual(throws(1));
  expect(throws(2)).toEqual(throws(2));
  expect(throws(1)).not.toEqual(throws(2));
});

it('throws numbers from 0 up to but not 1, on either side of the middle alike', () => {
  const many = throws(7, 2_000);
  expect(many.every((each) => each >= 0 && each < 1)).toBe(true);
  const high = many.filter((each) => each >= 0.5).length;
  expect(high).toBeGreaterThan(900);
  expect(high).toBeLessThan(1_100);
});
