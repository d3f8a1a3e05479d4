// A run of traffic made up for tests: as many requests as asked for, hits and misses with latencies as real ones have them
// (two peaks, long tails, now and then a stall that others wait behind), always the same from the same seed.

import type {
  Conditions,
  Counts,
  Distribution,
  Frame,
  Held,
  Latency,
  ProtectionEffects,
  Outcome,
  Plot,
  Point,
  RunSummary,
  Second,
  Step,
  StepKind,
  StepLatency,
  TraceDetail,
  Verdict,
  Workload,
} from '../src/bindings/api';
import { traces } from './traces';

const SLOT_NS = 20_000_000;
const IN_SLOT = 4;
const KEPT = 20_000;
const STALL_S = 0.3;
const FINE = 200;
const COARSE = 20;

const NONE: Counts = {
  sent: 0,
  hits: 0,
  misses: 0,
  stale: 0,
  coalesced: 0,
  bypasses: 0,
  written: 0,
  shed: 0,
  errors: 0,
  reloads: 0,
};

const COLUMN = {
  hit: 'hits',
  miss: 'misses',
  bypass: 'bypasses',
  written: 'written',
  error: 'errors',
} as const;
type Met = keyof typeof COLUMN;
const STORIES: Record<Met, TraceDetail> = {
  hit: traces.hit,
  miss: traces.miss,
  bypass: traces.withoutCache,
  written: traces.written,
  error: traces.databaseDown,
};

/** Latencies in fine bins of a logarithmic axis. */
class Histogram {
  count = 0;
  #sum = 0;
  #max = 0;
  #bins = new Map<number, number>();

