// Written by `cargo test -p api` from the Rust types. Do not edit.

/**
 * Whether a request reads or writes.
 */
export type Operation = "read" | "write";

/**
 * What is asked of the database about a product, from cheap to dear.
 */
export type Query = "lookup" | "page" | "report";

/**
 * One read or write, by a client, of one product.
 */
export type Request = { 
/**
 * Read or write.
 */
operation: Operation, 
/**
 * Which product.
 */
product: number, 
/**
 * What is asked about it; a write touches every query's key.
 */
query: Query, };

/**
 * Which way a request went.
 */
export type Outcome = "hit" | "miss" | "stale" | "coalesced" | "bypass" | "written" | "shed" | "error";

/**
 * Which act of the flow a step is.
 */
export type StepKind = "cache_get" | "decode" | "wait" | "db_query" | "encode" | "cache_set" | "cache_del" | "db_write" | "respond";

/**
 * One timed act inside a request.
 */
export type Step = { 
/**
 * Which act.
 */
kind: StepKind, 
/**
 * Nanoseconds from the start of the request to the start of the step.
 */
start_ns: number, 
/**
 * Nanoseconds from the start of the step to its end.
 */
duration_ns: number, 
/**
 * How many of those nanoseconds were put in on purpose; 0 where all were measured.
 */
injected_ns: number, 
/**
 * True where the act did not succeed (the time it took until it failed is true all the same).
 */
failed: boolean, };

/**
 * A request, its outcome and its steps.
 *
 * `total_ns` is the sum of the steps' durations and `other_ns`, exactly: time between steps is shown, not hidden.
 */
export type Trace = { 
/**
 * Number of the request in this run of the app; the first is 1.
 */
id: number, 
/**
 * What was asked.
 */
request: Request, 
/**
 * Which way it went.
 */
outcome: Outcome, 
/**
 * When it started: nanoseconds on the clock of the run.
 */
started_ns: number, 
/**
 * How long it had been due when it started, in nanoseconds: it waited for a free client. 0 for a single click.
 */
waited_ns: number, 
/**
 * Nanoseconds from start to end.
 */
total_ns: number, 
/**
 * Nanoseconds of the total that belong to no step.
 */
other_ns: number, 
/**
 * The steps, in the order in which they began.
 */
steps: Array<Step>, 
/**
 * In words, what was out of the ordinary: why the cache was bypassed, why a cached value was replaced, …
 */
notes: Array<string>, };

/**
 * Where the bundled server runs. It decides the latency of a hit more than what the server is.
 */
export type Placement = "flow_runtime" | "own_thread";

/**
 * The Redis-compatible server behind the cache.
 */
export type Engine = { "kind": "bundled", 
/**
 * Where it runs.
 */
placement: Placement, } | { "kind": "mini_redis", 
/**
 * Whether TCP_NODELAY is set on its listener. As published it is not.
 */
nodelay: boolean, } | { "kind": "external", 
/**
 * `redis://[user[:password]@]host[:port][/database]`
 */
url: string, };

/**
 * Everything that shapes a run besides the requests.
 */
export type Conditions = { 
/**
 * The server behind the cache.
 */
engine: Engine, 
/**
 * What is asked of the database.
 */
query: Query, 
/**
 * How long a stored value lives, in milliseconds; at least 1.
 */
ttl_ms: number, };

/**
 * Which products a workload asks for. Products are numbered from 1 by falling popularity: where some are asked for more
 * often than others, product 1 is the most popular.
 */
export type Keys = { "kind": "uniform" } | { "kind": "zipf", 
/**
 * 0.5 (nearly even) to 1.5 (a few take nearly all); YCSB and many a real shop have 0.99.
 */
exponent: number, } | { "kind": "hot_set", 
/**
 * Which share of the requests goes to the hot products, in percent.
 */
requests_percent: number, 
/**
 * How many of the products are hot, in percent.
 */
keys_percent: number, } | { "kind": "scan" } | { "kind": "latest", 
/**
 * As for Zipf.
 */
exponent: number, } | { "kind": "one", 
/**
 * Which one.
 */
product: number, };

/**
 * Which shares of the requests are reads, writes and reads of what is not there.
 */
