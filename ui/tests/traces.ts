// Traces as the lab sends them, one for each way a request can go. The times were taken from real runs and rounded;
// in every one of them the steps and `other_ns` add up to `total_ns`, as they do in the real ones.

import type { Excerpt, Outcome, Query, Step, StepKind, Trace, TraceDetail } from '../src/bindings/api';

type Timed = [kind: StepKind, start: number, duration: number, more?: Partial<Step>];

function excerpt(text: string, bytes?: number): Excerpt {
  const shown = text.replace(/\\r|\\n/g, '.').length;
  return { text, bytes: bytes ?? shown, cut: bytes !== undefined && bytes > shown };
}

interface Story {
  id: number;
  outcome: Outcome;
  total: number;
  steps: Timed[];
  write?: boolean;
  product?: number;
  query?: Query;
  notes?: string[];
  detail?: Partial<Omit<TraceDetail, 'trace'>>;
}

function detail(story: Story): TraceDetail {
  const { product = 42, query = 'page' } = story;
  const steps = story.steps.map(([kind, start_ns, duration_ns, more]): Step => ({
    kind,
    start_ns,
    duration_ns,
    injected_ns: 0,
    failed: false,
    ...more,
  }));
  const timed = steps.reduce((sum, step) => sum + step.duration_ns, 0);
  return {
    trace: {
      id: story.id,
      request: { operation: story.write ? 'write' : 'read', product, query },
      outcome: story.outcome,
      started_ns: 1_000_000_000 * story.id,
      waited_ns: 0,
      total_ns: story.total,
      other_ns: story.total - timed,
      steps,
      notes: story.notes ?? [],
    },
    engine: 'bundled',
    database: 'SQLite',
    pattern: 'cache_aside',
    at_unix_ms: 1_767_225_600_000 + story.id,
    keys: story.write
      ? ['lookup', 'page', 'report'].map((name) => `cachescope:${name}:${product}`)
      : [`cachescope:${query}:${product}`],
    wire: [],
    wire_note: null,
    sql: [],
    value: null,
    value_note: null,
    ...story.detail,
  };
}

const page = JSON.stringify({
  page: {
    product: { id: 42, name: 'Walnut desk lamp', price_cents: 4900, stock: 17, version: 3 },
    category: 'Lighting',
    ratings: [2, 1, 3, 9, 22],
    newest_reviews: [
      { stars: 5, text: 'Warm light, steady base.' },
      { stars: 4, text: 'Good. <script>alert("hostile")</script> is only text.' },
    ],
    bought_together: [7, 913, 77],
  },
});

const get = String.raw`*2\r\n$3\r\nGET\r\n$18\r\ncachescope:page:42\r\n`;
const sqlOfPage = [
  {
    step: 1,
    statements: [
      {
        sql: 'SELECT p.id, p.name, p.price_cents, c.name AS category\nFROM products p JOIN categories c ON c.id = p.category_id\nWHERE p.id = ?1',
        bindings: [['?1', '42']] as [string, string][],
        plan: [
          'SEARCH p USING INTEGER PRIMARY KEY (rowid=?)',
          'SEARCH c USING INTEGER PRIMARY KEY (rowid=?)',
        ],
      },
      {
        sql: "SELECT stars, count(*) FROM reviews WHERE product_id = ?1 AND state = 'shown' GROUP BY stars -- histogram",
        bindings: [['?1', '42']] as [string, string][],
        plan: [
          'SEARCH reviews USING INDEX reviews_by_product (product_id=?)',
          '  USE TEMP B-TREE FOR GROUP BY',
        ],
      },
    ],
  },
];
const value: Excerpt = { text: page, bytes: page.length, cut: false };

export const hit = detail({
  id: 1204,
  outcome: 'hit',
  total: 61_213,
  steps: [
    ['cache_get', 412, 48_214],
    ['decode', 48_730, 4_104],
    ['respond', 52_902, 2_011],
  ],
  detail: {
    wire: [
      {
        step: 0,
        sent: excerpt(get),
        received: excerpt(String.raw`$${page.length}\r\n${page}\r\n`, page.length + 8),
      },
    ],
    value,
  },
});

