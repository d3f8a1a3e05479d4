import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { STATUS } from '../../tests/host';
import { refreshed, reloadOf, stale, traces, writtenBehind } from '../../tests/traces';
import type { Conditions, EngineState, TraceDetail } from '../bindings/api';
import { NO_FAULTS } from '../state/faults';
import { Playback } from '../state/playback.svelte';
import { Turns } from '../state/turns';
import FlowDiagram from './FlowDiagram.svelte';
import type { DiagramTraffic } from './traffic';
import { NO_PROTECTIONS } from '../state/conditions';

afterEach(cleanup);

const conditions: Conditions = {
  engine: { kind: 'bundled', placement: 'flow_runtime' },
  query: 'page',
  ttl_ms: 60_000,
  pattern: 'cache_aside',
  protections: NO_PROTECTIONS,
  memory: { max_bytes: 0, policy: 'allkeys-lru' },
  faults: NO_FAULTS,
  background: { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 500, queue_limit: 1_000 },
  database: { kind: 'sqlite' },
};
const IDLE = STATUS.background;
const running: EngineState = { state: 'running', address: '127.0.0.1:46379' };

function show(detail: TraceDetail | null, engine: EngineState = running) {
  const playback = new Playback({ reducedMotion: true });
  const props = {
    detail,
    stepMedians: { cache_get: 47_100, db_query: 2_190_000 },
    hitMedian: 58_400,
    missMedian: 2_310_000,
    engine,
    conditions,
    pending: false,
    playback,
  };
  return { playback, ...render(FlowDiagram, props), props };
}

it('does not claim that a cache which is left out could not be reached', async () => {
  const stopped: EngineState = { state: 'stopped', address: '127.0.0.1:46379' };
  const { rerender, props } = show(traces.withoutCache, stopped);
  await rerender({ ...props, conditions: { ...conditions, pattern: 'no_cache' } });
  expect(document.querySelector('.offline')).toBeNull();
  expect(screen.getByTestId('engine-link').textContent).toContain('no cache: it is not asked');
  expect(lit()).toEqual(['client', 'server', 'fetch', 'send']);
});

it('tells the pattern’s own way of a write', async () => {
  const { rerender, props } = show(traces.writtenWithoutCache);
  await rerender({ ...props, detail: { ...traces.writtenWithoutCache, pattern: 'write_around' } });
  expect(screen.getByTestId('node-delete').textContent).toContain('Redis is not told');
  expect(lit()).toEqual(['client', 'server', 'update', 'send']);

  await rerender({ ...props, detail: { ...traces.writtenWithoutCache, pattern: 'write_through' } });
  expect(screen.getByTestId('node-store').textContent).toContain('Store the new answer in Redis');
});

it('shows a request on the chart of the pattern it went by, whatever the pattern is now', async () => {
  const { rerender, props } = show(traces.written);
  await rerender({ ...props, conditions: { ...conditions, pattern: 'write_through' } });
  expect(screen.queryByTestId('node-store')).toBeNull();
  expect(lit()).toEqual(['client', 'server', 'update', 'delete', 'send']);

  await rerender({
    ...props,
    detail: null,
    conditions: { ...conditions, pattern: 'stale_while_revalidate' },
  });
  expect(screen.getByTestId('node-stale').textContent).toContain('past its TTL');
});

it('shows beside the path what was left to the background, and its times when it has ended', async () => {
  const { rerender, props } = show(stale);
  const fetch = () => screen.getByTestId('node-fetch');
  expect(lit()).toEqual(['client', 'server', 'check', 'return', 'fast', 'send', 'stale']);
  expect(fetch().getAttribute('data-behind')).toBe('true');
  expect(screen.getByTestId('edge-stale-fetch').getAttribute('data-behind')).toBe('true');
  expect(fetch().textContent).not.toContain('in the background');

  await rerender({ ...props, background: { ...IDLE, last_reload: reloadOf(stale) } });
  expect(fetch().textContent).toContain('2.18 ms');
  expect(fetch().textContent).toContain('in the background');

  await rerender({ ...props, background: { ...IDLE, last_reload: reloadOf(refreshed) } });
  expect(fetch().textContent).not.toContain('in the background');
});

