// Somebody in front of the served page: what they press, and what they then see.

import { constants, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';

import { SMALL, settled, wrongsOf } from '../looks';
import { serveFrom } from './server';

/** How a page is opened. */
export interface Circumstances extends BrowserContextOptions {
  /** The committed recordings are there. */
  recordings?: boolean;
  /** What is done with the page before it is opened. */
  before?: (page: Page) => unknown;
}

export class Visitor {
  constructor(
    readonly page: Page,
    /** Where the page comes from, without the token. */
    readonly origin: string,
    /** What it did that it must not do. */
    readonly wrongs: string[],
  ) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async click(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).first().click();
  }

  /** Waits until it is to be read somewhere. */
  async reads(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  /** Waits until the request of that number is on show, with its outcome and whatever else is to be in its panel. */
  async sees(number: number, outcome: string, ...words: string[]): Promise<void> {
    let panel = this.panel
      .filter({ hasText: `Request #${number} ·` })
      .filter({ has: this.page.getByTestId('outcome').getByText(outcome, { exact: true }) });
    for (const word of words) panel = panel.filter({ hasText: word });
    await panel.waitFor();
  }

  /** Waits until some traffic has been counted. */
  async seesTraffic(): Promise<void> {
    await this.page.getByTestId('sent').filter({ hasText: /\d\d/ }).waitFor();
  }

  get panel(): Locator {
    return this.page.getByTestId('trace-panel');
  }

  /** The buttons of the rail, in their order. */
  get rail(): Locator {
    return this.page.getByRole('navigation', { name: 'Places' }).getByRole('button');
  }

  async opensTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await this.page.getByRole('tab', { name, selected: true }).waitFor();
  }

  async go(place: string): Promise<void> {
    await this.rail.filter({ hasText: place }).click();
    await this.isAt(place);
  }

  async isAt(place: string): Promise<void> {
    await this.rail.filter({ hasText: place }).and(this.page.locator('[aria-current=page]')).waitFor();
  }
}

/** Opens the page on a server of its own, with a data folder of its own; and says what it did that it must not do. */
export async function visit(
  { recordings, before, ...options }: Circumstances,
  look: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cachescope-served-'));
  const template = inject('template');
  for (const file of readdirSync(template)) {
    // With what SQLite has not yet written into the file itself.
    const wanted = /^catalogue-small\.db/.test(file) || (recordings && /^recordings\.db/.test(file));
    if (wanted) copyFileSync(join(template, file), join(folder, file), constants.COPYFILE_FICLONE);
  }
  try {
    const serving = await serveFrom(folder);
    const browser = await chromium.connect(inject('chromium'));
    try {
      const context = await browser.newContext({
        viewport: SMALL,
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'UTC',
        acceptDownloads: true,
        ...options,
      });
      // Only a failure takes this long, on however busy a machine.
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const { origin } = new URL(serving.url);
      const wrongs = wrongsOf(context, origin);
      await before?.(page);
      await page.goto(serving.url);
      await page.locator('[data-testid=send]:not([disabled])').waitFor();
      await settled(page);
      await look(new Visitor(page, origin, wrongs));
      expect(wrongs).toEqual([]);
    } finally {
      await browser.close();
      await serving.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
