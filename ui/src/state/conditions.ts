// Conditions, said in a few words.

import {
  PROMISES,
  type Background,
  type Conditions,
  type DatabaseKind,
  type Engine,
  type Memory,
  type Pattern,
  type Protections,
} from '../bindings/api';
import { formatCount, formatTtl } from '../units';
import { faultsInWords } from './faults';

/** The engine's name, without its address, which may hold a password. */
export function engineName(engine: Engine): string {
  return { bundled: 'bundled', mini_redis: 'mini-redis', external: 'external' }[engine.kind];
}

/** The database's name, without its address. */
export function databaseName(database: DatabaseKind): string {
  return { sqlite: 'SQLite', postgres: 'PostgreSQL' }[database.kind];
}

/** What changes with the engine: only the bundled server's memory is ours to limit. */
export function on(engine: Engine, { memory }: Pick<Conditions, 'memory'>): Partial<Conditions> {
  return engine.kind === 'bundled' ? { engine } : { engine, memory: { ...memory, max_bytes: 0 } };
}

/** "write-through". */
export const patternName = (pattern: Pattern): string => pattern.replaceAll('_', '-');

/** A way in which cache and database may work together: what it does, and what it promises. */
export interface PatternWords {
  pattern: Pattern;
  name: string;
  does: string;
  /** Who may read what is out of date, and for how long; and what a crash of the app loses. */
  promises: string;
}

const DOES: readonly Pick<PatternWords, 'pattern' | 'name' | 'does'>[] = [
  {
    pattern: 'cache_aside',
    name: 'Cache-aside',
    does: 'ask the cache first; on a miss ask the database and store the answer; a write deletes it.',
  },
  {
    pattern: 'read_through',
    name: 'Read-through',
    does: 'ask the cache alone, which loads what it does not hold, once for all who want it; a write deletes it.',
  },
  {
    pattern: 'write_through',
    name: 'Write-through',
    does: 'as cache-aside, but a write stores the new answer: dearer writes, and the next read hits.',
  },
  {
    pattern: 'write_behind',
    name: 'Write-behind',
    does: 'a write is stored in the cache and acknowledged; its row is written later, with others. Quick writes.',
  },
  {
    pattern: 'write_around',
    name: 'Write-around',
    does: 'as cache-aside, but a write goes past the cache: cheap writes of what is seldom read.',
  },
  {
    pattern: 'refresh_ahead',
    name: 'Refresh-ahead',
    does: 'as cache-aside, but what is asked for near the end of its TTL is reloaded in the background: what is hot never misses.',
  },
  {
    pattern: 'stale_while_revalidate',
    name: 'Stale-while-revalidate',
    does: 'as cache-aside, but a value is served for a while after its TTL, and reloaded in the background: nobody waits.',
  },
  {
    pattern: 'no_cache',
    name: 'No cache',
    does: 'every request goes to the database: what a cache is measured against.',
  },
];

export const PATTERNS: readonly PatternWords[] = DOES.map((words) => {
  const { stale_reads, crash } = PROMISES[words.pattern];
  return { ...words, promises: `${stale_reads} ${crash}` };
});

/** "8 MiB allkeys-lru"; empty where there is no limit. The laboratory calls it the same. */
export function memoryInWords({ max_bytes, policy }: Memory): string {
  return max_bytes === 0 ? '' : `${Math.round((max_bytes / 2 ** 20) * 100) / 100} MiB ${policy}`;
}

/** What the pattern's work in the background goes by: "reload in the last 20 %"; none where it has none. */
export function backgroundInWords(pattern: Pattern, background: Background): string[] {
  const { refresh_percent, stale_ms, write_delay_ms, queue_limit } = background;
  switch (pattern) {
    case 'refresh_ahead':
      return [`reload in the last ${refresh_percent} %`];
    case 'stale_while_revalidate':
      return [`stale for ${formatTtl(stale_ms)} more`];
    case 'write_behind':
      return [
        write_delay_ms === 0 ? 'written at once' : `written after ${formatTtl(write_delay_ms)}`,
        `queue of ${formatCount(queue_limit)}`,
      ];
    default:
      return [];
  }
}

/** None of them. */
export const NO_PROTECTIONS: Protections = {
  single_flight: false,
  ttl_jitter_percent: 0,
  negative_ttl_ms: 0,
  cache_lock: false,
  lease: false,
  early_expiry_percent: 0,
  bloom_filter: false,
  circuit_breaker: false,
  database_limit: 0,
};

