//! A meter over requests whose times the test chooses.

use std::sync::Arc;

use trace::{Clock, Effect, ManualClock, Outcome, Protection, Query, Request, Sink, Step, StepKind, Stopwatch};

use crate::{Meter, Probe};

const MS: u64 = 1_000_000;

struct Bench {
    clock: Arc<ManualClock>,
    meter: Arc<Meter>,
    next: u64,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let meter = Arc::new(Meter::start(Arc::clone(&clock) as _));
        Self { clock, meter, next: 0 }
    }

    fn probe(&mut self, due_ns: Option<u64>) -> Probe {
        self.next += 1;
        Probe::new(Arc::clone(&self.meter), self.next, Request::read(1, Query::Lookup), due_ns)
    }

    /// A request that is sent now and takes so long.
    fn request(&mut self, outcome: Outcome, took_ns: u64) {
        let probe = self.probe(None);
        let mut watch = Stopwatch::start(&*self.clock, probe);
        watch.time(StepKind::CacheGet, || self.clock.advance_ns(took_ns));
        watch.finish(outcome);
    }
}

#[test]
fn what_was_sent_is_the_sum_of_all_outcomes() {
    let mut bench = Bench::new();
    for outcome in Outcome::ALL {
        bench.request(outcome, MS);
        bench.request(outcome, MS);
    }
    let counts = bench.meter.counts();
    assert_eq!((counts.sent, counts.ended()), (16, 16));
    assert!(Outcome::ALL.into_iter().all(|outcome| counts.of(outcome) == 2));
    assert_eq!(bench.meter.gets().answered, 16);
}

#[test]
fn a_request_that_is_given_up_is_an_error_that_says_so_and_is_inside_nothing() {
    let mut bench = Bench::new();
    let mut probe = bench.probe(None);
    probe.start(0);
    probe.begin(StepKind::DbQuery);
    assert_eq!(bench.meter.sample(0).inside.db_query, 1);
    bench.clock.advance_ns(5 * MS);
    drop(probe);

    let sample = bench.meter.sample(0);
    assert_eq!((sample.counts.sent, sample.counts.errors, sample.inside.db_query), (1, 1, 0));
    let trace = bench.meter.trace(1).expect("it is kept");
    assert_eq!((trace.outcome, trace.total_ns), (Outcome::Error, 5 * MS));
    assert!(trace.notes[0].contains("Given up"), "{:?}", trace.notes);
}

#[test]
fn response_counts_from_when_a_request_was_due_and_service_from_when_it_was_sent() {
    let mut bench = Bench::new();
    bench.clock.advance_ns(10 * MS);
    let probe = bench.probe(Some(3 * MS));
    let watch = Stopwatch::start(&*bench.clock, probe);
    bench.clock.advance_ns(MS);
    watch.finish(Outcome::Hit);
    let all = bench.meter.summary(0).all;
    assert_eq!((all.response.max_ns, all.service.max_ns), (Some(8 * MS), Some(MS)));
}

#[test]
fn a_step_that_failed_is_counted_apart_from_those_whose_time_tells_something() {
    let mut bench = Bench::new();
    let mut probe = bench.probe(None);
    probe.start(0);
    let step = Step { kind: StepKind::CacheGet, start_ns: 0, duration_ns: 2_000 * MS, injected_ns: 0, failed: true };
    probe.step(step);
    probe.finish(Outcome::Bypass, 2_000 * MS);
    let steps = bench.meter.summary(0).steps;
    assert_eq!((steps[0].kind, steps[0].duration.count, steps[0].failed), (StepKind::CacheGet, 0, 1));
    assert_eq!((bench.meter.gets().answered, bench.meter.gets().failed), (0, 1));
}

#[test]
fn seconds_are_told_once_they_are_over_and_quiet_ones_too() {
    let mut bench = Bench::new();
    for _ in 0..30 {
        bench.request(Outcome::Hit, MS);
    }
    assert!(bench.meter.summary(0).seconds.is_empty(), "the first second is not over");
    bench.clock.advance_ns(2_500 * MS);
    bench.request(Outcome::Miss, MS);

    let seconds = bench.meter.summary(0).seconds;
    assert_eq!(seconds.iter().map(|second| second.counts.sent).collect::<Vec<_>>(), [30, 0]);
    assert_eq!((seconds[0].hit_p50_ns, seconds[0].miss_p50_ns, seconds[0].p99_ns), (Some(MS), None, None));
    bench.meter.close();
    let rest = bench.meter.summary(2).seconds;
    assert_eq!((rest.len(), rest[0].second, rest[0].counts.misses), (1, 2, 1));
}

