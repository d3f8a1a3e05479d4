// Everything there is to see can be read by everybody and fits: in light and dark, in a small window and a large one, and
// with text of twice the size. With CACHESCOPE_SCREENSHOTS=folder it leaves pictures there.

import { expect, it } from 'vitest';

import { smallTexts } from '../flaws';
import { enlarge, LARGE, misfits, picture, SMALL, violations } from '../looks';
import { TOURS } from './sights';
import { visit, type Visitor } from './visitor';

/** Contrast differs by the colours, all else by the room there is: so either is seen with either, not each with each. */
const WAYS = [
  { colorScheme: 'dark', size: LARGE },
  { colorScheme: 'light', size: SMALL },
] as const;

/** Looks at what is on show in every way, and leaves it as it was. */
async function flawsOf({ page }: Visitor, name: string): Promise<string[]> {
  const found: string[] = [];
  const note = (how: string, flaws: string[]): unknown =>
    found.push(...flaws.map((flaw) => `${name}, ${how}: ${flaw}`));
  for (const { colorScheme, size } of WAYS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    note(`${size.width} wide`, await misfits(page));
    note(`in ${colorScheme}`, await violations(page));
    const presented = await page.evaluate(() => 'presenting' in document.documentElement.dataset);
    // As an audience sees it, from the last row.
    if (presented && size === LARGE) note('presented', await page.evaluate(smallTexts, 28));
    await picture(page, `${name.replaceAll(' ', '-')}-${colorScheme}`);
  }
  await enlarge(page, 200);
  note('text of twice the size', await misfits(page));
  await picture(page, `${name.replaceAll(' ', '-')}-200`);
  await enlarge(page, 100);
  return found;
}

it.each(TOURS)('can be read by everybody and fits: $name', async ({ recordings, sights }) => {
  await visit({ recordings }, async (visitor) => {
    const found: string[] = [];
    for (const [name, come] of sights) {
      await come(visitor);
      found.push(...(await flawsOf(visitor, name)));
    }
    expect(found).toEqual([]);
  });
});
