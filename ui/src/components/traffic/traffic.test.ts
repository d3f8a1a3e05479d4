// Traffic as somebody in front of the window meets it. How it looks, tests/browser looks at.

import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../../tests/app';
import { SETTINGS } from '../../../tests/host';
import type { ManualFrames } from '../../../tests/frames';
import type { Workload } from '../../bindings/api';

afterEach(cleanup);

/** Lets time pass, and each question be answered before the next frame. */
async function pass(frames: ManualFrames, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20) {
    frames.pass(20, 20);
    await new Promise((answered) => setTimeout(answered));
  }
  await tick();
}

const button = () => screen.getByTestId<HTMLButtonElement>('traffic');
const chips = () => screen.getByRole('list', { name: 'Traffic now' }).textContent.replace(/\s+/g, ' ');
const tab = (name: string) => screen.getByRole('tab', { name }).getAttribute('aria-selected');
const text = (testId: string) => screen.getByTestId(testId).textContent.replace(/\s+/g, ' ').trim();

async function running(perSecond = 200) {
  const pace = {
    kind: 'open',
    rate: { kind: 'steady', per_second: perSecond },
    spacing: 'constant',
  } as const;
  const opened = await openApp({}, { workload: { ...SETTINGS.workload, pace } });
  await opened.user.keyboard('t');
  await pass(opened.frames, 1_500);
  return opened;
}

describe('the button', () => {
  it('starts what its words say, shows what is reached, and stops it', async () => {
    const { host, user, frames } = await openApp();
    expect(button().textContent).toContain('200/s');
    await user.click(button());
    expect(requestsOf(host, 'start_traffic')).toEqual([host.settings.workload]);
    await pass(frames, 1_500);
    expect(button().textContent).toMatch(/Stop traffic, *(19\d|20\d)\/s/);
    await user.click(button());
    expect(requestsOf(host, 'stop_traffic')).toHaveLength(1);
    expect(button().textContent).toContain('Start traffic');
  });

  it('waits for the catalogue', async () => {
    const { host, user } = await openApp({ catalogue: { state: 'opening' } });
    expect(button().disabled).toBe(true);
    await user.keyboard('t');
    expect(requestsOf(host, 'start_traffic')).toEqual([]);
  });

  it('says why traffic could not be started', async () => {
    const { host, user } = await openApp();
    host.fail('failed', 'There is no engine to send it to.');
    await user.click(button());
    expect(screen.getByRole('alert').textContent).toContain('There is no engine to send it to.');
  });
});

