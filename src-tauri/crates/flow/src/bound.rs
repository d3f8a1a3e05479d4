//! Bounded concurrency: so many requests may ask the database at once, so many more may wait for their turn, and who comes
//! after them is refused.
//!
//! A database that is asked by more at once than it can serve serves none of them faster (a bulkhead, in Nygard's "Release
//! It!"). And a queue without an end only turns overload into waiting, until nobody wants the answer any more: so it has
//! one.
//!
//! **What it costs**: a wait, where more ask than may; and a refusal, where the queue is full.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many may wait for their turn.
pub(crate) const QUEUE: usize = 100;

/// The bound, for whichever limit. Another limit begins anew: who asks by then ends under the old one.
#[derive(Debug, Default)]
pub(crate) struct Bound(Mutex<Option<Arc<Places>>>);

/// The places before the database.
#[derive(Debug)]
pub(crate) struct Places {
    limit: u16,
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// As many wait as may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// A turn at the database. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Admitted {
    _permit: Option<OwnedSemaphorePermit>,
}

/// A place in the queue. Dropping it leaves the queue.
#[derive(Debug)]
pub(crate) struct Queued {
    places: Arc<Places>,
}

impl Bound {
    /// The places, of which there are that many.
    pub(crate) fn places(&self, limit: u16) -> Arc<Places> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*places {
            Some(now) if now.limit == limit => Arc::clone(now),
            _ => {
                let free = Arc::new(Semaphore::new(limit.into()));
                let new = Arc::new(Places { limit, free, waiting: AtomicUsize::new(0) });
                *places = Some(Arc::clone(&new));
                new
            }
        }
    }
}

impl Places {
    /// A turn, if one is free and nobody waits for it.
    pub(crate) fn admit(&self) -> Option<Admitted> {
        // A permit that somebody waits for is handed to whom waits the longest, never left lying about.
        let permit = Arc::clone(&self.free).try_acquire_owned().ok()?;
        Some(Admitted { _permit: Some(permit) })
    }

    /// Joins the queue, if there is room in it.
    pub(crate) fn queue(self: &Arc<Self>) -> Result<Queued, Full> {
        let joined =
            self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| (now < QUEUE).then_some(now + 1));
        joined.map(|_| Queued { places: Arc::clone(self) }).map_err(|_| Full)
    }
}

impl Queued {
    /// Waits for its turn, first come, first served.
    pub(crate) async fn admitted(self) -> Admitted {
        // Nobody closes the semaphore.
        Admitted { _permit: Arc::clone(&self.places.free).acquire_owned().await.ok() }
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.places.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use proptest::prelude::*;

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Admitted>>>;

    fn now(waiting: &mut Waiting) -> Option<Admitted> {
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(admitted) => Some(admitted),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_queue_has_an_end_and_who_leaves_it_makes_room() {
        let places = Bound::default().places(1);
        let _asks = places.admit().expect("free");
        let mut queue: Vec<_> = (0..QUEUE).map(|_| places.queue().expect("room")).collect();
        assert_eq!(places.queue().err(), Some(Full));
        queue.pop();
        assert!(places.queue().is_ok());
    }

    #[test]
    fn the_same_limit_is_the_same_bound_and_another_begins_anew() {
        let bound = Bound::default();
        let _asks = bound.places(1).admit().expect("free");
        assert!(bound.places(1).admit().is_none());
        assert!(bound.places(2).admit().is_some());
    }

    proptest! {
        /// Whoever comes, leaves or gives up, in whatever order: never do more ask than may, and nobody waits while there is a
        /// place.
        #[test]
        fn the_bound_is_never_exceeded(limit in 1_u16..6, acts in prop::collection::vec((0_u8..3, any::<prop::sample::Index>()), 1..200)) {
            let places = Bound::default().places(limit);
            let (mut asking, mut waiting) = (Vec::<Admitted>::new(), Vec::<Waiting>::new());
            for (act, which) in acts {
                match act {
                    0 => match places.admit() {
                        Some(admitted) => asking.push(admitted),
                        None => waiting.extend(places.queue().ok().map(|queued| -> Waiting { Box::pin(queued.admitted()) })),
                    },
                    1 if !asking.is_empty() => drop(asking.swap_remove(which.index(asking.len()))),
                    2 if !waiting.is_empty() => drop(waiting.swap_remove(which.index(waiting.len()))),
                    _ => {}
                }
                waiting.retain_mut(|each| match now(each) {
                    Some(admitted) => {
                        asking.push(admitted);
                        false
                    }
                    None => true,
                });
                prop_assert!(asking.len() <= usize::from(limit));
                prop_assert!(waiting.is_empty() || asking.len() == usize::from(limit));
                prop_assert_eq!(places.waiting.load(Ordering::Relaxed), waiting.len());
            }
        }
    }
}
