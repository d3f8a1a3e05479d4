//! What each pattern promises: who may read stale data, for how long, and what a crash loses.
//!
//! A read is **stale** if it answered with a version older than one whose write had been acknowledged before the read began.
//! Its age is how long before the read began the oldest write that it missed was acknowledged.

use std::time::Duration;

use crate::{Conditions, Pattern};

/// What a pattern promises. The words are for people, the rest for whoever checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// After which writes there may be stale reads at all.
    pub stale_after: StaleAfter,
    /// How long a stale read's value may have been out of date, not counting what was still under way when the write was
    /// acknowledged.
    pub stale_for: Duration,
    /// Who may read stale data, and for how long.
    pub stale_reads: &'static str,
    /// What a crash loses.
    pub crash: &'static str,
}

/// After which writes an older version may still be read from the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleAfter {
    /// After none.
    None,
    /// After one that raced with another request which stored what it had read before, or that could not delete.
    Race,
    /// After any.
    Any,
}

/// What every pattern promises that writes to the database before it acknowledges.
const NOTHING_LOST: &str = "A crash loses nothing: the database has every write that was acknowledged.";

/// What write-behind promises.
const QUEUE_LOST: &str = "A crash loses every acknowledged write that still waits in the queue.";

impl Pattern {
    /// What it promises where a stored value lives for that long at most.
    #[must_use]
    pub fn promise(self, life: Duration) -> Promise {
        let (stale_after, stale_for, stale_reads) = match self {
            Self::CacheAside => (
                StaleAfter::Race,
                life,
                "Stale only where a reader stores what it read before a write, for up to the TTL.",
            ),
            Self::ReadThrough => (
                StaleAfter::Race,
                life,
                "Stale only where a load stores what it read before a write, for up to the TTL.",
            ),
            Self::RefreshAhead => (
                StaleAfter::Race,
                life,
                "Stale only where a load or a reload stores what it read before a write, for up to the TTL.",
            ),
            Self::StaleWhileRevalidate => (
                StaleAfter::Race,
                life,
                "What its TTL is over for is served for the stated time more; besides, stale as by cache-aside.",
            ),
            Self::WriteBehind => (
                StaleAfter::Race,
                life,
                "Stale only where the cache can neither be written nor told to delete, for up to the TTL.",
            ),
            Self::WriteThrough => (
                StaleAfter::Race,
                life,
                "Of two writers at once the older may store last, and is served for up to the TTL.",
            ),
            Self::WriteAround => {
                (StaleAfter::Any, life, "What was cached before a write is served for up to the TTL: stale, by design.")
            }
            Self::NoCache => (StaleAfter::None, Duration::ZERO, "Never stale."),
        };
        let crash = if self == Self::WriteBehind { QUEUE_LOST } else { NOTHING_LOST };
        Promise { stale_after, stale_for, stale_reads, crash }
    }
}

impl Conditions {
    /// What is promised under them.
    #[must_use]
    pub fn promise(&self) -> Promise {
        let stale = match self.pattern {
            Pattern::StaleWhileRevalidate => self.background.stale(),
            _ => Duration::ZERO,
        };
        self.pattern.promise(self.ttl() + stale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_served_longer_than_it_lives_and_without_a_cache_nothing_is_stale() {
        for pattern in Pattern::ALL {
            let conditions = Conditions { pattern, ttl_ms: 5_000, ..Conditions::default() };
            let promise = conditions.promise();
            let life = match pattern {
                Pattern::NoCache => Duration::ZERO,
                Pattern::StaleWhileRevalidate => Duration::from_secs(5) + conditions.background.stale(),
                _ => Duration::from_secs(5),
            };
            assert_eq!(promise.stale_for, life, "{pattern}");
            assert_eq!(promise.stale_after == StaleAfter::None, !pattern.has_cache(), "{pattern}");
            assert!(promise.stale_reads.ends_with('.') && promise.crash.ends_with('.'), "{pattern}");
        }
    }
}
