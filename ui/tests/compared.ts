// What the laboratory would answer of one recording, or of several: sentences and tables as it words them, pictures of
// made-up numbers.

import type {
  About,
  BreakEven,
  Contestant,
  RecordingView,
  Section,
  SectionPart,
  SideBySide,
  Table,
} from '../src/bindings/api';
import { formatNs, formatShare } from '../src/units';
import { forest, lines } from './charts';
import { Load } from './load';
import { WORKLOAD } from './shelf';

const DECADES: [string, number][] = [
  ['10 µs', 0],
  ['100 µs', 1 / 3],
  ['1 ms', 2 / 3],
  ['10 ms', 1],
];
const SECONDS: [string, number][] = [
  ['0 s', 0],
  ['5 s', 0.2],
  ['10 s', 0.4],
  ['15 s', 0.6],
  ['20 s', 0.8],
  ['25 s', 1],
];
const SHARES: [string, number][] = [
  ['0 %', 0],
  ['50 %', 0.5],
  ['100 %', 1],
];

const peak =
  (middle: number, wide: number, high: number) =>
  (x: number): number =>
    high * Math.exp(-(((x - middle) / wide) ** 2));

const time = (ns: number | null): string => (ns === null ? '–' : formatNs(ns));

function numbers(recordings: readonly About[]): Table {
  return {
    head: ['', 'requests', 'hit ratio', 'p50', 'p99'],
    rows: recordings.map((about) => [
      about.name,
      about.requests.toLocaleString('en-GB'),
      about.hit_ratio === null ? '–' : formatShare(about.hit_ratio),
      time(about.p50_ns),
      time(about.p99_ns),
    ]),
  };
}

const section = (heading: string, ...parts: SectionPart[]): Section => ({ heading, parts });
const sentence = (value: string): SectionPart => ({ kind: 'sentence', value });
const table = (caption: string, table: Table): SectionPart => ({ kind: 'table', value: { caption, table } });

function sections(recordings: readonly About[]): Section[] {
  const names = recordings.map(({ name }) => (name.length > 24 ? `${name.slice(0, 23)}…` : name));
  const bumps = recordings.map((_, index) => {
    const own = peak(0.26 + 0.2 * index, 0.06, 0.9 - 0.2 * index);
    const misses = peak(0.79, 0.05, 0.2);
    return (x: number): number => own(x) + misses(x);
  });
  const slopes = recordings.map(
    (_, index) =>
      (x: number): number =>
        0.2 + 0.13 * index + 0.6 * x ** (4 - index * 0.6),
  );
  const waves = recordings.map(
    (_, index) =>
      (x: number): number =>
        0.9 - 0.06 * index - 0.7 * Math.exp(-14 * x) + 0.012 * Math.sin(60 * x + index),
  );
  const draw = (drawn: Omit<Parameters<typeof lines>[0], 'names'>): SectionPart => ({
    kind: 'chart',
    value: lines({ names, ...drawn }),
  });
  return [
    section(
      'Charts',
      draw({
        title: 'Distribution of response times',
        heights: bumps,
        across: DECADES,
        up: SHARES,
        xTitle: 'response time',
        yTitle: 'share of requests in each bin',
      }),
      draw({
        title: 'Response time at each percentile',
        heights: slopes,
        across: [
          ['p0', 0],
          ['p50', 0.25],
          ['p90', 0.5],
          ['p99', 0.75],
          ['p99.9', 1],
        ],
        up: DECADES,
        xTitle: 'percentile',
        yTitle: 'response time',
      }),
      draw({
        title: 'Hit ratio over time',
        heights: waves,
        across: SECONDS,
        up: SHARES,
        xTitle: 'since the beginning',
        yTitle: 'hit ratio',
      }),
    ),
    section(
      'Environment',
      sentence('All ran on the same machine, in turn, from seeds 1 to 5.'),
      table('Where they ran', {
        head: ['', ...names],
        rows: [
          ['engine', ...recordings.map(() => 'bundled, Cachescope 0.1.0')],
          ['query', ...recordings.map(({ conditions }) => conditions.query)],
          ['processor', ...recordings.map(() => 'AMD Ryzen 7 PRO 6850U, 16 threads')],
        ],
      }),
      {
        kind: 'lines',
        value: { summary: 'What the server said of itself before', text: '# Server\nredis_version:7.2.0' },
      },
    ),
  ];
}

