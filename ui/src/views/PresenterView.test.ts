import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';

afterEach(cleanup);

const card = () => screen.getByTestId('card');
const title = () => within(card()).getByRole('heading').textContent;

async function present() {
  const opened = await openApp();
  await opened.user.keyboard('f');
  await screen.findByTestId('card');
  return opened;
}

/** The first scene, on its first card. */
async function presentScene() {
  const opened = await openApp();
  await opened.user.keyboard('g');
  await screen.findByText('Stampede');
  await opened.user.keyboard('1f');
  await screen.findByText(/One answer is dear/);
  return opened;
}

describe('presenter mode', () => {
  it('fills the screen with what is for an audience, and gives everything back', async () => {
    const { host, user } = await present();
    expect(host.filled).toBe(true);
    expect(screen.queryByRole('navigation')).toBeNull();
    expect(screen.queryByRole('form', { name: 'Request' })).toBeNull();
    host.tell({ event: 'notice', value: 'A newer version is there.' });
    expect(screen.queryByText('A newer version is there.')).toBeNull();

    await user.keyboard('{Escape}');
    expect(host.filled).toBe(false);
    expect(await screen.findByRole('navigation')).toBeTruthy();
    expect(screen.getByText('A newer version is there.')).toBeTruthy();
  });

  it('ends when the browser gives the screen back by itself', async () => {
    const { host } = await present();
    host.left();
    expect(await screen.findByRole('navigation')).toBeTruthy();
  });

  it('is not for a split Stage, and says so', async () => {
    const { host, user } = await openApp();
    await user.keyboard('s');
    await screen.findAllByTestId('flow-diagram');
    await user.keyboard('f');
    expect(host.filled).toBe(false);
    expect(await screen.findByText(/Close the split/)).toBeTruthy();
  });

  it('counts votes on the next answer and hides who is ahead until it is there', async () => {
    const { user } = await present();
    await user.keyboard('1222');
    expect(within(card()).getByText('4 votes')).toBeTruthy();
    await user.keyboard('{Backspace}');
    expect(within(card()).getByText('3 votes')).toBeTruthy();
    expect(within(card()).queryByText(/%/)).toBeNull();

    await user.keyboard(' ');
    await waitFor(() => expect(title()).toBe('A miss.'));
    expect(within(card()).getByText('2 · 66.7 %')).toBeTruthy();
    expect(within(card()).getByLabelText('right').closest('li')?.textContent).toContain('Miss');

    // The next vote is on the next answer.
    await user.keyboard('1');
    expect(title()).toBe('Hit or miss?');
    expect(within(card()).getByText('1 vote')).toBeTruthy();
  });

  it('goes through a scene by a clicker: it asks, plays and answers', async () => {
    const { host, user } = await presentScene();
    await user.keyboard('{PageDown}');
    expect(title()).toBe('What do you think?');
    await user.keyboard('{PageDown}11112');
    expect(title()).toBe('Will it hold?');
    await user.keyboard('{PageDown}');
    expect(title()).toBe('unprotected');
    expect(requestsOf(host, 'play_scene')).toEqual([]);
    await user.keyboard('{PageDown}');
    expect(await screen.findByText(/queries to the database: 112/)).toBeTruthy();
    expect(requestsOf(host, 'play_scene')).toEqual([{ scene: 'stampede', take: 'unprotected' }]);
    await user.keyboard('{PageDown}');
    expect(title()).toBe('It holds.');
    expect(within(card()).getByText('4 · 80.0 %')).toBeTruthy();
    await user.keyboard('{PageUp}{PageUp}');
    expect(title()).toBe('Will it hold?');
  });

  it('starts over by one key: the laboratory, the cards, the votes and what was asked for', async () => {
    const { host, user } = await presentScene();
    await user.keyboard('{PageDown}{PageDown}1');
    await user.keyboard('0');
    await screen.findByText(/One answer is dear/);
    expect(requestsOf(host, 'start_over')).toHaveLength(1);
    expect(screen.getByText(/^Back at the start, seed 1, after \d+ ms\.$/)).toBeTruthy();
    await user.keyboard('{PageDown}{PageDown}');
    expect(within(card()).getByText('0 votes')).toBeTruthy();
  });

  it('tells the same story from the same seed, and another from the second', async () => {
    const { host, user } = await present();
    const story = async (): Promise<unknown[]> => {
      const before = requestsOf(host, 'send').length;
      for (let sent = 1; sent <= 3; sent += 1) {
        await user.keyboard('r');
        await waitFor(() => expect(requestsOf(host, 'send')).toHaveLength(before + sent));
      }
      return requestsOf(host, 'send').slice(before);
    };
    const first = await story();
    await user.keyboard('0');
    await screen.findByText(/Back at the start, seed 1/);
    expect(await story()).toEqual(first);
    await user.keyboard('n');
    await screen.findByText(/Back at the start, seed 2/);
    const other = await story();
    expect(other).not.toEqual(first);
    await user.keyboard('0');
    await waitFor(() => expect(requestsOf(host, 'start_over')).toHaveLength(3));
    await waitFor(() => expect(title()).toBe('Hit or miss?'));
    expect(await story()).toEqual(other);
  });

  it('plays scenes from the second seed too', async () => {
    const { host, user } = await presentScene();
    await user.keyboard('n');
    await screen.findByText(/Back at the start, seed 2/);
    await user.keyboard('{PageDown}{PageDown}{PageDown}{PageDown}');
    await screen.findByText(/queries to the database: 112/);
    expect(requestsOf(host, 'play_scene')).toEqual([{ scene: 'stampede', take: 'unprotected', seed: 2 }]);
  });
});
