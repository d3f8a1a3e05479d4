use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trace::{Outcome, Trace};
use ts_rs::TS;

use crate::{Counts, Latencies};

/// How many seconds are kept: a day.
const KEPT: usize = 24 * 60 * 60;

/// What ended within one second of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Second {
    /// Which: 0 is the first after the start.
    pub second: u32,
    /// What ended in it; `sent` is their sum.
    pub counts: Counts,
    /// Median response time of its hits, in nanoseconds; absent of fewer than 20.
    #[ts(type = "number | null")]
    pub hit_p50_ns: Option<u64>,
    /// Median response time of its misses.
    #[ts(type = "number | null")]
    pub miss_p50_ns: Option<u64>,
    /// 99th percentile of the response time of everything; absent of fewer than 1,000.
    #[ts(type = "number | null")]
    pub p99_ns: Option<u64>,
}

/// A run, second by second.
#[derive(Debug, Default)]
pub(crate) struct Series {
    kept: VecDeque<Second>,
    current: u32,
    counts: Counts,
    hits: Latencies,
    misses: Latencies,
    all: Latencies,
}

impl Series {
    pub(crate) fn record(&mut self, since_start_ns: u64, trace: &Trace) {
        self.roll(since_start_ns);
        self.counts.add(trace.outcome);
        let response = trace.response_ns();
        self.all.record(response);
        match trace.outcome {
            Outcome::Hit => self.hits.record(response),
            Outcome::Miss => self.misses.record(response),
            _ => {}
        }
    }

    /// Closes every second that is over.
    pub(crate) fn roll(&mut self, since_start_ns: u64) {
        let now = u32::try_from(since_start_ns / 1_000_000_000).unwrap_or(u32::MAX);
        // After a longer pause than is kept, what lies before is forgotten anyway.
        if now.saturating_sub(self.current) as usize > KEPT {
            self.close();
            self.current = now - KEPT as u32;
        }
        while self.current < now {
            self.close();
        }
    }

    /// Closes the current second, also where it is not quite over: at the end of a run.
    pub(crate) fn close(&mut self) {
        let mut counts = std::mem::take(&mut self.counts);
        counts.sent = counts.ended();
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(Second {
            second: self.current,
            counts,
            hit_p50_ns: self.hits.quantile(0.5),
            miss_p50_ns: self.misses.quantile(0.5),
            p99_ns: self.all.quantile(0.99),
        });
        self.current += 1;
        for latencies in [&mut self.hits, &mut self.misses, &mut self.all] {
            if latencies.count() > 0 {
                latencies.clear();
            }
        }
    }

    pub(crate) fn has_open_second(&self) -> bool {
        self.counts != Counts::default()
    }

    /// The seconds from number `first` on.
    pub(crate) fn since(&self, first: u32) -> Vec<Second> {
        let skip = self.kept.partition_point(|second| second.second < first);
        self.kept.range(skip..).copied().collect()
    }
}
