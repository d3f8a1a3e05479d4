import { describe, expect, it } from 'vitest';
import { traces } from '../../tests/traces';
import { countOutcomes, median, medianTotal, stepMedians, withoutCache } from './statistics';

describe('median', () => {
  it('is the middle value, and of an even number the lower of the two', () => {
    expect(median([])).toBeNull();
    expect(median([3])).toBe(3);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2);
  });

  it('leaves its argument as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('over traces', () => {
  const { hit, miss, bypass } = traces;

  it('counts outcomes', () => {
    expect(countOutcomes([miss, hit, hit])).toEqual({ miss: 1, hit: 2 });
  });

  it('takes medians of totals and steps, without the steps that failed', () => {
    expect(medianTotal([miss, hit], 'hit')).toBe(hit.trace.total_ns);
    expect(medianTotal([miss], 'hit')).toBeNull();
    const failed = bypass.trace.steps.find((step) => step.failed);
    expect(failed?.kind).toBe('cache_get');
    expect(stepMedians([bypass]).cache_get).toBeUndefined();
    expect(stepMedians([hit]).cache_get).toBe(hit.trace.steps[0]?.duration_ns);
  });

  it('knows what a read costs without the cache only where the database was asked', () => {
    expect(withoutCache([hit], 'page')).toEqual({ ns: null, samples: 0 });
    const cost = ['db_query', 'respond']
      .map((kind) => miss.trace.steps.find((step) => step.kind === kind)?.duration_ns ?? 0)
      .reduce((a, b) => a + b);
    expect(withoutCache([hit, miss], 'page')).toEqual({ ns: cost, samples: 1 });
    expect(withoutCache([hit, miss], 'report')).toEqual({ ns: null, samples: 0 });
  });
});
