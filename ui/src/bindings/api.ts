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
export type StepKind = "cache_get" | "decode" | "cache_lock" | "wait" | "db_query" | "encode" | "cache_set" | "cache_del" | "db_write" | "defer" | "respond";

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
 * A protection that does something in single requests. TTL jitter is none of them: that values expire apart shows in a run,
 * not in a request.
 */
export type Protection = "single_flight" | "negative_caching" | "cache_lock" | "lease" | "early_expiry" | "bloom_filter" | "circuit_breaker" | "database_limit";

/**
 * What a protection did in one request: what it saved, and what it cost.
 */
export type Effect = { 
/**
 * Which one.
 */
protection: Protection, 
/**
 * Queries that the database was spared.
 */
queries_avoided: number, 
/**
 * Queries that it was asked, and would not have been yet.
 */
queries_added: number, 
/**
 * Round trips to the cache that the request makes because of it.
 */
round_trips: number, 
/**
 * Keys looked up in these, each of which the server counts as a hit or a miss.
 */
lookups: number, 
/**
 * For how long the request waited because of it, in nanoseconds.
 */
waited_ns: number, 
/**
 * The request was refused.
 */
refused: boolean, 
/**
 * It did not bring what it is for: a wait that found nothing, a lock that was lost, a missing product that the filter
 * let through, a probe that failed.
 */
in_vain: boolean, };

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
notes: Array<string>, 
/**
 * Which version of the product's row the answer held, or the write made; absent where it does not tell.
 */
version?: number, 
/**
 * How long the answer had been out of date when it was asked for, in nanoseconds: since the oldest acknowledged write
 * that it missed. Absent where it was not.
 */
stale_ns?: number, 
/**
 * What protections saved and cost in it.
 */
effects?: Array<Effect>, 
/**
 * By which door it came in; absent where Cachescope sent it itself.
 */
door?: Door, };

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
 * `redis://[user[:password]@]host[:port][/database]`, or `rediss://` (TLS), `unix:`, `redis+sentinel://`,
 * `redis+cluster://`. A password never leaves it but to connect.
 */
url: string, };

/**
 * How cache and database work together.
 */
export type Pattern = "cache_aside" | "write_through" | "write_around" | "no_cache" | "read_through" | "refresh_ahead" | "stale_while_revalidate" | "write_behind";

/**
 * What keeps misses from harming the database. They hold where there is a cache, alone or together.
 */
export type Protections = { 
/**
 * Single-flight: of the requests of this process that miss the same key, one loads it and the others wait for it.
 */
single_flight: boolean, 
/**
 * TTL jitter: by how much a value may live shorter than its TTL, in percent; 0 to 90. What was stored at the same
 * moment then does not expire at the same moment.
 */
ttl_jitter_percent: number, 
/**
 * Negative caching: for how long it is remembered that there is no such product, in milliseconds; 0: it is not.
 */
negative_ttl_ms: number, 
/**
 * A lock in the cache: of the requests of all processes that miss the same key, the one that holds its lock loads it
 * and the others wait for it.
 */
cache_lock: boolean, 
/**
 * A lease: as a lock, and who holds it may store only as long as nobody has written the product meanwhile.
 */
lease: boolean, 
/**
 * Probabilistic early expiry (XFetch): its beta in percent, 100 for a beta of 1; 0 to 1,000, and 0 for off. A request
 * that finds a value near the end of its life may load it anew while the others go on hitting.
 */
early_expiry_percent: number, 
/**
 * A Bloom filter of the products that exist: who asks for one that cannot is answered at once.
 */
bloom_filter: boolean, 
/**
 * A circuit breaker before the database: while it fails, it is not asked.
 */
circuit_breaker: boolean, 
/**
 * How many requests may ask the database at once; the others wait for their turn. 0: no bound.
 */
database_limit: number, };

/**
 * How the circuit breaker before the database stands.
 */
export type Circuit = "closed" | "open" | "half_open";

/**
 * Which keys go when the memory is full. All of ours have a TTL, so `volatile-*` would choose among the same keys.
 */
export type Eviction = "noeviction" | "allkeys-lru" | "allkeys-lfu" | "allkeys-random" | "volatile-ttl";

/**
 * How much the bundled server may hold, and which keys go when it is full.
 */
export type Memory = { 
/**
 * Redis's `maxmemory`, in bytes; 0: no limit.
 */
max_bytes: number, 
/**
 * Redis's `maxmemory-policy`.
 */
policy: Eviction, };

/**
 * What is wrong with the cache. All of it is done by a proxy of ours before the server; the server itself is not touched.
 */
export type CacheFault = { "kind": "down" } | { "kind": "reset" } | { "kind": "hung" } | { "kind": "slow", 
/**
 * For so many milliseconds, 1 to 10,000.
 */
delay_ms: number, 
/**
 * And for up to so many more, at random, each length as likely.
 */
jitter_ms: number, } | { "kind": "bandwidth", 
/**
 * Bytes a second, 1,000 to 1,000,000,000.
 */
bytes_per_second: number, };

/**
 * What is wrong with the database.
 */
export type DatabaseFault = { "kind": "slow", 
/**
 * For so many milliseconds, 1 to 10,000.
 */
delay_ms: number, } | { "kind": "locked" } | { "kind": "down" };

/**
 * When, in milliseconds since the start of a run.
 */
export type During = { 
/**
 * From then on.
 */
from_ms: number, 
/**
 * Until then; absent: to the end of the run.
 */
to_ms: number | null, };

/**
 * What is broken on purpose, and when. Every nanosecond that a fault puts into a step is told as injected
 * ([`Step::injected_ns`](crate::Step::injected_ns)).
 *
 * A fault with a [`During`] comes and goes at stated times of a run and is not there outside of one; a fault without is in
 * force for as long as the conditions are. Faults are never kept: not in the settings, not past the end of the app.
 */
export type Faults = { 
/**
 * What is wrong with the cache.
 */
cache: CacheFault | null, 
/**
 * When during a run; absent: throughout.
 */
cache_during: During | null, 
/**
 * What is wrong with the database.
 */
database: DatabaseFault | null, 
/**
 * When during a run; absent: throughout.
 */
database_during: During | null, };

/**
 * What the work goes by that patterns do behind a request's back: reloads and deferred writes. Each holds where the
 * pattern does that work.
 */
export type Background = { 
/**
 * Refresh-ahead: in the last how many percent of its TTL a value that is asked for is reloaded; 1 to 90.
 */
refresh_percent: number, 
/**
 * Stale-while-revalidate: for how long after its TTL a value may still be served, in milliseconds; at least 1.
 */
stale_ms: number, 
/**
 * Write-behind: for how long an acknowledged write waits for others to be written with, in milliseconds.
 */
write_delay_ms: number, 
/**
 * Write-behind: how many acknowledged writes may wait to be written; 1 to 100,000. One that finds the queue full waits.
 */
queue_limit: number, };

/**
 * The database behind the flow.
 */
export type DatabaseKind = { "kind": "sqlite" } | { "kind": "postgres", 
/**
 * `postgres://[user[:password]@]host[:port]/database[?sslmode=…]`. A password never leaves it but to connect.
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
ttl_ms: number, 
/**
 * How cache and database work together.
 */
pattern: Pattern, 
/**
 * What keeps misses from harming the database.
 */
protections: Protections, 
/**
 * How much the bundled server may hold, and which keys go when it is full. The others have settings of their own.
 */
memory: Memory, 
/**
 * What is broken on purpose.
 */
faults: Faults, 
/**
 * What the work goes by that the pattern does behind a request's back.
 */
background: Background, 
/**
 * The database behind the flow.
 */
database: DatabaseKind, };

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
product: number, } | { "kind": "visitors" };

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
spacing: Spacing, } | { "kind": "closed" } | { "kind": "visitors" };

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
appearance: Appearance, 
/**
 * Whether other programs may come in.
 */
door: DoorSettings, 
/**
 * Nobody has been shown a miss and a hit yet. Settings that were kept before there was a first minute are of somebody who
 * knows.
 */
newcomer: boolean, };

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
 * The SQLite file, or the schema and its server.
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
 * Size of the file, or of the tables and their indexes, in bytes.
 */
bytes: number, 
/**
 * The database's name and version, as it says itself.
 */
