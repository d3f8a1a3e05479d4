//! The flow on every pair of a real server and a real database. It does not know which they are, and nor do its tests.

use std::time::Duration;

use anyhow::{Context, Result};
use redis::AsyncCommands;
use tokio::task::JoinSet;
use trace::StepKind::{CacheDel, CacheGet, CacheSet, DbQuery, DbWrite, Decode, Encode, Respond};
use trace::{Conditions, Outcome, Query, Trace};

use crate::bench::{Bench, Cached, Kept, Pair, TTL, kinds};

/// Tests on a pair of engine and database.
macro_rules! on_pair {
    ($name:ident, $pair:expr, $($test:ident)+) => {
        mod $name {
            use super::{Cached, Kept};
            $(
                #[tokio::test]
                async fn $test() -> anyhow::Result<()> {
                    super::$test($pair).await
                }
            )+
        }
    };
}

/// The same tests on each of them.
macro_rules! on_every_pair {
    ($($test:ident)+) => {
        on_pair!(bundled_and_sqlite, (Cached::Bundled, Kept::Sqlite), $($test)+);
        on_pair!(bundled_and_postgres, (Cached::Bundled, Kept::Postgres), $($test)+);
        on_pair!(redis_and_sqlite, (Cached::Redis, Kept::Sqlite), $($test)+);
        on_pair!(redis_and_postgres, (Cached::Redis, Kept::Postgres), $($test)+);
    };
}

on_every_pair! {
    the_first_request_misses_and_the_second_hits
    every_query_is_cached_under_a_key_of_its_own_with_the_ttl
    a_write_updates_the_row_and_the_next_read_sees_it
    when_the_cache_is_down_the_database_answers
    a_cached_value_that_cannot_be_decoded_is_replaced
    a_missing_product_is_an_answer
    sixty_four_at_once_are_all_answered_alike
    the_server_counts_the_hits_and_misses_that_the_traces_show
}

// The bundled server's clock is in the test's hands.
on_pair!(timed_on_sqlite, (Cached::Bundled, Kept::Sqlite), a_stored_value_expires_to_the_millisecond);
on_pair!(timed_on_postgres, (Cached::Bundled, Kept::Postgres), a_stored_value_expires_to_the_millisecond);

/// What holds of every trace.
fn assert_sound(trace: &Trace) {
    let in_steps: u64 = trace.steps.iter().map(|step| step.duration_ns).sum();
    assert_eq!(in_steps + trace.other_ns, trace.total_ns, "steps and other make up the total: {trace:?}");
    let mut end = 0;
    for step in &trace.steps {
        assert!(step.start_ns >= end, "steps follow one another: {trace:?}");
        end = step.start_ns + step.duration_ns;
    }
    assert!(end <= trace.total_ns, "no step outlasts its request: {trace:?}");
}

async fn the_first_request_misses_and_the_second_hits(pair: Pair) -> Result<()> {
    a_miss_and_a_hit(&Bench::on(pair, Conditions::default()).await?).await
}

/// The paths of the flow, as they must be on every engine. Nobody else's keys are there, and none of ours.
pub(crate) async fn every_path(bench: &Bench) -> Result<()> {
    Box::pin(a_miss_and_a_hit(bench)).await?;
    Box::pin(keys_with_a_time_to_live(bench)).await?;
    Box::pin(a_write_and_what_is_read_after_it(bench)).await?;
    Box::pin(values_that_cannot_be_decoded(bench)).await?;
    Box::pin(a_missing_product(bench)).await?;
    Box::pin(sixty_four_at_once(bench)).await
}

async fn a_miss_and_a_hit(bench: &Bench) -> Result<()> {
    let (first, miss) = bench.read(42, Query::Page).await;
    assert_eq!(first.outcome, Outcome::Miss);
    assert_eq!(kinds(&miss), [CacheGet, DbQuery, Encode, CacheSet, Respond]);
    assert_sound(&miss);

    let (second, hit) = bench.read(42, Query::Page).await;
    assert_eq!(second.outcome, Outcome::Hit);
    assert_eq!(kinds(&hit), [CacheGet, Decode, Respond]);
    assert_sound(&hit);

    assert!(first.body.is_some());
    assert_eq!(first.body, second.body, "the cache gives back what the database gave");
    Ok(())
}

