// What there is to see of the real thing, in tours: each begins with the Stage as it opens and goes on from sight to sight.
// Only that which any server can be brought to; what takes a failing or a full one is in tests/browser.

import type { Visitor } from './visitor';

/** How one comes to it from the sight before, and how one knows that one is there. */
export type Sight = [name: string, come: (visitor: Visitor) => Promise<void>];

interface Tour {
  name: string;
  /** The committed recordings are there. */
  recordings?: boolean;
  sights: Sight[];
}

const ONE_REQUEST: Sight[] = [
  ['the first minute', (visitor) => visitor.reads('Ask for it')],
  [
    'a miss in the first minute',
    async (visitor) => {
      await visitor.press('Space');
      await visitor.sees(1, 'MISS', 'db_query');
      await visitor.reads('Ask again');
    },
  ],
  ['the SQL of a miss', (visitor) => visitor.opensTab('SQL')],
  ['the value of a miss', (visitor) => visitor.opensTab('Value')],
  [
    'a hit in the first minute',
    async (visitor) => {
      await visitor.click('Ask again');
      await visitor.sees(2, 'HIT', 'without the cache');
      await visitor.reads('Learn Ctrl 3');
    },
  ],
  [
    'a hit',
    async (visitor) => {
      await visitor.click('Play');
      await visitor.page.getByTestId('first-minute').waitFor({ state: 'detached' });
    },
  ],
  [
    'a write',
    async (visitor) => {
      await visitor.press('w');
      await visitor.sees(3, 'WRITTEN');
    },
  ],
  [
    'a cleared cache',
    async (visitor) => {
      await visitor.press('Space');
      await visitor.sees(4, 'MISS');
      await visitor.press('x');
      await visitor.reads('The cache is empty: 1 key was removed.');
    },
  ],
  [
    'a request through the front door',
    async (visitor) => {
      await visitor.page.evaluate(() => fetch('/api/products/7'));
      await visitor.sees(5, 'MISS', 'product 7 ');
      await visitor.page.getByTestId('door').waitFor();
    },
  ],
  [
    'a bypass around a server that is stopped',
    async (visitor) => {
      await visitor.press('k');
      await visitor.reads('Revive server');
      await visitor.press('Space');
      await visitor.sees(6, 'BYPASS');
    },
  ],
  [
    'a miss with a slow database',
    async (visitor) => {
      await visitor.press('k');
      await visitor.reads('Stop server');
      await visitor.press('l');
      await visitor.page.getByTestId('fault').waitFor();
      await visitor.press('Space');
      await visitor.sees(7, 'MISS', 'injected');
    },
  ],
  [
    'the conditions',
    async (visitor) => {
      await visitor.press('c');
      await visitor.page.getByTestId('conditions').waitFor();
    },
  ],
];

const TRAFFIC: Sight[] = [
  [
    'Compare without recordings',
    async (visitor) => {
      await visitor.go('Compare');
      await visitor.reads('Nothing is recorded yet');
    },
  ],
  [
    'the plan of a comparison',
    async (visitor) => {
      await visitor.click('Plan a comparison…');
      await visitor.reads('Start the comparison');
    },
  ],
  [
    'what traffic sends',
    async (visitor) => {
      await visitor.press('Escape');
      await visitor.go('Stage');
      await visitor.click('What traffic sends');
      await visitor.page.getByText('More', { exact: true }).click();
      await visitor.reads('Measure quietly');
    },
  ],
  [
    'traffic',
    async (visitor) => {
      await visitor.click('What traffic sends');
      await visitor.press('t');
      await visitor.seesTraffic();
      await visitor.page.getByRole('tab', { name: 'Traffic', selected: true }).waitFor();
    },
  ],
  [
    'traffic that is paused',
    async (visitor) => {
      await visitor.press('p');
      await visitor.page.getByTestId('scrub-place').waitFor();
      await visitor.press('ArrowLeft');
      await visitor.reads('before the pause');
    },
  ],
  [
    'a run that has ended',
    async (visitor) => {
      await visitor.press('p', 't');
      await visitor.reads('The run was stopped');
    },
  ],
  [
    'a recording that goes on',
    async (visitor) => {
      await visitor.press('o');
      await visitor.page.locator('[data-testid=record][aria-pressed=true]').waitFor();
      await visitor.seesTraffic();
    },
  ],
  [
    'a recording that was kept',
    async (visitor) => {
      await visitor.press('o');
      await visitor.reads('Open in Compare');
    },
  ],
];

