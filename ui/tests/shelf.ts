// Recordings made up for tests: a study of three, some alone, one cut short.

import type {
  About,
  Conditions,
  Pattern,
  RecordingChange,
  RecordingState,
  StudyPart,
  Workload,
} from '../src/bindings/api';
import { NO_FAULTS } from '../src/state/faults';
import { Failure } from '../src/platform/host';
import { NO_PROTECTIONS } from '../src/state/conditions';

const CONDITIONS: Conditions = {
  engine: { kind: 'bundled', placement: 'flow_runtime' },
  query: 'page',
  ttl_ms: 60_000,
  pattern: 'cache_aside',
  protections: NO_PROTECTIONS,
  memory: { max_bytes: 0, policy: 'allkeys-lru' },
  faults: NO_FAULTS,
  background: { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 500, queue_limit: 1_000 },
  database: { kind: 'sqlite' },
};

export const WORKLOAD: Workload = {
  keys: { kind: 'zipf', exponent: 0.99 },
  products: null,
  mix: { write_percent: 0, missing_percent: 0, longest_run: 1, read_before_write: false },
  pace: { kind: 'open', rate: { kind: 'steady', per_second: 2_000 }, spacing: 'poisson' },
  clients: 64,
  length: { kind: 'time', ms: 5_000 },
  warm: false,
  seed: 1,
};

/** 25 November 2026, 14:05 in UTC. */
const BEGAN = 1_795_615_500_000;

export function about(id: number, more: Partial<About> = {}): About {
  return {
    id,
    key: `key-${id}`,
    name: `Recording ${id}`,
    note: '',
    tags: [],
    began_unix_ms: BEGAN + id * 60_000,
    state: 'whole',
    study: null,
    conditions: CONDITIONS,
    workload: WORKLOAD,
    elapsed_ns: 25_000_000_000,
    requests: 50_012,
    hit_ratio: 0.914,
    p50_ns: 61_200,
    p99_ns: 2_640_000,
    ...more,
  };
}

const study = (position: number): StudyPart => ({ key: 'study-1', name: 'Four ways to the page', position });

/** What somebody has kept who has worked with it for a while. The newest comes first. */
export const RECORDINGS: readonly About[] = [
  about(9, {
    name: 'bundled, page, 2,000/s, the morning’s deploy with the long name that somebody gave it',
    state: 'cut_short',
    note: 'The laptop went to sleep.',
    tags: ['deploy'],
    requests: 812,
    p99_ns: null,
  }),
  about(7, {
    name: 'bundled',
    study: study(2),
    tags: ['catalogue', 'talk'],
    hit_ratio: 0.912,
    p50_ns: 58_300,
    p99_ns: 2_510_000,
  }),
  about(6, {
    name: 'mini-redis',
    study: study(1),
    tags: ['catalogue', 'talk'],
    conditions: { ...CONDITIONS, engine: { kind: 'mini_redis', nodelay: true } },
    hit_ratio: 0.912,
    p50_ns: 121_000,
    p99_ns: 2_760_000,
  }),
  about(5, {
    name: 'no cache',
    study: study(0),
    tags: ['catalogue', 'talk'],
    conditions: { ...CONDITIONS, pattern: 'no_cache' },
    hit_ratio: null,
    p50_ns: 2_240_000,
    p99_ns: 4_910_000,
  }),
  about(3, { name: 'Lookup alone', conditions: { ...CONDITIONS, query: 'lookup' }, state: 'stopped' }),
];

const NO_SUCH = 'There is no such recording. Nothing was changed.';

/** The store, in memory. */
export class Shelf {
  #kept: readonly About[];
  #deleted = new Map<number, About>();

  constructor(kept: readonly About[] = []) {
    this.#kept = kept;
  }

  get list(): About[] {
    return [...this.#kept].sort((a, b) => b.began_unix_ms - a.began_unix_ms);
  }

  get(id: number): About {
    const found = this.#kept.find((each) => each.id === id);
    if (!found) throw new Failure('invalid', NO_SUCH);
    return found;
  }

  /** Puts one more there, under way. */
  begin(name: string, pattern: Pattern = 'cache_aside', study: StudyPart | null = null): About {
    const id = Math.max(9, ...this.#kept.map((each) => each.id)) + 1;
    const begun = about(id, {
      name,
      study,
      state: 'under_way',
      conditions: { ...CONDITIONS, pattern },
      hit_ratio: pattern === 'no_cache' ? null : 0.914,
    });
    this.#kept = [...this.#kept, begun];
    return begun;
  }

  end(id: number, state: RecordingState = 'whole'): void {
    this.#replace({ ...this.get(id), state });
  }

  add(one: About): void {
    this.#kept = [...this.#kept, one];
  }

  change(id: number, { name, note, tags }: RecordingChange): About {
    const before = this.get(id);
    return this.#replace({
      ...before,
      name: name ?? before.name,
      note: note ?? before.note,
      tags: tags ?? before.tags,
    });
  }

  delete(id: number): void {
    this.#deleted.set(id, this.get(id));
    this.#kept = this.#kept.filter((each) => each.id !== id);
  }

  restore(id: number): About {
    const found = this.#deleted.get(id);
    if (!found) throw new Failure('invalid', NO_SUCH);
    this.#deleted.delete(id);
    this.#kept = [...this.#kept, found];
    return found;
  }

  #replace(changed: About): About {
    this.#kept = this.#kept.map((each) => (each.id === changed.id ? changed : each));
    return changed;
  }
}
