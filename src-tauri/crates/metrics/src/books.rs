use std::collections::VecDeque;
use std::sync::Arc;

use trace::{Protection, StepKind, Trace};

use crate::meter::Reloaded;
use crate::sampler::Sampler;
use crate::series::Series;
use crate::{Counts, Effects, Gets, KeptSecond, Summary, Tally};

/// How many of the newest traces are kept, whether they were sampled or not.
const LATEST: usize = 10_000;

/// Everything that is added up of a run.
#[derive(Debug)]
pub(crate) struct Books {
    started_ns: u64,
    /// Of the seconds that are over.
    over: Tally,
    pub(crate) series: Series,
    pub(crate) sampler: Sampler,
    latest: VecDeque<Arc<Trace>>,
    /// Steps of reloads that may have looked up a key, and failed.
    reloads_failed: u64,
}

impl Books {
    pub(crate) fn new(started_ns: u64) -> Self {
        Self {
            started_ns,
            over: Tally::default(),
            series: Series::default(),
            sampler: Sampler::new(started_ns),
            latest: VecDeque::new(),
            reloads_failed: 0,
        }
    }

    pub(crate) fn enter(&mut self, trace: Trace) {
        self.roll(trace.ended_ns());
        self.series.record(&trace);
        let trace = Arc::new(trace);
        self.sampler.offer(&trace);
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(trace);
    }

    /// A reload in the background has ended.
    pub(crate) fn enter_reload(&mut self, reloaded: &Reloaded) {
        self.roll(reloaded.ended_ns);
        self.series.record_reload(reloaded.asked, &reloaded.effects);
        self.reloads_failed += reloaded.failed;
    }

    /// Closes what is over by now.
    pub(crate) fn roll(&mut self, now_ns: u64) {
        self.sampler.roll(now_ns);
        self.series.roll(now_ns.saturating_sub(self.started_ns), &mut self.over, &self.sampler);
    }

    /// Closes what is open: nothing more will come.
    pub(crate) fn close(&mut self) {
        self.sampler.roll(u64::MAX);
        if self.series.has_open_second() {
            self.series.close(&mut self.over, &self.sampler);
        }
    }

    /// Begins to keep seconds whole, from the next one that begins, or from a later one.
    pub(crate) fn keep_seconds(&mut self, from: u32) {
        self.series.keep_whole(self.sampler.cursor(), from);
    }

    pub(crate) fn take_seconds(&mut self) -> Vec<KeptSecond> {
        self.series.take_whole()
    }

    pub(crate) fn stop_keeping_seconds(&mut self) {
        self.series.stop_keeping_whole();
    }

    /// Which way the requests went; `sent` is the sum of those that ended.
    pub(crate) fn counts(&self) -> Counts {
        self.over.counts() + self.series.open().counts()
    }

    pub(crate) fn gets(&self) -> Gets {
        let mut gets = Gets::default();
        for tally in [&self.over, self.series.open()] {
            gets.answered += tally.step(StepKind::CacheGet).map_or(0, |times| times.durations.count());
            // What protections look up besides.
            let effects = Protection::ALL.into_iter().filter_map(|protection| tally.effects(protection));
            gets.besides += effects.map(|effects| effects.lookups).sum::<u64>();
            // Each of these looks up a key, or may have.
            let looking = [StepKind::CacheGet, StepKind::CacheLock, StepKind::Wait, StepKind::CacheSet];
            gets.failed +=
                looking.into_iter().filter_map(|kind| tally.step(kind)).map(|times| times.failed).sum::<u64>();
        }
        gets.failed += self.reloads_failed;
        gets
    }

    pub(crate) fn effects(&self, protection: Protection) -> Effects {
        let mut effects = Effects::default();
        for tally in [&self.over, self.series.open()] {
            if let Some(some) = tally.effects(protection) {
                effects.add(some);
            }
        }
        effects
    }

    pub(crate) fn tally(&self) -> Tally {
        let mut tally = self.over.clone();
        tally.add(self.series.open());
        tally
    }

    pub(crate) fn summary(&self, first_second: u32) -> Summary {
        let tally = self.tally();
        let (all, outcomes, steps) = tally.latencies();
        Summary {
            counts: tally.counts(),
            all,
            outcomes,
            steps,
            seconds: self.series.since(first_second),
            stale_reads: tally.stale_reads(),
            protections: tally.protections(),
        }
    }

    /// Every trace kept, each once, the one that started first coming first.
    pub(crate) fn kept(&self) -> Vec<Arc<Trace>> {
        let mut kept: Vec<_> = self.sampler.kept().chain(&self.latest).cloned().collect();
        kept.sort_unstable_by_key(|trace| (trace.started_ns, trace.id));
        kept.dedup_by_key(|trace| trace.id);
        kept
    }

    /// The trace of that number, if it is still kept.
    pub(crate) fn trace(&self, id: u64) -> Option<Arc<Trace>> {
        self.latest.iter().rev().chain(self.sampler.kept()).find(|trace| trace.id == id).cloned()
    }
}
