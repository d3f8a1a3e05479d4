//! Servers that answer and do not do what they are asked: each is said in words, with what was kept and what to do.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use cache::{Cache, Error, Target};
use lab::{EngineState, Lab, TraceDetail};
use redis::AsyncCommands as _;
use tempfile::TempDir;
use trace::{Engine, Outcome, Query};

use super::open;
use super::servers::{Server, until};
use super::several::Cluster;

async fn open_at(folder: &TempDir, url: &str) -> Result<Lab> {
    open(folder, Engine::External { url: url.into() }).await
}

/// What a request has met says all of that.
fn notes_say(detail: &TraceDetail, words: &[&str]) -> Result<()> {
    let notes = detail.trace.notes.join("\n");
    for words in words {
        ensure!(notes.contains(words), "{words}: {notes}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_full_stores_nothing_more_and_what_it_holds_is_hit() -> Result<()> {
    let server = Server::plain().await?;
    let folder = TempDir::new()?;
    let lab = open_at(&folder, &format!("redis://{}", server.address())).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    // Far less than it holds already, so that nothing it lets go of on the way makes room.
    let mut theirs = server.client().await?;
    let () = theirs.set("their:key", "x".repeat(2 << 20)).await?;
    for (name, value) in [("maxmemory-policy", "noeviction"), ("maxmemory", "1mb")] {
        let () = redis::cmd("CONFIG").arg("SET").arg(name).arg(value).query_async(&mut theirs).await?;
    }
    let missed = lab.read(2, Query::Lookup).await?;
    assert_eq!(missed.trace.outcome, Outcome::Miss, "it is answered all the same");
    notes_say(&missed, &["not stored", "is full (maxmemory)", "serves what it holds as before", "maxmemory-policy"])?;
    assert_eq!(lab.read(2, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    let written = lab.write(1).await?;
    assert_eq!((written.trace.outcome, written.trace.notes.len()), (Outcome::Written, 0), "{:?}", written.trace.notes);
    assert!(matches!(lab.status().engine, EngineState::Running { .. }), "{:?}", lab.status().engine);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_replica_serves_what_its_master_sends_it_and_says_that_it_stores_nothing() -> Result<()> {
    let master = Server::plain().await?;
    let replica = Server::start(|port, _| {
        Ok(format!("port {port}\nsave \"\"\nreplicaof 127.0.0.1 {}\nrepl-diskless-sync-delay 0\n", master.port))
    })
    .await?;
    let mut client = replica.client().await?;
    until("the replica to be up to date", async || {
        let info: String = redis::cmd("INFO").arg("replication").query_async(&mut client).await?;
        Ok(info.contains("master_link_status:up").then_some(()))
    })
    .await?;
    let (folder, other) = (TempDir::new()?, TempDir::new()?);
    let lab = open_at(&folder, &format!("redis://{}", replica.address())).await?;
    let facts = lab.status().engine_facts.context("it answers")?;
    assert!(facts.words.contains("a replica, which stores nothing"), "{}", facts.words);

    let missed = lab.read(1, Query::Lookup).await?;
    assert_eq!(missed.trace.outcome, Outcome::Miss);
    notes_say(&missed, &["not stored", "is a replica", "serves what its master sends it", "redis+sentinel://"])?;
    let on_master = open_at(&other, &format!("redis://{}", master.address())).await?;
    on_master.read(1, Query::Lookup).await?;
    until("the value to come from the master", async || {
        Ok((lab.read(1, Query::Lookup).await?.trace.outcome == Outcome::Hit).then_some(()))
    })
    .await?;
    let written = lab.write(1).await?;
    notes_say(&written, &["keys were not deleted", "is a replica", "may be served for up to 60 s"])?;
    lab.close().await;
    on_master.close().await;
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_loading_is_waited_for() -> Result<()> {
    let server = Server::start(|port, _| {
        let slowly = "enable-debug-command yes\nkey-load-delay 2000\nloading-process-events-interval-bytes 1024\n";
        Ok(format!("port {port}\nsave \"\"\n{slowly}"))
    })
    .await?;
    let mut theirs = server.client().await?;
    let () = redis::cmd("DEBUG").arg("POPULATE").arg(10_000).query_async(&mut theirs).await?;
    let cache = Cache::new(Target::redis(format!("redis://{}", server.address()))?);
    cache.set("cachescope:lookup:1", b"1", Duration::from_secs(600)).await?;
    // It saves all of it, and then loads it for at least 20 s.
    let reload = tokio::spawn(async move { redis::cmd("DEBUG").arg("RELOAD").query_async::<()>(&mut theirs).await });
    until("the server to load", async || match cache.get("cachescope:lookup:1").await {
        Err(Error::Loading { .. }) => Ok(Some(())),
        // It does not look up between two keys.
        Ok(_) | Err(Error::TimedOut { .. } | Error::Unreachable { .. }) => Ok(None),
        Err(other) => bail!("{other:?}"),
    })
    .await?;
    let folder = TempDir::new()?;
    let lab = open_at(&folder, &format!("redis://{}", server.address())).await?;
    let EngineState::Unreachable { message } = lab.status().engine else { bail!("{:?}", lab.status().engine) };
    for words in ["go to the database alone", "still loading", "loses nothing", "Wait until it has loaded"] {
        assert!(message.contains(words), "{words}: {message}");
    }
    let past = lab.read(1, Query::Lookup).await?;
    assert_eq!(past.trace.outcome, Outcome::Bypass);
    notes_say(&past, &["bypassed", "still loading", "loses nothing"])?;
    lab.close().await;
    reload.abort();
    Ok(())
}

#[tokio::test]
async fn a_server_with_too_many_clients_says_so() -> Result<()> {
    let server = Server::start(|port, _| Ok(format!("port {port}\nsave \"\"\nmaxclients 1\n"))).await?;
    let mut theirs = server.client().await?;
    let () = theirs.set("their:key", "their value").await?;
    let folder = TempDir::new()?;
    let lab = open_at(&folder, &format!("redis://{}", server.address())).await?;
    let EngineState::Unreachable { message } = lab.status().engine else { bail!("{:?}", lab.status().engine) };
    for words in ["takes no more clients (maxclients)", "holds what it held", "end other clients"] {
        assert!(message.contains(words), "{words}: {message}");
    }
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Bypass);
    // The only client goes, and there is room.
    drop(theirs);
    until("the server to take us", async || {
        let status = lab.revive_engine().await?;
        Ok(matches!(status.engine, EngineState::Running { .. }).then_some(()))
    })
    .await?;
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn keys_of_a_node_that_is_gone_have_no_cache_and_those_of_the_others_have() -> Result<()> {
    let mut cluster = Cluster::start(3).await?;
    let folder = TempDir::new()?;
    let lab = open_at(&folder, &cluster.url()).await?;
    let victim = cluster.master_of("cachescope:lookup:1").await?;
    let mut elsewhere = None;
    for product in 2..50 {
        if cluster.master_of(&format!("cachescope:lookup:{product}")).await? != victim {
            elsewhere = Some(product);
            break;
        }
    }
    let elsewhere = elsewhere.context("two thirds are elsewhere")?;
    for product in [1, elsewhere] {
        assert_eq!(lab.read(product, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    }
    cluster.masters[victim].kill()?;
    let past = lab.read(1, Query::Lookup).await?;
    assert_eq!(past.trace.outcome, Outcome::Bypass);
    notes_say(&past, &["does not answer", "keys of the other nodes are served as before", "replica takes its place"])?;
    assert_eq!(lab.read(elsewhere, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_cluster_that_has_lost_slots_says_that_it_is_down() -> Result<()> {
    // One that was never given all of its slots.
    let empty = Server::start(|port, _| {
        let bus = super::servers::free_port()?;
        Ok(format!("port {port}\ncluster-port {bus}\nsave \"\"\ncluster-enabled yes\n"))
    })
    .await?;
    let cache = Cache::new(Target::redis(format!("redis+cluster://{}", empty.address()))?);
    let error = cache.examine().await.expect_err("it has no slots");
    assert!(matches!(error, Error::ClusterDown { .. }), "{error:?}");

    // One that wants all of them, and has lost some.
    let mut cluster = Cluster::start_that_wants_all_slots(3).await?;
    let folder = TempDir::new()?;
    let lab = open_at(&folder, &cluster.url()).await?;
    let victim = cluster.master_of("cachescope:lookup:1").await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    cluster.masters[(victim + 1) % 3].kill()?;
    let past = until("the others to take it for dead", async || {
        let read = lab.read(1, Query::Lookup).await?;
        Ok((read.trace.outcome == Outcome::Bypass).then_some(read))
    })
    .await?;
    notes_say(&past, &["is down", "hold what they held", "Start the node that is gone"])?;
    lab.close().await;
    Ok(())
}
