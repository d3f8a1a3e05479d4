import { describe, expect, it } from 'vitest';
import { CACHE_FAULTS, cacheFaultName, DATABASE_FAULTS, faultsInWords, NO_FAULTS } from './faults';

describe('faults in words', () => {
  it('are called what the laboratory calls them', () => {
    expect(faultsInWords(NO_FAULTS)).toEqual([]);
    expect(
      faultsInWords({
        cache: { kind: 'slow', delay_ms: 2, jitter_ms: 6 },
        cache_during: null,
        database: { kind: 'locked' },
        database_during: { from_ms: 2_000, to_ms: 4_500 },
      }),
    ).toEqual(['cache slow by 2 to 8 ms', 'database locked from 2 s to 4.5 s']);
    expect(cacheFaultName({ kind: 'bandwidth', bytes_per_second: 100_000 })).toBe(
      'cache behind a line of 100 kB/s',
    );
    expect(
      faultsInWords({ ...NO_FAULTS, cache: { kind: 'hung' }, cache_during: { from_ms: 500, to_ms: null } }),
    ).toEqual(['cache hung from 0.5 s on']);
  });

  it('say for each what it does and what one will see', () => {
    for (const offer of [...CACHE_FAULTS, ...DATABASE_FAULTS]) {
      expect(offer.does).toMatch(/\.$/);
      expect(offer.shows).toMatch(/\.$/);
    }
  });
});
