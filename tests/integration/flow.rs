//! The golden tests of the flow, on every pair of engine and database. It does not know which they are, and nor do its tests.
//!
//! Each pair has an engine and a database of its own, on which the tests run one after the other; the PostgreSQL server is
//! shared by those that run at the same time. `tests/recordings/pairs.txt` is the table of all of them: see [`pairs`].

#![expect(clippy::needless_pass_by_ref_mut, reason = "all tests are called alike, and some change their bench")]

use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;
use trace::StepKind::{CacheDel, CacheGet, CacheSet, DbQuery, DbWrite, Decode, Encode, Respond};
use trace::{Outcome, Query, Trace};

use crate::bench::{Bench, Kept, TTL, kinds};
use crate::engines::Kind;

mod pairs;

/// What an engine has refused, in its client's words, because it has no command for it: then the rest of the test has held.
pub(crate) type Refused = Option<String>;

/// A test of the flow, as it runs on a bench.
type OnBench<'a> = Pin<Box<dyn Future<Output = Result<Refused>> + 'a>>;

/// A test of the flow.
struct Golden {
    name: &'static str,
    run: for<'a> fn(&'a mut Bench) -> OnBench<'a>,
}

macro_rules! golden {
    ($($name:ident)+) => {
        /// What holds on every pair. The last one stops the server.
        const GOLDEN: &[Golden] = &[$(Golden { name: stringify!($name), run: |bench| Box::pin($name(bench)) }),+];
    };
}

golden! {
    the_first_request_misses_and_the_second_hits
    every_query_is_cached_under_a_key_of_its_own_with_the_ttl
    a_value_whose_time_is_over_is_loaded_again
    a_write_updates_the_row_and_the_next_read_sees_it
    a_cached_value_that_cannot_be_decoded_is_replaced
    a_missing_product_is_an_answer
    sixty_four_at_once_are_all_answered_alike
    the_server_counts_the_hits_and_misses_that_the_traces_show
    when_the_cache_is_down_the_database_answers
}

/// Runs one after the other, each over an empty cache, and answers what was refused of each.
async fn every_golden_test(kind: Option<Kind>, kept: Kept) -> Result<Vec<(&'static str, Refused)>> {
    let mut bench = Box::pin(Bench::over_pair(kind, kept)).await?;
    let mut ran = Vec::new();
    for Golden { name, run } in GOLDEN {
        let on = || format!("{name}, on {kind:?} over {kept:?}");
        bench.empty().await.with_context(on)?;
        ran.push((*name, run(&mut bench).await.with_context(on)?));
    }
    Ok(ran)
}

/// The paths of the flow on an engine that is reached in another way.
pub(crate) async fn every_path(bench: &mut Bench) -> Result<()> {
    let counts = |golden: &&Golden| !golden.name.contains("counts");
    for Golden { name, run } in GOLDEN.iter().filter(counts) {
        bench.empty().await?;
        let refused = run(bench).await.context(*name)?;
        anyhow::ensure!(refused.is_none(), "{name}: {refused:?}");
    }
    Ok(())
}

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

async fn the_first_request_misses_and_the_second_hits(bench: &mut Bench) -> Result<Refused> {
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
    Ok(None)
}

async fn every_query_is_cached_under_a_key_of_its_own_with_the_ttl(bench: &mut Bench) -> Result<Refused> {
    for query in Query::ALL {
        assert_eq!(bench.read(7, query).await.0.outcome, Outcome::Miss, "{query}");
        assert_eq!(bench.read(7, query).await.0.outcome, Outcome::Hit, "{query}");
        let left = match bench.flow.cache().get_with_ttl(&format!("cachescope:{query}:7")).await {
            Err(cache::Error::Unsupported(why)) => {
                assert!(bench.flow.cache().get(&format!("cachescope:{query}:7")).await?.is_some(), "{query}");
                return Ok(Some(why.to_owned()));
            }
            held => held?.context("it is there")?.1,
        };
        // To the millisecond where no time passes but the test's.
        let since = TTL.checked_sub(left).context("no longer than the TTL")?;
        let most = if bench.has_the_clock() { Duration::ZERO } else { TTL / 2 };
        assert!(since <= most, "{query}: {left:?}");
    }
    Ok(None)
}

