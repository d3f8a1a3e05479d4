import { cleanup, screen, within } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { openApp, requestsOf } from '../../../tests/app';
import { STATUS } from '../../../tests/host';
import { furnish, passedOf } from '../../../tests/innards';

afterEach(cleanup);

/** Somebody's server. */
const EXTERNAL = {
  engine: { state: 'running' as const, address: '10.0.0.7:6379' },
  conditions: { ...STATUS.conditions, engine: { kind: 'external' as const, url: 'redis://10.0.0.7:6379' } },
};

async function goInside(user: UserEvent, tab?: string): Promise<void> {
  await user.keyboard('{Control>}4{/Control}');
  await screen.findByRole('heading', { name: 'Inside' });
  if (tab) await user.click(screen.getByRole('tab', { name: tab }));
}

describe('Inside', () => {
  it('is reached by Ctrl 4, and says what to do where there is nothing', async () => {
    const { user } = await openApp();
    await goInside(user);
    await screen.findByText(/The cache holds no key of Cachescope’s/);
    expect(screen.getByRole('button', { name: 'Inside' }).getAttribute('aria-current')).toBe('page');
  });

  it('shows each key with what is known of it, and deletes the one that is pointed at', async () => {
    const { user, host } = await openApp();
    furnish(host.innards, 'few');
    await goInside(user);
    const row = await screen.findByRole('row', { name: /page:7/ });
    expect(row.textContent).toMatch(/6\.4 s.*2\.87 kB.*53 s/s);
    expect((await screen.findByRole('row', { name: /lookup:42/ })).textContent).toContain('for ever');
    await user.click(within(row).getByRole('button', { name: 'Delete cachescope:page:7' }));
    expect(requestsOf(host, 'delete_key')).toEqual([{ key: 'cachescope:page:7' }]);
    expect(screen.queryByRole('row', { name: /page:7/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Let cachescope:page:42 expire now' }));
    expect(requestsOf(host, 'expire_key')).toEqual([{ key: 'cachescope:page:42' }]);
  });

  it('asks nothing of somebody’s server that it counts, unless one says so', async () => {
    const { user, host } = await openApp(EXTERNAL);
    furnish(host.innards, 'external');
    await goInside(user);
    await screen.findByText(/counts it as a hit/);
    expect((await screen.findByRole('row', { name: /page:7/ })).textContent).toContain('not asked');
    await user.click(screen.getByRole('checkbox', { name: /Ask each key/ }));
    await screen.findByText('6.4 s');
    expect(requestsOf(host, 'look_keys').at(-1)).toMatchObject({ each: true });
  });

  it('watches somebody’s server only for whoever agrees', async () => {
    const { user, host } = await openApp(EXTERNAL);
    furnish(host.innards, 'external');
    await goInside(user, 'Monitor');
    expect(requestsOf(host, 'passing_commands')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Watch it' }));
    await screen.findByText('HGETALL basket:7');
  });

  it('asks before it sends what may do harm, and sends it when told to', async () => {
    const { user } = await openApp();
    await goInside(user, 'Console');
    await user.type(screen.getByRole('combobox', { name: 'Command' }), 'flushall{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Send it' }));
    await screen.findByText('OK');
  });

  it('completes a command by Tab and keeps the types of a reply apart', async () => {
    const { user } = await openApp();
    await goInside(user, 'Console');
    const field = screen.getByRole<HTMLInputElement>('combobox', { name: 'Command' });
    await user.type(field, 'getd');
    await screen.findByRole('option', { name: /GETDEL/ });
    await user.keyboard('{Tab}');
    expect(field.value).toBe('GETDEL ');
    await user.clear(field);
    await user.type(field, 'scan 0{Enter}');
    await screen.findByText('… and 8 more');
    expect(screen.getByText('(nil)')).toBeTruthy();
  });

  it('marks the rows that the last request read', async () => {
    const { user } = await openApp();
    await goInside(user, 'Tables');
    const row = await screen.findByRole('row', { name: /Kettle number 42/ });
    expect(row.textContent).toContain('◆ read');
    await user.click(screen.getByRole('button', { name: /Next/ }));
    await screen.findByRole('row', { name: /Kettle number 100/ });
  });
});

describe('the Stage', () => {
  it('shows under the chart what another client does, and not while traffic is measured', async () => {
    const { user, host } = await openApp();
    host.innards.passing = [passedOf(1, 'PING')];
    const line = await screen.findByTestId('passing', undefined, { timeout: 3_000 });
    expect(line.textContent).toContain('PING');
    await user.keyboard('t');
    expect(screen.queryByTestId('passing')).toBeNull();
    expect(requestsOf(host, 'end_watch').length).toBeGreaterThan(0);
  });
});
