//! Every pair of engine and database, and their table in `tests/recordings/pairs.txt`. It is written by
//! `PAIRS=write cargo test --workspace --test integration the_table_of_pairs`, which runs all of them.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{GOLDEN, every_golden_test};
use crate::bench::{Bench, Kept};
use crate::engines::Kind;

/// What each engine is called in the table; `None` is the bundled server.
const ENGINES: [(&str, Option<Kind>); 9] = [
    ("bundled", None),
    ("mini-redis", Some(Kind::MiniRedis)),
    ("Valkey", Some(Kind::Valkey)),
    ("redis-server", Some(Kind::Plain)),
    ("redis-server, password", Some(Kind::Password)),
    ("redis-server, TLS", Some(Kind::Tls)),
    ("redis-server, Unix socket", Some(Kind::Socket)),
    ("Sentinel", Some(Kind::Sentinel)),
    ("cluster of three", Some(Kind::Cluster)),
];

const DATABASES: [Kept; 2] = [Kept::Sqlite, Kept::Postgres];

/// The engine that has no command for all of it: what it refuses, it refuses on either database, and nothing else.
const REFUSED_BY_MINI_REDIS: [&str; 3] = [
    "every_query_is_cached_under_a_key_of_its_own_with_the_ttl",
    "a_value_whose_time_is_over_is_loaded_again",
    "the_server_counts_the_hits_and_misses_that_the_traces_show",
];

/// Runs a pair. Answers a cell of the table, and what was refused in whose words.
async fn run(kind: Option<Kind>, kept: Kept) -> Result<(String, Vec<(&'static str, String)>)> {
    let ran = Box::pin(every_golden_test(kind, kept)).await?;
    ensure!(ran.len() == GOLDEN.len());
    let refused: Vec<_> = ran.into_iter().filter_map(|(name, refused)| Some((name, refused?))).collect();
    let expected: &[&str] = if matches!(kind, Some(Kind::MiniRedis)) { &REFUSED_BY_MINI_REDIS } else { &[] };
    ensure!(refused.iter().map(|(name, _)| *name).eq(expected.iter().copied()), "refused: {refused:?}");
    let whole = GOLDEN.len() - refused.len();
    let parts = if refused.is_empty() { String::new() } else { format!(", {} in part", refused.len()) };
    Ok((format!("{whole} of {}{parts}", GOLDEN.len()), refused))
}

macro_rules! on_every_pair {
    ($($name:ident: $kind:expr),+ $(,)?) => {
        $(
            mod $name {
                use super::{Kept, Kind, run};

                const KIND: Option<Kind> = $kind;

                #[tokio::test]
                async fn the_flow_is_the_same_over_sqlite() -> anyhow::Result<()> {
                    Box::pin(run(KIND, Kept::Sqlite)).await.map(drop)
                }

                #[tokio::test]
                async fn the_flow_is_the_same_over_postgres() -> anyhow::Result<()> {
                    Box::pin(run(KIND, Kept::Postgres)).await.map(drop)
                }
            }
        )+
    };
}

on_every_pair! {
    on_the_bundled_server: None,
    on_mini_redis: Some(Kind::MiniRedis),
    on_valkey: Some(Kind::Valkey),
    on_redis_server: Some(Kind::Plain),
    on_redis_server_with_a_password: Some(Kind::Password),
    on_redis_server_over_tls: Some(Kind::Tls),
    on_redis_server_by_a_socket: Some(Kind::Socket),
    on_the_master_that_sentinel_names: Some(Kind::Sentinel),
    on_a_cluster_of_three: Some(Kind::Cluster),
}

/// Runs all of them and makes the table.
async fn table() -> Result<String> {
    let mut text = String::from("PAIRS=write cargo test --workspace --test integration the_table_of_pairs\n");
    let date = Command::new("date").args(["-u", "+%F"]).output()?;
    let mut versions = Vec::new();
    for kept in DATABASES {
        let bench = Box::pin(Bench::over_pair(Some(Kind::Plain), kept)).await?;
        versions.push(bench.flow.database().version().await?);
        if kept == Kept::Sqlite {
            let found = bench.flow.cache().examine().await?;
            versions.push(format!("redis-server {}", found.version.context("it tells its version")?));
        }
    }
    let valkey = Box::pin(Bench::over_pair(Some(Kind::Valkey), Kept::Sqlite)).await?;
    let found = valkey.flow.cache().examine().await?;
    versions.push(format!("Valkey {}", found.version.context("it tells its version")?));
    let date = String::from_utf8_lossy(&date.stdout).trim().to_owned();
    let cachescope = env!("CARGO_PKG_VERSION");
    writeln!(text, "{date}, cachescope {cachescope}, debug build; {}; mini-redis 0.4\n", versions.join("; "))?;

    writeln!(text, "{:<28}{:<24}{:<24}{:>8}", "engine", "SQLite", "PostgreSQL", "seconds")?;
    let mut told = Vec::new();
    for (name, kind) in ENGINES {
        let (began, mut cells) = (Instant::now(), Vec::new());
        for kept in DATABASES {
            let (cell, refused) = Box::pin(run(kind, kept)).await?;
            cells.push(cell);
            told.extend(refused.into_iter().map(|(test, why)| (name, test, why)));
        }
        let seconds = began.elapsed().as_secs_f64();
        writeln!(text, "{name:<28}{:<24}{:<24}{seconds:>8.1}", cells[0], cells[1])?;
    }
    writeln!(text, "\nThe {}, in this order, on one engine and one database, over an empty cache each:", GOLDEN.len())?;
    for golden in GOLDEN {
        writeln!(text, "- {}", in_words(golden.name))?;
    }
    writeln!(text, "\nIn part: what the engine has no command for was refused, in these words, and the rest held:")?;
    told.sort();
    told.dedup();
    for (engine, test, why) in told {
        writeln!(text, "- {engine}: {}: {why}", in_words(test))?;
    }
    Ok(text)
}

fn in_words(name: &str) -> String {
    name.replace('_', " ")
}

#[tokio::test]
async fn the_table_of_pairs_has_every_engine_and_every_test() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/pairs.txt");
    if env::var_os("PAIRS").is_some_and(|value| value == "write") {
        fs::write(&path, Box::pin(table()).await?)?;
    }
    let text = fs::read_to_string(&path)?;
    let (count, refused) = (GOLDEN.len(), REFUSED_BY_MINI_REDIS.len());
    for (name, kind) in ENGINES {
        let cell = match kind {
            Some(Kind::MiniRedis) => format!("{} of {count}, {refused} in part", count - refused),
            _ => format!("{count} of {count}"),
        };
        let row = format!("\n{name:<28}{cell:<24}{cell:<24}");
        ensure!(text.contains(&row), "the table is of other times, and must be written again: {row}");
    }
    for golden in GOLDEN {
        ensure!(text.contains(&format!("\n- {}\n", in_words(golden.name))), "{} is not in the table", golden.name);
    }
    Ok(())
}
