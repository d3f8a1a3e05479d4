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

it('shows why nothing can be seen, and nothing that could not be used', async () => {
  const host = new TestHost();
  host.fail('failed', 'Open the address that cachescope printed.');
  render(App, { host });
  expect((await screen.findByRole('alert')).textContent).toContain(
    'Open the address that cachescope printed.',
  );
  expect(screen.queryAllByRole('button')).toEqual([]);
});

it('sends with Space right after a place was clicked', async () => {
  const host = new TestHost();
  render(App, { host });
  const user = userEvent.setup();
  await screen.findByRole('button', { name: /^Send/ });
  await user.click(screen.getByRole('button', { name: 'Compare' }));
  await user.click(screen.getByRole('button', { name: 'Stage' }));
  expect(document.activeElement).toBe(document.body);
  await user.keyboard(' ');
  expect(host.calls.filter(([name]) => name === 'send')).toHaveLength(1);
  // Who came by the keyboard stays where they were.
  const compare = screen.getByRole('button', { name: 'Compare' });
  compare.focus();
  await user.keyboard('{Enter}');
  expect(document.activeElement).toBe(compare);
});

it('goes on in a place that was come to by its key', async () => {
  const host = new TestHost();
  render(App, { host });
  const user = userEvent.setup();
  await screen.findByRole('button', { name: /^Send/ });
  for (const place of ['2', '3', '4', '1']) {
    await user.keyboard(`{Control>}${place}{/Control}`);
    await expect.poll(() => document.activeElement?.tagName).toBe('MAIN');
  }
  await user.tab();
  expect(document.activeElement?.closest('main')).not.toBe(null);
});
