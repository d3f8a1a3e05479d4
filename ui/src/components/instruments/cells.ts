// Numbers of a distribution as cells of a table.

import type { Distribution } from '../../bindings/api';
import { formatCount, formatNs } from '../../units';
import type { Cell } from './Numbers.svelte';

/** The quantiles everybody asks for, and how many requests it takes to know each. */
export const QUANTILES = [
  { name: 'p50', key: 'p50_ns', needs: 20 },
  { name: 'p90', key: 'p90_ns', needs: 100 },
  { name: 'p99', key: 'p99_ns', needs: 1_000 },
  { name: 'p99.9', key: 'p999_ns', needs: 10_000 },
] as const;

export const countCell = (count: number): Cell => ({ text: formatCount(count) });

/** A latency, or a dash and the reason. */
export const nsCell = (ns: number | null, why: string): Cell =>
  ns === null ? { text: '–', why } : { text: formatNs(ns) };

/** One of the quantiles. */
export function quantileCell(distribution: Distribution, name: (typeof QUANTILES)[number]['name']): Cell {
  const quantile = QUANTILES.find((each) => each.name === name);
  if (!quantile) return { text: '–', why: 'unknown' };
  return nsCell(
    distribution[quantile.key],
    `takes ${formatCount(quantile.needs)}; there were ${formatCount(distribution.count)}`,
  );
}
