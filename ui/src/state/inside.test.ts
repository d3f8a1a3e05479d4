import { describe, expect, it } from 'vitest';

import { TestHost } from '../../tests/host';
import { keyOf, manyKeys, passedOf } from '../../tests/innards';
import { InsideConsole } from './inside-console.svelte';
import { InsideKeys } from './inside-keys.svelte';
import { InsideServer } from './inside-server.svelte';
import { InsideTables } from './inside-tables.svelte';
import { Lab } from './lab.svelte';
import { PassingCommands } from './passing.svelte';

async function bench() {
  const host = new TestHost();
  const lab = new Lab(host);
  await lab.open();
  return { host, lab };
}

describe('keys', () => {
  it('are gathered page by page, and those that are gone go when all have been looked at', async () => {
    const { host, lab } = await bench();
    host.innards.keys = manyKeys(300);
    const keys = new InsideKeys(lab, () => 0);
    await keys.turn();
    expect([keys.list.length, keys.known]).toEqual([250, false]);
    await keys.turn();
    expect([keys.list.length, keys.known]).toEqual([300, true]);
    host.innards.keys = manyKeys(10);
    await keys.turn();
    expect(keys.list.length).toBe(10);
  });

  it('run out by the page’s own clock between two looks', async () => {
    const { host, lab } = await bench();
    host.innards.keys = [keyOf('page:1', { left_ms: 1_000 }), keyOf('page:2', { left_ms: -1 })];
    let now = 0;
    const keys = new InsideKeys(lab, () => now);
    await keys.turn();
    const [one, other] = keys.list;
    host.innards.keys = [];
    now = 400;
    host.fail('failed', 'Not now.');
    await keys.turn();
    if (!one || !other) throw new Error('There are two.');
    expect([keys.leftOf(one), keys.leftOf(other)]).toEqual([600, -1]);
    expect(keys.leftOf({ ...one, left_ms: null })).toBeNull();
  });

  it('are put in the order that was asked for, unknown ones last', async () => {
    const { host, lab } = await bench();
    host.innards.keys = [
      keyOf('a', { bytes: 1, left_ms: -1, idle_seconds: 9 }),
      keyOf('b', { bytes: 3, left_ms: 5, idle_seconds: 1 }),
      keyOf('c', { bytes: null, left_ms: null, idle_seconds: null }),
    ];
    const keys = new InsideKeys(lab, () => 0);
    await keys.turn();
    const names = () => keys.list.map(({ key }) => key.slice(-1)).join('');
    expect(names()).toBe('abc');
    keys.order = 'bytes';
    expect(names()).toBe('bac');
    keys.order = 'left';
    expect(names()).toBe('bac');
    keys.order = 'idle';
    expect(names()).toBe('abc');
  });

  it('say what is wrong, and nothing of an answer to an older question is taken', async () => {
    const { host, lab } = await bench();
    host.innards.keys = manyKeys(3);
    const keys = new InsideKeys(lab, () => 0);
    host.fail('invalid', 'The server is stopped.');
    await keys.turn();
    expect(keys.problem).toBe('The server is stopped.');
    const late = keys.turn();
    keys.choose('nothing*');
    await late;
    expect(keys.list).toEqual([]);
    await keys.turn();
    expect([keys.known, keys.list.length, keys.problem]).toEqual([true, 0, null]);
  });
});

describe('the server’s numbers', () => {
  it('come to rates between two readings, and tell of evictions', async () => {
    const { host, lab } = await bench();
    host.innards.maxMemory = 2_000_000;
    const server = new InsideServer(lab);
    await server.turn();
    expect([server.rate((info) => info.expired), server.evictions]).toEqual([[], []]);
    await server.turn();
    expect(server.rate((info) => info.expired)).toEqual([25]);
    expect(server.hitRatios()).toEqual([0.9]);
    expect(server.hitRatio).toBeCloseTo(0.9);
    expect(server.evictions).toEqual([{ atMs: 2_000, keys: 12 }]);
  });
});

describe('the console', () => {
  it('offers the server’s commands, and shows the syntax of the one that is typed', async () => {
    const { lab } = await bench();
    const console = new InsideConsole(lab);
    await console.load();
    console.line = 'g';
    expect(console.offers.map(({ name }) => name)).toEqual(['GET', 'GETDEL']);
    console.line = 'get k';
    expect([console.offers.length, console.docs?.syntax]).toEqual([0, 'key']);
  });

  it('sends what is dangerous only once it is agreed to', async () => {
    const { host, lab } = await bench();
    const console = new InsideConsole(lab);
    console.line = 'flushall';
    await console.send();
    expect(console.question?.line).toBe('flushall');
    await console.agree(true);
    expect(console.entries[0]?.answer?.kind).toBe('reply');
    const sent = host.calls.filter(([name]) => name === 'console_send').map(([, request]) => request);
    expect(sent).toEqual([
      { line: 'flushall', confirmed: false },
      { line: 'flushall', confirmed: true },
    ]);
    console.line = 'flushall';
    await console.send();
    await console.agree(false);
    expect(console.entries[1]?.answer?.kind).toBe('refused');
  });

  it('goes back in what was typed, but for passwords', async () => {
    const { lab } = await bench();
    const console = new InsideConsole(lab);
    for (const line of ['get a', 'AUTH hunter2', 'get b', 'get a']) {
      console.line = line;
      await console.send();
    }
    console.line = 'draft';
    const back = () => {
      console.recall(-1);
      return console.line;
    };
    expect([back(), back(), back()]).toEqual(['get a', 'get b', 'get b']);
    console.recall(1);
    console.recall(1);
    expect(console.line).toBe('draft');
  });
});

describe('what passes by', () => {
  it('is held up to a bound, and the latest of others is told', async () => {
    const { host, lab } = await bench();
    host.innards.passing = Array.from({ length: 700 }, (_, place) => passedOf(place + 1, `get ${place}`));
    host.innards.passing.push(passedOf(701, 'get own', { own: true }));
    const passing = new PassingCommands(lab);
    await passing.turn();
    expect([passing.commands.length, passing.latest?.words]).toEqual([500, 'get 699']);
    expect([passing.others, passing.own]).toEqual([700, 1]);
    passing.show(true);
    host.innards.passing.push(passedOf(702, 'get more', { own: true }));
    await passing.turn();
    expect(passing.commands.at(-1)?.words).toBe('get more');
    passing.show(false);
    expect(passing.commands.every(({ own }) => !own)).toBe(true);
  });

  it('asks for nothing while it is held', async () => {
    const { host, lab } = await bench();
    const passing = new PassingCommands(lab);
    passing.paused = true;
    await passing.turn();
    expect(host.calls.some(([name]) => name === 'passing_commands')).toBe(false);
  });
});

describe('tables', () => {
  it('are leafed through forwards and back', async () => {
    const { lab } = await bench();
    const tables = new InsideTables(lab);
    await tables.load();
    expect([tables.page?.rows[0]?.id, tables.hasBefore, tables.hasNext]).toEqual([1, false, true]);
    await tables.next();
    expect([tables.page?.rows[0]?.id, tables.hasBefore]).toEqual([51, true]);
    await tables.back();
    expect(tables.page?.rows[0]?.id).toBe(1);
    await tables.toRead();
    expect(tables.page?.rows[0]?.id).toBe(42);
    await tables.choose('categories');
    expect([tables.table, tables.page?.columns]).toEqual(['categories', ['id', 'name']]);
  });
});
