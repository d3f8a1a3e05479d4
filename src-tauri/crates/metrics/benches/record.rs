//! What it costs a request to be added up: the sink of a run against one that keeps nothing and one that only collects.
//! All three are pushed the steps of a hit, clock readings included.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use metrics::{Meter, Probe};
use trace::{Clock, Collector, Discard, MonotonicClock, Outcome, Query, Request, Sink, StepKind, Stopwatch};

fn hit(clock: &dyn Clock, sink: impl Sink) {
    let mut watch = Stopwatch::start(clock, sink);
    for kind in [StepKind::CacheGet, StepKind::Decode, StepKind::Respond] {
        watch.time(kind, || black_box(()));
    }
    watch.finish(Outcome::Hit);
}

fn record(criterion: &mut Criterion) {
    let clock = Arc::new(MonotonicClock::start());
    let request = Request::read(42, Query::Page);
    let mut group = criterion.benchmark_group("a hit of three steps");
    group.bench_function("thrown away", |bencher| bencher.iter(|| hit(&*clock, Discard)));
    group.bench_function("collected", |bencher| {
        bencher.iter(|| {
            let mut collector = Collector::new(1, request);
            hit(&*clock, &mut collector);
            collector.into_trace()
        });
    });
    // The reader's work is done here too, each time the inbox is full: on the app's own threads it is another's.
    let meter = Arc::new(Meter::start(clock.clone()));
    let mut id = 0;
    group.bench_function("added up, by the thread that sends", |bencher| {
        bencher.iter(|| {
            id += 1;
            hit(&*clock, Probe::new(Arc::clone(&meter), id, request, Some(clock.now_ns())));
        });
    });
    group.bench_function("a summary of two million", |bencher| bencher.iter(|| meter.summary(0)));
    group.finish();
}

criterion_group!(benches, record);
criterion_main!(benches);
