//! A circuit breaker before the database (Nygard, "Release It!", 2007): after some failures in a row it is not asked any more;
//! after a pause one request asks it, to see whether it answers again.
//!
//! ```text
//!            5 failures in a row            1 s
//!   closed ──────────────────────▶ open ──────────▶ half-open: one request asks
//!     ▲                              ▲                  │     │
//!     │                              └── it fails ──────┘     │
//!     └───────────────────────────── it succeeds ─────────────┘
//! ```
//!
//! **What it costs**: who needs the database while it is open is refused, at once; also those whose query would have
//! succeeded. What it saves is their wait, and a database that has failed from being asked by all of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use trace::Circuit;

/// How many failures in a row open it.
pub(crate) const FAILURES: u32 = 5;

/// How long it stays open before one request asks again.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// The breaker. Cloning it shares it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Breaker(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    told: watch::Sender<Circuit>,
}

#[derive(Debug, Default)]
struct State {
    circuit: Circuit,
    failures: u32,
    opened_ns: u64,
    /// Counts changes of the circuit: what was asked before one says nothing after it.
    era: u64,
}

/// It is open: the database is not to be asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Open;

/// Leave to ask the database. Dropped without a word the request was given up, which says nothing of the database: where
/// it was the one that was to find out, the next one is.
#[derive(Debug)]
pub(crate) struct Pass {
    breaker: Breaker,
    era: u64,
    spoken: bool,
}

impl Breaker {
    /// Asks for leave, at that moment.
    pub(crate) fn enter(&self, now_ns: u64) -> Result<Pass, Open> {
        let mut state = self.state();
        match state.circuit {
            Circuit::Closed => {}
            Circuit::Open if u128::from(now_ns.saturating_sub(state.opened_ns)) >= PAUSE.as_nanos() => {
                self.turn(&mut state, Circuit::HalfOpen);
            }
            Circuit::Open | Circuit::HalfOpen => return Err(Open),
        }
        Ok(Pass { breaker: self.clone(), era: state.era, spoken: false })
    }

    /// How it stands, now and whenever that changes.
    pub(crate) fn circuit(&self) -> watch::Receiver<Circuit> {
        self.0.told.subscribe()
    }

    /// Closes it: what it had heard was about another database.
    pub(crate) fn close(&self) {
        self.turn(&mut self.state(), Circuit::Closed);
    }

