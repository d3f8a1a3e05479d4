// Compare as somebody in front of the window meets it. How it looks, tests/browser looks at.

import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../../tests/app';
import { about, RECORDINGS, Shelf } from '../../../tests/shelf';
import type { Plan, Status, StudyState } from '../../bindings/api';

afterEach(cleanup);

async function compare(recordings = RECORDINGS, status: Partial<Status> = {}) {
  const opened = await openApp(status);
  opened.host.shelf = new Shelf(recordings);
  await opened.user.keyboard('{Control>}2{/Control}');
  if (recordings.length > 0) await screen.findByRole('region', { name: 'Recordings' });
  else await screen.findByText('Nothing is recorded yet');
  return opened;
}

const rows = () =>
  screen.queryAllByTestId(/^recording-/).map(({ dataset }) => Number(dataset.testid?.slice(10)));
const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name: `Pick ${name}` });
const radio = (name: string) => screen.getByLabelText<HTMLInputElement>(`baseline: ${name}`);
const status = () =>
  screen.getByText(/recordings?(, \d+ picked)?/, { selector: '.count' }).textContent.replace(/\s+/g, ' ');

/** Chooses from the menu of a recording. */
async function choose(user: Awaited<ReturnType<typeof compare>>['user'], name: string, item: string) {
  await user.click(screen.getByRole('button', { name: `More about ${name}` }));
  await user.click(await screen.findByText(item));
}

