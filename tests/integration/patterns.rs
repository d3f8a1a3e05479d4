//! How cache and database work together, on the real server and the real database: what each pattern does, and that its
//! promises hold.

use anyhow::{Context as _, Result};
use redis::AsyncCommands as _;
use trace::StepKind::{CacheDel, CacheSet, DbQuery, DbWrite, Encode, Respond};
use trace::{Conditions, Outcome, Pattern, Query};

use crate::bench::{Bench, TTL, kinds};

async fn bench(pattern: Pattern) -> Result<Bench> {
    Bench::under(Conditions { pattern, ..Conditions::default() }).await
}

/// The price in what a read responded, in cents.
fn price(body: Option<&Vec<u8>>) -> Result<i64> {
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
