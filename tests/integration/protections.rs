//! What keeps misses from harming the database, on the real server and the real database.

use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Result;
use redis::AsyncCommands as _;
use tokio::task::{AbortHandle, JoinSet};
use trace::StepKind::{CacheGet, CacheSet, DbQuery, Decode, Encode, Respond, Wait};
use trace::{Collector, Outcome, Protections, Query, Request, Sink, Step, StepKind, Trace};

use crate::bench::{Bench, TTL, kinds};

fn single_flight() -> Protections {
    Protections { single_flight: true, ..Protections::default() }
}

/// A number that no product has.
const MISSING: u32 = 4_000_000_000;

/// So many reads of one product at once.
async fn stampede(bench: &Bench, requests: u64, product: u32) -> Vec<(Option<Vec<u8>>, Trace)> {
    let mut reads = JoinSet::new();
    for id in 0..requests {
        let flow = bench.flow.clone();
        reads.spawn(async move {
            let request = Request::read(product, Query::Report);
            let mut collector = Collector::new(id, request);
            let response = flow.read(&request, &mut collector).await;
            (response.body, collector.into_trace())
        });
    }
    reads.join_all().await
}

fn queries(traces: &[(Option<Vec<u8>>, Trace)]) -> usize {
    traces.iter().flat_map(|(_, trace)| &trace.steps).filter(|step| step.kind == DbQuery).count()
}

#[tokio::test]
async fn of_a_stampede_one_asks_the_database_and_the_others_get_its_answer() -> Result<()> {
    let alone = stampede(&Bench::set_up().await?, 50, 7).await;
    assert!(queries(&alone) > 1, "without single-flight each miss asks for itself");

    let together = stampede(&Bench::protected_by(single_flight()).await?, 50, 7).await;
    assert_eq!(queries(&together), 1);
    let waited: Vec<_> = together.iter().filter(|(_, trace)| trace.outcome == Outcome::Coalesced).collect();
    assert!(!waited.is_empty());
    for (_, trace) in &waited {
        assert_eq!(kinds(trace), [CacheGet, Wait, Respond]);
    }
    assert!(together.iter().all(|(body, _)| *body == alone[0].0 && body.is_some()), "all get the same answer");
    Ok(())
}

#[tokio::test]
async fn without_a_cache_to_ask_a_stampede_is_one_query_all_the_same() -> Result<()> {
    let mut bench = Bench::protected_by(single_flight()).await?;
    bench.stop_server().await;
    let traces = stampede(&bench, 50, 7).await;
    assert!(queries(&traces) < 50, "{} queries", queries(&traces));
    assert!(traces.iter().all(|(body, trace)| body.is_some() && trace.outcome == Outcome::Bypass));
    Ok(())
}

#[tokio::test]
async fn when_the_database_does_not_answer_the_one_that_asked_all_are_told_why() -> Result<()> {
    let bench = Bench::protected_by(single_flight()).await?;
    bench.flow.database().clone().close().await?;
    let traces = stampede(&bench, 20, 7).await;
    assert!(traces.iter().all(|(body, trace)| body.is_none() && trace.notes.len() == 1), "{traces:?}");
    assert!(traces.iter().all(|(_, trace)| trace.outcome == Outcome::Error));
    Ok(())
}

/// The sink of a leader: when the database has answered it waits until somebody waits for it, then does as it is told.
struct Leading {
    collector: Collector,
    at_query: Sender<()>,
    followed: Receiver<()>,
    panics: bool,
}

impl Sink for Leading {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if kind == DbQuery {
            self.at_query.send(()).expect("the test listens");
        }
    }

    fn step(&mut self, step: Step) {
        if step.kind == DbQuery {
            tokio::task::block_in_place(|| self.followed.recv()).expect("somebody follows");
            assert!(!self.panics, "a panic that is meant to be");
        }
        self.collector.step(step);
    }

    fn note(&mut self, note: String) {
        self.collector.note(note);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
    }
}

/// The sink of a follower: it lets the leader know that it waits, after calling it off if it is to.
struct Following {
    collector: Collector,
    followed: Sender<()>,
    calls_off: Option<AbortHandle>,
}

