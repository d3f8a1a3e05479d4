//! After a connection could not be opened nobody tries for a while: a server that comes up is not run over by all who have
//! waited for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The pause after the first failure; after each further one it is twice as long.
const FIRST: Duration = Duration::from_millis(50);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(1);

/// When the next may try.
#[derive(Debug, Default)]
pub(crate) struct Pause(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
}

impl Pause {
    /// Whether somebody who comes now has to leave it be.
    pub(crate) fn is_on(&self, now: Instant) -> bool {
        self.state().until.is_some_and(|until| now < until)
    }

    /// Notes how an attempt went. `chance`, from 0 to 1, makes a pause up to half as long: so those who lost the same server come
    /// back at different moments.
    pub(crate) fn heed(&self, connected: bool, now: Instant, chance: f64) {
        let mut state = self.state();
        if connected {
            *state = State::default();
            return;
        }
        let length = FIRST.saturating_mul(1 << state.failures.min(10)).min(LONGEST);
        state.until = Some(now + length.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0));
        state.failures += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_second_and_a_success_ends_them() {
        let (pause, begin) = (Pause::default(), Instant::now());
        assert!(!pause.is_on(begin));
        for ms in [50, 100, 200, 400, 800, 1_000, 1_000] {
            pause.heed(false, begin, 0.0);
            assert!(pause.is_on(begin + Duration::from_millis(ms - 1)), "{ms}");
            assert!(!pause.is_on(begin + Duration::from_millis(ms)), "{ms}");
        }
        pause.heed(true, begin, 0.0);
        assert!(!pause.is_on(begin));
        pause.heed(false, begin, 1.0);
        assert!(!pause.is_on(begin + Duration::from_millis(25)), "half as long, by chance");
    }
}