version: string, } | { "state": "asking", 
/**
 * What would be created, and where.
 */
message: string, } | { "state": "failed", 
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
good: boolean, 
/**
 * The recording it was kept in: its number in the store.
 */
recording: number | null, } | { "state": "replaying", 
/**
 * What stands in for the number of a run; another one after each leap in time.
 */
run: number, 
/**
 * The recording's number in the store.
 */
recording: number, 
/**
 * What it is called.
 */
name: string, 
/**
 * How far it is, in milliseconds, when this was said.
 */
position_ms: number, 
/**
 * How long it is.
 */
length_ms: number, 
/**
 * Whether it stands still.
 */
paused: boolean, } | { "state": "visited", 
/**
 * What stands in for the number of a run.
 */
run: number, 
/**
 * Whether somebody comes now; false once it has been quiet for a while.
 */
live: boolean, } | { "state": "failed", 
/**
 * What happened.
 */
message: string, };

/**
 * What is being recorded.
 */
export type RecordingNow = { 
/**
 * The recording's number in the store.
 */
id: number, 
/**
 * What it is called.
 */
name: string, 
/**
 * The run it records.
 */
run: number, };

/**
 * How a planned comparison is getting on.
 */
export type StudyState = { "state": "idle" } | { "state": "running", 
/**
 * What it is called.
 */
name: string, 
/**
 * Which of its conditions has its turn.
 */
contender: string, 
/**
 * Which round; the first is 1.
 */
round: number, 
/**
 * How many rounds there are.
 */
rounds: number, 
/**
 * Whether it warms up, which is not recorded.
 */
warming_up: boolean, 
/**
 * Turns that are over.
 */
done: number, 
/**
 * Turns there are: rounds × conditions.
 */
turns: number, 
/**
 * How long the rest will take, in milliseconds, judged by the turns so far; absent while that is not known.
 */
left_ms: number | null, } | { "state": "ended", 
/**
 * What it was called.
 */
name: string, 
/**
 * Its recordings' numbers in the store, the baseline first.
 */
recordings: number[], 
/**
 * How it ended.
 */
message: string, 
/**
 * True where every round went as planned.
 */
good: boolean, };

/**
 * Something that happens while a take goes on.
 */
export type Act = { 
/**
 * When, in milliseconds after the first request.
 */
at_ms: number, 
/**
 * What.
 */
deed: Deed, };

/**
 * What happens.
 */
export type Deed = "start_cold" | "expire_keys";

/**
 * Something that is said and checked: a measure of one thing, a take or a run, against a number or against another's.
 */
export type Claim = { 
/**
 * In words.
 */
says: string, 
/**
 * What is measured.
 */
measure: Measure, 
/**
 * Of which take.
 */
of: string, 
/**
 * Against which take it is held; absent: against a number.
 */
against: string | null, 
/**
 * Which measure of the other; absent: the same.
 */
against_measure: Measure | null, 
/**
 * It is at most so many times the other's, or at most that number.
 */
at_most: number | null, 
/**
 * It is at least so many times the other's, or at least that number.
 */
at_least: number | null, };

/**
 * A claim, and whether it held.
 */
export type Judged = { 
/**
 * In words.
 */
says: string, 
/**
 * Whether it held; absent while a take that it speaks of was not played, or had too few requests.
 */
holds: boolean | null, };

/**
 * What is measured: of a run, or of single requests.
 */
export type Measure = "requests" | "hits" | "misses" | "coalesced" | "bypasses" | "written" | "database_queries" | "busiest_second_misses" | "hit_ratio" | "time" | "mean" | "p50" | "p90" | "p99" | "longest" | "hit_p50" | "miss_p50" | "service_p50" | "service_p99" | "cache_time" | "database_time" | "stale_reads" | "shed" | "errors" | "price" | "bytes" | "waiting" | "keys";

/**
 * What the number of a measure is.
 */
export type MeasureKind = "time" | "share" | "price" | "bytes" | "count";

/**
 * What a take came to.
 */
export type Measured = { 
/**
 * Which take.
 */
take: string, 
/**
 * How many requests it sent.
 */
requests: number, 
/**
 * What was measured, in the order of the scene's measures; absent where it cannot be said of so few requests.
 */
values: Array<number | null>, };

/**
 * One way of playing a scene.
 */
export type Take = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Whether the cache is filled first; absent: as the workload says.
 */
warm: boolean | null, 
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
ttl_ms: number, 
/**
 * How cache and database work together.
 */
pattern: Pattern, 
/**
 * What keeps misses from harming the database.
 */
protections: Protections, 
/**
 * How much the bundled server may hold, and which keys go when it is full. The others have settings of their own.
 */
memory: Memory, 
/**
 * What is broken on purpose.
 */
faults: Faults, 
/**
 * What the work goes by that the pattern does behind a request's back.
 */
background: Background, 
/**
 * The database behind the flow.
 */
database: DatabaseKind, };

/**
 * What goes wrong, and what helps.
 */
export type Scene = { 
/**
 * A word for the command line.
 */
name: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * What happens, in a few sentences.
 */
story: string, 
/**
 * A question to ask before the remedy is shown.
 */
ask: string, 
/**
 * What is sent in each take.
 */
workload: Workload, 
/**
 * What happens meanwhile.
 */
acts: Array<Act>, 
/**
 * What is measured of each take.
 */
measures: Array<Measure>, 
/**
 * The conditions it is sent under, in turn; the first is the one in which it goes wrong.
 */
takes: Array<Take>, 
/**
 * What is claimed.
 */
claims: Array<Claim>, };

/**
 * How a scene is getting on.
 */
export type SceneState = { 
/**
 * Which scene.
 */
scene: string, 
/**
 * Which take is played, or was last.
 */
take: string, 
/**
 * Whether it is being played.
 */
playing: boolean, 
/**
 * How long it took to set the last take up: server, conditions, workload; in milliseconds. Filling the cache is not part
 * of it.
 */
set_up_ms: number, 
/**
 * What the takes came to that were played to their end.
 */
measured: Array<Measured>, 
/**
 * The scene's claims, and whether they hold.
 */
judged: Array<Judged>, };

/**
 * Plays one take of a scene.
 */
export type PlaySceneRequest = { 
/**
 * Which scene.
 */
scene: string, 
/**
 * Which take; absent: the first, in which it goes wrong.
 */
take: string | null, 
/**
 * From which seed; absent: the scene's own.
 */
seed?: number, };

/**
 * The same without words.
 */
export type Bound = { 
/**
 * What is measured.
 */
measure: Measure, 
/**
 * Of which take.
 */
of: string, 
/**
 * Against which take it is held; absent: against a number.
 */
against: string | null, 
/**
 * Which measure of the other; absent: the same.
 */
against_measure: Measure | null, 
/**
 * It is at most so many times the other's, or at most that number.
 */
at_most: number | null, 
/**
 * It is at least so many times the other's, or at least that number.
 */
at_least: number | null, };

/**
 * How words stand out.
 */
export type SpanStyle = "plain" | "emphasis" | "strong" | "code" | "measured";

/**
 * Words in one style.
 */
export type Span = { 
/**
 * The words.
 */
text: string, 
/**
 * How they stand out.
 */
style: SpanStyle, };

/**
 * A piece of prose, as plain data: whoever shows it needs no HTML.
 */
export type Passage = { "kind": "paragraph", 
/**
 * Its words.
 */
spans: Array<Span>, } | { "kind": "list", 
/**
 * Whether its items are numbered.
 */
ordered: boolean, 
/**
 * The words of each item.
 */
items: Array<Array<Span>>, } | { "kind": "code", 
/**
 * The lines.
 */
text: string, };

/**
 * The teacher's page.
 */
export type Teacher = { 
/**
 * What to prepare, and what to watch for.
 */
note: string, 
/**
 * Questions to ask the class.
 */
questions: Array<string>, 
/**
 * What to write on the board, line by line.
 */
board: Array<string>, };

/**
 * What a person would do at the Stage.
 */
export type Move = { "send": { 
/**
 * Which; the first is 1.
 */
product: number, 
/**
 * What is asked about it; absent: what the conditions say.
 */
query: Query | null, 
/**
 * How many times, one after another; absent: once.
 */
times: number | null, } } | { "write": { 
/**
 * Which; the first is 1.
 */
product: number, 
/**
 * How many times, one after another; absent: once.
 */
times: number | null, } } | { "write_behind_the_cache": { 
/**
 * Which; the first is 1.
 */
product: number, } } | "clear" | "stop" | "revive" | { "expire": { 
/**
 * So many milliseconds from now; 0: now.
 */
after_ms: number, } } | { "wait": { 
/**
 * For so many milliseconds.
 */
ms: number, } } | { "conditions": Conditions } | { "traffic": { 
/**
 * What is sent. Without a seed of its own it has the lesson's.
 */
workload: Workload, 
/**
 * What happens meanwhile.
 */
acts: Array<Act>, } } | { "scene": { 
/**
 * Which scene.
 */
scene: string, 
/**
 * Which take; absent: the first, in which it goes wrong.
 */
take: string | null, } };

