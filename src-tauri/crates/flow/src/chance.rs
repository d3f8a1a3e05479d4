//! Where chance comes from.

use std::sync::{Mutex, PoisonError};

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Chance from a seed: always the same numbers in the same order.
#[derive(Debug)]
pub(crate) struct Chance(Mutex<SplitMix64>);

impl Default for Chance {
    fn default() -> Self {
        Self(Mutex::new(SplitMix64::seed_from_u64(0)))
    }
}

impl Chance {
    /// A number from 0 to 1, not 1 itself; each is as likely.
    pub(crate) fn draw(&self) -> f64 {
        let drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u64();
        // 53 bits are what a double holds.
        (drawn >> 11) as f64 / (1_u64 << 53) as f64
    }
}
