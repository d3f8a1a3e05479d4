import { describe, expect, it } from 'vitest';
import type { Outcome, StepKind } from '../bindings/api';
import { refreshed, reloadOf, stale, traces, writtenBehind } from '../../tests/traces';
import { layout, type NodeId } from './layout';
import { routeOf } from './route';

it('is nowhere before the first request', () => {
  expect(routeOf(null)).toMatchObject({ path: 'none', nodes: [], edges: [] });
});

describe('a read', () => {
  it('that hits goes down the left side, without touching the database', () => {
    const route = routeOf(traces.hit);
    expect(route.path).toBe('hit');
    expect(route.nodes).toEqual(['client', 'server', 'check', 'hit', 'return', 'fast', 'send']);
    expect(route.times.check).toMatchObject({ of: 'cache_get', ns: 48_214 });
    expect(route.times.return).toMatchObject({ of: 'decode', ns: 4_104 });
  });

  it('that misses asks the database and stores what it got', () => {
    const route = routeOf(traces.miss);
    expect(route.path).toBe('miss');
    expect(route.nodes).toEqual(['client', 'server', 'check', 'miss', 'fetch', 'store', 'send']);
    expect(route.times.fetch?.ns).toBe(2_184_300);
    expect(route.times.store).toMatchObject({ of: 'cache_set', ns: 58_440 });
    expect(route.encode?.ns).toBe(9_812);
  });

  it('of a product that does not exist stores nothing', () => {
    const route = routeOf(traces.notFound);
    expect(route.path).toBe('miss');
    expect(route.nodes).toEqual(['client', 'server', 'check', 'miss', 'fetch', 'send']);
    expect(route.edges).toContain('fetch-send');
  });

  it('of a corrupt value is a miss that spent time on reading it, and replaces it', () => {
    const route = routeOf(traces.corrupt);
    expect(route.path).toBe('miss');
    expect(route.times.miss).toMatchObject({ of: 'decode', failed: true });
    expect(route.nodes).toContain('store');
    expect(route.nodes).not.toContain('hit');
  });

  it('whose cache cannot be reached goes past hit and miss straight to the database', () => {
    const route = routeOf(traces.bypass);
    expect(route.path).toBe('bypass');
    expect(route.nodes).toEqual(['client', 'server', 'check', 'fetch', 'send']);
    expect(route.edges).toContain('check-fetch');
    expect(route.times.check?.failed).toBe(true);
  });

  it('without a cache takes the same line to the database, and does not claim to have asked', () => {
    const route = routeOf(traces.withoutCache);
    expect(route.path).toBe('bypass');
    expect(route.nodes).toEqual(['client', 'server', 'fetch', 'send']);
    expect(route.edges).toEqual(expect.arrayContaining(['server-check', 'check-fetch', 'fetch-send']));
    expect(route.times.check).toBeUndefined();
  });

  it('whose database fails says so at the database', () => {
    const route = routeOf(traces.databaseDown);
    expect(route.path).toBe('error');
    expect(route.times.fetch?.failed).toBe(true);
    expect(route.nodes.at(-1)).toBe('send');
  });

  it('whose answer could not be stored is a miss with a failed store', () => {
    const route = routeOf(traces.storeFailed);
    expect(route.path).toBe('miss');
    expect(route.times.store?.failed).toBe(true);
  });
});

