// That Escape closes it and the focus goes back is the browser's doing: tests/browser asks a real one.

import { cleanup, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';
import { BINDINGS } from '../keys';

afterEach(cleanup);

it('is opened by ? and names every key', async () => {
  const { user } = await openApp();
  expect(screen.queryByRole('dialog')).toBeNull();
  await user.keyboard('?');
  const dialog = within(screen.getByRole('dialog', { name: 'Keys' }));
  for (const { shown, words } of BINDINGS) {
    expect(dialog.getByText(shown)).toBeTruthy();
    expect(dialog.getByText(words)).toBeTruthy();
  }
});

it('keeps the other keys from acting until it is closed', async () => {
  const { host, user } = await openApp();
  await user.click(screen.getByRole('button', { name: 'Keys' }));
  await user.keyboard('x');
  expect(requestsOf(host, 'clear_cache')).toEqual([]);

  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  await user.keyboard('x');
  expect(requestsOf(host, 'clear_cache')).toHaveLength(1);
});
