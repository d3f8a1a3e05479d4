// Conditions, said in a few words.

import type { Conditions, Engine } from '../bindings/api';
import { formatTtl } from '../units';

/** The engine's name, without its address, which may hold a password. */
export function engineName(engine: Engine): string {
  return { bundled: 'bundled', mini_redis: 'mini-redis', external: 'external' }[engine.kind];
}

/** What conditions are called beside others: "no cache", "mini-redis". The laboratory calls them the same. */
export function shortName({ pattern, engine }: Pick<Conditions, 'pattern' | 'engine'>): string {
  return pattern === 'no_cache' ? 'no cache' : engineName(engine);
}

/** "mini-redis · page · TTL 60 s", "no cache · page". */
export function conditionsInWords(conditions: Conditions): string {
  const ttl = conditions.pattern === 'no_cache' ? [] : [`TTL ${formatTtl(conditions.ttl_ms)}`];
  return [shortName(conditions), conditions.query, ...ttl].join(' · ');
}
