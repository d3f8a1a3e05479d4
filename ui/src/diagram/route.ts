// The way a request took over the chart, read from its trace: the steps say it, not the outcome alone, so that a miss
// that stored nothing and a write that failed half-way are drawn as they went.

import type { Outcome, Step, StepKind, Trace, TraceDetail } from '../bindings/api';
import type { EdgeId, NodeId } from './layout';

/** The way taken in one word; what end-to-end tests read from the page. */
export type PathKind = 'hit' | 'miss' | 'bypass' | 'written' | 'error' | 'none';

/** A time a node carries. */
export interface NodeTime {
  /** The step it is of; the request's whole time and the time between steps are none. */
  of: StepKind | 'total' | 'other';
  ns: number;
  /** How much of it was put in on purpose. */
  injectedNs: number;
  failed: boolean;
}

export interface Route {
  path: PathKind;
  /** Nodes passed, in order. */
  nodes: NodeId[];
  /** Edges taken, in order. */
  edges: EdgeId[];
  /** What each node measured. */
  times: Partial<Record<NodeId, NodeTime>>;
  /** The node where each step of the trace happened, by the step's index. */
  places: NodeId[];
  /** Encoding happens on the way to the cache, so its time stands on that edge. */
  encode: NodeTime | null;
  /** What it left to the background: beside the path, and after it. */
  behind: { nodes: NodeId[]; edges: EdgeId[]; times: Partial<Record<NodeId, NodeTime>> };
}

const NOTHING: Route['behind'] = { nodes: [], edges: [], times: {} };
const NOWHERE: Route = {
  path: 'none',
  nodes: [],
  edges: [],
  times: {},
  places: [],
  encode: null,
  behind: NOTHING,
};

const PATHS: Record<Outcome, PathKind> = {
  hit: 'hit',
  stale: 'hit',
  miss: 'miss',
  coalesced: 'miss',
  bypass: 'bypass',
  written: 'written',
  shed: 'error',
  error: 'error',
};

const UNASKED: Partial<Record<PathKind, NodeId>> = { bypass: 'check', written: 'delete' };

/** The way this request took; `reload` is what it left to the background, if that has ended. */
export function routeOf(detail: Pick<TraceDetail, 'trace'> | null, reload: Trace | null = null): Route {
  if (!detail) return NOWHERE;
  const { trace } = detail;
  const nodes: NodeId[] = ['client', 'server'];
  const places: NodeId[] = [];
  const times: Route['times'] = {
    client: { of: 'total', ns: trace.total_ns, injectedNs: sumOfInjected(trace.steps), failed: false },
    server: { of: 'other', ns: trace.other_ns, injectedNs: 0, failed: false },
  };
  let encode: NodeTime | null = null;
  const asked = trace.steps.some(
    ({ kind }) =>
      kind === 'cache_get' || kind === 'cache_lock' || kind === 'cache_set' || kind === 'cache_del',
  );
  // Where the cache is left alone the way leads by the node that would ask it, which is passed and not lit.
  const unasked = !asked ? UNASKED[PATHS[trace.outcome]] : undefined;
  const bypassed =
    unasked !== undefined || trace.steps.some((step) => step.kind === 'cache_get' && step.failed);
  if (unasked === 'check') nodes.push(unasked);
  const found = PATHS[trace.outcome] === 'hit';
  const writes = trace.request.operation === 'write';

  for (const [index, step] of trace.steps.entries()) {
    if (step.kind === 'respond' && trace.outcome === 'shed') {
      // Refused at the door of the database.
      const way: NodeId[] = bypassed || writes ? ['fetch'] : ['miss', 'fetch'];
      for (const passed of way) if (!nodes.includes(passed)) nodes.push(passed);
    }
    for (const passed of passedBefore(step, trace, bypassed)) {
      if (!nodes.includes(passed)) nodes.push(passed);
    }
    const place = placeIn(index, trace, nodes);
    if (unasked === 'delete' && place === 'send') nodes.push(unasked);
    if (!nodes.includes(place)) nodes.push(place);
    places.push(place);
    const time = { of: step.kind, ns: step.duration_ns, injectedNs: step.injected_ns, failed: step.failed };
    if (step.kind === 'encode') encode = time;
    else times[place] = together(times[place], time, isBeside(step, found));
  }
  if (nodes.at(-1) === 'send') nodes.push('client');

  const edges = nodes.flatMap((from, index) => {
    const to = nodes[index + 1];
    return to ? [`${from}-${to}` as EdgeId] : [];
  });
  return {
    path: PATHS[trace.outcome],
    nodes: [...new Set(nodes)].filter((id) => id !== unasked),
    edges,
    times,
    places,
    encode,
    behind: behindOf(trace, reload),
  };
}

