import { expect, it } from 'vitest';
import type { Conditions, Engine } from '../bindings/api';
import { NO_FAULTS } from '../state/faults';
import { engineInWords, isDown } from './engine';
import { NO_PROTECTIONS } from '../state/conditions';

const on = (engine: Engine): Conditions => ({
  engine,
  query: 'page',
  ttl_ms: 60_000,
  pattern: 'cache_aside',
  protections: NO_PROTECTIONS,
  memory: { max_bytes: 0, policy: 'allkeys-lru' },
  faults: NO_FAULTS,
  background: { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 500, queue_limit: 1_000 },
  database: { kind: 'sqlite' },
});
const bundled = on({ kind: 'bundled', placement: 'own_thread' });

it('names the engine, where it runs and where it listens', () => {
  expect(engineInWords({ state: 'running', address: '127.0.0.1:6380' }, bundled)).toBe(
    'bundled, own thread · 127.0.0.1:6380',
  );
});

it('never shows the URL of an external engine, which may hold a password', () => {
  const external = on({ kind: 'external', url: 'redis://:secret@shop:6379' });
  for (const state of [
    { state: 'running', address: 'shop:6379' },
    { state: 'unreachable', message: 'connection refused' },
    { state: 'starting' },
  ] as const) {
    expect(engineInWords(state, external)).not.toContain('secret');
  }
});

it('knows which states leave the cache without an answer', () => {
  expect(isDown({ state: 'stopped', address: 'a:1' })).toBe(true);
  expect(isDown({ state: 'unreachable', message: '' })).toBe(true);
  expect(isDown({ state: 'running', address: 'a:1' })).toBe(false);
  expect(isDown({ state: 'starting' })).toBe(false);
});

it('says of a cache that is left out that it is not asked, however it is', () => {
  const without: Conditions = { ...bundled, pattern: 'no_cache' };
  for (const state of [
    { state: 'running', address: 'a:1' },
    { state: 'unreachable', message: 'connection refused' },
  ] as const) {
    expect(engineInWords(state, without)).toBe('no cache: it is not asked');
  }
});
