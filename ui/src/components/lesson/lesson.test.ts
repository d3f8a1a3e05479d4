import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../../tests/app';

afterEach(cleanup);

const TITLE = 'The first request misses, the second hits';

async function openLesson() {
  const opened = await openApp();
  await opened.user.keyboard('{Control>}3{/Control}');
  await opened.user.click(await screen.findByRole('button', { name: TITLE }));
  await screen.findByRole('article', { name: TITLE });
  return opened;
}

const step = () => screen.getByTestId('step-title').textContent;
const outcome = () => screen.findByTestId('outcome-of-step');
const performed = (host: Parameters<typeof requestsOf>[0]) =>
  requestsOf(host, 'perform_step').map((request) => (request as { action: number | null }).action);

describe('the lessons', () => {
  it('are listed with how long they take and how far one is; files that are none are told of', async () => {
    const { user } = await openApp();
    await user.keyboard('{Control>}3{/Control}');
    const entry = await screen.findByRole('button', { name: TITLE });
    expect(entry.textContent).toMatch(/6 min.*2 steps/s);
    expect(screen.getByRole('alert').textContent).toContain('broken.md: Line 3');
    expect(screen.queryByRole('button', { name: /Forget/ })).toBeNull();
  });

  it('are counted from where one left off, until that is forgotten', async () => {
    const { user } = await openLesson();
    await user.click(screen.getByTestId('perform'));
    await outcome();
    await user.click(screen.getByTestId('leave-lesson'));
    const entry = await screen.findByRole('button', { name: TITLE });
    await waitFor(() => expect(entry.textContent).toContain('1 of 2 steps'));
    await user.click(entry);
    await screen.findByRole('article');
    expect(step()).toBe('Ask again');

    await user.click(screen.getByTestId('leave-lesson'));
    await user.click(await screen.findByRole('button', { name: /Forget/ }));
    await waitFor(() => expect(screen.getByRole('button', { name: TITLE }).textContent).toContain('2 steps'));
  });
});

