// What is broken on purpose, in words; and what is offered to be broken.

import type { CacheFault, DatabaseFault, During, Faults } from '../bindings/api';

export const NO_FAULTS: Faults = { cache: null, cache_during: null, database: null, database_during: null };

/** "cache slow by 5 ms". The laboratory calls it the same. */
export function cacheFaultName(fault: CacheFault): string {
  switch (fault.kind) {
    case 'down':
      return 'cache down';
    case 'reset':
      return 'cache resets connections';
    case 'hung':
      return 'cache hung';
    case 'slow': {
      const { delay_ms, jitter_ms } = fault;
      return `cache slow by ${delay_ms}${jitter_ms > 0 ? ` to ${delay_ms + jitter_ms}` : ''} ms`;
    }
    case 'bandwidth':
      return `cache behind a line of ${fault.bytes_per_second / 1_000} kB/s`;
  }
}

/** "database slow by 50 ms". The laboratory calls it the same. */
export function databaseFaultName(fault: DatabaseFault): string {
  return fault.kind === 'slow' ? `database slow by ${fault.delay_ms} ms` : `database ${fault.kind}`;
}

const timed = (words: string, during: During | null): string => {
  if (!during) return words;
  const { from_ms, to_ms } = during;
  return `${words} from ${from_ms / 1_000} s ${to_ms === null ? 'on' : `to ${to_ms / 1_000} s`}`;
};

/** "cache hung from 2 s to 4 s", "database locked": those there are, each in words. */
export function faultsInWords({ cache, cache_during, database, database_during }: Faults): string[] {
  return [
    ...(cache ? [timed(cacheFaultName(cache), cache_during)] : []),
    ...(database ? [timed(databaseFaultName(database), database_during)] : []),
  ];
}

export interface FaultOffer<F> {
  fault: F;
  name: string;
  /** What it does. */
  does: string;
  /** What one will see. */
  shows: string;
}

/** What can be wrong with the cache. All of it is done by a proxy before the server; the server itself is left alone. */
export const CACHE_FAULTS: readonly FaultOffer<CacheFault>[] = [
  {
    fault: { kind: 'down' },
    name: 'Down',
    does: 'connections are refused, open ones are closed.',
    shows: 'Each request bypasses the cache at once; the database bears all of it.',
  },
  {
    fault: { kind: 'reset' },
    name: 'Resets',
    does: 'connections are accepted and reset at once.',
    shows: 'As down, but each request pays for a connection first.',
  },
  {
    fault: { kind: 'hung' },
    name: 'Hung',
    does: 'connections are accepted and nothing is answered.',
    shows: 'Each step waits for its time-out of 2 s, and then the database answers. Worse than down.',
  },
  {
    fault: { kind: 'slow', delay_ms: 20, jitter_ms: 0 },
    name: 'Slow',
    does: 'each answer is held back.',
    shows: 'A hit takes that much longer; a miss pays twice, for GET and for SET.',
  },
  {
    fault: { kind: 'bandwidth', bytes_per_second: 100_000 },
    name: 'Slow line',
    does: 'the line carries only so much a second, each way.',
    shows: 'Large values take longer than small ones.',
  },
];

/** What can be wrong with the database. */
export const DATABASE_FAULTS: readonly FaultOffer<DatabaseFault>[] = [
  {
    fault: { kind: 'slow', delay_ms: 50 },
    name: 'Slow',
    does: 'each query waits, and keeps its connection meanwhile.',
    shows:
      'Misses take longer; under traffic they queue for connections too. That queue is a consequence: it counts as measured.',
  },
  {
    fault: { kind: 'locked' },
    name: 'Locked',
    does: 'a real exclusive transaction is open.',
    shows: 'Reads go on; a write waits for 5 s and fails.',
  },
  {
    fault: { kind: 'down' },
    name: 'Down',
    does: 'queries are refused at once.',
    shows: 'Misses fail; hits do not notice.',
  },
];

export const CACHE_DELAYS = [1, 5, 20, 100, 500];
export const DATABASE_DELAYS = [10, 50, 200, 1_000];
export const BANDWIDTHS = [10_000, 100_000, 1_000_000];

/** How slow the key makes the database. */
export const SLOW_DATABASE: DatabaseFault = { kind: 'slow', delay_ms: 50 };
