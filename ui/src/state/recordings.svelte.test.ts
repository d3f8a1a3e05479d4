import { expect, it } from 'vitest';
import { requestsOf, TestHost } from '../../tests/host';
import { about, RECORDINGS, Shelf } from '../../tests/shelf';
import { Lab } from './lab.svelte';
import { Recordings } from './recordings.svelte';

async function opened() {
  const host = new TestHost();
  host.shelf = new Shelf(RECORDINGS);
  const lab = new Lab(host);
  await lab.open();
  const recordings = new Recordings(lab);
  return { host, lab, recordings };
}

const names = ({ list }: Recordings): string[] => list.map(({ name }) => name);

it('are asked for when somebody wants them, and then whenever they have changed', async () => {
  const { host, recordings } = await opened();
  recordings.follow();
  expect(requestsOf(host, 'recordings')).toHaveLength(0);
  await recordings.refresh();
  expect(recordings.list).toHaveLength(5);
  recordings.follow();
  // Twice at once is once more after that.
  recordings.follow();
  await recordings.refresh();
  expect(requestsOf(host, 'recordings')).toHaveLength(3);
});

it('keep what is written of them', async () => {
  const { host, recordings } = await opened();
  await recordings.refresh();
  expect(await recordings.change(3, { name: 'Lookup', tags: ['new'] })).toBeNull();
  expect(requestsOf(host, 'change_recording')).toEqual([
    { id: 3, change: { name: 'Lookup', note: null, tags: ['new'] } },
  ]);
  expect(recordings.find(3)).toMatchObject({ name: 'Lookup', tags: ['new'] });
  host.fail('invalid', 'A name must have 1 to 200 characters.');
  expect(await recordings.change(3, { name: '' })).toBe('A name must have 1 to 200 characters.');
  expect(recordings.find(3)?.name).toBe('Lookup');
});

it('come back one after the other, the latest deleted first', async () => {
  const { lab, recordings } = await opened();
  await recordings.refresh();
  await recordings.delete(3);
  await recordings.delete(6);
  expect(recordings.list).toHaveLength(3);
  expect(lab.messages.map(({ offer }) => offer?.words)).toEqual(['Undo', 'Undo']);
  await recordings.undo();
  expect(names(recordings)).toContain('mini-redis');
  expect(names(recordings)).not.toContain('Lookup alone');
  await recordings.undo();
  expect(recordings.list).toHaveLength(5);
  await recordings.undo();
  expect(lab.messages.map(({ text }) => text)).toEqual(['“mini-redis” is back.', '“Lookup alone” is back.']);
});

it('are taken in from a file, once', async () => {
  const { host, lab, recordings } = await opened();
  expect(await recordings.import()).toBeNull();
  host.imports = { about: about(30, { name: 'from the other laptop' }), known: false };
  expect(await recordings.import()).toBe(30);
  expect(names(recordings)).toContain('from the other laptop');
  host.imports = { ...host.imports, known: true };
  expect(await recordings.import()).toBe(30);
  expect(lab.messages.at(-1)?.text).toMatch(/was here already/);
});
