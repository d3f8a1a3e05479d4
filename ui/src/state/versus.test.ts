import { describe, expect, it } from 'vitest';
import { Load } from '../../tests/load';
import { SETTINGS } from '../../tests/host';
import { traces } from '../../tests/traces';
import type { Conditions, TraceDetail } from '../bindings/api';
import type { Moment } from './traffic.svelte';
import { higher, oftener, scoreOfRequests, scoreOfTraffic, slower } from './versus';

describe('what is said of two numbers', () => {
  it('names the slower side and by how much, whichever that is', () => {
    expect(slower(6_400_000, 2_000_000)).toBe('A 3.2× slower');
    expect(slower(58_000, 2_320_000)).toBe('B 40× slower');
  });

  it('calls alike what nearly is, and says nothing of what is not known', () => {
    expect(slower(1_040, 1_000)).toBe('alike');
    expect(slower(null, 1_000)).toBeNull();
    expect(higher(0.914, 0.912)).toBe('alike');
    expect(higher(0.912, null)).toBeNull();
  });

  it('tells shares in points, and who asks the database more often', () => {
    expect(higher(0.5, 0.623)).toBe('B 12.3 points higher');
    expect(oftener(172, 50)).toBe('A asks 3.4× as often');
    expect(oftener(0, 7)).toBe('only B asks it');
    expect(oftener(0, 0)).toBeNull();
  });
});

describe('the score of traffic', () => {
  function momentOf(conditions: Partial<Conditions>, ms: number): Moment {
    const load = new Load(1, SETTINGS.workload, { ...SETTINGS.conditions, ...conditions }, 0);
    load.advance(ms * 1e6);
    const frame = load.frame(0);
    const summary = load.summary(0);
    const reading = { frame, perSecond: {}, sentPerSecond: null, oneIn: 1, skipped: 0 };
    return { reading, summary, seconds: summary.summary.seconds };
  }
  const words = (a: Moment, b: Moment) =>
    scoreOfTraffic(a, b).map(({ name, between }) => `${name}: ${between}`);

  it('holds response times, hit ratios and queries against each other', () => {
    const [cached, uncached] = [momentOf({}, 20_000), momentOf({ pattern: 'no_cache' }, 20_000)];
    const [p50, p99, ratio, queries] = scoreOfTraffic(cached, uncached);
    expect(p50?.between).toMatch(/^B \d+× slower$/);
    expect(p99?.main).toBe(true);
    expect(ratio).toMatchObject({ b: '–', between: '–', why: 'One side asks no cache.' });
    expect(queries?.between).toMatch(/^B asks [\d.]+× as often$/);
  });

  it('says nothing of a percentile that comes from too few requests', () => {
    const [one, other] = [momentOf({}, 400), momentOf({ pattern: 'no_cache' }, 400)];
    expect(words(one, other)[1]).toBe('p99: –');
    expect(scoreOfTraffic(one, other)[1]?.why).toContain('1,000 on each side');
  });
});

describe('the score of single requests', () => {
  const numbered = (detail: TraceDetail, id: number): TraceDetail => ({
    ...detail,
    trace: { ...detail.trace, id },
  });
  const sent = (...shown: TraceDetail[]) => ({ shown, selected: shown.at(-1) ?? null });

  it('is of the same request on both sides, and of those only that both were sent', () => {
    const a = sent(numbered(traces.miss, 1), numbered(traces.miss, 2), numbered(traces.hit, 3));
    const b = sent(numbered(traces.withoutCache, 2), numbered(traces.withoutCache, 3));
    const [request, median, ratio, queries] = scoreOfRequests(a, b);
    expect(request?.name).toBe('request #3');
    expect(request?.a).toMatch(/^hit /);
    expect(request?.between).toMatch(/^B \d+× slower$/);
    expect(median?.why).toContain('20 on each side');
    expect(ratio?.a).toBe('50.0 %');
    expect(queries).toMatchObject({ a: '1', b: '2', between: 'B asks 2.0× as often' });
  });

  it('says nothing of two different requests', () => {
    const [request] = scoreOfRequests(sent(numbered(traces.hit, 3)), sent(numbered(traces.hit, 2)));
    expect(request).toMatchObject({ a: '–', b: '–', between: '–' });
  });
});
