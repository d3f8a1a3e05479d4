import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../tests/host';
import { Load } from '../../tests/load';
import { traces } from '../../tests/traces';
import { PROMISES, type TraceDetail } from '../bindings/api';
import { PATTERNS } from './conditions';
import { staleClicks, staleInRun, staleInWords } from './stale';

const read = (version?: number, stale_ns?: number): TraceDetail => ({
  ...traces.hit,
  trace: { ...traces.hit.trace, version, stale_ns },
});

describe('stale reads among clicks', () => {
  it('are not spoken of before anything was written or was stale', () => {
    expect(staleClicks([traces.miss, traces.hit])).toBeNull();
  });

  it('are none where every read after a write found it', () => {
    expect(staleClicks([read(1), traces.written, read(2)])).toEqual({
      count: 0,
      checked: 2,
      medianNs: null,
      oldestNs: null,
    });
  });

  it('are counted among those that told their version, with their ages', () => {
    const details = [traces.written, read(3, 4e9), read(3, 1e9), read(3, 2e9), read(4), read()];
    expect(staleClicks(details)).toEqual({ count: 3, checked: 4, medianNs: 2e9, oldestNs: 4e9 });
  });

  it('are told in a sentence', () => {
    expect(staleInWords(read(3, 1.2e9).trace)).toBe(
      'Stale: it was answered with version 3 of the row. A newer one had been acknowledged 1.20 s before this read began.',
    );
  });
});

describe('stale reads of a run', () => {
  const run = (pattern: 'cache_aside' | 'write_around', write_percent: number) => {
    const workload = { ...SETTINGS.workload, mix: { ...SETTINGS.workload.mix, write_percent } };
    const load = new Load(1, workload, { ...SETTINGS.conditions, pattern }, 0);
    load.advance(20e9);
    return staleInRun(load.summary(0).summary);
  };

  it('are not spoken of where nothing is written', () => {
    expect(run('write_around', 0)).toBeNull();
  });

  it('are none, or so many of so many with the median of their ages and the oldest', () => {
    expect(run('cache_aside', 5)).toMatchObject({ count: 0, oldestNs: null });
    const stale = run('write_around', 5);
    expect(stale?.count).toBeGreaterThan(20);
    expect(stale?.count).toBeLessThan(stale?.checked ?? 0);
    expect(stale?.oldestNs).toBeGreaterThan(stale?.medianNs ?? Infinity);
  });
});

it('a pattern promises in the window what the laboratory holds it to', () => {
  expect(PATTERNS.map(({ pattern }) => pattern).sort()).toEqual(Object.keys(PROMISES).sort());
  for (const { pattern, promises } of PATTERNS) {
    expect(promises.startsWith(PROMISES[pattern].stale_reads)).toBe(true);
  }
});
