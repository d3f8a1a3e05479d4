// Conditions, said in a few words.

import type { Conditions, Engine, Protections } from '../bindings/api';
import { formatTtl } from '../units';

/** The engine's name, without its address, which may hold a password. */
export function engineName(engine: Engine): string {
  return { bundled: 'bundled', mini_redis: 'mini-redis', external: 'external' }[engine.kind];
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
 * What conditions are called beside others: "no cache", "mini-redis", "bundled with single-flight". The laboratory calls
 * them the same.
 */
export function shortName({
  pattern,
  engine,
  protections,
}: Pick<Conditions, 'pattern' | 'engine' | 'protections'>): string {
  if (pattern === 'no_cache') return 'no cache';
  const names = protectionsInWords(protections);
  return names.length > 0 ? `${engineName(engine)} with ${names.join(', ')}` : engineName(engine);
}

/** "mini-redis · page · TTL 60 s", "no cache · page". */
export function conditionsInWords(conditions: Conditions): string {
  const ttl = conditions.pattern === 'no_cache' ? [] : [`TTL ${formatTtl(conditions.ttl_ms)}`];
  return [shortName(conditions), conditions.query, ...ttl].join(' · ');
}