describe('a write', () => {
  it('updates the row, then deletes the keys', () => {
    const route = routeOf(traces.written);
    expect(route.path).toBe('written');
    expect(route.nodes).toEqual(['client', 'server', 'update', 'delete', 'send']);
  });

  it('without a cache deletes nothing', () => {
    const route = routeOf(traces.writtenWithoutCache);
    expect(route.nodes).toEqual(['client', 'server', 'update', 'send']);
    expect(route.edges).toEqual(expect.arrayContaining(['update-delete', 'delete-send']));
  });

  it('by write-through fetches and stores, and is on its chart even where that failed', () => {
    const { trace } = traces.written;
    const step = (kind: StepKind) => ({ kind, start_ns: 0, duration_ns: 1, injected_ns: 0, failed: false });
    const ways: [StepKind[], NodeId[]][] = [
      [
        ['db_query', 'encode', 'cache_set', 'cache_del'],
        ['update', 'fetch', 'store', 'delete'],
      ],
      [
        ['db_query', 'cache_del'],
        ['update', 'fetch', 'delete'],
      ],
      [[], ['update']],
    ];
    const edges = layout('write', 'write_through').edges.map(({ id }) => id);
    for (const [kinds, nodes] of ways) {
      const route = routeOf({
        trace: { ...trace, steps: (['db_write', ...kinds, 'respond'] as const).map(step) },
      });
      expect(route.nodes).toEqual(['client', 'server', ...nodes, 'send']);
      expect(edges).toEqual(expect.arrayContaining(route.edges));
    }
  });

  it('by write-behind leads over its chart, whatever it knew of the product before', () => {
    const { trace } = writtenBehind;
    const step = (kind: StepKind) => ({ kind, start_ns: 0, duration_ns: 1, injected_ns: 0, failed: false });
    const ways: [StepKind[], NodeId[]][] = [
      [
        ['cache_get', 'decode', 'defer', 'encode', 'cache_set', 'cache_del'],
        ['check', 'queue', 'store', 'delete'],
      ],
      [
        ['cache_get', 'db_query', 'defer', 'encode', 'cache_set', 'cache_del'],
        ['check', 'fetch', 'queue', 'store', 'delete'],
      ],
      [
        ['wait', 'cache_get', 'defer', 'cache_del'],
        ['check', 'queue', 'delete'],
      ],
      [
        ['wait', 'db_query', 'defer', 'cache_del'],
        ['fetch', 'queue', 'delete'],
      ],
      [
        ['wait', 'defer', 'cache_del'],
        ['queue', 'delete'],
      ],
    ];
    const edges = layout('write', 'write_behind').edges.map(({ id }) => id);
    for (const [kinds, nodes] of ways) {
      const route = routeOf({ trace: { ...trace, steps: ([...kinds, 'respond'] as const).map(step) } });
      expect(route.nodes).toEqual(['client', 'server', ...nodes, 'send']);
      expect(edges).toEqual(expect.arrayContaining(route.edges));
      expect(route.behind.nodes).toEqual(['batch']);
    }
  });

  it('that finds no room in the queue ends there, and leaves nothing to the background', () => {
    const step = (kind: StepKind, failed = false) => ({
      kind,
      start_ns: 0,
      duration_ns: 1,
      injected_ns: 0,
      failed,
    });
    const steps = [step('cache_get'), step('decode'), step('defer', true)];
    const route = routeOf({ trace: { ...writtenBehind.trace, outcome: 'shed', steps } });
    expect(route.nodes).toEqual(['client', 'server', 'check', 'queue']);
    expect(route.behind.nodes).toEqual([]);
  });

  it('that fails ends where it failed', () => {
    const route = routeOf(traces.writeFailed);
    expect(route.path).toBe('error');
    expect(route.nodes).toEqual(['client', 'server', 'update']);
    expect(route.times.update?.failed).toBe(true);
  });
});

describe('a read that leaves a reload to the background', () => {
  it.each([
    ['stale', stale, 'stale-fetch'],
    ['hit', refreshed, 'hit-fetch'],
  ] as const)('goes the way of a %s, and the reload stands beside it', (held, detail, edge) => {
    const route = routeOf(detail);
    expect(route.nodes).toEqual(['client', 'server', 'check', held, 'return', 'fast', 'send']);
    expect(route.behind).toEqual({ nodes: ['fetch', 'store'], edges: [edge, 'fetch-store'], times: {} });
    const chart = layout('read', detail.pattern);
    const edges = chart.edges.map(({ id }) => id);
    expect(edges).toEqual(expect.arrayContaining([...route.edges, ...route.behind.edges]));

    const ended = routeOf(detail, reloadOf(detail));
    expect(ended.behind.times.fetch?.ns).toBe(2_182_904);
    expect(ended.times).toEqual(route.times);
  });
});

