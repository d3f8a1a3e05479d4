import { expect, it } from 'vitest';
import { traces } from '../../tests/traces';
import { layout } from './layout';
import { routeOf } from './route';
import { journeyOf, tokenAt } from './token';
import { cornerAt, placeOn, timeOnScreen, trackOf } from './track';

const { hit, miss, bypass, databaseDown, slowed, written } = traces;
const read = layout('read');

it.each(Object.entries({ hit, miss, bypass, databaseDown, slowed }))(
  'is where the token of %s is at every time',
  (_, detail) => {
    const { trace } = detail;
    const track = trackOf(read, trace);
    if (!track) throw new Error('there is no track');
    const legs = journeyOf(read, routeOf(detail), trace);
    const place = { x: 0, y: 0 };
    let corner = 0;
    for (let share = 0; share <= 1; share += 1 / 512) {
      corner = cornerAt(track, share, corner);
      placeOn(track, corner, share, place);
      const token = tokenAt(legs, share * trace.total_ns);
      const apart = Math.hypot(place.x - (token?.x ?? 0), place.y - (token?.y ?? 0));
      expect(apart, `at ${share}`).toBeLessThan(0.5);
    }
  },
);

it('knows which chart a request goes over', () => {
  expect(trackOf(read, written.trace)).toBeNull();
  expect(trackOf(layout('write'), written.trace)).not.toBeNull();
  expect(trackOf(layout('write'), hit.trace)).toBeNull();
});

it('takes as much longer for each power of ten', () => {
  expect([1e4, 1e5, 1e6, 1e7].map((ns) => Math.round(timeOnScreen(ns)))).toEqual([400, 800, 1_200, 1_600]);
  expect(timeOnScreen(0)).toBe(250);
  expect(timeOnScreen(1e15)).toBe(4_000);
});
