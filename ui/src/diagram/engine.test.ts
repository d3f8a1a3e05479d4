import { expect, it } from 'vitest';
import type { Conditions, Engine, EngineFacts } from '../bindings/api';
import { NO_FAULTS } from '../state/faults';
import { engineInWords, isDown, redisCli } from './engine';
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

const FACTS: EngineFacts = {
  server: 'redis',
  version: '7.0.15',
  protocol: 2,
  resp3: true,
  sentinel_master: null,
  cluster_masters: [],
  eviction: 'noeviction',
  max_memory: 0,
  tls: false,
  words: 'Redis 7.0.15, one server',
};

it('says what was found out about somebody else’s server, and nothing where nothing was told', () => {
  const at = { state: 'running', address: 'shop:6379' } as const;
  const external = on({ kind: 'external', url: 'rediss://:…@shop:6379' });
  expect(engineInWords(at, external, { ...FACTS, tls: true })).toBe(
    'external: Redis 7.0.15, TLS · shop:6379',
  );
  const silent = { ...FACTS, server: null, version: null };
  expect(engineInWords(at, external, silent)).toBe('external · shop:6379');
  const cluster = { ...FACTS, server: 'valkey', version: '8.0.1', cluster_masters: ['a:1', 'b:2', 'c:3'] };
  expect(engineInWords(at, external, cluster)).toBe('external: Valkey 8.0.1, cluster of 3 · shop:6379');
});

it('names the redis-cli command for every kind of server, without a password', () => {
  const external = (url: string): Engine => ({ kind: 'external', url });
  expect(redisCli('127.0.0.1:6380', bundled.engine, null)).toBe('redis-cli -h 127.0.0.1 -p 6380');
  expect(redisCli('shop:6379', external('rediss://:…@shop'), FACTS)).toBe('redis-cli --tls -h shop -p 6379');
  expect(redisCli('/run/redis.sock', external('unix:///run/redis.sock?pass=…'), FACTS)).toBe(
    'redis-cli -s /run/redis.sock',
  );
  expect(redisCli('a:1,b:2', external('rediss+cluster://a:1,b:2'), FACTS)).toBe(
    'redis-cli -c --tls -h a -p 1',
  );
  const sentinel = external('redis+sentinel://a:1/main');
  expect(redisCli('a:1/main', sentinel, { ...FACTS, sentinel_master: 'm:7000' })).toBe(
    'redis-cli -h m -p 7000',
  );
  expect(redisCli('a:1/main', sentinel, null)).toBe('');
});
