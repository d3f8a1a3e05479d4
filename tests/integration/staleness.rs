//! Stale reads on the real server and the real database: counted as they happen, and checked afterwards against what the
//! pattern promised.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::{Context as _, Result};
use cache::{Cache, Dialect, Target};
use flow::{Flow, History, Source};
use lab::{Lab, Settings, TrafficState};
use metrics::{Meter, Probe, StaleReads};
use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use trace::StepKind::{self, DbQuery};
use trace::{
    Clock, Collector, Conditions, Length, ManualClock, Mix, MonotonicClock, Outcome, Pace, Pattern, Protections, Query,
    Request, Sink, Step, Trace, Workload,
};

use crate::bench::Bench;
use crate::laboratory;

/// A flow over the bench's server and database, timed by a clock of its own.
fn timed(bench: &Bench, pattern: Pattern, clock: Arc<dyn Clock>) -> Flow {
    let cache = Cache::new(Target::own(bench.address, Dialect::Redis));
    let conditions = Conditions { pattern, ..Conditions::default() };
    Flow::new(cache, bench.flow.database().clone(), &conditions, clock)
}

/// A flow, a meter, and the clock of both in the test's hands.
struct Metered {
    flow: Flow,
    clock: Arc<ManualClock>,
    meter: Arc<Meter>,
    sent: u64,
}

impl Metered {
    fn new(bench: &Bench, pattern: Pattern) -> Self {
        let clock = Arc::new(ManualClock::default());
        let meter = Arc::new(Meter::start(Arc::clone(&clock) as _));
        Self { flow: timed(bench, pattern, Arc::clone(&clock) as _), clock, meter, sent: 0 }
    }

    /// Sends a request as traffic does, a millisecond after the last one.
    async fn send(&mut self, request: Request) -> Result<Trace> {
        self.clock.advance_ns(1_000_000);
        self.sent += 1;
        let probe = Probe::new(Arc::clone(&self.meter), self.sent, request, None);
        match request.operation {
            trace::Operation::Read => self.flow.read(&request, probe).await,
            trace::Operation::Write => self.flow.write(&request, probe).await,
        };
        Ok(Trace::clone(&*self.meter.trace(self.sent).context("it was added up")?))
    }

    fn stale_reads(&self) -> StaleReads {
        self.meter.summary(0).stale_reads
    }
}

const READ: Request = Request { operation: trace::Operation::Read, product: 7, query: Query::Lookup };
const WRITE: Request = Request { operation: trace::Operation::Write, product: 7, query: Query::Lookup };

#[tokio::test]
async fn what_write_around_leaves_in_the_cache_is_counted_with_its_age_until_it_expires() -> Result<()> {
    let bench = Bench::set_up().await?;
    let mut metered = Metered::new(&bench, Pattern::WriteAround);
    assert_eq!(metered.send(READ).await?.stale_ns, None);
    metered.send(WRITE).await?;
    metered.clock.advance_ns(500_000_000);
    metered.send(WRITE).await?;
    metered.clock.advance_ns(1_200_000_000);
    let stale = metered.send(READ).await?;
    // From the first of the two writes that it missed.
    assert_eq!((stale.outcome, stale.version, stale.stale_ns), (Outcome::Hit, Some(1), Some(1_702_000_000)));
    metered.send(READ).await?;
    let counted = metered.stale_reads();
    assert_eq!((counted.checked, counted.ages.count, counted.ages.max_ns), (3, 2, Some(1_703_000_000)));

    bench.server_clock.advance(crate::bench::TTL);
    let fresh = metered.send(READ).await?;
    assert_eq!((fresh.outcome, fresh.version, fresh.stale_ns), (Outcome::Miss, Some(3), None));
    assert_eq!(metered.stale_reads().ages.count, 2);
    Ok(())
}

#[tokio::test]
async fn without_a_cache_and_after_a_delete_nothing_is_stale() -> Result<()> {
    let bench = Bench::set_up().await?;
    for pattern in [Pattern::NoCache, Pattern::CacheAside, Pattern::WriteThrough] {
        let mut metered = Metered::new(&bench, pattern);
        for _ in 0..5 {
            metered.send(READ).await?;
            let written = metered.send(WRITE).await?.version;
            assert_eq!(metered.send(READ).await?.version, written, "{pattern}");
        }
        let counted = metered.stale_reads();
        assert_eq!((counted.checked, counted.ages.count, counted.ages.max_ns), (10, 0, None), "{pattern}");
    }
    Ok(())
}

#[tokio::test]
async fn a_delete_that_fails_leaves_what_was_cached_and_its_reads_count() -> Result<()> {
    let bench = Bench::set_up().await?;
    let mut metered = Metered::new(&bench, Pattern::CacheAside);
    metered.send(READ).await?;
    // The write's own way to the cache leads nowhere; the reads' is well.
    let nowhere = Cache::new(Target::own("127.0.0.1:1".parse()?, Dialect::Redis));
    let cut_off = metered.flow.with_cache(nowhere);
    let well = std::mem::replace(&mut metered.flow, cut_off);
    let write = metered.send(WRITE).await?;
    assert!(write.notes[0].contains("not deleted"), "{:?}", write.notes);
    metered.flow = well;
    let stale = metered.send(READ).await?;
    assert_eq!((stale.outcome, stale.stale_ns), (Outcome::Hit, Some(1_000_000)));
    assert_eq!(metered.stale_reads().ages.count, 1);
    Ok(())
}

