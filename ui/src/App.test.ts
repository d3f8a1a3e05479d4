import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { SETTINGS, TestHost } from '../tests/host';
import App from './App.svelte';

afterEach(cleanup);

it('replays at the speed that was kept, and keeps the one that is chosen', async () => {
  const host = new TestHost();
  host.settings = { ...SETTINGS, appearance: { ...SETTINGS.appearance, slow_motion_ms_per_us: 5 } };
  render(App, { host });
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: /^Send/ }));

  const speed = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Slow motion' });
  expect(speed.value).toBe('5');
  expect(screen.getByTestId('playback-scale').textContent).toBe('1 µs = 5 ms');

  await user.selectOptions(speed, '1 µs = 20 ms');
  expect(screen.getByTestId('playback-scale').textContent).toBe('1 µs = 20 ms');
  // Whatever changes next carries it along.
  await user.selectOptions(screen.getByRole('combobox', { name: 'Query' }), 'lookup · one row');
  expect(host.settings.appearance.slow_motion_ms_per_us).toBe(20);
});
