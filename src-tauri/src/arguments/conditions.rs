//! The options that shape requests, besides which they are.

use std::time::Duration;

use clap::Args;
use trace::{
    Background, CacheFault, Conditions, DatabaseFault, DatabaseKind, During, Engine, Eviction, Faults, Memory, Pattern,
    Placement, Protections, Query,
};

use super::value::{beta, bytes, database, duration, engine, milliseconds};

/// What shapes the requests besides which they are. All that is flattened after it is listed under its heading, so it comes last.
#[derive(Debug, Args)]
#[command(next_help_heading = "Conditions")]
pub(crate) struct ConditionArguments {
    /// What to ask about a product: lookup (cheap), page or report (dear)
    #[arg(long, default_value_t)]
    query: Query,
    /// The server behind the cache: bundled, mini-redis, redis://user:password@host:port, rediss://host:port?ca=ca.pem (TLS),
    /// unix:///path/to/socket, redis+sentinel://host:port,host:port/name-of-the-master or redis+cluster://host:port,host:port.
    /// Other users of the machine can see a password here: in REDISCLI_AUTH they cannot
    #[arg(long, default_value = "bundled", value_parser = engine)]
    engine: Engine,
    /// Give the bundled server a thread of its own instead of the flow's
    #[arg(long)]
    own_thread: bool,
    /// How long a stored value lives: 500ms, 60s, 5m
    #[arg(long, default_value = "60s", value_parser = duration)]
    ttl: Duration,
    /// How cache and database work together: cache-aside, read-through, write-through, write-behind, write-around,
    /// refresh-ahead, stale-while-revalidate, or no-cache to ask the database alone
    #[arg(long, default_value_t)]
    pattern: Pattern,
    /// Single-flight: of the requests that miss the same key at once, one loads it and the others wait for it
    #[arg(long)]
    single_flight: bool,
    /// By how much, at random, a stored value may live shorter than its TTL: 0 to 90 percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=90))]
    ttl_jitter: u8,
    /// For how long it is remembered that a product does not exist: 5s [default: it is not]
    #[arg(long, value_name = "TTL", value_parser = duration)]
    negative_ttl: Option<Duration>,
    /// How much the bundled server may hold, such as 8mb [default: no limit]
    #[arg(long, value_name = "BYTES", default_value_t = 0, value_parser = bytes, hide_default_value = true)]
    maxmemory: u64,
    /// Which keys go when it is full: allkeys-lru, allkeys-lfu, allkeys-random, volatile-ttl or noeviction
    #[arg(long, value_name = "POLICY", default_value_t)]
    maxmemory_policy: Eviction,
    /// Break the cache on purpose: down, reset, hung, slow=5ms, slow=2ms..8ms or bandwidth=100kb (a second); with @2s..4s
    /// behind it only at that time of the run, with @2s.. from then on. What that puts into a step is told as injected
    #[arg(long, value_name = "FAULT", value_parser = During::split::<CacheFault>)]
    cache_fault: Option<(CacheFault, Option<During>)>,
    /// Break the database on purpose: slow=50ms, locked (readers go on, a write waits 5 s and fails) or down; @2s..4s as above
    #[arg(long, value_name = "FAULT", value_parser = During::split::<DatabaseFault>)]
    database_fault: Option<(DatabaseFault, Option<During>)>,
    /// refresh-ahead: in the last how many percent of its TTL a value that is asked for is reloaded: 1 to 90
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=90))]
    refresh_last: u8,
    /// stale-while-revalidate: for how long after its TTL a value may still be served: 30s
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    stale_for: Duration,
    /// write-behind: for how long a write waits for others to be written with: 500ms
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = duration)]
    write_delay: Duration,
    /// write-behind: how many writes may wait to be written; one that finds the queue full waits for room
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    queue: u32,
    /// A lock in the cache: of all processes' requests that miss the same key, one loads it and the others wait for it
    #[arg(long, conflicts_with = "lease")]
    cache_lock: bool,
    /// A lease: as a lock, and who holds it may store only if nobody has written the product meanwhile
    #[arg(long)]
    lease: bool,
    /// Early expiry (XFetch): near the end of a value's life one request may load it anew; 1 is the optimum, more is
    /// earlier, at most 10 [default: off]
    #[arg(long, value_name = "BETA", value_parser = beta)]
    early_expiry: Option<u16>,
    /// Answer at once, by a Bloom filter, who asks for a product that cannot exist
    #[arg(long)]
    bloom_filter: bool,
    /// Do not ask a database that has failed five times in a row; after a second one request asks it again
    #[arg(long)]
    circuit_breaker: bool,
    /// How many requests may ask the database at once; 100 more wait, the others are refused [default: no bound]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    database_limit: Option<u16>,
    #[command(flatten)]
    database: DatabaseArguments,
}

