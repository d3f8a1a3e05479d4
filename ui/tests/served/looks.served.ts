// Everything there is to see can be read by everybody and fits: in light and dark, in a small window and a large one, and
// with text of twice the size. With CACHESCOPE_SCREENSHOTS=folder it leaves pictures there.

import { expect, it } from 'vitest';

import { enlarge, LARGE, misfits, picture, SMALL, violations } from '../looks';
import { SIGHTS } from './sights';
import { visit, type Visitor } from './visitor';

const SIZES = [SMALL, LARGE];

/** Looks at what is on show in every way there is. */
async function inspect({ page }: Visitor, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    expect(await violations(page), `${name}, in ${colorScheme}`).toEqual([]);
    await picture(page, `${name.replaceAll(' ', '-')}-${colorScheme}`);
  }
  for (const percent of [100, 150, 200]) {
    await enlarge(page, percent);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      expect(await misfits(page), `${name}, ${size.width} wide, text at ${percent} %`).toEqual([]);
      await picture(page, `${name.replaceAll(' ', '-')}-${percent}`);
    }
  }
}

it.each(SIGHTS)('$name can be read by everybody and fits', async ({ name, recordings, come }) => {
  await visit({ recordings }, async (visitor) => {
    await come(visitor);
    await inspect(visitor, name);
  });
});

it('every place of the rail can be read by everybody and fits', async () => {
  await visit({ recordings: true }, async (visitor) => {
    for (const place of await visitor.places()) {
      await visitor.go(place);
      await inspect(visitor, place);
      await enlarge(visitor.page, 100);
      await visitor.page.setViewportSize(SMALL);
    }
  });
});

it('what the rail lists besides opens a dialog that can be read by everybody, and Escape leads back', async () => {
  await visit({}, async (visitor) => {
    const places = await visitor.places();
    for (const name of (await visitor.names()).filter((each) => !places.includes(each))) {
      const button = visitor.rail.filter({ hasText: name });
      await button.click();
      const dialog = visitor.page.getByRole('dialog');
      await dialog.waitFor();
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
      await inspect(visitor, name);
      await visitor.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    }
  });
});
