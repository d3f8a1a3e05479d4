// What only a browser does: it is let in by a token, saves and takes files, and other clients come in by the front door.

import { expect, it } from 'vitest';

import { settled } from '../looks';
import { visit } from './visitor';

it('the token does not stay in the address, the tab is let in again without it, and a stranger is told where to find it', async () => {
  await visit({}, async ({ page, origin }) => {
    expect(page.url()).toBe(`${origin}/`);
    await page.reload();
    await page.locator('[data-testid=send]:not([disabled])').waitFor();

    const stranger = await page.context().newPage();
    await stranger.goto(origin);
    await stranger.getByRole('alert').filter({ hasText: 'cachescope serve --ui' }).waitFor();
  });
});

it('what another client asks by the front door is on the Stage, which then finds it in the cache', async () => {
  await visit({}, async (visitor) => {
    const { page } = visitor;
    const answer = await page.evaluate(() =>
      fetch('/api/products/7').then(({ headers }) => headers.get('x-cache')),
    );
    expect(answer).toBe('MISS');
    await visitor.sees(1, 'MISS', 'product 7 ', 'through the HTTP front door');
    await page.getByLabel('Product', { exact: true }).fill('7');
    await visitor.press('Enter');
    await visitor.sees(2, 'HIT', 'product 7 ');
  });
});

it('a recording is saved as a file, which is known when it is taken in again', async () => {
  await visit({}, async (visitor) => {
    const { page } = visitor;
    await visitor.press('o');
    await visitor.seesTraffic();
    await visitor.press('o', 't');
    await visitor.click('Open in Compare');
    const downloading = page.waitForEvent('download');
    await visitor.click('Save as');
    await page.getByRole('menuitem', { name: /JSON/ }).click();
    const file = await downloading;
    expect(file.suggestedFilename()).toMatch(/\.json$/);

    const choosing = page.waitForEvent('filechooser');
    await visitor.click('Import…');
    const buffer = Buffer.concat(await (await file.createReadStream()).toArray());
    await (await choosing).setFiles({ name: file.suggestedFilename(), mimeType: 'application/json', buffer });
    await visitor.reads('was here already; it was not taken in twice');
  });
});

it('a page that is opened beside the first shows the same laboratory', async () => {
  await visit({}, async (visitor) => {
    const { page } = visitor;
    await visitor.press('k');
    await visitor.reads('Revive server');
    const token = await page.evaluate(() => sessionStorage.getItem('cachescope-token'));
    const second = await page.context().newPage();
    await second.goto(`${visitor.origin}/?token=${token}`);
    await second.getByText('Revive server').waitFor();
    await second.keyboard.press('k');
    await visitor.reads('Stop server');
    await settled(second);
  });
});
