use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use tokio::time::Instant;

/// How long nobody tries again after the second failure in a row; after each further one twice as long.
const FIRST: Duration = Duration::from_millis(10);

/// The longest wait. A server that comes back is found after this at the latest.
const LONGEST: Duration = Duration::from_millis(500);

/// When a connection that could not be had is tried again.
///
/// The first failure costs no wait: a connection that broke is mostly had anew at once. From the second in a row on the wait
/// doubles, and of each a part is left to chance, from half of it to the whole ("equal jitter", in Brooker's "Exponential
/// Backoff And Jitter", 2015), so that many clients of a server that comes back do not all knock at the same moment. Meanwhile
/// calls fail at once with what the last attempt met: a request that can go to the database must not wait for a cache.
#[derive(Debug)]
pub(crate) struct Backoff {
    random: SplitMix64,
    in_a_row: u32,
    not_before: Option<Instant>,
}

impl Backoff {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { random: SplitMix64::seed_from_u64(seed), in_a_row: 0, not_before: None }
    }

    /// Whether it is too early to try again.
    pub(crate) fn waits(&self, now: Instant) -> bool {
        self.not_before.is_some_and(|instant| now < instant)
    }

    pub(crate) fn failed(&mut self, now: Instant) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.not_before = (self.in_a_row > 1).then(|| now + self.wait());
    }

    pub(crate) fn succeeded(&mut self) {
        (self.in_a_row, self.not_before) = (0, None);
    }

    fn wait(&mut self) -> Duration {
        let doublings = self.in_a_row.saturating_sub(2).min(16);
        let whole = (FIRST * (1 << doublings)).min(LONGEST);
        // The upper 53 bits are as many as a f64 holds.
        let chance = (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        whole.mul_f64(0.5 + chance / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long each of so many failures in a row makes everybody wait.
    fn waits(seed: u64, failures: usize) -> Vec<Duration> {
        let (mut backoff, mut now) = (Backoff::seeded(seed), Instant::now());
        (0..failures)
            .map(|_| {
                backoff.failed(now);
                let wait = backoff.not_before.map_or(Duration::ZERO, |instant| instant - now);
                assert!(!backoff.waits(now + wait), "then it is time");
                assert_eq!(backoff.waits(now), !wait.is_zero());
                now += wait;
                wait
            })
            .collect()
    }

    #[test]
    fn waits_double_up_to_a_longest_and_a_part_of_each_is_left_to_chance() {
        let waits = waits(7, 12);
        assert_eq!(waits[0], Duration::ZERO, "the first failure may be a hiccup");
        for (index, wait) in waits.iter().enumerate().skip(1) {
            let whole = (FIRST * (1 << (index - 1))).min(LONGEST);
            assert!((whole / 2..=whole).contains(wait), "{index}: {wait:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_waits_and_another_one_others() {
        assert_eq!(waits(7, 12), waits(7, 12));
        assert_ne!(waits(7, 12), waits(8, 12));
    }

    #[test]
    fn a_connection_that_is_had_ends_the_row() {
        let (mut backoff, now) = (Backoff::seeded(1), Instant::now());
        (0..9).for_each(|_| backoff.failed(now));
        assert!(backoff.waits(now));
        backoff.succeeded();
        assert!(!backoff.waits(now));
        backoff.failed(now);
        assert!(!backoff.waits(now), "it begins anew");
    }
}