impl Sink for Following {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if kind == Wait {
            if let Some(leader) = &self.calls_off {
                leader.abort();
            }
            let told = self.followed.send(());
            // One that was called off may be gone by now.
            assert!(told.is_ok() || self.calls_off.is_some(), "the leader listens");
        }
    }

    fn step(&mut self, step: Step) {
        self.collector.step(step);
    }

    fn note(&mut self, note: String) {
        self.collector.note(note);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
    }
}

/// One request leads, another follows it, and the leader panics or is cancelled. Returns the follower's trace.
async fn forsaken(panics: bool) -> Result<Trace> {
    let bench = Bench::protected_by(single_flight()).await?;
    let request = Request::read(7, Query::Lookup);
    let ((at_query, queried), (followed, is_followed)) = (channel(), channel());
    let leader = tokio::spawn({
        let (flow, collector) = (bench.flow.clone(), Collector::new(1, request));
        async move { flow.read(&request, Leading { collector, at_query, followed: is_followed, panics }).await }
    });
    tokio::task::spawn_blocking(move || queried.recv()).await??;
    let calls_off = (!panics).then(|| leader.abort_handle());
    let mut following = Following { collector: Collector::new(2, request), followed, calls_off };
    let response = bench.flow.read(&request, &mut following).await;
    assert!(response.body.is_some());
    assert!(leader.await.is_err(), "the leader came to nothing");
    Ok(following.collector.into_trace())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn whoever_followed_a_leader_that_came_to_nothing_leads() -> Result<()> {
    for panics in [true, false] {
        let trace = forsaken(panics).await?;
        assert_eq!(trace.outcome, Outcome::Miss);
        assert_eq!(kinds(&trace), [CacheGet, Wait, DbQuery, Encode, CacheSet, Respond]);
        assert!(trace.steps[1].failed, "it waited in vain");
        assert_eq!(trace.notes, ["The request that was waited for was given up."]);
    }
    Ok(())
}

#[tokio::test]
async fn by_jitter_what_was_stored_together_expires_apart_and_never_late() -> Result<()> {
    let bench = Bench::protected_by(Protections { ttl_jitter_percent: 50, ..Protections::default() }).await?;
    let mut redis = bench.redis().await?;
    let mut lives = Vec::new();
    for product in 1..=40 {
        bench.read(product, Query::Lookup).await;
        lives.push(redis.pttl::<_, u64>(format!("cachescope:lookup:{product}")).await?);
    }
    let ttl = u64::try_from(TTL.as_millis())?;
    assert!(lives.iter().all(|life| (ttl / 2..=ttl).contains(life)), "{lives:?}");
    let (least, most) = (lives.iter().min().expect("40"), lives.iter().max().expect("40"));
    assert!(most - least > ttl / 4, "{lives:?}");
    Ok(())
}

#[tokio::test]
async fn that_a_product_does_not_exist_is_remembered_for_a_time_of_its_own() -> Result<()> {
    let plain = Bench::set_up().await?;
    for _ in 0..2 {
        assert_eq!(kinds(&plain.read(MISSING, Query::Page).await.1), [CacheGet, DbQuery, Respond]);
    }

    let bench = Bench::protected_by(Protections { negative_ttl_ms: 5_000, ..Protections::default() }).await?;
    let (first, miss) = bench.read(MISSING, Query::Page).await;
    assert_eq!((first.outcome, first.body), (Outcome::Miss, None));
    assert_eq!(kinds(&miss), [CacheGet, DbQuery, Encode, CacheSet, Respond]);
    let (second, hit) = bench.read(MISSING, Query::Page).await;
    assert_eq!((second.outcome, second.body), (Outcome::Hit, None));
    assert_eq!(kinds(&hit), [CacheGet, Decode, Respond]);

    bench.server_clock.advance(std::time::Duration::from_secs(5));
    assert_eq!(bench.read(MISSING, Query::Page).await.0.outcome, Outcome::Miss, "it is forgotten");
    // What exists is stored for as long as ever.
    bench.read(1, Query::Page).await;
    let life: u128 = bench.redis().await?.pttl::<_, u64>("cachescope:page:1").await?.into();
    assert_eq!(life, TTL.as_millis());
    Ok(())
}
