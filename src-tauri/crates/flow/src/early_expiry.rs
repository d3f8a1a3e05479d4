//! Probabilistic early expiry, XFetch (Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede
//! Prevention", VLDB 2015): each request that finds a value acts, with a chance that grows towards the end of the value's
//! life, as if it had expired already, and loads it anew. Where many ask, one of them does so shortly before the end, and
//! the others go on hitting; where few ask, hardly anybody does.
//!
//! `now - delta * beta * ln(random) >= expiry`, where delta is how long loading takes and a beta of 1 is the optimum. The
//! paper keeps delta beside each value. Here it is a mean of the last loads of the same query, kept by the process: values
//! stay plain JSON, and all answers to a query take about as long.
//!
//! A request that loads early had the value, and waited for the database all the same: its outcome is a miss. So hits are
//! those that were answered from the cache, in the hit ratio as in the latencies. If the database does not answer, or
//! refuses, it answers with the value it had, as a hit. If another one is loading the key already, it is a hit too.
//!
//! **What it costs**: PTTL with every GET, in the same round trip, and now and then a load that was not needed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use trace::{Effect, Outcome, Protection, Query, Request, Sink, Stopwatch};

use crate::anew::{Anew, Who};
use crate::steps::Held;
use crate::{Flow, Response, hand_on, respond};

/// How much a load counts in the mean: as much as a round trip in TCP's (RFC 6298).
const WEIGHT: u64 = 8;

/// Whether a value with that long to live is to be loaded now; `drawn` is between 0 (not it itself) and 1.
pub(crate) fn is_due(left: Duration, delta: Duration, beta: f64, drawn: f64) -> bool {
    delta > Duration::ZERO && -delta.as_secs_f64() * beta * drawn.ln() >= left.as_secs_f64()
}

/// How long loading takes, in nanoseconds, by query; 0 before the first load.
#[derive(Debug, Default)]
pub(crate) struct LoadTimes([AtomicU64; Query::ALL.len()]);

impl LoadTimes {
    pub(crate) fn of(&self, query: Query) -> Duration {
        Duration::from_nanos(self.0[query as usize].load(Ordering::Relaxed))
    }

    pub(crate) fn add(&self, query: Query, took_ns: u64) {
        let mean = &self.0[query as usize];
        // Of two that add at once one may be lost: it is a mean.
        let before = mean.load(Ordering::Relaxed);
        let after = if before == 0 { took_ns } else { before - before / WEIGHT + took_ns / WEIGHT };
        mean.store(after.max(1), Ordering::Relaxed);
    }
}

/// Loads a value anew that has not expired yet, unless another one does.
pub(crate) async fn load<S: Sink>(
    flow: &Flow,
    mut watch: Stopwatch<'_, S>,
    request: &Request,
    key: &str,
    (held, left): (Held, Duration),
) -> Response {
    let mut effect = Effect::of(Protection::EarlyExpiry);
    let Some(anew) = Anew::take(flow, &mut watch, key, Who::Request, &mut effect).await else {
        if effect.round_trips > 0 {
            watch.effect(effect);
        }
        return hand_on(watch, Outcome::Hit, held);
    };
    watch.note(format!("The value had {} ms left; it is loaded early.", left.as_millis()));
    effect.queries_added += 1;
    let loaded = anew.load(flow, &mut watch, request, key, &mut effect).await;
    effect.in_vain |= loaded.is_err();
    watch.effect(effect);
    let Ok(answer) = loaded else {
        watch.note("The value that has not expired yet is the answer.".to_owned());
        return hand_on(watch, Outcome::Hit, held);
    };
    respond(watch, Outcome::Miss, answer.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    /// How many of 20,000 requests load a value early that has so long to live and takes 10 ms to load.
    fn early(left_ms: u64, beta: f64) -> f64 {
        let chance = Chance::default();
        let (left, delta) = (Duration::from_millis(left_ms), Duration::from_millis(10));
        let due = (0..20_000).filter(|_| is_due(left, delta, beta, 1.0 - chance.draw())).count();
        due as f64 / 20_000.0
    }

    #[test]
    fn the_share_that_loads_early_is_the_paper_s() {
        // -delta * beta * ln(random) is exponential with the mean delta * beta.
        for (left_ms, beta) in [(0, 1.0), (5, 1.0), (10, 1.0), (30, 1.0), (10, 2.0), (10, 0.5), (60, 2.0)] {
            let expected = (-(left_ms as f64) / (10.0 * beta)).exp();
            let share = early(left_ms, beta);
            // Four standard deviations, and the seed is fixed.
            let tolerance = 4.0 * (expected * (1.0 - expected) / 20_000.0).sqrt();
            assert!((share - expected).abs() <= tolerance, "{left_ms} ms, beta {beta}: {share}, not {expected}");
        }
    }

    #[test]
    fn before_it_is_known_how_long_loading_takes_and_far_from_the_end_nothing_is_due() {
        assert!(!is_due(Duration::ZERO, Duration::ZERO, 10.0, 1e-9));
        assert!(!is_due(Duration::MAX, Duration::from_secs(1), 10.0, 1e-16));
        assert!(is_due(Duration::ZERO, Duration::from_nanos(1), 1.0, 0.5), "what is over is due");
    }

    #[test]
    fn the_time_a_load_takes_is_a_mean_of_the_last_ones_of_the_same_query() {
        let times = LoadTimes::default();
        assert_eq!(times.of(Query::Page), Duration::ZERO);
        times.add(Query::Page, 8_000);
        assert_eq!(times.of(Query::Page), Duration::from_nanos(8_000));
        times.add(Query::Page, 16_000);
        assert_eq!(times.of(Query::Page), Duration::from_nanos(9_000));
        assert_eq!(times.of(Query::Report), Duration::ZERO);
    }
}
