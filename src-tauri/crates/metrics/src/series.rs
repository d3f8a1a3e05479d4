use std::collections::VecDeque;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Effect, Outcome, Trace};
use ts_rs::TS;

use crate::sampler::Sampler;
use crate::{Counts, Latencies, Tally};

/// How many seconds are kept: a day.
const KEPT: usize = 24 * 60 * 60;

/// How many whole seconds wait for whoever keeps them. Should they not be fetched by then, the newest two become one.
const WHOLE: usize = 120;

/// How many traces of each outcome are kept of a whole second.
const TRACES: usize = 50;

/// What ended within one second of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Second {
    /// Which: 0 is the first after the start.
    pub second: u32,
    /// What ended in it; `sent` is their sum.
    pub counts: Counts,
    /// Median response time of everything, in nanoseconds; absent of fewer than 20.
    #[ts(type = "number | null")]
    pub p50_ns: Option<u64>,
    /// Median response time of its hits.
    #[ts(type = "number | null")]
    pub hit_p50_ns: Option<u64>,
    /// Median response time of its misses.
    #[ts(type = "number | null")]
    pub miss_p50_ns: Option<u64>,
    /// 99th percentile of the response time of everything; absent of fewer than 1,000.
    #[ts(type = "number | null")]
    pub p99_ns: Option<u64>,
    /// Reads that were answered with a value out of date.
    #[serde(default)]
    #[ts(type = "number")]
    pub stale_reads: u64,
    /// For how long the oldest of them had been, in nanoseconds; absent of none.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub stale_max_ns: Option<u64>,
}

impl Second {
    /// That second, of that tally.
    #[must_use]
    pub fn of(second: u32, tally: &Tally) -> Self {
        let median = |outcome| tally.times(outcome)?.response.quantile(0.5);
        let all = tally.all().response;
        Self {
            second,
            counts: tally.counts(),
            p50_ns: all.quantile(0.5),
            hit_p50_ns: median(Outcome::Hit),
            miss_p50_ns: median(Outcome::Miss),
            p99_ns: all.quantile(0.99),
            stale_reads: tally.stale_ages().map_or(0, Latencies::count),
            stale_max_ns: tally.stale_ages().map(Latencies::max_ns),
        }
    }
}

/// A second with everything that was added up of it, and some of its traces: what a recording is made of.
#[derive(Debug, Clone)]
pub struct KeptSecond {
    /// In short.
    pub second: Second,
    /// In full.
    pub tally: Tally,
    /// A sample of its traces: up to 50 of each outcome, in the order in which they ended. One that ended in the last 20 ms
    /// of a second may be among those of the next.
    pub traces: Vec<Arc<Trace>>,
}

/// A run, second by second.
#[derive(Debug, Default)]
pub(crate) struct Series {
    kept: VecDeque<Second>,
    current: u32,
    open: Tally,
    whole: Option<Whole>,
}

/// Seconds that are kept whole until they are fetched.
#[derive(Debug)]
struct Whole {
    /// The first that was open from its beginning.
    first: u32,
    seconds: VecDeque<KeptSecond>,
    /// Of the sampler: where the traces of the next second begin.
    cursor: u64,
}

impl Series {
    /// What has ended in the second that is not over yet.
    pub(crate) fn open(&self) -> &Tally {
        &self.open
    }

    pub(crate) fn record(&mut self, trace: &Trace) {
        self.open.record(trace);
    }

    pub(crate) fn record_reload(&mut self, asked: bool, effects: &[Effect]) {
        self.open.put_reloads(u64::from(asked));
        self.open.put_effects_of_one(effects);
    }

    /// Closes every second that is over, into the sum.
    pub(crate) fn roll(&mut self, since_start_ns: u64, sum: &mut Tally, sampler: &Sampler) {
        let now = u32::try_from(since_start_ns / 1_000_000_000).unwrap_or(u32::MAX);
        // After a longer pause than is kept, what lies before is forgotten anyway.
        if now.saturating_sub(self.current) as usize > KEPT {
            self.close(sum, sampler);
            self.current = now - KEPT as u32;
        }
        while self.current < now {
            self.close(sum, sampler);
        }
    }

    /// Closes the current second, also where it is not quite over: at the end of a run.
    pub(crate) fn close(&mut self, sum: &mut Tally, sampler: &Sampler) {
        let second = Second::of(self.current, &self.open);
        sum.add(&self.open);
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(second);
        if let Some(whole) = &mut self.whole {
            whole.close(second, &self.open, sampler);
        }
        self.current += 1;
        if self.has_open_second() {
            self.open.clear();
        }
    }

    pub(crate) fn has_open_second(&self) -> bool {
        self.open.counts() != Counts::default()
    }

    /// The seconds from number `first` on.
    pub(crate) fn since(&self, first: u32) -> Vec<Second> {
        let skip = self.kept.partition_point(|second| second.second < first);
        self.kept.range(skip..).copied().collect()
    }

    /// Begins to keep seconds whole: from this one on if nothing has ended in it, else from the next; not before `from`.
    pub(crate) fn keep_whole(&mut self, cursor: u64, from: u32) {
        let first = from.max(self.current + u32::from(self.has_open_second()));
        self.whole = Some(Whole { first, seconds: VecDeque::new(), cursor });
    }

    pub(crate) fn stop_keeping_whole(&mut self) {
        self.whole = None;
    }

    /// The seconds that were kept whole since the last time.
    pub(crate) fn take_whole(&mut self) -> Vec<KeptSecond> {
        self.whole.as_mut().map(|whole| whole.seconds.drain(..).collect()).unwrap_or_default()
    }
}

impl Whole {
    fn close(&mut self, second: Second, tally: &Tally, sampler: &Sampler) {
        let (traces, cursor, _) = sampler.since(self.cursor, usize::MAX);
        self.cursor = cursor;
        if second.second < self.first {
            return;
        }
        let traces = thinned(&traces);
        let full = self.seconds.len() == WHOLE;
        match self.seconds.back_mut().filter(|_| full) {
            Some(last) => {
                last.tally.add(tally);
                last.second = Second::of(last.second.second, &last.tally);
            }
            None => self.seconds.push_back(KeptSecond { second, tally: tally.clone(), traces }),
        }
    }
}

/// So many of each outcome at most, spread evenly.
fn thinned(traces: &[Arc<Trace>]) -> Vec<Arc<Trace>> {
    let mut of_outcome = [0_usize; Outcome::ALL.len()];
    traces.iter().for_each(|trace| of_outcome[trace.outcome as usize] += 1);
    let mut met = [0_usize; Outcome::ALL.len()];
    let taken = |trace: &&Arc<Trace>| {
        let index = trace.outcome as usize;
        let number = met[index];
        met[index] += 1;
        // The n-th is taken where n · TRACES / all reaches a new whole number.
        let all = of_outcome[index].max(TRACES);
        number * TRACES / all != (number + 1) * TRACES / all
    };
    traces.iter().filter(taken).cloned().collect()
}
