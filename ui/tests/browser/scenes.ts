// What the page is looked at in that no real laboratory is brought to at will: failures, what takes minutes to come about, long
// names and large numbers. How it is, which keys are pressed, and how one knows it is there. All else: tests/served/sights.ts.

import type { Conditions, Status, StudyState } from '../../src/bindings/api';
import { NO_PROTECTIONS } from '../../src/state/conditions';
import { NO_FAULTS } from '../../src/state/faults';
import { ON_SERVER } from '../host';

export interface Scene {
  name: string;
  status?: Partial<Status>;
  keys: string[];
  /** How many requests for random products are sent before anybody looks. */
  sent?: number;
  /** For how long its traffic has been going when it is started. */
  headStartMs?: number;
  /** Something has been recorded before. */
  recordings?: boolean;
  /** The rate of its traffic. */
  perSecond?: number;
  /** How many of its requests write, in percent. */
  writePercent?: number;
  /** What the page says when it has arrived. */
  says: string | RegExp;
  /** What is done then: keys, a button; and what the page says after that. */
  then?: { keys?: string[]; button?: string; says: string | RegExp }[];
}

const PATH = '/home/ada/.local/share/cachescope/catalogue-small.db';

const CONDITIONS: Conditions = {
  engine: { kind: 'bundled', placement: 'flow_runtime' },
  query: 'page',
  ttl_ms: 60_000,
  pattern: 'cache_aside',
  protections: NO_PROTECTIONS,
  memory: { max_bytes: 0, policy: 'allkeys-lru' },
  faults: NO_FAULTS,
  background: { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 500, queue_limit: 1_000 },
  database: { kind: 'sqlite' },
};

/** As the laboratory asks it. */
const QUESTION =
  'There is no catalogue in shop at db.example:5432 yet. Cachescope would create a schema named cachescope there, with ' +
  'five tables: 10,000 products, 200,000 reviews and 120,000 orders, about 105 MB. It touches nothing outside that schema, ' +
  'and DROP SCHEMA cachescope CASCADE removes all of it. Nothing was created: agree first, in the terminal with ' +
  '--create-schema.';

const STUDY: StudyState = {
  state: 'running',
  name: 'no cache, mini-redis, bundled',
  contender: 'mini-redis',
  round: 2,
  rounds: 5,
  warming_up: true,
  done: 4,
  turns: 15,
  left_ms: 77_000,
};

/** A cluster of somebody else's, over TLS and with a password. */
const CLUSTER: Partial<Status> = {
  engine: { state: 'running', address: '10.0.0.7:6379,10.0.0.8:6379,10.0.0.9:6379' },
  engine_facts: {
    server: 'redis',
    version: '7.0.15',
    protocol: 2,
    resp3: true,
    sentinel_master: null,
    cluster_masters: ['10.0.0.7:6379', '10.0.0.8:6379', '10.0.0.9:6379'],
    eviction: 'allkeys-lru',
    max_memory: 201_326_592,
    tls: true,
    words:
      'Redis 7.0.15, cluster of 3 masters, RESP2 (speaks RESP3 too), eviction allkeys-lru, memory limit 192 MiB, TLS',
  },
  conditions: {
    ...CONDITIONS,
    engine: {
      kind: 'external',
      url: 'rediss+cluster://shop:…@10.0.0.7:6379,10.0.0.8:6379,10.0.0.9:6379?ca=/etc/shop/ca.pem',
    },
  },
};

