import { cleanup, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { openApp } from '../../tests/app';

afterEach(cleanup);

const LOCKED = 'The database is locked by another program. Nothing was changed. Close it, then send again.';

it('say what happened and the way out, and the page goes on', async () => {
  const { host, user } = await openApp();
  host.fail('failed', LOCKED);
  await user.keyboard(' ');
  expect((await screen.findByRole('alert')).textContent.trim()).toBe(LOCKED);
  expect(screen.queryByTestId('outcome')).toBeNull();

  await user.keyboard(' ');
  expect((await screen.findByTestId('outcome')).textContent).toBe('MISS');
  expect(screen.getByRole('alert')).toBeTruthy();
});

it('are said once, however often they are true', async () => {
  const { host, user } = await openApp();
  host.fail('failed', LOCKED);
  await user.keyboard(' ');
  host.fail('failed', LOCKED);
  await user.keyboard(' ');
  expect(screen.getAllByText(LOCKED)).toHaveLength(1);
});

it('stay until they are dismissed, each by itself', async () => {
  const { host, user } = await openApp();
  host.tell({ event: 'notice', value: 'The port was taken; another one is used.' });
  host.tell({ event: 'notice', value: 'The settings could not be read; these are the defaults.' });
  const [first] = await screen.findAllByRole('status');
  if (!first) throw new Error('there is no message');
  await user.click(within(first).getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText('The port was taken; another one is used.')).toBeNull();
  expect(screen.getByText('The settings could not be read; these are the defaults.')).toBeTruthy();
});
