// The words on the chart: the seed's own. They are broken into lines here, because SVG text does not wrap.

import type { Pattern } from '../bindings/api';
import type { NodeId } from './layout';

export interface NodeWords {
  /** The title, a line each. */
  title: string[];
  /** Under it, smaller. */
  subtitle?: string;
  /** What went wrong. */
  alert?: string;
  /** Code, in the monospaced face, a line each. */
  code?: string[];
}

export const WORDS: Record<NodeId, NodeWords> = {
  client: { title: ['Client (User)'], subtitle: 'Browser / API request' },
  server: { title: ['Server'], subtitle: 'Rust, where the sketch said Node.js' },
  check: { title: ['Check if requested data exists in Redis'], code: ['cache.get(key)'] },
  hit: { title: ['Cache Hit'], subtitle: 'Data found in Redis' },
  stale: { title: ['Stale'], subtitle: 'past its TTL' },
  miss: { title: ['Cache Miss'], subtitle: 'Data not in Redis' },
  return: { title: ['Return cached response', 'to client immediately'], subtitle: 'decoded from JSON' },
  fast: { title: ['Fast response', '(low latency)'] },
  fetch: { title: ['Fetch data from', 'Database (SQL)'] },
  store: { title: ['Store data in Redis', 'for future requests'], code: ['cache.set(key, value)'] },
  update: { title: ['Update the row in the Database (SQL)'] },
  delete: {
    title: ['Delete its keys from Redis'],
    subtitle: 'so that the next read misses and finds the new row',
    code: ['cache.del(keys)'],
  },
  queue: { title: ['Put the write into a queue'], subtitle: 'its row is written later' },
  batch: {
    title: ['Later: write the rows to', 'the Database (SQL)'],
    subtitle: 'several in one transaction',
  },
  send: { title: ['Send Response to Client (User)'] },
};

type Other = Partial<Record<NodeId, NodeWords>>;

/** What a pattern does otherwise than cache-aside when it reads, in its own words. */
const READS: Partial<Record<Pattern, Other>> = {
  read_through: {
    server: { title: ['Server'], subtitle: 'asks the cache alone' },
    fetch: { title: ['The loader fetches from', 'Database (SQL)'] },
    store: { title: ['The loader stores it', 'in Redis'], code: ['cache.set(key, value)'] },
  },
  refresh_ahead: {
    hit: { title: ['Cache Hit'], subtitle: 'near the end of its TTL: reload' },
    check: {
      title: ['Check if requested data exists in Redis, and for how long'],
      code: ['cache.get(key), pttl(key)'],
    },
  },
  stale_while_revalidate: {
    hit: { title: ['Cache Hit'], subtitle: 'fresh' },
    check: {
      title: ['Check if requested data exists in Redis, and for how long'],
      code: ['cache.get(key), pttl(key)'],
    },
  },
  write_behind: {
    fetch: { title: ['Fetch from Database (SQL),', 'apply what is queued'] },
  },
};

/** The same when it writes. */
const WRITES: Partial<Record<Pattern, Other>> = {
  write_around: {
    delete: { title: ['Redis is not told'], subtitle: 'what it holds is served until its time is over' },
  },
  write_through: {
    delete: { title: ['Delete the keys of the other queries'], code: ['cache.del(keys)'] },
    fetch: { title: ['Fetch the new answer from the Database (SQL)'] },
    store: { title: ['Store the new answer in Redis'], code: ['cache.set(key, value)'] },
  },
  write_behind: {
    check: { title: ['Is what it is now', 'in Redis?'] },
    fetch: { title: ['If not, from', 'Database (SQL)'] },
    store: { title: ['Store the new answer', 'in Redis'] },
    delete: { title: ['Delete the keys of the other queries'], code: ['cache.del(keys)'] },
  },
};

/** What a pattern does otherwise than cache-aside, in its own words; undefined where it does the same. */
export const wordsBy = (pattern: Pattern, id: NodeId, writes: boolean): NodeWords | undefined =>
  (writes ? WRITES : READS)[pattern]?.[id];

/** A node's title as one line. */
export const titleOf = (id: NodeId): string => WORDS[id].title.join(' ');
