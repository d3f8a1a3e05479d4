import { expect, it } from 'vitest';
import { SETTINGS } from '../../tests/host';
import { contenderName, lasts, QUICK_SETS, roundOf, withOneMore } from './plan';

const now = SETTINGS.conditions;

it('begins with sets whose names all differ', () => {
  for (const { make } of QUICK_SETS) {
    const names = make(now).map(contenderName);
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names).size).toBe(names.length);
  }
});

it('never begins with what the laboratory refuses', () => {
  const locked = { ...now, protections: { ...now.protections, cache_lock: true } };
  for (const { pattern, engine, protections } of QUICK_SETS.flatMap(({ make }) => make(locked))) {
    const refused = pattern === 'no_cache' || engine.kind === 'mini_redis';
    expect(refused && protections.cache_lock).toBe(false);
    expect(protections.cache_lock && protections.lease).toBe(false);
  }
});

it('adds conditions like the last, under another name', () => {
  const two = withOneMore(withOneMore([], now), now);
  expect(two.map(({ name }) => name)).toEqual(['bundled', 'bundled 2']);
  const [set] = QUICK_SETS;
  expect(withOneMore(set?.make(now) ?? [], now).at(-1)?.name).toBe('bundled 2');
});

it('knows how long it takes, unless that depends on the answers', () => {
  const conditions = withOneMore(withOneMore([], now), now);
  const plan = {
    name: '',
    note: '',
    rounds: 5,
    warm_up_ms: 2_000,
    conditions,
    workload: { ...SETTINGS.workload, length: { kind: 'time' as const, ms: 5_000 } },
  };
  expect(lasts(plan)).toBe(70_000);
  const counted = { ...plan.workload, length: { kind: 'count' as const, requests: 10 } };
  expect(lasts({ ...plan, workload: counted })).toBeNull();
});

it('lets a round end by itself', () => {
  expect(roundOf({ kind: 'until_stopped' })).toEqual({ kind: 'time', ms: 5_000 });
  expect(roundOf({ kind: 'count', requests: 7 })).toEqual({ kind: 'count', requests: 7 });
});
