//! What waits in the queue of write-behind when a comparison puts another database in the place of the one it was acknowledged
//! over.

use anyhow::{Context, Result, bail};
use database::{Database, Size};
use lab::{Event, Lab, Settings, StudyState};
use recording::{Contender, Plan};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;
use trace::{
    Background, Conditions, DatabaseFault, DatabaseKind, Faults, Length, Outcome, Pace, Pattern, Query, Workload,
};

use crate::laboratory::{notice, options};
use crate::postgres_server::PostgresServer;

/// A laboratory with a write in its queue that would wait there for a minute.
async fn with_a_write_that_waits(folder: &TempDir) -> Result<Lab> {
    let background = Background { write_delay_ms: 60_000, ..Background::default() };
    let conditions =
        Conditions { pattern: Pattern::WriteBehind, background, query: Query::Lookup, ..Conditions::default() };
    let lab = Lab::open(options(folder.path(), Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    assert_eq!(lab.write(7).await?.trace.outcome, Outcome::Written);
    waiting(&lab, 1).await?;
    Ok(lab)
}

/// Waits until so many writes wait in the queue, as the status tells it.
async fn waiting(lab: &Lab, writes: u64) -> Result<()> {
    let mut events = lab.events();
    while lab.status().background.waiting != writes {
        events.next().await.context("the laboratory is open")?;
    }
    Ok(())
}

/// A comparison over a server, to the end. The settings, and the file with them, are in force again then.
async fn compare_on_a_server(lab: &Lab) -> Result<()> {
    let server = PostgresServer::shared()?;
    let url = server.url().await?;
    let on_server = Database::open_or_build_on_server(&url, Size::Tiny, true, |_| {}).await?.database;
    let contender = |query: Query| Contender {
        name: query.to_string(),
        conditions: Conditions {
            query,
            database: DatabaseKind::Postgres { url: (&url).into() },
            ..Conditions::default()
        },
    };
    let workload = Workload { pace: Pace::Closed, length: Length::Count { requests: 20 }, ..Workload::default() };
    let conditions = vec![contender(Query::Lookup), contender(Query::Page)];
    lab.start_study(Plan { workload, rounds: 1, warm_up_ms: 0, conditions, ..Plan::default() }).await?;
    let StudyState::Ended { good: true, .. } = lab.study_ended().await? else { bail!("{:?}", lab.status().study) };
    lab.ready().await?;
    let row = on_server.query(Query::Lookup, 7).await?.and_then(|answer| answer.row());
    assert_eq!(row.map(|row| row.version), Some(1), "it was not acknowledged over this one");
    on_server.close().await?;
    Ok(())
}

/// The version of its row, from the database.
async fn version(lab: &Lab) -> Result<Option<u64>> {
    let without_cache = Conditions { pattern: Pattern::NoCache, ..lab.settings().conditions };
    lab.change_settings(Settings { conditions: without_cache, ..lab.settings() }).await?;
    Ok(lab.read(7, Query::Lookup).await?.trace.version)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_written_to_the_database_that_is_left_also_where_that_was_broken_on_purpose() -> Result<()> {
    for fault in [None, Some(DatabaseFault::Down)] {
        let folder = TempDir::new()?;
        let lab = with_a_write_that_waits(&folder).await?;
        lab.set_faults(Faults { database: fault, ..Faults::default() }).await?;
        compare_on_a_server(&lab).await?;
        waiting(&lab, 0).await?;
        lab.set_faults(Faults::default()).await?;
        assert_eq!(version(&lab).await?, Some(2), "{fault:?}: it was written");
        assert_eq!(lab.close().await, None);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_database_that_is_left_does_not_take_is_lost_and_that_is_told() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = with_a_write_that_waits(&folder).await?;
    let mut events = lab.events();
    // Another program locks the file, and keeps it.
    let path = Database::path(folder.path(), Size::Tiny);
    let mut other = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await?;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await?;
    let (compared, told) = tokio::join!(compare_on_a_server(&lab), notice(&mut events));
    compared?;
    let told = told?;
    // One that is just being written may get there yet, for all that is known.
    for words in ["acknowledged and did not come", "before another took its place", "locked by another program", "lost"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await?;
    waiting(&lab, 0).await?;
    assert_eq!(version(&lab).await?, Some(1), "it never came there");
    // It is not told a second time, as if a crash had taken it.
    assert_eq!(lab.close().await, None);
    let again = Lab::open(options(folder.path(), Some(Settings::default())))?;
    again.ready().await?;
    let mut events = again.events();
    again.close().await;
    while let Some(event) = events.next().await {
        if let Event::Notice(notice) = event {
            bail!("{notice}");
        }
    }
    Ok(())
}
