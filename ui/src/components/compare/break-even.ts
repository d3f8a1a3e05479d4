// What a cache would give at a hit ratio, in words.

import type { AtHitRatio, BreakEven, WithoutCache } from '../../bindings/api';
import { formatNs, formatRatio } from '../../units';

export interface Line {
  name: string;
  with: string;
  without: string;
  /** "4.2× faster", "1.1× slower", "about the same". */
  comes: string;
}

/** How much faster or slower something is, in words; empty where one of them is not known. */
export function fasterOrSlower(ns: number | null, withoutNs: number | null): string {
  if (!ns || !withoutNs) return '';
  const ratio = withoutNs / ns;
  if (formatRatio(ratio) === '1.0×' || formatRatio(1 / ratio) === '1.0×') return 'about the same';
  return ratio > 1 ? `${formatRatio(ratio)} faster` : `${formatRatio(1 / ratio)} slower`;
}

const time = (ns: number | null): string => (ns === null ? '–' : formatNs(ns));

type Times = Pick<WithoutCache, 'mean_ns' | 'p50_ns' | 'p99_ns'>;

/** The mean never stands alone: the middle and the slow end stand below it. */
export function linesOf(at: Times, without: Times): Line[] {
  return (
    [
      ['mean', 'mean_ns'],
      ['p50', 'p50_ns'],
      ['p99', 'p99_ns'],
    ] as const
  ).map(([name, key]) => ({
    name,
    with: time(at[key]),
    without: time(without[key]),
    comes: fasterOrSlower(at[key], without[key]),
  }));
}

/** The same in a sentence, for those who hear it. */
export function sentenceOf(percent: number, lines: readonly Line[]): string {
  const parts = lines.map(
    (line) => `${line.name} ${line.with}, without a cache ${line.without}${line.comes && `, ${line.comes}`}`,
  );
  return `${percent} %: ${parts.join('; ')}`;
}

/** Where to begin: at what was measured, or at the break-even, or in the middle. */
export const beginsAt = ({ hit_ratio }: Pick<BreakEven, 'hit_ratio'>, measured: number | null): number =>
  Math.round((measured ?? hit_ratio ?? 0.5) * 100);

/** What is known of a hit ratio in percent. */
export const at = ({ at }: Pick<BreakEven, 'at'>, percent: number): AtHitRatio | undefined =>
  at.find(({ hit_percent }) => hit_percent === percent);
