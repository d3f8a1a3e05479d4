// How the window looks is chosen in Settings, and holds at once.

import type { JSHandle, Page, WebSocket } from 'playwright-core';
import { expect, it } from 'vitest';

import { settled } from '../looks';
import { visit, type Visitor } from './visitor';

const background = ({ page }: Visitor): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

it('the colours follow the system until others are chosen', async () => {
  await visit({ colorScheme: 'dark' }, async (visitor) => {
    const dark = await background(visitor);
    await visitor.go('Settings');
    await visitor.page.getByLabel('Colours').selectOption('light');
    await visitor.page.locator('html[data-theme=light]').waitFor();
    const light = await background(visitor);
    expect(light).not.toBe(dark);

    await visitor.page.getByLabel('Colours').selectOption('system');
    await visitor.page.locator('html[data-theme=dark]').waitFor();
    await visitor.page.emulateMedia({ colorScheme: 'light' });
    await visitor.page.locator('html[data-theme=light]').waitFor();
    expect(await background(visitor)).toBe(light);
  });
});

/** Waits until a change of the settings has been answered. */
const kept = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    const asked = new Set<unknown>();
    const read = (payload: string | Buffer): { id?: number; command?: string } => JSON.parse(String(payload));
    socket.on('framesent', ({ payload }) => {
      const { id, command } = read(payload);
      if (command === 'change_settings') asked.add(id);
    });
    socket.on('framereceived', ({ payload }) => {
      if (asked.has(read(payload).id)) resolve();
    });
  });

it('what was chosen holds when the page is loaded anew', async () => {
  let changed: Promise<void> | undefined;
  const before = (page: Page): unknown => page.on('websocket', (socket) => (changed ??= kept(socket)));
  await visit({ colorScheme: 'light', before }, async (visitor) => {
    await visitor.go('Settings');
    await visitor.page.getByLabel('Colours').selectOption('dark');
    await changed;
    await visitor.page.reload();
    await visitor.page.locator('html[data-theme=dark]').waitFor();
  });
});

it('text of twice the size is twice as large, and the text of the chart grows as far as the window is wide', async () => {
  await visit({}, async (visitor) => {
    const { page } = visitor;
    const title = page.getByTestId('node-client').locator('.title');
    const sizes = async (): Promise<{ text: number; chart: number }> => ({
      text: await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)),
      chart: (await title.boundingBox())?.height ?? NaN,
    });
    const usual = await sizes();
    await visitor.go('Settings');
    await page.getByLabel('Text size').fill('200');
    await visitor.reads('200 %');
    await visitor.go('Stage');
    await settled(page);
    const large = await sizes();
    expect(large.text / usual.text).toBeCloseTo(2);
    expect(large.chart / usual.chart).toBeGreaterThan(1.6);
  });
});

/** Notes where the token of the chart is, from now on. */
const followToken = ({ page }: Visitor): Promise<JSHandle<Set<string>>> =>
  page.getByTestId('token').evaluateHandle((token: HTMLElement) => {
    const places = new Set<string>();
    new MutationObserver(() => places.add(token.style.transform)).observe(token, {
      attributeFilter: ['style'],
    });
    return places;
  });

it('a token travels the path of a request, and where less motion is wanted it stands at one place after the other', async () => {
  await visit({ reducedMotion: 'no-preference' }, async (visitor) => {
    const { page } = visitor;
    const replay = page.getByRole('group', { name: 'Replay' });
    await visitor.press('Space');
    await visitor.sees(1, 'MISS');
    await replay.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const steps = await visitor.panel.getByRole('row').count();

    // So slowly that even a busy machine draws many of its places.
    await replay.getByLabel('Slow motion').selectOption('20');
    const travelled = await followToken(visitor);
    await replay.getByRole('button', { name: 'Replay from the start' }).click();
    await page.waitForFunction(([places, least]) => places.size > least, [travelled, 2 * steps] as const);

    await visitor.go('Settings');
    await page.getByLabel('Motion').selectOption('reduced');
    await page.locator('html[data-motion=reduced]').waitFor();
    await visitor.go('Stage');
    await replay.getByLabel('Slow motion').selectOption('fit');
    const stood = await followToken(visitor);
    await replay.getByRole('button', { name: 'Replay from the start' }).click();
    await replay.getByRole('button', { name: 'Play', exact: true }).waitFor();
    expect(await stood.evaluate(({ size }) => size)).toBeLessThanOrEqual(steps);

    await page.getByLabel('Product', { exact: true }).fill('7');
    await visitor.press('Enter');
    await visitor.sees(2, 'MISS');
    expect(await page.getByTestId('playback-time').innerText()).toBe(
      await visitor.panel.locator('.total').innerText(),
    );
  });
});

it('less motion is what the system wants, or what is chosen', async () => {
  await visit({ reducedMotion: 'reduce' }, async (visitor) => {
    const { page } = visitor;
    await page.locator('html[data-motion=reduced]').waitFor();
    await visitor.go('Settings');
    await page.getByLabel('Motion').selectOption('full');
    await page.locator('html[data-motion=full]').waitFor();
    await page.getByLabel('Motion').selectOption('system');
    await page.locator('html[data-motion=reduced]').waitFor();
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.locator('html[data-motion=full]').waitFor();
  });
});
