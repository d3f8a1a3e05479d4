import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { DoorSettings, DoorState } from '../bindings/api';
import DoorChoice from './DoorChoice.svelte';

afterEach(cleanup);

function choice(settings: DoorSettings, door: DoorState) {
  const onchange = vi.fn<(settings: DoorSettings) => void>();
  render(DoorChoice, { settings, door, product: 42, onchange });
  return { onchange, user: userEvent.setup() };
}

it('opens at one press, and says how it is reached', async () => {
  const { onchange, user } = choice({ open: false, port: 8080 }, { state: 'closed' });
  expect(screen.getByText('It is closed.')).toBeTruthy();
  await user.click(screen.getByRole('checkbox', { name: /^Open/ }));
  expect(onchange).toHaveBeenCalledWith({ open: true, port: 8080 });
  cleanup();

  choice({ open: true, port: 8080 }, { state: 'open', address: '127.0.0.1:8080', by_settings: true });
  expect(screen.getByText('curl -i http://127.0.0.1:8080/api/products/42')).toBeTruthy();
});

it('takes another port, and refuses what is none in words', async () => {
  const { onchange, user } = choice({ open: true, port: 8080 }, { state: 'closed' });
  const port = screen.getByRole('textbox', { name: 'Port' });
  await user.clear(port);
  await user.type(port, '99999{Tab}');
  expect(onchange).not.toHaveBeenCalled();
  expect(screen.getByText('A port is a number from 1 to 65535.')).toBeTruthy();
  await user.clear(port);
  await user.type(port, '9000{Tab}');
  expect(onchange).toHaveBeenCalledWith({ open: true, port: 9000 });
});

it('is not to be closed from the page that came through it, and says why', async () => {
  const opened: DoorState = { state: 'open', address: '127.0.0.1:45001', by_settings: false };
  const { onchange, user } = choice({ open: false, port: 8080 }, opened);
  const open = screen.getByRole<HTMLInputElement>('checkbox', { name: /^Open/ });
  const port = screen.getByRole<HTMLInputElement>('textbox', { name: 'Port' });
  expect([open.checked, open.disabled, port.value, port.disabled]).toEqual([true, true, '45001', true]);
  await user.click(open);
  expect(onchange).not.toHaveBeenCalled();
  const says = document.getElementById(open.getAttribute('aria-describedby') ?? '');
  expect(says?.textContent).toContain('This page itself came through the door');
});

it('says why it could not be opened', () => {
  choice({ open: true, port: 80 }, { state: 'failed', message: 'Port 80 is taken by another program.' });
  expect(screen.getByText('Port 80 is taken by another program.')).toBeTruthy();
});
