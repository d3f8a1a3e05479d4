import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../tests/host';
import { Load } from '../../../tests/load';
import type { Summary } from '../../bindings/api';
import HitRatio from './HitRatio.svelte';
import PercentilePlot from './PercentilePlot.svelte';
import Percentiles from './Percentiles.svelte';
import StepMedians from './StepMedians.svelte';
import TwinHistogram from './TwinHistogram.svelte';

afterEach(cleanup);

/** What a run comes to after so many seconds. */
function summaryAfter(seconds: number, perSecond = 200): Summary {
  const pace = { kind: 'open', rate: { kind: 'steady', per_second: perSecond }, spacing: 'poisson' } as const;
  const load = new Load(1, { ...SETTINGS.workload, pace }, SETTINGS.conditions, 0);
  load.advance(seconds * 1e9);
  return load.summary(0).summary;
}

const props = (summary: Summary) => ({ summary, measure: 'response' as const, theme: 'light' });
const cellsOf = (name: RegExp): string[] =>
  within(screen.getByRole('row', { name }))
    .getAllByRole('cell')
    .map((cell) => cell.textContent?.trim() ?? '');

async function showTable(): Promise<void> {
  await userEvent.setup().click(screen.getByRole('button', { name: 'Show table' }));
}

describe('before anything ended', () => {
  const nothing = summaryAfter(0);

  it.each([
    ['percentiles', Percentiles],
    ['steps', StepMedians],
    ['histogram', TwinHistogram],
    ['percentile plot', PercentilePlot],
  ])('the %s say what to do', (_, component) => {
    render(component, props(nothing));
    expect(screen.getByText(/Turn on traffic with T/)).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('the hit ratio says what to do', () => {
    render(HitRatio, { seconds: [], theme: 'light' });
    expect(screen.getByText(/Turn on traffic with T/)).toBeTruthy();
  });
});

describe('the percentiles', () => {
  it('stand for everything and for each outcome', () => {
    const summary = summaryAfter(60);
    render(Percentiles, props(summary));
    expect(screen.getAllByRole('rowheader').map((row) => row.textContent?.trim())).toEqual([
      'all',
      ...summary.outcomes.map(({ outcome }) => outcome),
    ]);
    expect(cellsOf(/^all/)).toHaveLength(7);
    expect(cellsOf(/^all/)[5]).toMatch(/ms$/);
  });

  it('are not told of too few, and why', () => {
    render(Percentiles, props(summaryAfter(2)));
    expect(cellsOf(/^all/)[4]).toBe('– takes 1,000; there were 400');
  });
});

it('counts what failed in each step', () => {
  const summary = summaryAfter(10);
  const steps = summary.steps.map((step) => (step.kind === 'db_query' ? { ...step, failed: 3 } : step));
  render(StepMedians, props({ ...summary, steps }));
  expect(cellsOf(/db_query/).at(-1)).toBe('3');
  expect(cellsOf(/cache_get/).at(-1)).toBe('0');
});

describe('the histogram', () => {
  it('has a table of what it draws', async () => {
    render(TwinHistogram, props(summaryAfter(10)));
    await showTable();
    const region = screen.getByRole('region', { name: 'How long hits and misses take, as a table' });
    expect(within(region).getAllByRole('columnheader')).toHaveLength(3);
    expect(within(region).getAllByRole('row').length).toBeGreaterThan(10);
  });

  it('says that nobody waited as long as the mean only where that is so', async () => {
    const summary = summaryAfter(0.9);
    const [hit, miss] = ['hit', 'miss'].map((name) => summary.outcomes.find((each) => each.outcome === name));
    if (!hit || !miss) throw new Error('there are no hits or no misses');
    const meanOf = (mean_ns: number): Summary => ({
      ...summary,
      all: { ...summary.all, response: { ...summary.all.response, mean_ns } },
    });
    const { rerender } = render(TwinHistogram, props(meanOf(400_000)));
    await showTable();
    expect(screen.getByText('mean 400 µs: nobody waited this long')).toBeTruthy();
    await rerender(props(meanOf(hit.latency.response.p50_ns ?? 0)));
    expect(screen.getByText(/^mean \S+ µs$/)).toBeTruthy();
  });
});

describe('the percentile plot', () => {
  it('draws both measures where they differ, and says which is which', async () => {
    const { rerender } = render(PercentilePlot, props(summaryAfter(20)));
    expect(screen.getByText('whole lines: response time; dashed: service time')).toBeTruthy();
    const calm = summaryAfter(0.9);
    await rerender(props({ ...calm, all: { ...calm.all, service_plot: calm.all.response_plot } }));
    expect(screen.getByText('response time')).toBeTruthy();
  });

  it('tells no quantile that too few are beyond', async () => {
    render(PercentilePlot, props(summaryAfter(20)));
    await showTable();
    expect(cellsOf(/^99.9 %/)[0]).toBe('– too few requests');
    expect(cellsOf(/^99 %/)[0]).toMatch(/ms$/);
  });
});

it('shows the hit ratio by the second, the latest first', async () => {
  const { seconds } = summaryAfter(5);
  render(HitRatio, { seconds, theme: 'light' });
  await showTable();
  expect(screen.getAllByRole('rowheader').map((row) => row.textContent?.trim())).toEqual([
    '5 s',
    '4 s',
    '3 s',
    '2 s',
    '1 s',
  ]);
  const { hits, misses } = seconds[4]?.counts ?? { hits: 0, misses: 0 };
  expect(cellsOf(/^5 s/).slice(0, 2)).toEqual([`${((100 * hits) / (hits + misses)).toFixed(1)} %`, '200']);
});