export const SCENES: Scene[] = [
  { name: 'busy', keys: [], sent: 300, says: 'Request #300' },
  {
    name: 'building',
    status: {
      catalogue: { state: 'building', table: 'reviews', done_rows: 123_456, total_rows: 260_000 },
    },
    keys: [],
    says: 'Building the shop’s catalogue',
  },
  {
    name: 'failed',
    status: {
      catalogue: {
        state: 'failed',
        message: `The catalogue could not be written to ${PATH}: no space left on device. Nothing was lost. Make room, then start Cachescope again.`,
      },
    },
    keys: [],
    says: 'There is no catalogue to ask',
  },
  { name: 'traffic', keys: ['t'], headStartMs: 24_000, perSecond: 2_000, says: /of 2,000\/s planned/ },
  {
    name: 'visited',
    status: {
      traffic: { state: 'visited', run: 1, live: true },
      door: { state: 'open', address: '127.0.0.1:8080' },
    },
    keys: [],
    says: /Through the HTTP front door/,
  },
  { name: 'compare-list', recordings: true, keys: ['Control+2'], says: 'Open a recording by its name' },
  {
    name: 'compare-study',
    recordings: true,
    keys: ['Control+2'],
    says: 'Lookup alone',
    then: [{ button: 'Compare all of Four ways to the page', says: 'Save report…' }],
  },
  {
    name: 'compare-break-even',
    recordings: true,
    keys: ['Control+2'],
    says: 'Lookup alone',
    then: [
      { button: 'Compare all of Four ways to the page', says: 'Save report…' },
      { button: 'Does the cache pay', says: 'Worked out from' },
    ],
  },
  {
    name: 'compare-running',
    recordings: true,
    status: { study: STUDY },
    keys: ['Control+2'],
    says: /round 2 of 5/,
  },
  { name: 'stage-study', status: { study: STUDY }, keys: ['t'], says: /round 2 of 5/ },
  {
    name: 'no-cache',
    status: { conditions: { ...CONDITIONS, pattern: 'no_cache' } },
    keys: ['Space'],
    says: 'BYPASS',
  },
  {
    name: 'write-through',
    status: { conditions: { ...CONDITIONS, pattern: 'write_through' } },
    keys: ['w'],
    says: 'Store the new answer in Redis',
  },
  {
    name: 'write-around',
    status: {
      conditions: {
        ...CONDITIONS,
        pattern: 'write_around',
        protections: {
          ...NO_PROTECTIONS,
          single_flight: true,
          ttl_jitter_percent: 20,
          negative_ttl_ms: 5_000,
        },
      },
    },
    keys: ['w'],
    says: 'Redis is not told',
  },
  {
    name: 'scene-played',
    keys: ['g'],
    says: 'Stampede',
    then: [
      { keys: ['1'], says: 'To be shown' },
      { keys: ['1', '2'], says: '38.2 ms' },
    ],
  },
  {
    name: 'faults',
    status: {
      faults: { ...NO_FAULTS, database: { kind: 'slow', delay_ms: 200 } },
      conditions: {
        ...CONDITIONS,
        faults: {
          cache: { kind: 'hung' },
          cache_during: { from_ms: 2_000, to_ms: 4_000 },
          database: { kind: 'slow', delay_ms: 200 },
          database_during: null,
        },
      },
    },
    keys: ['Space'],
    says: 'database slow by 200 ms',
  },
  {
    name: 'conditions-broken',
    status: {
      faults: { ...NO_FAULTS, cache: { kind: 'slow', delay_ms: 20, jitter_ms: 5 } },
      conditions: {
        ...CONDITIONS,
        faults: { ...NO_FAULTS, cache: { kind: 'slow', delay_ms: 20, jitter_ms: 5 } },
      },
    },
    keys: ['c'],
    says: 'and at random by up to',
  },
  {
    name: 'stale',
    status: { conditions: { ...CONDITIONS, pattern: 'write_around' } },
    keys: ['Space', 'w', 'Space', 'Space'],
    says: 'out of date',
  },
  {
    name: 'stale-traffic',
    status: { conditions: { ...CONDITIONS, pattern: 'write_around' } },
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 2_000,
    writePercent: 5,
    says: /stale reads/,
  },
  {
    name: 'split-traffic',
    keys: ['s'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: 'B is…',
    then: [{ keys: ['t'], says: /slower/ }],
  },
  {
    name: 'split-recorded',
    keys: ['s'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: 'B is…',
    then: [
      { keys: ['o'], says: /slower/ },
      { keys: ['t'], says: /Kept as/ },
    ],
  },
  {
    name: 'split-opening',
    status: { split: { state: 'opening', copied_bytes: 2_100_000_000, total_bytes: 4_800_000_000 } },
    keys: [],
    says: 'Side B gets a catalogue',
  },
  {
    name: 'read-through',
    status: { conditions: { ...CONDITIONS, pattern: 'read_through' } },
    keys: ['Space'],
    says: 'The loader stores it',
  },
  {
    name: 'refresh-ahead',
    status: { conditions: { ...CONDITIONS, pattern: 'refresh_ahead' } },
    keys: ['Space', 'Space'],
    says: 'In the background, after the response:',
  },
  {
    name: 'stale-while-revalidate',
    status: { conditions: { ...CONDITIONS, pattern: 'stale_while_revalidate' } },
    keys: ['Space', 'Space'],
    says: 'In the background, after the response:',
  },
  {
    name: 'write-behind',
    status: { conditions: { ...CONDITIONS, pattern: 'write_behind' } },
    keys: ['w', 'w'],
    says: '2 writes acknowledged and not yet in the database',
  },
  {
    name: 'write-behind-trouble',
    status: {
      conditions: { ...CONDITIONS, pattern: 'write_behind' },
      background: {
        reloading: 0,
        reloads: 0,
        reloads_failed: 0,
        last_reload: null,
        waiting: 998,
        written: 12_204,
        last_batch: { writes: 100, rows: 64, took_ns: 4_204_000 },
        trouble:
          'The database does not take the writes that wait; they are kept and tried again: The catalogue is locked by another program.',
      },
    },
    keys: ['w'],
    says: '999 writes acknowledged and not yet in the database, which takes none now',
  },
  {
    name: 'traffic-protected',
    status: {
      circuit: 'open',
      conditions: {
        ...CONDITIONS,
        protections: {
          ...NO_PROTECTIONS,
          cache_lock: true,
          early_expiry_percent: 100,
          bloom_filter: true,
          circuit_breaker: true,
          database_limit: 4,
        },
      },
    },
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: /of 2,000\/s planned/,
    then: [{ says: 'Queries to the database saved' }],
  },
  {
    name: 'schema-asked',
    status: {
      catalogue: { state: 'asking', message: QUESTION },
      conditions: {
        ...CONDITIONS,
        database: { kind: 'postgres', url: 'postgres://me@db.example:5432/shop' },
      },
    },
    keys: [],
    says: 'May Cachescope create a schema on your server?',
  },
  {
    name: 'on-postgres',
    status: {
      catalogue: ON_SERVER,
      conditions: {
        ...CONDITIONS,
        database: { kind: 'postgres', url: 'postgres://me@db.example:5432/shop' },
      },
    },
    keys: ['Space'],
    says: 'MISS',
  },
  {
    name: 'cluster',
    status: CLUSTER,
    keys: ['Space', 'Space'],
    says: 'Redis 7.0.15, cluster of 3',
  },
  {
    name: 'cluster-settings',
    status: CLUSTER,
    keys: ['Control+5'],
    says: 'Redis 7.0.15, cluster of 3 masters, RESP2 (speaks RESP3 too)',
  },
];
