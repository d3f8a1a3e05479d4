//! What it costs a request to be traced: reading the clock around three steps (a hit) or five (a miss), and pushing them
//! into a sink. The acts themselves are empty.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use trace::StepKind::{CacheGet, CacheSet, DbQuery, Decode, Encode, Respond};
use trace::{Collector, Discard, MonotonicClock, Outcome, Query, Request, Sink, StepKind, Stopwatch};

const HIT: &[StepKind] = &[CacheGet, Decode, Respond];
const MISS: &[StepKind] = &[CacheGet, DbQuery, Encode, CacheSet, Respond];

fn request(clock: &MonotonicClock, sink: impl Sink, steps: &[StepKind]) {
    let mut watch = Stopwatch::start(clock, sink);
    for kind in steps {
        watch.time(*kind, || black_box(()));
    }
    watch.finish(Outcome::Hit);
}

fn push(criterion: &mut Criterion) {
    let clock = MonotonicClock::start();
    for (name, steps) in [("hit", HIT), ("miss", MISS)] {
        criterion.bench_function(&format!("{name}, times thrown away"), |bencher| {
            bencher.iter(|| request(&clock, Discard, steps));
        });
        criterion.bench_function(&format!("{name}, trace collected"), |bencher| {
            bencher.iter(|| {
                let mut collector = Collector::new(1, Request::read(42, Query::Page));
                request(&clock, &mut collector, steps);
                black_box(collector.into_trace())
            });
        });
    }
}

criterion_group!(benches, push);
criterion_main!(benches);
