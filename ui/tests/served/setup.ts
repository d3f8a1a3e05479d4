// What all tests of the served page have in common: one Chromium, and a data folder to copy from, since a catalogue takes
// seconds to build.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

import { chromiumOptions } from '../chromium';
import { BINARY, importRecording, serveFrom, UI } from './server';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the Chromium listens. */
    chromium: string;
    /** A data folder with a catalogue and the committed recordings. */
    template: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(BINARY)) {
    throw new Error(`${BINARY} is missing; build it with: make ui/dist && cargo build -p cachescope`);
  }
  const template = mkdtempSync(join(tmpdir(), 'cachescope-template-'));
  const browser = await chromium.launchServer(chromiumOptions());
  const tearDown = async (): Promise<void> => {
    await browser.close();
    rmSync(template, { recursive: true });
  };
  try {
    const serving = await serveFrom(template);
    const page = await fetch(serving.url).then((answer) => answer.text());
    await serving.close();
    const built = readFileSync(join(UI, 'dist/index.html'), 'utf8').match(/\/assets\/[\w.-]+/g) ?? [];
    if (built.length === 0 || !built.every((asset) => page.includes(asset))) {
      throw new Error(
        `${BINARY} serves another page than ui/dist holds; build it anew: make ui/dist && cargo build -p cachescope`,
      );
    }
    for (const number of [1, 2, 3, 4]) importRecording(template, `recording-${number}.json`);
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('chromium', browser.wsEndpoint());
  project.provide('template', template);
  return tearDown;
}
