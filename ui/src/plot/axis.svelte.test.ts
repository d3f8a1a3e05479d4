import { expect, it } from 'vitest';
import { SharedAxis } from './axis.svelte';

it('is as wide as all that share it need', () => {
  const axis = new SharedAxis();
  expect(axis.range).toBeNull();
  axis.need('a', [1e4, 1e7]);
  axis.need('b', [1e3, 1e6]);
  expect(axis.range).toEqual([1e3, 1e7]);
  axis.need('b', [1e4, 1e8]);
  expect(axis.range).toEqual([1e4, 1e8]);
  axis.leave('b');
  expect(axis.range).toEqual([1e4, 1e7]);
});
