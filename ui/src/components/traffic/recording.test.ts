// Recording on the Stage, and playing recordings back there.

import { cleanup, screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../../tests/app';
import type { ManualFrames } from '../../../tests/frames';
import { RECORDINGS, Shelf } from '../../../tests/shelf';

afterEach(cleanup);

/** Lets time pass, and each question be answered before the next frame. */
async function pass(frames: ManualFrames, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20) {
    frames.pass(20, 20);
    await new Promise((answered) => setTimeout(answered));
  }
  await tick();
}

const record = () => screen.getByTestId('record');

describe('the ● button', () => {
  it('starts traffic and records it, and says what it is kept as', async () => {
    const { host, user } = await openApp();
    expect(record().textContent).toContain('Record');
    await user.keyboard('o');
    expect(requestsOf(host, 'start_recording')).toEqual([{ name: null }]);
    expect(host.status.traffic.state).toBe('running');
    expect(record().getAttribute('aria-pressed')).toBe('true');
    expect(record().textContent).toMatch(/Recording.*Rec 0:0\d/s);
    expect(screen.getByText(/^Recording began: /)).toBeTruthy();

    await user.click(record());
    expect(await screen.findByText(/^Kept as “bundled, page/)).toBeTruthy();
    expect(host.status.traffic.state).toBe('running');
    await user.click(screen.getByRole('button', { name: 'Open in Compare' }));
    expect(await screen.findByRole('article', { name: 'The recording' })).toBeTruthy();
  });

  it('leaves it to the words about the run where that has ended', async () => {
    const { user, frames } = await openApp();
    await user.keyboard('o');
    await pass(frames, 1_000);
    await user.keyboard('t');
    await pass(frames, 200);
    const ending = within(screen.getByRole('region', { name: 'How the run ended' }));
    expect(await ending.findByText(/^Kept as “bundled, page/)).toBeTruthy();
    expect(screen.getAllByText(/^Kept as/)).toHaveLength(1);
    await user.click(ending.getByRole('button', { name: 'Open in Compare' }));
    expect(await screen.findByRole('article', { name: 'The recording' })).toBeTruthy();
  });

  it('says why there is nothing to record during a comparison', async () => {
    const { host, user } = await openApp();
    host.tell({
      event: 'status',
      value: {
        ...host.status,
        study: {
          state: 'running',
          name: '',
          contender: '',
          round: 1,
          rounds: 5,
          warming_up: false,
          done: 0,
          turns: 10,
          left_ms: null,
        },
      },
    });
    await tick();
    expect(record().getAttribute('aria-disabled')).toBe('true');
    expect(record().title).toBe('The comparison that runs records for itself.');
    await user.click(record());
    expect(requestsOf(host, 'start_recording')).toEqual([]);
    expect(screen.getByText('The comparison that runs records for itself.')).toBeTruthy();
    await user.keyboard('t');
    expect(requestsOf(host, 'start_traffic')).toEqual([]);
  });
});

describe('a replay', () => {
  async function replaying() {
    const opened = await openApp();
    opened.host.shelf = new Shelf(RECORDINGS);
    await opened.user.keyboard('{Control>}2{/Control}');
    await opened.user.click(await screen.findByRole('button', { name: 'mini-redis' }));
    await opened.user.click(await screen.findByRole('button', { name: 'Play on the Stage' }));
    await screen.findByRole('group', { name: 'Replay of a recording' });
    await pass(opened.frames, 2_000);
    return opened;
  }

  const time = () => screen.getByTestId('replay-time').textContent;

  it('is on the Stage in place of what sends requests, under its own conditions', async () => {
    const { host, user } = await replaying();
    expect(screen.queryByRole('form', { name: 'Request' })).toBeNull();
    expect(time()).toMatch(/^[12]\.\d of 25\.0 s$/);
    const chips = screen.getByRole('list', { name: 'Conditions' });
    expect(chips.textContent).toMatch(/As recorded.*mini-redis/s);
    expect(chips.textContent).not.toContain('38211');
    expect(screen.getByTestId('engine-link').textContent).toContain('as recorded');
    expect(document.activeElement).toBe(screen.getByTestId('replay-toggle'));
    await user.keyboard('rwht');
    expect(requestsOf(host, 'send')).toEqual([]);
    expect(requestsOf(host, 'start_traffic')).toEqual([]);
  });

  it('is held and goes on by P, steps by arrows, and ends by Escape', async () => {
    const { host, user, frames } = await replaying();
    await user.keyboard('p');
    await pass(frames, 300);
    const stood = time();
    await pass(frames, 1_000);
    expect(time()).toBe(stood);

    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    expect(await screen.findByText(/^request \d[\d,]* of [\d,]+ sampled$/)).toBeTruthy();
    expect(screen.getByText(/^Request #/)).toBeTruthy();
    expect(screen.getByTestId('flow-diagram').dataset.path).not.toBe('none');

    await user.keyboard('p');
    await pass(frames, 1_000);
    expect(time()).not.toBe(stood);

    await user.keyboard('{Escape}');
    expect(await screen.findByRole('form', { name: 'Request' })).toBeTruthy();
    expect(requestsOf(host, 'end_replay')).toHaveLength(1);
    expect(screen.getByTestId('flow-diagram').dataset.path).toBe('none');
    expect(screen.getByText('Press', { exact: false, selector: '.empty' })).toBeTruthy();
  });

  it('is scrubbed', async () => {
    const { host, frames } = await replaying();
    const slider = screen.getByRole<HTMLInputElement>('slider', { name: 'Moment of the recording' });
    slider.value = '20000';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await pass(frames, 400);
    expect(requestsOf(host, 'seek_replay')).toEqual([{ position_ms: 20_000, paused: false }]);
    expect(time()).toMatch(/^20\.\d of 25\.0 s$/);
  });

  it('is not asked for while traffic is sent', async () => {
    const { host, user } = await openApp();
    host.shelf = new Shelf(RECORDINGS);
    await user.keyboard('t');
    await user.keyboard('{Control>}2{/Control}');
    await user.click(await screen.findByRole('button', { name: 'mini-redis' }));
    const play = await screen.findByRole<HTMLButtonElement>('button', { name: 'Play on the Stage' });
    expect([play.disabled, play.title]).toEqual([true, 'Traffic is being sent; stop it on the Stage first.']);
  });
});
