import { cleanup, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';
import { STATUS, type TestHost } from '../../tests/host';
import type { CatalogueState } from '../bindings/api';

afterEach(cleanup);

async function become(host: TestHost, catalogue: CatalogueState): Promise<void> {
  host.tell({ event: 'status', value: { ...host.status, catalogue } });
  await tick();
}

const building = (done_rows: number): CatalogueState => ({
  state: 'building',
  table: 'reviews',
  done_rows,
  total_rows: 260_000,
});
const progress = () => screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Catalogue' });

it('shows how far the catalogue is, and makes way when it is there', async () => {
  const { host, user } = await openApp({ catalogue: building(65_000) });
  expect(progress().value).toBe(25);
  expect(screen.getByText('65,000 of 260,000 rows')).toBeTruthy();

  await become(host, building(259_999));
  expect(progress().value).toBe(99);

  await become(host, STATUS.catalogue);
  expect(screen.queryByRole('progressbar')).toBeNull();
  await user.keyboard(' ');
  expect((await screen.findByTestId('outcome')).textContent).toBe('MISS');
});

it('says why there is none, and tries again when asked to', async () => {
  const message =
    'There is no space left in /data. Nothing was lost. Make room, then start Cachescope again.';
  const { user } = await openApp({ catalogue: { state: 'failed', message } });
  expect(screen.getByRole('alert').textContent).toBe(message);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Send/ }).disabled).toBe(true);

  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Send/ }).disabled).toBe(false);
});

it('asks before anything is created on a server, and takes no for an answer', async () => {
  const message = 'Cachescope would create a schema named cachescope there.';
  const { host, user } = await openApp({ catalogue: { state: 'asking', message } });
  expect(screen.getByText(message)).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Send/ }).disabled).toBe(true);
  await user.click(screen.getByRole('button', { name: 'No, use SQLite' }));
  expect(requestsOf(host, 'change_settings')).toMatchObject([
    { conditions: { database: { kind: 'sqlite' } } },
  ]);

  await user.click(screen.getByRole('button', { name: 'Create the schema' }));
  expect(requestsOf(host, 'create_schema')).toHaveLength(1);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Send/ }).disabled).toBe(false);
});
