// What there is to see of the real thing: how one comes to it from the Stage as it opens, and how one knows that one is there.
// Only that which any server can be brought to; what takes a failing or a full one is in tests/browser.

import type { Visitor } from './visitor';

interface Sight {
  name: string;
  /** The committed recordings are there. */
  recordings?: boolean;
  come: (visitor: Visitor) => Promise<void>;
}

const STUDY = 'No cache, mini-redis, bundled, redis-server';

async function records(visitor: Visitor): Promise<void> {
  await visitor.press('o');
  await visitor.seesTraffic();
}

async function lists(visitor: Visitor): Promise<void> {
  await visitor.go('Compare');
  await visitor.reads('Open a recording by its name');
}

async function opens(visitor: Visitor): Promise<void> {
  await lists(visitor);
  await visitor.page.getByRole('button', { name: 'redis-server', exact: true }).click();
  await visitor.reads('Play on the Stage');
}

async function compares(visitor: Visitor): Promise<void> {
  await lists(visitor);
  await visitor.click(`Compare all of ${STUDY}`);
  await visitor.reads('Save report…');
}

export const SIGHTS: Sight[] = [
  {
    name: 'the Stage before anything was sent',
    come: (visitor) => visitor.reads('first a miss, then a hit'),
  },
  {
    name: 'a miss',
    async come(visitor) {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS', 'db_query');
    },
  },
  {
    name: 'a hit',
    async come(visitor) {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS');
      await visitor.press('Space');
      await visitor.sees(2, 'HIT', 'without the cache');
    },
  },
  {
    name: 'the SQL of a miss',
    async come(visitor) {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS');
      await visitor.page.getByRole('tab', { name: 'SQL' }).click();
      await visitor.page.getByRole('tab', { name: 'SQL', selected: true }).waitFor();
    },
  },
  {
    name: 'the value of a miss',
    async come(visitor) {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS');
      await visitor.page.getByRole('tab', { name: 'Value' }).click();
      await visitor.page.getByRole('tab', { name: 'Value', selected: true }).waitFor();
    },
  },
  {
    name: 'a write',
    async come(visitor) {
      await visitor.press('w');
      await visitor.sees(1, 'WRITTEN');
    },
  },
  {
    name: 'a cleared cache',
    async come(visitor) {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS');
      await visitor.press('x');
      await visitor.reads('The cache is empty: 1 key was removed.');
    },
  },
  {
    name: 'a bypass around a server that is stopped',
    async come(visitor) {
      await visitor.press('k');
      await visitor.reads('Revive server');
      await visitor.press('Space');
      await visitor.sees(1, 'BYPASS');
    },
  },
  {
    name: 'a miss with a slow database, beside the conditions',
    async come(visitor) {
      await visitor.press('l');
      await visitor.page.getByTestId('fault').waitFor();
      await visitor.press('Space');
      await visitor.sees(1, 'MISS', 'injected');
      await visitor.press('c');
      await visitor.page.getByTestId('conditions').waitFor();
    },
  },
  {
    name: 'a request through the front door',
    async come(visitor) {
      await visitor.page.evaluate(() => fetch('/api/products/7'));
      await visitor.page.getByTestId('door').waitFor();
    },
  },
  {
    name: 'what traffic sends',
    async come(visitor) {
      await visitor.click('What traffic sends');
      await visitor.page.getByText('More', { exact: true }).click();
      await visitor.reads('Measure quietly');
    },
  },
  {
    name: 'traffic',
    async come(visitor) {
      await visitor.press('t');
      await visitor.seesTraffic();
    },
  },
  {
    name: 'traffic that is paused',
    async come(visitor) {
      await visitor.press('t');
      await visitor.seesTraffic();
      await visitor.press('p');
      await visitor.page.getByTestId('scrub-place').waitFor();
      await visitor.press('ArrowLeft');
      await visitor.reads('before the pause');
    },
  },
  {
    name: 'a run that has ended',
    async come(visitor) {
      await visitor.press('t');
      await visitor.seesTraffic();
      await visitor.press('t');
      await visitor.reads('The run was stopped');
    },
  },
  { name: 'a recording that goes on', come: records },
  {
    name: 'a recording that was kept',
    async come(visitor) {
      await records(visitor);
      await visitor.press('o');
      await visitor.reads('Open in Compare');
    },
  },
  {
    name: 'a split Stage',
    async come(visitor) {
      await visitor.press('s');
      await visitor.page.getByTestId('side-b').waitFor();
      await visitor.press('Space');
      await visitor.page.getByTestId('score').filter({ hasText: 'miss' }).waitFor();
    },
  },
  {
    name: 'a split Stage with traffic',
    async come(visitor) {
      await visitor.press('s');
      await visitor.page.getByTestId('side-b').waitFor();
      await visitor.press('t');
      await visitor.page.getByTestId('score').filter({ hasText: '/s' }).waitFor();
    },
  },
  {
    name: 'the conditions of a side',
    async come(visitor) {
      await visitor.press('s');
      await visitor.page.getByTestId('side-b').waitFor();
      await visitor.click('Change the conditions of side B');
      await visitor.reads('Conditions of side B');
    },
  },
  {
    name: 'the scenes',
    async come(visitor) {
      await visitor.press('g');
      await visitor.page.getByTestId('scene').first().waitFor();
    },
  },
  {
    name: 'a scene',
    async come(visitor) {
      await visitor.press('g');
      await visitor.page.getByTestId('scene').first().waitFor();
      await visitor.press('1');
      await visitor.page.getByTestId('take').first().waitFor();
    },
  },
  {
    name: 'Compare without recordings',
    async come(visitor) {
      await visitor.go('Compare');
      await visitor.reads('Nothing is recorded yet');
    },
  },
  {
    name: 'the plan of a comparison',
    async come(visitor) {
      await visitor.go('Compare');
      await visitor.click('Plan a comparison…');
      await visitor.reads('Start the comparison');
    },
  },
  { name: 'recordings', recordings: true, come: lists },
  { name: 'a recording', recordings: true, come: opens },
  { name: 'four recordings compared', recordings: true, come: compares },
  {
    name: 'how to save a recording',
    recordings: true,
    async come(visitor) {
      await opens(visitor);
      await visitor.click('Save as');
      await visitor.page.getByRole('menuitem', { name: /JSON/ }).waitFor();
    },
  },
  {
    name: 'a recording that is renamed',
    recordings: true,
    async come(visitor) {
      await lists(visitor);
      await visitor.click('More about redis-server');
      await visitor.page.getByRole('menuitem', { name: /Rename/ }).click();
      await visitor.reads('Cancel');
    },
  },
  {
    name: 'a recording that was deleted',
    recordings: true,
    async come(visitor) {
      await lists(visitor);
      await visitor.click('More about redis-server');
      await visitor.page.getByRole('menuitem', { name: 'Delete' }).click();
      await visitor.reads('“redis-server” was deleted');
    },
  },
  {
    name: 'a recording that is played back',
    recordings: true,
    async come(visitor) {
      await opens(visitor);
      await visitor.click('Play on the Stage');
      await visitor.page.getByTestId('replay-toggle').filter({ hasText: 'Pause' }).waitFor();
      await visitor.press('p');
      await visitor.page.getByTestId('replay-toggle').filter({ hasText: 'Play' }).waitFor();
    },
  },
  {
    name: 'the keys',
    async come(visitor) {
      await visitor.press('?');
      await visitor.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    },
  },
];
