//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use trace::{
    Background, CacheFault, Conditions, DatabaseFault, DatabaseKind, During, Engine, Eviction, Faults, Keys, Length,
    Memory, Mix, Pace, Pattern, Placement, Preset, ProductId, Protections, Query, Rate, Spacing, Workload,
};

/// How errors are printed.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// What is shown below the help, and in the manual.
pub(crate) const EXAMPLES: &str = "\
Examples:
  cachescope                          open the window
  cachescope demo                     one product twice: a miss, then a hit, with the time of each step
  cachescope demo --product 7 --query report --keep
                                      the same for a dear query, and leave the server up for redis-cli
  cachescope demo --engine redis://127.0.0.1:6379
                                      over a Redis server of yours; only keys under cachescope: are touched
  cachescope demo --database postgres://me@localhost/shop --create-schema
                                      over a PostgreSQL server of yours; only the schema cachescope is touched
  cachescope load --workload zipf --rate 5000 --duration 10s
                                      traffic: percentiles from when each request was due
  cachescope load --rate 500 --cache-fault hung@2s..4s
                                      the same, and for two seconds the cache does not answer
  cachescope record --name before --rate 2000 --duration 30s
                                      the same, kept
  cachescope compare before after --html report.html
                                      which was faster, by how much, and how sure that is
  cachescope compare --plan plan.toml --html report.html
                                      record several conditions in turn, then compare them
  cachescope scene play stampede      what goes wrong, what helps, and whether the claim holds
  cachescope lesson play 1            learn caching from the beginning; lesson list shows all
  cachescope server --port 6379       the bundled server alone
  cachescope serve --http 127.0.0.1:8080
                                      the HTTP front door: curl -i http://127.0.0.1:8080/api/products/42

The catalogue is a SQLite file in the data folder (catalogue-small.db) that any SQLite client can open, or a schema of its own
on a PostgreSQL server.";

/// An oscilloscope for caches
///
/// It sends requests through the cache-aside flow between a real Redis-compatible server and a real database, and shows each
/// one's path, hit or miss, and the time of every step.
///
/// Without a command it opens the window; where there is no display it runs `demo`.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder for the catalogue and the settings [default: cachescope in the system's data folder]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask for one product twice, in the terminal: a miss, then a hit, each with its waterfall
    Demo(DemoArguments),
    /// Send traffic through the flow and measure it
    Load(LoadArguments),
    /// Send traffic like `load` does, and keep what is measured
    Record(RecordArguments),
    /// Compare recordings, or carry out a planned comparison
    Compare(CompareArguments),
    /// List, show, export, import and delete recordings
    Recordings {
        #[command(subcommand)]
        command: RecordingsCommand,
    },
    /// Play what goes wrong with a cache and what helps, and check what is claimed of it
    Scene {
        #[command(subcommand)]
        command: SceneCommand,
    },
    /// Learn caching: list the lessons, play one, or check that what they say holds
    Lesson {
        #[command(subcommand)]
        command: LessonCommand,
    },
    /// Run the bundled Redis-compatible server alone
    Server(ServerArguments),
    /// Open the HTTP front door, without a window, until Ctrl+C
    Serve(ServeArguments),
    /// Print what a shell needs to complete commands and options: source <(cachescope completions bash)
    Completions {
        /// Which shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: Shell,
    },
    /// Write the manual pages into a folder (for packages)
    #[command(hide = true)]
    Manual { folder: PathBuf },
    /// Run mini-redis until standard input closes (started by Cachescope itself)
    #[command(hide = true)]
    MiniRedis {
        #[arg(long, default_value_t = 0)]
        port: u16,
        #[arg(long)]
        nodelay: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Which product to ask for; the catalogue has 1 to 10000
    #[arg(long, value_name = "NUMBER", default_value_t = 42, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) product: ProductId,
    /// Leave the server up afterwards, until Ctrl+C
    #[arg(long)]
    pub(crate) keep: bool,
    #[command(flatten)]
    pub(crate) conditions: ConditionArguments,
}

