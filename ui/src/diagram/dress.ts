// How each node is dressed for the last request: its words, colour, time and median.

import type { Pattern, StepKind, TraceDetail } from '../bindings/api';
import { formatNs } from '../units';
import type { NodeId } from './layout';
import { OUTCOMES } from './outcome';
import type { NodeTime, PathKind, Route } from './route';
import { clipped } from './text';
import { WORDS, wordsBy, type NodeWords } from './words';

export interface Medians {
  steps: Partial<Record<StepKind, number>>;
  hit: number | null;
  miss: number | null;
}

export interface Dress {
  words: NodeWords;
  colour: string;
  time: NodeTime | null;
  /** Under the time, smaller: its running median, or what else matters more about it. */
  under: string;
  /** Shown by itself where the last request did not come by. */
  median: number | null;
  /** The time stands in the title's line, its label before it, because the subtitle needs the width. */
  inline: boolean;
  shape?: string;
}

export const PATH_COLOURS: Record<PathKind, string> = {
  hit: 'var(--hit)',
  miss: 'var(--miss)',
  bypass: 'var(--database)',
  written: 'var(--store)',
  error: 'var(--error)',
  none: 'var(--accent)',
};

// Nodes that stand for one thing keep its colour; those that every path shares take the colour of the path.
const OWN_COLOURS: Partial<Record<NodeId, string>> = {
  hit: 'var(--hit)',
  stale: 'var(--hit)',
  return: 'var(--hit)',
  fast: 'var(--hit)',
  miss: 'var(--miss)',
  fetch: 'var(--database)',
  update: 'var(--database)',
  store: 'var(--store)',
  delete: 'var(--store)',
  queue: 'var(--store)',
  batch: 'var(--database)',
};

const STEP_OF: Partial<Record<NodeId, StepKind>> = {
  check: 'cache_get',
  return: 'decode',
  fetch: 'db_query',
  store: 'cache_set',
  update: 'db_write',
  delete: 'cache_del',
  queue: 'defer',
  send: 'respond',
};

const SHAPES: Partial<Record<NodeId, string>> = {
  hit: OUTCOMES.hit.shape,
  stale: OUTCOMES.stale.shape,
  miss: OUTCOMES.miss.shape,
};

/** Where a write deletes every key of its product. */
const DELETING: Pattern[] = ['cache_aside', 'read_through', 'refresh_ahead', 'stale_while_revalidate'];

/** Everything a node shows besides its place. */
export function dressOf(
  id: NodeId,
  detail: TraceDetail | null,
  route: Route,
  medians: Medians,
  pattern: Pattern = 'cache_aside',
  writes: boolean = detail?.trace.request.operation === 'write',
): Dress {
  const behind = route.behind.times[id];
  if (behind) {
    return {
      ...dressOf(id, detail, { ...route, behind: { ...route.behind, times: {} } }, medians, pattern, writes),
      time: behind,
      under: behind.failed ? 'failed, in the background' : 'in the background',
    };
  }
  const time = (id === 'fast' && route.path === 'hit' ? route.times.client : route.times[id]) ?? null;
  const median = medianOf(id, route.path, medians);
  return {
    words: wordsOf(id, detail, route, pattern, writes),
    colour: OWN_COLOURS[id] ?? PATH_COLOURS[route.path],
    time,
    under: time ? underTime(id, time, route.path, medians) : '',
    median,
    inline: id === 'server',
    shape: SHAPES[id],
  };
}

function medianOf(id: NodeId, path: PathKind, medians: Medians): number | null {
  if (id === 'fast') return medians.hit;
  if (id === 'client') return path === 'hit' ? medians.hit : path === 'miss' ? medians.miss : null;
  const step = STEP_OF[id];
  return (step && medians.steps[step]) ?? null;
}

function underTime(id: NodeId, time: NodeTime, path: PathKind, medians: Medians): string {
  if (time.failed) return time.of === 'decode' ? 'decode failed' : id === 'queue' ? 'no room' : 'failed';
  if (time.injectedNs > 0) return `${formatNs(time.injectedNs)} injected`;
  if (id === 'server') return 'between the steps';
  // "Fast" is a comparison, so a hit's whole time stands beside what a miss takes.
  if (id === 'fast') return medians.miss === null ? '' : `median miss ${formatNs(medians.miss)}`;
  const median = medianOf(id, path, medians);
  if (median === null) return id === 'client' ? 'in all' : '';
  return `median ${id === 'client' ? `${path} ` : ''}${formatNs(median)}`;
}

function wordsOf(
  id: NodeId,
  detail: TraceDetail | null,
  route: Route,
  pattern: Pattern,
  writes: boolean,
): NodeWords {
  const words = wordsBy(pattern, id, writes) ?? WORDS[id];
  if (!detail) return words;
  const { request, notes } = detail.trace;
  const [key = ''] = detail.keys;
  switch (id) {
    case 'check':
      if (route.times.check?.failed) return { title: words.title, alert: clipped(notes[0] ?? '', 72) };
      if (!route.times.check || writes) return words;
      return { ...words, code: [clipped(`${words.code?.[0] ?? ''} · key = ${key}`, 60)] };
    case 'miss':
      return missWords(words, route.times.miss);
    case 'fetch':
      return {
        ...words,
        subtitle: foundNothing(detail) ? 'no such product' : `${detail.database} · ${request.query}`,
      };
    case 'update':
      return {
        ...words,
        subtitle: `${detail.database} · product ${request.product}`,
        code: firstLineOf(detail),
      };
    case 'delete':
      if (!DELETING.includes(pattern)) return words;
      return { ...words, code: [...(words.code ?? []), clipped(detail.keys.join(' '), 70)] };
    default:
      return words;
  }
}

/** What was not found, and what the request did about it. */
function missWords(words: NodeWords, time: NodeTime | undefined): NodeWords {
  switch (time?.of) {
    case 'decode':
      return time.failed ? { title: words.title, alert: 'Data in Redis unreadable' } : words;
    case 'wait':
      return { ...words, subtitle: 'and waited for another, or for its turn' };
    case 'cache_lock':
      return { ...words, subtitle: 'and asked for the lock or lease' };
    default:
      return words;
  }
}

/** The beginning of the SQL that ran, if it is known. */
function firstLineOf({ sql }: TraceDetail): string[] {
  const [line] = sql[0]?.statements[0]?.sql.split('\n') ?? [];
  return line ? [clipped(line, 70)] : [];
}

/** The database answered that there is nothing, which is an answer. */
function foundNothing({ trace }: TraceDetail): boolean {
  const asked = trace.steps.some((step) => step.kind === 'db_query' && !step.failed);
  return asked && trace.outcome === 'miss' && !trace.steps.some((step) => step.kind === 'encode');
}