/**
 * Something that is done in a step.
 */
export type LessonAction = { 
/**
 * The name by which what it came to is spoken of; absent where nobody speaks of it.
 */
as: string | null, 
/**
 * What is done, in words.
 */
says: string, 
/**
 * The key a person would press at the Stage; in a file it may be left out where there is a usual one.
 */
key: string, 
/**
 * What is done.
 */
do: Move, };

/**
 * One answer.
 */
export type Choice = { 
/**
 * The answer.
 */
says: string, 
/**
 * Whether it is the right one whatever the run says; for what no run decides.
 */
right: boolean, 
/**
 * It is the right one if this holds of what was measured. Of choices with bounds at most one may have none: it is right
 * when no other is.
 */
when: Bound | null, 
/**
 * What whoever gave this answer is told once it is done: why it is wrong, or what else to see where it is right. What was
 * measured stands in it by name, in braces.
 */
because: string, };

/**
 * A question that is asked before something is done.
 */
export type Prediction = { 
/**
 * The question.
 */
question: string, 
/**
 * The answers one can give; 2 to 6.
 */
choices: Array<Choice>, };

/**
 * One step of a lesson.
 */
export type LessonStep = { 
/**
 * Its heading.
 */
title: string, 
/**
 * What stands on the presenter's cue card; absent: nothing but the heading.
 */
cue: string | null, 
/**
 * What is read before anything is done. What earlier steps measured stands in it by name, in braces.
 */
prose: Array<Passage>, 
/**
 * What is asked before anything is done.
 */
predict: Prediction | null, 
/**
 * What is done, in order.
 */
actions: Array<LessonAction>, 
/**
 * What is said of it and checked.
 */
expect: Array<Claim>, 
/**
 * What is read once it is done. What was measured stands in it by name, in braces, until it was.
 */
after: Array<Passage>, };

/**
 * A lesson that was read and makes sense.
 */
export type Lesson = { 
/**
 * A word for the command line: the file's name without its number and ending.
 */
name: string, 
/**
 * Its place among the lessons: the number its file's name begins with; 0 where there is none.
 */
number: number, 
/**
 * Whether it is from a folder of lessons of one's own, rather than one that came with the app.
 */
own: boolean, 
/**
 * What it is called.
 */
title: string, 
/**
 * What somebody can do afterwards.
 */
aim: string, 
/**
 * How long it takes to read and play, in minutes.
 */
minutes: number, 
/**
 * Where chance begins in its traffic.
 */
seed: number, 
/**
 * What it starts from.
 */
conditions: Conditions, 
/**
 * For whoever teaches it.
 */
teacher: Teacher, 
/**
 * What is read before the first step: a surprise.
 */
opening: Array<Passage>, 
/**
 * What is done, in order.
 */
steps: Array<LessonStep>, };

/**
 * A number as it is read.
 */
export type Shown = { 
/**
 * What was measured.
 */
name: string, 
/**
 * What it was, with its unit.
 */
value: string, };

/**
 * What an action came to.
 */
export type MoveResult = { 
/**
 * Which action of the step, counted from 0.
 */
action: number, 
/**
 * What happened, in a sentence.
 */
told: string, 
/**
 * The numbers that the step speaks of.
 */
shown: Array<Shown>, 
/**
 * The single requests it sent, with all there is to see of them; of many the last ten.
 */
traces: Array<TraceDetail>, 
/**
 * The number of the run it sent, whose frames and summary can be read.
 */
run: number | null, };

/**
 * What became of a prediction.
 */
export type Answered = { 
/**
 * The choice that was made, counted from 0; absent where none was.
 */
chosen: number | null, 
/**
 * The right one, counted from 0; absent where the run did not decide.
 */
right: number | null, 
/**
 * Whether the choice was right; absent where none was made, or nobody knows.
 */
correct: boolean | null, 
/**
 * What is told of the choice that was made, with the numbers of the run; where none was made, of the right one.
 */
because: string, };

/**
 * What a step came to.
 */
export type StepPerformance = { 
/**
 * Which step, counted from 0.
 */
step: number, 
/**
 * What was done, in order.
 */
results: Array<MoveResult>, 
/**
 * What is said of it, and whether it holds; absent for what has not been measured yet.
 */
expectations: Array<Judged>, 
/**
 * What became of the prediction, where the step has one.
 */
prediction: Answered | null, 
/**
 * What is read now, with the numbers of the run in it.
 */
after: Array<Passage>, 
/**
 * Whether the last action of the step was done.
 */
done: boolean, };

/**
 * The prediction made in a step.
 */
export type StepPrediction = { 
/**
 * The step, counted from 0.
 */
step: number, 
/**
 * The choice, counted from 0.
 */
choice: number, 
/**
 * Whether it was right; absent until that was measured.
 */
correct: boolean | null, };

/**
 * How far somebody is in a lesson. Steps are counted from 0.
 */
export type LessonProgress = { 
/**
 * The steps that were done.
 */
done: Array<number>, 
/**
 * The predictions that were made, by their steps.
 */
predictions: Array<StepPrediction>, };

/**
 * A lesson in the list.
 */
export type LessonEntry = { 
/**
 * The word it is asked for by.
 */
name: string, 
/**
 * Its place among the lessons; 0 where it has none.
 */
number: number, 
/**
 * Whether it is one's own.
 */
own: boolean, 
/**
 * What it is called.
 */
title: string, 
/**
 * What somebody can do afterwards.
 */
aim: string, 
/**
 * How long it takes to read and play, in minutes.
 */
minutes: number, 
/**
 * How many steps it has.
 */
steps: number, 
/**
 * How far somebody is.
 */
progress: LessonProgress, };

/**
 * A file that is no lesson.
 */
export type FaultyLesson = { 
/**
 * The file.
 */
file: string, 
/**
 * The line, what is wrong there and what to do.
 */
message: string, };

/**
 * The lessons there are.
 */
export type LessonList = { 
/**
 * In the order in which they are taught; one's own at the end.
 */
lessons: Array<LessonEntry>, 
/**
 * Files of one's own that could not be read.
 */
faulty: Array<FaultyLesson>, 
/**
 * Where files of one's own are looked for.
 */
folder: string, };

/**
 * Names a lesson.
 */
export type LessonRequest = { 
/**
 * Its name.
 */
name: string, };

/**
 * A lesson, and how far somebody is in it.
 */
export type LessonView = { 
/**
 * The lesson. Prose before a step holds the numbers of earlier ones, as far as they were measured.
 */
lesson: Lesson, 
/**
 * How far somebody is.
 */
progress: LessonProgress, };

/**
 * Begins a lesson.
 */
export type BeginLessonRequest = { 
/**
 * Its name.
 */
name: string, 
/**
 * Another seed than the lesson's: the same story with other requests. Absent: the lesson's.
 */
seed: number | null, };

/**
 * Keeps a prediction.
 */
export type PredictRequest = { 
/**
 * The lesson's name.
 */
name: string, 
/**
 * The step, counted from 0.
 */
step: number, 
/**
 * The choice, counted from 0.
 */
choice: number, };

/**
 * Does what a step does.
 */
export type PerformRequest = { 
/**
 * The lesson's name.
 */
name: string, 
/**
 * The step, counted from 0.
 */
step: number, 
/**
 * One of its actions, counted from 0; absent: all of them in turn.
 */
action: number | null, 
/**
 * As in [`BeginLessonRequest`].
 */
seed: number | null, };

/**
 * What a step came to, and how far that brings somebody.
 */
export type Performed = { 
/**
 * What it came to.
 */
performance: StepPerformance, 
/**
 * How far somebody is now.
 */
progress: LessonProgress, 
/**
 * The prose of every step, with what was measured so far in it: that of later steps may speak of this one.
 */
lesson: Lesson, };

/**
 * Forgets how far somebody is.
 */
export type ResetLessonsRequest = { 
/**
 * In which lesson; absent: in all of them.
 */
name: string | null, };

/**
 * A side of a split Stage.
 */
export type Side = "a" | "b";

/**
 * Whether the Stage is split.
 */
export type SplitState = { "state": "closed" } | { "state": "opening", 
/**
 * Bytes copied so far.
 */
copied_bytes: number, 
/**
 * Bytes to be copied, about.
 */
total_bytes: number, } | { "state": "open" };

/**
 * A transaction that wrote what had waited.
 */
