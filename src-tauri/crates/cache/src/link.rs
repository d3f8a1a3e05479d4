use std::sync::{Mutex, PoisonError};

use tokio::sync::MutexGuard;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::dial::{Open, dial};
use crate::tap::Tap;
use crate::{Error, Target};

/// The ways to a server: one that everybody shares, and one for a single caller at a time. What WATCH watches is the
/// connection's, so two who used the same one would spoil each other's.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) shared: Link,
    pub(crate) exclusive: tokio::sync::Mutex<Link>,
}

impl Links {
    pub(crate) fn new(target: Target, tap: Option<Tap>) -> Self {
        // Another seed, or the two would try again at the same moments.
        let other = Target { seed: target.seed.wrapping_add(1), ..target.clone() };
        let exclusive = tokio::sync::Mutex::new(Link::new(other, tap.clone()));
        Self { shared: Link::new(target, tap), exclusive }
    }
}

/// One connection to a server: opened at first use, and anew after it broke. While it cannot be had, it is tried again with
/// waits in between ([`Backoff`]).
///
/// redis-rs's own `ConnectionManager` would reconnect too, but gives no way to see the bytes: it owns the stream.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) target: Target,
    tap: Option<Tap>,
    open: Mutex<Option<Open>>,
    attempts: tokio::sync::Mutex<Attempts>,
}

/// What came of connecting.
#[derive(Debug)]
struct Attempts {
    /// How the newest one failed, if it did: those who waited for it share that instead of each trying again.
    failure: Option<Error>,
    backoff: Backoff,
}

impl Link {
    pub(crate) fn new(target: Target, tap: Option<Tap>) -> Self {
        let attempts = Attempts { failure: None, backoff: Backoff::seeded(target.seed) };
        Self { target, tap, open: Mutex::new(None), attempts: tokio::sync::Mutex::new(attempts) }
    }

    /// The open connection, or a new one.
    pub(crate) async fn connection(&self) -> Result<Connection, Error> {
        match self.opened() {
            Some(connection) => Ok(connection),
            // Boxed, as is all that a hit never comes to: a future is as large as its largest way, and it is moved from call to call.
            None => Box::pin(self.connect_once()).await,
        }
    }

    /// A new connection, or that of somebody who has just made one.
    async fn connect_once(&self) -> Result<Connection, Error> {
        if let Ok(attempts) = self.attempts.try_lock() {
            return self.connect(attempts).await;
        }
        let attempts = self.attempts.lock().await;
        match (self.opened(), attempts.failure.as_ref()) {
            (Some(connection), _) => Ok(connection),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => self.connect(attempts).await,
        }
    }

    /// Drops the connection, so that the next call opens a new one.
    pub(crate) fn forget(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Lets the next call try to connect at once, however often it was in vain.
    pub(crate) async fn try_again_now(&self) {
        self.attempts.lock().await.backoff.succeeded();
    }

    fn opened(&self) -> Option<Connection> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().filter(|open| !open.is_over()).map(|open| open.connection.clone())
    }

    async fn connect(&self, mut attempts: MutexGuard<'_, Attempts>) -> Result<Connection, Error> {
        if let (Some(failure), true) = (&attempts.failure, attempts.backoff.waits(Instant::now())) {
            return Err(failure.clone());
        }
        match dial(&self.target, self.tap.as_ref()).await {
            Ok(open) => {
                let connection = open.connection.clone();
                *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(open);
                attempts.failure = None;
                attempts.backoff.succeeded();
                Ok(connection)
            }
            Err(error) => {
                // What was said before we were let in, the password with it, belongs to no request.
                if let Some(tap) = &self.tap {
                    tap.clear();
                }
                attempts.failure = Some(error.clone());
                attempts.backoff.failed(Instant::now());
                Err(error)
            }
        }
    }
}
