// What is looked for in every page, whichever backend is behind it.

import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

import { flaws } from './flaws';

export const SMALL = { width: 1280, height: 800 };
export const LARGE = { width: 1920, height: 1080 };

/** What pages ask of others and what goes wrong in them, as it occurs. */
export function wrongsOf(context: BrowserContext, origin: string): string[] {
  const wrongs: string[] = [];
  context.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (!['data:', 'blob:'].includes(protocol) && asked !== origin) wrongs.push(`asked for ${request.url()}`);
  });
  context.on('weberror', (error) => wrongs.push(`threw ${error.error().message}`));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrongs.push(`printed ${message.text()}`);
  });
  return wrongs;
}

/** Waits for the fonts and for two frames: what was drawn before a font or a size was known has then been drawn anew. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    await frame();
    await frame();
  });
}

/** What keeps somebody from reading or using the page. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'],
      resultTypes: ['violations'],
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`),
  );
}

/** Text that is cut off, and a window that scrolls sideways. */
export async function misfits(page: Page): Promise<string[]> {
  await settled(page);
  return page.evaluate(flaws);
}

/** As the setting does it. */
export async function enlarge(page: Page, percent: number): Promise<void> {
  await page.evaluate(
    (scale) => document.documentElement.style.setProperty('--text-scale', String(scale)),
    percent / 100,
  );
  await settled(page);
}

/** With CACHESCOPE_SCREENSHOTS=folder, leaves a picture of the page there. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.CACHESCOPE_SCREENSHOTS;
  const { width, height } = page.viewportSize() ?? SMALL;
  if (folder) await page.screenshot({ path: `${folder}/${name}-${width}x${height}.png` });
}
