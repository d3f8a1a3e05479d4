// The drawer of conditions, over a backend in memory: what is pressed is asked for, and what is broken is said.
import { cleanup, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../../tests/app';
import { STATUS } from '../../../tests/host';
import { NO_FAULTS } from '../../state/faults';

afterEach(cleanup);

const drawer = () => screen.queryByTestId('conditions');
const chips = () => screen.queryAllByTestId('fault').map((chip) => chip.textContent?.trim());

describe('the conditions', () => {
  it('open and close by C, and by Escape', async () => {
    const { user } = await openApp();
    expect(drawer()).toBeNull();
    await user.keyboard('c');
    expect(document.activeElement).toBe(drawer());
    await user.keyboard('{Escape}');
    expect(drawer()).toBeNull();
    await user.keyboard('cc');
    expect(drawer()).toBeNull();
  });

  it('break the cache and the database, and a chip says so', async () => {
    const { host, user } = await openApp();
    await user.keyboard('c');
    await user.click(screen.getByRole('radio', { name: /^Hung/ }));
    await user.click(screen.getByRole('radio', { name: /^Locked/ }));
    expect(requestsOf(host, 'set_faults')).toEqual([
      { ...NO_FAULTS, cache: { kind: 'hung' } },
      { ...NO_FAULTS, cache: { kind: 'hung' }, database: { kind: 'locked' } },
    ]);
    expect(chips()).toEqual(['cache hung, on purpose', 'database locked, on purpose']);
    await user.click(screen.getAllByRole('radio', { name: /^Sound/ })[0] as HTMLElement);
    expect(chips()).toEqual(['database locked, on purpose']);
  });

  it('let a delay be chosen', async () => {
    const { host, user } = await openApp();
    await user.keyboard('c');
    await user.click(screen.getAllByRole('radio', { name: /^Slow – each answer/ })[0] as HTMLElement);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Each by' }), '100 ms');
    await user.selectOptions(screen.getByRole('combobox', { name: 'and at random by up to' }), '20 ms more');
    expect(requestsOf(host, 'set_faults').at(-1)).toEqual({
      ...NO_FAULTS,
      cache: { kind: 'slow', delay_ms: 100, jitter_ms: 20 },
    });
    expect(chips()).toEqual(['cache slow by 100 to 120 ms, on purpose']);
  });

  it('offer nothing of a cache where there is none, and nothing that is not ours', async () => {
    const conditions = { ...STATUS.conditions, pattern: 'no_cache' as const };
    const { user } = await openApp({ conditions }, { conditions });
    await user.keyboard('c');
    const cache = within(screen.getByRole('group', { name: 'The cache' }));
    expect(cache.getByText(/Without a cache there is none to break/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /Restart the server/ }).disabled).toBe(true);
  });

  it('do what is done once, and say what that came to', async () => {
    const { host, user } = await openApp();
    await user.keyboard('c');
    await user.click(screen.getByRole('button', { name: 'Expire all keys in 5 s' }));
    expect(requestsOf(host, 'expire_keys')).toEqual([{ after_ms: 5_000 }]);
    expect(screen.getAllByText('All 3 keys expire in 5 s, at the same instant.').length).toBeGreaterThan(0);
    await user.click(screen.getByRole('button', { name: 'Restart the server, cold' }));
    expect(requestsOf(host, 'restart_engine_cold')).toHaveLength(1);
  });
});

describe('the keys', () => {
  it('slow the database by L, and let it go', async () => {
    const { host, user } = await openApp();
    await user.keyboard('l');
    expect(chips()).toEqual(['database slow by 50 ms, on purpose']);
    await user.keyboard('l');
    expect(chips()).toEqual([]);
    expect(requestsOf(host, 'set_faults')).toEqual([
      { ...NO_FAULTS, database: { kind: 'slow', delay_ms: 50 } },
      NO_FAULTS,
    ]);
  });

  it('stop our own server by K, and refuse connections to somebody else’s', async () => {
    const own = await openApp();
    await own.user.keyboard('k');
    expect(requestsOf(own.host, 'stop_engine')).toHaveLength(1);
    cleanup();
    const engine = { kind: 'external', url: 'redis://127.0.0.1:6379' } as const;
    const { host, user } = await openApp({ conditions: { ...STATUS.conditions, engine } });
    await user.keyboard('kk');
    expect(requestsOf(host, 'stop_engine')).toEqual([]);
    expect(requestsOf(host, 'set_faults')).toEqual([{ ...NO_FAULTS, cache: { kind: 'down' } }, NO_FAULTS]);
  });
});

it('says of a fault with a time that it waits for it', async () => {
  const faults = {
    ...NO_FAULTS,
    cache: { kind: 'hung' as const },
    cache_during: { from_ms: 2_000, to_ms: 4_000 },
  };
  await openApp({ conditions: { ...STATUS.conditions, faults } });
  expect(chips()).toEqual(['cache hung from 2 s to 4 s, on purpose, at its time of a run']);
});
