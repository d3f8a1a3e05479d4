// A backend in memory, for tests and for looking at the page: it answers with traces of its own and remembers what it
// was asked. Never part of the app.

import type {
  About,
  BackgroundWork,
  ChangeRequest,
  Commands,
  Conditions,
  ErrorCode,
  Event,
  Faults,
  Frame,
  FrameRequest,
  HoldRequest,
  Imported,
  Pattern,
  PauseRequest,
  PerformRequest,
  Plan,
  PlaySceneRequest,
  PredictRequest,
  Read,
  RecordingRequest,
  RecordRequest,
  SeekRequest,
  Settings,
  Side,
  Status,
  SummaryRequest,
  TraceDetail,
  TraceRequest,
  TrafficState,
  Workload,
  Write,
} from '../src/bindings/api';
import { Failure, type Host, type Screen } from '../src/platform/host';
import { NO_FAULTS } from '../src/state/faults';
import { Course } from './course';
import { comparedOf, openedOf } from './compared';
import { Innards } from './innards';
import { Load } from './load';
import { PlayedBack } from './played-back';
import { playbill, played } from './playbill';
import { Shelf } from './shelf';
import { refreshed, reloadOf, stale, traces, writtenBehind, writtenThrough } from './traces';
import { databaseName, NO_PROTECTIONS } from '../src/state/conditions';

export const SETTINGS: Settings = {
  conditions: {
    engine: { kind: 'bundled', placement: 'flow_runtime' },
    query: 'page',
    ttl_ms: 60_000,
    pattern: 'cache_aside',
    protections: NO_PROTECTIONS,
    memory: { max_bytes: 0, policy: 'allkeys-lru' },
    faults: NO_FAULTS,
    background: { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 500, queue_limit: 1_000 },
    database: { kind: 'sqlite' },
  },
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
  door: { open: false, port: 8080 },
  newcomer: false,
};

export const STATUS: Status = {
  catalogue: {
    state: 'ready',
    path: '/home/ada/.local/share/cachescope/catalogue-small.db',
    products: 10_000,
    reviews: 200_000,
    bytes: 48_500_000,
    version: 'SQLite 3.50.2',
  },
  engine: { state: 'running', address: '127.0.0.1:38211' },
  traffic: { state: 'idle' },
  recording: null,
  study: { state: 'idle' },
  scene: null,
  recordings: 0,
  split: { state: 'closed' },
  conditions: SETTINGS.conditions,
  faults: NO_FAULTS,
  background: {
    reloading: 0,
    reloads: 0,
    reloads_failed: 0,
    last_reload: null,
    waiting: 0,
    written: 0,
    last_batch: null,
    trouble: null,
  },
  circuit: 'closed',
  filter: null,
  data_dir: '/home/ada/.local/share/cachescope',
  version: '0.1.0',
  door: { state: 'closed' },
  engine_facts: null,
};

/** A catalogue on a PostgreSQL server. */
export const ON_SERVER: Status['catalogue'] = {
  state: 'ready',
  path: 'schema cachescope in shop at 127.0.0.1:5432',
  products: 10_000,
  reviews: 200_000,
  bytes: 96_100_000,
  version: 'PostgreSQL 15.14',
};

/** How a write goes by each pattern. */
const WRITTEN: Record<Pattern, TraceDetail> = {
  cache_aside: traces.written,
  write_through: writtenThrough,
  write_around: traces.writtenWithoutCache,
  no_cache: traces.writtenWithoutCache,
  read_through: traces.written,
  refresh_ahead: traces.written,
  stale_while_revalidate: traces.written,
  write_behind: writtenBehind,
};