async fn every_query_is_cached_under_a_key_of_its_own_with_the_ttl(pair: Pair) -> Result<()> {
    let bench = Bench::on(pair, Conditions::default()).await?;
    keys_with_a_time_to_live(&bench).await?;
    for query in Query::ALL {
        let ttl: u64 = bench.redis().await?.pttl(format!("cachescope:{query}:7")).await?;
        // To the millisecond where no time passes but the test's.
        let since = TTL.as_millis() - u128::from(ttl);
        assert!(if pair.0 == Cached::Bundled { since == 0 } else { since < 10_000 }, "{since}");
    }
    Ok(())
}

async fn keys_with_a_time_to_live(bench: &Bench) -> Result<()> {
    for query in Query::ALL {
        assert_eq!(bench.read(7, query).await.0.outcome, Outcome::Miss, "{query}");
        assert_eq!(bench.read(7, query).await.0.outcome, Outcome::Hit, "{query}");
        let (_, left) =
            bench.flow.cache().get_with_ttl(&format!("cachescope:{query}:7")).await?.context("it is there")?;
        assert!(left <= TTL && left > TTL / 2, "{query}: {left:?}");
    }
    Ok(())
}

async fn a_stored_value_expires_to_the_millisecond(pair: Pair) -> Result<()> {
    let bench = Bench::on(pair, Conditions::default()).await?;
    bench.read(1, Query::Lookup).await;

    bench.server_clock.advance(TTL - Duration::from_millis(1));
    assert_eq!(bench.read(1, Query::Lookup).await.0.outcome, Outcome::Hit);

    bench.server_clock.advance(Duration::from_millis(1));
    assert_eq!(bench.read(1, Query::Lookup).await.0.outcome, Outcome::Miss, "the next request pays");
    Ok(())
}

async fn a_write_updates_the_row_and_the_next_read_sees_it(pair: Pair) -> Result<()> {
    a_write_and_what_is_read_after_it(&Bench::on(pair, Conditions::default()).await?).await
}

async fn a_write_and_what_is_read_after_it(bench: &Bench) -> Result<()> {
    for query in Query::ALL {
        bench.read(3, query).await;
    }
    let (before, _) = bench.read(3, Query::Lookup).await;

    let (written, trace) = bench.write(3).await;
    assert_eq!(written.outcome, Outcome::Written);
    assert_eq!(kinds(&trace), [DbWrite, CacheDel, Respond]);
    assert_sound(&trace);

    let (after, _) = bench.read(3, Query::Lookup).await;
    assert_eq!(after.outcome, Outcome::Miss);
    assert_ne!(before.body, after.body);
    for query in [Query::Page, Query::Report] {
        assert_eq!(bench.read(3, query).await.0.outcome, Outcome::Miss, "{query}: its key was deleted too");
    }
    Ok(())
}

async fn when_the_cache_is_down_the_database_answers(pair: Pair) -> Result<()> {
    let mut bench = Bench::on(pair, Conditions::default()).await?;
    let (cached, _) = bench.read(5, Query::Page).await;
    bench.stop_server().await;

    let (answer, trace) = bench.read(5, Query::Page).await;
    assert_eq!(answer.outcome, Outcome::Bypass);
    assert_eq!(kinds(&trace), [CacheGet, DbQuery, Respond], "nothing is stored");
    assert!(trace.steps[0].failed);
    assert_eq!(answer.body, cached.body);
    assert!(trace.notes[0].contains("could not be reached"), "{:?}", trace.notes);
    assert_sound(&trace);

    let (written, trace) = bench.write(5).await;
    assert_eq!(written.outcome, Outcome::Written);
    assert!(trace.notes[0].contains("not deleted"), "{:?}", trace.notes);
    Ok(())
}