impl Default for DemoArguments {
    fn default() -> Self {
        Self { product: 42, conditions: ConditionArguments::default(), keep: false }
    }
}

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

#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// Port to listen on; 0 takes any that is free [default: 6379]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Addresses to listen on. Anything but loopback lets other machines in, if there is a password [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", num_args = 1..)]
    pub(crate) bind: Vec<IpAddr>,
    /// How much memory keys may take, such as 64mb; 0 for no limit
    #[arg(long, value_name = "BYTES")]
    pub(crate) maxmemory: Option<String>,
    /// What goes when that is reached: noeviction, allkeys-lru, allkeys-lfu, allkeys-random, volatile-lru, volatile-lfu,
    /// volatile-random or volatile-ttl
    #[arg(long, value_name = "POLICY")]
    pub(crate) maxmemory_policy: Option<String>,
    /// The password clients must give
    #[arg(long, value_name = "PASSWORD")]
    pub(crate) requirepass: Option<String>,
    /// A file in the manner of redis.conf, and any other directive of it behind two dashes: --maxclients 100
    #[arg(value_name = "FILE] [--DIRECTIVE VALUE", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) directives: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where clients reach it; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) http: SocketAddr,
    /// Let other machines in, where --http is an address that they reach. Everybody there can then read, write and clear
    #[arg(long)]
    pub(crate) let_other_machines_in: bool,
    /// A name the door answers to besides those of this machine; any other is refused, so that no strange site's page gets in
    #[arg(long, value_name = "NAME")]
    pub(crate) http_name: Vec<String>,
    /// Serve the window's page too, for a browser; who opens it needs the token in the address that is printed
    #[arg(long)]
    pub(crate) ui: bool,
    /// Where the bundled server listens on loopback, for redis-cli [default: any port that is free]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub(crate) redis_port: u16,
    /// How many connections there may be at once; whoever comes after them is answered 503
    #[arg(long, value_name = "N", default_value_t = 4_096, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) http_connections: u32,
    /// How many requests may be in the flow at once; whoever asks beside them is answered 503
    #[arg(long, value_name = "N", default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) http_requests: u32,
    #[command(flatten)]
    pub(crate) conditions: ConditionArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// What the recording is called [default: by its conditions and workload]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What is written beside it
    #[arg(long, default_value = "")]
    pub(crate) note: String,
    /// Write it to this file too, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) load: LoadArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// Recordings: their names, their numbers, or files
    #[arg(value_name = "RECORDING", num_args = 2.., required_unless_present = "plan", conflicts_with = "plan")]
    pub(crate) recordings: Vec<String>,
    /// Which of them the others are compared with [default: the first]
    #[arg(long, value_name = "RECORDING")]
    pub(crate) baseline: Option<String>,
    /// Carry out the comparison that is planned in this TOML file first, and record it
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    /// Create the schema cachescope with the catalogue where a database of the plan has none yet
    #[arg(long, requires = "plan")]
    pub(crate) create_schema: bool,
    /// Write a report to this file: one HTML file with charts, tables, conditions and environment
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print one JSON object on standard output instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SceneCommand {
    /// Every scene, with the question it answers
    List {
        /// Print a JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Play all takes of a scene: as it goes wrong, and with each remedy
    Play {
        /// Which scene
        #[arg(value_name = "SCENE")]
        name: String,
        #[command(flatten)]
        database: DatabaseArguments,
        /// Print one JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LessonCommand {
    /// Every lesson, with how far you are in it
    List {
        /// A folder with lessons of your own [default: lessons in the data folder]
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// Print one JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Play a lesson: read, predict, and see it measured
    Play {
        /// Which lesson, by its name or its number
        #[arg(value_name = "LESSON")]
        name: String,
        /// Which step to begin with
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
        step: Option<u32>,
        /// A folder with lessons of your own [default: lessons in the data folder]
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// Another seed than the lesson's: the same story with other requests
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=1 << 53))]
        seed: Option<u64>,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Play every step of every lesson, or of some files, and check what is expected of it. Fails where anything does not hold
    Check {
        /// Files to check instead of the lessons there are
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A folder with lessons of your own [default: lessons in the data folder]
        #[arg(long, value_name = "FOLDER", conflicts_with = "files")]
        folder: Option<PathBuf>,
        /// Another seed than the lessons': what they say should hold with other requests too
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=1 << 53))]
        seed: Option<u64>,
        /// Print one JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordingsCommand {
    /// Every recording, the newest first
    List {
        /// Print a JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// What a recording holds
    Show {
        /// Its name, its number, or a file
        #[arg(value_name = "RECORDING")]
        recording: String,
        /// Print one JSON object instead of tables
        #[arg(long)]
        json: bool,
    },
    /// Write a recording to a file
    Export {
        /// Its name, its number, or a file
        #[arg(value_name = "RECORDING")]
        recording: String,
        /// As what [default: by the file's ending, else json]
        #[arg(long, value_enum)]
        format: Option<Format>,
        /// Where to; a folder for csv, svg and png, which are several files
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Keep a recording from a file: one that another machine has written
    Import {
        /// A file that `record --out` or `recordings export` has written
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Delete a recording for good
    Delete {
        /// Its name or its number
        #[arg(value_name = "RECORDING")]
        recording: String,
    },
}

/// As what a recording is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Everything, as JSON of a documented shape: what `import` and `compare` read
    Json,
    /// Tables: seconds, percentiles and traces
    Csv,
    /// The percentiles as HdrHistogram prints and its plotters read them
    Hgrm,
    /// HdrHistogram's interval log
    Hlog,
    /// Sampled requests for Perfetto and Chrome's tracing
    Trace,
    /// A report: one HTML file with charts and tables
    Html,
    /// Each chart as SVG
    Svg,
    /// Each chart as PNG
    Png,
}

impl Format {
    /// By the ending of a file's name.
    pub(crate) fn of(path: &std::path::Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let endings = [
            (".trace.json", Self::Trace),
            (".json", Self::Json),
            (".csv", Self::Csv),
            (".hgrm", Self::Hgrm),
            (".hlog", Self::Hlog),
            (".html", Self::Html),
            (".svg", Self::Svg),
            (".png", Self::Png),
        ];
        endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| format)
    }
}

