//! How cache and database work together, on the real server and the real database: what each pattern does, and that its
//! promises hold.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use database::{Answer, Database, Size};
use flow::{Journal, QueueState};
use lab::{Event, Lab, Settings};
use redis::AsyncCommands as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tempfile::TempDir;
use trace::StepKind::{CacheDel, CacheGet, CacheSet, DbQuery, DbWrite, Decode, Defer, Encode, Respond, Wait};
use trace::{Background, Collector, Conditions, DatabaseFault, Faults, Outcome, Pattern, Query, Request, Trace};

use crate::bench::{Bench, TTL, kinds};
use crate::command_line::{Running, command};
use crate::laboratory::{notice, options};

async fn bench(pattern: Pattern) -> Result<Bench> {
    Bench::under(Conditions { pattern, ..Conditions::default() }).await
}

/// The price in what a read responded, in cents.
pub(crate) fn price(body: Option<&Vec<u8>>) -> Result<i64> {
    let answer: serde_json::Value = serde_json::from_slice(body.context("a body")?)?;
    fn find(value: &serde_json::Value) -> Option<i64> {
        let fields = value.as_object()?;
        fields.get("price_cents").and_then(serde_json::Value::as_i64).or_else(|| fields.values().find_map(find))
    }
    find(&answer).context("a price")
}

#[tokio::test]
async fn by_write_around_what_was_cached_before_a_write_is_served_until_its_time_is_over() -> Result<()> {
    let bench = bench(Pattern::WriteAround).await?;
    let old = price(bench.read(7, Query::Lookup).await.0.body.as_ref())?;

    let (written, trace) = bench.write(7).await;
    assert_eq!(written.outcome, Outcome::Written);
    assert_eq!(kinds(&trace), [DbWrite, Respond]);

    let (stale, _) = bench.read(7, Query::Lookup).await;
    assert_eq!((stale.outcome, price(stale.body.as_ref())?), (Outcome::Hit, old));
    bench.server_clock.advance(TTL);
    let (fresh, _) = bench.read(7, Query::Lookup).await;
    assert_eq!((fresh.outcome, price(fresh.body.as_ref())?), (Outcome::Miss, old + 1), "not a moment longer");
    Ok(())
}

#[tokio::test]
async fn by_write_through_the_next_read_hits_and_is_new() -> Result<()> {
    let bench = bench(Pattern::WriteThrough).await?;
    for query in Query::ALL {
        bench.read(7, query).await;
    }
    let old = price(bench.read(7, Query::Page).await.0.body.as_ref())?;

    let (written, trace) = bench.write_for(7, Query::Page).await;
    assert_eq!(written.outcome, Outcome::Written);
    assert_eq!(kinds(&trace), [DbWrite, DbQuery, Encode, CacheSet, CacheDel, Respond]);

    let (next, _) = bench.read(7, Query::Page).await;
    assert_eq!((next.outcome, price(next.body.as_ref())?), (Outcome::Hit, old + 1));
    let keys: Vec<String> = bench.redis().await?.keys("cachescope:*").await?;
    assert_eq!(keys, ["cachescope:page:7"], "the answers to other queries are deleted");
    assert_eq!(price(bench.read(7, Query::Lookup).await.0.body.as_ref())?, old + 1);
    Ok(())
}

#[tokio::test]
async fn by_write_through_what_does_not_exist_is_not_stored() -> Result<()> {
    let (_, trace) = bench(Pattern::WriteThrough).await?.write_for(4_000_000_000, Query::Page).await;
    assert_eq!(kinds(&trace), [DbWrite, Respond]);
    Ok(())
}

#[tokio::test]
async fn by_write_through_a_value_that_could_not_be_replaced_is_deleted_or_said_to_be_old() -> Result<()> {
    let mut bench = bench(Pattern::WriteThrough).await?;
    bench.stop_server().await;
    let (written, trace) = bench.write_for(7, Query::Page).await;
    assert_eq!(written.outcome, Outcome::Written, "the row is updated all the same");
    let failed: Vec<_> = trace.steps.iter().filter(|step| step.failed).map(|step| step.kind).collect();
    assert_eq!(failed, [CacheSet, CacheDel]);
    assert!(trace.notes[1].ends_with("may be served for up to 60 s."), "{:?}", trace.notes);
    Ok(())
}

