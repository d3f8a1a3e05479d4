use trace::{Outcome, StepKind};

use super::break_even::{AtHitRatio, PathCost, WithoutCache};
use super::mixture::{Mixture, quantile};
use super::pair::Side;
use crate::statistics::{LEAST_BLOCKS, Replicates};
use crate::{Block, Spread};

/// What hits and misses cost: mean service times, as measured and as chance might have drawn them.
#[derive(Debug)]
pub(super) struct Costs {
    hit: Replicates,
    miss: Replicates,
    hits: u64,
    misses: u64,
    mixture: Mixture,
    /// In how many blocks there are any.
    held: usize,
}

/// What a read costs without a cache.
#[derive(Debug)]
pub(super) struct Without {
    mean: Replicates,
    times: Spread,
    held: usize,
}

impl Costs {
    /// Of a side that has met both; otherwise `None`.
    pub(super) fn of(side: &Side<'_>) -> Option<Self> {
        let (hits, misses) = (times(side, Outcome::Hit), times(side, Outcome::Miss));
        let (hit, miss) = (mean(side, Outcome::Hit)?, mean(side, Outcome::Miss)?);
        Some(Self {
            hit,
            miss,
            hits: hits.count(),
            misses: misses.count(),
            mixture: Mixture::of(&hits, &misses),
            held: held(side, Outcome::Hit).min(held(side, Outcome::Miss)),
        })
    }

    pub(super) fn hit(&self) -> PathCost {
        PathCost { count: self.hits, mean_ns: self.hit.estimate }
    }

    pub(super) fn miss(&self) -> PathCost {
        PathCost { count: self.misses, mean_ns: self.miss.estimate }
    }

    /// What reads would take at a hit ratio.
    pub(super) fn at(&self, hit_percent: u32) -> AtHitRatio {
        let ratio = f64::from(hit_percent) / 100.0;
        AtHitRatio {
            hit_percent,
            mean_ns: ratio * self.hit.estimate + (1.0 - ratio) * self.miss.estimate,
            p50_ns: self.mixture.quantile(0.5, ratio),
            p99_ns: self.mixture.quantile(0.99, ratio),
        }
    }

    /// The hit ratio at which reads cost the same as without a cache, wherever that lies, and its 95 % interval. `None` where
    /// a hit costs no less than a miss.
    pub(super) fn even_with(&self, without: &Without) -> (Option<f64>, Option<(f64, f64)>) {
        let even = |hit: f64, miss: f64, without: f64| (miss > hit).then(|| (miss - without) / (miss - hit));
        let estimate = even(self.hit.estimate, self.miss.estimate, without.mean.estimate);
        let values: Option<Vec<f64>> = self
            .hit
            .values
            .iter()
            .zip(&self.miss.values)
            .zip(&without.mean.values)
            .filter(|((hit, miss), without)| hit.is_finite() && miss.is_finite() && without.is_finite())
            .map(|((hit, miss), without)| even(*hit, *miss, *without))
            .collect();
        let pieces = self.hit.pieces.min(self.miss.pieces).min(without.mean.pieces);
        let enough = self.held.min(without.held) >= LEAST_BLOCKS;
        let replicates =
            estimate.zip(values).filter(|_| enough).map(|(estimate, values)| Replicates { estimate, values, pieces });
        (estimate, replicates.and_then(|replicates| replicates.interval()))
    }
}

impl Without {
    /// Of a recording that never asked a cache.
    pub(super) fn measured(side: &Side<'_>) -> Option<Self> {
        let mean = mean(side, Outcome::Bypass)?;
        Some(Self { mean, times: times(side, Outcome::Bypass), held: held(side, Outcome::Bypass) })
    }

    /// A miss less what the cache adds to it: asking it, which takes as long as it does on the average, and what is spent on
    /// encoding and storing. Right for cache-aside, where nothing but a miss stores. The times are those of the database query,
    /// each with what is left of a miss besides.
    pub(super) fn estimated(side: &Side<'_>, costs: &Costs) -> Option<Self> {
        let step = |block: &Block, kind| find(block, kind).map_or(0.0, |step| step.sum_ns as f64);
        let many = |block: &Block, kind| find(block, kind).map_or(0.0, |step| step.count() as f64);
        let asked = side.each(|block| many(block, StepKind::CacheGet));
        let ask = Replicates::of_quotient(&side.each(|block| step(block, StepKind::CacheGet)), &asked, &side.draws)?;
        let stored = side.each(|block| step(block, StepKind::Encode) + step(block, StepKind::CacheSet));
        let misses = side.each(|block| block.counts.misses as f64);
        let store = Replicates::of_quotient(&stored, &misses, &side.draws)?;
        let rest =
            costs.miss.values.iter().zip(&ask.values).zip(&store.values).map(|((miss, ask), store)| miss - ask - store);
        let mean = Replicates {
            estimate: costs.miss.estimate - ask.estimate - store.estimate,
            values: rest.collect(),
            pieces: costs.miss.pieces.min(ask.pieces),
        };
        if mean.estimate <= 0.0 {
            return None;
        }
        let mut queries = Spread::default();
        side.blocks.iter().filter_map(|block| find(block, StepKind::DbQuery)).for_each(|step| queries.add(step));
        let besides = mean.estimate - queries.sum_ns as f64 / queries.count() as f64;
        queries.values.iter_mut().for_each(|(ns, _)| *ns = (*ns as f64 + besides).max(0.0) as u64);
        Some(Self { mean, times: queries, held: costs.held })
    }

    pub(super) fn mean_ns(&self) -> f64 {
        self.mean.estimate
    }

    /// Measured in the recording of that number, or else estimated.
    pub(super) fn told(&self, measured_in: Option<usize>) -> WithoutCache {
        WithoutCache {
            recording: measured_in,
            estimated: measured_in.is_none(),
            mean_ns: self.mean.estimate,
            p50_ns: quantile(&self.times, 0.5),
            p99_ns: quantile(&self.times, 0.99),
        }
    }
}

fn service(block: &Block, outcome: Outcome) -> Option<&Spread> {
    block.outcomes.iter().find(|(met, ..)| *met == outcome).map(|(_, _, service)| service)
}

fn find(block: &Block, kind: StepKind) -> Option<&Spread> {
    block.steps.iter().find(|(met, _)| *met == kind).map(|(_, step)| step)
}

fn mean(side: &Side<'_>, outcome: Outcome) -> Option<Replicates> {
    let sums = side.each(|block| service(block, outcome).map_or(0.0, |service| service.sum_ns as f64));
    let counts = side.each(|block| service(block, outcome).map_or(0.0, |service| service.count() as f64));
    Replicates::of_quotient(&sums, &counts, &side.draws)
}

fn times(side: &Side<'_>, outcome: Outcome) -> Spread {
    let mut times = Spread::default();
    side.blocks.iter().filter_map(|block| service(block, outcome)).for_each(|service| times.add(service));
    times
}

fn held(side: &Side<'_>, outcome: Outcome) -> usize {
    side.blocks.iter().filter(|block| service(block, outcome).is_some_and(|service| service.count() > 0)).count()
}