/// Which keys, or a preset of keys and mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorkloadName {
    /// Reads of products by Zipf's law: a few take most
    Zipf,
    /// Reads of every product alike
    Uniform,
    /// Reads, most of them of a few products (--hot)
    HotSet,
    /// Reads of one product after another
    Scan,
    /// Writes make the next product the latest, reads fall off behind it
    Latest,
    /// Reads of one product (--product)
    OneKey,
    /// YCSB A: half reads, half writes
    YcsbA,
    /// YCSB B: 95 % reads, 5 % writes
    YcsbB,
    /// YCSB C: reads only
    YcsbC,
    /// YCSB D: 95 % reads of the latest, 5 % writes
    YcsbD,
    /// YCSB E: runs of up to 100 reads, 5 % writes
    YcsbE,
    /// YCSB F: half reads, half writes each after a read
    YcsbF,
}

#[derive(Debug, Args)]
pub(crate) struct LoadArguments {
    /// Which products are asked for, and how
    #[arg(long, value_enum, default_value = "zipf")]
    workload: WorkloadName,
    /// Requests a second, sent when they are due whether or not earlier ones were answered. Without it each client waits
    /// for its answer before it sends its next (closed loop)
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Space them at random (a Poisson process) instead of evenly
    #[arg(long, requires = "rate")]
    poisson: bool,
    /// Let the rate rise or fall from --rate to this one over the run
    #[arg(long, value_name = "N", requires = "rate")]
    ramp_to: Option<f64>,
    /// Go from --rate to --ramp-to in so many equal steps instead of a straight line
    #[arg(long, value_name = "N", requires = "ramp_to")]
    steps: Option<u32>,
    /// Once every ten seconds, for one second, send this many a second
    #[arg(long, value_name = "N", requires = "rate", conflicts_with = "ramp_to")]
    burst: Option<f64>,
    /// How long: 500ms, 10s, 5m [default: 10s, unless --count is given]
    #[arg(long, value_parser = duration)]
    duration: Option<Duration>,
    /// How many requests
    #[arg(long, value_name = "N", conflicts_with = "duration")]
    count: Option<u64>,
    /// How many requests may be under way at once
    #[arg(long, value_name = "N", default_value_t = 64)]
    clients: u32,
    /// Where chance begins: the same seed sends the same requests
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Draw from this many products, the most popular first [default: all]
    #[arg(long, value_name = "N")]
    keys: Option<ProductId>,
    /// The product of one-key
    #[arg(long, value_name = "NUMBER", default_value_t = 42)]
    product: ProductId,
    /// Exponent of Zipf's law, 0.5 to 1.5
    #[arg(long, value_name = "S", default_value_t = 0.99)]
    exponent: f64,
    /// hot-set: which percentage of the requests goes to which percentage of the products
    #[arg(long, value_name = "PERCENT:PERCENT", default_value = "80:20", value_parser = hot_set)]
    hot: (f64, f64),
    /// Writes among the operations, in percent [default: none, or the preset's]
    #[arg(long, value_name = "PERCENT")]
    writes: Option<f64>,
    /// Reads of products that do not exist among the reads, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    missing: f64,
    /// Read every product once before, untimed, so that the run begins with a full cache
    #[arg(long)]
    warm: bool,
    /// Print one JSON object on standard output instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) conditions: ConditionArguments,
}

