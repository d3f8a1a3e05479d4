import { expect, it } from 'vitest';
import { flowsOf, formatRate, formatShortRate, mediansOf, widthOf } from './traffic';

const perSecond = { hit: 900, miss: 90, written: 10, error: 5 };

it('adds up what goes along a line', () => {
  const flows = flowsOf(perSecond);
  expect(flows['client-server']).toBe(1005);
  expect(flows['server-check']).toBe(990);
  expect(flows['check-hit']).toBe(900);
  expect(flows['fetch-store']).toBe(90);
  expect(flows['check-fetch']).toBeUndefined();
  expect(flows['server-update']).toBe(10);
});

it('has few widths, each power of ten wider than the last', () => {
  expect([0, 0.1, 5, 50, 500, 5_000, 50_000, 5e6].map(widthOf)).toEqual([1.5, 2.5, 3.5, 5, 6.5, 8, 8, 8]);
  // A steady rate that wavers a little keeps its width.
  for (const rate of [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]) {
    expect(widthOf(rate * 0.9), `${rate}`).toBe(widthOf(rate * 1.1));
  }
});

it('says a rate shortly', () => {
  expect([0.5, 9.96, 18_204.4].map(formatRate)).toEqual(['0.5/s', '10/s', '18,204/s']);
  expect([0.5, 9_999, 18_204.4].map(formatShortRate)).toEqual(['0.5/s', '9,999/s', '18.2k/s']);
});

it('takes the medians that are known', () => {
  const rest = { count: 100, mean_ns: 1, p90_ns: null, p99_ns: null, p999_ns: null, max_ns: 1 };
  const injected = { steps: 0, ns: 0 };
  const steps = [
    { kind: 'cache_get', duration: { ...rest, p50_ns: 48_100 }, failed: 0, injected },
    { kind: 'db_query', duration: { ...rest, p50_ns: null }, failed: 0, injected },
  ] as const;
  expect(mediansOf([...steps])).toEqual({ cache_get: 48_100 });
});
