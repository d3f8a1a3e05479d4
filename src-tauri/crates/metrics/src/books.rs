use std::collections::VecDeque;
use std::sync::Arc;

use trace::{Outcome, StepKind, Trace};

use crate::sampler::Sampler;
use crate::series::Series;
use crate::{Counts, Gets, Latencies, Latency, OutcomeLatency, StepLatency, Summary};

/// How many of the newest traces are kept, whether they were sampled or not.
const LATEST: usize = 10_000;

/// Everything that is added up of a run.
#[derive(Debug)]
pub(crate) struct Books {
    started_ns: u64,
    pub(crate) counts: Counts,
    outcomes: [Option<Box<Pair>>; Outcome::ALL.len()],
    steps: [Option<Box<StepBook>>; StepKind::ALL.len()],
    series: Series,
    pub(crate) sampler: Sampler,
    latest: VecDeque<Arc<Trace>>,
}

#[derive(Debug, Default, Clone)]
struct Pair {
    response: Latencies,
    service: Latencies,
}

#[derive(Debug, Default)]
struct StepBook {
    durations: Latencies,
    failed: u64,
}

impl Books {
    pub(crate) fn new(started_ns: u64) -> Self {
        Self {
            started_ns,
            counts: Counts::default(),
            outcomes: Default::default(),
            steps: Default::default(),
            series: Series::default(),
            sampler: Sampler::new(started_ns),
            latest: VecDeque::new(),
        }
    }

    pub(crate) fn enter(&mut self, trace: Trace) {
        self.counts.add(trace.outcome);
        let pair = self.outcomes[trace.outcome as usize].get_or_insert_default();
        pair.response.record(trace.response_ns());
        pair.service.record(trace.service_ns());
        for step in &trace.steps {
            let book = self.steps[step.kind as usize].get_or_insert_default();
            if step.failed {
                book.failed += 1;
            } else {
                book.durations.record(step.duration_ns);
            }
        }
        self.series.record(trace.ended_ns().saturating_sub(self.started_ns), &trace);

        let trace = Arc::new(trace);
        self.sampler.offer(&trace);
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(trace);
    }

    /// Closes what is over by now.
    pub(crate) fn roll(&mut self, now_ns: u64) {
        self.sampler.roll(now_ns);
        self.series.roll(now_ns.saturating_sub(self.started_ns));
    }

    /// Closes what is open: nothing more will come.
    pub(crate) fn close(&mut self) {
        self.sampler.roll(u64::MAX);
        if self.series.has_open_second() {
            self.series.close();
        }
    }

    pub(crate) fn gets(&self) -> Gets {
        let book = self.steps[StepKind::CacheGet as usize].as_deref();
        book.map_or(Gets::default(), |book| Gets { answered: book.durations.count(), failed: book.failed })
    }

    pub(crate) fn summary(&self, first_second: u32) -> Summary {
        let mut all = Pair::default();
        for pair in self.outcomes.iter().flatten() {
            all.response.add(&pair.response);
            all.service.add(&pair.service);
        }
        Summary {
            counts: self.counts,
            all: latency(&all),
            outcomes: Outcome::ALL
                .into_iter()
                .zip(&self.outcomes)
                .filter_map(|(outcome, pair)| Some(OutcomeLatency { outcome, latency: latency(pair.as_deref()?) }))
                .collect(),
            steps: StepKind::ALL
                .into_iter()
                .zip(&self.steps)
                .filter_map(|(kind, book)| {
                    let book = book.as_deref()?;
                    Some(StepLatency { kind, duration: book.durations.distribution(), failed: book.failed })
                })
                .collect(),
            seconds: self.series.since(first_second),
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

fn latency(pair: &Pair) -> Latency {
    Latency {
        response: pair.response.distribution(),
        service: pair.service.distribution(),
        response_plot: pair.response.plot(),
        service_plot: pair.service.plot(),
    }
}