export type WrittenBatch = { 
/**
 * How many writes it brought.
 */
writes: number, 
/**
 * Of how many rows: several writes of one product are one statement.
 */
rows: number, 
/**
 * How long it took, in nanoseconds.
 */
took_ns: number, };

/**
 * What is done in the background, since the start: reloads by refresh-ahead and stale-while-revalidate, and the queue of
 * write-behind.
 */
export type BackgroundWork = { 
/**
 * Reloads under way.
 */
reloading: number, 
/**
 * Reloads that brought a value.
 */
reloads: number, 
/**
 * Reloads that did not, or were called off.
 */
reloads_failed: number, 
/**
 * What the last reload did that a single request began; it has the number of that request.
 */
last_reload: Trace | null, 
/**
 * Writes that are acknowledged and not yet in the database: what a crash would take now.
 */
waiting: number, 
/**
 * Writes that came from the queue to the database.
 */
written: number, 
/**
 * The last transaction that brought some there.
 */
last_batch: WrittenBatch | null, 
/**
 * Why the database takes none, in a sentence; they are kept and tried again.
 */
trouble: string | null, };

/**
 * A Bloom filter in numbers.
 */
export type FilterFacts = { 
/**
 * How much memory it takes.
 */
bytes: number, 
/**
 * How many products are in it.
 */
products: number, 
/**
 * Of the products that do not exist, the share that it lets through, in percent.
 */
false_positive_percent: number, };

/**
 * What the server behind the cache is, as found out when it was connected to. What it does not tell is absent, never guessed.
 */
export type EngineFacts = { 
/**
 * What it calls itself, such as `redis` or `valkey`.
 */
server: string | null, 
/**
 * Its version.
 */
version: string | null, 
/**
 * Which version of Redis's protocol is spoken with it: 2 or 3.
 */
protocol: number, 
/**
 * Whether it speaks RESP3.
 */
resp3: boolean | null, 
/**
 * The master that Sentinel named when we connected; absent where there is no Sentinel.
 */
sentinel_master: string | null, 
/**
 * The masters of a cluster; empty where it is none.
 */
cluster_masters: Array<string>, 
/**
 * Which keys go when it is full.
 */
eviction: string | null, 
/**
 * How many bytes it may hold; 0 for no limit.
 */
max_memory: number | null, 
/**
 * Whether what passes is encrypted.
 */
tls: boolean, 
/**
 * All of that in words.
 */
words: string, };

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
 * What is being recorded.
 */
recording: RecordingNow | null, 
/**
 * The planned comparison.
 */
study: StudyState, 
/**
 * The scene that is played, or was last; absent once it was left.
 */
scene: SceneState | null, 
/**
 * Counts up whenever the list of recordings has changed.
 */
recordings: number, 
/**
 * Whether there is a second side.
 */
split: SplitState, 
/**
 * What shapes the requests now.
 */
conditions: Conditions, 
/**
 * What is broken on purpose at this moment: of the conditions' faults those whose time it is.
 */
faults: Faults, 
/**
 * What is done behind the requests' backs.
 */
background: BackgroundWork, 
/**
 * How the circuit breaker before the database stands.
 */
circuit: Circuit, 
/**
 * The Bloom filter of the products; absent before it was first asked for.
 */
filter: FilterFacts | null, 
/**
 * The folder that holds the catalogue and the settings.
 */
data_dir: string, 
/**
 * The version of Cachescope.
 */
version: string, 
/**
 * The HTTP front door.
 */
door: DoorState, 
/**
 * What the server behind the cache is, as found out when it was connected to; absent while it is not.
 */
engine_facts: EngineFacts | null, };

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
 * Its parameters and the values bound to them, such as `("?1", "42")` or `("$1", "42")`.
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
 * The pattern it went by: its chart is that one's, whatever the pattern is now.
 */
pattern: Pattern, 
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
value_note: string | null, 
/**
 * The database behind it: `SQLite` or `PostgreSQL`.
 */
database: string, };

/**
 * How many requests were sent, and which way each of them went.
 *
 * Once nothing is under way any more, `sent` is the sum of all the others but `reloads`.
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
errors: number, 
/**
 * Queries by reloads in the background, for requests that were answered: besides those of the requests, and none of
 * these.
 */
reloads: number, };

/**
 * How many requests are inside the steps that wait for somebody else.
 */
export type Inside = { 
/**
 * Asking the cache.
 */
cache_get: number, 
/**
 * Taking a lock or a lease in the cache, or giving it back.
 */
cache_lock: number, 
/**
 * Waiting for another's load, or for a turn at the database.
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
 * Time that was put into steps on purpose, by faults: told apart, since it was not measured of anything.
 */
export type Injected = { 
/**
 * How many steps hold some.
 */
steps: number, 
/**
 * How much it is in all, in nanoseconds.
 */
ns: number, };

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
failed: number, 
/**
 * What was put into them on purpose, into those that failed as well; the durations hold it.
 */
injected: Injected, };

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
 * Median response time of everything, in nanoseconds; absent of fewer than 20.
 */
p50_ns: number | null, 
/**
 * Median response time of its hits.
 */
hit_p50_ns: number | null, 
/**
 * Median response time of its misses.
 */
miss_p50_ns: number | null, 
/**
 * 99th percentile of the response time of everything; absent of fewer than 1,000.
 */
p99_ns: number | null, 
/**
 * Reads that were answered with a value out of date.
 */
stale_reads: number, 
/**
 * For how long the oldest of them had been, in nanoseconds; absent of none.
 */
stale_max_ns: number | null, };

/**
 * Reads held against the writes that were acknowledged before they began: how many told which version they were answered
 * with, and for how long the answers of those that were stale had been out of date.
 */
export type StaleReads = { 
/**
 * Reads that told their version: only of these it is known.
 */
checked: number, 
/**
 * Since the oldest acknowledged write that each missed; its count is that of stale reads.
 */
ages: Distribution, };

/**
 * What a protection saved and cost in a run.
 */
export type ProtectionEffects = { 
/**
 * Which.
 */
protection: Protection, 
/**
 * In how many requests it did something.
 */
requests: number, 
/**
 * Queries that the database was spared.
 */
queries_avoided: number, 
/**
 * Queries that it was asked, and would not have been yet.
 */
queries_added: number, 
/**
 * Round trips to the cache that were made because of it.
 */
round_trips: number, 
/**
 * Requests that were refused.
 */
refused: number, 
/**
 * Requests in which it did not bring what it is for.
 */
in_vain: number, 
/**
 * How long those waited that waited because of it.
 */
waits: Distribution, };

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
seconds: Array<Second>, 
/**
 * The reads that were answered with a value out of date.
 */
stale_reads: StaleReads, 
/**
 * What each protection that did something saved and cost.
 */
protections: Array<ProtectionEffects>, };

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
 * What it sends, or sent; absent of a visit, which others send.
 */
workload: Workload | null, 
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
 * How a recording ended.
 */
export type RecordingState = "under_way" | "whole" | "stopped" | "cut_short";

/**
 * A recording's place in a study.
 */
export type StudyPart = { 
/**
 * Tells the study from every other. Recordings that share it ran in turn, round by round.
 */
key: string, 
/**
 * What the study is called.
 */
name: string, 
/**
 * Which of its conditions this is; 0 is the baseline.
 */
position: number, };

/**
 * What stands in a list of recordings.
 */
export type About = { 
/**
 * Number in the store it is kept in; 0 of one that is in none.
 */
id: number, 
/**
 * Tells it from every other recording, on whichever machine.
 */
key: string, 
/**
 * What it is called; 1 to 200 characters.
 */
name: string, 
/**
 * What somebody has written beside it.
 */
note: string, 
/**
 * Words to find it by.
 */
tags: Array<string>, 
/**
 * When it began, in milliseconds since 1970.
 */
began_unix_ms: number, 
/**
 * How it ended.
 */
state: RecordingState, 
/**
 * The study it is part of.
 */
study: StudyPart | null, 
/**
 * Everything that shaped it besides the requests. The password of an external engine is not kept.
 */
conditions: Conditions, 
/**
 * The requests that were sent. In a study, the seed of the first round; each round counts up by one.
 */
workload: Workload, 
/**
 * How long it was recorded, in nanoseconds; all rounds together.
 */
elapsed_ns: number, 
/**
 * Requests that ended.
 */
requests: number, 
/**
 * Hits among the reads that the cache answered, from 0 to 1.
 */
hit_ratio: number | null, 
/**
 * Median response time in nanoseconds; absent of fewer than 20 requests.
 */
p50_ns: number | null, 
/**
 * 99th percentile of the response time; absent of fewer than 1,000 requests.
 */
p99_ns: number | null, };

