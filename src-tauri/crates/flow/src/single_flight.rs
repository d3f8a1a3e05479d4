//! Single-flight: of the requests of this process that want the same value at once, one loads it and the others wait.
//!
//! Without it, as many requests as arrive while the value is being loaded ask the database for the same thing: a stampede
//! (or dog-pile). The name is that of Go's package `singleflight`; what happens to those who wait when the leader fails or
//! is given up follows moka's `try_get_with`: a failure is everybody's, since asking a database that fails once more for
//! each of them would be a stampede again; after a leader that was given up, or that panicked, one of them leads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use database::Answer;
use tokio::sync::watch;

/// What a load came to.
pub(crate) type Loaded = Result<Option<Arc<Answer>>, Unanswered>;

/// The database did not answer.
#[derive(Debug, Clone)]
pub(crate) struct Unanswered {
    /// In words.
    pub(crate) why: String,
    /// It was not asked: the request is refused.
    pub(crate) refused: bool,
}

/// The loads under way, by their keys. Cloning it shares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flights(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    under_way: HashMap<String, (u64, watch::Receiver<Option<Loaded>>)>,
    last: u64,
}

/// A request's part in a flight.
pub(crate) enum Part {
    /// It loads the value.
    Leads(Lead),
    /// It waits for another that does.
    Follows(Follow),
}

impl Flights {
    /// Joins the flight for this key, or begins one.
    pub(crate) fn join(&self, key: &str) -> Part {
        let mut table = self.table();
        if let Some((_, landing)) = table.under_way.get(key) {
            return Part::Follows(Follow { landing: landing.clone() });
        }
        table.last += 1;
        let (land, landing) = watch::channel(None);
        let number = table.last;
        table.under_way.insert(key.to_owned(), (number, landing));
        drop(table);
        Part::Leads(Lead { flights: self.clone(), key: key.to_owned(), number, land })
    }

    /// Lets nobody join the flights for these keys any more: what they bring is about to be out of date.
    pub(crate) fn close(&self, keys: &[String]) {
        let mut table = self.table();
        for key in keys {
            table.under_way.remove(key);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The request that loads the value. Dropped before it has landed, it was given up: another one leads then.
pub(crate) struct Lead {
    flights: Flights,
    key: String,
    number: u64,
    land: watch::Sender<Option<Loaded>>,
}

impl Lead {
    /// Hands what was loaded to all who wait.
    pub(crate) fn land(self, loaded: Loaded) {
        self.land.send_replace(Some(loaded));
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let mut table = self.flights.table();
        // It may have been closed, and another be under way.
        if table.under_way.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            table.under_way.remove(&self.key);
        }
    }
}

/// A request that waits.
pub(crate) struct Follow {
    landing: watch::Receiver<Option<Loaded>>,
}

/// The leader was given up.
#[derive(Debug)]
pub(crate) struct GivenUp;

impl Follow {
    /// Waits for what the leader loads.
    pub(crate) async fn landed(mut self) -> Result<Loaded, GivenUp> {
        let landed = self.landing.wait_for(Option::is_some).await.map_err(|_| GivenUp)?;
        landed.clone().ok_or(GivenUp)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn lead(flights: &Flights) -> Lead {
        match flights.join("k") {
            Part::Leads(lead) => lead,
            Part::Follows(_) => panic!("another leads"),
        }
    }

    fn follow(flights: &Flights) -> Follow {
        match flights.join("k") {
            Part::Follows(follow) => follow,
            Part::Leads(_) => panic!("nobody else leads"),
        }
    }

    /// What a future has come to, without waiting.
    fn now<T>(future: impl Future<Output = T>) -> Option<T> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    #[test]
    fn one_leads_and_all_others_get_what_it_brings() {
        let flights = Flights::default();
        let lead = lead(&flights);
        let (first, second) = (follow(&flights), follow(&flights));
        assert!(now(follow(&flights).landed()).is_none(), "not yet");
        lead.land(Ok(None));
        assert!(matches!(now(first.landed()), Some(Ok(Ok(None)))));
        assert!(matches!(now(second.landed()), Some(Ok(Ok(None)))));
        assert!(matches!(flights.join("k"), Part::Leads(_)), "the flight is over");
    }

    #[test]
    fn a_failure_is_everybodys() {
        let flights = Flights::default();
        let lead = lead(&flights);
        let follow = follow(&flights);
        lead.land(Err(Unanswered { why: "it is locked".to_owned(), refused: false }));
        assert!(matches!(now(follow.landed()), Some(Ok(Err(Unanswered { why, .. }))) if why == "it is locked"));
    }

    #[test]
    fn after_a_leader_that_was_given_up_another_leads() {
        let flights = Flights::default();
        let given_up = lead(&flights);
        let follow = follow(&flights);
        drop(given_up);
        assert!(matches!(now(follow.landed()), Some(Err(GivenUp))));
        let next = lead(&flights);
        next.land(Ok(None));
    }

    #[test]
    fn after_a_leader_that_panicked_another_leads() {
        let flights = Flights::default();
        let leader = flights.clone();
        let panicked = std::thread::spawn(move || {
            let _lead = lead(&leader);
            panic!("as it was meant to");
        });
        assert!(panicked.join().is_err());
        drop(lead(&flights));
    }

    #[test]
    fn a_write_closes_a_flight_to_those_who_come_later() {
        let flights = Flights::default();
        let old = lead(&flights);
        let early = follow(&flights);
        flights.close(&["k".to_owned()]);
        let new = lead(&flights);
        let late = follow(&flights);
        old.land(Ok(None));
        assert!(matches!(now(early.landed()), Some(Ok(Ok(None)))));
        assert!(matches!(flights.join("k"), Part::Follows(_)), "the old one ends only its own");
        new.land(Err(Unanswered { why: String::new(), refused: false }));
        assert!(matches!(now(late.landed()), Some(Ok(Err(_)))));
    }

    #[test]
    fn other_keys_are_other_flights() {
        let flights = Flights::default();
        let _lead = lead(&flights);
        assert!(matches!(flights.join("other"), Part::Leads(_)));
    }
}
