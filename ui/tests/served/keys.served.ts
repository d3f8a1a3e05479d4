// Every key that `?` lists does, on the real server and the real database, what stands beside it there.

import { expect, it } from 'vitest';

import { BINDINGS, CUES, type Action, type Cue } from '../../src/keys';
import { visit, type Circumstances, type Visitor } from './visitor';

interface Proof extends Circumstances {
  show: (visitor: Visitor) => Promise<void>;
}

const proof = (show: Proof['show'], circumstances: Circumstances = {}): Proof => ({ ...circumstances, show });

const product = ({ page }: Visitor): Promise<string> =>
  page.getByLabel('Product', { exact: true }).inputValue();

/** Where the replay of the request on show stands. */
const moment = ({ page }: Visitor): Promise<number> =>
  page
    .getByRole('slider', { name: 'Moment of the trace' })
    .evaluate((slider: HTMLInputElement) => slider.valueAsNumber);

async function plays(visitor: Visitor): Promise<void> {
  await visitor.go('Compare');
  await visitor.click('More about redis-server');
  await visitor.page.getByRole('menuitem', { name: 'Play on the Stage' }).click();
  await visitor.isAt('Stage');
  await visitor.page.getByTestId('replay-toggle').waitFor();
}

/** That a key goes to a place, from another one. */
const goes = (key: string, place: string): Proof =>
  proof(async (visitor) => {
    await visitor.go(place === 'Settings' ? 'Stage' : 'Settings');
    await visitor.press(key);
    await visitor.isAt(place);
  });

