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

it('a token that is not ours lets nobody in', async () => {
  await visit({}, async ({ page, origin }) => {
    const stranger = await page.context().browser()?.newPage();
    await stranger?.goto(`${origin}/?token=0123456789abcdef`);
    await stranger?.getByText('open the address that it printed then').waitFor();
    // Nothing else is there to be tried in vain.
    expect(await stranger?.getByRole('button').count()).toBe(0);
  });
});

it('nothing runs in the page that did not come with it, and it asks nobody else', async () => {
  await visit({}, async ({ page, wrongs }) => {
    const refused = await page.evaluate(async () => {
      const told = (act: () => unknown): Promise<string> =>
        new Promise((tell) => {
          document.addEventListener('securitypolicyviolation', (of) => tell(of.effectiveDirective), {
            once: true,
          });
          act();
        });
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      return [
        await told(() => document.body.append(script)),
        await told(() => void fetch('http://127.0.0.1:9/').catch(() => undefined)),
      ];
    });
    expect(refused).toEqual(['script-src-elem', 'connect-src']);
    expect(await page.title()).toBe('Cachescope');
    // What was refused is printed too; the page itself did nothing of it.
    expect(wrongs.splice(0).every((wrong) => wrong.includes('Content Security Policy'))).toBe(true);
  });
});

it('the rail leads to each place, to the keys and into presenter mode, and Escape leads back', async () => {
  await visit({}, async (visitor) => {
    const names = (await visitor.rail.allInnerTexts()).map((name) => name.trim());
    expect(names).toEqual(['Stage', 'Compare', 'Lessons', 'Inside', 'Present', 'Keys', 'Settings']);
    for (const place of names.filter((name) => name !== 'Present' && name !== 'Keys'))
      await visitor.go(place);

    const keys = visitor.rail.filter({ hasText: 'Keys' });
    await keys.click();
    const dialog = visitor.page.getByRole('dialog', { name: 'Keys' });
    await dialog.waitFor();
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await visitor.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await keys.evaluate((element) => element === document.activeElement)).toBe(true);

    await visitor.click('Present');
    await visitor.reads('Hit or miss?');
    await visitor.press('Escape');
    await visitor.isAt('Stage');
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
