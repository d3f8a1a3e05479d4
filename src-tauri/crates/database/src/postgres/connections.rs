//! Connections to a PostgreSQL server, held open and lent out.
//!
//! Not sqlx's pool, as with SQLite: it asks a connection whether it is alive before it lends it and again when it comes back,
//! which are two more round trips, and where the server refuses it says that the pool timed out. Here a connection is known to
//! be dead when a query finds it so: then it is dropped, and the next one opens another.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection};
use tokio::time::timeout;

use super::ServerError;
use super::address::Address;
use super::error::leaves_it_fit;
use super::pause::Pause;
use crate::Error;
use crate::faults::{Fault, LastLock, Lock, Locked, Told};
use crate::lending::{Held, Lent};

/// How many there are. As many as SQLite has readers on a large machine: here it is the server that works, not this machine.
const CONNECTIONS: usize = 8;

/// How long to wait for an answer. The server itself ends a statement after 60 s; later than that, nobody is there any more.
const ANSWER_WITHIN: Duration = Duration::from_secs(65);

/// Connections to one database.
#[derive(Debug)]
pub(crate) struct Connections {
    address: Address,
    lent: Lent<PgConnection>,
    pause: Pause,
    lock: LastLock,
}

impl Connections {
    /// Opens all of them now, so that no request has to pay for it.
    pub(crate) async fn open(address: Address, first: PgConnection) -> Result<Self, Error> {
        let mut connections = vec![first];
        while connections.len() < CONNECTIONS {
            match address.connect().await {
                Ok(connection) => connections.push(connection),
                // One that has no more to give gives us those we have; the next that is needed says what is wrong.
                Err(Error::Server(ServerError::Busy { .. })) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            address,
            lent: Lent::new(connections, CONNECTIONS),
            pause: Pause::default(),
            lock: LastLock::default(),
        })
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// The rows of a statement that only reads.
    pub(crate) async fn read(&self, fault: Fault, sql: &'static str, product: i64) -> Told<Vec<PgRow>> {
        let mut injected_ns = 0;
        let read = async {
            fault.admit()?;
            let mut held = self.lent.take().await?;
            injected_ns = fault.wait().await;
            loop {
                let (mut connection, is_new) = self.connection_of(&mut held).await?;
                let rows = answered(sqlx::query(sql).bind(product).fetch_all(&mut connection)).await;
                match self.settle(&mut held, connection, rows) {
                    // It had died while nobody used it. A read may be asked twice.
                    Err(Error::Server(ServerError::Lost { .. })) if !is_new => {}
                    result => return result,
                }
            }
        };
        let result = read.await;
        Told { result, injected_ns }
    }

    /// All rows of a statement of ours that only reads, put together when it is needed.
    pub(crate) async fn look(&self, sql: String, bound: [i64; 2]) -> Result<Vec<PgRow>, Error> {
        let mut held = self.lent.take().await?;
        let (mut connection, _) = self.connection_of(&mut held).await?;
        let query = sqlx::query(AssertSqlSafe(sql)).bind(bound[0]).bind(bound[1]);
        let rows = answered(query.fetch_all(&mut connection)).await;
        self.settle(&mut held, connection, rows)
    }

    /// Runs a statement that writes.
    pub(crate) async fn write(&self, fault: Fault, sql: &'static str, product: i64) -> Told<Vec<PgRow>> {
        let mut injected_ns = 0;
        let write = async {
            fault.admit()?;
            let mut held = self.lent.take().await?;
            let waited_ns = fault.wait().await;
            let (mut connection, _) = self.connection_of(&mut held).await?;
            let began = Instant::now();
            let rows = answered(sqlx::query(sql).bind(product).fetch_all(&mut connection)).await;
            let kept_ns = self.lock.kept(began);
            injected_ns = waited_ns + kept_ns;
            match self.settle(&mut held, connection, rows) {
                Err(Error::Server(ServerError::Locked { .. })) if kept_ns > 0 => Err(Error::LockedOnPurpose),
                result => result,
            }
        };
        let result = write.await;
        Told { result, injected_ns }
    }

    /// Runs a statement that writes once for each of these, in one transaction. Dropped before its end, it is rolled back.
    pub(crate) async fn write_all(
        &self,
        sql: &'static str,
        writes: &[(u32, u32)],
    ) -> Result<Vec<Option<PgRow>>, Error> {
        let mut held = self.lent.take().await?;
        let (mut connection, _) = self.connection_of(&mut held).await?;
        let written = answered(async {
            let mut transaction = connection.begin().await?;
            let mut rows = Vec::with_capacity(writes.len());
            for &(product, times) in writes {
                let query = sqlx::query(sql).bind(i64::from(product)).bind(i64::from(times));
                rows.push(query.fetch_all(&mut *transaction).await?.into_iter().next());
            }
            transaction.commit().await?;
            Ok(rows)
        });
        let written = written.await;
        self.settle(&mut held, connection, written)
    }

    /// Runs a statement that writes and asks for nothing. Answers how many rows it changed.
    pub(crate) async fn change(&self, sql: &'static str) -> Result<u64, Error> {
        let mut held = self.lent.take().await?;
        let (mut connection, _) = self.connection_of(&mut held).await?;
        let changed = answered(async { Ok(sqlx::query(sql).execute(&mut connection).await?.rows_affected()) }).await;
        self.settle(&mut held, connection, changed)
    }

    /// Locks the products on a connection of its own.
    pub(crate) async fn lock(&self) -> Result<Lock, Error> {
        let connection = self.address.connect().await?;
        let lock = Lock::take(Locked::Postgres(connection)).await.map_err(|error| self.error(error))?;
        self.lock.was_taken(&lock);
        Ok(lock)
    }

    /// Waits for the queries that run, and closes every connection.
    pub(crate) async fn close(&self) {
        for connection in self.lent.take_all().await {
            Address::hang_up(connection).await;
        }
    }

    pub(crate) fn error(&self, error: sqlx::Error) -> Error {
        ServerError::of_asking(&self.address, error).into()
    }

    /// The connection that is lent, and whether it was just opened.
    async fn connection_of(&self, held: &mut Held<'_, PgConnection>) -> Result<(PgConnection, bool), Error> {
        // Out of the lender's hands while it is used: should the query be given up halfway, it goes with it.
        if let Some(connection) = held.take_out() {
            return Ok((connection, false));
        }
        if self.pause.is_on(Instant::now()) {
            return Err(ServerError::Pausing { address: self.address.shown().to_owned() }.into());
        }
        let connected = self.address.connect().await;
        self.pause.heed(connected.is_ok(), Instant::now(), chance());
        Ok((connected?, true))
    }

    /// Puts a connection back that can be used again, and says what the server meant.
    fn settle<T>(
        &self,
        held: &mut Held<'_, PgConnection>,
        connection: PgConnection,
        result: Result<T, Failure>,
    ) -> Result<T, Error> {
        match result {
            Ok(value) => {
                held.put_back(connection);
                Ok(value)
            }
            Err(Failure::Sql(error)) if leaves_it_fit(&error) => {
                held.put_back(connection);
                Err(self.error(error))
            }
            Err(Failure::Sql(error)) => {
                // Those that nobody uses have most likely died with it: one write pays for that, not one for each.
                drop(self.lent.take_idle());
                Err(self.error(error))
            }
            Err(Failure::Silence) => {
                let address = self.address.shown().to_owned();
                Err(ServerError::Silent { address, within: ANSWER_WITHIN }.into())
            }
        }
    }
}

/// A number from 0 to 1 that nobody else has at the same moment: the last digits of the clock.
fn chance() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    f64::from(since.subsec_nanos() % 1_000) / 1_000.0
}

/// Why there is no answer.
enum Failure {
    Sql(sqlx::Error),
    Silence,
}

/// Waits for an answer, but not for ever: the server, or the way to it, may be gone without a word.
async fn answered<T>(question: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Failure> {
    match timeout(ANSWER_WITHIN, question).await {
        Ok(answer) => answer.map_err(Failure::Sql),
        Err(_) => Err(Failure::Silence),
    }
}