describe('the list', () => {
  it('is in the rail between Stage and Settings, and under Ctrl 2', async () => {
    const { user } = await compare();
    const places = within(screen.getByRole('navigation', { name: 'Places' })).getAllByRole('button');
    expect(places.map(({ textContent }) => textContent.trim())).toEqual([
      'Stage',
      'Compare',
      'Lessons',
      'Inside',
      'Present',
      'Keys',
      'Settings',
    ]);
    expect(screen.getByTestId('place-compare').getAttribute('aria-current')).toBe('page');
    await user.keyboard('{Control>}1{/Control}');
    expect(screen.queryByRole('region', { name: 'Recordings' })).toBeNull();
  });

  it('says what each is, how it ended, and what belongs together', async () => {
    await compare();
    expect(rows()).toEqual([9, 5, 6, 7, 3]);
    const cut = within(screen.getByTestId('recording-9'));
    expect(cut.getByText('cut short')).toBeTruthy();
    expect(cut.getByText(/812/)).toBeTruthy();
    expect(screen.getByRole('list', { name: 'Four ways to the page' })).toBeTruthy();
    expect(
      within(screen.getByTestId('recording-5')).getByText(/^no cache · page · 25 Nov 2026/),
    ).toBeTruthy();
  });

  it('is searched, and filtered by tags', async () => {
    const { user } = await compare();
    await user.type(screen.getByRole('searchbox', { name: 'Search' }), 'mini');
    expect(rows()).toEqual([6]);
    await user.clear(screen.getByRole('searchbox', { name: 'Search' }));
    await user.click(screen.getByRole('button', { name: 'talk' }));
    expect(rows()).toEqual([5, 6, 7]);
    await user.click(screen.getByRole('button', { name: 'deploy' }));
    expect(rows()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    expect(rows()).toHaveLength(5);
  });

  it('says what to do where it is empty', async () => {
    const { host, user } = await compare([]);
    host.imports = { about: about(30, { name: 'from afar' }), known: false };
    const [first] = screen.getAllByRole('button', { name: 'Import…' });
    if (first) await user.click(first);
    expect(await screen.findByRole('heading', { name: 'from afar' })).toBeTruthy();
    expect(rows()).toEqual([30]);
  });

  it('says why there is none', async () => {
    const { host, user } = await openApp();
    host.fail('failed', 'The recordings could not be read: the disk failed. They were left as they are.');
    await user.keyboard('{Control>}2{/Control}');
    expect((await screen.findByRole('alert')).textContent).toMatch(/^The recordings could not be read/);
  });
});

describe('a recording', () => {
  it('is opened by its name, and saved in whatever form', async () => {
    const { host, user } = await compare();
    await user.click(screen.getByRole('button', { name: 'Lookup alone' }));
    expect(await screen.findByRole('heading', { name: 'Lookup alone' })).toBeTruthy();
    expect(box('Lookup alone').checked).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Save as' }));
    await user.click(await screen.findByText('Perfetto trace'));
    expect(requestsOf(host, 'save_recording')).toEqual([{ id: 3, format: 'trace' }]);
    expect(screen.getByText('Saved to /home/ada/report.html')).toBeTruthy();
  });

  it('has a table behind each chart, and its chart can be saved', async () => {
    const { host, user } = await compare();
    await user.click(screen.getByRole('button', { name: 'Lookup alone' }));
    const figure = within(await screen.findByRole('figure', { name: 'Hit ratio over time' }));
    expect(figure.getByRole('img')).toBeTruthy();
    await user.click(figure.getByRole('button', { name: 'Show table' }));
    expect(figure.queryByRole('img')).toBeNull();
    expect(figure.getByRole('columnheader', { name: 'Lookup alone' })).toBeTruthy();
    await user.click(figure.getByRole('button', { name: /^Save the chart/ }));
    await user.click(await screen.findByText('PNG'));
    expect(requestsOf(host, 'save_chart')).toEqual([
      { ids: [3], baseline: 0, title: 'Hit ratio over time', format: 'png' },
    ]);
  });

  it('is renamed, tagged and noted in its place', async () => {
    const { host, user } = await compare();
    screen.getByRole('button', { name: 'Lookup alone' }).focus();
    await user.keyboard('{F2}');
    const form = within(screen.getByRole('form', { name: 'What is written of Lookup alone' }));
    expect(document.activeElement).toBe(form.getByLabelText('Name'));
    await user.keyboard('Lookups');
    await user.type(form.getByLabelText('Tags'), 'a, b');
    await user.type(form.getByLabelText('Note'), 'why');
    host.fail('invalid', 'Another program has the store.');
    await user.click(form.getByRole('button', { name: 'Save' }));
    expect((await form.findByRole('alert')).textContent).toBe('Another program has the store.');
    await user.click(form.getByRole('button', { name: 'Save' }));
    const renamed = await screen.findByRole('button', { name: 'Lookups' });
    await waitFor(() => expect(document.activeElement).toBe(renamed));
    expect(requestsOf(host, 'change_recording').at(-1)).toEqual({
      id: 3,
      change: { name: 'Lookups', note: 'why', tags: ['a', 'b'] },
    });
  });

  it('stays as it was where that is left', async () => {
    const { host, user } = await compare();
    await choose(user, 'Lookup alone', 'Rename, tag, write a note');
    await user.keyboard('nonsense{Escape}');
    expect(await screen.findByRole('button', { name: 'Lookup alone' })).toBeTruthy();
    expect(requestsOf(host, 'change_recording')).toEqual([]);
  });

  it('that was deleted comes back by a button, or by Ctrl Z', async () => {
    const { user } = await compare();
    await choose(user, 'Lookup alone', 'Delete');
    await waitFor(() => expect(rows()).not.toContain(3));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(rows()).toContain(3));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();

    screen.getByRole('button', { name: 'mini-redis' }).focus();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(rows()).not.toContain(6));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(rows()).toContain(6));
  });
});

