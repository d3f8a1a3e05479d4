// The way a request took over the chart, read from its trace: the steps say it, not the outcome alone, so that a miss
// that stored nothing and a write that failed half-way are drawn as they went.

import type { Outcome, Step, StepKind, TraceDetail } from '../bindings/api';
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
  /** Encoding happens on the way from the database to the cache, so its time stands on that edge. */
  encode: NodeTime | null;
}

const NOWHERE: Route = { path: 'none', nodes: [], edges: [], times: {}, places: [], encode: null };

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

/** The way this request took. */
export function routeOf(detail: Pick<TraceDetail, 'trace'> | null): Route {
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
    ({ kind }) => kind === 'cache_get' || kind === 'cache_set' || kind === 'cache_del',
  );
  // Where the cache is left alone the way leads by the node that would ask it, which is passed and not lit.
  const unasked = !asked ? UNASKED[PATHS[trace.outcome]] : undefined;
  const bypassed =
    unasked !== undefined || trace.steps.some((step) => step.kind === 'cache_get' && step.failed);
  if (unasked === 'check') nodes.push(unasked);
  const found = PATHS[trace.outcome] === 'hit';
  // A write that asks the database for what it will store has missed nothing.
  const writes = trace.request.operation === 'write';

  for (const step of trace.steps) {
    for (const passed of passedBefore(step, found, bypassed || writes)) {
      if (!nodes.includes(passed)) nodes.push(passed);
    }
    const place = placeOf(step);
    if (unasked === 'delete' && place === 'send') nodes.push(unasked);
    if (!nodes.includes(place)) nodes.push(place);
    places.push(place);
    const time = { of: step.kind, ns: step.duration_ns, injectedNs: step.injected_ns, failed: step.failed };
    if (step.kind === 'encode') encode = time;
    else times[place] = time;
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
  };
}

const sumOfInjected = (steps: Step[]) => steps.reduce((sum, step) => sum + step.injected_ns, 0);

/** Nodes without a time of their own that lie before a step. */
function passedBefore(step: Step, found: boolean, past: boolean): NodeId[] {
  switch (step.kind) {
    case 'decode':
      return step.failed ? [] : ['hit'];
    case 'wait':
    case 'db_query':
      return past ? [] : ['miss'];
    case 'respond':
      return found ? ['hit', 'return', 'fast'] : [];
    default:
      return [];
  }
}

/** The node where a step happens. */
function placeOf(step: Step): NodeId {
  switch (step.kind) {
    case 'cache_get':
      return 'check';
    case 'decode':
      // What cannot be decoded was not found: the time is spent on the way to the database.
      return step.failed ? 'miss' : 'return';
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
