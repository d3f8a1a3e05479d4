//! Connections held here and lent by moving them: less than a pool, and faster.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Error;

/// Connections to be lent. The one returned last is lent first: its cache is the warmest.
#[derive(Debug)]
pub(crate) struct Lent<C> {
    count: u32,
    free: Semaphore,
    here: Mutex<Vec<C>>,
}

impl<C> Lent<C> {
    /// Lends so many at once; where that is more than these, who borrows may get none and has to open one.
    pub(crate) fn new(connections: Vec<C>, count: usize) -> Self {
        Self { count: count as u32, free: Semaphore::new(count), here: Mutex::new(connections) }
    }

    /// Waits, in turn, for a connection.
    pub(crate) async fn take(&self) -> Result<Held<'_, C>, Error> {
        let permit = self.free.acquire().await.map_err(|_| Error::Closed)?;
        let connection = self.here().pop();
        Ok(Held { lender: self, connection, _permit: permit })
    }

    /// Waits until all are back, takes them and lends no more.
    pub(crate) async fn take_all(&self) -> Vec<C> {
        // Fails only where they were taken before: then there are none.
        let _all = self.free.acquire_many(self.count).await;
        self.free.close();
        std::mem::take(&mut *self.here())
    }

    /// Takes those that nobody has borrowed: who borrows next has to open one.
    pub(crate) fn take_idle(&self) -> Vec<C> {
        std::mem::take(&mut *self.here())
    }

    fn here(&self) -> MutexGuard<'_, Vec<C>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. Dropping it returns it.
#[derive(Debug)]
pub(crate) struct Held<'a, C> {
    lender: &'a Lent<C>,
    connection: Option<C>,
    _permit: SemaphorePermit<'a>,
}

impl<C> Held<'_, C> {
    /// To be used in place. With SQLite it goes back also when the query was cancelled: SQLite's thread then finds nobody
    /// waiting for its rows and ends that query by itself; the next one waits for it.
    pub(crate) fn get(&mut self) -> Result<&mut C, Error> {
        self.connection.as_mut().ok_or(Error::Closed)
    }

    /// To be used elsewhere, and put back if it is fit to be used again; `None` where one has to be opened.
    pub(crate) fn take_out(&mut self) -> Option<C> {
        self.connection.take()
    }

    pub(crate) fn put_back(&mut self, connection: C) {
        self.connection = Some(connection);
    }
}

impl<C> Drop for Held<'_, C> {
    fn drop(&mut self) {
        // Before the permit, which is dropped after this.
        self.lender.here().extend(self.connection.take());
    }
}