describe('a comparison', () => {
  it('is of all of a study at once, with its first as the baseline', async () => {
    const { host, user } = await compare();
    await user.click(screen.getByRole('button', { name: 'Compare all of Four ways to the page' }));
    expect(
      await screen.findByText(/^Half of the requests took at most 121 µs with mini-redis/, {
        selector: '.finding',
      }),
    ).toBeTruthy();
    expect(requestsOf(host, 'compare')).toEqual([{ ids: [5, 6, 7], baseline: 0 }]);
    expect(status()).toMatch(/5 recordings, 3 picked/);
  });

  it('is asked for anew with another baseline, or others', async () => {
    const { host, user } = await compare();
    await user.click(box('mini-redis'));
    await user.click(box('bundled'));
    expect(radio('mini-redis').checked).toBe(true);
    await user.click(radio('bundled'));
    await screen.findByRole('heading', { name: 'One recording against bundled' });
    await user.click(box('bundled'));
    await screen.findByRole('heading', { name: 'mini-redis' });
    expect(requestsOf(host, 'compare')).toEqual([
      { ids: [6, 7], baseline: 0 },
      { ids: [6, 7], baseline: 1 },
    ]);
  });

  it('warns in words', async () => {
    const { user } = await compare();
    await user.click(box('no cache'));
    await user.click(screen.getByRole('checkbox', { name: /^Pick bundled, page/ }));
    const result = within(await screen.findByRole('region', { name: 'Result' }));
    expect(result.getByText(/fewer than 1,000 requests/).textContent).toMatch(/^Careful: /);
  });

  it('says what any hit ratio would give', async () => {
    const { user } = await compare();
    await user.click(screen.getByRole('button', { name: 'Compare all of Four ways to the page' }));
    const region = within(await screen.findByRole('group', { name: 'Break-even hit ratio' }));
    const slider = region.getByRole<HTMLInputElement>('slider', {
      name: /^What .* would give at a hit ratio of/,
    });
    expect(slider.value).toBe('91');
    expect(region.getByText('measured 91.2 %')).toBeTruthy();
    expect(region.getByText('pays from 11.4 %')).toBeTruthy();
    slider.value = '50';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await tick();
    expect(slider.getAttribute('aria-valuetext')).toMatch(
      /^50 %: mean 1.27 ms, without a cache 2.31 ms, 1.8× faster;/,
    );
    expect(region.getByRole('row', { name: /^mean of a read 1.27 ms 2.31 ms/ })).toBeTruthy();
  });

  it('is saved as a report, or as JSON', async () => {
    const { host, user } = await compare();
    await user.click(screen.getByRole('button', { name: 'Compare all of Four ways to the page' }));
    await user.click(await screen.findByRole('button', { name: 'Save report…' }));
    host.savesTo = null;
    await user.click(screen.getByRole('button', { name: 'Save JSON…' }));
    expect(requestsOf(host, 'save_comparison')).toEqual([
      { compared: { ids: [5, 6, 7], baseline: 0 }, format: 'html' },
      { compared: { ids: [5, 6, 7], baseline: 0 }, format: 'json' },
    ]);
    expect(screen.getAllByText(/^Saved to/)).toHaveLength(1);
  });

  it('that cannot be made says why', async () => {
    const { host, user } = await compare();
    host.fail('failed', 'One of the recordings cannot be read. Nothing was changed. Pick others.');
    await user.click(box('mini-redis'));
    expect((await screen.findByRole('alert')).textContent).toMatch(/Pick others\.$/);
  });
});

