// Conditions, said in a few words.

import type { Conditions, Engine, Memory, Pattern, Protections } from '../bindings/api';
import { formatTtl } from '../units';
import { faultsInWords } from './faults';

/** The engine's name, without its address, which may hold a password. */
export function engineName(engine: Engine): string {
  return { bundled: 'bundled', mini_redis: 'mini-redis', external: 'external' }[engine.kind];
}

/** What changes with the engine: only the bundled server's memory is ours to limit. */
export function on(engine: Engine, { memory }: Pick<Conditions, 'memory'>): Partial<Conditions> {
  return engine.kind === 'bundled' ? { engine } : { engine, memory: { ...memory, max_bytes: 0 } };
}

/** "write-through". */
export const patternName = (pattern: Pattern): string => pattern.replace('_', '-');

/** How cache and database may work together: what each does, and what it promises. */
export const PATTERNS: readonly { pattern: Pattern; name: string; does: string; promises: string }[] = [
  {
    pattern: 'cache_aside',
    name: 'Cache-aside',
    does: 'ask the cache first; on a miss ask the database and store the answer; a write deletes it.',
    promises: 'Stale only where a reader stores what it read before a write, for up to the TTL.',
  },
  {
    pattern: 'write_through',
    name: 'Write-through',
    does: 'as cache-aside, but a write stores the new answer: dearer writes, and the next read hits.',
    promises: 'Of two writers at once the older may store last, and is served for up to the TTL.',
  },
  {
    pattern: 'write_around',
    name: 'Write-around',
    does: 'as cache-aside, but a write goes past the cache: cheap writes of what is seldom read.',
    promises: 'What was cached before a write is served for up to the TTL: stale, by design.',
  },
  {
    pattern: 'no_cache',
    name: 'No cache',
    does: 'every request goes to the database: what a cache is measured against.',
    promises: 'Never stale.',
  },
];

/** "8 MiB allkeys-lru"; empty where there is no limit. The laboratory calls it the same. */
export function memoryInWords({ max_bytes, policy }: Memory): string {
  return max_bytes === 0 ? '' : `${Math.round((max_bytes / 2 ** 20) * 100) / 100} MiB ${policy}`;
}

/** "single-flight", "TTL jitter 20 %": those that are on. The laboratory calls them the same. */
export function protectionsInWords(protections: Protections): string[] {
  const { single_flight, ttl_jitter_percent, negative_ttl_ms } = protections;
  return [
    single_flight ? 'single-flight' : '',
    ttl_jitter_percent > 0 ? `TTL jitter ${ttl_jitter_percent} %` : '',
    negative_ttl_ms > 0 ? `negative caching ${negative_ttl_ms / 1_000} s` : '',
  ].filter((name) => name !== '');
}

/**
 * What conditions are called beside others: "no cache", "mini-redis", "bundled with single-flight; cache hung". The
 * laboratory calls them the same.
 */
export function shortName(
  conditions: Pick<Conditions, 'pattern' | 'engine' | 'protections' | 'memory' | 'faults'>,
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
}: Pick<Conditions, 'pattern' | 'engine' | 'protections' | 'memory'>): string {
  if (pattern === 'no_cache') return 'no cache';
  const names = protectionsInWords(protections);
  const by = pattern === 'cache_aside' ? '' : `, ${patternName(pattern)}`;
  const comma = by === '' ? '' : ',';
  const limit = memoryInWords(memory);
  const server = limit === '' ? engineName(engine) : `${engineName(engine)} of ${limit}`;
  return `${server}${by}${names.length > 0 ? `${comma} with ${names.join(', ')}` : ''}`;
}

/** "mini-redis · page · TTL 60 s", "no cache · page". */
export function conditionsInWords(conditions: Conditions): string {
  const ttl = conditions.pattern === 'no_cache' ? [] : [`TTL ${formatTtl(conditions.ttl_ms)}`];
  return [shortName(conditions), conditions.query, ...ttl].join(' · ');
}
