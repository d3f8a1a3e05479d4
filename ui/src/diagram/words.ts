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
  send: { title: ['Send Response to Client (User)'] },
};

/** What a pattern does otherwise than cache-aside, in its own words; undefined where it does the same. */
export function wordsBy(pattern: Pattern, id: NodeId, writes: boolean): NodeWords | undefined {
  if (id === 'delete' && pattern === 'write_around') {
    return { title: ['Redis is not told'], subtitle: 'what it holds is served until its time is over' };
  }
  if (id === 'delete' && pattern === 'write_through') {
    return { title: ['Delete the keys of the other queries'], code: ['cache.del(keys)'] };
  }
  if (id === 'fetch' && pattern === 'write_through' && writes) {
    return { title: ['Fetch the new answer from the Database (SQL)'] };
  }
  if (id === 'store' && pattern === 'write_through' && writes) {
    return { title: ['Store the new answer in Redis'], code: ['cache.set(key, value)'] };
  }
  return undefined;
}

/** A node's title as one line. */
export const titleOf = (id: NodeId): string => WORDS[id].title.join(' ');