it('tells how many writes a crash would lose', async () => {
  const { rerender, props } = show(writtenBehind);
  const batch = () => screen.getByTestId('node-batch').textContent;
  expect(batch()).not.toContain('crash');
  await rerender({ ...props, background: { ...IDLE, waiting: 12 } });
  expect(batch()).toContain('12 writes not in it yet: a crash loses them');
});

const lit = () =>
  [...document.querySelectorAll('[data-testid^="node-"][data-lit="true"]')].map((node) =>
    node.getAttribute('data-testid')?.replace('node-', ''),
  );
const path = () => screen.getByTestId('flow-diagram').getAttribute('data-path');
const textOf = (id: string) => screen.getByTestId(`node-${id}`).textContent;

describe('the chart', () => {
  it('has the words of the sketch before anything was sent, and nothing lit', () => {
    show(null);
    expect(path()).toBe('none');
    expect(lit()).toEqual([]);
    for (const words of [
      'Client (User)',
      'Check if requested data exists in Redis',
      'Cache Hit',
      'Cache Miss',
      'Return cached response',
      'Fast response',
      'Fetch data from',
      'Store data in Redis',
      'Send Response to Client (User)',
    ]) {
      expect(screen.getByText(words)).toBeTruthy();
    }
  });

  it('lights the left side for a hit, with its times and medians', () => {
    show(traces.hit);
    expect(path()).toBe('hit');
    expect(lit().sort()).toEqual(['check', 'client', 'fast', 'hit', 'return', 'send', 'server']);
    expect(textOf('check')).toContain('48.2 µs');
    expect(textOf('check')).toContain('median 47.1 µs');
    expect(textOf('client')).toContain('median hit 58.4 µs');
    expect(textOf('fetch')).toContain('2.19 ms');
  });

  it('lights the right side for a miss', () => {
    show(traces.miss);
    expect(path()).toBe('miss');
    expect(lit()).toContain('store');
    expect(lit()).not.toContain('hit');
    expect(screen.getByText(/^encode 9\.81 µs$/)).toBeTruthy();
  });

  it('says why the cache was bypassed and goes past hit and miss', () => {
    show(traces.bypass, { state: 'stopped', address: '127.0.0.1:46379' });
    expect(path()).toBe('bypass');
    expect(textOf('check')).toContain('nothing listens at');
    expect(screen.getByTestId('edge-check-fetch').getAttribute('data-lit')).toBe('true');
    expect(screen.getByTestId('engine-link').getAttribute('data-state')).toBe('stopped');
    expect(textOf('check')).toContain('stopped: bundled');
  });

  it('becomes the chart of a write for a write', () => {
    show(traces.written);
    expect(path()).toBe('written');
    expect(lit().sort()).toEqual(['client', 'delete', 'send', 'server', 'update']);
    expect(screen.queryByTestId('node-check')).toBeNull();
  });

  it('calls injected time injected', () => {
    show(traces.slowed);
    expect(textOf('fetch')).toContain('200 ms injected');
  });

  it('is described in full sentences', () => {
    show(traces.hit);
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
      'Request 1,204, reading product 42, was a cache hit. It took 61.2 µs: cache_get 48.2 µs, decode 4.10 µs, ' +
        'respond 2.01 µs, between the steps 6.88 µs.',
    );
  });

  it('keeps the way of the last request until the next one', async () => {
    const { rerender, props } = show(traces.hit);
    await rerender({ ...props, pending: true });
    expect(path()).toBe('hit');
    await rerender({ ...props, detail: traces.miss });
    expect(path()).toBe('miss');
  });
});

