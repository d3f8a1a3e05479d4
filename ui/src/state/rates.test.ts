import { expect, it } from 'vitest';
import type { Counts } from '../bindings/api';
import { endedOf, othersOf, Rates } from './rates';

const NONE = {
  sent: 0,
  hits: 0,
  misses: 0,
  stale: 0,
  coalesced: 0,
  bypasses: 0,
  written: 0,
  shed: 0,
  errors: 0,
  reloads: 0,
};
const counts = (some: Partial<Counts>): Counts => ({ ...NONE, ...some });

it('are nothing until there are two readings', () => {
  const rates = new Rates();
  expect(rates.sent).toBe(0);
  rates.read(0, counts({ sent: 100 }), 0);
  expect(rates.sent).toBe(0);
});

it('are taken over the last second alone', () => {
  const rates = new Rates();
  for (let quarter = 0; quarter <= 8; quarter += 1) {
    // 100 a second at first, 400 a second from the second second on.
    const sent = quarter <= 4 ? 25 * quarter : 100 + 100 * (quarter - 4);
    rates.read(quarter * 250e6, counts({ sent, hits: sent }), sent / 2);
  }
  expect(rates.sent).toBe(400);
  expect(rates.drawn).toBe(200);
  expect(rates.byOutcome).toMatchObject({ hit: 400, miss: 0 });
});

it('count as ended what went any way', () => {
  const some = counts({ sent: 12, hits: 5, misses: 3, written: 1, errors: 1, shed: 1 });
  expect(endedOf(some)).toBe(11);
  expect(othersOf(some)).toBe(3);
});
