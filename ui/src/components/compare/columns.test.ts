import { expect, it } from 'vitest';
import { columnsOfNumbers } from './columns';

it('of numbers are told from those of words', () => {
  const rows = [
    ['p50', '58.3 µs', '–', '0.05×', '1 of 3 rounds had too few requests'],
    ['p99', '2.51 ms', '+1.20 points', '–', '2'],
  ];
  const head = ['', 'bundled', 'difference', 'ratio', 'finding'];
  expect(columnsOfNumbers({ head, rows })).toEqual([false, true, true, true, false]);
  expect(columnsOfNumbers({ head, rows: [] })).toEqual([false, false, false, false, false]);
});
