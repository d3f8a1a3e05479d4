// A backend in memory, for tests and for looking at the page: it answers with traces of its own and remembers what it
// was asked. Never part of the app.

import type {
  Commands,
  ErrorCode,
  Event,
  FrameRequest,
  HoldRequest,
  Read,
  Settings,
  Status,
  SummaryRequest,
  TraceDetail,
  TraceRequest,
  TrafficState,
  Workload,
  Write,
} from '../src/bindings/api';
import { Failure, type Host } from '../src/platform/host';
import { Load } from './load';
import { traces } from './traces';

export const SETTINGS: Settings = {
  conditions: { engine: { kind: 'bundled', placement: 'flow_runtime' }, query: 'page', ttl_ms: 60_000 },
  product: 42,
  workload: {
    keys: { kind: 'zipf', exponent: 0.99 },
    products: null,
    mix: { write_percent: 0, missing_percent: 0, longest_run: 1, read_before_write: false },
    pace: { kind: 'open', rate: { kind: 'steady', per_second: 200 }, spacing: 'constant' },
    clients: 64,
    length: { kind: 'until_stopped' },
    warm: false,
    seed: 1,
  },
  quiet: false,
  appearance: { theme: 'system', text_percent: 100, motion: 'system', slow_motion_ms_per_us: null },
};

export const STATUS: Status = {
  catalogue: {
    state: 'ready',
    path: '/home/ada/.local/share/cachescope/catalogue-small.db',
    products: 10_000,
    reviews: 200_000,
    bytes: 48_500_000,
  },
  engine: { state: 'running', address: '127.0.0.1:38211' },
  traffic: { state: 'idle' },
  conditions: SETTINGS.conditions,
  data_dir: '/home/ada/.local/share/cachescope',
  version: '0.1.0',
};

export class TestHost implements Host {
  /** Every command that was called, with its request. */
  readonly calls: [name: string, request: unknown][] = [];
  status: Status;
  settings: Settings = SETTINGS;
  /** What its traffic is timed by, in milliseconds. */
  clock: () => number = () => 0;
  /** For how long a run has been going when it is asked for, in milliseconds: so nobody waits for it. */
  headStartMs = 0;
  /** The run that is on, or was. */
  load: Load | null = null;
  #failure: Failure | null = null;
  #listener: (event: Event) => void = () => undefined;
  #cached = false;
  #sent = 0;

  constructor(status: Partial<Status> = {}) {
    this.status = { ...STATUS, ...status };
  }

  /** Makes the next command fail. */
  fail(code: ErrorCode, message: string): void {
    this.#failure = new Failure(code, message);
  }

  /** Says something of its own accord. */
  tell(event: Event): void {
    if (event.event === 'status') this.status = event.value;
    this.#listener(event);
  }

  async watch(listener: (event: Event) => void): Promise<void> {
    this.#listener = listener;
    listener({ event: 'status', value: this.status });
  }

  async call<K extends keyof Commands>(name: K, ...[request]: unknown[]): Promise<Commands[K]['reply']> {
    this.calls.push([name, request]);
    if (this.#failure) {
      const failure = this.#failure;
      this.#failure = null;
      throw failure;
    }
    return this.#answer(name, request) as Commands[K]['reply'];
  }

  #answer(name: keyof Commands, request: unknown): Commands[keyof Commands]['reply'] {
    switch (name) {
      case 'settings':
        return this.settings;
      case 'status':
        return this.status;
      case 'change_settings':
        this.settings = request as Settings;
        this.status = { ...this.status, conditions: this.settings.conditions };
        return this.status;
      case 'send': {
        const down = this.status.engine.state !== 'running';
        const trace = down ? traces.bypass : this.#cached ? traces.hit : traces.miss;
        this.#cached = !down;
        return this.#numbered(trace, request as Read);
      }
      case 'write':
        this.#cached = false;
        return this.#numbered(traces.written, request as Write);
      case 'clear_cache':
        this.#cached = false;
        return { keys: 1 };
      case 'stop_engine':
        this.#cached = false;
        this.tell({
          event: 'status',
          value: { ...this.status, engine: { state: 'stopped', address: '127.0.0.1:38211' } },
        });
        return this.status;
      case 'retry_catalogue':
        this.tell({ event: 'status', value: { ...this.status, catalogue: STATUS.catalogue } });
        return this.status;
      case 'start_traffic':
        this.load = new Load(
          (this.load?.run ?? 0) + 1,
          request as Workload,
          this.settings.conditions,
          this.#nowNs - this.headStartMs * 1e6,
          this.headStartMs > 0 ? Infinity : undefined,
        );
        return this.become({ state: 'running', run: this.load.run, workload: this.load.workload });
      case 'stop_traffic': {
        const { load } = this;
        if (!load) return this.status;
        load.advance(this.#nowNs);
        load.end();
        return this.become({ state: 'ended', run: load.run, messages: load.messages, good: load.good });
      }
      case 'frame':
        this.load?.advance(this.#nowNs);
        return this.load?.frame((request as FrameRequest).cursor) ?? null;
      case 'summary':
        return this.load?.summary((request as SummaryRequest).first_second) ?? null;
      case 'kept_trace':
        return this.load?.trace((request as TraceRequest).id) ?? null;
      case 'hold_traces':
        return this.load?.hold((request as HoldRequest).hold) ?? { ids: [] };
      case 'revive_engine':
        this.tell({
          event: 'status',
          value: { ...this.status, engine: { state: 'running', address: '127.0.0.1:38211' } },
        });
        return this.status;
    }
  }

  /** Says that the traffic is so. */
  become(traffic: TrafficState): Status {
    this.tell({ event: 'status', value: { ...this.status, traffic } });
    return this.status;
  }

  /** The page is opened a minute after the laboratory. */
  get #nowNs(): number {
    return 60e9 + Math.round(this.clock() * 1e6);
  }

  /** The next request, for what was asked. */
  #numbered(detail: TraceDetail, asked: Read | Write): TraceDetail {
    this.#sent += 1;
    const request = { ...detail.trace.request, ...asked };
    const started_ns = this.#sent * 100_000_000;
    return { ...detail, trace: { ...detail.trace, id: this.#sent, started_ns, request } };
  }
}
