import { expect, it } from 'vitest';
import { Scrub } from './scrub.svelte';

it('begins at the newest and stops at both ends', async () => {
  const fetched: number[] = [];
  const scrub = new Scrub([11, 12, 15], async (id) => void fetched.push(id));
  expect(scrub.id).toBe(15);
  await scrub.step(1);
  await scrub.step(-1);
  await scrub.step(-7);
  expect(scrub.index).toBe(0);
  expect(fetched).toEqual([15, 12, 11]);
});

it('fetches one at a time, and of several places asked for meanwhile the last', async () => {
  const fetched: number[] = [];
  let answer: () => void = () => undefined;
  const scrub = new Scrub([1, 2, 3, 4, 5], (id) => {
    fetched.push(id);
    return new Promise((resolve) => (answer = resolve));
  });
  const moved = scrub.move(0);
  for (const place of [1, 2, 3]) void scrub.move(place);
  expect(fetched).toEqual([1]);
  answer();
  await Promise.resolve();
  await Promise.resolve();
  expect(fetched).toEqual([1, 4]);
  answer();
  await moved;
});

it('stands where somebody else has found a trace', async () => {
  const fetched: number[] = [];
  const scrub = new Scrub([11, 12, 15], async (id) => void fetched.push(id));
  scrub.settle(12);
  expect(scrub.index).toBe(1);
  scrub.settle(99);
  expect(scrub.index).toBe(1);
  expect(fetched).toEqual([]);
});