/** How a read of what is cached goes by those patterns that may leave work to the background. */
const FOUND: Partial<Record<Pattern, TraceDetail>> = {
  refresh_ahead: refreshed,
  stale_while_revalidate: stale,
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
  /** Where the person saves what they save; null where they think better of it. */
  savesTo: string | null = '/home/ada/report.html';
  /** What they import. */
  imports: Imported | null = null;
  /** The recordings it keeps. */
  shelf = new Shelf();
  /** The lessons it teaches. */
  course = new Course(SETTINGS);
  /** What is seen Inside. */
  innards = new Innards();
  /** Side B, while the Stage is split. */
  second: TestHost | null = null;
  /** Whether the page fills the screen. */
  filled = false;
  /** Called when the person ends that themselves. */
  left: () => void = () => undefined;
  readonly screen: Screen = {
    fill: async (left) => {
      this.filled = true;
      this.left = left;
    },
    leave: async () => {
      this.filled = false;
    },
  };
  #replay: PlayedBack | null = null;
  #failure: Failure | null = null;
  #listener: (event: Event) => void = () => undefined;
  #cached = false;
  #sent = 0;

  constructor(status: Partial<Status> = {}) {
    this.status = { ...STATUS, ...status };
    if (status.traffic?.state === 'visited') this.visit(2_000);
  }

  /** Others send so many requests a second from now on, through the HTTP front door. */
  visit(perSecond: number): void {
    const pace = {
      kind: 'open',
      rate: { kind: 'steady', per_second: perSecond },
      spacing: 'constant',
    } as const;
    const run = (this.load?.run ?? 0) + 1;
    this.load = new Load(run, { ...SETTINGS.workload, pace }, this.settings.conditions, this.#nowNs);
    this.become({ state: 'visited', run, live: true });
  }

  /** They send no more. */
  fallQuiet(): void {
    const { load } = this;
    if (!load) return;
    load.advance(this.#nowNs);
    load.end();
    this.become({ state: 'visited', run: load.run, live: false });
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

  /** One like this, for side B. */
  protected another(status: Partial<Status>): TestHost {
    return new TestHost(status);
  }

  side(side: Side): Host {
    if (side === 'a') return this;
    if (!this.second) throw new Failure('invalid', 'The Stage is not split; there is no side B.');
    return this.second;
  }

  /** What visitors send is marked. */
  #fromOutside(detail: TraceDetail | null): TraceDetail | null {
    const visited = this.status.traffic.state === 'visited';
    return detail && visited ? { ...detail, trace: { ...detail.trace, door: 'http' } } : detail;
  }

  /** Nobody knows how many visitors mean to come. */
  #unplanned(frame: Frame | null): Frame | null {
    const visited = this.status.traffic.state === 'visited';
    return frame && visited
      ? { ...frame, progress: { ...frame.progress, planned_per_second: null, waiting: 0 } }
      : frame;
  }

  #openSplit(conditions: Conditions): Status {
    const engine = { state: 'running', address: '127.0.0.1:40129' } as const;
    const second = this.another({ engine, conditions, split: { state: 'open' } });
    second.settings = { ...this.settings, conditions };
    second.clock = () => this.clock();
    second.headStartMs = this.headStartMs;
    second.#sent = this.#sent;
    second.shelf = this.shelf;
    this.second = second;
    return this.#change({ split: { state: 'open' } });
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
        this.settings = withoutPassword(request as Settings);
        this.status = {
          ...this.status,
          conditions: { ...this.settings.conditions, faults: this.status.faults },
        };
        return this.status;
      case 'send': {
        const down = this.status.engine.state !== 'running';
        if (this.status.conditions.pattern === 'no_cache') {
          return this.#numbered(traces.withoutCache, request as Read);
        }
        const found = FOUND[this.status.conditions.pattern];
        const miss = this.status.faults.database?.kind === 'slow' ? traces.slowed : traces.miss;
        const trace = down ? traces.bypass : this.#cached ? (found ?? traces.hit) : miss;
        const reloads = !down && this.#cached && found !== undefined;
        this.#cached = !down;
        const sent = this.#numbered(trace, request as Read);
        if (reloads) this.#work({ reloads: 1, last_reload: reloadOf(sent) });
        return sent;
      }
      case 'write':
        this.#cached = false;
        if (this.status.conditions.pattern === 'write_behind') {
          const last_batch = { writes: 12, rows: 3, took_ns: 1_204_000 };
          this.#work({ waiting: this.status.background.waiting + 1, written: 12, last_batch });
        }
        return this.#numbered(WRITTEN[this.status.conditions.pattern], request as Write);
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
      case 'create_schema':
        this.tell({ event: 'status', value: { ...this.status, catalogue: ON_SERVER } });
        return this.status;
      case 'open_split':
        return this.#openSplit(request as Conditions);
      case 'close_split':
        if (this.load && this.status.traffic.state === 'running') this.#answer('stop_traffic', undefined);
        this.second = null;
        return this.#change({ split: { state: 'closed' } });
      case 'start_traffic':
        if (this.second) this.second.#answer('start_traffic', request);
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
        if (this.second) this.second.#answer('stop_traffic', undefined);
        load.advance(this.#nowNs);
        load.end();
        const recording = this.status.recording?.id ?? null;
        this.#endRecording();
        const { run, messages, good } = load;
        return this.become({ state: 'ended', run, messages, good, recording });
      }
      case 'frame':
        this.#shown?.advance(this.#nowNs);
        return this.#unplanned(this.#shown?.frame((request as FrameRequest).cursor) ?? null);
      case 'summary':
        return this.#shown?.summary((request as SummaryRequest).first_second) ?? null;
      case 'kept_trace':
        return this.#fromOutside(this.#shown?.trace((request as TraceRequest).id) ?? null);
      case 'hold_traces':
        return this.#shown?.hold((request as HoldRequest).hold) ?? { ids: [] };
      case 'start_recording': {
        const { name } = request as RecordRequest;
        if (this.status.traffic.state !== 'running') this.#answer('start_traffic', this.settings.workload);
        const begun = this.shelf.begin(
          this.second ? 'A: bundled' : (name ?? 'bundled, page, YCSB C at 200/s'),
          this.settings.conditions.pattern,
          this.second ? { key: 'split-1', name: 'Split: bundled, no cache', position: 0 } : null,
        );
        if (this.second) {
          const { pattern } = this.second.settings.conditions;
          const part = { key: 'split-1', name: 'Split: bundled, no cache', position: 1 };
          const other = this.shelf.begin('B: no cache', pattern, part);
          const run = this.second.load?.run ?? 0;
          this.second.#change({ recording: { id: other.id, name: other.name, run } });
        }
        const recording = { id: begun.id, name: begun.name, run: this.load?.run ?? 0 };
        return this.#change({ recording, recordings: this.status.recordings + 1 });
      }
      case 'stop_recording':
        return this.#endRecording();
      case 'recordings':
        return this.shelf.list;
      case 'change_recording': {
        const { id, change } = request as ChangeRequest;
        return this.#listed(this.shelf.change(id, change));
      }
      case 'delete_recording':
        this.shelf.delete((request as RecordingRequest).id);
        return this.#change({ recordings: this.status.recordings + 1 });
      case 'restore_recording':
        return this.#listed(this.shelf.restore((request as RecordingRequest).id));
      case 'compare': {
        const { ids, baseline } = request as Commands['compare']['request']['request'];
        return comparedOf(
          ids.map((id) => this.shelf.get(id)),
          baseline,
        );
      }
      case 'open_recording':
        return openedOf(this.shelf.get((request as RecordingRequest).id));
      case 'save_recording':
      case 'save_comparison':
      case 'save_chart':
        return { path: this.savesTo };
      case 'import_recording':
        return this.#import();
      case 'start_study': {
        const { name, rounds, conditions } = request as Plan;
        return this.#change({
          study: {
            state: 'running',
            name,
            contender: conditions[0]?.name ?? '',
            round: 1,
            rounds,
            warming_up: true,
            done: 0,
            turns: rounds * conditions.length,
            left_ms: null,
          },
        });
      }
      case 'cancel_study': {
        const { study } = this.status;
        const message = 'The comparison was cancelled. No round was finished by all, so nothing was kept.';
        const name = study.state === 'idle' ? '' : study.name;
        return this.#change({ study: { state: 'ended', name, recordings: [], message, good: false } });
      }
      case 'play_recording': {
        const recording = this.shelf.get((request as RecordingRequest).id);
        this.#replay = new PlayedBack(recording, this.#nowNs);
        return this.become(this.#replay.told(this.#nowNs));
      }
      case 'pause_replay':
        this.#replay?.pause((request as PauseRequest).paused, this.#nowNs);
        return this.become(this.#replay?.told(this.#nowNs) ?? { state: 'idle' });
      case 'seek_replay': {
        const { position_ms, paused } = request as SeekRequest;
        this.#replay?.seek(position_ms, paused, this.#nowNs);
        return this.become(this.#replay?.told(this.#nowNs) ?? { state: 'idle' });
      }
      case 'end_replay':
        this.#replay = null;
        this.load = null;
        return this.become({ state: 'idle' });
      case 'scenes':
        return playbill(SETTINGS);
      case 'play_scene':
        return this.#change({
          scene: played(request as PlaySceneRequest, this.status.scene, playbill(SETTINGS)),
        });
      case 'leave_scene':
        return this.#change({ scene: null });
      case 'lessons':
        return this.course.list();
      case 'open_lesson':
        return this.course.view();
      case 'begin_lesson':
        this.#cached = false;
        return this.course.begin();
      case 'predict_step':
        return this.course.predict(request as PredictRequest);
      case 'perform_step':
        return this.course.perform(request as PerformRequest, (move) => {
          if (move === 'clear') this.#cached = false;
          return typeof move === 'object' && 'send' in move
            ? (this.#answer('send', { product: move.send.product, query: 'page' }) as TraceDetail)
            : null;
        });
      case 'reset_lessons':
        return this.course.reset();
      case 'leave_lesson':
        return this.status;
      case 'start_over':
        this.#cached = false;
        this.load = null;
        return this.#change({
          scene: null,
          faults: NO_FAULTS,
          conditions: this.settings.conditions,
          traffic: { state: 'idle' },
        });
      case 'set_faults': {
        const faults = request as Faults;
        return this.#change({ faults, conditions: { ...this.status.conditions, faults } });
      }
      case 'restart_engine_cold':
        this.#cached = false;
        return this.status;
      case 'expire_keys':
        this.#cached = false;
        return { keys: 3 };
      case 'look_keys':
      case 'delete_key':
      case 'expire_key':
      case 'server_info':
      case 'console_commands':
      case 'console_send':
      case 'console_cancel':
      case 'passing_commands':
      case 'end_watch':
      case 'table_page':
        return this.innards.answer(name, request);
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
    return this.#change({ traffic });
  }

  #change(changed: Partial<Status>): Status {
    this.tell({ event: 'status', value: { ...this.status, ...changed } });
    return this.status;
  }

  #work(done: Partial<BackgroundWork>): void {
    this.#change({ background: { ...this.status.background, ...done } });
  }

  #import(): Imported | null {
    const { imports } = this;
    if (imports && !imports.known) {
      this.shelf.add(imports.about);
      this.#listed(imports.about);
    }
    return imports;
  }

  #listed(about: About): About {
    this.#change({ recordings: this.status.recordings + 1 });
    return about;
  }

  #endRecording(): Status {
    const { recording, recordings } = this.status;
    if (!recording) return this.status;
    if (this.second) this.second.#endRecording();
    this.shelf.end(recording.id);
    return this.#change({ recording: null, recordings: recordings + 1 });
  }

  /** What frames are of: a recording that is played back, or the traffic. */
  get #shown(): Load | PlayedBack | null {
    return this.#replay ?? this.load;
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
    const { pattern } = this.status.conditions;
    const database = databaseName(this.status.conditions.database);
    return { ...detail, pattern, database, trace: { ...detail.trace, id: this.#sent, started_ns, request } };
  }
}

/** As the laboratory shows them: with dots for passwords. */
function withoutPassword(settings: Settings): Settings {
  const dotted = <T extends object>(of: T): T =>
    'url' in of && typeof of.url === 'string' ? { ...of, url: of.url.replace(/:[^:@/]*@/, ':…@') } : of;
  const { engine, database } = settings.conditions;
  return {
    ...settings,
    conditions: { ...settings.conditions, engine: dotted(engine), database: dotted(database) },
  };
}

/** The requests of one command, in the order in which it was called. */
export const requestsOf = (host: TestHost, command: string): unknown[] =>
  host.calls.filter(([name]) => name === command).map(([, request]) => request);
