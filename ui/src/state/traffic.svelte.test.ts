import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { ManualFrames } from '../../tests/frames';
import { TestHost } from '../../tests/host';
import { AllPoints } from '../../tests/points';
import { traces } from '../../tests/traces';
import type { Trace } from '../bindings/api';
import { Lab } from './lab.svelte';
import { Traffic } from './traffic.svelte';

async function opened(quiet = false) {
  const host = new TestHost();
  host.settings = { ...host.settings, quiet };
  const lab = new Lab(host);
  await lab.open();
  const frames = new ManualFrames();
  host.clock = () => frames.nowMs;
  const points = new AllPoints();
  const traffic = new Traffic(lab, points, frames);
  // As the window does it.
  const follow = async () => {
    traffic.follow(traffic.state);
    await answered();
  };
  const start = async () => {
    await traffic.start();
    await follow();
  };
  const stop = async () => {
    await traffic.stop();
    await follow();
  };
  /** Lets time pass, and each question be answered before the next frame. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 20) {
      frames.pass(20, 20);
      await answered();
    }
  };
  return { host, frames, points, traffic, follow, start, stop, pass };
}

/** Until everything that was asked has been answered. */
async function answered(): Promise<void> {
  for (let turns = 0; turns < 12; turns += 1) await Promise.resolve();
}

const asked = (host: TestHost, command: string): number =>
  host.calls.filter(([name]) => name === command).length;

describe('while traffic is sent', () => {
  it('asks in every third frame for what is new and four times a second for the numbers', async () => {
    const { host, start, pass } = await opened();
    await start();
    await pass(1_000);
    expect(asked(host, 'frame')).toBe(16);
    expect(asked(host, 'summary')).toBeGreaterThanOrEqual(3);
    expect(asked(host, 'summary')).toBeLessThanOrEqual(5);
  });

  it('has never two questions under way', async () => {
    const { host, frames, start } = await opened();
    await start();
    // No answer comes between these frames.
    frames.pass(400, 20);
    expect(asked(host, 'frame')).toBe(1);
    await answered();
    frames.pass(60, 20);
    expect(asked(host, 'frame')).toBe(2);
  });

  it('shows every sample once, in the order in which they ended', async () => {
    const { points, start, pass } = await opened();
    await start();
    await pass(2_000);
    const ids = points.kept.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(300);
    expect(new Set(ids).size).toBe(ids.length);
    const ends = points.kept.map(({ ended_ns }) => ended_ns);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });

  it('changes what stands in words four times a second at most', async () => {
    const { traffic, start, pass } = await opened();
    await start();
    const readings = new Set<unknown>();
    for (let frame = 0; frame < 50; frame += 1) {
      await pass(20);
      readings.add(traffic.reading);
    }
    expect(readings.size).toBeLessThanOrEqual(6);
  });

  it('renews what stands in the window place by place, a few in each frame', async () => {
    const { traffic, start, pass } = await opened();
    await start();
    await pass(1_000);
    const places = ['flow', 'line', 'histogram', 'chips', 'percentiles', 'curve', 'steps'] as const;
    let before = places.map((place) => traffic.at(place));
    const renewed = new Set<string>();
    for (let frame = 0; frame < 60; frame += 1) {
      await pass(20);
      const now = places.map((place) => traffic.at(place));
      const changed = places.filter((_, index) => now[index] !== before[index]);
      expect(changed.length).toBeLessThanOrEqual(1);
      for (const place of changed) renewed.add(place);
      before = now;
    }
    expect([...renewed].sort()).toEqual([...places].sort());
  });

  it('says how many are sent a second, and which way they went', async () => {
    const { traffic, start, pass } = await opened();
    await start();
    await pass(3_000);
    expect(traffic.reading?.sentPerSecond).toBeGreaterThan(180);
    expect(traffic.reading?.sentPerSecond).toBeLessThan(220);
    const { hit = 0, miss = 0 } = traffic.reading?.perSecond ?? {};
    expect(hit + miss).toBeGreaterThan(170);
  });

  it('gives whole traces once, and keeps few of them while nobody fetches them', async () => {
    const { traffic, start, pass } = await opened();
    await start();
    await pass(4_000);
    const first = traffic.drain();
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThanOrEqual(64);
    expect(traffic.drain()).toEqual([]);
  });

  it('knows the time between two answers, and it never goes back', async () => {
    const { traffic, frames, start, pass } = await opened();
    await start();
    expect(traffic.now()).toBeNull();
    await pass(500);
    let before = traffic.now() ?? 0;
    for (let frame = 0; frame < 20; frame += 1) {
      frames.pass(16);
      const now = traffic.now() ?? 0;
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
      await answered();
    }
  });

  it('keeps the seconds that are over, each once', async () => {
    const { traffic, start, pass } = await opened();
    await start();
    await pass(4_600);
    expect(traffic.seconds.map(({ second }) => second)).toEqual([0, 1, 2, 3]);
  });
});

describe('a request sent by hand', () => {
  const clicked = (id: number, started_ns: number): Trace => ({ ...traces.hit.trace, id, started_ns });

  it('is a point too, at once where there is no traffic', async () => {
    const { points, traffic } = await opened();
    const before = traffic.revision;
    traffic.add(clicked(1, 1e9));
    expect(points.kept).toMatchObject([{ id: 1, outcome: 'hit', service_ns: traces.hit.trace.total_ns }]);
    expect(traffic.revision).toBeGreaterThan(before);
    expect(traffic.now()).toBe(1e9 + traces.hit.trace.total_ns);
  });

  it('takes its place among those of the traffic', async () => {
    const { points, traffic, start, pass } = await opened();
    await start();
    await pass(400);
    traffic.add(clicked(999_999, 60.41e9));
    await pass(400);
    const ends = points.kept.map(({ ended_ns }) => ended_ns);
    expect(points.kept.some(({ id }) => id === 999_999)).toBe(true);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });
});

describe('at its end', () => {
  it('asks for what is left, and then for nothing more', async () => {
    const { host, traffic, points, frames, start, stop, pass } = await opened();
    await start();
    await pass(1_000);
    await stop();
    await answered();
    expect(points.kept.at(-1)?.id).toBe(traffic.summary?.summary.counts.sent);
    expect(traffic.summary?.verdict).not.toBeNull();
    expect(traffic.live).toBe(false);
    for (const place of ['flow', 'line', 'steps', 'seconds'] as const) {
      expect(traffic.at(place)?.summary).toBe(traffic.summary);
    }
    const questions = host.calls.length;
    await pass(1_000);
    expect(host.calls.length).toBe(questions);
    expect(frames.idle).toBe(true);
  });

  it('says what it came to until that is dismissed', async () => {
    const { traffic, start, stop, pass } = await opened();
    await start();
    expect(traffic.announcement).toBe('Traffic began: 200 requests a second.');
    await pass(1_000);
    await stop();
    expect(traffic.ending?.messages[0]).toMatch(/^The run was stopped/);
    expect(traffic.announcement).toBe(traffic.ending?.messages[0]);
    traffic.dismiss();
    flushSync();
    expect(traffic.ending).toBeNull();
  });

  it('begins anew with the next run', async () => {
    const { points, traffic, start, stop, pass } = await opened();
    await start();
    await pass(1_000);
    await stop();
    await start();
    expect(points.kept).toEqual([]);
    expect(traffic.seconds).toEqual([]);
    await pass(500);
    expect(points.kept.length).toBeLessThan(150);
    expect(traffic.run).toBe(2);
  });
});

describe('while it is paused', () => {
  it('stands still, and shows afterwards what came meanwhile', async () => {
    const { points, traffic, start, pass } = await opened();
    await start();
    await pass(1_000);
    traffic.pause();
    // All that stands there is of one moment.
    expect(traffic.at('steps')).toBe(traffic.at('line'));
    const { length } = points.kept;
    const [now, reading, summary] = [traffic.now(), traffic.reading, traffic.summary];
    await pass(1_000);
    expect(points.kept.length).toBe(length);
    expect([traffic.now(), traffic.reading, traffic.summary]).toEqual([now, reading, summary]);
    traffic.goOn();
    expect(points.kept.length).toBeGreaterThan(length + 100);
  });
});

describe('measured quietly', () => {
  it('asks for nothing until it ends, then for everything', async () => {
    const { host, points, traffic, start, stop, pass } = await opened(true);
    await start();
    await pass(2_000);
    expect(traffic.measuringQuietly).toBe(true);
    expect(asked(host, 'frame') + asked(host, 'summary')).toBe(0);
    await stop();
    expect(points.kept.length).toBeGreaterThan(0);
    expect(traffic.summary?.summary.seconds.length).toBeGreaterThan(0);
    expect(traffic.measuringQuietly).toBe(false);
  });
});

describe('what will be sent', () => {
  it('is kept; what the laboratory refuses stays in the form, with the reason', async () => {
    const { host, traffic } = await opened();
    const { workload } = traffic;
    if (!workload) throw new Error('there is no workload');
    host.fail('invalid', 'There can be 1 to 10,000 clients.');
    await traffic.change({ ...workload, clients: 0 });
    expect(traffic.problem).toBe('There can be 1 to 10,000 clients.');
    expect(traffic.workload?.clients).toBe(0);
    await traffic.change({ ...workload, clients: 8 });
    expect(traffic.problem).toBeNull();
    expect(host.settings.workload.clients).toBe(8);
  });
});

describe('requests from outside', () => {
  it('are shown as traffic is, though none is sent', async () => {
    const { host, points, traffic, follow, pass } = await opened();
    host.visit(400);
    await follow();
    expect([traffic.on, traffic.visited, traffic.live]).toEqual([false, true, true]);
    expect(traffic.announcement).toBe('Requests come in through the HTTP front door.');
    await pass(1_000);
    expect(points.kept.length).toBeGreaterThan(100);
    expect(traffic.reading?.sentPerSecond).toBeGreaterThan(300);
  });

  it('take the Stage from a run that has ended, and how it ended still stands until it is dismissed', async () => {
    const { host, traffic, follow, start, stop } = await opened();
    await start();
    await stop();
    const ended = traffic.ending?.messages[0];
    expect(ended).toMatch(/^The run was stopped/);
    host.visit(400);
    await follow();
    expect([traffic.visited, traffic.ending?.messages[0]]).toEqual([true, ended]);
    traffic.dismiss();
    expect(traffic.ending).toBeNull();
    host.fallQuiet();
    await follow();
    expect(traffic.ending).toBeNull();
  });

  it('leave what they were when they end, and nothing more is asked', async () => {
    const { host, traffic, follow, pass } = await opened();
    host.visit(400);
    await follow();
    await pass(1_000);
    host.fallQuiet();
    await follow();
    expect(traffic.live).toBe(false);
    const before = asked(host, 'frame');
    await pass(500);
    expect(asked(host, 'frame')).toBe(before);
    expect(traffic.summary?.summary.counts.sent).toBeGreaterThan(300);
    expect(traffic.ending).toBeNull();
  });

  it('tell of one that came alone by its number, and of several by none', async () => {
    const { host, traffic, follow, pass } = await opened();
    const met: (number | null)[] = [];
    traffic.onguest = (id) => met.push(id);
    host.visit(1);
    await follow();
    await pass(3_000);
    expect(met.length).toBeGreaterThan(1);
    expect(met[0]).not.toBeNull();
    met.length = 0;
    host.visit(500);
    await follow();
    await pass(500);
    expect(met.length).toBeGreaterThan(1);
    expect(met.every((id) => id === null)).toBe(true);
  });
});