/**
 * What is to be changed of a recording; what is absent stays.
 */
export type RecordingChange = { 
/**
 * Its name, 1 to 200 characters.
 */
name: string | null, 
/**
 * What is written beside it, at most 10,000 characters.
 */
note: string | null, 
/**
 * Its tags: at most 20, of at most 50 characters each.
 */
tags: Array<string> | null, };

/**
 * One of the conditions of a study.
 */
export type Contender = { 
/**
 * What it is called beside the others; empty: by its engine, or "no cache".
 */
name: string, 
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
ttl_ms: number, 
/**
 * How cache and database work together.
 */
pattern: Pattern, 
/**
 * What keeps misses from harming the database.
 */
protections: Protections, 
/**
 * How much the bundled server may hold, and which keys go when it is full. The others have settings of their own.
 */
memory: Memory, 
/**
 * What is broken on purpose.
 */
faults: Faults, 
/**
 * What the work goes by that the pattern does behind a request's back.
 */
background: Background, 
/**
 * The database behind the flow.
 */
database: DatabaseKind, };

/**
 * A study: the same workload under several conditions, in turn, round by round, so that whatever the machine does
 * meanwhile hits all alike.
 */
export type Plan = { 
/**
 * What it is called.
 */
name: string, 
/**
 * What is written beside each of its recordings.
 */
note: string, 
/**
 * What is sent. Its length is that of one round under one of the conditions.
 */
workload: Workload, 
/**
 * How many rounds; 1 to 100. Fewer than 5 show no interval.
 */
rounds: number, 
/**
 * How long the same workload, of another seed, is sent before each round without being recorded, in milliseconds. The
 * server is started anew before it, so each round begins with what the warm-up has put into the cache.
 */
warm_up_ms: number, 
/**
 * What is compared, 2 to 8; the first is the baseline.
 */
conditions: Array<Contender>, };

/**
 * A recording that came from a file.
 */
export type Imported = { 
/**
 * The recording, as it is kept here.
 */
about: About, 
/**
 * True where it was among the recordings already: then nothing was changed.
 */
known: boolean, };

/**
 * What one has to know of a machine to judge whether two recordings can be compared.
 */
export type Environment = { 
/**
 * The processor, as it names itself.
 */
cpu: string, 
/**
 * How many processors the system counts.
 */
cores: number, 
/**
 * Main memory in MiB.
 */
memory_mib: number, 
/**
 * The operating system and its version.
 */
os: string, 
/**
 * The version of its kernel.
 */
kernel: string, 
/**
 * The version of Cachescope.
 */
app: string, 
/**
 * The cache's server and its version, as it says itself.
 */
engine: string, 
/**
 * The database and its version.
 */
database: string, 
/**
 * Where power comes from and how the processors are clocked, where the system tells.
 */
power: string | null, };

/**
 * Numbers in rows, as they are read: with three digits and their unit.
 */
export type Table = { 
/**
 * What stands in each column.
 */
head: Array<string>, 
/**
 * As many cells each as the head has.
 */
rows: Array<Array<string>>, };

/**
 * A picture and the numbers behind it.
 */
export type Chart = { 
/**
 * What it shows.
 */
title: string, 
/**
 * The picture: one `<svg class="chart">`, 800 wide, with classes and places only.
 */
svg: string, 
/**
 * The same as a table.
 */
table: Table, };

/**
 * What stands in a section. All text is plain: what looks like HTML is shown as it is.
 */
export type SectionPart = { "kind": "sentence", "value": string } | { "kind": "finding", "value": string } | { "kind": "warning", "value": string } | { "kind": "list", "value": Array<string> } | { "kind": "table", "value": { 
/**
 * What it shows.
 */
caption: string, 
/**
 * The numbers.
 */
table: Table, } } | { "kind": "chart", "value": Chart } | { "kind": "lines", "value": { 
/**
 * What they are.
 */
summary: string, 
/**
 * The lines.
 */
text: string, } };

/**
 * A part of a report under a heading.
 */
export type Section = { 
/**
 * Its heading.
 */
heading: string, 
/**
 * What stands in it, in order.
 */
parts: Array<SectionPart>, };

/**
 * One of the recordings that are compared, with everything that is drawn of it.
 */
export type Contestant = { 
/**
 * What it is called here: its name, and its place in the list where another has the same name.
 */
name: string, 
/**
 * What it is, and its hit ratio.
 */
about: About, 
/**
 * The machine it ran on.
 */
environment: Environment, 
/**
 * How many blocks chance is told from.
 */
blocks: number, 
/**
 * What those are: "rounds", "seconds" or "stretches of 5 seconds".
 */
block_kind: string, 
/**
 * Requests that ended, in a second; absent where no time passed.
 */
requests_per_second: number | null, 
/**
 * The latencies of everything that ended.
 */
all: Latency, 
/**
 * The same of each outcome that was met, in the order of [`Outcome::ALL`](trace::Outcome::ALL).
 */
outcomes: Array<OutcomeLatency>, 
/**
 * Each step that was met, in the order of [`StepKind::ALL`](trace::StepKind::ALL).
 */
steps: Array<StepLatency>, };

/**
 * What an interval says of a latency.
 */
export type Finding = "faster" | "slower" | "no_difference" | "unknown";

/**
 * What an interval says of a rate or a share.
 */
export type Shift = "higher" | "lower" | "no_difference" | "unknown";

/**
 * A percentile of one recording by that of the baseline.
 */
export type QuantileRatio = { 
/**
 * Which, from 0 to 1.
 */
quantile: number, 
/**
 * The baseline's, in nanoseconds, to three digits; absent where fewer than ten of its requests lie beyond it.
 */
baseline_ns: number | null, 
/**
 * The other's.
 */
other_ns: number | null, 
/**
 * The other's by the baseline's: 0.5 where it takes half the time. Absent where one of them is; 0 ns count as 1.
 */
ratio: number | null, 
/**
 * Where the 95 % interval of the ratio begins; absent where there is too little to tell. It is never narrower than the
 * thousandth to which latencies are kept.
 */
low: number | null, 
/**
 * Where it ends.
 */
high: number | null, 
/**
 * What that says.
 */
finding: Finding, 
/**
 * In words, why there is no interval.
 */
why_unknown: string | null, };

/**
 * Percentiles of requests that went the same way.
 */
export type GroupRatios = { 
/**
 * Which way; absent for everything, whichever way it went.
 */
outcome: Outcome | null, 
/**
 * From when each request was due to its end.
 */
response: Array<QuantileRatio>, 
/**
 * From when each was sent to its end.
 */
service: Array<QuantileRatio>, };

/**
 * Requests that ended in a second. With an open loop the schedule decides on it, as long as it is kept.
 */
export type Throughput = { 
/**
 * The baseline's, a second; absent where no time passed.
 */
baseline: number | null, 
/**
 * The other's.
 */
other: number | null, 
/**
 * The other's by the baseline's.
 */
ratio: number | null, 
/**
 * Where the 95 % interval of the ratio begins; absent where there is too little to tell.
 */
low: number | null, 
/**
 * Where it ends.
 */
high: number | null, 
/**
 * What that says.
 */
finding: Shift, 
/**
 * In words, why there is no interval.
 */
why_unknown: string | null, };

/**
 * Hits among the reads that the cache answered.
 */
export type HitRatio = { 
/**
 * The baseline's, from 0 to 1; absent where the cache answered no read.
 */
baseline: number | null, 
/**
 * The other's.
 */
other: number | null, 
/**
 * The other's less the baseline's, in percentage points.
 */
points: number | null, 
/**
 * Where the 95 % interval of the difference begins, in percentage points; absent where there is too little to tell.
 */
low: number | null, 
/**
 * Where it ends.
 */
high: number | null, 
/**
 * What that says.
 */
finding: Shift, 
/**
 * In words, why there is no interval.
 */
why_unknown: string | null, };

/**
 * Time that is spent in no step.
 */
export type Rest = "other" | "waited";

/**
 * Where time is spent: in a step, or in none.
 */
export type Part = StepKind | Rest;

/**
 * A mean time, of both sides.
 */
export type MeanDifference = { 
/**
 * The baseline's, in nanoseconds a request.
 */
baseline_ns: number, 
/**
 * The other's.
 */
other_ns: number, 
/**
 * The other's less the baseline's.
 */
difference_ns: number, 
/**
 * Where the 95 % interval of the difference begins; absent where there is too little to tell.
 */
low_ns: number | null, 
/**
 * Where it ends.
 */
high_ns: number | null, };

