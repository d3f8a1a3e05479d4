import { describe, expect, it } from 'vitest';
import { traces } from '../../tests/traces';
import type { TraceDetail } from '../bindings/api';
import { dressOf, type Medians } from './dress';
import type { NodeId } from './layout';
import { routeOf } from './route';

const medians: Medians = { steps: { cache_get: 47_100, decode: 4_000 }, hit: 58_400, miss: 2_310_000 };
const none: Medians = { steps: {}, hit: null, miss: null };

const dress = (id: NodeId, detail: TraceDetail | null, known = medians) =>
  dressOf(id, detail, routeOf(detail), known);

describe('a node', () => {
  it('carries its last time and, smaller, its median', () => {
    expect(dress('check', traces.hit)).toMatchObject({ time: { ns: 48_214 }, under: 'median 47.1 µs' });
    expect(dress('check', traces.hit, none).under).toBe('');
  });

  it('rests on its median where the last request did not come by', () => {
    expect(dress('return', traces.miss)).toMatchObject({ time: null, median: 4_000 });
  });

  it('that failed says so instead of its median', () => {
    expect(dress('check', traces.bypass).under).toBe('failed');
    expect(dress('miss', traces.corrupt).under).toBe('decode failed');
  });

  it('never shows injected time without saying so', () => {
    expect(dress('fetch', traces.slowed).under).toBe('200 ms injected');
    expect(dress('client', traces.slowed).under).toBe('200 ms injected');
  });
});

it('sets a hit beside the median miss where it says "fast"', () => {
  expect(dress('fast', traces.hit)).toMatchObject({ time: { ns: 61_213 }, under: 'median miss 2.31 ms' });
  expect(dress('fast', traces.miss)).toMatchObject({ time: null, median: 58_400 });
});

it('compares the whole time with requests that went the same way', () => {
  expect(dress('client', traces.hit).under).toBe('median hit 58.4 µs');
  expect(dress('client', traces.miss).under).toBe('median miss 2.31 ms');
  expect(dress('client', traces.written).under).toBe('in all');
});

it('says what was not found and what could not be read', () => {
  expect(dress('fetch', traces.notFound).words.subtitle).toBe('no such product');
  expect(dress('miss', traces.corrupt).words.alert).toBe('Data in Redis unreadable');
  expect(dress('check', traces.bypass).words.alert).toContain('The cache was bypassed');
});
