import { describe, expect, it } from 'vitest';

import { BOX, pathOf } from './trend';

describe('the line of a number', () => {
  it('stands on zero, so that a small change looks small', () => {
    expect(pathOf([50, 100])).toBe(`M0.0 15.0L${BOX.width}.0 1.0`);
    expect(pathOf([0, 0])).toBe('M0.0 29.0L100.0 29.0');
  });

  it('has gaps where nothing is known, and is none of fewer than two points', () => {
    expect(pathOf([1, null, 1])).toBe('M0.0 1.0M100.0 1.0');
    expect(pathOf([])).toBe('');
    expect(pathOf([null, 4])).toBe('');
  });
});
