// What the page is looked at in: how the laboratory is, which keys are pressed, and how one knows it is there.

import type { Conditions, Status, StudyState } from '../../src/bindings/api';
import { NO_PROTECTIONS } from '../../src/state/conditions';
import { NO_FAULTS } from '../../src/state/faults';
import { ON_SERVER } from '../host';

export interface Scene {
  name: string;
  status?: Partial<Status>;
  keys: string[];
  /** Nobody has been here before. */
  newcomer?: boolean;
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
  /** What there is to be seen Inside; absent: nothing. */
  innards?: 'few' | 'many' | 'external';
  /** What is done then: a button, something typed, keys; and what the page says after that. */
  then?: { keys?: string[]; type?: string; button?: string; says: string | RegExp }[];
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

/** The first lesson in the list. */
const LESSON = 'The first request misses, the second hits';

export const SCENES: Scene[] = [
  { name: 'empty', keys: [], says: 'Send' },
  { name: 'miss', keys: ['Space'], says: 'MISS' },
  { name: 'hit', keys: ['Space', 'Space'], says: 'HIT' },
  { name: 'cleared', keys: ['Space', 'x'], says: 'The cache is empty: 1 key was removed.' },
  { name: 'written', keys: ['w'], says: 'WRITTEN' },
  {
    name: 'bypass',
    status: { engine: { state: 'stopped', address: '127.0.0.1:38211' } },
    keys: ['Space'],
    says: 'BYPASS',
  },
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
      door: { state: 'open', address: '127.0.0.1:8080', by_settings: true },
    },
    keys: [],
    says: /Through the HTTP front door/,
  },
  {
    name: 'traffic-ended',
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: /of 2,000\/s planned/,
    then: [{ keys: ['t'], says: /The run was stopped/ }],
  },
  {
    name: 'traffic-paused',
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 200,
    says: /of 200\/s planned/,
    then: [
      { keys: ['p'], says: /before the pause/ },
      { keys: ['ArrowLeft', 'ArrowLeft'], says: /Request #/ },
    ],
  },
  {
    name: 'traffic-form',
    keys: [],
    says: 'Send',
    then: [
      { button: 'What traffic sends', says: 'More' },
      { button: 'More', says: 'Measure quietly' },
    ],
  },
  {
    name: 'recording',
    keys: ['o'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: 'Rec',
    then: [{ says: /of 2,000\/s planned/ }],
  },
  {
    name: 'recorded',
    keys: ['o'],
    headStartMs: 24_000,
    says: 'Rec',
    then: [{ keys: ['o'], says: 'Open in Compare' }],
  },
  { name: 'compare-empty', keys: ['Control+2'], says: 'Nothing is recorded yet' },
  { name: 'compare-list', recordings: true, keys: ['Control+2'], says: 'Open a recording by its name' },
  {
    name: 'compare-one',
    recordings: true,
    keys: ['Control+2'],
    says: 'Lookup alone',
    then: [{ button: 'Lookup alone', says: 'Play on the Stage' }],
  },
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
    name: 'compare-edit',
    recordings: true,
    keys: ['Control+2'],
    says: 'Lookup alone',
    then: [
      { button: 'More about Lookup alone', says: 'Rename, tag, write a note' },
      { button: 'Rename, tag, write a note', says: 'Cancel' },
    ],
  },
  {
    name: 'compare-deleted',
    recordings: true,
    keys: ['Control+2'],
    says: 'Lookup alone',
    then: [
      { button: 'Pick mini-redis', says: '1 picked' },
      { button: 'More about Lookup alone', says: 'Delete' },
      { button: 'Delete', says: 'Undo' },
    ],
  },
  {
    name: 'compare-plan',
    keys: ['Control+2'],
    says: 'Nothing is recorded yet',
    then: [{ button: 'Plan a comparison…', says: 'Start the comparison' }],
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
    name: 'replay',
    recordings: true,
    keys: ['Control+2'],
    says: 'Lookup alone',
    then: [
      { button: 'Lookup alone', says: 'Play on the Stage' },
      { button: 'Play on the Stage', says: 'Replay' },
      { keys: ['p', 'ArrowRight', 'ArrowRight'], says: /request \d+ of [\d,]+ sampled/ },
    ],
  },
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
  { name: 'scenes', keys: ['g'], says: 'What goes wrong with a cache, and what helps.' },
  { name: 'scene', keys: ['g'], says: 'Stampede', then: [{ keys: ['1'], says: 'To be shown' }] },
  {
    name: 'scene-played',
    keys: ['g'],
    says: 'Stampede',
    then: [
      { keys: ['1'], says: 'To be shown' },
      { keys: ['1', '2'], says: '38.2 ms' },
    ],
  },
  { name: 'conditions', keys: ['Space', 'c'], says: 'Broken on purpose' },
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
    name: 'split',
    keys: ['s'],
    says: 'B is…',
    then: [
      { keys: ['Space'], says: 'MISS' },
      { keys: ['Space'], says: /slower/ },
    ],
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
    name: 'split-conditions',
    keys: ['s'],
    says: 'B is…',
    then: [{ button: 'Change the conditions of side A', says: 'Conditions of side A' }],
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
  { name: 'newcomer', newcomer: true, keys: [], says: 'Ask for it' },
  {
    name: 'newcomer-building',
    newcomer: true,
    status: {
      catalogue: { state: 'building', table: 'reviews', done_rows: 123_456, total_rows: 260_000 },
    },
    keys: [],
    says: 'Building the shop’s catalogue',
  },
  { name: 'newcomer-missed', newcomer: true, keys: ['Space'], says: 'Ask again' },
  { name: 'newcomer-hit', newcomer: true, keys: ['Space', 'Space'], says: 'Learn Ctrl 3' },
  { name: 'lessons', keys: ['Control+3'], says: 'Our own shop' },
  {
    name: 'lesson',
    keys: ['Control+3'],
    says: 'Our own shop',
    then: [{ button: LESSON, says: 'Ask once' }],
  },
  {
    name: 'lesson-teacher',
    keys: ['Control+3'],
    says: 'Our own shop',
    then: [
      { button: LESSON, says: 'Ask once' },
      { button: 'Teacher’s page', says: 'On the board' },
    ],
  },
  {
    name: 'lesson-predicted-wrong',
    keys: ['Control+3'],
    says: 'Our own shop',
    then: [
      { button: LESSON, says: 'Ask once' },
      { keys: ['1'], says: 'Or press the keys yourself, one by one.' },
      { keys: ['x', 'Space'], says: 'Not so.' },
    ],
  },
  {
    name: 'lesson-second',
    keys: ['Control+3'],
    says: 'Our own shop',
    then: [
      { button: LESSON, says: 'Ask once' },
      { keys: ['2'], says: 'Or press the keys yourself, one by one.' },
      { button: 'Do it', says: 'Your prediction was right.' },
      { button: 'Next step', says: 'Who will answer?' },
      { keys: ['1'], says: 'Or press the keys yourself, one by one.' },
      { button: 'Do it', says: 'The second request hits.' },
    ],
  },
  {
    name: 'presenter-lesson',
    keys: ['Control+3'],
    says: 'Our own shop',
    then: [
      { button: LESSON, says: 'Ask once' },
      {
        keys: ['f', 'PageDown', 'PageDown', '1', '2', '2', 'PageDown'],
        says: 'Empty the cache · Ask for product 42',
      },
      { keys: ['PageDown'], says: /A miss\. time:/ },
      { keys: ['PageDown'], says: /Just so/ },
    ],
  },
  { name: 'presenter', keys: ['f'], says: 'Hit or miss?' },
  {
    name: 'presenter-votes',
    keys: ['Space', 'f', '1', '1', '2', '1'],
    says: '4 votes',
  },
  {
    name: 'presenter-answer',
    keys: ['Space', 'f', '1', '1', '2', '1', 'Space'],
    says: 'A hit.',
  },
  {
    name: 'presenter-written',
    keys: ['f', 'w'],
    says: 'It was written.',
  },
  {
    name: 'presenter-broken',
    status: {
      engine: { state: 'stopped', address: '127.0.0.1:38211' },
    },
    keys: ['f', 'Space'],
    says: 'It went past the cache.',
  },
  {
    name: 'presenter-slow',
    status: {
      faults: { ...NO_FAULTS, database: { kind: 'slow', delay_ms: 200 } },
      conditions: {
        ...CONDITIONS,
        faults: { ...NO_FAULTS, database: { kind: 'slow', delay_ms: 200 } },
      },
    },
    keys: ['f', 'Space'],
    says: 'A miss.',
  },
  {
    name: 'presenter-write-behind',
    status: { conditions: { ...CONDITIONS, pattern: 'write_behind' } },
    keys: ['f', 'w', 'w'],
    says: 'It was written.',
  },
  {
    name: 'presenter-traffic',
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: /of 2,000\/s planned/,
    then: [{ keys: ['f'], says: 'Traffic' }],
  },
  {
    name: 'presenter-scene',
    keys: ['g'],
    says: 'Stampede',
    then: [
      { keys: ['1'], says: 'To be shown' },
      { keys: ['f'], says: 'One answer is dear' },
    ],
  },
  {
    name: 'presenter-scene-asked',
    keys: ['g'],
    says: 'Stampede',
    then: [
      { keys: ['1'], says: 'To be shown' },
      { keys: ['f', 'PageDown', 'PageDown', '1', '1', '2'], says: '3 votes' },
    ],
  },
  {
    name: 'presenter-scene-answered',
    keys: ['g'],
    says: 'Stampede',
    then: [
      { keys: ['1'], says: 'To be shown' },
      {
        keys: ['f', 'PageDown', 'PageDown', '1', '1', '2', 'PageDown', 'PageDown'],
        says: /queries to the database: 112/,
      },
      { keys: ['PageDown'], says: 'It holds.' },
    ],
  },
  { name: 'settings', keys: ['Control+5'], says: 'The Redis-compatible server behind the cache' },
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
  { name: 'keys', keys: ['?'], says: 'Show these keys' },
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
  { name: 'inside-empty', keys: ['Control+4'], says: 'The cache holds no key of Cachescope’s.' },
  {
    name: 'inside-keys',
    keys: ['Control+4'],
    innards: 'few',
    says: 'page:42',
    then: [{ says: /[0-9] keys/ }],
  },
  { name: 'inside-many', keys: ['Control+4'], innards: 'many', says: 'more are not drawn' },
  {
    name: 'inside-external',
    status: CLUSTER,
    keys: ['Control+4'],
    innards: 'external',
    says: 'counts it as a hit',
  },
  {
    name: 'inside-server',
    keys: ['Control+4'],
    innards: 'many',
    says: 'more are not drawn',
    then: [{ button: 'Server', says: 'Commands a second' }, { says: 'evicted' }],
  },
  {
    name: 'inside-console',
    keys: ['Control+4'],
    innards: 'few',
    says: 'page:42',
    then: [
      { button: 'Console', says: 'Type a command' },
      { button: 'Command', says: 'Type a command' },
      { type: 'HELLO 3', keys: ['Enter'], says: 'modules' },
      { type: 'SCAN 0', keys: ['Enter'], says: 'and 8 more' },
      { type: 'NOSUCH', keys: ['Enter'], says: 'unknown command' },
      { type: 'flushall', keys: ['Enter'], says: 'Send it all the same?' },
      { type: 'ge', says: 'GETDEL' },
    ],
  },
  {
    name: 'inside-monitor',
    keys: ['Control+4'],
    innards: 'few',
    says: 'page:42',
    then: [{ button: 'Monitor', says: 'HGETALL basket:7' }],
  },
  {
    name: 'inside-tables',
    keys: ['Control+4'],
    innards: 'few',
    says: 'page:42',
    then: [{ button: 'Tables', says: 'Kettle number 42' }],
  },
  { name: 'passing-by', keys: ['Space'], innards: 'few', says: 'passing by' },
];
