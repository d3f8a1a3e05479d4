//! Cache and database over TLS in one process: two libraries, of which one brings the cryptography of its own and the other takes
//! that of the process.

use std::env;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cache::{Cache, Target};
use database::{Database, Size};
use trace::Query;

use super::kinds::Kind;
use crate::postgres_server::PostgresServer;

/// Which of them is spoken to in turn.
const ORDER: &str = "TLS_ORDER";

#[test]
fn whichever_of_caches_and_database_speaks_tls_first_the_others_can_too() -> Result<()> {
    // What a process has once chosen it keeps, so each order has one of its own.
    for order in ["server cluster database", "database server cluster", "cluster database server"] {
        let output = Command::new(env::current_exe()?)
            .args(["--exact", "engines::tls::each_speaks_tls_in_its_turn", "--ignored", "--nocapture"])
            .env(ORDER, order)
            .output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success() && said.contains("1 passed"), "{order}: {said}");
        ensure!(!said.contains("panicked"), "{order}: {said}");
    }
    Ok(())
}

#[tokio::test]
#[ignore = "the test above runs it in processes of their own"]
async fn each_speaks_tls_in_its_turn() -> Result<()> {
    let order = env::var(ORDER).unwrap_or_else(|_| "server cluster database".to_owned());
    for turn in order.split(' ') {
        match turn {
            "database" => speaks_with_a_database().await,
            "server" => speaks_with_a_cache(Kind::Tls).await,
            _ => speaks_with_a_cache(Kind::ClusterOverTls).await,
        }
        .with_context(|| format!("{turn} of {order}"))?;
    }
    Ok(())
}

async fn speaks_with_a_cache(kind: Kind) -> Result<()> {
    let running = Box::pin(kind.start()).await?;
    let cache = Cache::new(Target::redis(&running.url)?);
    cache.set("cachescope:lookup:1", b"value", Duration::from_secs(60)).await?;
    ensure!(cache.get("cachescope:lookup:1").await?.as_deref() == Some(&b"value"[..]));
    Ok(())
}

async fn speaks_with_a_database() -> Result<()> {
    let server = PostgresServer::start(true)?;
    let name = server.new_database().await?;
    // Its certificate is by an authority of its own, at which `require` does not look.
    let url = format!("postgres://postgres@localhost:{}/{name}?sslmode=require", server.address().port());
    let database = Database::open_or_build_on_server(url, Size::Tiny, true, |_| {}).await?.database;
    ensure!(database.query(Query::Lookup, 1).await?.is_some());
    database.close().await?;
    Ok(())
}
