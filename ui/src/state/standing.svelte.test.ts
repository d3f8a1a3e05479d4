import { expect, it } from 'vitest';
import { Standing, type Place } from './standing.svelte';

const REST: Place[] = ['chips', 'percentiles', 'curve', 'steps', 'seconds'];

it('shows the first everywhere at once', () => {
  const standing = new Standing<number>();
  expect(standing.at('flow')).toBeNull();
  standing.give(1);
  expect([...REST, 'flow', 'line'].map((place) => standing.at(place as Place))).toEqual(Array(7).fill(1));
});

it('renews one place a turn, and others when they have theirs', () => {
  const standing = new Standing<number>();
  standing.give(1);
  standing.give(2);
  for (const [turn, place] of REST.entries()) {
    expect(standing.at(place)).toBe(1);
    standing.renew('rest');
    expect(standing.at(place)).toBe(2);
    expect(REST.filter((each) => standing.at(each) === 2)).toHaveLength(turn + 1);
  }
  expect(standing.at('line')).toBe(1);
  standing.renew('foot');
  expect(standing.at('line')).toBe(2);
  // Nobody waits any more.
  standing.renew('rest');
  expect(standing.at('flow')).toBe(1);
});

it('lets nobody wait for ever, however often there is something newer', () => {
  const standing = new Standing<number>();
  standing.give(0);
  const seen = new Set<Place>();
  for (let newest = 1; newest <= REST.length; newest += 1) {
    standing.give(newest);
    standing.renew('rest');
    for (const place of REST) if (standing.at(place) === newest) seen.add(place);
  }
  expect([...seen]).toEqual(REST);
});

it('shows the newest everywhere where nothing more will come', () => {
  const standing = new Standing<number>();
  standing.give(1);
  standing.give(2);
  standing.renew('rest');
  standing.give(3);
  standing.settle();
  expect(REST.map((place) => standing.at(place))).toEqual(REST.map(() => 3));
  standing.give(null);
  standing.settle();
  expect(standing.at('line')).toBeNull();
});

it('gives the turn of a place that would look the same to the next', () => {
  const standing = new Standing<{ shown: number }>({ chips: (one, other) => one.shown === other.shown });
  const [first, same, other] = [{ shown: 1 }, { shown: 1 }, { shown: 2 }];
  standing.give(first);
  standing.give(same);
  standing.renew('rest');
  expect([standing.at('chips'), standing.at('percentiles')]).toEqual([first, same]);
  standing.settle();
  standing.give(other);
  standing.renew('rest');
  expect(standing.at('chips')).toBe(other);
});