async fn a_cached_value_that_cannot_be_decoded_is_replaced(pair: Pair) -> Result<()> {
    values_that_cannot_be_decoded(&Bench::on(pair, Conditions::default()).await?).await
}

async fn values_that_cannot_be_decoded(bench: &Bench) -> Result<()> {
    let cache = bench.flow.cache();
    bench.read(9, Query::Lookup).await;
    let other_query = cache.get("cachescope:lookup:9").await?.context("it is there")?;

    for corrupt in [&b"{\"product\":"[..], b"", b"\xff\xfe", b"[[[[[[[[", &other_query] {
        cache.set("cachescope:page:9", corrupt, TTL).await?;
        let (answer, trace) = bench.read(9, Query::Page).await;
        assert_eq!(answer.outcome, Outcome::Miss);
        assert_eq!(kinds(&trace), [CacheGet, Decode, DbQuery, Encode, CacheSet, Respond]);
        assert!(trace.steps[1].failed);
        assert!(trace.notes[0].contains("could not be decoded"), "{:?}", trace.notes);
        assert_eq!(bench.read(9, Query::Page).await.0.outcome, Outcome::Hit, "it was replaced");
    }
    Ok(())
}

async fn a_missing_product_is_an_answer(pair: Pair) -> Result<()> {
    a_missing_product(&Bench::on(pair, Conditions::default()).await?).await
}

async fn a_missing_product(bench: &Bench) -> Result<()> {
    let missing = 4_000_000_000;
    for _ in 0..2 {
        let (answer, trace) = bench.read(missing, Query::Page).await;
        assert_eq!((answer.outcome, answer.body), (Outcome::Miss, None), "nothing was stored, so it misses again");
        assert_eq!(kinds(&trace), [CacheGet, DbQuery, Respond]);
        assert_eq!(trace.notes, ["There is no product 4000000000."]);
    }
    let (answer, _) = bench.write(missing).await;
    assert_eq!((answer.outcome, answer.body), (Outcome::Written, None));
    Ok(())
}

async fn sixty_four_at_once_are_all_answered_alike(pair: Pair) -> Result<()> {
    sixty_four_at_once(&Bench::on(pair, Conditions::default()).await?).await
}

async fn sixty_four_at_once(bench: &Bench) -> Result<()> {
    let (alone, _) = bench.read(11, Query::Page).await;
    bench.write(12).await;

    let mut requests = JoinSet::new();
    for number in 0..64_u32 {
        let flow = bench.flow.clone();
        requests.spawn(async move {
            let request = trace::Request::read(11 + number % 2, Query::Page);
            let mut collector = trace::Collector::new(u64::from(number), request);
            let response = flow.read(&request, &mut collector).await;
            (request.product, response, collector.into_trace())
        });
    }
    let (mut hits, mut misses) = (0, 0);
    for (product, response, trace) in requests.join_all().await {
        assert_sound(&trace);
        match response.outcome {
            Outcome::Hit => hits += 1,
            Outcome::Miss => misses += 1,
            other => panic!("neither hit nor miss: {other:?}"),
        }
        if product == 11 {
            assert_eq!((response.outcome, &response.body), (Outcome::Hit, &alone.body));
        }
    }
    assert_eq!(hits + misses, 64);
    assert!(misses >= 1, "product 12 was not cached");
    Ok(())
}

async fn the_server_counts_the_hits_and_misses_that_the_traces_show(pair: Pair) -> Result<()> {
    let bench = Bench::on(pair, Conditions::default()).await?;
    for product in [1, 2, 1, 1, 3, 2] {
        bench.read(product, Query::Lookup).await;
    }
    let info: String = redis::cmd("INFO").arg("stats").query_async(&mut bench.redis().await?).await?;
    assert!(info.contains("keyspace_hits:3\r\n"), "{info}");
    assert!(info.contains("keyspace_misses:3\r\n"), "{info}");
    Ok(())
}