async fn a_value_whose_time_is_over_is_loaded_again(bench: &mut Bench) -> Result<Refused> {
    bench.read(1, Query::Lookup).await;
    if bench.has_the_clock() {
        bench.server_clock.advance(TTL - Duration::from_millis(1));
        assert_eq!(
            bench.read(1, Query::Lookup).await.0.outcome,
            Outcome::Hit,
            "its time is not over to the millisecond"
        );
        bench.server_clock.advance(Duration::from_millis(1));
    } else {
        match bench.flow.cache().expire_all(Duration::ZERO).await {
            Err(cache::Error::Unsupported(why)) => return Ok(Some(why.to_owned())),
            expired => assert_eq!(expired?, 1),
        }
    }
    assert_eq!(bench.read(1, Query::Lookup).await.0.outcome, Outcome::Miss, "the next request pays");
    assert_eq!(bench.read(1, Query::Lookup).await.0.outcome, Outcome::Hit);
    Ok(None)
}

async fn a_write_updates_the_row_and_the_next_read_sees_it(bench: &mut Bench) -> Result<Refused> {
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
    Ok(None)
}

async fn when_the_cache_is_down_the_database_answers(bench: &mut Bench) -> Result<Refused> {
    let (cached, _) = bench.read(5, Query::Page).await;
    bench.stop_server().await;

    let (answer, trace) = bench.read(5, Query::Page).await;
    assert_eq!(answer.outcome, Outcome::Bypass);
    assert_eq!(kinds(&trace), [CacheGet, DbQuery, Respond], "nothing is stored");
    assert!(trace.steps[0].failed);
    assert_eq!(answer.body, cached.body);
    let says = |words: &str| trace.notes[0].contains(words);
    assert!(says("could not be reached") || says("does not answer") || says("names no master"), "{:?}", trace.notes);
    assert_sound(&trace);

    let (written, trace) = bench.write(5).await;
    assert_eq!(written.outcome, Outcome::Written);
    assert!(trace.notes[0].contains("not deleted"), "{:?}", trace.notes);
    Ok(None)
}

async fn a_cached_value_that_cannot_be_decoded_is_replaced(bench: &mut Bench) -> Result<Refused> {
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
    Ok(None)
}

async fn a_missing_product_is_an_answer(bench: &mut Bench) -> Result<Refused> {
    let missing = 4_000_000_000;
    for _ in 0..2 {
        let (answer, trace) = bench.read(missing, Query::Page).await;
        assert_eq!((answer.outcome, answer.body), (Outcome::Miss, None), "nothing was stored, so it misses again");
        assert_eq!(kinds(&trace), [CacheGet, DbQuery, Respond]);
        assert_eq!(trace.notes, ["There is no product 4000000000."]);
    }
    let (answer, _) = bench.write(missing).await;
    assert_eq!((answer.outcome, answer.body), (Outcome::Written, None));
    Ok(None)
}

async fn sixty_four_at_once_are_all_answered_alike(bench: &mut Bench) -> Result<Refused> {
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
    Ok(None)
}

async fn the_server_counts_the_hits_and_misses_that_the_traces_show(bench: &mut Bench) -> Result<Refused> {
    let before = bench.flow.cache().keyspace().await;
    let (mut hits, mut misses) = (0, 0);
    for product in [1, 2, 1, 1, 3, 2] {
        match bench.read(product, Query::Lookup).await.0.outcome {
            Outcome::Hit => hits += 1,
            Outcome::Miss => misses += 1,
            other => bail!("neither hit nor miss: {other:?}"),
        }
    }
    assert_eq!((hits, misses), (3, 3));
    let before = match before {
        Err(cache::Error::Unsupported(why)) => return Ok(Some(why.to_owned())),
        before => before?,
    };
    let after = bench.flow.cache().keyspace().await?;
    assert_eq!((after.hits - before.hits, after.misses - before.misses), (hits, misses));
    Ok(None)
}
