import { expect, it } from 'vitest';
import { PLACES, Standing, type Place } from './standing.svelte';

it('shows the first everywhere at once', () => {
  const standing = new Standing<number>();
  expect(standing.at('flow')).toBeNull();
  standing.give(1);
  expect(PLACES.map((place) => standing.at(place))).toEqual(PLACES.map(() => 1));
});

it('renews one place a turn', () => {
  const standing = new Standing<number>();
  standing.give(1);
  standing.give(2);
  for (const [turn, place] of PLACES.entries()) {
    expect(standing.at(place)).toBe(1);
    standing.renew();
    expect(standing.at(place)).toBe(2);
    expect(PLACES.filter((each) => standing.at(each) === 2)).toHaveLength(turn + 1);
  }
  // Nobody waits any more.
  standing.renew();
  expect(standing.at('flow')).toBe(2);
});

it('lets nobody wait for ever, however often there is something newer', () => {
  const standing = new Standing<number>();
  standing.give(0);
  const seen = new Set<Place>();
  for (let newest = 1; newest <= PLACES.length; newest += 1) {
    standing.give(newest);
    standing.renew();
    for (const place of PLACES) if (standing.at(place) === newest) seen.add(place);
  }
  expect([...seen]).toEqual(PLACES);
});

it('shows the newest everywhere where nothing more will come', () => {
  const standing = new Standing<number>();
  standing.give(1);
  standing.give(2);
  standing.renew();
  standing.give(3);
  standing.settle();
  expect(PLACES.map((place) => standing.at(place))).toEqual(PLACES.map(() => 3));
  standing.give(null);
  standing.settle();
  expect(standing.at('line')).toBeNull();
});

it('gives the turn of a place that would look the same to the next', () => {
  const standing = new Standing<{ shown: number }>({ flow: (one, other) => one.shown === other.shown });
  const [first, same, other] = [{ shown: 1 }, { shown: 1 }, { shown: 2 }];
  standing.give(first);
  standing.give(same);
  standing.renew();
  expect([standing.at('flow'), standing.at('medians')]).toEqual([first, same]);
  standing.settle();
  standing.give(other);
  standing.renew();
  expect(standing.at('flow')).toBe(other);
});