const PAYS =
  'This cache pays from a hit ratio of 11.4 % on: below it, asking the cache first costs more than it spares.';

function breakEven(recording: number): BreakEven {
  const [hit, miss] = [64_000, 2_480_000];
  return {
    recording,
    hit: { count: 45_000, mean_ns: hit },
    miss: { count: 5_000, mean_ns: miss },
    without: { recording: 0, estimated: false, mean_ns: 2_310_000, p50_ns: 2_240_000, p99_ns: 4_910_000 },
    hit_ratio: 0.114,
    low: 0.108,
    high: 0.121,
    sentence: PAYS,
    at: Array.from({ length: 101 }, (_, percent) => ({
      hit_percent: percent,
      mean_ns: (percent * hit + (100 - percent) * miss) / 100,
      p50_ns: percent > 50 ? hit : miss,
      p99_ns: percent > 99 ? hit * 3 : miss * 2,
    })),
  };
}

function contestant(about: About): Contestant {
  const load = new Load(1, WORKLOAD, about.conditions, 0);
  load.advance(1e9);
  const { all, outcomes, steps } = load.summary(0).summary;
  return {
    name: about.name,
    about,
    environment: {
      cpu: 'AMD Ryzen 7 PRO 6850U',
      cores: 16,
      memory_mib: 32_000,
      os: 'Debian GNU/Linux 12',
      kernel: '6.1.0',
      app: '0.1.0',
      engine: 'bundled, Cachescope 0.1.0',
      database: 'SQLite 3.46.0',
      power: null,
    },
    blocks: 5,
    block_kind: 'rounds',
    requests_per_second: 2_000,
    all,
    outcomes,
    steps,
  };
}

export const openedOf = (about: About): RecordingView => ({
  about,
  sections: [section('Results', table('In all', numbers([about]))), ...sections([about])],
});

export function comparedOf(recordings: About[], baseline: number): SideBySide {
  const { name, p50_ns } = recordings[baseline] ?? { name: '', p50_ns: null };
  const others = recordings.filter((_, index) => index !== baseline);
  const sentenceOf = (other: About): string =>
    (other.p50_ns ?? 0) < (p50_ns ?? 0)
      ? `Half of the requests took at most ${time(other.p50_ns)} with ${other.name}, where ${name} took ${time(p50_ns)}: 18.5 times faster (95 % interval 17.9–18.9).`
      : `Between ${other.name} and ${name}, no difference is shown: the interval of the ratio of their medians is 0.97–1.04.`;
  const warnings = recordings.some(({ p99_ns }) => p99_ns === null)
    ? ['One of them has fewer than 1,000 requests: too few for a 99th percentile.']
    : [];
  const cached = recordings.findIndex(({ conditions }) => conditions.pattern === 'cache_aside');
  const pays = recordings.some(({ conditions }) => conditions.pattern === 'no_cache') && cached >= 0;
  const method =
    'Ratios of percentiles, with 95 % intervals from 2,000 bootstrap samples of the five rounds, each drawn for all conditions together.';
  const [charts, environment] = sections(recordings);
  return {
    comparison: {
      baseline,
      recordings: recordings.map(contestant),
      method,
      results: others.map((other) => ({
        other: recordings.indexOf(other),
        sentence: sentenceOf(other),
        groups: [],
        throughput: {
          baseline: 2_000,
          other: 2_000,
          ratio: 1,
          low: 0.99,
          high: 1.01,
          finding: 'no_difference',
          why_unknown: null,
        },
        hit_ratio: {
          baseline: null,
          other: other.hit_ratio,
          points: null,
          low: null,
          high: null,
          finding: 'unknown',
          why_unknown: 'one has no cache',
        },
        mean_response: { baseline_ns: 1, other_ns: 1, difference_ns: 0, low_ns: null, high_ns: null },
        steps: [],
      })),
      warnings,
      break_even: pays ? breakEven(cached) : null,
    },
    sections: [
      section(
        'Result',
        ...others.map((other): SectionPart => ({ kind: 'finding', value: sentenceOf(other) })),
        ...warnings.map((value): SectionPart => ({ kind: 'warning', value })),
      ),
      section(
        'Ratios',
        { kind: 'chart', value: forest() },
        table(`All against ${name}`, numbers(recordings)),
      ),
      ...(charts ? [charts] : []),
      ...(pays ? [section('Does the cache pay', sentence(PAYS))] : []),
      ...(environment ? [environment] : []),
      section('Method', sentence(method)),
    ],
  };
}