impl LoadArguments {
    /// The workload they describe. Whether it makes sense is for the laboratory to say.
    pub(crate) fn workload(&self) -> Workload {
        let preset = match self.workload {
            WorkloadName::YcsbA => Some(Preset::YcsbA),
            WorkloadName::YcsbB => Some(Preset::YcsbB),
            WorkloadName::YcsbC => Some(Preset::YcsbC),
            WorkloadName::YcsbD => Some(Preset::YcsbD),
            WorkloadName::YcsbE => Some(Preset::YcsbE),
            WorkloadName::YcsbF => Some(Preset::YcsbF),
            _ => None,
        };
        let exponent = self.exponent;
        let keys = match (self.workload, preset.map(Preset::keys)) {
            (WorkloadName::Uniform, _) => Keys::Uniform,
            (WorkloadName::HotSet, _) => Keys::HotSet { requests_percent: self.hot.0, keys_percent: self.hot.1 },
            (WorkloadName::Scan, _) => Keys::Scan,
            (WorkloadName::OneKey, _) => Keys::One { product: self.product },
            (WorkloadName::Latest, _) | (_, Some(Keys::Latest { .. })) => Keys::Latest { exponent },
            _ => Keys::Zipf { exponent },
        };
        let mix = preset.map_or_else(Mix::default, Preset::mix);
        let length = match (self.count, self.duration) {
            (Some(requests), _) => Length::Count { requests },
            (None, duration) => Length::Time { ms: milliseconds(duration.unwrap_or(Duration::from_secs(10))) },
        };
        Workload {
            keys,
            products: self.keys,
            mix: Mix { write_percent: self.writes.unwrap_or(mix.write_percent), missing_percent: self.missing, ..mix },
            pace: self.rate.map_or(Pace::Closed, |rate| self.pace(rate, length)),
            clients: self.clients,
            length,
            warm: self.warm,
            seed: self.seed,
        }
    }

    fn pace(&self, rate: f64, length: Length) -> Pace {
        let over_ms = if let Length::Time { ms } = length { ms } else { 10_000 };
        let rate = match (self.ramp_to, self.steps, self.burst) {
            (Some(to), None, _) => Rate::Ramp { from: rate, to, over_ms },
            (Some(to), Some(steps), _) => {
                Rate::Steps { from: rate, to, steps, every_ms: (over_ms / steps.max(1)).max(1) }
            }
            (None, _, Some(peak)) => Rate::Bursts { base: rate, peak, every_ms: 10_000, for_ms: 1_000 },
            (None, _, None) => Rate::Steady { per_second: rate },
        };
        Pace::Open { rate, spacing: if self.poisson { Spacing::Poisson } else { Spacing::Constant } }
    }
}

