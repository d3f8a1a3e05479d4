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
 * A trace of a single click, with what was sent, asked and answered.
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
value: Excerpt | null, };

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
  /** Starts it again, empty. */
  revive_engine: { request: Record<string, never>; reply: Status };
}
