import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestsOf, TestHost } from '../../tests/host';
import { RECORDINGS, Shelf } from '../../tests/shelf';
import { Comparison, MOST } from './comparison.svelte';
import { Lab } from './lab.svelte';
import { Recordings } from './recordings.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers of the backend come when the test says so. */
class SlowHost extends TestHost {
  waiting: (() => void)[] = [];

  override async call<K extends Parameters<TestHost['call']>[0]>(name: K, ...request: unknown[]) {
    const answer = await super.call(name, ...request);
    if (name === 'compare' || name === 'open_recording') {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return answer;
  }
}

async function opened(host: TestHost = new TestHost()) {
  host.shelf = new Shelf(RECORDINGS);
  const lab = new Lab(host);
  await lab.open();
  const recordings = new Recordings(lab);
  await recordings.refresh();
  return { host, lab, recordings, comparison: new Comparison(lab, recordings) };
}

describe('what is picked', () => {
  it('is opened where it is one, compared where it is more', async () => {
    const { host, comparison } = await opened();
    comparison.toggle(6);
    await comparison.ask();
    expect(comparison.answer).toMatchObject({ kind: 'one', view: { about: { id: 6 } } });
    comparison.toggle(5);
    await comparison.ask();
    expect(comparison.answer).toMatchObject({ kind: 'many', view: { comparison: { baseline: 0 } } });
    comparison.chooseBaseline(5);
    await comparison.ask();
    expect(requestsOf(host, 'compare')).toEqual([
      { ids: [6, 5], baseline: 0 },
      { ids: [6, 5], baseline: 1 },
    ]);
    comparison.pick([]);
    await comparison.ask();
    expect(comparison.answer).toBeNull();
  });

  it('is asked once, until it changes', async () => {
    const { host, recordings, comparison } = await opened();
    comparison.pick([5, 6]);
    await comparison.ask();
    await comparison.ask();
    await recordings.refresh();
    await comparison.ask();
    expect(requestsOf(host, 'compare')).toHaveLength(1);
    // A new name stands in sentences and charts.
    await recordings.change(6, { name: 'renamed' });
    await comparison.ask();
    expect(requestsOf(host, 'compare')).toHaveLength(2);
  });

  it('is no longer what was deleted, nor is the baseline', async () => {
    const { recordings, comparison } = await opened();
    comparison.pick([5, 6, 7]);
    expect(comparison.baselineId).toBe(5);
    await recordings.delete(5);
    expect(comparison.picked.map(({ id }) => id)).toEqual([6, 7]);
    expect(comparison.baselineId).toBe(6);
    await recordings.undo();
    expect(comparison.baselineId).toBe(5);
  });

  it('is twelve at most', async () => {
    const { comparison } = await opened();
    comparison.pick(Array.from({ length: 20 }, (_, id) => id));
    expect(Array.from({ length: 20 }, (_, id) => id).filter((id) => comparison.has(id))).toHaveLength(MOST);
  });
});

describe('an answer', () => {
  it('that is older never takes the place of a newer one', async () => {
    const host = new SlowHost();
    const { comparison } = await opened(host);
    comparison.pick([5, 6]);
    const first = comparison.ask();
    comparison.pick([3]);
    const second = comparison.ask();
    await vi.advanceTimersByTimeAsync(0);
    const [answerFirst, answerSecond] = host.waiting;
    answerSecond?.();
    await second;
    expect(comparison.answer).toMatchObject({ kind: 'one', view: { about: { id: 3 } } });
    answerFirst?.();
    await first;
    expect(comparison.answer).toMatchObject({ kind: 'one', view: { about: { id: 3 } } });
    expect(comparison.pending).toBe(false);
  });

  it('that takes more than a second is said to be awaited', async () => {
    const host = new SlowHost();
    const { comparison } = await opened(host);
    comparison.pick([5, 6]);
    const asked = comparison.ask();
    await vi.advanceTimersByTimeAsync(900);
    expect([comparison.pending, comparison.slow]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(200);
    expect(comparison.slow).toBe(true);
    host.waiting[0]?.();
    await asked;
    expect([comparison.pending, comparison.slow]).toEqual([false, false]);
  });

  it('that cannot be had is asked for again', async () => {
    const { host, comparison } = await opened();
    comparison.pick([5, 6]);
    host.fail('failed', 'The store is locked by another program. Nothing was changed.');
    await comparison.ask();
    expect(comparison.problem).toMatch(/^The store is locked/);
    await comparison.ask();
    expect([comparison.problem, comparison.answer?.kind]).toEqual([null, 'many']);
  });

  it('is what is saved, even where something else has been picked since', async () => {
    const { host, lab, comparison } = await opened();
    comparison.pick([5, 6]);
    await comparison.ask();
    comparison.pick([7]);
    await comparison.save('html');
    await comparison.saveChart('Hit ratio over time', 'png');
    expect(requestsOf(host, 'save_comparison')).toEqual([
      { compared: { ids: [5, 6], baseline: 0 }, format: 'html' },
    ]);
    expect(requestsOf(host, 'save_chart')).toMatchObject([
      { ids: [5, 6], title: 'Hit ratio over time', format: 'png' },
    ]);
    expect(lab.messages.map(({ text }) => text)).toEqual(['Saved to /home/ada/report.html']);
  });
});
