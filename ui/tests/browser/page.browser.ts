// The page over a backend in memory: every scene in light and dark, for accessibility, for text that does not fit, and for
// what it asks of others. With CACHESCOPE_SCREENSHOTS=folder it leaves pictures there.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enlarge, LARGE, misfits, picture, SMALL, violations } from '../looks';
import { Theatre, type Visit } from './chromium';
import { SCENES } from './scenes';

let theatre: Theatre;
beforeAll(async () => (theatre = await Theatre.open()));
afterAll(() => theatre?.close());

async function during(visit: Promise<Visit>, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, wrongs } = await visit;
  await look(page);
  await page.close();
  expect(wrongs).toEqual([]);
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it.each(SCENES)('$name can be read by everybody and fits', async (scene) => {
    await during(theatre.play(scene, { viewport: SMALL, colorScheme }), async (page) => {
      expect(await violations(page)).toEqual([]);
      expect(await misfits(page)).toEqual([]);
      await picture(page, `${scene.name}-${colorScheme}`);

      await page.setViewportSize(LARGE);
      expect(await misfits(page)).toEqual([]);
      await picture(page, `${scene.name}-${colorScheme}`);
    });
  });
});

const LARGER = [125, 150, 200];

// A busy Stage has no other texts than one with a hit.
it.each(SCENES.filter(({ sent }) => !sent))('$name fits with larger text', async (scene) => {
  await during(theatre.play(scene, { viewport: SMALL }), async (page) => {
    for (const percent of LARGER) {
      await enlarge(page, percent);
      expect(await misfits(page), `at ${percent} %`).toEqual([]);
      await picture(page, `${scene.name}-${percent}`);
    }
  });
});