export type Mix = { 
/**
 * Writes among the requests, in percent; the rest are reads.
 */
write_percent: number, 
/**
 * Reads of products that do not exist among the reads, in percent.
 */
missing_percent: number, 
/**
 * Reads come in runs of this many consecutive products at most; the length of each run is uniform. 1: no runs.
 */
longest_run: number, 
/**
 * Each write comes right after a read of the same product.
 */
read_before_write: boolean, };

/**
 * How many requests a second, over the time since the start.
 */
export type Rate = { "kind": "steady", 
/**
 * Requests a second.
 */
per_second: number, } | { "kind": "ramp", 
/**
 * Requests a second at the start.
 */
from: number, 
/**
 * Requests a second at the end.
 */
to: number, 
/**
 * How long that takes, in milliseconds.
 */
over_ms: number, } | { "kind": "steps", 
/**
 * Requests a second in the first step.
 */
from: number, 
/**
 * Requests a second in the last.
 */
to: number, 
/**
 * How many steps; at least 2.
 */
steps: number, 
/**
 * How long each lasts, in milliseconds.
 */
every_ms: number, } | { "kind": "bursts", 
/**
 * Requests a second between bursts.
 */
base: number, 
/**
 * Requests a second in a burst.
 */
peak: number, 
/**
 * From the beginning of one burst to that of the next, in milliseconds. The first begins after the first calm.
 */
every_ms: number, 
/**
 * How long a burst lasts, in milliseconds.
 */
for_ms: number, };

/**
 * How the requests of a schedule are spaced.
 */
export type Spacing = "constant" | "poisson";

/**
 * When requests are sent.
 */
export type Pace = { "kind": "open", 
/**
 * How many a second.
 */
rate: Rate, 
/**
 * How they are spaced.
 */
spacing: Spacing, } | { "kind": "closed" };

/**
 * When a run ends.
 */
export type Length = { "kind": "time", 
/**
 * In milliseconds.
 */
ms: number, } | { "kind": "count", 
/**
 * How many.
 */
requests: number, } | { "kind": "until_stopped" };

/**
 * Which keys, which operations, when, how many, and from what seed.
 *
 * The same workload sends the same requests in the same order on every run.
 */
export type Workload = { 
/**
 * Which products are asked for.
 */
keys: Keys, 
/**
 * How many products are drawn from, the most popular first; absent for all there are.
 */
products: number | null, 
/**
 * Reads, writes and reads of what is not there.
 */
mix: Mix, 
/**
 * When requests are sent.
 */
pace: Pace, 
/**
 * How many requests may be under way at once. A request that finds no client free waits, and is served late.
 */
clients: number, 
/**
 * When it ends.
 */
length: Length, 
/**
 * Read every product once before the run, untimed, so that it begins with a full cache.
 */
warm: boolean, 
/**
 * Where chance begins. At most 2^53, which is what JSON holds exactly.
 */
seed: number, };

/**
 * A workload of the Yahoo! Cloud Serving Benchmark (Cooper et al., SoCC 2010), as far as a cache beside a database has
 * it: keys and mix. Ours has no range queries and no new rows, so a scan is a run of single reads (E), and an insert is
 * a write that makes the next product the latest (D).
 */
export type Preset = "ycsb_a" | "ycsb_b" | "ycsb_c" | "ycsb_d" | "ycsb_e" | "ycsb_f";

/**
 * How the window looks.
 */
