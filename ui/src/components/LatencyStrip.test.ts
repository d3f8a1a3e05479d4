import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { traces } from '../../tests/traces';
import LatencyStrip from './LatencyStrip.svelte';

afterEach(cleanup);

const { hit, miss, written } = traces;

function show(details = [miss, hit, written]) {
  const onselect = vi.fn();
  render(LatencyStrip, { details, selected: hit.trace.id, theme: 'light', onselect });
  return { onselect, user: userEvent.setup() };
}

it('says what will be in it while there is nothing', () => {
  show([]);
  expect(
    screen.getByText('Each request will leave a dot here. Click one to see its steps again.'),
  ).toBeTruthy();
});

it('has a table behind it that says the same, the latest first', async () => {
  const { user } = show();
  expect(screen.queryByRole('table')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Show table' }));

  const table = screen.getByRole('region', { name: 'Table of the latest requests' });
  const [head, ...rows] = within(table).getAllByRole('row');
  expect(head?.textContent).toBe('RequestProductQueryOutcomeTotal');
  expect(
    rows.map((row) =>
      within(row)
        .getAllByRole('cell')
        .map((cell) => cell.textContent),
    ),
  ).toEqual([
    ['#1211', '42', 'write', 'WRITTEN', '412 µs'],
    ['#1204', '42', 'page', 'HIT', '61.2 µs'],
    ['#1203', '42', 'page', 'MISS', '2.31 ms'],
  ]);
  expect(rows.map((row) => row.getAttribute('aria-current'))).toEqual(['false', 'true', 'false']);

  await user.click(screen.getByRole('button', { name: 'Show chart' }));
  expect(screen.queryByRole('table')).toBeNull();
});

it('shows a request again when it is chosen from the table', async () => {
  const { user, onselect } = show();
  await user.click(screen.getByRole('button', { name: 'Show table' }));
  await user.click(screen.getByRole('button', { name: '#1203' }));
  expect(onselect).toHaveBeenCalledWith(1203);
});
