//! What the users of the flow see while servers die, come back and hand over their keys.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use cache::{Cache, Target};
use lab::{EngineState, Lab, Settings, TrafficState};
use metrics::Counts;
use redis::AsyncCommands as _;
use tempfile::TempDir;
use trace::{Conditions, Engine, Keys, Length, Outcome, Pace, Query, Rate, Spacing, Workload};

use super::kinds::{Kind, PASSWORD};
use super::servers::{Server, until};
use super::several::{Cluster, Watched};
use crate::laboratory::options;

/// How many products the traffic asks for; each is soon in the cache.
const PRODUCTS: u32 = 60;

/// Requests a second.
const RATE: f64 = 400.0;

async fn open(folder: &TempDir, url: &str) -> Result<Lab> {
    let conditions =
        Conditions { engine: Engine::External { url: url.into() }, query: Query::Lookup, ..Conditions::default() };
    let pace = Pace::Open { rate: Rate::Steady { per_second: RATE }, spacing: Spacing::Constant };
    let workload = Workload {
        pace,
        keys: Keys::Uniform,
        products: Some(PRODUCTS),
        clients: 32,
        length: Length::UntilStopped,
        ..Workload::default()
    };
    let lab = Lab::open(options(folder.path(), Some(Settings { conditions, workload, ..Settings::default() })))?;
    lab.ready().await?;
    let EngineState::Running { .. } = lab.status().engine else { bail!("{:?}", lab.status().engine) };
    Ok(lab)
}

fn counted(lab: &Lab) -> Counts {
    lab.frame(0).map(|frame| frame.sample.counts).unwrap_or_default()
}

/// What users have seen since then, and waits until there is enough of it.
async fn seen_since(lab: &Lab, before: Counts, enough: impl Fn(&Counts) -> bool) -> Result<Counts> {
    until("what users see", async || {
        let now = counted(lab);
        let since = Counts {
            sent: now.sent - before.sent,
            hits: now.hits - before.hits,
            misses: now.misses - before.misses,
            bypasses: now.bypasses - before.bypasses,
            errors: now.errors - before.errors,
            ..Counts::default()
        };
        Ok(enough(&since).then_some(since))
    })
    .await
}

fn tell(what: &str, Counts { hits, misses, bypasses, errors, .. }: Counts) {
    let answered = hits + misses + bypasses;
    println!(
        "{what:<58} {answered:>5} answered: {hits:>5} hits, {misses:>4} misses, {bypasses:>4} past the cache; {errors} failed"
    );
}

/// Hits again and nothing past the cache any more, for so many requests in a row.
async fn calm(lab: &Lab) -> Result<Counts> {
    until("hits alone", async || {
        let before = counted(lab);
        let since = seen_since(lab, before, |since| since.hits + since.misses + since.bypasses >= 200).await?;
        Ok((since.bypasses == 0 && since.misses == 0).then_some(since))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_moves_and_a_node_of_a_cluster_dies_under_load_and_every_user_is_answered() -> Result<()> {
    let mut cluster = Cluster::start(3).await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, &cluster.url()).await?;
    lab.start_traffic(lab.settings().workload).await?;
    println!("A cluster of three masters, {RATE} requests a second for {PRODUCTS} products:");
    tell("All is well.", calm(&lab).await?);

    // A slot moves: MOVED and ASK are followed.
    let key = "cachescope:lookup:1";
    let from = cluster.master_of(key).await?;
    let to = (from + 1) % 3;
    let before = counted(&lab);
    cluster.move_slot(key, from, to).await?;
    let moved = seen_since(&lab, before, |since| since.hits >= 400).await?;
    tell("The slot of a product moves to another node.", moved);
    assert_eq!((moved.errors, moved.bypasses), (0, 0), "nobody notices: {moved:?}");
    let held: bool = redis::cmd("EXISTS").arg(key).query_async(&mut cluster.masters[to].client().await?).await?;
    assert!(held, "the value moved with its slot");

    // A node dies without a replica: its third of the keys has no cache, the others do.
    let victim = cluster.master_of("cachescope:lookup:2").await?;
    let before = counted(&lab);
    cluster.masters[victim].kill()?;
    let dead = seen_since(&lab, before, |since| since.bypasses >= 200 && since.hits >= 200).await?;
    tell("A node dies that has no replica.", dead);
    assert_eq!(dead.errors, 0, "who finds no cache gets the answer from the database: {dead:?}");
    let share = dead.bypasses as f64 / (dead.hits + dead.misses + dead.bypasses) as f64;
    println!(
        "  {:.0} % of the requests went past the cache; the keys of the other two nodes were hit as before.",
        share * 100.0
    );
    assert!((0.05..0.75).contains(&share), "about a third: {dead:?}");

    let _ = lab.stop_traffic();
    let TrafficState::Ended { messages, .. } = lab.traffic_ended().await? else { bail!("it did not end") };
    println!("{}", messages.join("\n"));
    let all = lab.summary(0).context("a run")?.summary.counts;
    assert_eq!(all.errors, 0, "{all:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_of_a_cluster_dies_under_load_and_its_replica_takes_over() -> Result<()> {
    let mut cluster = Cluster::start(3).await?;
    let victim = cluster.master_of("cachescope:lookup:1").await?;
    cluster.add_replica(victim).await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, &cluster.url()).await?;
    lab.start_traffic(lab.settings().workload).await?;
    println!("A cluster of three masters, one with a replica, {RATE} requests a second for {PRODUCTS} products:");
    tell("All is well.", calm(&lab).await?);

    let before = counted(&lab);
    cluster.masters[victim].kill()?;
    let gap = seen_since(&lab, before, |since| since.bypasses > 0).await?;
    tell("The node dies; the first are sent past the cache.", gap);
    let after = calm(&lab).await?;
    let whole = seen_since(&lab, before, |_| true).await?;
    tell("Until the replica has taken over and all is well again.", whole);
    tell("From then on.", after);
    assert_eq!(whole.errors, 0, "{whole:?}");
    assert!(whole.bypasses > 0, "the gap is seen");

    let _ = lab.stop_traffic();
    lab.traffic_ended().await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit, "the replica had the values");
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_dies_under_load_and_sentinel_names_another() -> Result<()> {
    a_master_dies(Watched::start(PASSWORD).await?).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_too_the_master_dies_under_load_and_sentinel_names_another() -> Result<()> {
    a_master_dies(Watched::start_over_tls(PASSWORD).await?).await
}

async fn a_master_dies(mut watched: Watched) -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, &watched.url(PASSWORD)).await?;
    let facts = lab.status().engine_facts.context("it is examined")?;
    assert_eq!(facts.sentinel_master.as_deref(), Some(watched.master.address().as_str()));
    let click = lab.read(1, Query::Lookup).await?;
    assert!(click.wire[0].sent.text.contains("GET"), "the wire is seen in this mode too: {:?}", click.wire);
    assert!(!format!("{:?}", click.wire).contains("SENTINEL"), "and nothing but the request: {:?}", click.wire);

    lab.start_traffic(lab.settings().workload).await?;
    println!("A master with a replica, watched by three sentinels, {RATE} requests a second for {PRODUCTS} products:");
    tell("All is well.", calm(&lab).await?);
    let before = counted(&lab);
    watched.master.kill()?;
    let gap = seen_since(&lab, before, |since| since.bypasses > 0).await?;
    tell("The master dies; the first are sent past the cache.", gap);
    let after = calm(&lab).await?;
    let whole = seen_since(&lab, before, |_| true).await?;
    tell("Until Sentinel has named another and all is well again.", whole);
    tell("From then on.", after);
    assert_eq!(whole.errors, 0, "{whole:?}");

    let _ = lab.stop_traffic();
    lab.traffic_ended().await?;
    lab.revive_engine().await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit, "the replica had the values");
    lab.close().await;

    let cache = Cache::new(Target::redis(watched.url(PASSWORD))?);
    let found = cache.examine().await?;
    assert_eq!(found.topology, cache::Topology::Sentinel { master: watched.replica.address() });
    Ok(())
}

