//! Patterns, faults and protections together, on the real server and the real database: what one of them promises or tells
//! stays true beside the others.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use cache::{Cache, Dialect, Target};
use flow::Flow;
use metrics::{Gets, Meter, Probe};
use redis::AsyncCommands as _;
use tokio::task::JoinSet;
use trace::StepKind::{CacheGet, DbQuery, Defer, Wait};
use trace::{Collector, Conditions, MonotonicClock, Outcome, Pattern, Protections, Query, Request, Trace};

use crate::bench::{Bench, TTL, kinds};
use crate::patterns::price;

const NONE: Protections = Protections {
    single_flight: false,
    ttl_jitter_percent: 0,
    negative_ttl_ms: 0,
    cache_lock: false,
    lease: false,
    early_expiry_percent: 0,
    bloom_filter: false,
    circuit_breaker: false,
    database_limit: 0,
};

/// All at once, but for one of the two that exclude each other.
const ALL: Protections = Protections {
    single_flight: true,
    ttl_jitter_percent: 0,
    negative_ttl_ms: 5_000,
    cache_lock: false,
    lease: true,
    early_expiry_percent: 100,
    bloom_filter: true,
    circuit_breaker: true,
    database_limit: 1,
};

/// Those of them that there can be under that pattern.
fn fitting(pattern: Pattern, protections: Protections) -> Conditions {
    let conditions = Conditions { pattern, protections, ..Conditions::default() };
    if conditions.check().is_ok() {
        return conditions;
    }
    let sooner = Protections { early_expiry_percent: 0, ..protections };
    let conditions = Conditions { protections: sooner, ..conditions };
    if conditions.check().is_ok() {
        return conditions;
    }
    Conditions { protections: sooner.of_the_database(), ..conditions }
}

async fn read(flow: &Flow, product: u32) -> Trace {
    let request = Request::read(product, Query::Lookup);
    let mut collector = Collector::new(1, request);
    flow.read(&request, &mut collector).await;
    collector.into_trace()
}

/// The flow of that bench over its database as `change` leaves it.
fn over(bench: &Bench, conditions: &Conditions, database: database::Database) -> Flow {
    let cache = Cache::new(Target::own(bench.address, Dialect::Redis));
    Flow::new(cache, database, conditions, Arc::new(MonotonicClock::start()))
}