export type Appearance = { 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Size of the text in percent, 100 to 200.
 */
text_percent: number, 
/**
 * Whether things may travel across the screen.
 */
motion: Motion, 
/**
 * Slow motion: how many milliseconds on screen stand for one measured microsecond; absent where each trace is fitted
 * to a few seconds.
 */
slow_motion_ms_per_us: number | null, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * Whether things may travel across the screen.
 */
export type Motion = "system" | "full" | "reduced";

/**
 * What is kept from one start of the app to the next.
 */
export type Settings = { 
/**
 * Engine, query and TTL.
 */
conditions: Conditions, 
/**
 * The product asked for last.
 */
product: number, 
/**
 * The traffic sent last.
 */
workload: Workload, 
/**
 * Draw nothing while traffic is measured.
 */
quiet: boolean, 
/**
 * How the window looks.
 */
appearance: Appearance, };

/**
 * How far the catalogue is.
 */
export type CatalogueState = { "state": "opening" } | { "state": "building", 
/**
 * The table being filled.
 */
table: string, 
/**
 * Rows written so far, of all tables.
 */
done_rows: number, 
/**
 * Rows to be written, of all tables.
 */
total_rows: number, } | { "state": "ready", 
/**
 * The SQLite file.
 */
path: string, 
/**
 * How many products it holds; they are numbered from 1.
 */
products: number, 
/**
 * How many reviews it holds.
 */
reviews: number, 
/**
 * Size of the file in bytes.
 */
bytes: number, } | { "state": "failed", 
/**
 * What happened, what was kept and what to do.
 */
message: string, };

/**
 * How the server behind the cache is.
 */
export type EngineState = { "state": "starting" } | { "state": "running", 
/**
 * `host:port`, where `redis-cli` reaches it too.
 */
address: string, } | { "state": "stopped", 
/**
 * Where it was and, if the port is still free, will be again.
 */
address: string, } | { "state": "unreachable", 
/**
 * What happened and what to do.
 */
message: string, };

/**
 * How the traffic is. Runs are numbered from 1.
 */
export type TrafficState = { "state": "idle" } | { "state": "warming", 
/**
 * Products read so far.
 */
done: number, 
/**
 * Products to be read; 0 where none are.
 */
total: number, } | { "state": "running", 
/**
 * Its number.
 */
run: number, 
/**
 * What it sends.
 */
workload: Workload, } | { "state": "stopping", 
/**
 * The run's number.
 */
run: number, } | { "state": "ended", 
/**
 * The run's number.
 */
run: number, 
/**
 * What happened, in sentences; the first says how it ended.
 */
messages: Array<string>, 
/**
 * True where nothing went wrong: no request failed, and the counts agree.
 */
good: boolean, } | { "state": "failed", 
/**
 * What happened.
 */
message: string, };

/**
 * How the laboratory is at this moment.
 */
export type Status = { 
/**
 * The catalogue the database holds.
 */
catalogue: CatalogueState, 
/**
 * The server behind the cache.
 */
engine: EngineState, 
/**
 * The traffic that is sent.
 */
traffic: TrafficState, 
/**
 * What shapes the requests now.
 */
conditions: Conditions, 
/**
 * The folder that holds the catalogue and the settings.
 */
data_dir: string, 
/**
 * The version of Cachescope.
 */
version: string, };

/**
 * Something the laboratory says of its own accord.
 */
export type Event = { "event": "status", "value": Status } | { "event": "notice", "value": string };

/**
 * What a cleared cache held.
 */
export type Cleared = { 
/**
 * Keys removed; absent where the server cannot count them (mini-redis is restarted instead).
 */
keys: number | null, };

/**
 * The beginning of some bytes, as text.
 */
export type Excerpt = { 
/**
 * Printable as it is; control characters and bytes that are not UTF-8 escaped as in a Rust byte string (`\r\n`, `\xff`).
 */
text: string, 
/**
 * How many bytes there were in all.
 */
bytes: number, 
/**
 * True where `text` does not show all of them.
 */
cut: boolean, };

/**
 * One SQL statement.
 */
export type Statement = { 
/**
 * Its text.
 */
sql: string, 
/**
 * Its parameters and the values bound to them, such as `("?1", "42")`.
 */
bindings: Array<[string, string]>, 
/**
 * The database's plan for it: one line a node, indented by depth.
 */
plan: Array<string>, };

/**
 * The SQL one step ran.
 */
export type StepSql = { 
/**
 * Index of the step in the trace.
 */
step: number, 
/**
 * The statements, in order.
 */
statements: Array<Statement>, };

/**
 * The bytes one step sent to the server and received from it.
 */
export type StepWire = { 
/**
 * Index of the step in the trace.
 */
step: number, 
/**
 * As sent.
 */
sent: Excerpt, 
/**
 * As received.
 */
received: Excerpt, };

/**
 * A trace with what was sent, asked and answered, as far as that was kept: all of a single click, less of traffic.
 */
export type TraceDetail = { 
/**
 * The request, its outcome and its steps.
 */
trace: Trace, 
/**
 * The engine it ran on: `bundled`, `mini-redis` or `external`.
 */
engine: string, 
/**
 * When it started, in milliseconds since 1970.
 */
at_unix_ms: number, 
/**
 * The keys it read (one) or deleted (one a query).
 */
keys: Array<string>, 
/**
 * The exact bytes of each step that spoke to the server, where they were captured.
 */
wire: Array<StepWire>, 
/**
 * Why bytes are missing, in words.
 */
wire_note: string | null, 
/**
 * The SQL of each step that asked the database.
 */
sql: Array<StepSql>, 
/**
 * What the client was given; absent where there is no such product or no answer.
 */
value: Excerpt | null, 
/**
 * Why the value is missing though there was one, in words.
 */
value_note: string | null, };

/**
 * How many requests were sent, and which way each of them went.
 *
 * Once nothing is under way any more, `sent` is the sum of all the others.
 */
export type Counts = { 
/**
 * Requests that were started.
 */
sent: number, 
/**
 * [`Outcome::Hit`]
 */
hits: number, 
/**
 * [`Outcome::Miss`]
 */
misses: number, 
/**
 * [`Outcome::Stale`]
 */
stale: number, 
/**
 * [`Outcome::Coalesced`]
 */
coalesced: number, 
/**
 * [`Outcome::Bypass`]
 */
bypasses: number, 
/**
 * [`Outcome::Written`]
 */
written: number, 
/**
 * [`Outcome::Shed`]
 */
shed: number, 
/**
 * [`Outcome::Error`]
 */
errors: number, };

/**
 * How many requests are inside the steps that wait for somebody else.
 */
export type Inside = { 
/**
 * Asking the cache.
 */
cache_get: number, 
/**
 * Waiting for another's load.
 */
wait: number, 
/**
 * Asking the database, or waiting for its turn there.
 */
db_query: number, 
/**
 * Storing in the cache.
 */
cache_set: number, 
/**
 * Deleting from the cache.
 */
cache_del: number, 
/**
 * Writing to the database, or waiting for its turn there.
 */
db_write: number, };

/**
 * One sampled request. Its trace can be asked for by its number for as long as it is kept.
 */
export type Point = { 
/**
 * Number of the request.
 */
id: number, 
/**
 * Which way it went.
 */
outcome: Outcome, 
/**
 * When it ended, in nanoseconds on the clock of the run.
 */
ended_ns: number, 
/**
 * From when it was due to its end, in nanoseconds.
 */
response_ns: number, 
/**
 * From when it was sent to its end, in nanoseconds.
 */
service_ns: number, };

/**
 * What a window draws in one frame: how things stand, and the samples since its last one. It has a bounded size however
 * long the window was away.
 */
export type Sample = { 
/**
 * All requests of the run so far.
 */
counts: Counts, 
/**
 * How many requests are inside each step now.
 */
inside: Inside, 
/**
 * What to ask with the next time.
 */
cursor: number, 
/**
 * Samples that came and went since the last time: the window was too slow for them.
 */
skipped: number, 
/**
 * The samples since then, in the order in which they ended.
 */
points: Array<Point>, 
/**
 * A few of them whole.
 */
traces: Array<Trace>, };

/**
 * Whether requests are sent when they are due.
 */
export type Lateness = "on_time" | "clients_busy" | "cpu_bound";

/**
 * How a run stands to its schedule.
 */
export type Progress = { 
/**
 * Requests that are due and not yet sent: they wait for a free client.
 */
waiting: number, 
/**
 * For how long the first of them has been due, in nanoseconds.
 */
late_ns: number, 
/**
 * How many requests a second the schedule has at this moment; absent in a closed loop.
 */
planned_per_second: number | null, 
/**
 * Whether requests are sent when they are due, and if not, why.
 */
lateness: Lateness, };

/**
 * What a window draws in one frame of the present run, or of the last.
 */
export type Frame = { 
/**
 * Number of the run. When it changes, what was drawn before belongs to another.
 */
run: number, 
/**
 * Now, in nanoseconds on the clock of the run.
 */
now_ns: number, 
/**
 * When the run started, on the same clock.
 */
started_ns: number, 
/**
 * How it stands to its schedule.
 */
progress: Progress, 
/**
 * Counts, and the samples since the last frame.
 */
sample: Sample, };

/**
 * The quantiles everybody asks for, each only where enough was measured to know it.
 */
export type Distribution = { 
/**
 * How many were measured.
 */
count: number, 
/**
 * The mean, in nanoseconds; absent of none. To be shown beside the distribution it hides, never alone.
 */
mean_ns: number | null, 
/**
 * Half took at most this long. Absent of fewer than 20.
 */
p50_ns: number | null, 
/**
 * Nine of ten took at most this long. Absent of fewer than 100.
 */
p90_ns: number | null, 
/**
 * 99 of a hundred took at most this long. Absent of fewer than 1,000.
 */
p99_ns: number | null, 
/**
 * 999 of a thousand took at most this long. Absent of fewer than 10,000.
 */
p999_ns: number | null, 
/**
 * The longest; absent of none.
 */
max_ns: number | null, };

/**
 * A histogram in bins of equal width on a logarithmic axis. Bin `i` holds what took at least 10^(i / 20) ns, and less
 * than 10^((i + 1) / 20) ns.
 */
export type Bins = { 
/**
 * Number of the first bin in the list.
 */
first: number, 
/**
 * How many are in each.
 */
counts: number[], };

/**
 * What the plots of a distribution are drawn from.
 */
export type Plot = { 
/**
 * A histogram with [`BINS_PER_DECADE`] bins to each power of ten.
 */
bins: Bins, 
/**
 * Quantiles (0 to 1) and the latency in nanoseconds at each, five to each halving of what is left above: the axis of
 * HdrHistogram's own percentile plots. The last is the longest, at 1.
 */
curve: [number, number][], };

/**
 * Response and service time of the same requests.
 */
export type Latency = { 
/**
 * From when each request was *due* to its end ([`Trace::response_ns`]).
 */
response: Distribution, 
/**
 * From when each was *sent* to its end ([`Trace::service_ns`]).
 */
service: Distribution, 
/**
 * The response times, to be plotted.
 */
response_plot: Plot, 
/**
 * The service times, to be plotted.
 */
service_plot: Plot, };

/**
 * The latencies of one outcome.
 */
export type OutcomeLatency = { 
/**
 * Which way they went.
 */
outcome: Outcome, 
/**
 * How long they took.
 */
latency: Latency, };

/**
 * How long one kind of step took.
 */
export type StepLatency = { 
/**
 * Which.
 */
kind: StepKind, 
/**
 * How long those took that succeeded.
 */
duration: Distribution, 
/**
 * How many failed.
 */
failed: number, };

/**
 * What ended within one second of a run.
 */
export type Second = { 
/**
 * Which: 0 is the first after the start.
 */
second: number, 
/**
 * What ended in it; `sent` is their sum.
 */
counts: Counts, 
/**
 * Median response time of its hits, in nanoseconds; absent of fewer than 20.
 */
hit_p50_ns: number | null, 
/**
 * Median response time of its misses.
 */
miss_p50_ns: number | null, 
/**
 * 99th percentile of the response time of everything; absent of fewer than 1,000.
 */
p99_ns: number | null, };

/**
 * The distributions of a run so far. Larger than a [`Sample`], and asked for less often.
 */
export type Summary = { 
/**
 * All requests of the run so far.
 */
counts: Counts, 
/**
 * The latencies of everything that ended.
 */
all: Latency, 
/**
 * The same of each outcome that was met, in the order of [`Outcome::ALL`].
 */
outcomes: Array<OutcomeLatency>, 
/**
 * Each step that was met, in the order of [`StepKind::ALL`].
 */
steps: Array<StepLatency>, 
/**
 * The seconds that are over, from the one asked for on.
 */
seconds: Array<Second>, };

/**
 * Whether the cache GETs that were counted here are those the server has counted.
 */
export type Check = { "verdict": "agrees", 
/**
 * GETs counted here.
 */
gets: number, } | { "verdict": "differs", 
/**
 * In what, and what may be the reason.
 */
message: string, } | { "verdict": "unchecked", 
/**
 * Why.
 */
message: string, };

/**
 * What a run came to, besides its numbers.
 */
export type Verdict = { 
/**
 * True where it was stopped before its planned end.
 */
stopped: boolean, 
/**
 * Requests that were due when it was stopped and were never sent.
 */
unsent: number, 
/**
 * From start to end, in nanoseconds.
 */
elapsed_ns: number, 
/**
 * For how much of the run requests were late because every client waited for an answer, in percent.
 */
clients_busy_percent: number, 
/**
 * For how much of the run requests were late because the thread that sends them was busy throughout, in percent.
 */
cpu_bound_percent: number, 
/**
 * How late the generator itself was: from when each request that had a client free was due until it was sent.
 */
generator_lag: Distribution, 
/**
 * Whether the server counted what was counted here.
 */
check: Check, };

/**
 * The numbers of the present run, or of the last.
 */
export type RunSummary = { 
/**
 * Number of the run.
 */
run: number, 
/**
 * What it sends, or sent.
 */
workload: Workload, 
/**
 * The conditions it began under.
 */
conditions: Conditions, 
/**
 * How long it has been going, or went, in nanoseconds.
 */
elapsed_ns: number, 
/**
 * Its distributions.
 */
summary: Summary, 
/**
 * What it came to; absent while it goes on.
 */
verdict: Verdict | null, };

/**
 * Traces that are held: they stay as they are until they are let go, however much comes after them.
 */
export type Held = { 
/**
 * Their numbers; the one that started first comes first.
 */
ids: number[], };

/**
 * What a face should do about an error.
 */
export type ErrorCode = "invalid" | "not_ready" | "failed";

/**
 * What went wrong, for a face to show.
 */
export type ApiError = { 
/**
 * What a face should do about it.
 */
code: ErrorCode, 
/**
 * What happened, what was kept and what to do, in sentences.
 */
message: string, };

/**
 * Sends a read through the flow.
 */
export type Read = { 
/**
 * Which product; the first is 1.
 */
product: number, 
/**
 * What is asked about it.
 */
query: Query, };

/**
 * Sends a write through the flow.
 */
export type Write = { 
/**
 * Which product; the first is 1.
 */
product: number, };

/**
 * Asks for what there is to draw.
 */
export type FrameRequest = { 
/**
 * As the last frame of the same run gave it; 0 for all samples there are.
 */
cursor: number, };

/**
 * Asks for the numbers of a run.
 */
export type SummaryRequest = { 
/**
 * The first second that is wanted; one more than the last one known.
 */
first_second: number, };

/**
 * Holds traces, or lets go of them.
 */
export type HoldRequest = { 
/**
 * True to hold.
 */
hold: boolean, };

/**
 * Asks for a trace of the traffic.
 */
export type TraceRequest = { 
/**
 * The request's number.
 */
id: number, };

/** Every command: what it is given and what it answers. */
export interface Commands {
  /** How the laboratory is. */
  status: { request: Record<string, never>; reply: Status };
  /** Tries again to open, or build, a catalogue that could not be had. */
  retry_catalogue: { request: Record<string, never>; reply: Status };
  /** What is kept from one start to the next. */
  settings: { request: Record<string, never>; reply: Settings };
  /** Changes the settings, and with them the conditions. */
  change_settings: { request: { request: Settings }; reply: Status };
  /** Sends a read through the flow. */
  send: { request: { request: Read }; reply: TraceDetail };
  /** Sends a write through the flow. */
  write: { request: { request: Write }; reply: TraceDetail };
  /** Removes our own keys from the cache. */
  clear_cache: { request: Record<string, never>; reply: Cleared };
  /** Stops the server behind the cache, if it is ours. */
  stop_engine: { request: Record<string, never>; reply: Status };
  /** Sends traffic, one run at a time. */
  start_traffic: { request: { request: Workload }; reply: Status };
  /** Stops the traffic. */
  stop_traffic: { request: Record<string, never>; reply: Status };
  /** What there is to draw of the present run, or of the last; null before the first. */
  frame: { request: { request: FrameRequest }; reply: Frame | null };
  /** The numbers of the present run, or of the last; null before the first. */
  summary: { request: { request: SummaryRequest }; reply: RunSummary | null };
  /** Holds the traces of the traffic that are kept now, or lets go of them. */
  hold_traces: { request: { request: HoldRequest }; reply: Held };
  /** A trace of the traffic; null where it is no longer kept. */
  kept_trace: { request: { request: TraceRequest }; reply: TraceDetail | null };
  /** Starts it again, empty. */
  revive_engine: { request: Record<string, never>; reply: Status };
}
