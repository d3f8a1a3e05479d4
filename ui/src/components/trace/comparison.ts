import { formatCount, formatNs, formatRatio } from '../../units';

/** What a hit spared, or did not: a cheap query may beat the cache, and the app says so. */
export function withoutTheCache(hitNs: number, withoutNs: number, samples: number): string {
  const times = formatRatio(withoutNs / hitNs);
  const verdict = withoutNs < hitNs ? `${times}: here the cache is the slower way` : times;
  const reads = samples === 1 ? 'one database read' : `median of ${formatCount(samples)} database reads`;
  return `without the cache: ${formatNs(withoutNs)} (${verdict}), ${reads}`;
}