describe('a plan', () => {
  async function plan() {
    const opened = await compare([]);
    const [first] = screen.getAllByRole('button', { name: 'Plan a comparison…' });
    if (first) await opened.user.click(first);
    return { ...opened, form: within(await screen.findByRole('dialog', { name: 'Plan a comparison' })) };
  }

  it('is sent as it stands in the form', async () => {
    const { host, user, form } = await plan();
    expect(form.getByTestId('plan-lasts').textContent).toMatch(/about 1 min 45 s/);
    expect(form.getByText(/YCSB C: reads only, 200 requests a second/)).toBeTruthy();
    await user.selectOptions(form.getByLabelText('Cache of mini-redis'), 'external Redis');
    const address = form.getByLabelText('Address of the server of mini-redis');
    await user.clear(address);
    await user.type(address, 'redis://shop:6379');
    await user.click(form.getByRole('button', { name: 'Leave bundled out' }));
    await user.click(form.getByRole('button', { name: 'Move mini-redis up' }));
    await user.click(form.getByRole('button', { name: 'Start the comparison' }));
    const [sent] = requestsOf(host, 'start_study') as [Plan];
    expect(sent.conditions).toMatchObject([
      { name: 'mini-redis', engine: { kind: 'external', url: 'redis://shop:6379' }, pattern: 'cache_aside' },
      { name: 'no cache', pattern: 'no_cache' },
    ]);
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Plan a comparison' })).toBeNull());
    expect(await screen.findByText('The first recordings are being made')).toBeTruthy();
  });

  it('begins from a set, and grows', async () => {
    const { user, form } = await plan();
    await user.click(form.getByRole('button', { name: 'TTL 1 s / 10 s / 60 s' }));
    await user.click(form.getByRole('button', { name: 'Add conditions' }));
    const names = form.getAllByLabelText<HTMLInputElement>(/^Name of conditions/).map(({ value }) => value);
    expect(names).toEqual(['TTL 1 s', 'TTL 10 s', 'TTL 60 s', 'TTL 60 s 2']);
  });

  it('says beside itself what the laboratory does not take, and what few rounds cost', async () => {
    const { host, user, form } = await plan();
    const rounds = form.getByLabelText<HTMLInputElement>('Rounds');
    await user.clear(rounds);
    await user.type(rounds, '3{Tab}');
    expect(form.getByText(/Fewer than 5 rounds give no interval/)).toBeTruthy();
    host.fail('invalid', 'Two of the conditions are called “no cache”.');
    await user.click(form.getByRole('button', { name: 'Start the comparison' }));
    expect((await form.findByRole('alert')).textContent).toBe('Two of the conditions are called “no cache”.');
  });

  it('leads to where its traffic is described', async () => {
    const { user, form } = await plan();
    await user.click(form.getByRole('button', { name: 'Change it on the Stage' }));
    expect(await screen.findByLabelText('Traffic', { selector: 'form' })).toBeTruthy();
  });
});

describe('a comparison that runs', () => {
  const RUNNING: StudyState = {
    state: 'running',
    name: 'Four ways',
    contender: 'mini-redis',
    round: 2,
    rounds: 5,
    warming_up: false,
    done: 4,
    turns: 15,
    left_ms: 77_000,
  };

  it('is told of wherever one is, and can be cancelled', async () => {
    const { host, user } = await compare(RECORDINGS, { study: RUNNING });
    for (const place of ['1', '2']) {
      await user.keyboard(`{Control>}${place}{/Control}`);
      const line = within(await screen.findByRole('region', { name: 'The comparison that runs' }));
      expect(line.getByRole('progressbar').getAttribute('max')).toBe('15');
      expect(line.getByTestId('study-left').textContent).toBe('1 min 17 s left');
    }
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(requestsOf(host, 'cancel_study')).toHaveLength(1);
    expect(await screen.findByText(/The comparison was cancelled/, { selector: '.message p' })).toBeTruthy();
  });

  it('is shown when it ends to whoever waits for it, and offered to everybody else', async () => {
    const { host, user } = await compare(RECORDINGS, { study: RUNNING });
    const message = 'The comparison ended as planned. 5 rounds of each are kept.';
    const study = { state: 'ended' as const, name: 'Four ways', recordings: [5, 6, 7], message, good: true };
    host.tell({ event: 'status', value: { ...host.status, study } });
    expect(await screen.findByRole('heading', { name: '2 recordings against no cache' })).toBeTruthy();

    await user.click(screen.getByRole('button', { name: 'Lookup alone' }));
    host.tell({ event: 'status', value: { ...host.status, study: RUNNING } });
    await tick();
    host.tell({ event: 'status', value: { ...host.status, study: { ...study } } });
    await user.click(await screen.findByRole('button', { name: 'Open the comparison' }));
    expect(await screen.findByRole('heading', { name: '2 recordings against no cache' })).toBeTruthy();
  });
});