/** "single-flight", "TTL jitter 20 %": those that are on. The laboratory calls them the same. */
export function protectionsInWords(protections: Protections): string[] {
  const { single_flight, ttl_jitter_percent, negative_ttl_ms } = protections;
  const { cache_lock, lease, early_expiry_percent, bloom_filter, circuit_breaker, database_limit } =
    protections;
  return [
    single_flight ? 'single-flight' : '',
    ttl_jitter_percent > 0 ? `TTL jitter ${ttl_jitter_percent} %` : '',
    negative_ttl_ms > 0 ? `negative caching ${negative_ttl_ms / 1_000} s` : '',
    cache_lock ? 'lock' : '',
    lease ? 'lease' : '',
    early_expiry_percent > 0 ? `early expiry β ${early_expiry_percent / 100}` : '',
    bloom_filter ? 'Bloom filter' : '',
    circuit_breaker ? 'circuit breaker' : '',
    database_limit > 0 ? `${database_limit} at the database` : '',
  ].filter((name) => name !== '');
}

/** Those that hold before the database, whether or not there is a cache. */
export const ofTheDatabase = ({
  bloom_filter,
  circuit_breaker,
  database_limit,
}: Protections): Protections => ({
  ...NO_PROTECTIONS,
  bloom_filter,
  circuit_breaker,
  database_limit,
});

/** By these values are loaded anew in the background, which leaves nothing to early expiry. */
export const reloads = (pattern: Pattern): boolean =>
  pattern === 'refresh_ahead' || pattern === 'stale_while_revalidate';

/** True of a Redis Cluster: a lock or a lease would need a transaction over several of its nodes. */
export const isCluster = (engine: Engine): boolean =>
  engine.kind === 'external' && /^rediss?\+cluster:/i.test(engine.url);

/**
 * The same without what there cannot be: a lock, a lease or early expiry without a cache, or on mini-redis; early expiry
 * where values are loaded anew in the background.
 */
export function fitting<C extends Pick<Conditions, 'pattern' | 'engine' | 'protections'>>(conditions: C): C {
  const none = conditions.pattern === 'no_cache' || conditions.engine.kind === 'mini_redis';
  const cluster = isCluster(conditions.engine);
  if (!none && !cluster && !reloads(conditions.pattern)) return conditions;
  const { early_expiry_percent } = conditions.protections;
  const protections = {
    ...conditions.protections,
    ...(none || cluster ? { cache_lock: false, lease: false } : {}),
    early_expiry_percent: none || reloads(conditions.pattern) ? 0 : early_expiry_percent,
  };
  return { ...conditions, protections };
}

/**
 * What conditions are called beside others: "no cache", "mini-redis", "bundled with single-flight; cache hung". The
 * laboratory calls them the same.
 */
export function shortName(
  conditions: Pick<Conditions, 'pattern' | 'engine' | 'protections' | 'memory' | 'faults' | 'database'>,
): string {
  return [soundName(conditions), faultsInWords(conditions.faults).join(', ')]
    .filter((name) => name !== '')
    .join('; ');
}

/** The same without what is broken on purpose. */
function soundName({
  pattern,
  engine,
  protections,
  memory,
  database,
}: Pick<Conditions, 'pattern' | 'engine' | 'protections' | 'memory' | 'database'>): string {
  const over = database.kind === 'sqlite' ? '' : ` over ${databaseName(database)}`;
  if (pattern === 'no_cache') {
    const guards = protectionsInWords(ofTheDatabase(protections));
    return guards.length > 0 ? `no cache${over} with ${guards.join(', ')}` : `no cache${over}`;
  }
  const names = protectionsInWords(protections);
  const by = pattern === 'cache_aside' ? '' : `, ${patternName(pattern)}`;
  const comma = by === '' ? '' : ',';
  const limit = memoryInWords(memory);
  const server = limit === '' ? engineName(engine) : `${engineName(engine)} of ${limit}`;
  return `${server}${over}${by}${names.length > 0 ? `${comma} with ${names.join(', ')}` : ''}`;
}

/** "mini-redis · page · TTL 60 s", "no cache · page". */
export function conditionsInWords(conditions: Conditions): string {
  const ttl = conditions.pattern === 'no_cache' ? [] : [`TTL ${formatTtl(conditions.ttl_ms)}`];
  return [shortName(conditions), conditions.query, ...ttl].join(' · ');
}