/// Which database is behind the flow.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct DatabaseArguments {
    /// The database behind the flow: sqlite, a file in the data folder, or postgres://user@host:port/database with
    /// ?sslmode=require or verify-full for TLS. A password may stand in it, or come from PGPASSWORD or ~/.pgpass
    #[arg(id = "database", long = "database", value_name = "DATABASE", default_value = "sqlite", value_parser = database)]
    kind: DatabaseKind,
    /// Create the schema cachescope with the catalogue on that server, where it is not there yet
    #[arg(long)]
    create_schema: bool,
}

impl DatabaseArguments {
    /// Whether its user agrees to a schema.
    pub(crate) fn create_schema(&self) -> bool {
        self.create_schema
    }

    /// The usual conditions over this database.
    pub(crate) fn conditions(self) -> Conditions {
        Conditions { database: self.kind, ..Conditions::default() }
    }
}

impl Default for ConditionArguments {
    fn default() -> Self {
        Self {
            query: Query::default(),
            engine: Engine::default(),
            own_thread: false,
            ttl: Duration::from_secs(60),
            pattern: Pattern::default(),
            single_flight: false,
            ttl_jitter: 0,
            negative_ttl: None,
            maxmemory: 0,
            maxmemory_policy: Eviction::default(),
            cache_fault: None,
            database_fault: None,
            refresh_last: 20,
            stale_for: Duration::from_secs(30),
            write_delay: Duration::from_millis(500),
            queue: 1_000,
            cache_lock: false,
            lease: false,
            early_expiry: None,
            bloom_filter: false,
            circuit_breaker: false,
            database_limit: None,
            database: DatabaseArguments::default(),
        }
    }
}

impl ConditionArguments {
    /// Whether its user agrees to a schema on the server of the database.
    pub(crate) fn create_schema(&self) -> bool {
        self.database.create_schema
    }

    /// The conditions they ask for.
    pub(crate) fn conditions(self) -> Conditions {
        let engine = match self.engine {
            Engine::Bundled { .. } if self.own_thread => Engine::Bundled { placement: Placement::OwnThread },
            Engine::External { url } => match std::env::var("REDISCLI_AUTH") {
                Ok(password) if !password.is_empty() => Engine::External { url: url.with_password(&password) },
                _ => Engine::External { url },
            },
            engine => engine,
        };
        let protections = Protections {
            single_flight: self.single_flight,
            ttl_jitter_percent: self.ttl_jitter,
            negative_ttl_ms: self.negative_ttl.map_or(0, milliseconds),
            cache_lock: self.cache_lock,
            lease: self.lease,
            early_expiry_percent: self.early_expiry.unwrap_or(0),
            bloom_filter: self.bloom_filter,
            circuit_breaker: self.circuit_breaker,
            database_limit: self.database_limit.unwrap_or(0),
        };
        let (cache, cache_during) = self.cache_fault.unzip();
        let (database, database_during) = self.database_fault.unzip();
        let faults = Faults {
            cache,
            cache_during: cache_during.flatten(),
            database,
            database_during: database_during.flatten(),
        };
        let background = Background {
            refresh_percent: self.refresh_last,
            stale_ms: milliseconds(self.stale_for),
            write_delay_ms: milliseconds(self.write_delay),
            queue_limit: self.queue,
        };
        Conditions {
            engine,
            query: self.query,
            ttl_ms: milliseconds(self.ttl),
            pattern: self.pattern,
            protections,
            memory: Memory { max_bytes: self.maxmemory, policy: self.maxmemory_policy },
            faults,
            background,
            database: self.database.kind,
        }
    }
}