#[tokio::test]
async fn under_every_pattern_and_protection_a_read_finds_what_was_written() -> Result<()> {
    let lock = Protections { lease: false, cache_lock: true, ..ALL };
    for pattern in Pattern::ALL {
        for protections in [NONE, lock, ALL] {
            let conditions = fitting(pattern, protections);
            assert_eq!(conditions.check(), Ok(()), "{pattern}");
            let bench = Bench::under(conditions).await?;
            let (written, _) = bench.write_for(7, Query::Lookup).await;
            let (first, _) = bench.read(7, Query::Lookup).await;
            let (second, trace) = bench.read(7, Query::Lookup).await;
            let new = price(written.body.as_ref())?;
            assert_eq!(price(first.body.as_ref())?, new, "{pattern} {protections}");
            assert_eq!(price(second.body.as_ref())?, new, "{pattern} {protections}");
            let outcome = if pattern.has_cache() { Outcome::Hit } else { Outcome::Bypass };
            assert_eq!(second.outcome, outcome, "{pattern} {protections}: {trace:?}");
            if pattern.has_cache() {
                let keys: Vec<String> = bench.redis().await?.keys("cachescope:*").await?;
                assert_eq!(
                    keys,
                    ["cachescope:lookup:7"],
                    "{pattern} {protections}: no lock and no lease is left behind"
                );
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_reloaded_in_the_background_is_reloaded_whatever_protects_it() -> Result<()> {
    let lock = Protections { lease: false, cache_lock: true, ..ALL };
    for (pattern, outcome) in [(Pattern::RefreshAhead, Outcome::Hit), (Pattern::StaleWhileRevalidate, Outcome::Stale)] {
        for protections in [NONE, lock, ALL] {
            let bench = Bench::under(fitting(pattern, protections)).await?;
            let old = price(bench.read(7, Query::Lookup).await.0.body.as_ref())?;
            // Somebody else's write: nobody tells the cache.
            bench.flow.database().write(7).await?;
            bench.server_clock.advance(if outcome == Outcome::Hit { TTL - Duration::from_secs(1) } else { TTL });

            let (held, trace) = bench.read(7, Query::Lookup).await;
            assert_eq!((held.outcome, price(held.body.as_ref())?), (outcome, old), "{pattern} {protections}");
            assert!(kinds(&trace).contains(&Defer));
            let mut state = bench.flow.shared().reloads();
            state.wait_for(|state| state.done == 1 && state.under_way == 0).await?;
            let (new, _) = bench.read(7, Query::Lookup).await;
            assert_eq!((new.outcome, price(new.body.as_ref())?), (Outcome::Hit, old + 1), "{pattern} {protections}");
            let keys: Vec<String> = bench.redis().await?.keys("cachescope:*").await?;
            assert_eq!(keys, ["cachescope:lookup:7"], "{pattern} {protections}: no lease is left behind");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_server_counts_what_requests_protections_and_reloads_looked_up() -> Result<()> {
    for pattern in Pattern::ALL.into_iter().filter(|pattern| pattern.has_cache()) {
        for protections in [NONE, ALL] {
            let bench = Bench::under(fitting(pattern, protections)).await?;
            let meter = Arc::new(Meter::start(Arc::new(MonotonicClock::start())));
            for id in 1..=3 {
                let request = Request::read(7, Query::Lookup);
                bench.flow.read(&request, Probe::new(Arc::clone(&meter), id, request, None)).await;
                bench.server_clock.advance(TTL - Duration::from_secs(1));
            }
            let request = Request::write(7);
            bench.flow.write(&request, Probe::new(Arc::clone(&meter), 4, request, None)).await;
            bench.flow.shared().settle(Duration::from_secs(60)).await;

            let there = bench.flow.cache().keyspace().await?;
            let Gets { answered, failed, besides } = meter.gets();
            let told = answered * bench.flow.lookups_per_get() + besides;
            assert_eq!((told, failed), (there.hits + there.misses, 0), "{pattern} {protections}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn by_read_through_a_value_is_loaded_early_as_by_cache_aside() -> Result<()> {
    let protections = Protections { early_expiry_percent: 1_000, ..NONE };
    let bench = Bench::under(fitting(Pattern::ReadThrough, protections)).await?;
    let conditions = Conditions { ttl_ms: 60_000, ..fitting(Pattern::ReadThrough, protections) };
    // A load that takes so long is due a millisecond before the end but for once in a thousand times.
    let flow = over(&bench, &conditions, bench.flow.database().slowed_by(Duration::from_millis(100)));
    assert_eq!(read(&flow, 7).await.outcome, Outcome::Miss);
    bench.server_clock.advance(TTL - Duration::from_millis(1));
    let early = read(&flow, 7).await;
    assert_eq!(early.outcome, Outcome::Miss);
    assert_eq!(early.notes, ["The value had 1 ms left; it is loaded early."]);
    Ok(())
}

#[tokio::test]
async fn the_circuit_breaker_opens_on_a_database_that_is_broken_on_purpose() -> Result<()> {
    let conditions = fitting(Pattern::CacheAside, Protections { circuit_breaker: true, ..NONE });
    let bench = Bench::under(conditions.clone()).await?;
    let flow = over(&bench, &conditions, bench.flow.database().down());
    for product in 1..=5 {
        assert_eq!(read(&flow, product).await.outcome, Outcome::Error);
    }
    let shed = read(&flow, 6).await;
    assert_eq!((shed.outcome, kinds(&shed).contains(&DbQuery)), (Outcome::Shed, false));
    Ok(())
}

#[tokio::test]
async fn a_turn_at_the_database_lasts_as_long_as_a_fault_holds_it_and_both_are_told() -> Result<()> {
    let conditions = fitting(Pattern::CacheAside, Protections { database_limit: 1, ..NONE });
    let bench = Bench::under(conditions.clone()).await?;
    let delay = Duration::from_millis(50);
    let flow = over(&bench, &conditions, bench.flow.database().slowed_by(delay));
    let mut reads = JoinSet::new();
    for product in 1..=3 {
        let flow = flow.clone();
        reads.spawn(async move { read(&flow, product).await });
    }
    let mut asked = Vec::new();
    let mut waits = 0;
    for trace in reads.join_all().await {
        assert_eq!(trace.outcome, Outcome::Miss, "{:?}", trace.notes);
        waits += usize::from(kinds(&trace).starts_with(&[CacheGet, Wait]));
        let query = trace.steps.iter().find(|step| step.kind == DbQuery).expect("it asked");
        assert!(u128::from(query.injected_ns) >= delay.as_nanos(), "{query:?}");
        assert!(trace.steps.iter().all(|step| step.kind == DbQuery || step.injected_ns == 0), "{:?}", trace.steps);
        let began_ns = trace.started_ns + query.start_ns;
        asked.push((began_ns, began_ns + query.duration_ns));
    }
    asked.sort_unstable();
    assert!(asked.windows(2).all(|pair| pair[0].1 <= pair[1].0), "one at a time: {asked:?}");
    assert_eq!(waits, 2);
    Ok(())
}
