// What side B can be beside side A, at one press: each differs from A in one thing alone.

import type { Conditions } from '../bindings/api';

export interface Contrast {
  /** After "B is". */
  words: string;
  /** What it shows. */
  note: string;
  make: (a: Conditions) => Conditions;
}

const protectedBy = (a: Conditions, protections: Partial<Conditions['protections']>): Conditions => ({
  ...a,
  pattern: a.pattern === 'no_cache' ? 'cache_aside' : a.pattern,
  protections: { ...a.protections, ...protections },
});

const CONTRASTS: readonly Contrast[] = [
  {
    words: 'A without a cache',
    note: 'what the cache is worth',
    make: (a) => ({ ...a, pattern: 'no_cache' }),
  },
  {
    words: 'A with a cache',
    note: 'what a cache would be worth',
    make: (a) => ({ ...a, pattern: a.pattern === 'no_cache' ? 'cache_aside' : a.pattern }),
  },
  {
    words: 'A with single-flight',
    note: 'against a stampede',
    make: (a) => protectedBy(a, { single_flight: true }),
  },
  {
    words: 'A with TTL jitter of 20 %',
    note: 'against an avalanche',
    make: (a) => protectedBy(a, { ttl_jitter_percent: 20 }),
  },
  {
    words: 'A with negative caching for 5 s',
    note: 'against penetration',
    make: (a) => protectedBy(a, { negative_ttl_ms: 5_000 }),
  },
  {
    words: 'A, written through',
    note: 'writes that store, in place of writes that delete',
    make: (a) => ({ ...a, pattern: 'write_through' }),
  },
  {
    words: 'A on mini-redis',
    note: 'another server behind the cache',
    make: (a) => ({ ...a, engine: { kind: 'mini_redis', nodelay: true } }),
  },
  { words: 'as A', note: 'what the two differ by with nothing changed', make: (a) => a },
];

/** A server of somebody else's is one: both sides would find each other's keys on it. */
function apart(conditions: Conditions): Conditions {
  if (conditions.engine.kind !== 'external') return conditions;
  return { ...conditions, engine: { kind: 'bundled', placement: 'flow_runtime' } };
}

/** Those that make a difference to A, and "as A" last. */
export const contrastsTo = (a: Conditions): Contrast[] =>
  CONTRASTS.filter(({ make }) => make(a) === a || JSON.stringify(make(a)) !== JSON.stringify(a)).map(
    ({ make, ...words }) => ({ ...words, make: (conditions) => apart(make(conditions)) }),
  );

/** What side B is at first: the one thing that is plain to see from the first request. */
export function contrastTo(a: Conditions): Conditions {
  const pattern = a.pattern === 'no_cache' ? 'cache_aside' : 'no_cache';
  return apart({ ...a, pattern });
}