export const miss = detail({
  id: 1203,
  outcome: 'miss',
  total: 2_314_870,
  steps: [
    ['cache_get', 398, 46_902],
    ['db_query', 47_420, 2_184_300],
    ['encode', 2_231_900, 9_812],
    ['cache_set', 2_241_830, 58_440],
    ['respond', 2_300_360, 1_922],
  ],
  detail: {
    wire: [
      { step: 0, sent: excerpt(get), received: excerpt(String.raw`$-1\r\n`) },
      {
        step: 3,
        sent: excerpt(String.raw`*5\r\n$3\r\nSET\r\n$18\r\ncachescope:page:42\r\n$12300\r\n` + page, 12_372),
        received: excerpt(String.raw`+OK\r\n`),
      },
    ],
    sql: sqlOfPage,
    value,
  },
});

export const bypass = detail({
  id: 1210,
  outcome: 'bypass',
  total: 2_402_118,
  steps: [
    ['cache_get', 377, 96_120, { failed: true }],
    ['db_query', 96_640, 2_301_904],
    ['respond', 2_398_700, 2_230],
  ],
  notes: ['The cache was bypassed: nothing listens at 127.0.0.1:46379.'],
  detail: { sql: sqlOfPage, value, wire_note: 'Nothing was sent: there was no connection.' },
});

export const withoutCache = detail({
  id: 1209,
  outcome: 'bypass',
  total: 2_305_998,
  steps: [
    ['db_query', 520, 2_301_904],
    ['respond', 2_303_000, 2_230],
  ],
  detail: { sql: sqlOfPage, value },
});

export const written = detail({
  id: 1211,
  outcome: 'written',
  total: 412_480,
  write: true,
  steps: [
    ['db_write', 502, 338_112],
    ['cache_del', 338_790, 66_051],
    ['respond', 404_960, 1_544],
  ],
  detail: {
    wire: [
      {
        step: 1,
        sent: excerpt(
          String.raw`*4\r\n$3\r\nDEL\r\n$20\r\ncachescope:lookup:42\r\n$18\r\ncachescope:page:42\r\n$20\r\ncachescope:report:42\r\n`,
        ),
        received: excerpt(String.raw`:1\r\n`),
      },
    ],
    sql: [
      {
        step: 0,
        statements: [
          {
            sql: 'UPDATE products SET version = version + 1 WHERE id = ?1 RETURNING id, version',
            bindings: [['?1', '42']],
            plan: ['SEARCH products USING INTEGER PRIMARY KEY (rowid=?)'],
          },
        ],
      },
    ],
    value: { text: '{"id":42,"version":4}', bytes: 21, cut: false },
  },
});

export const writtenWithoutCache = detail({
  id: 1218,
  outcome: 'written',
  total: 338_600,
  write: true,
  steps: [
    ['db_write', 402, 335_100],
    ['respond', 335_900, 1_804],
  ],
});

/** By write-through: over a chart of its own, so not among the others. */
export const writtenThrough = detail({
  id: 1219,
  outcome: 'written',
  total: 2_820_480,
  write: true,
  steps: [
    ['db_write', 502, 338_112],
    ['db_query', 339_100, 2_301_904],
    ['encode', 2_641_300, 18_402],
    ['cache_set', 2_660_100, 72_110],
    ['cache_del', 2_732_800, 66_051],
    ['respond', 2_818_900, 1_544],
  ],
});

/** By write-behind: over a chart of its own. What it was before was in Redis. */
export const writtenBehind = detail({
  id: 1220,
  outcome: 'written',
  total: 201_480,
  write: true,
  steps: [
    ['cache_get', 502, 48_112],
    ['decode', 48_800, 9_204],
    ['defer', 58_200, 6_302],
    ['encode', 64_700, 9_402],
    ['cache_set', 74_300, 61_110],
    ['cache_del', 135_600, 62_051],
    ['respond', 198_200, 1_544],
  ],
  detail: { pattern: 'write_behind' },
});

