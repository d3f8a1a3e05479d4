//! What stands before the database: the circuit breaker, the bound, early expiry and the Bloom filter, on the real server and
//! the real database; and what each protection says it saved and cost, against what was counted elsewhere.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use cache::Cache;
use flow::{Flow, Shared};
use lab::{Lab, Settings, TrafficState};
use load::Check;
use redis::AsyncCommands as _;
use tempfile::TempDir;
use tokio::task::{JoinSet, block_in_place};
use trace::StepKind::{CacheGet, CacheSet, DbQuery, DbWrite, Decode, Encode, Respond, Wait};
use trace::{
    Circuit, Clock, Collector, Conditions, Effect, Keys, Length, ManualClock, Mix, Outcome, Pace, Pattern, Protection,
    Protections, Query, Request, Sink, Step, StepKind, Trace, Workload,
};

use crate::bench::{Bench, TTL, kinds};
use crate::laboratory;

/// A number that no product has.
const MISSING: u32 = 4_000_000_000;

async fn read(flow: &Flow, product: u32) -> Trace {
    let request = Request::read(product, Query::Lookup);
    let mut collector = Collector::new(1, request);
    flow.read(&request, &mut collector).await;
    collector.into_trace()
}

#[tokio::test]
async fn a_database_that_fails_is_left_alone_for_a_while_and_asked_again_by_one() -> Result<()> {
    let conditions = Conditions {
        protections: Protections { circuit_breaker: true, ..Protections::default() },
        ..Conditions::default()
    };
    let (broken, sound) = (Bench::under(conditions.clone()).await?, Bench::under(conditions.clone()).await?);
    broken.flow.database().clone().close().await?;
    // Two flows that share a circuit: one is the database while it fails, the other once it is well again.
    let (clock, shared) = (Arc::new(ManualClock::default()), Shared::default());
    let circuit = shared.circuit();
    let over = |bench: &Bench| {
        let cache = Cache::new(sound.flow.cache().target().clone());
        Flow::new(cache, bench.flow.database().clone(), &conditions, Arc::clone(&clock) as Arc<dyn Clock>)
            .sharing(&shared)
    };
    let (failing, well) = (over(&broken), over(&sound));

    for product in 1..=5 {
        assert_eq!(*circuit.borrow(), Circuit::Closed);
        assert_eq!(read(&failing, product).await.outcome, Outcome::Error);
    }
    assert_eq!(*circuit.borrow(), Circuit::Open);

    let shed = read(&failing, 6).await;
    assert_eq!((shed.outcome, kinds(&shed)), (Outcome::Shed, vec![CacheGet, Respond]));
    assert!(shed.notes[0].contains("the circuit breaker is open"), "{:?}", shed.notes);
    let refused = Effect { queries_avoided: 1, refused: true, ..Effect::of(Protection::CircuitBreaker) };
    assert_eq!(shed.effects, [refused]);
    // A write asks the same database.
    let request = Request::write(6);
    let mut collector = Collector::new(1, request);
    assert_eq!(well.write(&request, &mut collector).await.outcome, Outcome::Shed);

    clock.advance_ns(1_000_000_000);
    assert_eq!(read(&failing, 7).await.outcome, Outcome::Error, "it is asked again, and still fails");
    assert_eq!((*circuit.borrow(), read(&well, 7).await.outcome), (Circuit::Open, Outcome::Shed));

    clock.advance_ns(1_000_000_000);
    assert_eq!(read(&well, 7).await.outcome, Outcome::Miss);
    assert_eq!((*circuit.borrow(), read(&well, 8).await.outcome), (Circuit::Closed, Outcome::Miss));
    Ok(())
}

/// How many requests were asking the database at once, at most.
#[derive(Debug, Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

struct Counted {
    collector: Collector,
    crowd: Arc<Crowd>,
}

