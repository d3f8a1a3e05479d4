// The page as `cachescope serve --ui` serves it, in Debian's Chromium, on the real server and the real database. Driven by
// tests/integration/http/page.rs; run by hand with the address that was printed: node tests/served.mjs 'http://…/?token=…'

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [url] = process.argv.slice(2);
// It asks its maker for nothing, and as root, as in a container, it has no sandbox.
const flags = ['--disable-gpu', '--disable-background-networking', '--disable-sync'];
if (process.getuid?.() === 0) flags.push('--no-sandbox');

const browser = await chromium.launch({
  executablePath: process.env.CACHESCOPE_CHROMIUM ?? '/usr/bin/chromium',
  args: flags,
});
const wrongs = [];
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && wrongs.push(message.text()));
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (!['data:', 'blob:'].includes(protocol) && host !== new URL(url).host) wrongs.push(request.url());
  });
  const outcome = page.getByTestId('trace-panel').getByTestId('outcome');

  await page.goto(url);
  await page.locator('[data-testid=send]:not([disabled])').waitFor();
  assert.equal(new URL(page.url()).search, '', 'the token does not stay in the address bar');

  await page.keyboard.press('Space');
  await outcome.getByText('miss', { exact: false }).waitFor();
  await page.keyboard.press('Space');
  await outcome.getByText('hit', { exact: false }).waitFor();
  console.log('a miss, then a hit');

  await page.keyboard.press('o');
  const counts = page.locator('footer .line');
  await counts.getByText(/sent\s+[1-9]/).waitFor();
  await page.keyboard.press('o');
  await page.keyboard.press('t');
  await page.keyboard.press('Control+2');
  await page
    .getByTestId(/^recording-/)
    .first()
    .getByRole('button')
    .first()
    .click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as' }).click();
  await page.getByRole('menuitem', { name: /JSON/ }).click();
  const file = await download;
  console.log(`traffic was recorded, and saved as ${file.suggestedFilename()}`);

  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: /import/i }).click();
  await (await chooser).setFiles(await file.path());
  await page.getByText('was here already; it was not taken in twice').waitFor();
  console.log('the file came back, and was known');

  await page.keyboard.press('Control+1');
  await page.evaluate(() => fetch('/api/products/7'));
  await page.getByTestId('door').waitFor();
  console.log('a request by the front door shows on the Stage');

  await page.keyboard.press('s');
  await page.getByText('Latency, side B').waitFor();
  await page.keyboard.press('Space');
  console.log('split: side B has a server of its own');

  await page.reload();
  await page.locator('[data-testid=send]:not([disabled])').waitFor();
  console.log('loaded anew, the tab is still let in');

  const stranger = await context.newPage();
  await stranger.goto(new URL('/', url).href);
  await stranger.getByText('cachescope serve').waitFor();
  console.log('a page without the token is told where to find it');

  assert.deepEqual(wrongs, []);
} finally {
  await browser.close();
}