/**
 * What a request spends in one part, on the average. Means, because only they add up.
 */
export type StepDifference = { 
/**
 * Which.
 */
part: Part, 
/**
 * How long, over all requests, also those that do not have the step.
 */
mean: MeanDifference, };

/**
 * One recording against the baseline.
 */
export type Versus = { 
/**
 * Its number in the list.
 */
other: number, 
/**
 * What came out, in words.
 */
sentence: string, 
/**
 * Percentiles of everything first, then of each outcome that both have met.
 */
groups: Array<GroupRatios>, 
/**
 * Requests that ended in a second.
 */
throughput: Throughput, 
/**
 * Hits among the reads that the cache answered.
 */
hit_ratio: HitRatio, 
/**
 * The mean response time: what the parts below add up to. Never to be shown without the percentiles.
 */
mean_response: MeanDifference, 
/**
 * Where the time went: what a request spent in each step, in between, and waiting to be sent.
 */
steps: Array<StepDifference>, };

/**
 * What requests that went one way cost.
 */
export type PathCost = { 
/**
 * How many were measured.
 */
count: number, 
/**
 * Their mean service time, in nanoseconds.
 */
mean_ns: number, };

/**
 * What a read costs without a cache.
 */
export type WithoutCache = { 
/**
 * Number of the recording it was measured in: one that never asked a cache. Absent where it was estimated from misses.
 */
recording: number | null, 
/**
 * Whether it was estimated: a miss without asking the cache, encoding for it and storing in it.
 */
estimated: boolean, 
/**
 * The mean, in nanoseconds.
 */
mean_ns: number, 
/**
 * The median, in nanoseconds; absent where too few were measured.
 */
p50_ns: number | null, 
/**
 * The 99th percentile.
 */
p99_ns: number | null, };

/**
 * What reads would take at a hit ratio.
 */
export type AtHitRatio = { 
/**
 * The hit ratio, in percent.
 */
hit_percent: number, 
/**
 * The mean service time, in nanoseconds.
 */
mean_ns: number, 
/**
 * The median of the measured hits and misses, mixed in this proportion; absent where too few were measured.
 */
p50_ns: number | null, 
/**
 * The 99th percentile of the same.
 */
p99_ns: number | null, };

/**
 * From which hit ratio on the cache pays, by what hits, misses and reads without a cache were measured to cost.
 *
 * At a hit ratio r a read costs r · hit + (1 − r) · miss on the average; without a cache it costs what it costs. Both are
 * the same at r = (miss − without) / (miss − hit). Costs are mean service times, since only means add up; the distribution
 * that comes of each hit ratio stands beside ([`AtHitRatio`]). This holds for as long as the costs stay as they are: it
 * leaves out that more misses mean more load on the database, and that a write costs deleting the key.
 */
export type BreakEven = { 
/**
 * Number, in the list, of the recording whose hits and misses these are: the one with the most of both.
 */
recording: number, 
/**
 * What a hit costs.
 */
hit: PathCost, 
/**
 * What a miss costs, with storing the value for future requests.
 */
miss: PathCost, 
/**
 * What a read costs where there is no cache.
 */
without: WithoutCache, 
/**
 * The hit ratio from which on the cache pays, from 0 to 1; absent where it always or never does.
 */
hit_ratio: number | null, 
/**
 * Where its 95 % interval begins, at least 0; absent where there is too little to tell.
 */
low: number | null, 
/**
 * Where it ends, at most 1.
 */
high: number | null, 
/**
 * The result in words.
 */
sentence: string, 
/**
 * What each hit ratio would give, from 0 to 100 percent.
 */
at: Array<AtHitRatio>, };

/**
 * Recordings side by side.
 */
export type Comparison = { 
/**
 * Number of the recording, in the list, that the others are held against.
 */
baseline: number, 
/**
 * All of them, in the order in which they were given.
 */
recordings: Array<Contestant>, 
/**
 * In words, how the confidence intervals came about.
 */
method: string, 
/**
 * Each of the others against the baseline, in the order of the list.
 */
results: Array<Versus>, 
/**
 * In words, what makes this comparison unfair or uncertain; the gravest first.
 */
warnings: Array<string>, 
/**
 * From which hit ratio on the cache pays; absent where no recording has hits and misses to tell it from.
 */
break_even: BreakEven | null, };

/**
 * Recordings side by side.
 */
export type SideBySide = { 
/**
 * What differs, by how much, and whether chance alone could do that.
 */
comparison: Comparison, 
/**
 * The same to be read, in order.
 */
sections: Array<Section>, };

/**
 * As what a recording is taken away.
 */
export type Format = "json" | "csv_seconds" | "csv_percentiles" | "csv_traces" | "hgrm" | "hlog" | "trace";

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

/**
 * Records what runs.
 */
export type RecordRequest = { 
/**
 * What the recording is to be called; absent: by its conditions and workload.
 */
name: string | null, };

/**
 * Names a recording.
 */
export type RecordingRequest = { 
/**
 * Its number in the store.
 */
id: number, };

/**
 * Changes what is written of a recording.
 */
export type ChangeRequest = { 
/**
 * Its number in the store.
 */
id: number, 
/**
 * What is to be changed.
 */
change: RecordingChange, };

/**
 * Names recordings to be compared.
 */
export type CompareRequest = { 
/**
 * Their numbers in the store; 2 to 12.
 */
ids: number[], 
/**
 * Which of them, counted from 0, the others are held against.
 */
baseline: number, };

/**
 * As what a comparison is taken away.
 */
export type ComparisonFormat = "html" | "json";

/**
 * Takes a recording away.
 */
export type SaveRecordingRequest = { 
/**
 * Its number in the store.
 */
id: number, 
/**
 * As what.
 */
format: Format, };

/**
 * Takes a comparison away.
 */
export type SaveComparisonRequest = { 
/**
 * What is compared.
 */
compared: CompareRequest, 
/**
 * As what.
 */
format: ComparisonFormat, };

/**
 * As what a chart is taken away.
 */
export type ChartFormat = "svg" | "png";

/**
 * Takes a chart away.
 */
export type SaveChartRequest = { 
/**
 * The recordings it shows, as numbers in the store: one, or several that are compared.
 */
ids: number[], 
/**
 * Which of them the others are held against; 0 where there is one.
 */
baseline: number, 
/**
 * The chart's title.
 */
title: string, 
/**
 * As what.
 */
format: ChartFormat, };

/**
 * What there is to be read of one recording.
 */
export type RecordingView = { 
/**
 * What it is.
 */
about: About, 
/**
 * What it holds, in order.
 */
sections: Array<Section>, };

/**
 * Where something was written.
 */
export type Saved = { 
/**
 * The file; absent where whoever was asked chose none.
 */
path: string | null, };

/**
 * Holds a recording that is played back, or lets it go on.
 */
export type PauseRequest = { 
/**
 * True to hold.
 */
paused: boolean, };

/**
 * Leaps to a moment of a recording that is played back.
 */
export type SeekRequest = { 
/**
 * Milliseconds since its beginning.
 */
position_ms: number, 
/**
 * Whether it stands still there.
 */
paused: boolean, };

/**
 * Lets all our keys expire at once.
 */
export type ExpireRequest = { 
/**
 * In how many milliseconds; 0: now.
 */
after_ms: number, };

/**
 * By which door a request came in.
 */
export type Door = "own" | "http";

/**
 * How the HTTP front door is.
 */
export type DoorState = { "state": "closed" } | { "state": "open", 
/**
 * `host:port`, where they reach it.
 */
address: string, 
/**
 * Whether the settings open and close it. Else it was opened on the command line, and is open until that ends.
 */
by_settings: boolean, } | { "state": "failed", 
/**
 * What happened and what to do.
 */
message: string, };

/**
 * The HTTP front door, as it is wished for. It is for programs on this machine.
 */
export type DoorSettings = { 
/**
 * Whether it is open.
 */
open: boolean, 
/**
 * The port it listens on.
 */
port: number, };

/**
 * Where to look for keys.
 */
export type LookAt = { 
/**
 * Which keys: a pattern as SCAN takes it, for what follows `cachescope:`. Empty: all.
 */
pattern: string, 
/**
 * Where to go on, as the last page gave it; absent: from the beginning.
 */
at: string | null, 
/**
 * Whether every key may be asked how long it has left and when it was used, though the server counts that as hits.
 */
each: boolean, };

/**
 * What is known of a key. What the server does not tell is absent, never guessed.
 */
