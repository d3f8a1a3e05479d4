use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// For how long an address still counts as ours after its connection was closed: what it sent last may be told of later.
const REMEMBERED: Duration = Duration::from_secs(5);

/// From which addresses we speak to a server, so that what we send can be told from what others send.
#[derive(Clone, Default)]
pub struct Ours(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// How many connections there are from it.
    open: HashMap<SocketAddr, usize>,
    closed: VecDeque<(Instant, SocketAddr)>,
}

/// A connection from one of our addresses; dropped when it is closed.
#[derive(Debug)]
pub struct Mark {
    ours: Ours,
    address: SocketAddr,
}

impl Ours {
    /// Says that a connection from that address is ours, for as long as the mark lives.
    #[must_use]
    pub fn mark(&self, address: SocketAddr) -> Mark {
        *self.inner().open.entry(address).or_default() += 1;
        Mark { ours: self.clone(), address }
    }

    /// Whether what comes from there is ours.
    #[must_use]
    pub fn contains(&self, address: &SocketAddr) -> bool {
        let mut inner = self.inner();
        while inner.closed.front().is_some_and(|(since, _)| since.elapsed() > REMEMBERED) {
            inner.closed.pop_front();
        }
        inner.open.contains_key(address) || inner.closed.iter().any(|(_, closed)| closed == address)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        let mut inner = self.ours.inner();
        if let Some(count) = inner.open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                inner.open.remove(&self.address);
            }
        }
        inner.closed.push_back((Instant::now(), self.address));
        // Of a storm of connections the last ones are enough.
        if inner.closed.len() > 1_000 {
            inner.closed.pop_front();
        }
    }
}

impl fmt::Debug for Ours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ours({})", self.inner().open.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_ours_while_its_connection_is_open_and_shortly_after() {
        let ours = Ours::default();
        let [one, other] = [1, 2].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let mark = ours.mark(one);
        assert!(ours.contains(&one) && !ours.contains(&other));
        drop(mark);
        assert!(ours.contains(&one), "what it sent last is told of later");
        assert!(!ours.contains(&other));
    }
}
