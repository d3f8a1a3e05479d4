import { expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatShortCount,
  formatLasting,
  formatNs,
  formatRatio,
  formatShare,
  formatTick,
  formatTtl,
} from './units';

it('shows durations in three significant digits with the unit that suits them', () => {
  expect([0, 999, 1_000, 9_994, 9_996, 48_200, 999_499, 999_500, 2_310_000, 1.5e9].map(formatNs)).toEqual([
    '0 ns',
    '999 ns',
    '1.00 µs',
    '9.99 µs',
    '10.0 µs',
    '48.2 µs',
    '999 µs',
    '1.00 ms',
    '2.31 ms',
    '1.50 s',
  ]);
});

it('marks axes without the zeros of round numbers', () => {
  expect([200, 1_000, 1_500, 20_000, 500_000, 1.25e6, 1e9].map(formatTick)).toEqual([
    '200 ns',
    '1 µs',
    '1.5 µs',
    '20 µs',
    '500 µs',
    '1.25 ms',
    '1 s',
  ]);
});

it('shows ratios, counts, shares, bytes and times to live', () => {
  expect([2.35, 9.96, 38.4].map(formatRatio)).toEqual(['2.4×', '10×', '38×']);
  expect(formatCount(18_204)).toBe('18,204');
  expect(formatShare(0.9136)).toBe('91.4 %');
  expect([812, 2_310, 48_500_000].map(formatBytes)).toEqual(['812 B', '2.31 kB', '48.5 MB']);
  expect([500, 1_500, 60_000, 300_000, 3_600_000].map(formatTtl)).toEqual([
    '500 ms',
    '1,500 ms',
    '60 s',
    '5 min',
    '1 h',
  ]);
});

it('shows counts in thousands where there is little room', () => {
  expect([0, 9_999, 10_000, 20_057, 99_949, 123_456].map(formatShortCount)).toEqual([
    '0',
    '9,999',
    '10.0k',
    '20.1k',
    '99.9k',
    '123k',
  ]);
});

it('shows how long something has been going, and how long it takes', () => {
  expect([0, 7_900, 725_000, 3_723_000].map(formatClock)).toEqual(['0:00', '0:07', '12:05', '1:02:03']);
  expect([0, 200, 45_000, 70_000, 120_000, 7_500_000].map(formatLasting)).toEqual([
    '0 s',
    '1 s',
    '45 s',
    '1 min 10 s',
    '2 min',
    '2 h 5 min',
  ]);
});
