// A picture of Chromium's own view of `Server-Timing`: its network panel, opened beside a page that asks the front door. By hand:
//   cachescope serve --http 127.0.0.1:8080
//   node tests/server-timing.mjs http://127.0.0.1:8080/api/products/42 ../tests/pictures/server-timing.png

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, picture] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'cachescope-server-timing-'));
// The panel is a page that comes with Chromium, and watches the other over the port for debugging.
const flags = ['--disable-gpu', '--remote-debugging-port=0', '--remote-allow-origins=*'];
if (process.getuid?.() === 0) flags.push('--no-sandbox');

const context = await chromium.launchPersistentContext(folder, {
  executablePath: process.env.CACHESCOPE_CHROMIUM ?? '/usr/bin/chromium',
  args: flags,
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
});
try {
  const [port] = (await readFile(join(folder, 'DevToolsActivePort'), 'utf8')).split('\n');
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  const panel = await context.newPage();
  const socket = `127.0.0.1:${port}/devtools/page/${targetInfo.targetId}`;
  await panel.goto(`devtools://devtools/bundled/devtools_app.html?ws=${socket}&panel=network`);
  await panel.getByText('Currently recording network activity').waitFor();
  await page.goto(url);
  await panel.locator('td.name-column').first().click();
  await panel.getByRole('tab', { name: 'Timing' }).click();
  await panel.getByText('db_query').or(panel.getByText('cache_get')).first().waitFor();
  await panel.screenshot({ path: picture });
} finally {
  await context.close();
  await rm(folder, { recursive: true });
}
