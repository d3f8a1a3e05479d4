// Two sides against each other, in numbers and words. Live there is no confidence interval: what comes from too few requests
// is not said, and what is nearly the same is called so. The comparison of recordings says what chance could do.

import type { Outcome, TraceDetail } from '../bindings/api';
import { formatCount, formatNs, formatRatio, formatShare } from '../units';
import { median } from './statistics';
import type { Moment } from './traffic.svelte';

/** Below this ratio two times are called alike. */
const ALIKE = 1.05;
/** Below this difference two shares are called alike, in points. */
const ALIKE_POINTS = 0.5;
/** A median needs as many single requests. */
const FEWEST = 20;

/** A row of the score: what it is of, both numbers, and what stands between them. */
export interface Row {
  name: string;
  a: string;
  b: string;
  between: string;
  /** Why nothing stands there. */
  why?: string;
  /** The one to look at. */
  main?: boolean;
}

const NONE = '–';

/** Two times: "A 3.2× slower". */
export function slower(a: number | null, b: number | null): string | null {
  if (!a || !b) return null;
  const ratio = Math.max(a, b) / Math.min(a, b);
  return ratio < ALIKE ? 'alike' : `${a > b ? 'A' : 'B'} ${formatRatio(ratio)} slower`;
}

/** Two shares: "A 12.3 points higher". */
export function higher(a: number | null, b: number | null): string | null {
  if (a === null || b === null) return null;
  const points = Math.abs(a - b) * 100;
  if (points < ALIKE_POINTS) return 'alike';
  return `${a > b ? 'A' : 'B'} ${points.toFixed(1)} points higher`;
}

/** Two counts of the same time: "A asks 3.4× as often". */
export function oftener(a: number, b: number): string | null {
  if (a === 0 && b === 0) return null;
  if (a === 0 || b === 0) return `only ${a > 0 ? 'A' : 'B'} asks it`;
  const ratio = Math.max(a, b) / Math.min(a, b);
  return ratio < ALIKE ? 'alike' : `${a > b ? 'A' : 'B'} asks ${formatRatio(ratio)} as often`;
}

const time = (ns: number | null): string => (ns === null ? NONE : formatNs(ns));
const share = (ratio: number | null): string => (ratio === null ? NONE : formatShare(ratio));

function timesRow(name: string, a: number | null, b: number | null, fewest: number): Row {
  const between = slower(a, b);
  const why = `Too few requests yet to know: it takes ${formatCount(fewest)} on each side.`;
  return { name, a: time(a), b: time(b), between: between ?? NONE, ...(between ? {} : { why }) };
}

/** How both runs stand: over the whole run so far, as measured from when each request was due. */
export function scoreOfTraffic(a: Moment, b: Moment): Row[] {
  const all = [a, b].map(({ summary }) => summary.summary.all.response);
  const [ofA, ofB] = [figuresOf(a), figuresOf(b)];
  const p50 = all.map(({ p50_ns }) => p50_ns);
  const p99 = all.map(({ p99_ns }) => p99_ns);
  return [
    timesRow('p50', p50[0] ?? null, p50[1] ?? null, 20),
    { ...timesRow('p99', p99[0] ?? null, p99[1] ?? null, 1_000), main: true },
    sharesRow(ofA.hitRatio, ofB.hitRatio),
    {
      name: 'database queries',
      a: perSecond(ofA),
      b: perSecond(ofB),
      between: oftener(ofA.queries / ofA.seconds, ofB.queries / ofB.seconds) ?? NONE,
    },
  ];
}

function sharesRow(a: number | null, b: number | null): Row {
  const why = a === null && b === null ? 'Neither side asks a cache.' : 'One side asks no cache.';
  const between = higher(a, b);
  return {
    name: 'hit ratio',
    a: share(a),
    b: share(b),
    between: between ?? NONE,
    ...(between ? {} : { why }),
  };
}

interface Figures {
  hitRatio: number | null;
  queries: number;
  seconds: number;
}

function figuresOf({ summary: { summary, elapsed_ns } }: Moment): Figures {
  const { hits, misses, coalesced } = summary.counts;
  const asked = hits + misses + coalesced;
  const asking = summary.steps.find(({ kind }) => kind === 'db_query');
  return {
    hitRatio: asked === 0 ? null : hits / asked,
    queries: asking ? asking.duration.count + asking.failed : 0,
    seconds: Math.max(elapsed_ns, 1) / 1e9,
  };
}

function perSecond({ queries, seconds }: Figures): string {
  const rate = queries / seconds;
  return `${rate < 9.95 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

/** How the single requests stand that both sides were sent. */
export function scoreOfRequests(a: SingleRequests, b: SingleRequests): Row[] {
  const [one, other] = [a.selected?.trace ?? null, b.selected?.trace ?? null];
  const same = one !== null && one.id === other?.id;
  const [ofA, ofB] = [countedWith(a, b), countedWith(b, a)];
  return [
    {
      name: same ? `request #${formatCount(one.id)}` : 'this request',
      a: same ? `${WORDS[one.outcome]} ${formatNs(one.total_ns)}` : NONE,
      b: same ? `${WORDS[other.outcome]} ${formatNs(other.total_ns)}` : NONE,
      between: (same ? slower(one.total_ns, other.total_ns) : null) ?? NONE,
      main: true,
    },
    timesRow('median', ofA.median, ofB.median, FEWEST),
    sharesRow(ofA.hitRatio, ofB.hitRatio),
    {
      name: 'database queries',
      a: formatCount(ofA.queries),
      b: formatCount(ofB.queries),
      between: oftener(ofA.queries, ofB.queries) ?? NONE,
    },
  ];
}

interface SingleRequests {
  readonly selected: TraceDetail | null;
  readonly shown: readonly TraceDetail[];
}

/** Over the requests that the other side was sent too: not those from before the split. */
function countedWith({ shown }: SingleRequests, other: SingleRequests) {
  const there = new Set(other.shown.map(({ trace }) => trace.id));
  const traces = shown.map(({ trace }) => trace).filter(({ id }) => there.has(id));
  const met = (...outcomes: Outcome[]): number =>
    traces.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const asked = met('hit', 'miss', 'coalesced');
  const queries = traces.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'db_query')).length;
  return {
    hitRatio: asked === 0 ? null : met('hit') / asked,
    queries,
    median: traces.length < FEWEST ? null : median(traces.map(({ total_ns }) => total_ns)),
  };
}

const WORDS: Record<Outcome, string> = {
  hit: 'hit',
  miss: 'miss',
  stale: 'stale',
  coalesced: 'coalesced',
  bypass: 'database',
  written: 'written',
  shed: 'shed',
  error: 'error',
};