describe.each(Object.entries(traces))('the way of %s', (_, detail) => {
  const route = routeOf(detail);

  it('is on the chart', () => {
    const chart = layout(detail.trace.request.operation);
    const nodes = chart.nodes.map((node) => node.id);
    const edges = chart.edges.map((edge) => edge.id);
    expect(route.nodes.filter((id) => !nodes.includes(id))).toEqual([]);
    expect(route.edges.filter((id) => !edges.includes(id))).toEqual([]);
  });

  it('accounts for every nanosecond', () => {
    const { client, ...times } = route.times;
    const measured = [...Object.values(times), ...(route.encode ? [route.encode] : [])];
    expect(measured.reduce((sum, time) => sum + time.ns, 0)).toBe(client?.ns);
  });
});

it('calls time that was put in what it is', () => {
  const route = routeOf(traces.slowed);
  expect(route.times.fetch?.injectedNs).toBe(200_000_000);
  expect(route.times.client?.injectedNs).toBe(200_000_000);
  expect(route.times.check?.injectedNs).toBe(0);
});

describe('a protected read', () => {
  const MISS: NodeId[] = ['client', 'server', 'check', 'miss'];
  const HIT: NodeId[] = ['client', 'server', 'check', 'hit', 'return', 'fast', 'send'];
  const LOADS: StepKind[] = ['db_query', 'encode', 'cache_set'];

  it.each<[what: string, Outcome, StepKind[], NodeId[]]>([
    [
      'that holds the lock goes the way of a miss',
      'miss',
      ['cache_get', 'cache_lock', ...LOADS, 'cache_lock', 'respond'],
      [...MISS, 'fetch', 'store', 'send'],
    ],
    [
      'that waited for the lock’s owner is answered after the miss',
      'coalesced',
      ['cache_get', 'cache_lock', 'wait', 'decode', 'respond'],
      [...MISS, 'send'],
    ],
    [
      'that waited for its turn asks the database then',
      'miss',
      ['cache_get', 'wait', ...LOADS, 'respond'],
      [...MISS, 'fetch', 'store', 'send'],
    ],
    [
      'that loads early goes the way of a miss, though there was a value',
      'miss',
      ['cache_get', 'decode', ...LOADS, 'respond'],
      [...MISS, 'fetch', 'store', 'send'],
    ],
    [
      'that loaded early in vain is a hit',
      'hit',
      ['cache_get', 'decode', 'cache_lock', 'db_query', 'cache_lock', 'respond'],
      HIT,
    ],
    [
      'that is refused turns back at the database',
      'shed',
      ['cache_get', 'respond'],
      [...MISS, 'fetch', 'send'],
    ],
    ['that the Bloom filter answers asks nobody', 'bypass', ['respond'], ['client', 'server', 'send']],
  ])('%s', (_, outcome, kinds, nodes) => {
    const steps = kinds.map((kind, index) => ({
      kind,
      start_ns: index * 10,
      duration_ns: 5 + index,
      injected_ns: 0,
      failed: false,
    }));
    const route = routeOf({ trace: { ...traces.miss.trace, outcome, steps } });
    expect(route.nodes).toEqual(nodes);
    const drawn = layout('read').edges.map(({ id }) => id);
    expect(drawn).toEqual(expect.arrayContaining(route.edges));
    if (kinds[0] === 'cache_get') expect(route.times.check).toMatchObject({ of: 'cache_get' });
  });
});

it('a write that waits for its turn and takes leases back stays on its chart', () => {
  const kinds: StepKind[] = [
    'wait',
    'db_write',
    'cache_lock',
    'db_query',
    'encode',
    'cache_set',
    'cache_del',
  ];
  const steps = [...kinds, 'respond' as const].map((kind, index) => ({
    kind,
    start_ns: index * 10,
    duration_ns: 5,
    injected_ns: 0,
    failed: false,
  }));
  const route = routeOf({ trace: { ...traces.written.trace, steps } });
  expect(route.nodes).toEqual(['client', 'server', 'update', 'fetch', 'store', 'delete', 'send']);
  expect(route.times.update).toMatchObject({ of: 'db_write' });
});