    fn turn(&self, state: &mut State, circuit: Circuit) {
        state.circuit = circuit;
        state.failures = 0;
        state.era += 1;
        self.0.told.send_replace(circuit);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Whether nothing has changed since leave was given: it may have been waited for a turn meanwhile.
    pub(crate) fn holds(&self) -> bool {
        self.breaker.state().era == self.era
    }

    /// The database answered, or it failed, at that moment.
    pub(crate) fn tell(mut self, answered: bool, now_ns: u64) {
        self.spoken = true;
        let mut state = self.breaker.state();
        if state.era != self.era {
            return;
        }
        match (state.circuit, answered) {
            (Circuit::Closed, true) => state.failures = 0,
            (Circuit::Closed, false) if state.failures + 1 < FAILURES => state.failures += 1,
            (_, false) => {
                state.opened_ns = now_ns;
                self.breaker.turn(&mut state, Circuit::Open);
            }
            (_, true) => self.breaker.turn(&mut state, Circuit::Closed),
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.spoken {
            return;
        }
        let mut state = self.breaker.state();
        if state.era == self.era && state.circuit == Circuit::HalfOpen {
            // Open as before, and its pause is over: the next one asks.
            self.breaker.turn(&mut state, Circuit::Open);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAUSE_NS: u64 = PAUSE.as_nanos() as u64;

    fn now(breaker: &Breaker) -> Circuit {
        *breaker.circuit().borrow()
    }

    fn opened(at_ns: u64) -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..FAILURES {
            breaker.enter(at_ns).expect("closed").tell(false, at_ns);
        }
        assert_eq!(now(&breaker), Circuit::Open);
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            for _ in 0..FAILURES - 1 {
                breaker.enter(0).expect("closed").tell(false, 0);
            }
            breaker.enter(0).expect("closed").tell(true, 0);
        }
        assert_eq!(now(&breaker), Circuit::Closed);
    }

    #[test]
    fn after_a_pause_one_asks_and_all_others_are_refused_until_it_is_known() {
        let breaker = opened(7);
        assert_eq!(breaker.enter(7 + PAUSE_NS - 1).err(), Some(Open));
        let probe = breaker.enter(7 + PAUSE_NS).expect("the pause is over");
        assert_eq!((now(&breaker), breaker.enter(u64::MAX).err()), (Circuit::HalfOpen, Some(Open)));
        probe.tell(true, 8 + PAUSE_NS);
        assert_eq!(now(&breaker), Circuit::Closed);
        assert!(breaker.enter(9 + PAUSE_NS).is_ok());
    }

    #[test]
    fn a_probe_that_fails_begins_the_pause_anew() {
        let breaker = opened(0);
        breaker.enter(PAUSE_NS).expect("the pause is over").tell(false, PAUSE_NS + 5);
        assert_eq!((now(&breaker), breaker.enter(2 * PAUSE_NS + 4).err()), (Circuit::Open, Some(Open)));
        assert!(breaker.enter(2 * PAUSE_NS + 5).is_ok());
    }

    #[test]
    fn after_a_probe_that_was_given_up_the_next_one_asks() {
        let breaker = opened(0);
        drop(breaker.enter(PAUSE_NS).expect("the pause is over"));
        assert_eq!(now(&breaker), Circuit::Open);
        breaker.enter(PAUSE_NS).expect("it is still over").tell(true, PAUSE_NS);
        assert_eq!(now(&breaker), Circuit::Closed);
    }

    #[test]
    fn who_asked_before_it_opened_has_no_say_any_more() {
        let breaker = Breaker::default();
        let early: Vec<_> = (0..3).map(|_| breaker.enter(0).expect("closed")).collect();
        for _ in 0..FAILURES {
            breaker.enter(0).expect("closed").tell(false, 0);
        }
        assert!(early.iter().all(|pass| !pass.holds()));
        early.into_iter().for_each(|pass| pass.tell(true, 1));
        assert_eq!(now(&breaker), Circuit::Open);
    }

    proptest! {
        /// Whatever happens in whatever order: the database is never asked while the pause lasts, never by two while it is
        /// half-open, and once it answers again the circuit closes.
        #[test]
        fn it_keeps_its_promises(acts in prop::collection::vec((0_u8..4, 0_u64..PAUSE_NS, any::<prop::sample::Index>()), 1..200)) {
            let breaker = Breaker::default();
            let (mut now_ns, mut passes, mut opened_ns) = (0, Vec::<Pass>::new(), None);
            for (act, ns, which) in acts {
                let before = now(&breaker);
                match act {
                    0 => now_ns += ns,
                    1 => {
                        let entered = breaker.enter(now_ns);
                        match before {
                            Circuit::Closed => prop_assert!(entered.is_ok()),
                            Circuit::HalfOpen => prop_assert!(entered.is_err()),
                            Circuit::Open => {
                                let over = now_ns - opened_ns.expect("it was opened") >= PAUSE_NS;
                                prop_assert_eq!(entered.is_ok(), over);
                            }
                        }
                        passes.extend(entered.ok());
                    }
                    act if !passes.is_empty() => {
                        let pass = passes.swap_remove(which.index(passes.len()));
                        let held = pass.holds();
                        pass.tell(act == 2, now_ns);
                        if held && act == 2 {
                            prop_assert_eq!(now(&breaker), Circuit::Closed);
                        }
                    }
                    _ => {}
                }
                if now(&breaker) == Circuit::Open && before != Circuit::Open {
                    opened_ns = Some(now_ns);
                }
                let probes = passes.iter().filter(|pass| pass.holds()).count();
                if now(&breaker) == Circuit::HalfOpen {
                    prop_assert_eq!(probes, 1);
                }
            }
        }
    }
}
