//! When this process last stored what, so that whoever is given a cached answer can be told how old it is.
//!
//! The TTL that is left does not tell: a value may have been stored under another TTL, shortened at random, or told to expire
//! early. So the time is noted beside a digest of the bytes, and holds only for those very bytes. Of what another process has
//! stored, nothing is known, and nothing is said.
//!
//! **What it costs**: a digest and a lock for each value that is stored; for hits nothing, unless somebody asks.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

/// For how many keys it is kept. When there are more it begins anew: what was stored before has no age then.
const KEPT: usize = 65_536;

/// When what was stored, by a digest of its key.
#[derive(Debug, Default)]
pub(crate) struct Births(Mutex<HashMap<u64, Birth>>);

#[derive(Debug, Clone, Copy)]
struct Birth {
    digest: u64,
    at_ns: u64,
}

/// A digest of an answer: the same for the same bytes, on every machine.
#[must_use]
pub fn digest(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

impl Births {
    pub(crate) fn note(&self, key: &str, value: &[u8], at_ns: u64) {
        let birth = Birth { digest: digest(value), at_ns };
        let mut births = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if births.len() >= KEPT {
            births.clear();
        }
        births.insert(digest(key.as_bytes()), birth);
    }

    /// When those bytes were stored under that key; `None` where this process did not store them, or no longer knows.
    pub(crate) fn of(&self, key: &str, value: u64) -> Option<u64> {
        let births = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        births.get(&digest(key.as_bytes())).filter(|birth| birth.digest == value).map(|birth| birth.at_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_bytes_that_were_stored_have_an_age() {
        let births = Births::default();
        births.note("cachescope:page:1", b"{}", 7);
        assert_eq!(births.of("cachescope:page:1", digest(b"{}")), Some(7));
        assert_eq!(births.of("cachescope:page:1", digest(b"{ }")), None, "somebody else stored something else");
        assert_eq!(births.of("cachescope:page:2", digest(b"{}")), None);
        births.note("cachescope:page:1", b"{}", 9);
        assert_eq!(births.of("cachescope:page:1", digest(b"{}")), Some(9));
    }

    #[test]
    fn of_very_many_keys_the_newest_are_known() {
        let births = Births::default();
        for number in 0..=KEPT as u64 {
            births.note(&number.to_string(), b"{}", number);
        }
        assert_eq!(births.of("0", digest(b"{}")), None);
        assert_eq!(births.of(&KEPT.to_string(), digest(b"{}")), Some(KEPT as u64));
    }
}
