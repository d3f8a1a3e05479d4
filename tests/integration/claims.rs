//! Lock and lease: whoever holds them loads, and what happens when it panics, is cancelled or loses them; on the real server
//! and the real database, in the order the test wants.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::Result;
use flow::{Flow, Response};
use redis::AsyncCommands as _;
use server::Clock;
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinHandle, JoinSet, block_in_place};
use trace::StepKind::{CacheGet, CacheLock, CacheSet, DbQuery, Decode, Encode, Respond, Wait};
use trace::{
    Collector, Conditions, Effect, Outcome, Pattern, Protection, Protections, Query, Request, Sink, Step, StepKind,
    Trace,
};

use crate::bench::{Bench, kinds};
use crate::patterns::price;

/// How long a lock or a lease holds.
const LIFE: Duration = Duration::from_secs(2);

fn lock() -> Protections {
    Protections { cache_lock: true, ..Protections::default() }
}

fn lease() -> Protections {
    Protections { lease: true, ..Protections::default() }
}

/// So many reads of one product at once, half of them through the flow of another process.
async fn stampede(bench: &Bench, requests: u64) -> Vec<(Response, Trace)> {
    let flows = [bench.flow.clone(), bench.of_another_process()];
    let mut reads = JoinSet::new();
    for id in 0..requests {
        let flow = flows[id as usize % 2].clone();
        reads.spawn(async move { read(&flow, 7, Query::Report, id).await });
    }
    reads.join_all().await
}

async fn read(flow: &Flow, product: u32, query: Query, id: u64) -> (Response, Trace) {
    let request = Request::read(product, query);
    let mut collector = Collector::new(id, request);
    let response = flow.read(&request, &mut collector).await;
    (response, collector.into_trace())
}

fn queries(traces: &[(Response, Trace)]) -> usize {
    traces.iter().flat_map(|(_, trace)| &trace.steps).filter(|step| step.kind == DbQuery).count()
}

fn effects(trace: &Trace, protection: Protection) -> Vec<Effect> {
    trace.effects.iter().filter(|effect| effect.protection == protection).copied().collect()
}

#[tokio::test]
async fn of_a_stampede_of_two_processes_one_asks_the_database_and_the_others_find_what_it_stored() -> Result<()> {
    let alone = stampede(&Bench::set_up().await?, 50).await;
    assert!(queries(&alone) > 1, "without them each miss asks for itself");

    for (protections, protection) in [(lock(), Protection::CacheLock), (lease(), Protection::Lease)] {
        let together = stampede(&Bench::protected_by(protections).await?, 50).await;
        assert_eq!(queries(&together), 1, "{protection:?}");
        assert!(together.iter().all(|(response, _)| response.body == alone[0].0.body && response.body.is_some()));
        let (mut waited, mut spared) = (0, 0);
        for (_, trace) in together.iter().filter(|(_, trace)| trace.outcome == Outcome::Coalesced) {
            let [effect] = effects(trace, protection)[..] else { panic!("{trace:?}") };
            assert_eq!(effect.queries_avoided, 1);
            spared += 1;
            if trace.steps.iter().any(|step| step.kind == Wait) {
                // Now and then one takes the lock that has just been given back, and gives it back in its turn.
                assert_eq!(kinds(trace)[..4], [CacheGet, CacheLock, Wait, Decode]);
                assert!(effect.waited_ns > 0 && effect.lookups > 1, "{effect:?}");
                waited += 1;
            }
        }
        let missed = together.iter().filter(|(_, trace)| trace.outcome == Outcome::Miss).count();
        let hit = together.iter().filter(|(_, trace)| trace.outcome == Outcome::Hit).count();
        assert_eq!(missed + spared + hit, 50);
        assert!(missed == 1 && waited > 0, "{missed} missed, {waited} waited");
    }
    Ok(())
}