const SPLIT: Sight[] = [
  [
    'a split Stage',
    async (visitor) => {
      await visitor.press('s');
      await visitor.page.getByTestId('side-b').waitFor();
      await visitor.press('Space');
      await visitor.page.getByTestId('score').filter({ hasText: 'miss' }).waitFor();
    },
  ],
  [
    'the conditions of a side',
    async (visitor) => {
      await visitor.click('Change the conditions of side B');
      await visitor.reads('Conditions of side B');
    },
  ],
  [
    'a split Stage with traffic',
    async (visitor) => {
      await visitor.press('Escape', 't');
      await visitor.page.getByTestId('score').filter({ hasText: '/s' }).waitFor();
    },
  ],
];

const SCENES: Sight[] = [
  [
    'the scenes',
    async (visitor) => {
      await visitor.press('g');
      await visitor.page.getByTestId('scene').first().waitFor();
    },
  ],
  [
    'a scene',
    async (visitor) => {
      await visitor.press('1');
      await visitor.page.getByTestId('take').first().waitFor();
    },
  ],
];

const COMPARE: Sight[] = [
  [
    'recordings',
    async (visitor) => {
      await visitor.go('Compare');
      await visitor.reads('Open a recording by its name');
    },
  ],
  [
    'four recordings compared',
    async (visitor) => {
      await visitor.click(/^Compare all of/);
      await visitor.reads('Save report…');
    },
  ],
  [
    'whether the cache pays',
    async (visitor) => {
      await visitor.page.getByText('Does the cache pay').click();
      await visitor.reads('Worked out from');
    },
  ],
  [
    'a recording',
    async (visitor) => {
      await visitor.page.getByRole('button', { name: 'redis-server', exact: true }).click();
      await visitor.reads('Play on the Stage');
    },
  ],
  [
    'how to save a recording',
    async (visitor) => {
      await visitor.click('Save as');
      await visitor.page.getByRole('menuitem', { name: /JSON/ }).waitFor();
    },
  ],
  [
    'a recording that is renamed',
    async (visitor) => {
      await visitor.press('Escape');
      await visitor.click('More about redis-server');
      await visitor.page.getByRole('menuitem', { name: /Rename/ }).click();
      await visitor.reads('Cancel');
    },
  ],
  [
    'a recording that was deleted',
    async (visitor) => {
      await visitor.click('Cancel');
      await visitor.click('More about mini-redis');
      await visitor.page.getByRole('menuitem', { name: 'Delete' }).click();
      await visitor.reads('“mini-redis” was deleted');
    },
  ],
  [
    'a recording that is played back',
    async (visitor) => {
      await visitor.click('Play on the Stage');
      await visitor.page.getByTestId('replay-toggle').filter({ hasText: 'Pause' }).waitFor();
      await visitor.press('p');
      await visitor.page.getByTestId('replay-toggle').filter({ hasText: 'Play' }).waitFor();
    },
  ],
];

const LESSONS: Sight[] = [
  [
    'the lessons',
    async (visitor) => {
      await visitor.go('Lessons');
      await visitor.page.getByTestId('lesson').first().waitFor();
    },
  ],
  [
    'a lesson',
    async (visitor) => {
      await visitor.page.getByTestId('lesson').first().click();
      await visitor.page.getByTestId('prediction').waitFor();
    },
  ],
  [
    'the teacher’s page of a lesson',
    async (visitor) => {
      await visitor.page.getByTestId('teacher').click();
      await visitor.reads('On the board');
    },
  ],
  [
    'a prediction that was wrong',
    async (visitor) => {
      await visitor.page.getByTestId('teacher').click();
      await visitor.press('1');
      await visitor.page.getByTestId('perform').click();
      await visitor.page.getByTestId('verdict').filter({ hasText: 'Not so.' }).waitFor();
    },
  ],
  [
    'a lesson that has begun',
    async (visitor) => {
      await visitor.page.getByTestId('leave-lesson').click();
      await visitor.reads('Forget how far I am');
    },
  ],
];

