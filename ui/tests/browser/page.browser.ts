// The page over a backend in memory: every scene in light and dark, for accessibility, for text that does not fit, and for
// what it asks of others. With CACHESCOPE_SCREENSHOTS=folder it leaves pictures there.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallTexts } from '../flaws';
import { enlarge, LARGE, misfits, picture, SMALL, violations } from '../looks';
import { Theatre, type Visit } from './chromium';
import { SCENES, type Scene } from './scenes';

let theatre: Theatre;
beforeAll(async () => (theatre = await Theatre.open()));
afterAll(() => theatre?.close());

function sceneOf(name: string): Scene {
  const scene = SCENES.find((each) => each.name === name);
  if (!scene) throw new Error(`There is no scene ${name}.`);
  return scene;
}

async function during(visit: Promise<Visit>, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, wrongs } = await visit;
  try {
    await look(page);
  } finally {
    // One left open would take the others' time.
    await page.close();
  }
  expect(wrongs).toEqual([]);
}

const LARGER = [125, 150, 200];

/** Each scene is played once, and looked at in every way: contrast differs by the colours, all else by the room there is. */
it.each(SCENES)('$name can be read by everybody and fits', async (scene) => {
  await during(theatre.play(scene, { viewport: SMALL, colorScheme: 'light' }), async (page) => {
    expect(await violations(page)).toEqual([]);
    expect(await misfits(page)).toEqual([]);
    await picture(page, `${scene.name}-light`);

    for (const percent of LARGER) {
      await enlarge(page, percent);
      expect(await misfits(page), `at ${percent} %`).toEqual([]);
      await picture(page, `${scene.name}-${percent}`);
    }
    await enlarge(page, 100);

    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-theme=dark]').waitFor();
    expect(await violations(page), 'in dark').toEqual([]);
    expect(await misfits(page), 'in dark').toEqual([]);
    await picture(page, `${scene.name}-dark`);

    await page.setViewportSize(LARGE);
    expect(await misfits(page), 'in dark, in a large window').toEqual([]);
    await picture(page, `${scene.name}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html[data-theme=light]').waitFor();
    expect(await misfits(page), 'in a large window').toEqual([]);
    await picture(page, `${scene.name}-light`);
    // As an audience sees it, from the last row.
    if (scene.name.startsWith('presenter')) expect(await page.evaluate(smallTexts, 28)).toEqual([]);
  });
});

it('makes the text of the chart larger with the rest, as far as the window is wide', async () => {
  await during(theatre.play(sceneOf('hit'), { viewport: SMALL }), async (page) => {
    const heights: number[] = [];
    for (const percent of [100, ...LARGER]) {
      await enlarge(page, percent);
      const box = await page.getByTestId('node-client').locator('.title').boundingBox();
      heights.push(box?.height ?? 0);
    }
    const [usual = 0, ...larger] = heights;
    const growth = larger.map((height) => height / usual);
    expect(growth[0]).toBeGreaterThan(1.2);
    expect(growth[1]).toBeGreaterThan(1.45);
    expect(growth[2]).toBeGreaterThan(1.6);
  });
});

it('closes the keys by Escape and gives the focus back to where it was', async () => {
  await during(theatre.play(sceneOf('empty'), { viewport: SMALL }), async (page) => {
    const send = page.getByTestId('send');
    await send.focus();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.waitFor();
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);

    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await send.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});
