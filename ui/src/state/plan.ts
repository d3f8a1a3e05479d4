// A planned comparison as it is drawn up: sets of conditions to begin with, and how long it will take.

import type { Conditions, Contender, Length, Pattern, Plan } from '../bindings/api';
import { fitting, NO_PROTECTIONS, patternName, shortName } from './conditions';
import { NO_FAULTS } from './faults';

/** How many conditions a comparison has. */
export const FEWEST = 2;
export const MOST_CONDITIONS = 8;

/** From how many rounds on there is an interval. */
export const ROUNDS_FOR_INTERVAL = 5;

export interface QuickSet {
  name: string;
  make: (now: Conditions) => Contender[];
}

const BUNDLED = { kind: 'bundled', placement: 'flow_runtime' } as const;

/** The same by several patterns. What must know how long a value has left cannot ask mini-redis. */
const by = (now: Conditions, ...patterns: Pattern[]): Contender[] =>
  patterns.map((pattern) =>
    fitting({
      ...now,
      engine: now.engine.kind === 'mini_redis' ? BUNDLED : now.engine,
      name: patternName(pattern),
      pattern,
    }),
  );

/** How a stampede can be met; one of the two in the cache excludes the other. */
const AGAINST_A_STAMPEDE = [
  { name: 'none', ...NO_PROTECTIONS },
  { name: 'single-flight', ...NO_PROTECTIONS, single_flight: true },
  { name: 'lock', ...NO_PROTECTIONS, cache_lock: true },
  { name: 'lease', ...NO_PROTECTIONS, lease: true },
  { name: 'early expiry', ...NO_PROTECTIONS, early_expiry_percent: 100 },
];

/** Conditions that differ in one thing alone from those of the Stage. */
export const QUICK_SETS: readonly QuickSet[] = [
  {
    name: 'no cache / mini-redis / bundled',
    make: (now) => [
      fitting({ ...now, name: 'no cache', engine: BUNDLED, pattern: 'no_cache' }),
      fitting({
        ...now,
        name: 'mini-redis',
        engine: { kind: 'mini_redis', nodelay: true },
        pattern: 'cache_aside',
      }),
      { ...now, name: 'bundled', engine: BUNDLED, pattern: 'cache_aside' },
    ],
  },
  {
    name: 'TTL 1 s / 10 s / 60 s',
    make: (now) =>
      [1, 10, 60].map((s) => ({ ...now, name: `TTL ${s} s`, ttl_ms: s * 1_000, pattern: 'cache_aside' })),
  },
  {
    name: 'cache / no cache',
    make: (now) => [
      fitting({ ...now, name: 'no cache', pattern: 'no_cache' }),
      { ...now, name: shortName({ ...now, pattern: 'cache_aside' }), pattern: 'cache_aside' },
    ],
  },
  {
    name: 'cache-aside / write-through / write-around',
    make: (now) => by(now, 'cache_aside', 'write_through', 'write_around'),
  },
  {
    name: 'cache-aside / refresh-ahead / stale-while-revalidate',
    make: (now) => by(now, 'cache_aside', 'refresh_ahead', 'stale_while_revalidate'),
  },
  {
    name: 'write-through / write-behind',
    make: (now) => by(now, 'write_through', 'write_behind'),
  },
  {
    name: 'without / with single-flight',
    make: (now) =>
      [false, true].map((single_flight) => ({
        ...now,
        name: single_flight ? 'with single-flight' : 'without',
        pattern: 'cache_aside',
        protections: { ...now.protections, single_flight },
      })),
  },
  {
    name: 'sound / cache slow / database slow',
    make: (now) => [
      { ...now, name: 'sound', pattern: 'cache_aside', faults: NO_FAULTS },
      {
        ...now,
        name: 'cache slow by 5 ms',
        pattern: 'cache_aside',
        faults: { ...NO_FAULTS, cache: { kind: 'slow', delay_ms: 5, jitter_ms: 0 } },
      },
      {
        ...now,
        name: 'database slow by 50 ms',
        pattern: 'cache_aside',
        faults: { ...NO_FAULTS, database: { kind: 'slow', delay_ms: 50 } },
      },
    ],
  },
  {
    name: 'none / single-flight / lock / lease / early expiry',
    make: (now) =>
      AGAINST_A_STAMPEDE.map(({ name, ...protections }) => ({
        ...now,
        name,
        engine: now.engine.kind === 'mini_redis' ? BUNDLED : now.engine,
        pattern: 'cache_aside',
        protections,
      })),
  },
  {
    name: 'lookup / page / report',
    make: (now) => (['lookup', 'page', 'report'] as const).map((query) => ({ ...now, name: query, query })),
  },
];

/** What a contender is called beside the others. */
export const contenderName = (contender: Contender): string => contender.name.trim() || shortName(contender);

/** One more, as the last, with a name that none has. */
export function withOneMore(conditions: readonly Contender[], now: Conditions): Contender[] {
  const last = conditions.at(-1) ?? { ...now, name: '' };
  const names = conditions.map(contenderName);
  const base = contenderName(last);
  let name = base;
  for (let number = 2; names.includes(name); number += 1) name = `${base} ${number}`;
  return [...conditions, { ...last, name }];
}

/** How long it takes in all, in milliseconds, without what starting the servers takes; null where requests are counted. */
export function lasts({ rounds, warm_up_ms, workload, conditions }: Plan): number | null {
  const { length } = workload;
  if (length.kind !== 'time') return null;
  return (length.ms + warm_up_ms) * rounds * conditions.length;
}

/** The length of a round, from that of the Stage's traffic: one that ends by itself. */
export const roundOf = (length: Length): Length =>
  length.kind === 'until_stopped' ? { kind: 'time', ms: 5_000 } : length;