export type KeyFacts = { 
/**
 * Its name; what is no text in it is escaped.
 */
key: string, 
/**
 * Whether that is the name as it is: else it can be looked at, not touched.
 */
exact: boolean, 
/**
 * The bytes it takes, with its value.
 */
bytes: number | null, 
/**
 * The milliseconds it has left to live; -1: it lives for ever.
 */
left_ms: number | null, 
/**
 * For how many seconds nobody has used it.
 */
idle_seconds: number | null, 
/**
 * How often it was used, on Redis's logarithmic scale from 0 to 255.
 */
frequency: number | null, 
/**
 * How many hits it had among the requests whose traces are kept; absent where none are.
 */
hits: number | null, };

/**
 * Some of the keys there are.
 */
export type KeysPage = { 
/**
 * In no order.
 */
keys: Array<KeyFacts>, 
/**
 * Where to go on; absent where that was all.
 */
next: string | null, 
/**
 * Whether nothing of this is counted by the server.
 */
unnoticed: boolean, 
/**
 * Whether every key was asked how long it has left and when it was used.
 */
each: boolean, 
/**
 * Why something is not told, or what it costs to ask, in words.
 */
note: string | null, };

/**
 * Names a key of ours in the cache.
 */
export type KeyRequest = { 
/**
 * Its whole name, from `cachescope:` on.
 */
key: string, };

/**
 * A line of INFO.
 */
export type InfoLine = { 
/**
 * What it is about.
 */
name: string, 
/**
 * What it says of it.
 */
value: string, };

/**
 * A section of INFO.
 */
export type InfoSection = { 
/**
 * Its heading; on a cluster with the master it is of.
 */
name: string, 
/**
 * What it says.
 */
lines: Array<InfoLine>, };

/**
 * The server's own numbers at one moment. What it does not tell is absent; on a cluster, counts are of all masters together.
 */
export type ServerInfo = { 
/**
 * When, in milliseconds of the laboratory's clock.
 */
at_ms: number, 
/**
 * Its version, as it says: `7.0.15`.
 */
version: string | null, 
/**
 * For how long it has been up, in seconds; of several, the youngest.
 */
uptime_s: number | null, 
/**
 * The bytes it uses.
 */
used_memory: number | null, 
/**
 * The bytes it may use; 0: no limit.
 */
max_memory: number | null, 
/**
 * Which keys go when it is full.
 */
policy: string | null, 
/**
 * Commands a second, as it measures them itself.
 */
ops_per_second: number | null, 
/**
 * Keys asked for that were there, since its start.
 */
hits: number | null, 
/**
 * Keys asked for that were not.
 */
misses: number | null, 
/**
 * Connected clients, ours among them.
 */
clients: number | null, 
/**
 * Keys that had to go since its start because it was full.
 */
evicted: number | null, 
/**
 * Keys that expired since its start.
 */
expired: number | null, 
/**
 * How many keys it holds, anybody's, in all its databases.
 */
keys: number | null, 
/**
 * All of it, as the server says it.
 */
sections: Array<InfoSection>, };

/**
 * A command of a server.
 */
export type CommandDocs = { 
/**
 * Its name, in capitals: `CONFIG GET`.
 */
name: string, 
/**
 * What it does, in the server's words.
 */
summary: string | null, 
/**
 * What follows the name: `key value [EX seconds]`.
 */
syntax: string | null, 
/**
 * Since which version there is such a command.
 */
since: string | null, 
/**
 * Which kind it belongs to.
 */
group: string | null, };

/**
 * The commands of a server, as it tells them itself.
 */
export type CommandTable = { 
/**
 * By name.
 */
commands: Array<CommandDocs>, 
/**
 * Why there is less to know of them than of others', in words.
 */
note: string | null, };

/**
 * A line for the console.
 */
export type ConsoleRequest = { 
/**
 * As it was typed, with its quotes.
 */
line: string, 
/**
 * Whether whoever typed it was asked about it and agrees.
 */
confirmed: boolean, };

/**
 * A name and its value.
 */
export type RespEntry = { 
/**
 * The name, which may be of any type.
 */
name: RespReply, 
/**
 * The value.
 */
value: RespReply, };

/**
 * A server's reply, by its type in RESP: as much of it as is shown, and how much there was.
 */
export type RespReply = { "type": "simple", 
/**
 * The word.
 */
text: string, } | { "type": "error", 
/**
 * What it says.
 */
text: string, } | { "type": "integer", 
/**
 * Its digits.
 */
text: string, } | { "type": "bulk", 
/**
 * The first of them; escaped, unless they are lines of text.
 */
value: Excerpt, 
/**
 * Whether they are lines of text, shown as such.
 */
lines: boolean, } | { "type": "null" } | { "type": "double", 
/**
 * As it was written.
 */
text: string, } | { "type": "boolean", 
/**
 * Which.
 */
value: boolean, } | { "type": "big_number", 
/**
 * Its digits.
 */
text: string, } | { "type": "array", 
/**
 * Its first elements.
 */
items: Array<RespReply>, 
/**
 * How many are not shown.
 */
left_out: number, } | { "type": "set", 
/**
 * Its first elements.
 */
items: Array<RespReply>, 
/**
 * How many are not shown.
 */
left_out: number, } | { "type": "push", 
/**
 * Its first elements.
 */
items: Array<RespReply>, 
/**
 * How many are not shown.
 */
left_out: number, } | { "type": "map", 
/**
 * The first of them.
 */
entries: Array<RespEntry>, 
/**
 * How many are not shown.
 */
left_out: number, };

/**
 * What came of a line that was typed.
 */
export type ConsoleAnswer = { "kind": "reply", 
/**
 * The reply.
 */
reply: RespReply, 
/**
 * From sending the command until the reply was read, in nanoseconds.
 */
took_ns: number, 
/**
 * Which server it is from.
 */
server: string, } | { "kind": "asks", 
/**
 * What it would do.
 */
message: string, } | { "kind": "refused", 
/**
 * Why, and what to do instead.
 */
message: string, } | { "kind": "given_up", 
/**
 * What happened.
 */
message: string, };

/**
 * Asks for what has passed.
 */
export type Watch = { 
/**
 * The number of the last command that is known; 0: none.
 */
after: number, 
/**
 * Whether the app's own commands are wanted too.
 */
own: boolean, };

/**
 * A command that a server was sent.
 */
export type Passed = { 
/**
 * Its number among those shown.
 */
number: number, 
/**
 * When, by the server's clock, in milliseconds since 1970.
 */
at_unix_ms: number, 
/**
 * In which database.
 */
database: number, 
/**
 * From where: an address, or what the server says instead.
 */
client: string, 
/**
 * The command as MONITOR shows it, without its quotes where it needs none.
 */
words: string, 
/**
 * Whether it is the app's own.
 */
own: boolean, };

/**
 * What has passed by the server since it was asked for last.
 */
export type Passing = { 
/**
 * The commands, in order.
 */
commands: Array<Passed>, 
/**
 * How many more there were between, too many to be kept until they were asked for.
 */
missed: number, 
/**
 * How many of others there were since the watch began.
 */
others: number, 
/**
 * How many of the app's own there were.
 */
own: number, 
/**
 * The number of the last command; the watch that begins anew begins at 0.
 */
last: number, 
/**
 * Whether the server shows what passes now.
 */
watching: boolean, 
/**
 * Why nothing is shown, or not all of it, in words.
 */
note: string | null, };

/**
 * A table of the catalogue.
 */
export type TableName = "products" | "categories" | "reviews" | "orders";

/**
 * Asks for some rows of a table.
 */
export type TableAt = { 
/**
 * Which table.
 */
table: TableName, 
/**
 * The number of the first row that is wanted, from 1.
 */
from: number, 
/**
 * Whether only the rows are wanted that the last request read.
 */
only_read: boolean, };

/**
 * A row of a table.
 */
export type RowFacts = { 
/**
 * Its number, the primary key.
 */
id: number, 
/**
 * What it holds, in the order of the columns; long texts cut.
 */
cells: Array<string>, 
/**
 * Whether the last request's statement reads it, or writes it.
 */
read: boolean, };

/**
 * Some rows of a table, by their numbers.
 */
export type TablePage = { 
/**
 * What the columns are called.
 */
columns: Array<string>, 
/**
 * The rows, in the order of their numbers.
 */
rows: Array<RowFacts>, 
/**
 * How many rows the table has.
 */
total: number, 
/**
 * How many of them the last request read; absent where it read none, or there was none.
 */
read: number | null, 
/**
 * The number of the first of those.
 */
first_read: number | null, 
/**
 * Whether it wrote rather than read.
 */
wrote: boolean, 
/**
 * Which rows are marked and why, in words.
 */
note: string, };