#[tokio::test]
async fn every_pattern_reads_what_it_wrote_when_nothing_was_cached_before() -> Result<()> {
    for pattern in Pattern::ALL {
        let bench = bench(pattern).await?;
        let (written, _) = bench.write_for(7, Query::Lookup).await;
        let (read, _) = bench.read(7, Query::Lookup).await;
        assert_eq!(price(read.body.as_ref())?, price(written.body.as_ref())?, "{pattern}");
    }
    Ok(())
}

#[tokio::test]
async fn by_read_through_concurrent_misses_of_a_key_are_one_load() -> Result<()> {
    let bench = bench(Pattern::ReadThrough).await?;
    let traces = together(&bench, 50, Query::Report).await;
    let loads = traces.iter().filter(|trace| kinds(trace).contains(&DbQuery)).count();
    assert_eq!(loads, 1, "the cache loads it once");
    assert!(traces.iter().any(|trace| kinds(trace) == [CacheGet, Wait, Respond]), "the others wait for that");

    bench.write(7).await;
    assert_eq!(bench.read(7, Query::Report).await.0.outcome, Outcome::Miss, "a write deletes");
    Ok(())
}

/// So many reads of product 7 at once.
async fn together(bench: &Bench, requests: u64, query: Query) -> Vec<Trace> {
    let mut reads = tokio::task::JoinSet::new();
    for id in 0..requests {
        let flow = bench.flow.clone();
        reads.spawn(async move {
            let request = Request::read(7, query);
            let mut collector = Collector::new(id, request);
            flow.read(&request, &mut collector).await;
            collector.into_trace()
        });
    }
    reads.join_all().await
}

/// Waits until so many reloads have brought a value and none is under way.
async fn reloaded(bench: &Bench, reloads: u64) -> Result<()> {
    let mut state = bench.flow.shared().reloads();
    state.wait_for(|state| state.done == reloads && state.under_way == 0).await?;
    Ok(())
}

async fn left_to_live(bench: &Bench) -> Result<Duration> {
    Ok(Duration::from_millis(bench.redis().await?.pttl("cachescope:lookup:7").await?))
}

