// The page in a real Chromium, under the content security policy of the app.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { preview, type PreviewServer } from 'vite';

import { chromiumOptions } from '../chromium';
import { settled, wrongsOf } from '../looks';
import type { Scene } from './scenes';

const UI = fileURLToPath(new URL('../..', import.meta.url));
/** A page in a scene, and what it did that it must not do. */
export interface Visit {
  page: Page;
  /** Errors it printed and addresses it asked that are not its own. */
  wrongs: string[];
}

export class Theatre {
  #folder: string;
  #server: PreviewServer;
  #browser: Browser;

  private constructor(folder: string, server: PreviewServer, browser: Browser) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
  }

  static async open(): Promise<Theatre> {
    const folder = mkdtempSync(join(tmpdir(), 'cachescope-page-'));
    build(folder);
    const server = await preview({
      configFile: false,
      root: UI,
      build: { outDir: folder },
      preview: { port: 0, host: '127.0.0.1', headers: { 'content-security-policy': policy() } },
    });
    const browser = await chromium.launch(chromiumOptions());
    return new Theatre(folder, server, browser);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Opens the page, presses the scene's keys and waits until it says what the scene ends with. */
  async play(scene: Scene, options: BrowserContextOptions): Promise<Visit> {
    const origin = this.#server.resolvedUrls?.local[0] ?? '';
    const page = await this.#browser.newPage({ reducedMotion: 'reduce', ...options });
    const wrongs = wrongsOf(page.context(), new URL(origin).origin);
    await page.goto(`${origin}tests/browser/index.html?scene=${scene.name}`);
    await page.getByRole('list', { name: 'Conditions' }).waitFor();
    await page.evaluate(sendRandom, scene.sent ?? 0);
    for (const key of scene.keys) await page.keyboard.press(key);
    await page.getByText(scene.says).first().waitFor();
    for (const { keys = [], type, button, says } of scene.then ?? []) {
      if (button)
        await page
          .getByLabel(button, { exact: true })
          .or(page.getByText(button, { exact: true }))
          .first()
          .click();
      if (type) await page.keyboard.type(type);
      for (const key of keys) await page.keyboard.press(key);
      await page.getByText(says).first().waitFor();
    }
    await settled(page);
    return { page, wrongs };
  }
}

/** Presses R so many times, faster than anybody could. Runs inside the page. */
async function sendRandom(times: number): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'r', bubbles: true }));
    await new Promise((answered) => setTimeout(answered));
  }
}

/** By itself, as for the app: a test's environment would make it another one. */
function build(folder: string): void {
  const vite = join(UI, 'node_modules/vite/bin/vite.js');
  const config = join(UI, 'tests/browser/vite.config.ts');
  execFileSync(
    process.execPath,
    [vite, 'build', '--config', config, '--outDir', folder, '--logLevel', 'warn'],
    {
      cwd: UI,
      env: { ...process.env, VITEST: undefined, NODE_ENV: 'production' },
      stdio: 'inherit',
    },
  );
}

function policy(): string {
  const config = JSON.parse(readFileSync(join(UI, '../src-tauri/tauri.conf.json'), 'utf8')) as {
    app: { security: { csp: string } };
  };
  return config.app.security.csp;
}