const PROOFS: Record<Action, Proof> = {
  stage: goes('Control+1', 'Stage'),
  compare: goes('Control+2', 'Compare'),
  lessons: goes('Control+3', 'Lessons'),
  inside: goes('Control+4', 'Inside'),
  settings: goes('Control+5', 'Settings'),

  send: proof(async (visitor) => {
    await visitor.press('Space');
    await visitor.sees(1, 'MISS', 'product 42');
    await visitor.press('Space');
    await visitor.sees(2, 'HIT', 'product 42');
  }),

  random: proof(async (visitor) => {
    const products = new Set<string>();
    for (const number of [1, 2, 3]) {
      await visitor.press('r');
      await visitor.panel.filter({ hasText: `Request #${number} ·` }).waitFor();
      const asked = await product(visitor);
      await visitor.panel.filter({ hasText: `product ${asked} ` }).waitFor();
      products.add(asked);
    }
    // Three times the same of ten thousand is no chance.
    expect(products.size).toBeGreaterThan(1);
  }),

  hot: proof(async (visitor) => {
    await visitor.press('h');
    await visitor.sees(1, 'MISS', 'product 1 ');
    expect(await product(visitor)).toBe('1');
  }),

  write: proof(async (visitor) => {
    await visitor.press('Space');
    await visitor.sees(1, 'MISS');
    await visitor.press('w');
    await visitor.sees(2, 'WRITTEN', 'product 42');
    await visitor.press('Space');
    await visitor.sees(3, 'MISS');
  }),

  clear: proof(async (visitor) => {
    await visitor.press('Space');
    await visitor.sees(1, 'MISS');
    await visitor.press('x');
    await visitor.reads('The cache is empty: 1 key was removed.');
    await visitor.press('Space');
    await visitor.sees(2, 'MISS');
  }),

  power: proof(async (visitor) => {
    await visitor.press('k');
    await visitor.reads('Revive server');
    await visitor.press('Space');
    await visitor.sees(1, 'BYPASS');
    await visitor.press('k');
    await visitor.reads('Stop server');
    await visitor.press('Space');
    await visitor.sees(2, 'MISS');
  }),

  slow: proof(async (visitor) => {
    const fault = visitor.page.getByTestId('fault');
    await visitor.press('l');
    await fault.filter({ hasText: 'database slow by 50 ms' }).waitFor();
    await visitor.press('Space');
    await visitor.sees(1, 'MISS', 'ms injected');
    await visitor.press('l');
    await fault.waitFor({ state: 'detached' });
  }),

  conditions: proof(async (visitor) => {
    const drawer = visitor.page.getByTestId('conditions');
    await visitor.press('c');
    await drawer.waitFor();
    await visitor.press('c');
    await drawer.waitFor({ state: 'detached' });
  }),

  traffic: proof(async (visitor) => {
    await visitor.press('t');
    await visitor.seesTraffic();
    await visitor.press('t');
    await visitor.reads('The run was stopped');
  }),

  record: proof(async (visitor) => {
    await visitor.press('o');
    await visitor.page.locator('[data-testid=record][aria-pressed=true]').waitFor();
    await visitor.seesTraffic();
    await visitor.press('o');
    await visitor.page.locator('[data-testid=record][aria-pressed=false]').waitFor();
    await visitor.click('Open in Compare');
    await visitor.isAt('Compare');
    await visitor.reads('Play on the Stage');
  }),

  pause: proof(async (visitor) => {
    await visitor.press('Space');
    await visitor.sees(1, 'MISS');
    await visitor.press('p');
    await visitor.press('Space');
    await visitor.page.getByTestId('pause').filter({ hasText: '1 new' }).waitFor();
    await visitor.sees(1, 'MISS');
    await visitor.press('p');
    await visitor.sees(2, 'HIT');
  }),

  back: proof(async (visitor) => {
    await visitor.press('Space');
    await visitor.sees(1, 'MISS');
    const end = await moment(visitor);
    await visitor.press('ArrowLeft');
    await visitor.page.locator('[data-testid=row-respond][data-current=true]').waitFor();
    expect(await moment(visitor)).toBeLessThan(end);
    await visitor.press('t');
    await visitor.seesTraffic();
    await visitor.press('p');
    const place = visitor.page.getByTestId('scrub-place');
    const [last = ''] = /\d+/.exec(await place.innerText()) ?? [];
    await visitor.press('ArrowLeft');
    await place.filter({ hasText: `trace ${Number(last) - 1} of` }).waitFor();
  }),

  forward: proof(async (visitor) => {
    await visitor.press('Space');
    await visitor.sees(1, 'MISS');
    await visitor.press('ArrowRight');
    await visitor.page.locator('[data-testid=row-cache_get][data-current=true]').waitFor();
    await visitor.press('ArrowRight');
    await visitor.page.locator('[data-testid=row-db_query][data-current=true]').waitFor();
  }),

  split: proof(async (visitor) => {
    const second = visitor.page.getByTestId('side-b');
    await visitor.press('s');
    await second.waitFor();
    await visitor.press('Space');
    await visitor.page.getByTestId('score').filter({ hasText: 'miss' }).waitFor();
    await visitor.press('s');
    await second.waitFor({ state: 'detached' });
  }),

  present: proof(async (visitor) => {
    await visitor.press('f');
    await visitor.reads('Hit or miss?');
    await visitor.rail.first().waitFor({ state: 'hidden' });
  }),

  scenes: proof(async (visitor) => {
    const tab = (name: string) => visitor.page.getByRole('tab', { name, selected: true });
    await visitor.press('g');
    await tab('Scenes').waitFor();
    await visitor.press('g');
    await tab('Request').waitFor();
  }),

  choose: proof(async (visitor) => {
    const scenes = visitor.page.getByTestId('scene');
    await visitor.press('g');
    await scenes.first().waitFor();
    const titles = await scenes.locator('.title').allInnerTexts();
    for (const [index, title] of titles.entries()) {
      await visitor.press(String(index + 1));
      await visitor.page.getByRole('heading', { name: title }).waitFor();
      await visitor.press('Escape');
      await scenes.first().waitFor();
    }
    await visitor.press('1');
    await visitor.page.getByRole('heading', { name: titles[0] }).waitFor();
    await visitor.press('2');
    await visitor.page
      .getByRole('row')
      .filter({ hasText: '…' })
      .getByTestId('take')
      .filter({ hasText: '2' })
      .waitFor();
    await visitor.go('Lessons');
    await visitor.page.getByTestId('lesson').first().click();
    await visitor.page.getByTestId('prediction').waitFor();
    await visitor.press('2');
    await visitor.page.getByTestId('prediction').locator('label:nth-of-type(2) :checked').waitFor();
  }),

  end: proof(
    async (visitor) => {
      await visitor.press('g');
      await visitor.page.getByTestId('scene').first().waitFor();
      await visitor.press('1');
      await visitor.page.getByTestId('take').first().waitFor();
      await visitor.press('Escape');
      await visitor.page.getByTestId('scene').first().waitFor();
      await plays(visitor);
      await visitor.press('Escape');
      await visitor.page.getByTestId('send').waitFor();
    },
    { recordings: true },
  ),

  undo: proof(
    async (visitor) => {
      const deleted = visitor.page.getByRole('button', { name: 'redis-server', exact: true });
      await visitor.go('Compare');
      await visitor.click('More about redis-server');
      await visitor.page.getByRole('menuitem', { name: 'Delete' }).click();
      await deleted.waitFor({ state: 'detached' });
      await visitor.press('Control+z');
      await visitor.reads('“redis-server” is back.');
      await deleted.waitFor();
    },
    { recordings: true },
  ),

  keys: proof(async (visitor) => {
    const dialog = visitor.page.getByRole('dialog', { name: 'Keys' });
    await visitor.press('?');
    await dialog.waitFor();
    await visitor.press('w', 'Escape');
    await dialog.waitFor({ state: 'hidden' });
    await visitor.reads('first a miss, then a hit');
  }),
};

it.each(BINDINGS)('$shown: $words', async ({ action }) => {
  const { show, ...circumstances } = PROOFS[action];
  await visit(circumstances, show);
});

