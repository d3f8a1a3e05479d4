import { cleanup, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';
import { GUIDE, GUIDE_FILES, linksOf } from '../guide';

afterEach(cleanup);

it('is opened from the keys, and its links lead from page to page', async () => {
  const { host, user } = await openApp();
  await user.keyboard('?');
  await user.click(screen.getByRole('button', { name: 'Guide' }));
  const guide = within(screen.getByRole('dialog', { name: 'Guide' }));
  expect(guide.getByRole('heading', { name: 'A miss, then a hit' })).toBeTruthy();
  for (const { title } of GUIDE) expect(guide.getByRole('button', { name: title })).toBeTruthy();

  await user.click(guide.getByRole('button', { name: 'Conditions' }));
  await user.click(guide.getByRole('button', { name: 'servers of your own' }));
  expect(guide.getByRole('heading', { name: 'Servers of your own' })).toBeTruthy();

  await user.keyboard('x');
  expect(requestsOf(host, 'clear_cache')).toEqual([]);
  await user.click(guide.getByRole('button', { name: 'Close the guide' }));
  expect(screen.queryByRole('dialog', { name: 'Guide' })).toBeNull();
});

it('has every page in its contents, and no link that leads nowhere', () => {
  const names = GUIDE.map(({ name }) => name);
  expect(names.toSorted()).toEqual(GUIDE_FILES.filter((name) => name !== 'README.md').toSorted());
  for (const { name, tokens } of GUIDE)
    for (const link of linksOf(tokens)) expect(names, `a link in ${name}`).toContain(link);
});
