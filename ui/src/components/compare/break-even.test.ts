import { expect, it } from 'vitest';
import { beginsAt, fasterOrSlower, linesOf, sentenceOf } from './break-even';

const without = { mean_ns: 2_310_000, p50_ns: 2_240_000, p99_ns: null };

it('says how much faster, how much slower, and where there is nothing in it', () => {
  expect(fasterOrSlower(500_000, 2_000_000)).toBe('4.0× faster');
  expect(fasterOrSlower(2_400_000, 2_000_000)).toBe('1.2× slower');
  expect(fasterOrSlower(2_000_000, 2_040_000)).toBe('about the same');
  expect(fasterOrSlower(null, 2_000_000)).toBe('');
});

it('never shows a mean alone', () => {
  const lines = linesOf({ mean_ns: 550_000, p50_ns: 64_000, p99_ns: null }, without);
  expect(lines.map(({ name }) => name)).toEqual(['mean', 'p50', 'p99']);
  expect(sentenceOf(80, lines)).toBe(
    '80 %: mean 550 µs, without a cache 2.31 ms, 4.2× faster; p50 64.0 µs, without a cache 2.24 ms, 35× faster; ' +
      'p99 –, without a cache –',
  );
});

it('begins where it was measured, or else where it begins to pay', () => {
  expect(beginsAt({ hit_ratio: 0.1 }, 0.912)).toBe(91);
  expect(beginsAt({ hit_ratio: 0.114 }, null)).toBe(11);
  expect(beginsAt({ hit_ratio: null }, null)).toBe(50);
});
