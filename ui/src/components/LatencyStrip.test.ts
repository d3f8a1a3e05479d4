import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Point } from '../bindings/api';
import { Samples } from '../plot/samples';
import { Turns } from '../state/turns';
import LatencyStrip from './LatencyStrip.svelte';

afterEach(cleanup);

const POINTS: Point[] = [
  { id: 1203, outcome: 'miss', ended_ns: 1e9, response_ns: 5_100_000, service_ns: 2_314_870 },
  { id: 1204, outcome: 'hit', ended_ns: 2e9, response_ns: 61_213, service_ns: 61_213 },
  { id: 1211, outcome: 'written', ended_ns: 3e9, response_ns: 412_480, service_ns: 412_480 },
];

function show(points = POINTS) {
  const samples = new Samples();
  samples.push(points);
  const onselect = vi.fn();
  const props = {
    samples,
    now: () => samples.length,
    live: false,
    turns: new Turns(),
    revision: 1,
    measure: 'response' as const,
    selected: 1204,
    theme: 'light',
    onselect,
  };
  return { ...render(LatencyStrip, props), samples, onselect, user: userEvent.setup() };
}

const cellsOf = (row: HTMLElement): (string | null)[] =>
  within(row)
    .getAllByRole('cell')
    .map((cell) => cell.textContent);

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
  expect(head?.textContent).toBe('RequestOutcomeResponse timeService time');
  expect(rows.map(cellsOf)).toEqual([
    ['#1,211', 'WRITTEN', '412 µs', '412 µs'],
    ['#1,204', 'HIT', '61.2 µs', '61.2 µs'],
    ['#1,203', 'MISS', '5.10 ms', '2.31 ms'],
  ]);
  expect(rows.map((row) => row.getAttribute('aria-current'))).toEqual(['false', 'true', 'false']);

  await user.click(screen.getByRole('button', { name: 'Show chart' }));
  expect(screen.queryByRole('table')).toBeNull();
});

it('shows a request again when it is chosen from the table', async () => {
  const { user, onselect } = show();
  await user.click(screen.getByRole('button', { name: 'Show table' }));
  await user.click(screen.getByRole('button', { name: '#1,203' }));
  expect(onselect).toHaveBeenCalledWith(1203);
});

it('takes up what was added when it is told', async () => {
  const { user, samples, rerender } = show();
  await user.click(screen.getByRole('button', { name: 'Show table' }));
  samples.push([{ id: 1300, outcome: 'error', ended_ns: 4e9, response_ns: 9e9, service_ns: 9e9 }]);
  await rerender({ revision: 2 });
  expect(cellsOf(screen.getAllByRole('row')[1] as HTMLElement)).toEqual([
    '#1,300',
    'ERROR',
    '9.00 s',
    '9.00 s',
  ]);
});
