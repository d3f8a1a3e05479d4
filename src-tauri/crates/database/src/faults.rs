//! What is broken on purpose: a database that is slow, locked or down. Each of it is real and measured: a slow one waits, a
//! locked one is locked by a transaction, and what of a call's time that took is told with the call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tokio::time::sleep;

use crate::Error;

/// What a call came to, and how many nanoseconds of its time a fault put in.
#[derive(Debug)]
pub struct Told<T> {
    /// What it came to.
    pub result: Result<T, Error>,
    /// Put in on purpose: measured, not as it was planned.
    pub injected_ns: u64,
}

/// What stands in the way of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// It waits for so long, holding its connection.
    Slow(Duration),
    /// It is refused.
    Down,
}

/// What stands in the way of a database's calls, to be changed at any time: also for those who hold the database already.
/// Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Obstacle(Arc<Mutex<Fault>>);

impl Obstacle {
    /// From now on each call waits for so long before it begins.
    pub fn slow(&self, delay: Duration) {
        *locked(&self.0) = Fault::Slow(delay);
    }

    /// From now on calls are refused at once.
    pub fn down(&self) {
        *locked(&self.0) = Fault::Down;
    }

    /// From now on nothing stands in their way.
    pub fn clear(&self) {
        *locked(&self.0) = Fault::None;
    }

    pub(crate) fn of(fault: Fault) -> Self {
        Self(Arc::new(Mutex::new(fault)))
    }

    pub(crate) fn now(&self) -> Fault {
        *locked(&self.0)
    }
}

impl Fault {
    /// Refuses what a database that is down would not take.
    pub(crate) fn admit(self) -> Result<(), Error> {
        if self == Self::Down { Err(Error::DownOnPurpose) } else { Ok(()) }
    }

    /// Waits, where it is slow, and says for how many nanoseconds. To be called with a connection in hand.
    pub(crate) async fn wait(self) -> u64 {
        let Self::Slow(delay) = self else { return 0 };
        let began = Instant::now();
        sleep(delay).await;
        nanoseconds(began.elapsed())
    }
}

/// A transaction that keeps writers out, open on a connection of its own: readers go on, and writers wait for as long as the
/// database lets them (5 s).
///
/// - With SQLite it is an exclusive one, on the file; in WAL mode that leaves readers alone.
/// - With PostgreSQL it locks the products `IN EXCLUSIVE MODE`, which stands in the way of everybody but those who read.
///
/// When the process ends, however it ends, the lock is gone and nothing is left to be undone, since nothing was written: the
/// file's lock is the process's, and PostgreSQL rolls back whoever is no longer connected.
#[derive(Debug)]
pub struct Lock {
    connection: Option<Locked>,
    held: Arc<Held>,
}

/// The connection the transaction is open on.
#[derive(Debug)]
pub(crate) enum Locked {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Locked {
    async fn begin(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql("BEGIN EXCLUSIVE").execute(connection).await.map(drop),
            Self::Postgres(connection) => {
                const SQL: &str = "BEGIN; LOCK TABLE cachescope.products IN EXCLUSIVE MODE";
                sqlx::raw_sql(SQL).execute(connection).await.map(drop)
            }
        }
    }

    async fn end(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql("ROLLBACK").execute(connection).await.map(drop),
            Self::Postgres(connection) => sqlx::raw_sql("ROLLBACK").execute(connection).await.map(drop),
        }
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        }
    }
}

/// From when to when a lock was held.
#[derive(Debug)]
struct Held {
    taken: Instant,
    released: Mutex<Option<Instant>>,
}

impl Lock {
    /// Begins the transaction. It waits for a write that is under way.
    pub(crate) async fn take(mut connection: Locked) -> Result<Self, sqlx::Error> {
        match connection.begin().await {
            Ok(()) => {
                let held = Held { taken: Instant::now(), released: Mutex::default() };
                Ok(Self { connection: Some(connection), held: Arc::new(held) })
            }
            Err(error) => {
                // What is wrong with the lock is what matters.
                let _ = connection.close().await;
                Err(error)
            }
        }
    }

    /// Ends the transaction, and waits for that: who waits for the lock goes on. Dropping it ends it too, a little later.
    ///
    /// # Errors
    /// If the connection has died; then the lock is gone too.
    pub async fn release(mut self) -> Result<(), Error> {
        let Some(mut connection) = self.connection.take() else { return Ok(()) };
        self.held.end();
        let ended = connection.end().await;
        let closed = connection.close().await;
        ended.and(closed).map_err(|_| Error::Closed)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.held.end();
    }
}

impl Held {
    fn end(&self) {
        locked(&self.released).get_or_insert_with(Instant::now);
    }

    /// For how many nanoseconds of the time between two moments.
    fn between(&self, from: Instant, to: Instant) -> u64 {
        let until = locked(&self.released).unwrap_or(to).min(to);
        nanoseconds(until.saturating_duration_since(self.taken.max(from)))
    }
}

/// The lock that was taken last. Locks follow one another: only the last can have kept a write that ends now, but for one that
/// has waited through several.
#[derive(Debug, Default)]
pub(crate) struct LastLock(Mutex<Option<Arc<Held>>>);

impl LastLock {
    pub(crate) fn was_taken(&self, lock: &Lock) {
        *locked(&self.0) = Some(Arc::clone(&lock.held));
    }

    /// For how many nanoseconds a write that began then and ends now was kept by it.
    pub(crate) fn kept(&self, began: Instant) -> u64 {
        let last = locked(&self.0).clone();
        last.map_or(0, |held| held.between(began, Instant::now()))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
