//! TTL jitter: values stored together do not expire together.
//!
//! A cache that is filled in one go empties in one go a TTL later, and all of it asks the database at once: an avalanche.
//! Each value living for a random part of its last stretch spreads that out.

use std::time::Duration;

use crate::chance::Chance;

/// Shortens lives at random.
#[derive(Debug, Default)]
pub(crate) struct Jitter(Chance);

impl Jitter {
    /// A time to live between the TTL less so many percent of it, and the TTL itself; every length is as likely.
    pub(crate) fn shorten(&self, ttl: Duration, percent: u8) -> Duration {
        if percent == 0 {
            return ttl;
        }
        ttl.mul_f64(1.0 - self.0.draw() * f64::from(percent) / 100.0)
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