describe('a lesson', () => {
  it('begins with what it starts from, beside the Stage', async () => {
    const { host } = await openLesson();
    expect(requestsOf(host, 'begin_lesson')).toEqual([{ name: 'hit-and-miss', seed: null }]);
    expect(screen.getByTestId('flow-diagram')).toBeTruthy();
    expect(step()).toBe('Ask once');
  });

  it('does by keys what the step says, one by one, and draws it on the chart', async () => {
    const { host, user } = await openLesson();
    await user.keyboard('x');
    await waitFor(() => expect(performed(host)).toEqual([0]));
    expect(screen.queryByTestId('outcome-of-step')).toBeNull();
    await user.keyboard(' ');
    await outcome();
    expect(performed(host)).toEqual([0, 1]);
    expect(screen.getByTestId('flow-diagram').dataset.path).toBe('miss');
    // Neither was done on the Stage besides.
    expect(requestsOf(host, 'clear_cache').concat(requestsOf(host, 'send'))).toEqual([]);
    // What is done is done: the key is the Stage's again.
    await user.keyboard(' ');
    await waitFor(() => expect(requestsOf(host, 'send')).toHaveLength(1));
  });

  it('does what is left of a step by its button', async () => {
    const { host, user } = await openLesson();
    await user.keyboard('x');
    await waitFor(() => expect(screen.getByTestId('perform').textContent).toContain('Do the rest'));
    await user.click(screen.getByTestId('perform'));
    await outcome();
    expect(performed(host)).toEqual([0, 1]);
    await user.click(screen.getByRole('button', { name: 'Do it again' }));
    await waitFor(() => expect(performed(host)).toEqual([0, 1, null]));
  });

  it('does with a key what has none of its own before it, and after the last', async () => {
    const { host, user } = await openLesson();
    await user.keyboard('x ');
    await outcome();
    await user.click(screen.getByTestId('next-step'));
    await waitFor(() => expect(step()).toBe('Ask again'));
    await user.keyboard(' ');
    await outcome();
    expect(performed(host).slice(2)).toEqual([0, 1, 2]);
    expect(requestsOf(host, 'send')).toEqual([]);
  });

  it('explains a wrong prediction with the numbers of the run', async () => {
    const { host, user } = await openLesson();
    await user.keyboard('1');
    await waitFor(() => expect(requestsOf(host, 'predict_step')).toHaveLength(1));
    expect(screen.queryByTestId('verdict')).toBeNull();
    await user.click(screen.getByTestId('perform'));
    const verdict = await screen.findByTestId('verdict');
    expect(verdict.textContent).toMatch(/Not so\..*An empty shelf cannot answer\. It took 2\.31 ms\./s);
    const right = within(screen.getByTestId('prediction')).getByLabelText('right');
    expect(right.closest('label')?.textContent).toContain('A miss');
    // Nobody predicts what they have seen.
    await user.keyboard('2');
    expect(requestsOf(host, 'predict_step')).toHaveLength(1);
  });

  it('says whether what was expected holds, and tells it to who cannot see it', async () => {
    const { user } = await openLesson();
    await user.keyboard('2');
    await user.click(screen.getByTestId('perform'));
    expect((await outcome()).textContent).toMatch(
      /A miss, in\s*2\.31 ms.*Holds.*The first request misses\./s,
    );
    const said = await screen.findByText(
      /A miss\. Your prediction was right\. Holds: The first request misses\./,
    );
    expect(said.getAttribute('aria-live')).toBe('polite');
  });

  it('can be followed to its end without a pointer', async () => {
    const { host, user } = await openApp();
    await user.keyboard('{Control>}3{/Control}');
    const entry = await screen.findByRole('button', { name: TITLE });
    entry.focus();
    await user.keyboard('{Enter}');
    await screen.findByRole('article');
    const press = async (id: string) => {
      const button = screen.getByTestId(id);
      for (let tabs = 0; document.activeElement !== button && tabs < 60; tabs += 1) await user.tab();
      expect(document.activeElement).toBe(button);
      await user.keyboard('{Enter}');
    };
    await user.keyboard('2');
    await press('perform');
    await waitFor(async () => expect(document.activeElement).toBe(await outcome()));
    await press('next-step');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('step-title')));
    expect(step()).toBe('Ask again');
    await user.keyboard('1');
    await press('perform');
    await waitFor(async () => expect(document.activeElement).toBe(await outcome()));
    await press('next-step');
    expect((await screen.findByRole('button', { name: TITLE })).textContent).toContain('done');
    expect(requestsOf(host, 'leave_lesson')).toHaveLength(1);
  });

  it('has a page for the teacher behind a button', async () => {
    const { user } = await openLesson();
    expect(screen.queryByText('Questions to ask')).toBeNull();
    await user.click(screen.getByTestId('teacher'));
    const page = within(screen.getByRole('region', { name: 'Teacher’s page' }));
    expect(page.getByText(/which two ways a request can go/)).toBeTruthy();
    expect(page.getByText('6 minutes, 2 steps')).toBeTruthy();
    expect(page.getByText(/Who put the copy/)).toBeTruthy();
    expect(page.getByText(/in the cache\?/)).toBeTruthy();
  });

  it('is presented with its cues, its questions and its answers', async () => {
    const { host, user } = await openLesson();
    await user.keyboard('f');
    const title = () => within(screen.getByTestId('card')).getByRole('heading').textContent;
    await waitFor(() => expect(title()).toBe(TITLE));
    await user.keyboard('{PageDown}');
    expect(screen.getByText(/somebody has to walk to the storeroom/)).toBeTruthy();
    await user.keyboard('{PageDown}122');
    expect(screen.getByText('3 votes')).toBeTruthy();
    await user.keyboard('{PageDown}{PageDown}');
    expect(await screen.findByText(/A miss\. time: 2\.31 ms\./)).toBeTruthy();
    await user.keyboard('{PageDown}');
    expect(within(screen.getByTestId('card')).getByText('2 · 66.7 %')).toBeTruthy();
    expect(screen.getByText('Just so. It took 2.31 ms.')).toBeTruthy();

    await user.keyboard('0');
    await waitFor(() => expect(requestsOf(host, 'begin_lesson')).toHaveLength(2));
    await waitFor(() => expect(title()).toBe(TITLE));
    expect(requestsOf(host, 'start_over')).toHaveLength(1);
  });
});