it('the list of keys names each of these, and Enter, which sends from within the product’s field', async () => {
  await visit({}, async (visitor) => {
    await visitor.press('?');
    const listed = await visitor.page.getByRole('dialog', { name: 'Keys' }).locator('dt').allInnerTexts();
    expect(listed).toEqual([...BINDINGS, { shown: 'Enter' }, ...CUES].map(({ shown }) => shown));
    await visitor.press('Escape');
    await visitor.page.getByLabel('Product', { exact: true }).fill('7');
    await visitor.press('Enter');
    await visitor.sees(1, 'MISS', 'product 7 ');
  });
});

const card = ({ page }: Visitor, ...words: string[]): Promise<void> =>
  words.reduce((found, hasText) => found.filter({ hasText }), page.getByTestId('card')).waitFor();

/** The first card of the first scene. */
async function presents(visitor: Visitor): Promise<void> {
  await visitor.press('g');
  await visitor.page.getByTestId('scene').first().waitFor();
  await visitor.press('1');
  await visitor.page.getByTestId('take').first().waitFor();
  await visitor.press('f');
  await visitor.page.getByLabel(/^Card 1 of/).waitFor();
}

const onCard = ({ page }: Visitor, number: number): Promise<void> =>
  page.getByLabel(new RegExp(`^Card ${number} of`)).waitFor();

const CUE_PROOFS: Record<Cue, Proof['show']> = {
  async next(visitor) {
    await presents(visitor);
    await visitor.press('ArrowRight');
    await onCard(visitor, 2);
    await visitor.press('PageDown');
    await onCard(visitor, 3);
  },

  async previous(visitor) {
    await presents(visitor);
    await visitor.press('PageDown', 'PageDown', 'ArrowLeft');
    await onCard(visitor, 2);
    await visitor.press('PageUp');
    await onCard(visitor, 1);
  },

  async vote(visitor) {
    await visitor.press('f', '1', '2', '1');
    await card(visitor, 'Hit or miss?', '3 votes');
    await visitor.press('Space');
    // The first request misses: so said one of three.
    await card(visitor, 'A miss.', '1 · 33.3 %', '2 · 66.7 %');
  },

  async unvote(visitor) {
    await visitor.press('f', '1', '2', 'Backspace');
    await card(visitor, '1 vote');
    await visitor.press('Space');
    await card(visitor, 'A miss.', '1 · 100');
  },

  async over(visitor) {
    await visitor.press('f', 'Space');
    await card(visitor, 'A miss.');
    await visitor.press('Space');
    await card(visitor, 'A hit.');
    await visitor.press('0');
    await card(visitor, 'Hit or miss?');
    // The cache is as empty as it was.
    await visitor.press('Space');
    await card(visitor, 'A miss.');
  },

  async seed(visitor) {
    await visitor.press('f', 'n');
    await visitor.page.getByText('seed 2', { exact: true }).waitFor();
    await visitor.press('n');
    await visitor.page.getByText('seed 2', { exact: true }).waitFor({ state: 'detached' });
  },

  async leave(visitor) {
    for (const key of ['Escape', 'f']) {
      await visitor.press('f');
      await card(visitor, 'Hit or miss?');
      await visitor.press(key);
      await visitor.isAt('Stage');
    }
  },
};

it.each(CUES)('in presenter mode, $shown: $words', async ({ action }) => {
  await visit({}, CUE_PROOFS[action]);
});

it('in a replay Space and P hold it and let it go on, and the arrows go from request to request', async () => {
  await visit({ recordings: true }, async (visitor) => {
    const button = visitor.page.getByTestId('replay-toggle');
    const held = button.filter({ hasText: 'Play' });
    const going = button.filter({ hasText: 'Pause' });
    await plays(visitor);
    await going.waitFor();
    await visitor.press('p');
    await held.waitFor();
    await visitor.press('p');
    await going.waitFor();
    // What has the keyboard takes Space for itself; here it is the button that does the same.
    await visitor.press('Space');
    await held.waitFor();
    const place = visitor.page.getByTestId('replay-place');
    const index = async (): Promise<number> =>
      Number(/[\d,]+/.exec(await place.innerText())?.[0].replace(',', ''));
    await visitor.press('ArrowRight');
    await place.filter({ hasText: 'sampled' }).waitFor();
    const numbered = (number: number): RegExp => new RegExp(`request ${number.toLocaleString('en')} of`);
    const at = await index();
    await visitor.press('ArrowRight');
    await place.filter({ hasText: numbered(at + 1) }).waitFor();
    await visitor.press('ArrowLeft');
    await place.filter({ hasText: numbered(at) }).waitFor();
  });
});

it('no key does anything while somebody types, and none reaches the Stage from another place', async () => {
  await visit({}, async (visitor) => {
    await visitor.page.getByLabel('Product', { exact: true }).fill('');
    await visitor.page.getByLabel('Product', { exact: true }).pressSequentially('rhwxktosg');
    await visitor.page.getByRole('alert').waitFor();
    await visitor.go('Settings');
    await visitor.press('Space', 'w', 'x', 't', 's');
    await visitor.go('Stage');
    await visitor.reads('first a miss, then a hit');
    expect(await visitor.page.locator('.message').count()).toBe(0);
  });
});
