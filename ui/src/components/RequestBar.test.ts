import { cleanup, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';

afterEach(cleanup);

const field = () => screen.getByRole('textbox', { name: 'Product' });
const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
const outcome = async () => (await screen.findByTestId('outcome')).textContent;

describe('a request', () => {
  it('is for the product that was typed', async () => {
    const { host, user } = await openApp();
    await user.clear(field());
    await user.type(field(), '7');
    await user.click(button(/^Send/));
    expect(requestsOf(host, 'send')).toEqual([{ product: 7, query: 'page' }]);
    expect(await screen.findByText('Request #1 · product 7 · page')).toBeTruthy();
  });

  it('is sent by Enter too: first a miss, then a hit', async () => {
    const { user } = await openApp();
    await user.type(field(), '{Enter}');
    expect(await outcome()).toBe('MISS');
    await user.type(field(), '{Enter}');
    expect(await outcome()).toBe('HIT');
  });

  it.each([
    ['abc', '“abc” is not a number. Products are numbered from 1.'],
    ['1.5', 'Products have whole numbers, from 1.'],
    ['0', 'Products are numbered from 1.'],
    ['-3', 'Products are numbered from 1.'],
    ['4294967296', 'No catalogue is that large: the largest number is 4,294,967,295.'],
    ['', 'Type the number of a product, such as 42.'],
  ])('is not sent for “%s”, and a sentence says why', async (typed, sentence) => {
    const { host, user } = await openApp();
    await user.clear(field());
    if (typed) await user.type(field(), typed);
    expect(screen.getByRole('alert').textContent).toBe(sentence);
    expect(button(/^Send/).disabled).toBe(true);
    expect(button(/^Write/).disabled).toBe(true);
    await user.keyboard('{Enter}');
    field().blur();
    await user.keyboard(' w');
    expect(requestsOf(host, 'send')).toEqual([]);
    expect(requestsOf(host, 'write')).toEqual([]);
  });

  it('waits for the catalogue', async () => {
    const { host, user } = await openApp({ catalogue: { state: 'opening' } });
    expect(button(/^Send/).disabled).toBe(true);
    await user.keyboard(' ');
    expect(requestsOf(host, 'send')).toEqual([]);
  });

  it('asks the query that was chosen', async () => {
    const { host, user } = await openApp();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Query' }), 'report · many rows');
    expect(requestsOf(host, 'change_settings')).toMatchObject([{ conditions: { query: 'report' } }]);
    await user.click(button(/^Send/));
    expect(requestsOf(host, 'send')).toEqual([{ product: 42, query: 'report' }]);
  });
});

describe('the buttons', () => {
  it('write', async () => {
    const { host, user } = await openApp();
    await user.click(button(/^Write/));
    expect(requestsOf(host, 'write')).toEqual([{ product: 42 }]);
    expect(await outcome()).toBe('WRITTEN');
  });

  it('clear the cache, and say what was in it', async () => {
    const { user } = await openApp();
    await user.click(button(/^Send/));
    await user.click(button(/^Clear cache/));
    expect((await screen.findByRole('status')).textContent).toContain(
      'The cache is empty: 1 key was removed.',
    );
    await user.click(button(/^Send/));
    expect(await outcome()).toBe('MISS');
  });

  it('stop the server, so that requests go past it, and revive it', async () => {
    const { user } = await openApp();
    await user.click(button(/^Stop server/));
    expect(button(/^Clear cache/).disabled).toBe(true);
    await user.click(button(/^Send/));
    expect(await outcome()).toBe('BYPASS');
    await user.click(button(/^Revive server/));
    await user.click(button(/^Send/));
    expect(await outcome()).toBe('MISS');
  });

  it('hold what is shown, count what comes meanwhile, and go on', async () => {
    const { user } = await openApp();
    await user.click(button(/^Send/));
    await user.click(button(/^Pause/));
    await user.click(button(/^Send/));
    expect(await screen.findByText('1 new')).toBeTruthy();
    expect(await outcome()).toBe('MISS');
    await user.click(button(/^Go on/));
    expect(await outcome()).toBe('HIT');
  });
});

it.each([
  [' ', 'send', { product: 42, query: 'page' }],
  ['h', 'send', { product: 1, query: 'page' }],
  ['w', 'write', { product: 42 }],
  ['x', 'clear_cache', undefined],
  ['k', 'stop_engine', undefined],
])('the key “%s” asks for %s', async (key, command, request) => {
  const { host, user } = await openApp();
  await user.keyboard(key);
  expect(requestsOf(host, command)).toEqual([request]);
});

it('the key “r” asks for a product that the catalogue holds', async () => {
  const { host, user } = await openApp();
  await user.keyboard('r');
  const [{ product }] = requestsOf(host, 'send') as [{ product: number }];
  expect(product).toBeGreaterThanOrEqual(1);
  expect(product).toBeLessThanOrEqual(10_000);
});
