//! Patterns broken on purpose, on the real server and the real database. They are made of the crate's own steps, and exist
//! only here.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use cache::{Cache, Dialect, Target};
use database::{Database, Size, Written};
use tempfile::TempDir;
use tokio::net::TcpListener;
use trace::{Collector, Conditions, ManualClock, Outcome, Pattern, Query, Request, Trace};

use crate::staleness::history::{Broken, History, Source};
use crate::{Flow, acknowledge};

struct Bench {
    flow: Flow,
    clock: Arc<ManualClock>,
    history: History,
    _folder: TempDir,
}

impl Bench {
    async fn set_up() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let opened = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await.expect("a catalogue");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(server::run(listener, pending()));
        let cache = Cache::new(Target::own(address, Dialect::Redis));
        let clock = Arc::new(ManualClock::default());
        let flow = Flow::new(cache, opened.database, &Conditions::default(), Arc::clone(&clock) as _);
        Self { flow, clock, history: History::default(), _folder: folder }
    }

    /// Sends a request, a millisecond after the last one, and keeps its trace.
    async fn send(&mut self, request: Request, act: impl AsyncFnOnce(&Flow, &mut Collector)) -> Trace {
        self.clock.advance_ns(1_000_000);
        let mut collector = Collector::new(1, request);
        act(&self.flow, &mut collector).await;
        let trace = collector.into_trace();
        self.history.add(1, &trace);
        trace
    }

    async fn read(&mut self) -> Trace {
        let request = Request::read(7, Query::Lookup);
        self.send(request, async |flow, sink| drop(flow.read(&request, sink).await)).await
    }

    fn broken(&self, pattern: Pattern) -> Vec<Broken> {
        self.history.clone().check().broken(&pattern.promise(Conditions::default().ttl()))
    }
}

const WRITE: Request = Request { operation: trace::Operation::Write, product: 7, query: Query::Lookup };

#[tokio::test]
async fn a_write_that_forgets_to_delete_the_keys_is_caught_by_the_promise_of_cache_aside() {
    let mut bench = Bench::set_up().await;
    bench.read().await;
    let forgetful = async |flow: &Flow, sink: &mut Collector| {
        let mut watch = flow.watch(&WRITE, sink);
        let written = flow.update(&mut watch, &WRITE).await;
        acknowledge(watch, written);
    };
    bench.send(WRITE, forgetful).await;
    assert_eq!(bench.broken(Pattern::CacheAside), [], "nobody has met it yet");

    bench.clock.advance_ns(1_200_000_000);
    let stale = bench.read().await;
    // It was acknowledged at once on this clock, and the read began a millisecond after it stood 1.2 s later.
    assert_eq!((stale.outcome, stale.version, stale.stale_ns), (Outcome::Hit, Some(1), Some(1_201_000_000)));
    let broken = bench.broken(Pattern::CacheAside);
    let [Broken::Stale(read)] = broken[..] else { panic!("{broken:?}") };
    assert_eq!((read.age, read.source), (Duration::from_nanos(1_201_000_000), Source::Cache));
    assert_eq!(
        broken[0].to_string(),
        "a read of product 7 was answered with version 1, 1.201s after version 2 had been acknowledged, and no request that \
         was under way at the time can have stored it"
    );
    assert_eq!(bench.broken(Pattern::WriteAround), [], "which promises no more than that");
}

#[tokio::test]
async fn a_write_that_deletes_before_it_updates_is_caught_when_a_reader_comes_between() {
    let mut bench = Bench::set_up().await;
    bench.read().await;
    // It deletes, and only then begins to be a request: as if a proxy had invalidated the cache ahead of it.
    bench.flow.cache().delete(&WRITE.keys_of_product()).await.expect("the server is there");
    assert_eq!(bench.read().await.outcome, Outcome::Miss);
    let late = async |flow: &Flow, sink: &mut Collector| {
        let mut watch = flow.watch(&WRITE, sink);
        let written = flow.update(&mut watch, &WRITE).await;
        acknowledge(watch, written);
    };
    bench.send(WRITE, late).await;
    assert_eq!(bench.read().await.stale_ns, Some(1_000_000));
    assert!(matches!(bench.broken(Pattern::CacheAside)[..], [Broken::Stale(_)]));
}

#[tokio::test]
async fn a_write_through_that_stores_what_it_had_read_before_its_update_is_caught() {
    let mut bench = Bench::set_up().await;
    let hasty = async |flow: &Flow, sink: &mut Collector| {
        let mut watch = flow.watch(&WRITE, sink);
        let old = flow.fetch(&mut watch, &WRITE).await.expect("the database answers");
        let written = flow.update(&mut watch, &WRITE).await;
        flow.store(&mut watch, &WRITE.key(), old.as_deref(), flow.life()).await;
        acknowledge(watch, written);
    };
    bench.send(WRITE, hasty).await;
    let stale = bench.read().await;
    assert_eq!((stale.outcome, stale.version), (Outcome::Hit, Some(1)));
    assert!(matches!(bench.broken(Pattern::WriteThrough)[..], [Broken::Stale(_)]));
}

#[tokio::test]
async fn a_write_that_is_acknowledged_before_it_is_carried_out_is_caught_by_every_promise() {
    let mut bench = Bench::set_up().await;
    let promised = async |flow: &Flow, sink: &mut Collector| {
        let watch = flow.watch(&WRITE, sink);
        acknowledge(watch, Ok(Some(Written { id: 7, price_cents: 0, version: 2 })));
    };
    bench.send(WRITE, promised).await;
    let stale = bench.read().await;
    assert_eq!((stale.outcome, stale.version, stale.stale_ns), (Outcome::Miss, Some(1), Some(1_000_000)));
    bench.flow.database().write(7).await.expect("it may be written").expect("there is a product 7");
    for pattern in Pattern::ALL {
        let broken = bench.broken(pattern);
        assert!(matches!(broken[..], [Broken::FromDatabase(_)]), "{pattern}: {broken:?}");
    }
}

#[tokio::test]
async fn the_whole_one_keeps_its_promise_and_nothing_is_stale() {
    let mut bench = Bench::set_up().await;
    for _ in 0..3 {
        bench.read().await;
        let written = bench.send(WRITE, async |flow, sink| drop(flow.write(&WRITE, sink).await)).await;
        let read = bench.read().await;
        assert_eq!((read.outcome, read.version, read.stale_ns), (Outcome::Miss, written.version, None));
    }
    let report = bench.history.clone().check();
    assert_eq!((report.reads, report.writes, report.stale.len()), (6, 3, 0));
    assert_eq!(bench.broken(Pattern::CacheAside), []);
}

#[tokio::test]
async fn a_report_tells_no_version_and_so_is_not_judged() {
    let mut bench = Bench::set_up().await;
    let request = Request::read(7, Query::Report);
    let trace = bench.send(request, async |flow, sink| drop(flow.read(&request, sink).await)).await;
    assert_eq!((trace.outcome, trace.version), (Outcome::Miss, None));
    assert_eq!(bench.history.clone().check().reads, 0);
}