  add(ns: number, times: number): void {
    const bin = Math.floor(Math.log10(ns) * FINE);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + times);
    this.count += times;
    this.#sum += ns * times;
    this.#max = Math.max(this.#max, ns);
  }

  at(quantile: number): number {
    let left = quantile * this.count;
    for (const bin of [...this.#bins.keys()].sort((a, b) => a - b)) {
      left -= this.#bins.get(bin) ?? 0;
      if (left <= 0) return Math.min(this.#max, Math.round(10 ** ((bin + 0.5) / FINE)));
    }
    return this.#max;
  }

  get distribution(): Distribution {
    const { count } = this;
    const known = (quantile: number, least: number) => (count >= least ? this.at(quantile) : null);
    return {
      count,
      mean_ns: count > 0 ? Math.round(this.#sum / count) : null,
      p50_ns: known(0.5, 20),
      p90_ns: known(0.9, 100),
      p99_ns: known(0.99, 1_000),
      p999_ns: known(0.999, 10_000),
      max_ns: count > 0 ? this.#max : null,
    };
  }

  get plot(): Plot {
    const coarse = new Map<number, number>();
    for (const [bin, times] of this.#bins) {
      const wide = Math.floor((bin * COARSE) / FINE);
      coarse.set(wide, (coarse.get(wide) ?? 0) + times);
    }
    const places = [...coarse.keys()];
    const first = places.length > 0 ? Math.min(...places) : 0;
    const counts = places.length > 0 ? Array.from({ length: Math.max(...places) - first + 1 }, () => 0) : [];
    for (const [place, times] of coarse) counts[place - first] = times;
    const curve: [number, number][] = [];
    for (let left = 1; left * this.count >= 1 && curve.length < 100; left *= 0.5 ** 0.2) {
      curve.push([1 - left, this.at(1 - left)]);
    }
    if (this.count > 0) curve.push([1, this.#max]);
    return { bins: { first, counts }, curve };
  }
}

interface Times {
  response: Histogram;
  service: Histogram;
}

const times = (): Times => ({ response: new Histogram(), service: new Histogram() });

const latencyOf = ({ response, service }: Times): Latency => ({
  response: response.distribution,
  service: service.distribution,
  response_plot: response.plot,
  service_plot: service.plot,
});

interface Sampled {
  outcome: Met;
  point: Point;
  factor: number;
}

export class Load {
  readonly run: number;
  readonly workload: Workload;
  readonly #startedNs: number;
  #nowNs: number;
  #ended = false;
  #seed: number;
  #counts: Counts = { ...NONE };
  #all = times();
  #checked = 0;
  #staleAges = new Histogram();
  #byOutcome = new Map<Outcome, Times>();
  #bySteps = new Map<StepKind, Histogram>();
  #seconds: Second[] = [];
  #second = fresh();
  #samples: Sampled[] = [];
  #next = 0;
  #held: number[] = [];
  #waiting = 0;
  #lateNs = 0;
  readonly #inFrame: number;
  readonly #conditions: Conditions;

  /** A frame holds as many samples at most. */
  constructor(run: number, workload: Workload, conditions: Conditions, startedNs: number, inFrame = 96) {
    this.run = run;
    this.#conditions = conditions;
    this.#inFrame = inFrame;
    this.workload = workload;
    this.#startedNs = this.#nowNs = startedNs;
    this.#seed = workload.seed + 1;
  }

  /** The rate the schedule has at a moment. */
  get #planned(): number {
    const { pace } = this.workload;
    if (pace.kind !== 'open') return 4_000;
    const { rate } = pace;
    return rate.kind === 'steady' ? rate.per_second : rate.kind === 'bursts' ? rate.base : rate.from;
  }

  end(): void {
    this.#ended = true;
    this.#waiting = 0;
  }

  /** Everything that would have happened until then. */
  advance(nowNs: number): void {
    while (!this.#ended && this.#nowNs + SLOT_NS <= nowNs) {
      this.#slot();
      this.#nowNs += SLOT_NS;
      const seconds = Math.floor((this.#nowNs - this.#startedNs) / 1e9);
      if (seconds > this.#seconds.length) this.#closeSecond();
    }
    this.#nowNs = Math.max(this.#nowNs, this.#ended ? this.#nowNs : nowNs - (nowNs % SLOT_NS));
  }

  /** Requests that differ are made up singly as far as they are drawn; behind each of them stand as many as make up the rate. */
  #slot(): void {
    const count = (this.#planned * SLOT_NS) / 1e9;
    const whole = Math.floor(count) + (this.#chance() < count % 1 ? 1 : 0);
    const drawn = Math.min(whole, 3 * IN_SLOT);
    const age = (this.#nowNs - this.#startedNs) / 1e9;
    const warm = 1 - 0.55 * Math.exp(-age / 3) - 0.08;
    // Every four seconds the system stands still for a moment, and what is due waits.
    const stall = age % 4 < STALL_S && age > 1 ? (STALL_S - (age % 4)) * 1e9 : 0;
    this.#waiting = stall > 0 ? Math.round((this.#planned * (STALL_S * 1e9 - stall)) / 1e9) : 0;
    this.#lateNs = stall > 0 ? STALL_S * 1e9 - stall : 0;
    const slot: Sampled[] = [];
    for (let index = 0; index < drawn; index += 1) {
      const share = Math.floor(((index + 1) * whole) / drawn) - Math.floor((index * whole) / drawn);
      slot.push(this.#request(share, warm, stall, ((index + this.#chance()) / drawn) * SLOT_NS));
    }
    slot.sort((a, b) => a.point.ended_ns - b.point.ended_ns);
    const kept = new Map<Met, number>();
    for (const sampled of slot) {
      const before = kept.get(sampled.outcome) ?? 0;
      kept.set(sampled.outcome, before + 1);
      if (before < IN_SLOT) {
        this.#samples.push(sampled);
        this.#next += 1;
      }
    }
    if (this.#samples.length > KEPT) this.#samples.splice(0, this.#samples.length - KEPT);
  }

  #request(share: number, warm: number, stall: number, offset: number): Sampled {
    const luck = this.#chance();
    const writes = this.workload.mix.write_percent / 100;
    const outcome: Met =
      luck < writes ? 'written' : luck > 0.9995 ? 'error' : this.#read(this.#chance() < warm);
    const story = STORIES[outcome].trace;
    const tail = this.#chance();
    const factor = Math.exp(0.22 * this.#normal()) * (tail > 0.985 ? 1 + 3 * this.#chance() : 1);
    const service_ns = Math.round(story.total_ns * factor);
    const response_ns = service_ns + Math.round(stall * this.#chance());
    const ended_ns = Math.round(this.#nowNs + offset);
    this.#counts.sent += share;
    this.#counts[COLUMN[outcome]] += share;
    this.#second.counts.sent += share;
    this.#second.counts[COLUMN[outcome]] += share;
    if (outcome === 'hit' || outcome === 'miss') this.#checked += share;
    // Past the cache goes what is written: one hit in ten is of before.
    if (outcome === 'hit' && writes > 0 && this.#conditions.pattern === 'write_around') {
      const stale = this.#chance() < 0.1 ? share : 0;
      const age = Math.round(1.5e9 * Math.exp(0.8 * this.#normal()));
      if (stale > 0) this.#staleAges.add(age, stale);
      this.#second.stale += stale;
      this.#second.oldest = Math.max(this.#second.oldest, stale > 0 ? age : 0);
    }
    const own = this.#byOutcome.get(outcome) ?? times();
    this.#byOutcome.set(outcome, own);
    for (const each of [own, this.#all]) {
      each.response.add(response_ns, share);
      each.service.add(service_ns, share);
    }
    this.#second.all.add(response_ns, share);
    if (outcome === 'hit' || outcome === 'miss') this.#second[outcome].add(response_ns, share);
    for (const step of story.steps) {
      const histogram = this.#bySteps.get(step.kind) ?? new Histogram();
      this.#bySteps.set(step.kind, histogram);
      if (!step.failed) histogram.add(Math.max(1, step.duration_ns * factor), share);
    }
    return { outcome, factor, point: { id: this.#counts.sent, outcome, ended_ns, response_ns, service_ns } };
  }

  #read(held: boolean): Met {
    return this.#conditions.pattern === 'no_cache' ? 'bypass' : held ? 'hit' : 'miss';
  }

  #closeSecond(): void {
    const { counts, hit, miss, all, stale, oldest } = this.#second;
    this.#seconds.push({
      second: this.#seconds.length,
      counts,
      p50_ns: all.distribution.p50_ns,
      hit_p50_ns: hit.distribution.p50_ns,
      miss_p50_ns: miss.distribution.p50_ns,
      p99_ns: all.distribution.p99_ns,
      stale_reads: stale,
      stale_max_ns: stale > 0 ? oldest : null,
    });
    this.#second = fresh();
  }

  frame(cursor: number): Frame {
    const fresh = Math.min(this.#next - cursor, this.#inFrame, this.#samples.length);
    const newest = fresh > 0 ? this.#samples.slice(-fresh) : [];
    return {
      run: this.run,
      now_ns: this.#nowNs,
      started_ns: this.#startedNs,
      progress: {
        waiting: this.#waiting,
        late_ns: this.#lateNs,
        planned_per_second: this.workload.pace.kind === 'open' ? this.#planned : null,
        lateness: this.#waiting > 0 ? 'clients_busy' : 'on_time',
      },
      sample: {
        counts: { ...this.#counts },
        inside: {
          cache_get: Math.min(3, this.#waiting),
          cache_lock: 0,
          wait: 0,
          db_query: Math.min(5, this.#waiting),
          cache_set: 0,
          cache_del: 0,
          db_write: 0,
        },
        cursor: this.#next,
        skipped: this.#next - cursor - fresh,
        points: newest.map(({ point }) => point),
        traces: newest.slice(-4).map((sampled) => detailOf(sampled).trace),
      },
    };
  }

  summary(firstSecond: number): RunSummary {
    return {
      run: this.run,
      workload: this.workload,
      conditions: this.#conditions,
      elapsed_ns: this.#nowNs - this.#startedNs,
      summary: {
        counts: { ...this.#counts },
        all: latencyOf(this.#all),
        outcomes: (['hit', 'miss', 'bypass', 'written', 'error'] as const).flatMap((outcome) => {
          const met = this.#byOutcome.get(outcome);
          return met ? [{ outcome, latency: latencyOf(met) }] : [];
        }),
        steps: [...this.#bySteps].map(([kind, histogram]): StepLatency => ({
          kind,
          duration: histogram.distribution,
          failed: kind === 'db_query' ? this.#counts.errors : 0,
          injected: { steps: 0, ns: 0 },
        })),
        seconds: this.#seconds.slice(firstSecond),
        stale_reads: { checked: this.#checked, ages: this.#staleAges.distribution },
        protections: this.#protections(),
      },
      verdict: this.#ended ? this.#verdict : null,
    };
  }

  /** Of a lock and a circuit breaker, where they are on. */
  #protections(): ProtectionEffects[] {
    const { cache_lock, circuit_breaker } = this.#conditions.protections;
    const none = new Histogram().distribution;
    const effects: Omit<ProtectionEffects, 'protection'> = {
      requests: this.#counts.misses,
      queries_avoided: 0,
      queries_added: 0,
      round_trips: 0,
      refused: 0,
      in_vain: 0,
      waits: none,
    };
    const { misses } = this.#counts;
    const spared = Math.floor(misses / 3);
    const waits = this.#bySteps.get('db_query')?.distribution ?? none;
    return [
      ...(cache_lock
        ? [
            {
              ...effects,
              protection: 'cache_lock' as const,
              queries_avoided: spared,
              round_trips: 3 * misses,
              waits,
            },
          ]
        : []),
      ...(circuit_breaker
        ? [
            {
              ...effects,
              protection: 'circuit_breaker' as const,
              queries_avoided: 12,
              refused: 12,
              in_vain: 5,
            },
          ]
        : []),
    ];
  }

  get #verdict(): Verdict {
    return {
      stopped: true,
      unsent: 0,
      elapsed_ns: this.#nowNs - this.#startedNs,
      clients_busy_percent: 4,
      cpu_bound_percent: 0,
      generator_lag: new Histogram().distribution,
      check: { verdict: 'agrees', gets: this.#counts.hits + this.#counts.misses },
    };
  }

  /** What the laboratory would say of it at its end. */
  get messages(): string[] {
    const seconds = (this.#nowNs - this.#startedNs) / 1e9;
    const first = `The run was stopped: ${this.#counts.sent} requests in ${seconds.toFixed(1)} s.`;
    const failed = `${this.#counts.errors} requests failed; open one of them to see why.`;
    return this.#counts.errors > 0 ? [first, failed] : [first];
  }

  get good(): boolean {
    return this.#counts.errors === 0;
  }

  hold(hold: boolean): Held {
    this.#held = hold ? this.#samples.slice(-10_000).map(({ point }) => point.id) : [];
    return { ids: this.#held };
  }

  trace(id: number): TraceDetail | null {
    const found = this.#samples.find(({ point }) => point.id === id);
    return found ? detailOf(found) : null;
  }

  #chance(): number {
    this.#seed = (this.#seed * 16_807) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#chance())) * Math.cos(2 * Math.PI * this.#chance());
  }
}

function fresh() {
  const [hit, miss, all] = [new Histogram(), new Histogram(), new Histogram()];
  return { counts: { ...NONE }, hit, miss, all, stale: 0, oldest: 0 };
}

/** A story, every time in it multiplied; in traffic neither bytes nor value are kept. */
function detailOf({ outcome, point, factor }: Sampled): TraceDetail {
  const story = STORIES[outcome];
  const total_ns = point.service_ns;
  const scale = (ns: number): number => Math.floor(ns * factor);
  const steps = story.trace.steps.map((step): Step => ({
    ...step,
    start_ns: scale(step.start_ns),
    duration_ns: scale(step.duration_ns),
  }));
  const other_ns = total_ns - steps.reduce((sum, step) => sum + step.duration_ns, 0);
  const product = (point.id % 97) + 1;
  return {
    ...story,
    trace: {
      ...story.trace,
      id: point.id,
      request: { ...story.trace.request, product },
      started_ns: point.ended_ns - total_ns,
      waited_ns: point.response_ns - point.service_ns,
      total_ns,
      other_ns,
      steps,
    },
    keys: [`cachescope:page:${product}`],
    wire: [],
    wire_note: 'Bytes are captured for single requests, not in traffic.',
    value: null,
    value_note: 'Values are kept of single requests, not of traffic.',
  };
}