/// The sink of a slow reader: when the database has answered it waits until it is let go.
struct Slow {
    probe: Probe,
    has_row: Sender<()>,
    let_go: Receiver<()>,
}

impl Sink for Slow {
    fn start(&mut self, started_ns: u64) {
        self.probe.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        self.probe.begin(kind);
    }

    fn step(&mut self, step: Step) {
        self.probe.step(step);
        if step.kind == DbQuery {
            self.has_row.send(()).expect("the test listens");
            tokio::task::block_in_place(|| self.let_go.recv()).expect("the test lets it go");
        }
    }

    fn note(&mut self, note: String) {
        self.probe.note(note);
    }

    fn version(&mut self, version: u64) {
        self.probe.version(version);
    }

    fn stale(&mut self, age_ns: u64) {
        self.probe.stale(age_ns);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.probe.finish(outcome, total_ns);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_slow_reader_leaves_the_old_value_after_the_delete_and_exactly_the_reads_that_meet_it_count() -> Result<()> {
    let bench = Bench::set_up().await?;
    let mut metered = Metered::new(&bench, Pattern::CacheAside);
    let ((has_row, queried), (release, let_go)) = (channel(), channel());
    let slow = tokio::spawn({
        let flow = metered.flow.clone();
        let probe = Probe::new(Arc::clone(&metered.meter), 1_000, READ, None);
        async move { flow.read(&READ, Slow { probe, has_row, let_go }).await }
    });
    tokio::task::spawn_blocking(move || queried.recv()).await??;

    // It has read the old row, and not yet stored it.
    let written = metered.send(WRITE).await?;
    let between = metered.send(READ).await?;
    assert_eq!((between.outcome, between.version, between.stale_ns), (Outcome::Miss, written.version, None));
    release.send(())?;
    assert_eq!(slow.await?.outcome, Outcome::Miss);
    let slow = metered.meter.trace(1_000).context("it was added up")?;
    assert_eq!((slow.version, slow.stale_ns), (Some(1), None), "it began before the write was acknowledged");

    for (after_ms, age_ms) in [(0, 2), (998, 1_001)] {
        metered.clock.advance_ns(after_ms * 1_000_000);
        let stale = metered.send(READ).await?;
        assert_eq!((stale.outcome, stale.version), (Outcome::Hit, Some(1)));
        assert_eq!(stale.stale_ns, Some(age_ms * 1_000_000));
    }
    metered.send(WRITE).await?;
    assert_eq!(metered.send(READ).await?.stale_ns, None, "the next write deletes it");
    let counted = metered.stale_reads();
    assert_eq!((counted.checked, counted.ages.count, counted.ages.max_ns), (5, 2, Some(1_001_000_000)));

    let mut history = History::default();
    metered.meter.kept().iter().for_each(|trace| history.add(trace.id, trace));
    let report = history.check();
    assert_eq!(report.stale.iter().map(|read| read.source).collect::<Vec<_>>(), [Source::Race, Source::Race]);
    assert_eq!(report.broken(&Pattern::CacheAside.promise(crate::bench::TTL)), []);
    Ok(())
}

/// How long values live under load: short, so that they expire many times.
const LIFE: Duration = Duration::from_millis(25);

/// What clients did.
#[derive(Default)]
struct Kept {
    /// A write counts as acknowledged when its trace ends.
    at_its_end: History,
    /// A write counts as acknowledged only when its client has been told, and the clock was read after that.
    when_told: History,
    /// How many reads were counted as stale as they ended.
    counted: usize,
}

/// Several clients read and write few products, over the real server on its real clock; what they did is kept.
async fn under_load(pattern: Pattern, protections: Protections, seed: u64) -> Result<Kept> {
    const CLIENTS: u64 = 8;
    const REQUESTS: usize = 400;
    let folder = TempDir::new()?;
    let database = database::Database::open_or_build(folder.path(), database::Size::Tiny, |_| {}).await?.database;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let cache = Cache::new(Target::own(listener.local_addr()?, Dialect::Redis));
    let server = tokio::spawn(server::run(listener, std::future::pending()));
    let conditions = Conditions { pattern, protections, ttl_ms: LIFE.as_millis() as u32, ..Conditions::default() };
    let clock = Arc::new(MonotonicClock::start());
    let flow = Flow::new(cache, database.clone(), &conditions, Arc::<MonotonicClock>::clone(&clock));

    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (flow, clock) = (flow.clone(), Arc::clone(&clock));
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed * CLIENTS + client);
        clients.spawn(async move {
            let mut traces = Vec::with_capacity(REQUESTS);
            for _ in 0..REQUESTS {
                let (product, query) =
                    (dice.random_range(1..=3), [Query::Lookup, Query::Page][dice.random_range(0..2)]);
                let write = dice.random_bool(0.15);
                let request =
                    if write { Request { query, ..Request::write(product) } } else { Request::read(product, query) };
                let mut collector = Collector::new(1, request);
                if write {
                    flow.write(&request, &mut collector).await;
                } else {
                    flow.read(&request, &mut collector).await;
                }
                traces.push((collector.into_trace(), clock.now_ns()));
            }
            (client, traces)
        });
    }
    let mut kept = Kept::default();
    for (client, traces) in clients.join_all().await {
        for (trace, told_ns) in traces {
            assert!(trace.version.is_some(), "every request is answered: {trace:?}");
            kept.counted += usize::from(trace.stale_ns.is_some());
            kept.at_its_end.add(client, &trace);
            let total_ns = if trace.outcome == Outcome::Written { told_ns - trace.started_ns } else { trace.total_ns };
            kept.when_told.add(client, &Trace { total_ns, ..trace });
        }
    }
    server.abort();
    database.close().await?;
    Ok(kept)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_pattern_keeps_its_promise_under_readers_and_writers_at_once() -> Result<()> {
    for pattern in Pattern::ALL {
        for single_flight in [false, true] {
            for seed in 1..=2 {
                let protections = Protections { single_flight, ..Protections::default() };
                let Kept { at_its_end, when_told, counted } = under_load(pattern, protections, seed).await?;
                let report = at_its_end.check();
                let broken = report.broken(&pattern.promise(LIFE));
                let which = format!("{pattern}, single-flight {single_flight}, seed {seed}");
                assert!(broken.is_empty(), "{which}: {} of {}, {}", broken.len(), report.stale.len(), broken[0]);
                assert!(report.reads > 2_000 && report.writes > 200, "{which}: {} reads", report.reads);
                // Between the end of a write's trace and its client being told, a thread may lose its processor for long: a read
                // in between may be counted or not. One that began after that must be; one that began before may not.
                let stale = when_told.check().stale.len()..=report.stale.len();
                assert!(stale.contains(&counted), "{which}: {counted} of {stale:?}");
                if pattern == Pattern::WriteAround {
                    assert!(counted > 100, "{which}: {counted}");
                }
            }
        }
    }
    Ok(())
}

/// What is promised for no cache at all is not kept by any pattern that passes the cache by: the checker does look.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn write_around_breaks_the_promises_of_the_others() -> Result<()> {
    let report = under_load(Pattern::WriteAround, Protections::default(), 3).await?.at_its_end.check();
    for pattern in [Pattern::NoCache, Pattern::CacheAside, Pattern::WriteThrough] {
        assert!(report.broken(&pattern.promise(LIFE)).len() > 100, "{pattern}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_says_how_many_reads_were_stale_and_its_recording_and_replay_say_the_same() -> Result<()> {
    let folder = TempDir::new()?;
    let mix = Mix { write_percent: 20.0, ..Workload::default().mix };
    let workload = Workload {
        pace: Pace::Closed,
        clients: 4,
        length: Length::Count { requests: 4_000 },
        products: Some(10),
        mix,
        ..Workload::default()
    };
    let conditions = Conditions { pattern: Pattern::WriteAround, query: Query::Lookup, ..Conditions::default() };
    let settings = Settings { conditions, workload, ..Settings::default() };
    let lab = Lab::open(laboratory::options(folder.path(), Some(settings)))?;
    lab.ready().await?;
    lab.start_recording(Some("around".to_owned())).await?;
    let TrafficState::Ended { recording: Some(id), .. } = lab.traffic_ended().await? else {
        anyhow::bail!("it did not end: {:?}", lab.status().traffic)
    };
    let summary = lab.summary(0).context("a run")?.summary;
    let stale = summary.stale_reads;
    assert_eq!(stale.checked, summary.counts.hits + summary.counts.misses + summary.counts.bypasses);
    assert!(stale.ages.count > 1_000 && stale.ages.p50_ns < stale.ages.max_ns, "{stale:?}");
    let by_second: u64 = summary.seconds.iter().map(|second| second.stale_reads).sum();
    assert_eq!(by_second, stale.ages.count);

    let file = lab.recording_file(id).await?;
    let recorded = file.recording()?.tally();
    assert_eq!(recorded.stale_reads(), stale);
    assert!(file.traces().iter().any(|recorded| recorded.trace.stale_ns.is_some()));

    lab.play_recording(id).await?;
    let length = u32::try_from(recorded.counts().sent)?.max(3_600_000);
    lab.seek_replay(length, true)?;
    let replayed = lab.summary(0).context("a replay")?.summary.stale_reads;
    assert_eq!(
        (replayed.checked, replayed.ages.count, replayed.ages.max_ns),
        (stale.checked, stale.ages.count, stale.ages.max_ns)
    );
    let _ = lab.end_replay();
    lab.close().await;
    Ok(())
}