// Without a layout the popover has no place and counts as hidden: what is in it is found by its labels, not by its roles.
describe('the form', () => {
  async function form() {
    const opened = await openApp();
    await opened.user.click(screen.getByRole('button', { name: 'What traffic sends' }));
    return { ...opened, form: within(await screen.findByLabelText('Traffic', { selector: 'form' })) };
  }
  const kept = (host: { settings: { workload: Workload } }) => host.settings.workload;

  async function number(field: HTMLElement, value: number): Promise<void> {
    await fireEvent.change(field, { target: { value: String(value) } });
  }

  it('chooses a workload by its name', async () => {
    const { host, user, form: inside } = await form();
    const name = inside.getByLabelText<HTMLSelectElement>('Workload');
    expect(name.selectedOptions[0]?.textContent).toBe('YCSB C: reads only');
    await user.selectOptions(name, 'YCSB A: half reads, half writes');
    expect(kept(host).mix.write_percent).toBe(50);
    await user.selectOptions(name, 'Hot set: a few take most');
    expect(kept(host).keys).toEqual({ kind: 'hot_set', requests_percent: 80, keys_percent: 20 });
    await number(inside.getByLabelText('Hot products get'), 95);
    expect(kept(host).keys).toMatchObject({ requests_percent: 95 });
    expect(name.selectedOptions[0]?.textContent).toBe('your own');
  });

  it('sets rate and length, and starts with them', async () => {
    const { host, user, form: inside } = await form();
    await number(inside.getByLabelText('Rate'), 5_000);
    await user.selectOptions(inside.getByLabelText('Ends'), 'after a time');
    await number(inside.getByLabelText('After'), 12.5);
    await user.click(inside.getByText('Start traffic', { selector: 'button' }));
    expect(requestsOf(host, 'start_traffic')).toMatchObject([
      {
        pace: { kind: 'open', rate: { kind: 'steady', per_second: 5_000 } },
        length: { kind: 'time', ms: 12_500 },
      },
    ]);
    await waitFor(() => expect(screen.queryByLabelText('Traffic', { selector: 'form' })).toBeNull());
  });

  it('offers ramps, steps, bursts and a closed loop', async () => {
    const { host, user, form: inside } = await form();
    const sent = inside.getByLabelText('Sent');
    for (const [words, rate] of [
      ['more and more: a ramp', { kind: 'ramp', from: 200, to: 2_000, over_ms: 30_000 }],
      ['more and more: in steps', { kind: 'steps', from: 200, to: 2_000, steps: 5, every_ms: 5_000 }],
      ['in bursts', { kind: 'bursts', base: 200, peak: 2_000, every_ms: 5_000, for_ms: 500 }],
    ] as const) {
      await user.selectOptions(sent, words);
      expect(kept(host).pace).toMatchObject({ kind: 'open', rate });
    }
    await number(inside.getByLabelText('It lasts'), 0.25);
    expect(kept(host).pace).toMatchObject({ rate: { for_ms: 250 } });
    await user.selectOptions(sent, 'as fast as answers come');
    expect(kept(host).pace).toEqual({ kind: 'closed' });
    expect(inside.getByText(/looks better than a crowd would find it/)).toBeTruthy();
  });

  it('has the rest under More', async () => {
    const { host, user, form: inside } = await form();
    await user.click(inside.getByText('More'));
    await number(inside.getByLabelText('Writes'), 10);
    await number(inside.getByLabelText('Missing products'), 2.5);
    await number(inside.getByLabelText('Reads in runs of'), 4);
    await user.click(inside.getByLabelText(/^Read each product/));
    expect(kept(host).mix).toEqual({
      write_percent: 10,
      missing_percent: 2.5,
      longest_run: 4,
      read_before_write: true,
    });
    await user.selectOptions(inside.getByLabelText('Spaced'), 'by chance (Poisson)');
    await user.click(inside.getByLabelText('Draw from all products'));
    await number(inside.getByLabelText('Draw from the first'), 50);
    await user.click(inside.getByLabelText(/^Warm the cache/));
    await number(inside.getByLabelText('Seed'), 7);
    expect(kept(host)).toMatchObject({ products: 50, warm: true, seed: 7, pace: { spacing: 'poisson' } });
  });

  it('says what the laboratory does not take, and keeps what was typed', async () => {
    const { host, user, form: inside } = await form();
    await user.click(inside.getByText('More'));
    const clients = inside.getByLabelText<HTMLInputElement>('Clients');
    host.fail('invalid', 'There can be 1 to 10,000 clients.');
    await number(clients, 0);
    expect((await inside.findByText(/clients\.$/)).textContent).toBe('There can be 1 to 10,000 clients.');
    expect(clients.value).toBe('0');
    expect(button().disabled).toBe(true);
    await number(clients, 8);
    await tick();
    expect(inside.queryByText(/clients\.$/)).toBeNull();
    expect(kept(host).clients).toBe(8);
  });

  it('takes no number for what is none', async () => {
    const { host, form: inside } = await form();
    const rate = inside.getByLabelText<HTMLInputElement>('Rate');
    await fireEvent.change(rate, { target: { value: '' } });
    expect(rate.value).toBe('200');
    expect(requestsOf(host, 'change_settings')).toEqual([]);
  });
});

describe('under way', () => {
  it('is said in chips, and in numbers where those of single requests stand', async () => {
    const { frames } = await running();
    // Each place has its turn.
    await pass(frames, 500);
    expect(chips()).toMatch(/Sent (19\d|20\d)\/s of 200\/s planned/);
    expect(tab('Traffic')).toBe('true');
    expect(text('hit-ratio')).toMatch(/^\d\d\.\d %$/);
    expect(Number(text('sent').replace(',', ''))).toBeGreaterThan(250);
    expect(screen.getByRole('heading', { name: 'Response time' })).toBeTruthy();
  });

  it('says that it warms the cache, and how far that is', async () => {
    const { host } = await openApp();
    host.become({ state: 'warming', done: 3_120, total: 10_000 });
    await tick();
    expect(chips()).toContain('Warming: 3,120 of 10,000 products');
  });

  it('says who waits, and that the clients are the limit', async () => {
    const { frames } = await running(2_000);
    for (let left = 40; left > 0 && !chips().includes('clients busy'); left -= 1) await pass(frames, 100);
    expect(chips()).toContain('clients busy');
    expect(chips()).toMatch(/\d+ waiting, the first for \d/);
    expect(chips()).toMatch(/1 in \d+ drawn/);
  });

  it('draws nothing while it is measured quietly', async () => {
    const { host, user, frames } = await openApp();
    await user.click(screen.getByRole('button', { name: 'What traffic sends' }));
    await user.click(await screen.findByText('More'));
    await user.click(screen.getByLabelText(/^Measure quietly/));
    await user.click(button());
    await pass(frames, 1_000);
    expect(chips()).toContain('Measuring quietly: nothing is drawn until it ends');
    expect(requestsOf(host, 'frame')).toEqual([]);
    await user.click(button());
    await pass(frames, 100);
    expect(Number(text('sent').replace(',', ''))).toBeGreaterThan(150);
  });

  it('is not told of request by request to those who hear it, only its beginning and its end', async () => {
    const { user, frames } = await running();
    expect(screen.getByText('Traffic began: 200 requests a second.')).toBeTruthy();
    await user.keyboard('t');
    await pass(frames, 100);
    const [said] = screen.getAllByText(/^The run was stopped: \d+ requests/);
    expect(said?.getAttribute('aria-live')).toBeNull();
    expect(document.querySelectorAll('[aria-live=polite]')[1]?.textContent).toMatch(/^The run was stopped/);
  });

  it('ends with what it came to, until that is dismissed', async () => {
    const { user, frames } = await running();
    await user.keyboard('t');
    await pass(frames, 100);
    const ending = within(screen.getByRole('region', { name: 'How the run ended' }));
    expect(ending.getByText(/^The run was stopped/)).toBeTruthy();
    await user.click(ending.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('region', { name: 'How the run ended' })).toBeNull();
  });
});