const STALE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn by_stale_while_revalidate_a_value_past_its_ttl_is_served_once_more_and_reloaded_behind_that() -> Result<()> {
    let bench = bench(Pattern::StaleWhileRevalidate).await?;
    let old = price(bench.read(7, Query::Lookup).await.0.body.as_ref())?;
    assert_eq!(left_to_live(&bench).await?, TTL + STALE, "it is kept for as long as it may be served");
    // Somebody else's write: nobody tells the cache.
    bench.flow.database().write(7).await?;

    bench.server_clock.advance(TTL - Duration::from_millis(1));
    let (fresh, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!((fresh.outcome, kinds(&trace)), (Outcome::Hit, vec![CacheGet, Decode, Respond]));
    bench.server_clock.advance(Duration::from_millis(1_204));
    let (stale, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!((stale.outcome, price(stale.body.as_ref())?), (Outcome::Stale, old));
    assert_eq!(kinds(&trace), [CacheGet, Decode, Defer, Respond], "the reload is no time of the request");
    let note = "Its TTL was over for 1.203 s, and it was served stale: it is reloaded in the background.";
    assert_eq!(trace.notes, [note]);

    reloaded(&bench, 1).await?;
    let (fresh, _) = bench.read(7, Query::Lookup).await;
    assert_eq!((fresh.outcome, price(fresh.body.as_ref())?), (Outcome::Hit, old + 1));
    assert_eq!(left_to_live(&bench).await?, TTL + STALE);

    bench.server_clock.advance(TTL + STALE);
    assert_eq!(bench.read(7, Query::Lookup).await.0.outcome, Outcome::Miss, "not a moment longer");
    Ok(())
}

#[tokio::test]
async fn however_many_ask_for_a_stale_value_it_is_reloaded_once() -> Result<()> {
    let bench = bench(Pattern::StaleWhileRevalidate).await?;
    bench.read(7, Query::Report).await;
    bench.server_clock.advance(TTL);
    let traces = together(&bench, 50, Query::Report).await;
    let of_all = |trace: &&Trace| trace.outcome == Outcome::Stale;
    assert_eq!(traces.iter().filter(of_all).count(), 50, "nobody waits: {traces:?}");
    let began = traces.iter().filter(|trace| kinds(trace).contains(&Defer)).count();
    assert_eq!(began, 1);
    assert_eq!(traces.iter().filter(|trace| trace.notes[0].ends_with("a reload is under way.")).count(), 49);
    reloaded(&bench, 1).await
}

#[tokio::test]
async fn a_stale_value_whose_reload_fails_goes_on_being_served_until_its_time_is_over() -> Result<()> {
    let bench = bench(Pattern::StaleWhileRevalidate).await?;
    bench.read(7, Query::Lookup).await;
    bench.flow.database().clone().close().await?;
    bench.server_clock.advance(TTL);
    for failed in 1..=3 {
        assert_eq!(bench.read(7, Query::Lookup).await.0.outcome, Outcome::Stale);
        bench.flow.shared().reloads().wait_for(|state| state.failed == failed).await?;
    }
    bench.server_clock.advance(STALE);
    assert_eq!(bench.read(7, Query::Lookup).await.0.outcome, Outcome::Error);
    Ok(())
}

#[tokio::test]
async fn that_a_product_does_not_exist_is_never_stale() -> Result<()> {
    let protections = trace::Protections { negative_ttl_ms: 5_000, ..trace::Protections::default() };
    for pattern in [Pattern::StaleWhileRevalidate, Pattern::RefreshAhead] {
        let bench = Bench::under(Conditions { pattern, protections, ..Conditions::default() }).await?;
        bench.read(4_000_000_000, Query::Lookup).await;
        bench.server_clock.advance(Duration::from_millis(4_999));
        assert_eq!(kinds(&bench.read(4_000_000_000, Query::Lookup).await.1), [CacheGet, Decode, Respond]);
        bench.server_clock.advance(Duration::from_millis(1));
        assert_eq!(bench.read(4_000_000_000, Query::Lookup).await.0.outcome, Outcome::Miss);
    }
    Ok(())
}

#[tokio::test]
async fn by_refresh_ahead_a_value_near_its_end_is_served_and_reloaded_once_so_that_it_never_expires() -> Result<()> {
    let bench = bench(Pattern::RefreshAhead).await?;
    let old = price(bench.read(7, Query::Lookup).await.0.body.as_ref())?;
    bench.flow.database().write(7).await?;

    // 20 % of 60 s.
    bench.server_clock.advance(Duration::from_secs(48));
    let (early, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!((early.outcome, kinds(&trace)), (Outcome::Hit, vec![CacheGet, Decode, Respond]));
    bench.server_clock.advance(Duration::from_millis(1));
    let (near, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!((near.outcome, price(near.body.as_ref())?), (Outcome::Hit, old));
    assert_eq!(kinds(&trace), [CacheGet, Decode, Defer, Respond]);
    assert_eq!(trace.notes, ["It had 11.999 s of its TTL left: it is reloaded in the background."]);

    reloaded(&bench, 1).await?;
    assert_eq!(left_to_live(&bench).await?, TTL, "its time begins anew");
    bench.server_clock.advance(Duration::from_secs(13));
    let (next, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!((next.outcome, price(next.body.as_ref())?), (Outcome::Hit, old + 1), "it would have expired by now");
    assert_eq!(kinds(&trace), [CacheGet, Decode, Respond]);

    bench.server_clock.advance(TTL);
    assert_eq!(bench.read(7, Query::Lookup).await.0.outcome, Outcome::Miss, "what nobody asks for expires");
    reloaded(&bench, 1).await
}

#[tokio::test]
async fn a_write_calls_off_the_reload_of_what_it_writes() -> Result<()> {
    let bench = bench(Pattern::RefreshAhead).await?;
    bench.read(7, Query::Report).await;
    bench.server_clock.advance(TTL - Duration::from_secs(1));
    // Neither of the two awaits anything between the reload's beginning and the write's calling it off but the row's update.
    bench.read(7, Query::Report).await;
    bench.write(7).await;
    let mut state = bench.flow.shared().reloads();
    state.wait_for(|state| state.under_way == 0).await?;
    let keys: Vec<String> = bench.redis().await?.keys("cachescope:*").await?;
    assert_eq!(keys, [""; 0], "the reload stores nothing after the write's delete");
    Ok(())
}

async fn behind(background: Background) -> Result<Bench> {
    Bench::under(Conditions { pattern: Pattern::WriteBehind, background, ..Conditions::default() }).await
}

/// Long enough that nothing is written unless there is a reason to hurry.
const SLOW: Background =
    Background { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 60_000, queue_limit: 1_000 };

/// The price of product 7 in the database, in cents.
async fn price_there(bench: &Bench, product: u32) -> Result<u64> {
    let row = bench.flow.database().query(Query::Lookup, product).await?.as_ref().and_then(Answer::row);
    Ok(row.context("a row")?.price_cents)
}

fn queue(bench: &Bench) -> QueueState {
    bench.flow.shared().queue().borrow().clone()
}

#[tokio::test]
async fn by_write_behind_a_write_is_acknowledged_before_its_row_is_written() -> Result<()> {
    let bench = behind(SLOW).await?;
    for query in Query::ALL {
        bench.read(7, query).await;
    }
    let old = price_there(&bench, 7).await?;

    let (written, trace) = bench.write_for(7, Query::Page).await;
    assert_eq!(written.outcome, Outcome::Written);
    assert_eq!(
        kinds(&trace),
        [CacheGet, Decode, Defer, Encode, CacheSet, CacheDel, Respond],
        "the database is not asked"
    );
    assert_eq!(price(written.body.as_ref())?.unsigned_abs(), old + 1);
    assert_eq!(price_there(&bench, 7).await?, old, "its row is written later");
    assert_eq!(queue(&bench).waiting, 1);

    let (next, _) = bench.read(7, Query::Page).await;
    assert_eq!((next.outcome, price(next.body.as_ref())?.unsigned_abs()), (Outcome::Hit, old + 1));
    // Its key was deleted, and the old row must not take its place.
    let (other, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!((other.outcome, price(other.body.as_ref())?.unsigned_abs()), (Outcome::Miss, old + 1));
    assert_eq!(trace.notes, ["Writes of it wait in the queue: they were applied to what the database gave."]);

    assert_eq!(bench.flow.shared().flush(Duration::from_secs(60)).await, 0);
    assert_eq!(price_there(&bench, 7).await?, old + 1);
    let (after, _) = bench.read(7, Query::Lookup).await;
    assert_eq!((after.outcome, price(after.body.as_ref())?.unsigned_abs()), (Outcome::Hit, old + 1));
    Ok(())
}

#[tokio::test]
async fn by_write_behind_writes_of_a_product_become_one_and_those_of_many_one_transaction() -> Result<()> {
    let bench = behind(SLOW).await?;
    let mut old = Vec::new();
    for product in 1..=20 {
        old.push(price_there(&bench, product).await?);
    }
    for round in 1..=3 {
        for product in 1..=20 {
            let (written, _) = bench.write_for(product, Query::Lookup).await;
            assert_eq!(price(written.body.as_ref())?.unsigned_abs(), old[product as usize - 1] + round);
        }
    }
    assert_eq!(bench.flow.shared().flush(Duration::from_secs(60)).await, 0);
    let QueueState { batches, last_batch, acknowledged, written, .. } = queue(&bench);
    let batch = last_batch.context("it was written")?;
    assert_eq!((batches, batch.writes, batch.rows), (1, 60, 20), "60 writes are 20 statements in one transaction");
    assert_eq!((acknowledged, written), (60, 60));
    for product in 1..=20 {
        assert_eq!(price_there(&bench, product).await?, old[product as usize - 1] + 3);
    }
    Ok(())
}

#[tokio::test]
async fn by_write_behind_a_full_batch_does_not_wait() -> Result<()> {
    let bench = behind(SLOW).await?;
    for product in 1..=100 {
        bench.write_for(product, Query::Lookup).await;
    }
    bench.flow.shared().queue().wait_for(|state| state.waiting == 0).await?;
    assert_eq!(queue(&bench).batches, 1);
    Ok(())
}

#[tokio::test]
async fn by_write_behind_a_write_that_finds_the_queue_full_waits_for_room() -> Result<()> {
    let bench = behind(Background { queue_limit: 3, ..SLOW }).await?;
    let old = price_there(&bench, 7).await?;
    let mut most = 0;
    for _ in 0..10 {
        assert_eq!(bench.write_for(7, Query::Lookup).await.0.outcome, Outcome::Written);
        most = most.max(queue(&bench).waiting);
    }
    assert_eq!(most, 3, "never more than it may hold");
    assert_eq!(bench.flow.shared().flush(Duration::from_secs(60)).await, 0);
    assert_eq!(price_there(&bench, 7).await?, old + 10, "and none is lost");
    Ok(())
}

#[tokio::test]
async fn by_write_behind_a_write_that_finds_no_room_is_refused() -> Result<()> {
    let bench = behind(Background { queue_limit: 1, ..SLOW }).await?;
    bench.read(7, Query::Lookup).await;
    bench.write_for(7, Query::Lookup).await;
    bench.flow.database().clone().close().await?;
    let (refused, trace) = bench.write_for(7, Query::Lookup).await;
    assert_eq!((refused.outcome, refused.body), (Outcome::Shed, None));
    assert_eq!(kinds(&trace), [CacheGet, Decode, Defer], "it waited, and nothing was stored");
    assert_eq!(trace.notes, ["The write was not accepted. The queue was full for 5 s: 1 writes wait to be written."]);
    assert_eq!(queue(&bench).waiting, 1, "what was acknowledged is kept");
    assert!(queue(&bench).trouble.context("a reason")?.contains("closed"));
    Ok(())
}

/// Another program that writes to the catalogue, until this is dropped.
async fn locked(path: &Path) -> Result<SqliteConnection> {
    let mut other = SqliteConnectOptions::new().filename(path).connect().await?;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await?;
    Ok(other)
}

#[tokio::test]
async fn by_write_behind_what_a_locked_database_does_not_take_is_kept_and_written_when_it_can_be() -> Result<()> {
    let bench = behind(Background { write_delay_ms: 0, ..SLOW }).await?;
    let old = price_there(&bench, 7).await?;
    let overview = bench.flow.database().overview().await?;
    let lock = locked(overview.file().context("a file")?).await?;
    bench.write_for(7, Query::Lookup).await;
    bench.flow.shared().queue().wait_for(|state| state.trouble.is_some()).await?;
    assert!(queue(&bench).trouble.context("a reason")?.contains("is locked by another program"));
    bench.write_for(7, Query::Lookup).await;
    assert_eq!((queue(&bench).waiting, price_there(&bench, 7).await?), (2, old));
    let (read, _) = bench.read(7, Query::Lookup).await;
    assert_eq!(price(read.body.as_ref())?.unsigned_abs(), old + 2, "readers see what was acknowledged");

    lock.close().await?;
    assert_eq!(bench.flow.shared().flush(Duration::from_secs(60)).await, 0);
    assert_eq!((price_there(&bench, 7).await?, queue(&bench).trouble), (old + 2, None));
    Ok(())
}

#[tokio::test]
async fn by_write_behind_rows_that_somebody_else_wrote_meanwhile_are_not_undone_and_not_hidden() -> Result<()> {
    let bench = behind(SLOW).await?;
    let old = price_there(&bench, 7).await?;
    bench.write_for(7, Query::Lookup).await;
    bench.flow.database().write(7).await?;
    assert_eq!(bench.flow.shared().flush(Duration::from_secs(60)).await, 0);
    assert_eq!(price_there(&bench, 7).await?, old + 2, "both writes count");
    // The delete follows the commit.
    let mut redis = bench.redis().await?;
    while redis.exists("cachescope:lookup:7").await? {
        tokio::task::yield_now().await;
    }
    assert_eq!(price(bench.read(7, Query::Lookup).await.0.body.as_ref())?.unsigned_abs(), old + 2);
    Ok(())
}

#[tokio::test]
async fn by_write_behind_writers_and_readers_at_once_see_every_price_in_turn() -> Result<()> {
    let bench = behind(Background { write_delay_ms: 1, queue_limit: 5, ..SLOW }).await?;
    let old = price_there(&bench, 7).await?;
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..200_u64 {
        let flow = bench.flow.clone();
        requests.spawn(async move {
            let mut collector = Collector::new(number, Request::write(7));
            let query = Query::Lookup;
            let response = match number % 4 {
                0 => flow.write(&Request { query, ..Request::write(7) }, &mut collector).await,
                1 => {
                    // What is evicted is loaded anew while writes wait.
                    let _ = flow.cache().delete(&["cachescope:lookup:7".to_owned()]).await;
                    flow.read(&Request::read(7, query), &mut collector).await
                }
                _ => flow.read(&Request::read(7, query), &mut collector).await,
            };
            (number % 4 == 0, price(response.body.as_ref()).map(i64::unsigned_abs))
        });
    }
    let mut acknowledged = Vec::new();
    for (is_write, price) in requests.join_all().await {
        let price = price?;
        ensure!((old..=old + 50).contains(&price), "{price}");
        if is_write {
            acknowledged.push(price);
        }
    }
    acknowledged.sort_unstable();
    assert_eq!(acknowledged, (old + 1..=old + 50).collect::<Vec<_>>(), "each write was told another price");
    let last = price(bench.read(7, Query::Lookup).await.0.body.as_ref())?.unsigned_abs();
    assert_eq!(last, old + 50, "no older one was stored over the last");
    assert_eq!(bench.flow.shared().flush(Duration::from_secs(60)).await, 0);
    assert_eq!(price_there(&bench, 7).await?, old + 50);
    Ok(())
}

#[tokio::test]
async fn by_write_behind_a_report_is_not_changed_and_the_row_is_read_where_it_is_not_known() -> Result<()> {
    let bench = behind(SLOW).await?;
    let old = price_there(&bench, 7).await?;
    let (first, trace) = bench.write_for(7, Query::Report).await;
    assert_eq!(kinds(&trace), [DbQuery, Defer, CacheDel, Respond]);
    assert_eq!(price(first.body.as_ref())?.unsigned_abs(), old + 1);
    let (second, trace) = bench.write_for(7, Query::Report).await;
    assert_eq!(kinds(&trace), [Defer, CacheDel, Respond], "the queue knows it");
    assert_eq!(price(second.body.as_ref())?.unsigned_abs(), old + 2);
    let (none, _) = bench.write_for(4_000_000_000, Query::Report).await;
    assert_eq!((none.outcome, none.body, queue(&bench).waiting), (Outcome::Written, None, 2));
    Ok(())
}

#[tokio::test]
async fn by_another_pattern_what_waits_in_the_queue_still_counts() -> Result<()> {
    let bench = behind(SLOW).await?;
    let old = price_there(&bench, 7).await?;
    bench.write_for(7, Query::Lookup).await;
    let flow = &bench.flow;
    let clock = std::sync::Arc::new(trace::MonotonicClock::start());
    for pattern in [Pattern::NoCache, Pattern::CacheAside] {
        let conditions = Conditions { pattern, ..Conditions::default() };
        let cache = flow.cache().clone();
        let flow = flow::Flow::new(cache, flow.database().clone(), &conditions, clock.clone()).sharing(&flow.shared());
        bench.redis().await?.del::<_, ()>("cachescope:lookup:7").await?;
        let read = flow.read(&Request::read(7, Query::Lookup), trace::Discard).await;
        assert_eq!(price(read.body.as_ref())?.unsigned_abs(), old + 1, "{pattern}");
    }
    Ok(())
}

#[tokio::test]
async fn when_the_cache_is_down_write_behind_queues_all_the_same() -> Result<()> {
    let mut bench = behind(SLOW).await?;
    let old = price_there(&bench, 7).await?;
    bench.stop_server().await;
    for more in 1..=2 {
        let (written, trace) = bench.write_for(7, Query::Lookup).await;
        assert_eq!((written.outcome, price(written.body.as_ref())?.unsigned_abs()), (Outcome::Written, old + more));
        assert!(trace.notes.iter().any(|note| note.ends_with("may be served for up to 60 s.")), "{:?}", trace.notes);
        let (read, _) = bench.read(7, Query::Lookup).await;
        assert_eq!((read.outcome, price(read.body.as_ref())?.unsigned_abs()), (Outcome::Bypass, old + more));
    }
    Ok(())
}

/// A laboratory that works by this pattern.
async fn laboratory(folder: &Path, pattern: Pattern, background: Background) -> Result<Lab> {
    let conditions = Conditions { pattern, background, query: Query::Lookup, ..Conditions::default() };
    let lab = Lab::open(options(folder, Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    Ok(lab)
}

#[tokio::test]
async fn when_the_laboratory_closes_the_queue_is_written() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = laboratory(folder.path(), Pattern::WriteBehind, SLOW).await?;
    let first = lab.write(7).await?;
    let mut events = lab.events();
    loop {
        if let Some(Event::Status(status)) = events.next().await
            && status.background.waiting == 1
        {
            break;
        }
    }
    assert_eq!(lab.close().await, None, "nothing is lost");

    let lab = laboratory(folder.path(), Pattern::NoCache, SLOW).await?;
    let value = |detail: lab::TraceDetail| detail.value.map(|value| value.text).context("a value");
    let (written, read) = (value(first)?, value(lab.read(7, Query::Lookup).await?)?);
    assert_eq!(price(Some(&written.into_bytes()))?, price(Some(&read.into_bytes()))?);
    lab.close().await;
    let left = fs::read_dir(folder.path())?.filter_map(Result::ok).map(|entry| entry.file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().contains("journal")), "and nothing is left behind");
    Ok(())
}

#[tokio::test]
async fn a_database_that_is_down_on_purpose_takes_no_queued_writes_until_it_is_back() -> Result<()> {
    let folder = TempDir::new()?;
    let quick = Background { write_delay_ms: 1, ..Background::default() };
    let lab = laboratory(folder.path(), Pattern::WriteBehind, quick).await?;
    lab.read(7, Query::Lookup).await?;
    let mut events = lab.events();
    let mut until = async |reached: &dyn Fn(&lab::BackgroundWork) -> bool| loop {
        if let Some(Event::Status(status)) = events.next().await
            && reached(&status.background)
        {
            break;
        }
    };
    lab.set_faults(Faults { database: Some(DatabaseFault::Down), ..Faults::default() }).await?;
    assert_eq!(lab.write(7).await?.trace.outcome, Outcome::Written, "the cache holds the row, so it is acknowledged");
    until(&|background| background.waiting == 1 && background.trouble.is_some()).await;

    lab.set_faults(Faults::default()).await?;
    until(&|background| background.waiting == 0 && background.trouble.is_none()).await;
    assert_eq!(lab.close().await, None, "nothing is lost");
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_written_when_the_laboratory_closes_is_told_then_and_at_the_next_start() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = laboratory(folder.path(), Pattern::WriteBehind, SLOW).await?;
    lab.read(7, Query::Lookup).await?;
    let lock = locked(&Database::path(folder.path(), Size::Tiny)).await?;
    for _ in 0..3 {
        lab.write(7).await?;
    }
    let lost = lab.close().await.context("something is lost")?;
    // They are just being written, and it cannot know what becomes of that.
    assert!(lost.starts_with("Between 0 and 3 writes were acknowledged and did not come to the database"), "{lost}");
    lock.close().await?;

    let lab = laboratory(folder.path(), Pattern::WriteBehind, SLOW).await?;
    let told = notice(&mut lab.events()).await?;
    // They were just being written when it gave up, so it cannot know.
    assert!(told.starts_with("Between 0 and 3 writes were acknowledged and had not come to the database"), "{told}");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn what_a_killed_process_takes_is_counted_and_told_at_the_next_start() -> Result<()> {
    let folder = TempDir::new()?;
    let arguments = [
        ["--workload", "one-key"],
        ["--product", "7"],
        ["--writes", "100"],
        ["--query", "lookup"],
        ["--rate", "50"],
        ["--duration", "10m"],
        ["--pattern", "write-behind"],
        ["--write-delay", "60s"],
    ];
    let arguments = [&["load"], arguments.as_flattened()].concat();
    let mut child = Running(command(&arguments, folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
    while acknowledged(folder.path()).is_none_or(|writes| writes < 25) {
        ensure!(child.0.try_wait()?.is_none(), "it ended before its time");
        tokio::task::yield_now().await;
    }
    // SIGKILL: nothing of it runs any more.
    drop(child);
    let acknowledged = acknowledged(folder.path()).context("its journal")?;

    let opened = Database::open_or_build(folder.path(), Size::Small, |_| {}).await?;
    let row = opened.database.query(Query::Lookup, 7).await?.as_ref().and_then(Answer::row).context("a row")?;
    assert_eq!(row.version, 1, "none of them came to the database");
    opened.database.close().await?;

    let lab = laboratory(folder.path(), Pattern::CacheAside, SLOW).await?;
    let told = notice(&mut lab.events()).await?;
    assert!(told.starts_with(&format!("{acknowledged} writes were acknowledged and had not come")), "{told}");
    lab.close().await;
    let (_, losses) = Journal::open(folder.path())?;
    assert_eq!(losses, [], "it is told once");
    Ok(())
}

/// How many writes a process has acknowledged that works on this folder, as its journal says.
fn acknowledged(folder: &Path) -> Option<u64> {
    let journal = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let journal = journal.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "journal"))?;
    let text = fs::read_to_string(journal).ok()?;
    text.lines().find_map(|line| line.strip_prefix("acknowledged"))?.trim().parse().ok()
}
