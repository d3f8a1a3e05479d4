//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use clap::{Args, Parser, Subcommand};
use trace::{Engine, Placement, ProductId, Query};

/// How errors are printed.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

const EXAMPLES: &str = "\
Examples:
  cachescope                          open the window
  cachescope demo                     one product twice: a miss, then a hit, with the time of each step
  cachescope demo --product 7 --query report --keep
                                      the same for a dear query, and leave the server up for redis-cli
  cachescope demo --engine redis://127.0.0.1:6379
                                      over a Redis server of yours; only keys under cachescope: are touched
  cachescope server --port 6379       the bundled server alone

The catalogue is a SQLite file in the data folder (catalogue-small.db) that any SQLite client can open.";

/// An oscilloscope for caches: sends requests through the cache-aside flow between a real Redis-compatible server and a
/// real SQLite database, and shows each one's path, hit or miss, and the time of every step.
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
    /// Run the bundled Redis-compatible server alone
    Server(ServerArguments),
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
    /// What to ask about it: lookup (cheap), page or report (dear)
    #[arg(long, default_value_t)]
    pub(crate) query: Query,
    /// The server behind the cache: bundled, mini-redis or redis://host:port
    #[arg(long, default_value = "bundled", value_parser = engine)]
    pub(crate) engine: Engine,
    /// Give the bundled server a thread of its own instead of the flow's
    #[arg(long)]
    pub(crate) own_thread: bool,
    /// How long a stored value lives: 500ms, 60s, 5m
    #[arg(long, default_value = "60s", value_parser = duration)]
    pub(crate) ttl: Duration,
    /// Leave the server up afterwards, until Ctrl+C
    #[arg(long)]
    pub(crate) keep: bool,
}

impl Default for DemoArguments {
    fn default() -> Self {
        Self {
            product: 42,
            query: Query::default(),
            engine: Engine::default(),
            own_thread: false,
            ttl: Duration::from_secs(60),
            keep: false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 6379)]
    pub(crate) port: u16,
    /// Address to listen on. Anything but loopback lets other machines in, without a password
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,
}

fn engine(text: &str) -> Result<Engine, String> {
    match text {
        "bundled" => Ok(Engine::Bundled { placement: Placement::default() }),
        "mini-redis" => Ok(Engine::MiniRedis { nodelay: false }),
        url if url.contains("://") => Ok(Engine::External { url: url.to_owned() }),
        _ => Err("the engines are bundled, mini-redis and redis://host:port".to_owned()),
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
    fn a_product_that_is_no_number_is_refused_with_a_reason() {
        for wrong in ["x", "0", "-1", "4294967296", "1.5"] {
            let arguments = ["cachescope", "demo", &format!("--product={wrong}")].map(str::to_owned);
            assert!(Arguments::try_parse_from(arguments).is_err(), "{wrong}");
        }
    }
}