fn hot_set(text: &str) -> Result<(f64, f64), String> {
    let parts = text.split_once(':').and_then(|(requests, keys)| Some((requests.parse().ok()?, keys.parse().ok()?)));
    parts.ok_or_else(|| "write it as 80:20, percent of the requests : percent of the products".to_owned())
}

/// Whole milliseconds, as many as there can be.
fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

fn engine(text: &str) -> Result<Engine, String> {
    match text {
        "bundled" => Ok(Engine::Bundled { placement: Placement::default() }),
        "mini-redis" => Ok(Engine::MiniRedis { nodelay: false }),
        // What is no address is refused later, with a password in it hidden.
        url if url.contains("://") || url.contains('@') || url.starts_with("unix:") => {
            Ok(Engine::External { url: url.into() })
        }
        _ => Err("the engines are bundled, mini-redis and addresses such as redis://host:port".to_owned()),
    }
}

fn database(text: &str) -> Result<DatabaseKind, String> {
    match text {
        "sqlite" => Ok(DatabaseKind::Sqlite),
        // What is no address is refused later, with a password in it hidden.
        url if url.contains("://") || url.contains('@') => Ok(DatabaseKind::Postgres { url: url.into() }),
        _ => Err("the databases are sqlite and postgres://user@host:port/database".to_owned()),
    }
}

fn bytes(text: &str) -> Result<u64, String> {
    server::parse_memory(text.as_bytes()).ok_or_else(|| "write it as 8mb, 500kb or 1gb".to_owned())
}

/// A beta from 0.01 to 10, in percent.
fn beta(text: &str) -> Result<u16, String> {
    match text.parse::<f64>() {
        Ok(beta) if (0.01..=10.0).contains(&beta) => Ok((beta * 100.0).round() as u16),
        _ => Err("it is a number from 0.01 to 10".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 1,
        "s" | "" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("write it as 500ms, 60s, 5m or 1h".to_owned()),
    };
    let millis = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    millis.map(Duration::from_millis).ok_or_else(|| "write it as 500ms, 60s, 5m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn durations_are_read_with_their_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("60"), Ok(Duration::from_secs(60)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        for wrong in ["", "s", "5 s", "-1s", "1d", "99999999999999999999h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn without_options_the_conditions_are_the_usual_ones() {
        assert_eq!(ConditionArguments::default().conditions(), Conditions::default());
        let parsed = Arguments::try_parse_from(["cachescope", "demo"]).expect("well formed").command;
        let Some(Command::Demo(demo)) = parsed else { panic!("it is the demo") };
        assert_eq!(demo.conditions.conditions(), Conditions::default());
    }

    #[test]
    fn a_database_is_chosen_by_its_url() {
        let url = "postgres://me@localhost/shop";
        let parsed = Arguments::try_parse_from(["cachescope", "demo", "--database", url, "--create-schema"]);
        let Some(Command::Demo(demo)) = parsed.expect("well formed").command else { panic!("it is the demo") };
        assert!(demo.conditions.create_schema());
        let Conditions { database, .. } = demo.conditions.conditions();
        assert_eq!(database, DatabaseKind::Postgres { url: url.into() });
        assert_eq!([super::database("sqlite"), super::database("oracle")].map(|kind| kind.is_ok()), [true, false]);
    }

    #[test]
    fn a_beta_is_read_in_percent() {
        assert_eq!(["1", "0.5", "10", "0.01"].map(beta), [Ok(100), Ok(50), Ok(1_000), Ok(1)]);
        for wrong in ["", "0", "-1", "11", "NaN", "x"] {
            assert!(beta(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_product_that_is_no_number_is_refused_with_a_reason() {
        for wrong in ["x", "0", "-1", "4294967296", "1.5"] {
            let arguments = ["cachescope", "demo", &format!("--product={wrong}")].map(str::to_owned);
            assert!(Arguments::try_parse_from(arguments).is_err(), "{wrong}");
        }
    }
}
