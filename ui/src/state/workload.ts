// The workloads that have a name, and how one is said in a few words.

import type { Keys, Length, Mix, Pace, Workload } from '../bindings/api';
import { formatCount, formatTtl } from '../units';

export interface NamedWorkload {
  id: string;
  name: string;
  /** What it is like, in a sentence. */
  words: string;
  keys: Keys;
  mix: Mix;
}

const READS: Mix = { write_percent: 0, missing_percent: 0, longest_run: 1, read_before_write: false };
const ZIPF: Keys = { kind: 'zipf', exponent: 0.99 };

/** Those of the Yahoo! Cloud Serving Benchmark by their letters, then one for each way to choose products. */
export const NAMED: readonly NamedWorkload[] = [
  {
    id: 'ycsb_a',
    name: 'YCSB A: half reads, half writes',
    words: 'A session store: popular products are read and written alike.',
    keys: ZIPF,
    mix: { ...READS, write_percent: 50 },
  },
  {
    id: 'ycsb_b',
    name: 'YCSB B: 95 % reads, 5 % writes',
    words: 'Tagging photos: mostly reads of popular products, a few writes.',
    keys: ZIPF,
    mix: { ...READS, write_percent: 5 },
  },
  {
    id: 'ycsb_c',
    name: 'YCSB C: reads only',
    words: 'Some products are asked for far more often than others, by Zipf’s law.',
    keys: ZIPF,
    mix: READS,
  },
  {
    id: 'ycsb_d',
    name: 'YCSB D: the latest products',
    words: 'Status updates: whatever was written last is asked for most.',
    keys: { kind: 'latest', exponent: 0.99 },
    mix: { ...READS, write_percent: 5 },
  },
  {
    id: 'ycsb_e',
    name: 'YCSB E: runs of reads',
    words: 'Threads of messages: runs of up to 100 neighbouring products.',
    keys: ZIPF,
    mix: { ...READS, write_percent: 5, longest_run: 100 },
  },
  {
    id: 'ycsb_f',
    name: 'YCSB F: read, change, write',
    words: 'Each write comes right after a read of the same product.',
    keys: ZIPF,
    mix: { ...READS, write_percent: 50, read_before_write: true },
  },
  {
    id: 'uniform',
    name: 'Uniform: all alike',
    words: 'Every product is asked for equally often: the hardest case for a cache.',
    keys: { kind: 'uniform' },
    mix: READS,
  },
  {
    id: 'hot_set',
    name: 'Hot set: a few take most',
    words: 'A fixed share of the products takes a fixed share of the requests.',
    keys: { kind: 'hot_set', requests_percent: 80, keys_percent: 20 },
    mix: READS,
  },
  {
    id: 'scan',
    name: 'Scan: one after the other',
    words: 'Every product in turn, then from the start again.',
    keys: { kind: 'scan' },
    mix: READS,
  },
  {
    id: 'one',
    name: 'One key: all ask for the same',
    words: 'Every request is for one product, as when something goes viral.',
    keys: { kind: 'one', product: 1 },
    mix: READS,
  },
];

const same = (a: object, b: object): boolean =>
  Object.entries(a).every(([key, value]) => (b as Record<string, unknown>)[key] === value);

/** The name of what a workload asks for; null where somebody has made one of their own. */
export function nameOf({ keys, mix }: Pick<Workload, 'keys' | 'mix'>): NamedWorkload | null {
  return NAMED.find((named) => same(named.keys, keys) && same(named.mix, mix)) ?? null;
}

/** What visitors sent through the front door: told of, and never sent. */
export const isVisitors = ({ keys }: Pick<Workload, 'keys'>): boolean => keys.kind === 'visitors';

/** All of it in a line: what is asked for, how fast, for how long and from what seed. */
export function inWords(workload: Workload): string {
  if (isVisitors(workload)) return 'visitors through the HTTP front door';
  const what = nameOf(workload)?.name ?? 'a workload of its own';
  const pace = paceInSentence(workload.pace, workload.clients);
  return `${what}; ${pace}, ${lengthInWords(workload.length)}, seed ${workload.seed}`;
}

/** "200/s", "100 → 2,000/s", "closed". */
export function paceInWords(pace: Pace, count: (value: number) => string = formatCount): string {
  if (pace.kind !== 'open') return pace.kind;
  const { rate } = pace;
  switch (rate.kind) {
    case 'steady':
      return `${count(rate.per_second)}/s`;
    case 'ramp':
    case 'steps':
      return `${count(rate.from)} → ${count(rate.to)}/s`;
    case 'bursts':
      return `${count(rate.base)} ⇅ ${count(rate.peak)}/s`;
  }
}

/** The same for those who hear it. */
export function paceInSentence(pace: Pace, clients: number): string {
  if (pace.kind === 'visitors') return 'whenever visitors come';
  if (pace.kind === 'closed') return `${formatCount(clients)} clients, each as fast as it is answered`;
  const { rate } = pace;
  switch (rate.kind) {
    case 'steady':
      return `${formatCount(rate.per_second)} requests a second`;
    case 'ramp':
    case 'steps':
      return `from ${formatCount(rate.from)} to ${formatCount(rate.to)} requests a second`;
    case 'bursts':
      return `${formatCount(rate.base)} requests a second, in bursts ${formatCount(rate.peak)}`;
  }
}

/** "for 30 s", "10,000 requests", "until stopped". */
export function lengthInWords(length: Length): string {
  switch (length.kind) {
    case 'time':
      return `for ${formatTtl(length.ms)}`;
    case 'count':
      return `${formatCount(length.requests)} requests`;
    case 'until_stopped':
      return 'until stopped';
  }
}
