// The split Stage as somebody in front of the window meets it. How it looks, tests/browser looks at.

import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../../tests/app';
import type { ManualFrames } from '../../../tests/frames';
import { SETTINGS } from '../../../tests/host';

afterEach(cleanup);

async function pass(frames: ManualFrames, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20) {
    frames.pass(20, 20);
    await new Promise((answered) => setTimeout(answered));
  }
  await tick();
}

async function split(perSecond = 200) {
  const rate = { kind: 'steady', per_second: perSecond } as const;
  const pace = { kind: 'open', rate, spacing: 'constant' } as const;
  const opened = await openApp({}, { workload: { ...SETTINGS.workload, pace } });
  await opened.user.keyboard('s');
  await screen.findByRole('region', { name: 'Side B' });
  const { second } = opened.host;
  if (!second) throw new Error('There is no side B.');
  return { ...opened, second };
}

const side = (name: 'A' | 'B') => within(screen.getByRole('region', { name: `Side ${name}` }));
const path = (name: 'A' | 'B') => side(name).getByTestId('flow-diagram').dataset.path;
const score = () =>
  within(screen.getByTestId('score'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent.trim()).join(' '));

describe('S', () => {
  it('splits the Stage, with one thing other on side B, and makes it one again', async () => {
    const { host, user, second } = await split();
    expect(requestsOf(host, 'open_split')).toEqual([{ ...SETTINGS.conditions, pattern: 'no_cache' }]);
    expect(side('A').getByRole('list', { name: 'Conditions of side A' }).textContent).toContain('bundled');
    expect(side('B').getByRole('list', { name: 'Conditions of side B' }).textContent).toContain('No cache');
    expect(second.calls.map(([name]) => name)).toContain('settings');
    await user.click(screen.getByRole('button', { name: /^Close S/ }));
    expect(screen.queryByRole('region', { name: 'Side B' })).toBeNull();
    expect(screen.getByRole('region', { name: 'The flow' })).toBeTruthy();
  });

  it('waits for the catalogue, and says why the Stage was not split', async () => {
    const { host, user } = await openApp();
    host.fail('invalid', 'Traffic is being sent. Stop it first.');
    await user.keyboard('s');
    expect(screen.getByRole('alert').textContent).toContain('Stop it first');
    expect(screen.queryByRole('region', { name: 'Side B' })).toBeNull();
    host.tell({ event: 'status', value: { ...host.status, catalogue: { state: 'opening' } } });
    await user.keyboard('s');
    expect(requestsOf(host, 'open_split')).toHaveLength(1);
  });

  it('gives side B what it had the last time', async () => {
    const { host, user, second } = await split();
    await second.call('change_settings', {
      ...second.settings,
      conditions: { ...second.settings.conditions, ttl_ms: 500 },
    });
    await user.click(screen.getByRole('button', { name: 'B is…' }));
    await user.click(await screen.findByText('B is A with single-flight'));
    await user.keyboard('s');
    await user.keyboard('s');
    const [, again] = requestsOf(host, 'open_split');
    expect(again).toMatchObject({ pattern: 'cache_aside', protections: { single_flight: true } });
  });
});

describe('a request', () => {
  it('goes to both sides, which both light up, and what is between them is said', async () => {
    const { host, user, second } = await split();
    await user.keyboard('  ');
    await waitFor(() => expect(requestsOf(second, 'send')).toHaveLength(2));
    expect(requestsOf(second, 'send')).toEqual(requestsOf(host, 'send'));
    await waitFor(() => expect([path('A'), path('B')]).toEqual(['hit', 'bypass']));
    expect(score()[0]).toMatch(/^hit .* request #2 B \d+× slower database /);
  });

  it('goes to each side first by turns', async () => {
    const { host, user, second } = await split();
    const order: string[] = [];
    for (const [name, backend] of [
      ['A', host],
      ['B', second],
    ] as const) {
      const call = backend.call.bind(backend);
      backend.call = (command, ...request) => {
        if (command === 'send') order.push(name);
        return call(command, ...request);
      };
    }
    await user.keyboard(' ');
    await waitFor(() => expect(order).toEqual(['A', 'B']));
    await user.keyboard(' ');
    await waitFor(() => expect(order).toEqual(['A', 'B', 'B', 'A']));
  });

  it('is written, cleared and cut off on both sides alike', async () => {
    const { host, user, second } = await split();
    await user.keyboard('w');
    await waitFor(() => expect(requestsOf(second, 'write')).toEqual(requestsOf(host, 'write')));
    await user.keyboard('x');
    await waitFor(() => expect(requestsOf(second, 'clear_cache')).toHaveLength(1));
    await user.keyboard('k');
    await waitFor(() => expect(requestsOf(second, 'stop_engine')).toHaveLength(1));
    expect(requestsOf(host, 'stop_engine')).toHaveLength(1);
  });

  it('asks the same on both sides when another query is chosen', async () => {
    const { user, second } = await split();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Query' }), 'lookup · one row');
    await waitFor(() => expect(second.settings.conditions.query).toBe('lookup'));
    expect(second.settings.conditions.pattern).toBe('no_cache');
  });
});

describe('traffic', () => {
  it('is one for both, and its numbers stand against each other while it runs', async () => {
    const { host, user, frames, second } = await split(2_000);
    await user.keyboard('t');
    expect(requestsOf(host, 'start_traffic')).toHaveLength(1);
    expect(requestsOf(second, 'start_traffic')).toEqual([]);
    await pass(frames, 3_000);
    expect(score()[0]).toMatch(/p50 B \d+× slower/);
    expect(score()[1]).toMatch(/p99 B [\d.]+× slower/);
    expect(score()[3]).toMatch(/database queries B asks [\d.]+× as often/);
    expect(side('B').getByRole('list', { name: 'Traffic now' }).textContent).toMatch(/Sent/);
    await user.keyboard('t');
    await pass(frames, 100);
    expect(screen.getByRole('region', { name: 'How the run ended' }).textContent).toMatch(
      /Both sides: The run was stopped/,
    );
  });

  it('is recorded on both sides by one press, and offered as a comparison', async () => {
    const { host, user, frames } = await split(2_000);
    await user.keyboard('o');
    await pass(frames, 1_200);
    await user.keyboard('o');
    const offer = await screen.findByRole('button', { name: 'Open the comparison' });
    expect(screen.getByText('Kept as “Split: bundled, no cache”.')).toBeTruthy();
    await user.click(offer);
    await waitFor(() => expect(requestsOf(host, 'compare')).toHaveLength(1));
    const [{ ids, baseline }] = requestsOf(host, 'compare') as [{ ids: number[]; baseline: number }];
    expect(ids.map((id) => host.shelf.get(id).name)).toEqual(['A: bundled', 'B: no cache']);
    expect(baseline).toBe(0);
  });
});

describe('the conditions of each side', () => {
  it('change at one press of a menu', async () => {
    const { user, second, host } = await split();
    await user.click(screen.getByRole('button', { name: 'B is…' }));
    await user.click(await screen.findByText('B is A on mini-redis'));
    expect(second.settings.conditions).toMatchObject({
      pattern: 'cache_aside',
      engine: { kind: 'mini_redis', nodelay: true },
    });
    expect(host.settings.conditions.engine.kind).toBe('bundled');
    await user.click(screen.getByRole('button', { name: 'A is…' }));
    await user.click(await screen.findByText('A and B change places'));
    await waitFor(() => expect(host.settings.conditions.engine.kind).toBe('mini_redis'));
    await waitFor(() => expect(second.settings.conditions.engine.kind).toBe('bundled'));
  });
});
