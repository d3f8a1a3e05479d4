import { cleanup, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';

afterEach(cleanup);

const minute = () => screen.queryByTestId('first-minute');
const kept = async (host: Awaited<ReturnType<typeof openApp>>['host']) =>
  waitFor(() => expect(host.settings.newcomer).toBe(false));

it('leads somebody new to a miss, a hit and a choice, with the numbers of their own requests', async () => {
  const { host, user } = await openApp({}, { newcomer: true });
  expect(minute()?.textContent).toContain('The cache is empty.');
  await user.click(screen.getByRole('button', { name: /^Ask for it/ }));
  await waitFor(() => expect(minute()?.textContent).toMatch(/A miss, 2\.31 ms:/));
  await user.click(screen.getByRole('button', { name: /^Ask again/ }));
  await waitFor(() => expect(minute()?.textContent).toMatch(/A hit, 61\.2 µs:.*38× faster/s));
  expect(requestsOf(host, 'send')).toHaveLength(2);

  await user.click(screen.getByRole('button', { name: /^Learn/ }));
  expect(await screen.findByRole('heading', { name: 'Lessons' })).toBeTruthy();
  await kept(host);
});

it('goes by the space bar alone', async () => {
  const { user } = await openApp({}, { newcomer: true });
  await user.keyboard(' ');
  await waitFor(() => expect(minute()?.textContent).toMatch(/A miss/));
  await user.keyboard(' ');
  await waitFor(() => expect(minute()?.textContent).toMatch(/A hit/));
});

it('goes away for good when it is dismissed', async () => {
  const { host, user } = await openApp({}, { newcomer: true });
  await user.click(screen.getByRole('button', { name: 'Do not show this again' }));
  expect(minute()).toBeNull();
  await kept(host);
});

it('is not shown to who has been here, nor before there is a catalogue to ask', async () => {
  await openApp({}, { newcomer: false });
  expect(minute()).toBeNull();
  cleanup();
  await openApp(
    { catalogue: { state: 'building', table: 'reviews', done_rows: 1, total_rows: 2 } },
    { newcomer: true },
  );
  expect(minute()).toBeNull();
  expect(screen.getByRole('progressbar', { name: 'Catalogue' })).toBeTruthy();
});
