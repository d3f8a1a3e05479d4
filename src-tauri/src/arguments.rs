//! The command line.

mod conditions;
mod load;
mod value;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
pub(crate) use conditions::{ConditionArguments, DatabaseArguments};
pub(crate) use load::LoadArguments;
use trace::ProductId;

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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use trace::{Conditions, DatabaseKind};

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
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
    }

    #[test]
    fn a_product_that_is_no_number_is_refused_with_a_reason() {
        for wrong in ["x", "0", "-1", "4294967296", "1.5"] {
            let arguments = ["cachescope", "demo", &format!("--product={wrong}")].map(str::to_owned);
            assert!(Arguments::try_parse_from(arguments).is_err(), "{wrong}");
        }
    }
}