impl Sink for Counted {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if matches!(kind, DbQuery | DbWrite) {
            let now = self.crowd.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.crowd.most.fetch_max(now, Ordering::SeqCst);
        }
    }

    fn step(&mut self, step: Step) {
        if matches!(step.kind, DbQuery | DbWrite) {
            self.crowd.now.fetch_sub(1, Ordering::SeqCst);
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

/// 40 reads and 10 writes of different products at once: how many asked the database at once at most, and their traces.
async fn crowd(bench: &Bench) -> (usize, Vec<Trace>) {
    let crowd = Arc::new(Crowd::default());
    let mut requests = JoinSet::new();
    for product in 1..=50 {
        let (flow, crowd) = (bench.flow.clone(), Arc::clone(&crowd));
        requests.spawn(async move {
            let request =
                if product % 5 == 0 { Request::write(product) } else { Request::read(product, Query::Report) };
            let mut sink = Counted { collector: Collector::new(product.into(), request), crowd };
            if product % 5 == 0 {
                flow.write(&request, &mut sink).await;
            } else {
                flow.read(&request, &mut sink).await;
            }
            sink.collector.into_trace()
        });
    }
    let traces = requests.join_all().await;
    (crowd.most.load(Ordering::SeqCst), traces)
}

#[tokio::test]
async fn no_more_ask_the_database_at_once_than_may_and_the_others_wait_for_their_turn() -> Result<()> {
    let (most, _) = crowd(&Bench::set_up().await?).await;
    assert!(most > 2, "without a bound {most} asked at once");

    let bounded = Bench::protected_by(Protections { database_limit: 2, ..Protections::default() }).await?;
    let (most, traces) = crowd(&bounded).await;
    assert_eq!(most, 2);
    assert!(traces.iter().all(|trace| matches!(trace.outcome, Outcome::Miss | Outcome::Written)), "{traces:?}");
    let waited: Vec<_> = traces.iter().filter(|trace| trace.steps.iter().any(|step| step.kind == Wait)).collect();
    assert!(waited.len() > 10, "{} waited", waited.len());
    for trace in waited {
        let [effect] = trace.effects[..] else { panic!("{trace:?}") };
        assert_eq!((effect.protection, effect.refused), (Protection::DatabaseLimit, false));
        assert!(effect.waited_ns > 0);
    }
    Ok(())
}

/// The sink of a request that stands still at the database until it is told to go on.
struct Standing {
    stands: Sender<()>,
    goes_on: Mutex<Receiver<()>>,
}

impl Sink for Standing {
    fn start(&mut self, _started_ns: u64) {}

    fn step(&mut self, step: Step) {
        if step.kind == DbQuery {
            self.stands.send(()).expect("the test listens");
            // Whatever else this worker was to do next, another one does.
            let goes_on = || self.goes_on.lock().expect("nobody else").recv();
            block_in_place(goes_on).expect("the test lets it go on");
        }
    }

    fn note(&mut self, _note: String) {}

    fn finish(&mut self, _outcome: Outcome, _total_ns: u64) {}
}

/// Tells the test when its request has begun to wait.
struct Queueing {
    collector: Collector,
    waits: tokio::sync::mpsc::UnboundedSender<()>,
}

impl Sink for Queueing {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if kind == Wait {
            self.waits.send(()).expect("the test listens");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn when_a_hundred_wait_for_their_turn_the_next_is_refused() -> Result<()> {
    let bench = Bench::protected_by(Protections { database_limit: 1, ..Protections::default() }).await?;
    let ((stands, stood), (go, goes_on)) = (channel(), channel());
    let flow = bench.flow.clone();
    let first = tokio::spawn(async move {
        let request = Request::read(1, Query::Lookup);
        flow.read(&request, Standing { stands, goes_on: Mutex::new(goes_on) }).await
    });
    tokio::task::spawn_blocking(move || stood.recv()).await??;

    let (waits, mut waiting) = tokio::sync::mpsc::unbounded_channel();
    let mut queue = JoinSet::new();
    for product in 2..=101 {
        let (flow, waits) = (bench.flow.clone(), waits.clone());
        queue.spawn(async move {
            let request = Request::read(product, Query::Lookup);
            let mut sink = Queueing { collector: Collector::new(product.into(), request), waits };
            flow.read(&request, &mut sink).await;
            sink.collector.into_trace()
        });
    }
    for _ in 2..=101 {
        waiting.recv().await.context("all of them wait")?;
    }
    let refused = read(&bench.flow, 102).await;
    assert_eq!((refused.outcome, kinds(&refused)), (Outcome::Shed, vec![CacheGet, Respond]));
    assert!(refused.notes[0].contains("100 more wait"), "{:?}", refused.notes);
    assert!(refused.effects[0].refused);

    go.send(())?;
    assert_eq!(first.await?.outcome, Outcome::Miss);
    assert!(queue.join_all().await.iter().all(|trace| trace.outcome == Outcome::Miss), "each had its turn");
    Ok(())
}

/// Loading takes ten seconds, on a clock of the test's.
struct Slow {
    collector: Collector,
    clock: Arc<ManualClock>,
}

impl Sink for Slow {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        if kind == DbQuery {
            self.clock.advance_ns(10_000_000_000);
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
async fn shortly_before_its_end_a_value_is_loaded_anew_and_lives_on() -> Result<()> {
    for (single_flight, cache_lock, lease) in
        [(false, false, false), (true, false, false), (true, true, false), (false, false, true)]
    {
        let protections =
            Protections { early_expiry_percent: 100, single_flight, cache_lock, lease, ..Protections::default() };
        let bench = Bench::protected_by(protections).await?;
        let clock = Arc::new(ManualClock::default());
        let flow = bench.timed_by(Arc::clone(&clock) as Arc<dyn Clock>);
        let read = async |flow: &Flow| {
            let request = Request::read(7, Query::Lookup);
            let mut sink = Slow { collector: Collector::new(1, request), clock: Arc::clone(&clock) };
            let response = flow.read(&request, &mut sink).await;
            (response, sink.collector.into_trace())
        };
        assert_eq!(read(&flow).await.0.outcome, Outcome::Miss);
        let (_, far) = read(&flow).await;
        assert_eq!((far.outcome, kinds(&far)), (Outcome::Hit, vec![CacheGet, Decode, Respond]), "a minute is left");

        // A millisecond is left, and loading takes ten thousand: but for one in ten thousand all load early.
        bench.server_clock.advance(TTL - Duration::from_millis(1));
        let (response, early) = read(&flow).await;
        assert_eq!((response.outcome, response.body.is_some()), (Outcome::Miss, true));
        let plain: Vec<_> = kinds(&early).into_iter().filter(|kind| *kind != StepKind::CacheLock).collect();
        assert_eq!(plain, [CacheGet, Decode, DbQuery, Encode, CacheSet, Respond]);
        assert_eq!(early.notes, ["The value had 1 ms left; it is loaded early."]);
        let left: u128 = bench.redis().await?.pttl::<_, u64>("cachescope:lookup:7").await?.into();
        assert_eq!(left, TTL.as_millis());

        // A database that does not answer is no reason not to answer with what there still is.
        bench.server_clock.advance(TTL - Duration::from_millis(1));
        flow.database().clone().close().await?;
        let (response, held) = read(&flow).await;
        assert_eq!((response.outcome, response.body.is_some()), (Outcome::Hit, true), "{held:?}");
        assert_eq!(held.notes.last().map(String::as_str), Some("The value that has not expired yet is the answer."));
    }
    Ok(())
}

#[tokio::test]
async fn who_asks_for_what_cannot_exist_asks_nobody() -> Result<()> {
    for pattern in [Pattern::CacheAside, Pattern::NoCache] {
        let protections = Protections { bloom_filter: true, ..Protections::default() };
        let bench = Bench::under(Conditions { pattern, protections, ..Conditions::default() }).await?;
        let (response, trace) = bench.read(MISSING, Query::Page).await;
        assert_eq!((response.outcome, response.body), (Outcome::Bypass, None));
        assert_eq!(kinds(&trace), [Respond]);
        assert_eq!(trace.notes, [format!("By the Bloom filter there is no product {MISSING}.")]);
        assert_eq!(trace.effects, [Effect { queries_avoided: 1, ..Effect::of(Protection::BloomFilter) }]);

        let products = bench.flow.database().overview().await?.products;
        for product in (1..=products).step_by(7) {
            assert!(bench.read(product, Query::Lookup).await.0.body.is_some(), "product {product} exists");
        }
        // One in a hundred passes, and is not found.
        let mut passed = 0;
        for product in MISSING..MISSING + 500 {
            let (response, trace) = bench.read(product, Query::Lookup).await;
            assert_eq!(response.body, None);
            let in_vain = trace.effects.iter().filter(|effect| effect.in_vain).count();
            assert_eq!(in_vain, trace.steps.iter().filter(|step| step.kind == DbQuery).count());
            passed += in_vain;
        }
        assert!(passed < 25, "{passed} of 500");
    }
    Ok(())
}

/// Traffic under these protections, in a laboratory of its own.
async fn traffic(protections: Protections, mix: Mix) -> Result<lab::RunSummary> {
    let folder = TempDir::new()?;
    // Values that live so short are missed again and again.
    let conditions = Conditions { protections, query: Query::Page, ttl_ms: 20, ..Conditions::default() };
    let lab = Lab::open(laboratory::options(folder.path(), Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    let workload = Workload {
        keys: Keys::Zipf { exponent: 1.2 },
        mix,
        pace: Pace::Closed,
        clients: 32,
        length: Length::Count { requests: 3_000 },
        ..Workload::default()
    };
    lab.start_traffic(workload).await?;
    let TrafficState::Ended { .. } = lab.traffic_ended().await? else { panic!("{:?}", lab.status().traffic) };
    let run = lab.summary(0).context("a run has numbers")?;
    lab.close().await;
    Ok(run)
}

fn of(run: &lab::RunSummary, protection: Protection) -> Option<metrics::ProtectionEffects> {
    run.summary.protections.iter().find(|one| one.protection == protection).copied()
}

#[tokio::test]
async fn under_load_each_says_what_it_saved_and_the_server_counts_the_same_look_ups() -> Result<()> {
    let mix = Mix { write_percent: 5.0, missing_percent: 10.0, ..Mix::default() };
    let none = Protections::default();
    let plain = traffic(none, mix).await?;
    assert!(plain.summary.protections.is_empty());
    for (protections, protection) in [
        (Protections { single_flight: true, ..none }, Protection::SingleFlight),
        (Protections { negative_ttl_ms: 1_000, ..none }, Protection::NegativeCaching),
        (Protections { cache_lock: true, ..none }, Protection::CacheLock),
        (Protections { lease: true, ..none }, Protection::Lease),
        (Protections { early_expiry_percent: 100, ..none }, Protection::EarlyExpiry),
        (Protections { bloom_filter: true, ..none }, Protection::BloomFilter),
        (Protections { database_limit: 1, ..none }, Protection::DatabaseLimit),
        (Protections { single_flight: true, lease: true, early_expiry_percent: 100, ..none }, Protection::Lease),
        (Protections { cache_lock: true, bloom_filter: true, database_limit: 2, ..none }, Protection::CacheLock),
    ] {
        let run = traffic(protections, mix).await?;
        let counts = run.summary.counts;
        assert_eq!((counts.sent, counts.errors, counts.shed), (3_000, 0, 0), "{protections}");
        let check = &run.verdict.as_ref().context("it has ended")?.check;
        assert!(matches!(check, Check::Agrees { .. }), "{protections}: {check:?}");

        let effects = of(&run, protection).with_context(|| format!("{protections} did something"))?;
        let step = |kind| run.summary.steps.iter().find(|step| step.kind == kind).map_or(0, |step| step.duration.count);
        match protection {
            Protection::SingleFlight => assert_eq!(effects.queries_avoided, counts.coalesced),
            // Where single-flight is on too, its followers are coalesced as well.
            Protection::CacheLock | Protection::Lease if !protections.single_flight => {
                assert_eq!(effects.queries_avoided, counts.coalesced);
                assert!(effects.round_trips >= counts.misses);
            }
            Protection::BloomFilter => assert_eq!(effects.queries_avoided, counts.bypasses),
            Protection::DatabaseLimit => assert_eq!(effects.waits.count, step(Wait)),
            _ => {}
        }
        // Whatever was not avoided, nor answered by a hit, was asked: the numbers add up.
        let avoided: u64 = run.summary.protections.iter().map(|one| one.queries_avoided).sum();
        let negative = of(&run, Protection::NegativeCaching).map_or(0, |one| one.queries_avoided);
        let reads = counts.sent - counts.written;
        assert_eq!(step(DbQuery), reads - (counts.hits - negative) - avoided, "{protections}: {:?}", run.summary);
    }
    Ok(())
}