describe('the playback', () => {
  it('is given each request that is shown', () => {
    const { playback } = show(traces.miss);
    expect(playback.detail).toBe(traces.miss);
  });

  it('marks the node whose step is under way', async () => {
    const { playback } = show(traces.miss);
    playback.seek(1_000_000);
    await tick();
    expect(screen.getByTestId('node-fetch').getAttribute('data-current')).toBe('true');
    expect(screen.getByTestId('node-check').getAttribute('data-current')).toBe('false');
  });

  it('moves the token by its transform and touches nothing else of the chart', async () => {
    const { playback, container } = show(traces.miss);
    playback.reducedMotion = false;
    playback.seek(1_000_000);
    await tick();

    const touched: MutationRecord[] = [];
    const observer = new MutationObserver((records) => touched.push(...records));
    observer.observe(container, { attributes: true, childList: true, characterData: true, subtree: true });
    playback.seek(1_500_000);
    await tick();
    touched.push(...observer.takeRecords());
    observer.disconnect();

    expect(touched.map((record) => record.attributeName)).toEqual(['style']);
    expect(touched[0]?.target).toBe(screen.getByTestId('token'));
  });
});

describe('under traffic', () => {
  const traffic: DiagramTraffic = {
    perSecond: { hit: 1_859, miss: 141.2 },
    inside: { cache_get: 1, cache_lock: 0, wait: 0, db_query: 37, cache_set: 0, cache_del: 0, db_write: 0 },
    waiting: 3,
    drain: () => [],
    turns: new Turns(),
  };

  it('says how many requests a second go which way', async () => {
    const { rerender, props } = show(null);
    await rerender({ ...props, traffic });
    expect(screen.getByTestId('rate-client-server').textContent).toBe('2,000/s');
    expect(screen.getByTestId('rate-check-hit').textContent).toBe('1,859/s');
    expect(screen.getByTestId('rate-check-miss').textContent).toBe('141/s');
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
      'Traffic: hit 1,859/s, miss 141/s. 3 wait for a free client, 1 are asking the cache and 37 the database.',
    );
    await rerender({ ...props, traffic: null });
    expect(screen.queryByTestId('rate-check-hit')).toBeNull();
  });

  it('draws a pip for each that waits, as far as there is room', async () => {
    const { rerender, props } = show(null);
    await rerender({ ...props, traffic });
    const queues = screen.getAllByTestId('queue');
    expect(queues.map((queue) => queue.querySelectorAll('rect').length)).toEqual([3, 10]);
    expect(queues[1]?.textContent).toBe('+27');
  });

  it('has the medians of the traffic at its nodes', async () => {
    const { rerender, props } = show(null);
    await rerender({ ...props, traffic, stepMedians: { cache_get: 48_100 } });
    expect(textOf('check')).toContain('48.1 µs');
    expect(textOf('fetch')).not.toContain('median');
  });

  it('keeps what was said of a single request', async () => {
    const { rerender, props } = show(traces.hit);
    await rerender({ ...props, traffic });
    expect(path()).toBe('hit');
    expect(textOf('check')).toContain('48.2 µs');
  });

  it('has particles only where things may travel', async () => {
    const { rerender, props, playback } = show(null);
    await rerender({ ...props, traffic });
    expect(screen.queryByTestId('particles')).toBeNull();
    expect(screen.getByText('Squares: requests that wait there.')).toBeTruthy();
    playback.reducedMotion = false;
    await tick();
    expect(screen.getByTestId('particles')).toBeTruthy();
    expect(screen.getByText(/a sample of real requests; longer is slower/)).toBeTruthy();
  });

  it('goes over the chart of writes where nothing reads', async () => {
    const { rerender, props } = show(null);
    await rerender({ ...props, traffic: { ...traffic, perSecond: { written: 50 } } });
    expect(screen.getByTestId('node-update')).toBeTruthy();
    expect(screen.getByTestId('rate-server-update').textContent).toBe('50/s');
  });
});