#[tokio::test]
async fn the_owner_of_a_lock_gives_it_back_and_a_lease_ends_with_the_store() -> Result<()> {
    let bench = Bench::protected_by(lock()).await?;
    let (_, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!(kinds(&trace), [CacheGet, CacheLock, DbQuery, Encode, CacheSet, CacheLock, Respond]);
    let effect = Effect { round_trips: 3, lookups: 2, ..Effect::of(Protection::CacheLock) };
    assert_eq!(trace.effects, [effect]);
    let keys: Vec<String> = bench.redis().await?.keys("*").await?;
    assert_eq!(keys, ["cachescope:lookup:7"]);

    let bench = Bench::protected_by(lease()).await?;
    let (_, trace) = bench.read(7, Query::Lookup).await;
    assert_eq!(kinds(&trace), [CacheGet, CacheLock, DbQuery, Encode, CacheSet, Respond]);
    let effect = Effect { round_trips: 2, lookups: 2, ..Effect::of(Protection::Lease) };
    assert_eq!(trace.effects, [effect]);
    let keys: Vec<String> = bench.redis().await?.keys("*").await?;
    assert_eq!(keys, ["cachescope:lookup:7"]);
    Ok(())
}

#[tokio::test]
async fn of_what_does_not_exist_no_lease_is_left_behind() -> Result<()> {
    for protections in [lock(), lease()] {
        let bench = Bench::protected_by(protections).await?;
        let (_, trace) = bench.read(4_000_000_000, Query::Lookup).await;
        assert_eq!(kinds(&trace), [CacheGet, CacheLock, DbQuery, CacheLock, Respond]);
        let keys: Vec<String> = bench.redis().await?.keys("*").await?;
        assert!(keys.is_empty(), "{keys:?}");
    }
    Ok(())
}

/// The sink of an owner that comes to nothing as it begins to ask the database: it panics, or is cancelled.
struct Doomed {
    collector: Collector,
    calls_off: Option<AbortHandle>,
}

impl Sink for Doomed {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if kind == DbQuery {
            match &self.calls_off {
                Some(owner) => owner.abort(),
                None => panic!("a panic that is meant to be"),
            }
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

/// The sink of a request that waits: as it begins to, the owner's time runs out.
struct Outliving {
    collector: Collector,
    server_clock: Clock,
}

impl Sink for Outliving {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if kind == Wait {
            self.server_clock.advance(LIFE);
        }
    }

    fn step(&mut self, step: Step) {
        self.collector.step(step);
    }

    fn note(&mut self, note: String) {
        self.collector.note(note);
    }

    fn effect(&mut self, effect: Effect) {
        self.collector.effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
    }
}

#[tokio::test]
async fn after_an_owner_that_panicked_or_was_cancelled_another_loads_once_its_time_is_over() -> Result<()> {
    for (protections, after) in [(lock(), vec![CacheSet, CacheLock, Respond]), (lease(), vec![CacheSet, Respond])] {
        for panics in [true, false] {
            let bench = Bench::protected_by(protections).await?;
            let request = Request::read(7, Query::Lookup);
            let (give, given) = oneshot::channel();
            let flow = bench.flow.clone();
            let owner = tokio::spawn(async move {
                let calls_off = given.await.expect("the test gives it");
                flow.read(&request, Doomed { collector: Collector::new(1, request), calls_off }).await
            });
            give.send((!panics).then(|| owner.abort_handle())).expect("the owner listens");
            assert!(owner.await.is_err(), "the owner came to nothing");

            let collector = Collector::new(2, request);
            let mut next = Outliving { collector, server_clock: bench.server_clock.clone() };
            let response = bench.of_another_process().read(&request, &mut next).await;
            let trace = next.collector.into_trace();
            assert_eq!((response.outcome, response.body.is_some()), (Outcome::Miss, true));
            let before = [CacheGet, CacheLock, Wait, DbQuery, Encode];
            assert_eq!(kinds(&trace), [&before[..], &after].concat());
            assert!(trace.notes.is_empty(), "{:?}", trace.notes);
            assert_eq!(bench.read(7, Query::Lookup).await.0.outcome, Outcome::Hit);
        }
    }
    Ok(())
}

/// The sink of a request that stands still once the database has answered, until it is told to go on.
struct Standing {
    collector: Collector,
    stands: Option<Sender<()>>,
    goes_on: Receiver<()>,
}

impl Sink for Standing {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn step(&mut self, step: Step) {
        if step.kind == DbQuery
            && let Some(stands) = self.stands.take()
        {
            stands.send(()).expect("the test listens");
            // Whatever else this worker was to do next, such as the connection's task, another one does.
            block_in_place(|| self.goes_on.recv()).expect("the test lets it go on");
        }
        self.collector.step(step);
    }

    fn note(&mut self, note: String) {
        self.collector.note(note);
    }

    fn effect(&mut self, effect: Effect) {
        self.collector.effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
    }
}

/// A read of product 7 that has asked the database and has not stored yet.
struct Slow {
    read: JoinHandle<Trace>,
    go: Sender<()>,
}

impl Slow {
    async fn begin(flow: Flow) -> Result<Self> {
        let request = Request::read(7, Query::Lookup);
        let ((stands, stood), (go, goes_on)) = (channel(), channel());
        let read = tokio::spawn(async move {
            let mut sink = Standing { collector: Collector::new(1, request), stands: Some(stands), goes_on };
            flow.read(&request, &mut sink).await;
            sink.collector.into_trace()
        });
        tokio::task::spawn_blocking(move || stood.recv()).await??;
        Ok(Self { read, go })
    }

    async fn go_on(self) -> Result<Trace> {
        self.go.send(())?;
        Ok(self.read.await?)
    }
}

/// What the reader of before a write leaves in the cache that stores after it: the outcome of the next read and by how much
/// the price it tells is newer than before the write, and the reader's trace.
async fn stale_set(conditions: Conditions) -> Result<(Outcome, i64, Trace)> {
    let bench = Bench::under(conditions).await?;
    let slow = Slow::begin(bench.flow.clone()).await?;
    let (written, _) = bench.write_for(7, Query::Lookup).await;
    let new = price(written.body.as_ref())?;
    let trace = slow.go_on().await?;
    let (next, _) = bench.read(7, Query::Lookup).await;
    Ok((next.outcome, price(next.body.as_ref())? - (new - 1), trace))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn by_a_lease_a_reader_of_before_a_write_cannot_store_after_it() -> Result<()> {
    let (outcome, newer, _) = stale_set(Conditions::default()).await?;
    assert_eq!((outcome, newer), (Outcome::Hit, 0), "plain cache-aside serves the old price, for up to the TTL");
    let (outcome, newer, _) = stale_set(Conditions { protections: lock(), ..Conditions::default() }).await?;
    assert_eq!((outcome, newer), (Outcome::Hit, 0), "and so it does with a lock");

    let (outcome, newer, reader) = stale_set(Conditions { protections: lease(), ..Conditions::default() }).await?;
    assert_eq!((outcome, newer), (Outcome::Miss, 1));
    assert_eq!(kinds(&reader), [CacheGet, CacheLock, DbQuery, Encode, CacheSet, Respond]);
    assert!(reader.steps[4].failed && reader.notes[0].contains("was written meanwhile"), "{:?}", reader.notes);
    assert!(effects(&reader, Protection::Lease)[0].in_vain);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn by_a_lease_a_write_that_stores_keeps_what_it_stored() -> Result<()> {
    let plain = Conditions { pattern: Pattern::WriteThrough, ..Conditions::default() };
    let (outcome, newer, _) = stale_set(plain.clone()).await?;
    assert_eq!((outcome, newer), (Outcome::Hit, 0));
    let (outcome, newer, _) = stale_set(Conditions { protections: lease(), ..plain }).await?;
    assert_eq!((outcome, newer), (Outcome::Hit, 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_owner_whose_time_ran_out_gives_nothing_back_that_is_anothers() -> Result<()> {
    for (protections, key) in [(lock(), "cachescope:lock:lookup:7"), (lease(), "cachescope:lease:lookup:7")] {
        let bench = Bench::protected_by(protections).await?;
        let slow = Slow::begin(bench.flow.clone()).await?;
        bench.server_clock.advance(LIFE);
        let mut redis = bench.redis().await?;
        assert!(redis.set_nx::<_, _, bool>(key, "another").await?, "{key} is free again");

        let trace = slow.go_on().await?;
        assert_eq!(redis.get::<_, String>(key).await?, "another");
        let stored: bool = redis.exists("cachescope:lookup:7").await?;
        if protections.lease {
            assert!(!stored && trace.notes[0].contains("the lease ran out"), "{:?}", trace.notes);
        } else {
            assert!(stored && trace.notes[0].contains("was not given back"), "{:?}", trace.notes);
        }
    }
    Ok(())
}

#[tokio::test]
async fn who_waits_too_long_loads_by_itself_and_without_a_lease_stores_nothing() -> Result<()> {
    for (protections, key) in [(lock(), "cachescope:lock:lookup:7"), (lease(), "cachescope:lease:lookup:7")] {
        let bench = Bench::protected_by(protections).await?;
        let mut redis = bench.redis().await?;
        // Somebody who never gives it back; the server's clock stands still.
        redis.set::<_, _, ()>(key, "another").await?;
        let clock = std::sync::Arc::new(Restless::default());
        let (response, trace) = read(&bench.timed_by(clock), 7, Query::Lookup, 1).await;
        assert_eq!((response.outcome, response.body.is_some()), (Outcome::Miss, true));
        assert!(trace.steps[2].kind == Wait && trace.steps[2].failed, "{trace:?}");
        assert!(trace.notes[0].contains("patience"), "{:?}", trace.notes);
        assert_eq!(redis.exists::<_, bool>("cachescope:lookup:7").await?, protections.cache_lock);
    }
    Ok(())
}

/// A clock that is a second further whenever somebody looks.
#[derive(Debug, Default)]
struct Restless(trace::ManualClock);

impl trace::Clock for Restless {
    fn now_ns(&self) -> u64 {
        self.0.advance_ns(1_000_000_000);
        self.0.now_ns()
    }
}

#[tokio::test]
async fn without_a_cache_to_ask_nobody_waits_for_a_lock() -> Result<()> {
    for protections in [lock(), lease()] {
        let mut bench = Bench::protected_by(protections).await?;
        bench.stop_server().await;
        let (response, trace) = bench.read(7, Query::Lookup).await;
        assert_eq!((response.outcome, kinds(&trace)), (Outcome::Bypass, vec![CacheGet, DbQuery, Respond]));
    }
    Ok(())
}
