//! TTL jitter: values stored together do not expire together.
//!
//! A cache that is filled in one go empties in one go a TTL later, and all of it asks the database at once: an avalanche.
//! Each value living for a random part of its last stretch spreads that out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Where the chance comes from: always the same numbers in the same order. Cloning it shares them.
#[derive(Debug, Clone)]
pub(crate) struct Jitter(Arc<Mutex<SplitMix64>>);

impl Default for Jitter {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(SplitMix64::seed_from_u64(0))))
    }
}

impl Jitter {
    /// A time to live between the TTL less so many percent of it, and the TTL itself; every length is as likely.
    pub(crate) fn shorten(&self, ttl: Duration, percent: u8) -> Duration {
        if percent == 0 {
            return ttl;
        }
        let drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u64();
        // 53 bits are what a double holds: 0 ≤ share < 1.
        let share = (drawn >> 11) as f64 / (1_u64 << 53) as f64;
        ttl.mul_f64(1.0 - share * f64::from(percent) / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_are_spread_evenly_over_the_last_part_of_the_ttl() {
        let jitter = Jitter::default();
        let ttl = Duration::from_secs(100);
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let life = jitter.shorten(ttl, 20).as_secs_f64();
            assert!((80.0..=100.0).contains(&life), "{life} s");
            tenths[(((life - 80.0) / 2.0) as usize).min(9)] += 1;
        }
        assert!(tenths.iter().all(|count| (850..1_150).contains(count)), "{tenths:?}");
    }

    #[test]
    fn without_it_every_value_lives_for_the_ttl() {
        assert_eq!(Jitter::default().shorten(Duration::from_secs(7), 0), Duration::from_secs(7));
    }
}