const INSIDE: Sight[] = [
  [
    'Inside an empty cache',
    async (visitor) => {
      await visitor.go('Inside');
      await visitor.reads('The cache holds no key of Cachescope’s.');
    },
  ],
  [
    'the keys Inside',
    async (visitor) => {
      await visitor.go('Stage');
      await visitor.press('h');
      await visitor.sees(1, 'MISS', 'product 1 ');
      await visitor.go('Inside');
      await visitor.reads('page:1');
    },
  ],
  [
    'the server Inside',
    async (visitor) => {
      await visitor.opensTab('Server');
      await visitor.reads('Commands a second');
    },
  ],
  [
    'all that the server says of itself',
    async (visitor) => {
      await visitor.page.getByText('All that the server says of itself').click();
      await visitor.reads('redis_version');
    },
  ],
  [
    'the console Inside',
    async (visitor) => {
      await visitor.opensTab('Console');
      const command = visitor.page.getByRole('combobox', { name: 'Command' });
      await command.fill('HGETALL nothing');
      await visitor.press('Enter');
      await command.fill('GET cachescope:page:1');
      await visitor.press('Enter');
      await command.fill('NOSUCH');
      await visitor.press('Enter');
      await visitor.reads(/unknown command/);
    },
  ],
  [
    'what the console offers',
    async (visitor) => {
      await visitor.page.getByRole('combobox', { name: 'Command' }).pressSequentially('ge');
      await visitor.page.getByRole('option').first().waitFor();
    },
  ],
  [
    'what passes by Inside',
    async (visitor) => {
      await visitor.opensTab('Monitor');
      await visitor.page.getByLabel('Show the app’s own commands').check();
      // What passed before the watch began is not seen.
      await visitor.page.waitForFunction(
        async () => {
          await fetch('/api/products/1');
          return /GET.*cachescope:page:1/.test(document.querySelector('.monitor')?.textContent ?? '');
        },
        undefined,
        { polling: 200 },
      );
    },
  ],
  [
    'the tables Inside',
    async (visitor) => {
      await visitor.opensTab('Tables');
      await visitor.page.getByRole('region', { name: 'Rows' }).waitFor();
    },
  ],
];

const AROUND: Sight[] = [
  [
    'the settings',
    async (visitor) => {
      await visitor.go('Settings');
      await visitor.reads('The Redis-compatible server behind the cache');
    },
  ],
  [
    'the keys',
    async (visitor) => {
      await visitor.press('?');
      await visitor.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    },
  ],
  [
    'the guide',
    async (visitor) => {
      await visitor.click('Guide');
      await visitor.page.getByRole('dialog', { name: 'Guide' }).waitFor();
    },
  ],
];

const PRESENTER: Sight[] = [
  [
    'presenter mode',
    async (visitor) => {
      await visitor.press('f');
      await visitor.reads('Hit or miss?');
    },
  ],
  [
    'votes in presenter mode',
    async (visitor) => {
      await visitor.press('1', '2', '2');
      await visitor.reads('3 votes');
    },
  ],
  [
    'the answer in presenter mode',
    async (visitor) => {
      await visitor.press('PageDown');
      await visitor.reads('A miss.');
    },
  ],
  [
    'traffic in presenter mode',
    async (visitor) => {
      await visitor.press('t');
      await visitor.reads(/\d\/s$/);
    },
  ],
  [
    'a scene in presenter mode',
    async (visitor) => {
      await visitor.press('t', 'Escape', 'g');
      await visitor.page.getByTestId('scene').first().waitFor();
      await visitor.press('1');
      await visitor.page.getByTestId('take').first().waitFor();
      await visitor.press('f', 'PageDown');
      await visitor.reads('What do you think?');
    },
  ],
  [
    'a lesson in presenter mode',
    async (visitor) => {
      await visitor.press('Escape');
      await visitor.go('Lessons');
      await visitor.page.getByTestId('lesson').first().click();
      await visitor.page.getByTestId('prediction').waitFor();
      await visitor.press('f', 'PageDown');
      await visitor.page.getByLabel(/^Card 2 of/).waitFor();
    },
  ],
];

export const TOURS: Tour[] = [
  { name: 'one request', sights: ONE_REQUEST },
  { name: 'traffic', sights: TRAFFIC },
  { name: 'the split Stage', sights: SPLIT },
  { name: 'scenes', sights: SCENES },
  { name: 'Compare', recordings: true, sights: COMPARE },
  { name: 'lessons', sights: LESSONS },
  { name: 'Inside', sights: INSIDE },
  { name: 'presenter mode', sights: PRESENTER },
  { name: 'what lies around', sights: AROUND },
];
