import { describe, expect, it } from 'vitest';
import { about, RECORDINGS } from '../../tests/shelf';
import { found, grouped, tagsIn, tagsOf } from './list';

const namesOf = (search: string, tags: string[] = []): string[] =>
  found(RECORDINGS, search, tags).map(({ name }) => name);

describe('a search', () => {
  it('finds every word, wherever it stands', () => {
    expect(namesOf('LOOKUP')).toEqual(['Lookup alone']);
    expect(namesOf('sleep')).toHaveLength(1); // in a note
    expect(namesOf('mini-redis')).toEqual(['mini-redis']); // in the conditions
    expect(namesOf('four ways bundled')).toEqual(['bundled']); // in the study's name
    expect(namesOf('cut short')).toHaveLength(1);
    expect(namesOf('zebra')).toEqual([]);
    expect(namesOf('  ')).toHaveLength(RECORDINGS.length);
  });

  it('goes with tags, all of which must be there', () => {
    expect(namesOf('', ['talk'])).toEqual(['bundled', 'mini-redis', 'no cache']);
    expect(namesOf('no', ['talk'])).toEqual(['no cache']);
    expect(namesOf('', ['talk', 'deploy'])).toEqual([]);
  });
});

it('puts the recordings of a study together, where the newest would stand, the baseline first', () => {
  const groups = grouped(RECORDINGS);
  expect(groups.map(({ study }) => study)).toEqual([null, 'Four ways to the page', null]);
  expect(groups[1]?.recordings.map(({ name }) => name)).toEqual(['no cache', 'mini-redis', 'bundled']);
});

it('does not take two studies of one name for the same', () => {
  const part = (key: string) => ({ study: { key, name: 'TTL', position: 0 } });
  expect(grouped([about(1, part('a')), about(2, part('b'))])).toHaveLength(2);
});

it('knows every tag, the most used first', () => {
  expect(tagsOf(RECORDINGS)).toEqual(['catalogue', 'talk', 'deploy']);
  expect(tagsIn(' talk, before the deploy,, talk ')).toEqual(['talk', 'before the deploy']);
});
