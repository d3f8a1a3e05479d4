//! The medium catalogue on a PostgreSQL server, once for real: how long it takes, how large it is, how it is told, and what is left
//! of one that is given up. `MEDIUM=write cargo test --workspace --test integration the_medium -- --ignored` writes
//! `tests/recordings/medium.txt`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use database::{Database, Progress, Size};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;
use trace::Query;

use crate::postgres_server::PostgresServer;

/// Only a failure takes this long.
const PATIENCE: Duration = Duration::from_secs(600);

const NO_SCHEMA: &str = "SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'cachescope')";
const ROOM: &str = "SELECT pg_database_size(current_database())";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes and a gigabyte"]
async fn the_medium_catalogue_is_built_on_a_server_and_nothing_is_left_of_one_that_is_given_up() -> Result<()> {
    let mut text = String::from(
        "MEDIUM=write cargo test --workspace --test integration the_medium -- --ignored\n\
         debug build; Debian's PostgreSQL on the same machine with fsync off\n\n",
    );
    let server = PostgresServer::start(false)?;
    let name = server.new_database().await?;
    let mut owner = server.connect(&name).await?;
    let empty: i64 = sqlx::query_scalar(ROOM).fetch_one(&mut owner).await?;

    // One that is given up half-way.
    let (send, mut told) = unbounded_channel();
    let building = Database::open_or_build_on_server(server.url_of(&name), Size::Medium, true, move |progress| {
        let _ = send.send(progress);
    });
    let half = async {
        while let Some(Progress { done_rows, total_rows, .. }) = told.recv().await {
            if done_rows > total_rows / 2 {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        () = half => {}
        _ = building => anyhow::bail!("it was done before it could be given up"),
    }
    let began = Instant::now();
    timeout(PATIENCE, async {
        // The server notices that nobody is connected any more, and undoes what was done; then another may build.
        while sqlx::query_scalar::<_, i64>(ROOM).fetch_one(&mut owner).await? > empty + 1_000_000 {}
        Ok::<_, anyhow::Error>(())
    })
    .await
    .context("the room is not given back")??;
    ensure!(sqlx::query_scalar::<_, bool>(NO_SCHEMA).fetch_one(&mut owner).await?, "something is left of it");
    writeln!(
        text,
        "given up half-way: nothing is left, and the server has its room back after {:.1?}",
        began.elapsed()
    )?;

    // One that is not.
    let (send, mut told) = unbounded_channel();
    let began = Instant::now();
    let built = Database::open_or_build_on_server(server.url_of(&name), Size::Medium, true, move |progress| {
        let _ = send.send((Instant::now(), progress));
    });
    let database = timeout(PATIENCE, built).await??.database;
    let took = began.elapsed();
    let mut steps = Vec::new();
    while let Ok(step) = told.try_recv() {
        steps.push(step);
    }
    ensure!(steps.is_sorted_by_key(|(_, progress)| progress.done_rows) && steps.len() > 50, "{} steps", steps.len());
    let silence = steps.windows(2).map(|pair| pair[1].0 - pair[0].0).max().context("some steps")?;
    let overview = database.overview().await?;
    ensure!((overview.products, overview.reviews) == (100_000, 2_000_000), "{overview:?}");
    let room: i64 = sqlx::query_scalar(ROOM).fetch_one(&mut owner).await?;
    writeln!(
        text,
        "built: {} products, {} reviews, {} orders in {took:.1?}; its tables and indexes take {} MB ({} bytes a product), \
         the database {} MB more than empty",
        overview.products,
        overview.reviews,
        overview.orders,
        overview.bytes / 1_000_000,
        overview.bytes / u64::from(overview.products),
        (room - empty) / 1_000_000,
    )?;
    writeln!(text, "progress: told {} times, never silent for longer than {silence:.1?}", steps.len())?;
    let mut tables: Vec<(&str, Duration)> = Vec::new();
    for (at, progress) in &steps {
        match tables.last_mut() {
            Some((table, until)) if *table == progress.table => *until = *at - began,
            _ => tables.push((progress.table, *at - began)),
        }
    }
    for (table, until) in tables {
        writeln!(text, "  {table:<14} until {until:.1?}")?;
    }
    for query in Query::ALL {
        let began = Instant::now();
        ensure!(database.query(query, 99_999).await?.is_some(), "{query}");
        writeln!(text, "first {query} of product 99999: {:.1?}", began.elapsed())?;
    }
    database.close().await?;
    println!("{text}");
    if env::var_os("MEDIUM").is_some_and(|value| value == "write") {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/medium.txt"), text)?;
    }
    Ok(())
}
