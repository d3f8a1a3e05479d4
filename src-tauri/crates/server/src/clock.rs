//! Where the time comes from: the wall clock, or a clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The clock a server judges expiry by. A cheap handle: clones of a manual clock move together.
///
/// The real one reads the system's wall clock each time, as Redis does. Anchoring a monotonic clock at the start was
/// rejected: it stands still while a laptop sleeps, and `EXPIREAT` speaks of the wall clock.
///
/// ```
/// use std::time::Duration;
///
/// let clock = server::Clock::manual(1_000);
/// let server = server::Server::builder().clock(clock.clone()).build();
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(clock.unix_ms(), 6_000);
/// # drop(server);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's wall clock.
    #[must_use]
    pub fn real() -> Self {
        Self(None)
    }

    /// A clock that shows `unix_ms` (milliseconds since 1970) until it is advanced.
    #[must_use]
    pub fn manual(unix_ms: i64) -> Self {
        Self(Some(Arc::new(AtomicI64::new(unix_ms.saturating_mul(1000)))))
    }

    /// Moves a manual clock forward. The real clock moves by itself, and this leaves it alone.
    pub fn advance(&self, by: Duration) {
        if let Some(micros) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn unix_ms(&self) -> i64 {
        self.unix_us() / 1000
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn unix_us(&self) -> i64 {
        match &self.0 {
            Some(micros) => micros.load(Ordering::SeqCst),
            None => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_move_together() {
        let clock = Clock::manual(10);
        let clone = clock.clone();
        clock.advance(Duration::from_millis(5));
        assert_eq!(clone.unix_ms(), 15);
    }

    #[test]
    fn the_real_clock_cannot_be_moved() {
        let clock = Clock::real();
        clock.advance(Duration::from_secs(3600));
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        assert!(i128::from(clock.unix_ms()).abs_diff(i128::try_from(wall).unwrap()) < 1000);
    }
}