#[test]
fn below_two_hundred_a_second_every_request_is_a_sample() {
    let mut bench = Bench::new();
    for _ in 0..100 {
        bench.request(Outcome::Hit, 2 * MS);
        bench.clock.advance_ns(4 * MS);
    }
    bench.meter.close();
    let sample = bench.meter.sample(0);
    assert_eq!(sample.points.iter().map(|point| point.id).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    assert_eq!(sample.points[0].service_ns, 2 * MS);
}

#[test]
fn a_rare_outcome_is_seen_whole_beside_a_frequent_one() {
    let mut bench = Bench::new();
    for number in 0..20_000 {
        bench.request(if number % 1_000 == 0 { Outcome::Error } else { Outcome::Hit }, MS / 20);
    }
    bench.meter.close();
    let points = bench.meter.sample(0).points;
    let errors = points.iter().filter(|point| point.outcome == Outcome::Error).count();
    // A second of 50 slots, four hits each; the last request ends with it, in a slot of its own.
    assert_eq!((errors, points.len() - errors), (20, 201));
    assert!(points.is_sorted_by_key(|point| point.ended_ns));
}

#[test]
fn of_a_frequent_outcome_each_request_is_as_likely_to_be_sampled() {
    let mut bench = Bench::new();
    for _ in 0..200_000 {
        bench.request(Outcome::Hit, MS / 10);
    }
    bench.meter.close();
    // In each slot of 20 ms there are 200, of which four are kept: each place with a chance of 1 in 50.
    let mut places = [0_u32; 10];
    let kept = bench.meter.kept();
    let sampled = bench.meter.sample(bench.meter.sample(0).cursor - 600).points;
    assert_eq!(sampled.len(), 600);
    for point in &sampled {
        places[((point.id - 1) % 200 / 20) as usize] += 1;
    }
    let expected = 60.0;
    let chi_square: f64 = places.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    // 9 degrees of freedom: beyond 27.9 in one of a thousand; the seed is fixed.
    assert!(chi_square < 27.9, "{places:?}");
    assert!(kept.len() >= 10_000);
}

/// The window that stops reading.
#[test]
fn a_reader_that_was_away_gets_the_newest_and_is_told_what_it_missed() {
    let mut bench = Bench::new();
    let cursor = bench.meter.sample(0).cursor;
    for _ in 0..100_000 {
        bench.request(Outcome::Hit, MS);
    }
    bench.meter.close();
    let sample = bench.meter.sample(cursor);
    assert_eq!((sample.points.len(), sample.traces.len()), (600, 4));
    // A request takes 1 ms here: 20 in a slot, four kept of each, and the last one has a slot of its own.
    assert_eq!(sample.skipped, 100_000 / 20 * 4 + 1 - 600);
    assert!(bench.meter.kept().len() <= 30_000, "20,000 samples and the newest 10,000");
    let after = bench.meter.sample(sample.cursor);
    assert_eq!((after.points.len(), after.skipped, after.cursor), (0, 0, sample.cursor));
}

#[test]
fn a_second_that_is_kept_is_all_that_ended_in_it_and_they_add_up_to_the_run() {
    let mut bench = Bench::new();
    bench.request(Outcome::Miss, MS);
    bench.meter.keep_seconds(0);
    for number in 0..3_000 {
        bench.request(if number % 3 == 0 { Outcome::Miss } else { Outcome::Hit }, MS);
    }
    let seconds = bench.meter.take_seconds();
    // The first second was begun when keeping was asked for; the fourth is not over.
    assert_eq!(seconds.iter().map(|kept| kept.second.second).collect::<Vec<_>>(), [1, 2]);
    for kept in &seconds {
        assert_eq!((kept.second.counts.sent, kept.tally.counts().sent), (1_000, 1_000));
        assert_eq!(kept.tally.step(StepKind::CacheGet).expect("met").durations.count(), 1_000);
        let hits = kept.traces.iter().filter(|trace| trace.outcome == Outcome::Hit).count();
        assert_eq!((hits, kept.traces.len()), (50, 100));
    }
    bench.meter.close();
    let rest = bench.meter.take_seconds();
    assert_eq!(rest.len(), 1);
    let kept: u64 = seconds.iter().chain(&rest).map(|kept| kept.tally.counts().sent).sum();
    assert_eq!(kept, bench.meter.counts().sent - 999, "all but the second that had begun");
}

#[test]
fn two_meters_that_start_at_one_moment_to_come_keep_the_same_seconds() {
    let clock = Arc::new(ManualClock::default());
    let meter = || Arc::new(Meter::starting_at(20 * MS, Arc::clone(&clock) as _));
    let meters = [meter(), meter()];
    assert!(meters.iter().all(|meter| meter.summary(0).seconds.is_empty()), "neither has started");
    clock.advance_ns(20 * MS);
    // One has seen something end in its first second when both are to be kept, the other has not.
    let probe = Probe::new(Arc::clone(&meters[0]), 1, Request::read(1, Query::Lookup), Some(20 * MS));
    Stopwatch::start(&*clock, probe).finish(Outcome::Hit);
    meters.iter().for_each(|meter| meter.keep_seconds(1));
    clock.advance_ns(3_000 * MS);
    for meter in meters {
        let kept = meter.take_seconds();
        assert_eq!(kept.iter().map(|kept| kept.second.second).collect::<Vec<_>>(), [1, 2]);
    }
}

#[test]
fn seconds_nobody_fetches_are_added_up_into_the_newest_and_none_is_lost() {
    let mut bench = Bench::new();
    bench.meter.keep_seconds(0);
    for _ in 0..200 {
        bench.request(Outcome::Hit, 1_000 * MS);
    }
    bench.meter.close();
    let seconds = bench.meter.take_seconds();
    assert_eq!(seconds.len(), 120);
    assert_eq!(seconds.iter().map(|kept| kept.tally.counts().sent).sum::<u64>(), 200);
}

#[test]
fn stale_reads_are_counted_among_those_that_told_their_version_and_by_the_second() {
    let mut bench = Bench::new();
    let mut read = |version: Option<u64>, stale_ns: Option<u64>| {
        let mut probe = bench.probe(None);
        probe.start(bench.clock.now_ns());
        version.into_iter().for_each(|version| probe.version(version));
        stale_ns.into_iter().for_each(|age_ns| probe.stale(age_ns));
        probe.finish(Outcome::Hit, 0);
    };
    read(Some(1), None);
    read(Some(1), Some(40 * MS));
    read(Some(1), Some(60 * MS));
    read(None, None);
    let mut write = Probe::new(Arc::clone(&bench.meter), 99, Request::write(1), None);
    write.start(bench.clock.now_ns());
    write.version(2);
    write.finish(Outcome::Written, 0);

    let stale = bench.meter.summary(0).stale_reads;
    assert_eq!((stale.checked, stale.ages.count, stale.ages.max_ns), (3, 2, Some(60 * MS)));
    bench.clock.advance_ns(1_000 * MS);
    let summary = bench.meter.summary(0);
    assert_eq!((summary.seconds[0].stale_reads, summary.seconds[0].stale_max_ns), (2, Some(60 * MS)));
    assert_eq!(summary.stale_reads, stale, "the second is over and still counts");
    assert_eq!(bench.meter.trace(2).expect("it is kept").stale_ns, Some(40 * MS));
}

#[test]
fn what_a_protection_saved_and_cost_adds_up_over_the_run_and_its_gets_are_counted() {
    let mut bench = Bench::new();
    let effect = Effect { queries_avoided: 1, round_trips: 2, lookups: 2, ..Effect::of(Protection::CacheLock) };
    for waited_ns in [0, 3 * MS, 5 * MS] {
        let probe = bench.probe(None);
        let mut watch = Stopwatch::start(&*bench.clock, probe);
        watch.effect(Effect { waited_ns, ..effect });
        // A second one of the same request.
        watch.effect(Effect { in_vain: true, ..Effect::of(Protection::CacheLock) });
        watch.finish(Outcome::Coalesced);
        bench.clock.advance_ns(1_000 * MS);
    }
    let protections = bench.meter.summary(0).protections;
    assert_eq!(protections.len(), 1);
    let lock = protections[0];
    assert_eq!((lock.protection, lock.requests, lock.queries_avoided), (Protection::CacheLock, 3, 3));
    assert_eq!((lock.round_trips, lock.in_vain, lock.refused), (6, 3, 0));
    assert_eq!((lock.waits.count, lock.waits.max_ns), (2, Some(5 * MS)));
    assert_eq!(bench.meter.gets().besides, 6);
}
