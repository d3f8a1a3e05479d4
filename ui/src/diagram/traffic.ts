// What traffic looks like on the chart: how much goes along each line, and where requests wait.

import type { Inside, Outcome, Pattern, Summary, Trace } from '../bindings/api';
import { formatCount, formatShortCount } from '../units';
import type { Turns } from '../state/turns';
import type { EdgeId, NodeId } from './layout';

export interface DiagramTraffic {
  /** Requests that ended a second. */
  perSecond: Partial<Record<Outcome, number>>;
  inside: Inside;
  /** Requests that are due and wait for a free client. */
  waiting: number;
  /** Whole traces that are new since the last time. */
  drain: () => readonly Trace[];
  /** When they may move. */
  turns: Turns;
}

const CHECK: EdgeId[] = ['client-server', 'server-check'];
const STALE: EdgeId[] = [...CHECK, 'check-stale', 'stale-return', 'return-fast', 'fast-send', 'send-client'];
const HIT: EdgeId[] = [...CHECK, 'check-hit', 'hit-return', 'return-fast', 'fast-send', 'send-client'];

/** Where a request of each outcome comes by. */
const WAYS: Record<Outcome, EdgeId[]> = {
  hit: HIT,
  stale: STALE,
  miss: [...CHECK, 'check-miss', 'miss-fetch', 'fetch-store', 'store-send', 'send-client'],
  coalesced: [...CHECK, 'check-miss', 'miss-send', 'send-client'],
  bypass: [...CHECK, 'check-fetch', 'fetch-send', 'send-client'],
  written: ['client-server', 'server-update', 'update-delete', 'delete-send', 'send-client'],
  // Where it failed is known of each trace, not of the counts.
  error: ['client-server'],
  // Refused at the door of the database.
  shed: [...CHECK, 'check-miss', 'miss-fetch', 'fetch-send', 'send-client'],
};

/** Where a write that stores comes by. */
const STORING: EdgeId[] = [
  'client-server',
  'server-update',
  'update-fetch',
  'fetch-store',
  'store-delete',
  'delete-send',
  'send-client',
];

/** Where a write that is put into a queue comes by. */
const DEFERRING: EdgeId[] = [
  'client-server',
  'server-check',
  'check-queue',
  'queue-store',
  'store-delete',
  'delete-send',
  'send-client',
];

/** Where a write comes by that does more than update and delete. */
const WRITTEN: Partial<Record<Pattern, EdgeId[]>> = { write_through: STORING, write_behind: DEFERRING };

/** How many requests a second go along each line; absent where none do. */
export function flowsOf(
  perSecond: DiagramTraffic['perSecond'],
  pattern: Pattern = 'cache_aside',
): Partial<Record<EdgeId, number>> {
  const ways = { ...WAYS, written: WRITTEN[pattern] ?? WAYS.written };
  const flows: Partial<Record<EdgeId, number>> = {};
  for (const [outcome, rate] of Object.entries(perSecond)) {
    if (rate <= 0) continue;
    for (const edge of ways[outcome as Outcome]) flows[edge] = (flows[edge] ?? 0) + rate;
  }
  return flows;
}

/** Widths of lines by throughput, in units of the chart. Few, so that the chart is seldom drawn anew. */
const WIDTHS = [1.5, 2.5, 3.5, 5, 6.5, 8];

/** Each power of ten is one step wider. The steps lie between the round numbers that people choose. */
export function widthOf(perSecond: number): number {
  const level = perSecond > 0 ? Math.floor(Math.log10(perSecond / 3)) + 2 : 0;
  return WIDTHS[Math.max(perSecond > 0 ? 1 : 0, Math.min(WIDTHS.length - 1, level))] ?? 1.5;
}

/** A rate, as short as it is useful: "0.5/s", "18,204/s". */
export const formatRate = (perSecond: number): string =>
  `${perSecond >= 9.95 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1)}/s`;

/** The same where there is little room: "18.2k/s". */
export const formatShortRate = (perSecond: number): string =>
  perSecond < 10_000 ? formatRate(perSecond) : `${formatShortCount(Math.round(perSecond))}/s`;

/** How many requests are at each node where they wait for somebody else. */
export function waitingAt({ waiting, inside }: DiagramTraffic): Partial<Record<NodeId, number>> {
  return {
    server: waiting,
    check: inside.cache_get,
    miss: inside.wait + inside.cache_lock,
    fetch: inside.db_query,
    store: inside.cache_set,
    update: inside.db_write,
    delete: inside.cache_del,
  };
}

/** The median of each kind of step, where it is known. */
export const mediansOf = (steps: Summary['steps']) =>
  Object.fromEntries(
    steps.flatMap(({ kind, duration }) => (duration.p50_ns === null ? [] : [[kind, duration.p50_ns]])),
  );

/** For those who hear the chart. */
export function trafficInWords(traffic: DiagramTraffic): string {
  const { perSecond, waiting, inside } = traffic;
  const rates = Object.entries(perSecond)
    .filter(([, rate]) => rate > 0)
    .map(([outcome, rate]) => `${outcome} ${formatRate(rate)}`);
  return [
    `Traffic: ${rates.length > 0 ? rates.join(', ') : 'nothing has ended yet'}.`,
    `${formatCount(waiting)} wait for a free client, ${formatCount(inside.cache_get)} are asking the cache and ` +
      `${formatCount(inside.db_query)} the database.`,
  ].join(' ');
}
