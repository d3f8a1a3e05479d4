import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { traces } from '../../../tests/traces';
import type { TraceDetail } from '../../bindings/api';
import { Playback } from '../../state/playback.svelte';
import TracePanel from './TracePanel.svelte';

afterEach(cleanup);

function show(detail: TraceDetail | null, withoutCacheNs: number | null = null) {
  const playback = new Playback({ reducedMotion: true });
  playback.load(detail);
  const onspeed = vi.fn();
  const props = { detail, playback, withoutCacheNs, withoutCacheSamples: 12, onspeed };
  return { playback, onspeed, ...render(TracePanel, props) };
}

const panel = () => screen.getByTestId('trace-panel').textContent.replace(/\s+/g, ' ');

describe('the trace panel', () => {
  it('says what to do next where there is nothing to show', () => {
    show(null);
    expect(panel()).toContain('Press Space or Send twice: first a miss, then a hit.');
  });

  it.each([
    ['hit', 'HIT'],
    ['miss', 'MISS'],
    ['bypass', 'BYPASS'],
    ['written', 'WRITTEN'],
    ['databaseDown', 'ERROR'],
  ] as const)('calls %s by its name', (name, word) => {
    show(traces[name]);
    expect(screen.getByTestId('outcome').textContent).toBe(word);
  });

  it('names the request and its time', () => {
    show(traces.hit);
    expect(panel()).toContain('Request #1,204 · product 42 · page');
    expect(screen.getByRole('heading', { level: 2 }).textContent).toContain('61.2 µs');
  });

  it('says in sentences what was out of the ordinary', () => {
    show(traces.bypass);
    expect(screen.getByText('The cache was bypassed: nothing listens at 127.0.0.1:46379.')).toBeTruthy();
  });

  it('marks an answer that was out of date, by how much, in words', () => {
    const { unmount } = show(traces.hit);
    expect(screen.queryByTestId('stale')).toBeNull();
    unmount();
    show({ ...traces.hit, trace: { ...traces.hit.trace, version: 3, stale_ns: 1_200_000_000 } });
    expect(screen.getByTestId('outcome').textContent).toBe('HIT');
    expect(screen.getByTestId('stale').textContent.trim()).toBe('1.20 s out of date');
    expect(panel()).toContain('answered with version 3 of the row');
  });

  it('is a table of the steps that adds up to the nanosecond', () => {
    show(traces.miss);
    const rows = within(screen.getByRole('table')).getAllByRole('rowheader');
    expect(rows.map((row) => row.textContent.trim())).toEqual([
      'cache_get',
      'db_query',
      'encode',
      'cache_set',
      'respond',
      'other',
      'total',
    ]);
    expect(screen.getByTestId('sum').textContent.trim()).toBe(
      'steps 2,301,376 + other 13,494 = 2,314,870 ns',
    );
  });

  it('marks what failed and what was put in', () => {
    const { unmount } = show(traces.corrupt);
    expect(screen.getByTestId('row-decode').textContent).toContain('failed');
    unmount();
    show(traces.slowed);
    expect(screen.getByTestId('row-db_query').textContent).toContain('200 ms injected');
  });

  it('says how long a request was due before it was sent, and leaves that out of its total', () => {
    const { unmount } = show({ ...traces.hit, trace: { ...traces.hit.trace, waited_ns: 40_000_000 } });
    expect(screen.getByTestId('waited').textContent.replace(/\s+/g, ' ').trim()).toBe(
      'Waited 40.0 ms for a free client before it was sent: from when it was due, the response took 40.1 ms.',
    );
    expect(screen.getByTestId('row-waited').textContent).toContain('not in the total');
    expect(screen.getByTestId('sum').textContent).toContain('= 61,213 ns');
    unmount();
    show(traces.hit);
    expect(screen.queryByTestId('row-waited')).toBeNull();
  });

  it('says what a hit would have cost without the cache, and only of hits', () => {
    const { unmount } = show(traces.hit, 2_310_000);
    expect(screen.getByTestId('without-cache').textContent.trim()).toBe(
      'without the cache: 2.31 ms (38×), median of 12 database reads',
    );
    unmount();
    show(traces.miss, 2_310_000);
    expect(screen.queryByTestId('without-cache')).toBeNull();
  });

  it('admits it where the cache is the slower way', () => {
    show(traces.hit, 24_000);
    expect(screen.getByTestId('without-cache').textContent).toContain(
      '0.4×: here the cache is the slower way',
    );
  });
});

describe('the tabs', () => {
  it('show the exact bytes, then the SQL, then the value, by keyboard too', async () => {
    const user = userEvent.setup();
    show(traces.miss);
    expect(panel()).toContain(String.raw`*2\r\n$3\r\nGET\r\n$18\r\ncachescope:page:42\r\n`);
    expect(panel()).toMatch(/sent first \d+ of 12,372 bytes/);

    screen.getByRole('tab', { name: 'Wire' }).focus();
    await user.keyboard('{ArrowRight}');
    expect(panel()).toContain('SEARCH reviews USING INDEX reviews_by_product');
    expect(panel()).toContain('?1 = 42');

    await user.keyboard('{ArrowRight}');
    expect(panel()).toContain('"name": "Walnut desk lamp"');
  });

  it('show hostile values as the text they are', async () => {
    const { container } = show(traces.hit);
    await userEvent.click(screen.getByRole('tab', { name: 'Value' }));
    expect(panel()).toContain('<script>');
    expect(container.querySelector('script')).toBeNull();
  });

  it('say why there are no bytes', () => {
    show(traces.bypass);
    expect(panel()).toContain('Nothing was sent: there was no connection.');
  });
});

describe('the replay', () => {
  it('steps through the trace and marks the step', async () => {
    const user = userEvent.setup();
    show(traces.miss);
    await user.click(screen.getByRole('button', { name: 'Step forward' }));
    await user.click(screen.getByRole('button', { name: 'Step forward' }));
    expect(screen.getByTestId('row-db_query').getAttribute('data-current')).toBe('true');
    expect(screen.getByTestId('playback-time').textContent).toBe('47.4 µs');
    await user.click(screen.getByRole('button', { name: 'Step back' }));
    expect(screen.getByTestId('row-cache_get').getAttribute('data-current')).toBe('true');
  });

  it('asks for another scale, and says the one in force in words', async () => {
    const { playback, onspeed } = show(traces.hit);
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Slow motion' }), '1 µs = 20 ms');
    expect(onspeed).toHaveBeenCalledWith(20);
    playback.speed = 20;
    await tick();
    expect(screen.getByTestId('playback-scale').textContent).toBe('1 µs = 20 ms');
  });

  it('marks the time between the steps as what it is', async () => {
    const { playback } = show(traces.hit);
    playback.seek(48_700);
    await tick();
    expect(screen.getByTestId('row-other').getAttribute('data-current')).toBe('true');
  });
});