describe('the switch between due and sent', () => {
  it('shows both, and says by how much they differ', async () => {
    const { user, frames } = await running(2_000);
    await pass(frames, 4_000);
    expect(text('omission')).toMatch(/from due, .* from sent \([\d.]+×\)/);
    await user.click(screen.getByRole('radio', { name: /^sent/ }));
    expect(screen.getByRole('heading', { name: 'Service time' })).toBeTruthy();
    expect(screen.getByText(/a stalled system looks quicker than it is/)).toBeTruthy();
  });
});

describe('a pause', () => {
  it('holds the traces, goes back through them by key and by slider, and lets them go', async () => {
    const { host, user, frames } = await running();
    await user.keyboard('p');
    await tick();
    expect(requestsOf(host, 'hold_traces')).toEqual([{ hold: true }]);
    expect(tab('Request')).toBe('true');
    const held = host.load?.hold(true).ids ?? [];
    const slider = screen.getByRole<HTMLInputElement>('slider', { name: 'Held trace' });
    expect(slider.value).toBe(String(held.length - 1));
    await screen.findByText(new RegExp(`^Request #${held.at(-1)} `));

    await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowRight}');
    await screen.findByText(new RegExp(`^Request #${held.at(-2)} `));
    expect(text('scrub-place')).toBe(`trace ${held.length - 1} of ${held.length}`);

    await fireEvent.input(slider, { target: { value: '0' } });
    await screen.findByText(new RegExp(`^Request #${held[0]} `));
    expect(screen.getByText(/ s before the pause$/)).toBeTruthy();

    const before = text('sent');
    await pass(frames, 500);
    expect(text('sent')).toBe(before);

    await user.keyboard('p');
    expect(requestsOf(host, 'hold_traces')).toEqual([{ hold: true }, { hold: false }]);
    expect(screen.queryByRole('slider', { name: 'Held trace' })).toBeNull();
    await pass(frames, 500);
    expect(text('sent')).not.toBe(before);
  });

  it('leaves the arrows to slow motion where there was no traffic', async () => {
    const { host, user } = await openApp();
    await user.keyboard(' p{ArrowLeft}');
    expect(requestsOf(host, 'hold_traces')).toEqual([]);
    expect(screen.queryByRole('slider', { name: 'Held trace' })).toBeNull();
  });
});

describe('a request of the traffic', () => {
  it('is opened from the table behind the strip, with why its value is not there', async () => {
    const { host, user, frames } = await running();
    await user.keyboard('t');
    await pass(frames, 100);
    const [show] = screen.getAllByRole('button', { name: 'Show table' });
    const strip = screen.getByRole('heading', { name: /^Latency of the latest/ }).closest('section');
    if (!strip || !show) throw new Error('there is no strip');
    await user.click(within(strip).getByRole('button', { name: 'Show table' }));
    const [first] = within(strip).getAllByRole('button', { name: /^#/ });
    if (!first) throw new Error('the table is empty');
    await user.click(first);
    expect(requestsOf(host, 'kept_trace').length).toBeGreaterThan(0);
    expect(tab('Request')).toBe('true');
    await user.click(screen.getByRole('tab', { name: 'Value' }));
    expect(screen.getByText('Values are kept of single requests, not of traffic.')).toBeTruthy();
  });

  it('that is no longer kept is said to be gone', async () => {
    const { host, user, frames } = await running();
    await user.keyboard('t');
    await pass(frames, 100);
    const strip = screen.getByRole('heading', { name: /^Latency of the latest/ }).closest('section');
    if (!strip) throw new Error('there is no strip');
    await user.click(within(strip).getByRole('button', { name: 'Show table' }));
    host.load = null;
    const [first] = within(strip).getAllByRole('button', { name: /^#/ });
    if (!first) throw new Error('the table is empty');
    await user.click(first);
    expect(await screen.findByText(/is no longer kept/)).toBeTruthy();
  });
});