/** What happens at one place one after the other is told as one time; what stands beside gives way to it. */
function together(before: NodeTime | undefined, time: NodeTime, beside: boolean): NodeTime {
  if (!before || before.of === 'other') return time;
  if (beside) return before;
  if (before.of === 'cache_lock' || (before.of === 'decode' && !before.failed)) return time;
  return {
    of: before.of === 'wait' ? time.of : before.of,
    ns: before.ns + time.ns,
    injectedNs: before.injectedNs + time.injectedNs,
    failed: before.failed || time.failed,
  };
}

/** What was left to the background: a reload, or the row of a write. */
function behindOf(trace: Trace, reload: Trace | null): Route['behind'] {
  if (!trace.steps.some((step) => step.kind === 'defer' && !step.failed)) return NOTHING;
  if (trace.request.operation === 'write') return { nodes: ['batch'], edges: ['queue-batch'], times: {} };
  const steps = reload?.id === trace.id ? reload.steps : [];
  const times: Route['times'] = {};
  for (const { kind, duration_ns, injected_ns, failed } of steps) {
    const place = kind === 'db_query' ? 'fetch' : kind === 'cache_set' ? 'store' : null;
    if (place) times[place] = { of: kind, ns: duration_ns, injectedNs: injected_ns, failed };
  }
  const from: EdgeId = trace.outcome === 'stale' ? 'stale-fetch' : 'hit-fetch';
  return { nodes: ['fetch', 'store'], edges: [from, 'fetch-store'], times };
}

/** What stands back where its node has a time of its own. */
const isBeside = ({ kind }: Step, found: boolean): boolean =>
  kind === 'cache_lock' || kind === 'decode' || (found && kind === 'db_query');

const sumOfInjected = (steps: Step[]) => steps.reduce((sum, step) => sum + step.injected_ns, 0);

/** Nodes without a time of their own that lie before a step. */
function passedBefore(step: Step, { outcome, request }: Trace, past: boolean): NodeId[] {
  // A write that asks the database for what it will store has missed nothing.
  if (request.operation === 'write') return [];
  const found = PATHS[outcome] === 'hit';
  const held: NodeId = outcome === 'stale' ? 'stale' : 'hit';
  switch (step.kind) {
    case 'decode':
      return step.failed || !found ? [] : [held];
    case 'cache_lock':
    case 'wait':
    case 'db_query':
      return past || found ? [] : ['miss'];
    case 'respond':
      return found ? [held, 'return', 'fast'] : [];
    default:
      return [];
  }
}

/** The node where a step happens, of a request that has come by these. */
function placeIn(index: number, { steps, outcome, request }: Trace, nodes: NodeId[]): NodeId {
  const step = steps[index];
  const here = nodes.at(-1) ?? 'server';
  if (!step) return here;
  const found = PATHS[outcome] === 'hit';
  const writes = request.operation === 'write';
  switch (step.kind) {
    case 'encode':
      // It happens on the way from wherever it is.
      return here;
    case 'wait':
      return writes ? placeOfWait(steps.slice(index), nodes) : 'miss';
    case 'cache_lock':
      // It is taken after the miss and given back where the request has come to by then.
      return writes || nodes.includes('fetch') || found ? here : 'miss';
    case 'decode':
      // A write that stores without having written begins with what is there.
      if (writes) return 'check';
      // Found while waiting for another, or to be loaded anew early: the way is that of a miss.
      return found ? placeOf(step) : nodes.includes('miss') || step.failed ? 'miss' : 'check';
    case 'db_query':
      // Loaded early in vain: the value that was there is the answer.
      return found ? here : placeOf(step);
    case 'defer':
      return writes ? 'queue' : placeOf(step);
    default:
      return placeOf(step);
  }
}

/** A write waits for its turn where it does what it waits for. */
function placeOfWait(steps: Step[], nodes: NodeId[]): NodeId {
  const next = steps.find(({ kind }) => kind !== 'wait');
  if (next?.kind === 'defer') return 'queue';
  if (next && next.kind !== 'respond') return placeOf(next);
  return nodes.includes('update') ? 'fetch' : 'update';
}

/** The node where a step happens. */
function placeOf(step: Step): NodeId {
  switch (step.kind) {
    case 'cache_get':
      return 'check';
    case 'decode':
      // What cannot be decoded was not found: the time is spent on the way to the database.
      return step.failed ? 'miss' : 'return';
    case 'defer':
      return 'return';
    case 'cache_lock':
    case 'wait':
      return 'miss';
    case 'db_query':
    case 'encode':
      return 'fetch';
    case 'cache_set':
      return 'store';
    case 'db_write':
      return 'update';
    case 'cache_del':
      return 'delete';
    case 'respond':
      return 'send';
  }
}