/** By stale-while-revalidate, past its TTL. */
export const stale = detail({
  id: 1221,
  outcome: 'stale',
  total: 78_213,
  steps: [
    ['cache_get', 412, 59_214],
    ['decode', 59_730, 8_104],
    ['defer', 68_000, 5_120],
    ['respond', 73_302, 2_011],
  ],
  notes: ['Its TTL was over for 1.204 s, and it was served stale: it is reloaded in the background.'],
  detail: { pattern: 'stale_while_revalidate', value },
});

/** By refresh-ahead, near the end of its TTL. */
export const refreshed = detail({
  id: 1222,
  outcome: 'hit',
  total: 77_213,
  steps: [
    ['cache_get', 412, 58_214],
    ['decode', 58_730, 8_104],
    ['defer', 67_000, 5_120],
    ['respond', 72_302, 2_011],
  ],
  notes: ['It had 9.204 s of its TTL left: it is reloaded in the background.'],
  detail: { pattern: 'refresh_ahead', value },
});

/** What the request left to the background. */
export const reloadOf = ({ trace }: TraceDetail): Trace => ({
  ...detail({
    id: trace.id,
    outcome: 'miss',
    total: 2_262_480,
    steps: [
      ['db_query', 402, 2_182_904],
      ['encode', 2_183_400, 14_402],
      ['cache_set', 2_197_900, 63_110],
    ],
  }).trace,
});

export const notFound = detail({
  id: 1212,
  outcome: 'miss',
  total: 74_901,
  product: 99_999,
  steps: [
    ['cache_get', 401, 47_330],
    ['db_query', 48_100, 24_210],
    ['respond', 72_602, 410],
  ],
  notes: ['There is no product 99999.'],
});

export const corrupt = detail({
  id: 1213,
  outcome: 'miss',
  total: 2_290_412,
  steps: [
    ['cache_get', 400, 49_004],
    ['decode', 49_520, 2_260, { failed: true }],
    ['db_query', 52_300, 2_160_008],
    ['encode', 2_212_420, 9_604],
    ['cache_set', 2_222_100, 61_300],
    ['respond', 2_283_900, 2_008],
  ],
  notes: ['The cached value could not be decoded (expected value at line 1 column 1) and is replaced.'],
  detail: { sql: sqlOfPage, value },
});

export const databaseDown = detail({
  id: 1214,
  outcome: 'error',
  total: 5_062_300,
  steps: [
    ['cache_get', 390, 47_200],
    ['db_query', 48_000, 5_010_400, { failed: true }],
    ['respond', 5_059_600, 380],
  ],
  notes: ['The database did not answer: the database is locked (code 5).'],
});

export const writeFailed = detail({
  id: 1215,
  outcome: 'error',
  total: 5_021_000,
  write: true,
  steps: [['db_write', 500, 5_019_800, { failed: true }]],
  notes: ['The row was not updated: the database is locked (code 5).'],
});

export const storeFailed = detail({
  id: 1216,
  outcome: 'miss',
  total: 2_501_000,
  steps: [
    ['cache_get', 398, 46_902],
    ['db_query', 47_420, 2_184_300],
    ['encode', 2_231_900, 9_812],
    ['cache_set', 2_241_830, 250_010, { failed: true }],
    ['respond', 2_492_400, 1_922],
  ],
  notes: ['The answer was not stored: the connection was closed.'],
});

/** A miss against a database slowed on purpose: 200 ms of it were put in. */
export const slowed = detail({
  id: 1217,
  outcome: 'miss',
  total: 202_320_000,
  steps: [
    ['cache_get', 398, 46_902],
    ['db_query', 47_420, 202_190_300, { injected_ns: 200_000_000 }],
    ['encode', 202_238_000, 9_812],
    ['cache_set', 202_248_000, 58_440],
    ['respond', 202_307_000, 1_922],
  ],
});

/** Every story by its name. */
export const traces = {
  hit,
  miss,
  bypass,
  withoutCache,
  written,
  writtenWithoutCache,
  notFound,
  corrupt,
  databaseDown,
  writeFailed,
  storeFailed,
  slowed,
};
