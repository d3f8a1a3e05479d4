// Takes the README's pictures from the real app: `cachescope serve --ui` in Debian's Chromium, on the real server and the real
// database. `make pictures` runs it; what is seen differs from run to run, as what is measured does.
//   node tests/pictures.mjs ../target/release/cachescope ../tests/pictures     (needs wrk)

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [program, folder] = process.argv.slice(2).map((path) => resolve(path));

const data = mkdtempSync(join(tmpdir(), 'cachescope-pictures-'));
const serving = spawn(program, ['--data-dir', data, 'serve', '--ui', '--http', '127.0.0.1:0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const flags = ['--disable-gpu', '--disable-background-networking', '--disable-sync'];
if (process.getuid?.() === 0) flags.push('--no-sandbox');
const browser = await chromium.launch({
  executablePath: process.env.CACHESCOPE_CHROMIUM ?? '/usr/bin/chromium',
  args: flags,
});

try {
  let url = '';
  for await (const line of createInterface({ input: serving.stdout })) {
    url = line.match(/^The window, in a browser: (\S+)/)?.[1] ?? '';
    if (url) break;
  }
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    // A token on its way would be caught in mid-travel.
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const take = (name) => page.screenshot({ path: join(folder, `${name}.png`) });
  const outcome = page.getByTestId('trace-panel').getByTestId('outcome');

  await page.goto(url);
  await page.locator('[data-testid=send]:not([disabled])').waitFor();
  // What stands there in the first minute only would cover the waterfall.
  await page.getByRole('button', { name: 'Do not show this again' }).click();
  await page.locator('body').press('Space');
  await outcome.getByText('miss', { exact: false }).waitFor();
  await page.keyboard.press('Space');
  await outcome.getByText('hit', { exact: false }).waitFor();
  await take('stage');

  // Visitors through the front door: as many as wrk sends.
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const wrk = spawn('wrk', ['-t1', '-c64', '-d1m', `${new URL(url).origin}/api/products/42?query=lookup`], {
    stdio: 'ignore',
  });
  await page
    .locator('footer .line')
    .getByText(/sent\s+[3-9]\d\d,\d{3}/)
    .waitFor();
  await take('wrk');
  wrk.kill('SIGINT');
  await once(wrk, 'exit');

  // A committed study, as its report shows it.
  await page.setViewportSize({ width: 800, height: 1100 });
  await page.goto(pathToFileURL(join(folder, '../recordings/study/report.html')).href);
  await take('study');
} finally {
  await browser.close();
  serving.kill('SIGINT');
  await once(serving, 'exit');
  rmSync(data, { recursive: true });
}
