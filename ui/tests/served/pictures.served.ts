// Each place as it looks, light in a small window and dark in a large one, against the committed pictures. Where the look
// changed on purpose, PICTURES=write npm run test:served -- pictures
// draws them anew. Where it did not, what differs is left in tests/artifacts.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';

import { LARGE, settled, SMALL } from '../looks';
import { UI } from './server';
import { steady } from './steady';
import { visit, type Visitor } from './visitor';

const KEPT = fileURLToPath(new URL('pictures', import.meta.url));
const ARTIFACTS = join(UI, '../tests/artifacts');

/** So many pixels may differ: letters that another version smooths otherwise; less than any moved button leaves. */
const STRAYS = 600;

/** What is drawn, each from where the one before was, and how one comes to it. */
const DRAWN: [name: string, come: (visitor: Visitor) => Promise<void>][] = [
  [
    'stage',
    async (visitor) => {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS');
      await visitor.press('Space');
      await visitor.sees(2, 'HIT');
    },
  ],
  [
    'presenter',
    async (visitor) => {
      await visitor.press('f', '1', '2', '1', 'Space');
      await visitor.page.getByTestId('card').filter({ hasText: 'A hit.' }).waitFor();
    },
  ],
  [
    'compare',
    async (visitor) => {
      await visitor.press('Escape');
      await visitor.go('Compare');
      await visitor.click(/^Compare all of/);
      await visitor.reads('Save report…');
    },
  ],
  [
    'inside',
    async (visitor) => {
      await visitor.go('Inside');
      await visitor.opensTab('Tables');
      await visitor.page.getByRole('region', { name: 'Rows' }).waitFor();
    },
  ],
  [
    'lesson',
    async (visitor) => {
      await visitor.go('Lessons');
      await visitor.page.getByTestId('lesson').first().click();
      await visitor.page.getByTestId('prediction').waitFor();
    },
  ],
];

/** How many pixels differ from the picture that is kept; where too many do, or there is none, what to look at. */
function differs(name: string, picture: Buffer): string | null {
  const kept = join(KEPT, `${name}.png`);
  if (process.env.PICTURES === 'write') {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(kept, picture);
    return null;
  }
  const actual = PNG.sync.read(picture);
  const expected = existsSync(kept) ? PNG.sync.read(readFileSync(kept)) : null;
  const { width, height } = actual;
  const difference = new PNG({ width, height });
  const strays =
    expected?.width === width && expected.height === height
      ? pixelmatch(expected.data, actual.data, difference.data, width, height, { threshold: 0.2 })
      : null;
  if (strays !== null && strays <= STRAYS) return null;
  mkdirSync(ARTIFACTS, { recursive: true });
  writeFileSync(join(ARTIFACTS, `${name}.png`), picture);
  if (strays === null) return `${name}: there is no picture of that size to compare with`;
  writeFileSync(join(ARTIFACTS, `${name}-difference.png`), PNG.sync.write(difference));
  return `${name}: ${strays} pixels differ; see tests/artifacts/${name}-difference.png`;
}

it.each([
  { colorScheme: 'light', viewport: SMALL },
  { colorScheme: 'dark', viewport: LARGE },
] as const)('each place looks in $colorScheme as it did', async ({ colorScheme, viewport }) => {
  await visit({ recordings: true, colorScheme, viewport, before: steady }, async (visitor) => {
    const { page } = visitor;
    const differences: (string | null)[] = [];
    for (const [name, come] of DRAWN) {
      await come(visitor);
      // Nothing has the keyboard or the pointer.
      await page.mouse.move(0, 0);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await settled(page);
      const picture = await page.screenshot({
        animations: 'disabled',
        caret: 'hide',
        // How long one has presented.
        mask: [page.getByRole('timer')],
        maskColor: '#808080',
      });
      differences.push(differs(`${name}-${colorScheme}`, picture));
    }
    expect(differences.filter((difference) => difference !== null)).toEqual([]);
  });
});