#[tokio::test]
async fn clearing_a_cluster_removes_our_keys_from_every_node_and_nobody_elses() -> Result<()> {
    let cluster = Cluster::start(3).await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, &cluster.url()).await?;
    let mut theirs =
        redis::cluster::ClusterClient::new(cluster.masters.iter().map(|node| format!("redis://{}", node.address())))?
            .get_async_connection()
            .await?;
    for number in 0..30 {
        let _: () = theirs.set(format!("their:{number}"), "their value").await?;
    }
    for product in 1..=30 {
        assert_eq!(lab.read(product, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    }
    for node in &cluster.masters {
        let size: u64 = redis::cmd("DBSIZE").query_async(&mut node.client().await?).await?;
        assert!(size > 0, "every node has some");
    }
    assert_eq!(lab.expire_keys(3_600_000).await?.keys, Some(30));
    let click = lab.read(1, Query::Lookup).await?;
    assert_eq!(click.trace.outcome, Outcome::Hit);
    assert!(click.wire.is_empty() && click.wire_note.is_some_and(|note| note.contains("Not captured")));

    assert_eq!(lab.clear_cache().await?.keys, Some(30));
    let mut left = 0;
    for node in &cluster.masters {
        let mut client = node.client().await?;
        let keys: Vec<String> = client.keys("*").await?;
        assert!(keys.iter().all(|key| key.starts_with("their:")), "{keys:?}");
        left += keys.len();
        let commands: String = redis::cmd("INFO").arg("commandstats").query_async(&mut client).await?;
        for forbidden in ["flushdb", "flushall", "config", "shutdown"] {
            assert!(!commands.contains(&format!("cmdstat_{forbidden}")), "{commands}");
        }
    }
    assert_eq!(left, 30);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again_after_a_wait_that_is_never_long() -> Result<()> {
    let mut server = Server::plain().await?;
    let port = server.port;
    let cache = Cache::new(Target::redis(format!("redis://{}", server.address()))?.with_seed(7));
    let key = "cachescope:lookup:1";
    cache.set(key, b"1", Duration::from_secs(60)).await?;
    server.kill()?;
    // Tried again and again, as traffic would, and told what the last attempt met.
    let mut failures = 0;
    until("some failures", async || {
        let error = cache.get(key).await.expect_err("it is dead");
        assert!(matches!(error, cache::Error::Unreachable { .. }), "{error}");
        failures += 1;
        Ok((failures > 200).then_some(()))
    })
    .await?;
    let again = Server::start(|_, _| Ok(format!("port {port}\nsave \"\"\n"))).await?;
    until("the server to be found again", async || Ok(cache.get(key).await.ok())).await?;
    assert_eq!(cache.get(key).await?, None, "it came back empty");
    drop(again);
    Ok(())
}

#[tokio::test]
async fn the_laboratory_says_what_it_cannot_do_on_several_servers() -> Result<()> {
    let running = Kind::Sentinel.start().await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, &running.url).await?;
    let faults = trace::Faults { cache: Some(trace::CacheFault::Hung), ..trace::Faults::default() };
    let refused = lab.set_faults(faults).await.expect_err("no proxy can stand there").to_string();
    assert!(refused.contains("Sentinel"), "{refused}");
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss, "and nothing is broken");
    lab.close().await;
    Ok(())
}