/** What each pattern promises: who may read stale data, for how long, and what a crash loses. */
export const PROMISES: Record<Pattern, { stale_reads: string; crash: string }> = {
  cache_aside: {
    stale_reads: "Stale only where a reader stores what it read before a write, for up to the TTL.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
  read_through: {
    stale_reads: "Stale only where a load stores what it read before a write, for up to the TTL.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
  write_through: {
    stale_reads: "Of two writers at once the older may store last, and is served for up to the TTL.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
  write_behind: {
    stale_reads: "Stale only where the cache can neither be written nor told to delete, for up to the TTL.",
    crash: "A crash loses every acknowledged write that still waits in the queue.",
  },
  write_around: {
    stale_reads: "What was cached before a write is served for up to the TTL: stale, by design.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
  refresh_ahead: {
    stale_reads: "Stale only where a load or a reload stores what it read before a write, for up to the TTL.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
  stale_while_revalidate: {
    stale_reads: "What its TTL is over for is served for the stated time more; besides, stale as by cache-aside.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
  no_cache: {
    stale_reads: "Never stale.",
    crash: "A crash loses nothing: the database has every write that was acknowledged.",
  },
};

/** What each measure is called, and what its number is. */
export const MEASURES: Record<Measure, { name: string; kind: MeasureKind }> = {
  requests: { name: "requests", kind: "count" },
  hits: { name: "hits", kind: "count" },
  misses: { name: "misses", kind: "count" },
  coalesced: { name: "waited for another's load", kind: "count" },
  bypasses: { name: "went past the cache", kind: "count" },
  written: { name: "writes", kind: "count" },
  database_queries: { name: "queries to the database", kind: "count" },
  busiest_second_misses: { name: "misses in the busiest second", kind: "count" },
  hit_ratio: { name: "hit ratio", kind: "share" },
  time: { name: "time", kind: "time" },
  mean: { name: "mean", kind: "time" },
  p50: { name: "p50", kind: "time" },
  p90: { name: "p90", kind: "time" },
  p99: { name: "p99", kind: "time" },
  longest: { name: "longest", kind: "time" },
  hit_p50: { name: "p50 of hits", kind: "time" },
  miss_p50: { name: "p50 of misses", kind: "time" },
  service_p50: { name: "p50 from when sent", kind: "time" },
  service_p99: { name: "p99 from when sent", kind: "time" },
  cache_time: { name: "time in the cache", kind: "time" },
  database_time: { name: "time in the database", kind: "time" },
  stale_reads: { name: "stale reads", kind: "count" },
  shed: { name: "refused", kind: "count" },
  errors: { name: "errors", kind: "count" },
  price: { name: "price", kind: "price" },
  bytes: { name: "size of the answer", kind: "bytes" },
  waiting: { name: "writes not yet in the database", kind: "count" },
  keys: { name: "keys", kind: "count" },
};

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
  /** Splits the Stage: a second side, under these conditions, beside the first. Traffic and recordings are one for both then. */
  open_split: { request: { request: Conditions }; reply: Status };
  /** Closes the second side. */
  close_split: { request: Record<string, never>; reply: Status };
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
  /** Records what runs; where nothing runs, starts the traffic and records it. */
  start_recording: { request: { request: RecordRequest }; reply: Status };
  /** Ends the recording; the traffic goes on. */
  stop_recording: { request: Record<string, never>; reply: Status };
  /** Every recording, the newest first. */
  recordings: { request: Record<string, never>; reply: Array<About> };
  /** Changes what a recording is called, its note and its tags. */
  change_recording: { request: { request: ChangeRequest }; reply: About };
  /** Deletes a recording; until the next start it can be had back. */
  delete_recording: { request: { request: RecordingRequest }; reply: Status };
  /** Takes a deletion back. */
  restore_recording: { request: { request: RecordingRequest }; reply: About };
  /** Begins a planned comparison. */
  start_study: { request: { request: Plan }; reply: Status };
  /** Ends a planned comparison; the rounds that all have had are kept. */
  cancel_study: { request: Record<string, never>; reply: Status };
  /** What there is to be read of one recording. */
  open_recording: { request: { request: RecordingRequest }; reply: RecordingView };
  /** Recordings side by side. */
  compare: { request: { request: CompareRequest }; reply: SideBySide };
  /** Writes a recording where its reader chooses. */
  save_recording: { request: { request: SaveRecordingRequest }; reply: Saved };
  /** Writes a comparison where its reader chooses. */
  save_comparison: { request: { request: SaveComparisonRequest }; reply: Saved };
  /** Writes a chart where its reader chooses. */
  save_chart: { request: { request: SaveChartRequest }; reply: Saved };
  /** Keeps a recording from a file its reader chooses; null where none was chosen. */
  import_recording: { request: Record<string, never>; reply: Imported | null };
  /** Plays a recording back as if it were live. */
  play_recording: { request: { request: RecordingRequest }; reply: Status };
  /** Holds the recording that is played back, or lets it go on. */
  pause_replay: { request: { request: PauseRequest }; reply: Status };
  /** Leaps to a moment of it. */
  seek_replay: { request: { request: SeekRequest }; reply: Status };
  /** Ends playing back. */
  end_replay: { request: Record<string, never>; reply: Status };
  /** The scenes there are: what goes wrong with a cache, and what helps. */
  scenes: { request: Record<string, never>; reply: Array<Scene> };
  /** Plays one take of a scene. */
  play_scene: { request: { request: PlaySceneRequest }; reply: Status };
  /** Leaves the scene; the conditions of the settings come back. */
  leave_scene: { request: Record<string, never>; reply: Status };
  /** The lessons there are, and how far somebody is in each. */
  lessons: { request: Record<string, never>; reply: LessonList };
  /** What stands in a lesson. */
  open_lesson: { request: { request: LessonRequest }; reply: LessonView };
  /** Begins a lesson, or begins it again: puts what it starts from in force, over an empty cache. Progress stays. */
  begin_lesson: { request: { request: BeginLessonRequest }; reply: LessonView };
  /** Keeps what is predicted in a step, before it is performed. */
  predict_step: { request: { request: PredictRequest }; reply: LessonProgress };
  /** Does the actions of a step, or one of them, and says what was measured and what of what was expected holds. */
  perform_step: { request: { request: PerformRequest }; reply: Performed };
  /** Forgets how far somebody is, in one lesson or in all. */
  reset_lessons: { request: { request: ResetLessonsRequest }; reply: LessonList };
  /** Leaves the lesson; the conditions of the settings come back. */
  leave_lesson: { request: Record<string, never>; reply: Status };
  /** Back to the start, so that the same story can be told again: no traffic, nothing broken, every row as it was generated, the cache empty, the conditions of the settings. */
  start_over: { request: Record<string, never>; reply: Status };
  /** Starts it again, empty. */
  revive_engine: { request: Record<string, never>; reply: Status };
  /** Breaks on purpose what is asked for, and mends the rest. */
  set_faults: { request: { request: Faults }; reply: Status };
  /** Starts the server behind the cache anew, empty, if it is ours. */
  restart_engine_cold: { request: Record<string, never>; reply: Status };
  /** Agrees to the schema that the catalogue needs on the server of the database: it is created, and nothing else there. */
  create_schema: { request: Record<string, never>; reply: Status };
  /** Lets all our keys expire at the same instant. */
  expire_keys: { request: { request: ExpireRequest }; reply: Cleared };
  /** Some of our keys in the cache, and what is known of each. */
  look_keys: { request: { request: LookAt }; reply: KeysPage };
  /** Deletes one key of ours. */
  delete_key: { request: { request: KeyRequest }; reply: Cleared };
  /** Lets one key of ours expire now. */
  expire_key: { request: { request: KeyRequest }; reply: Cleared };
  /** What the server behind the cache says of itself. */
  server_info: { request: Record<string, never>; reply: ServerInfo };
  /** Which commands it has. */
  console_commands: { request: Record<string, never>; reply: CommandTable };
  /** Sends it a line that was typed. */
  console_send: { request: { request: ConsoleRequest }; reply: ConsoleAnswer };
  /** Ends waiting for its reply. */
  console_cancel: { request: Record<string, never>; reply: null };
  /** What passes by it, of others and of ourselves; asking begins a watch, which ends when nobody asks any more. */
  passing_commands: { request: { request: Watch }; reply: Passing };
  /** Ends the watch. */
  end_watch: { request: Record<string, never>; reply: null };
  /** Some rows of a table of the catalogue. */
  table_page: { request: { request: TableAt }; reply: TablePage };
}
