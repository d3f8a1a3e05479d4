//! Connections held open and lent out.
//!
//! Each sqlx connection has a thread of its own, and each call to it is a hand-off to that thread and back. sqlx's pool
//! pings a connection before it lends it, which is a second hand-off: the pool costs more than a look-up itself (see
//! `benches/queries.rs`). So a few connections are held here, and lent by moving them.
//!
//! A look-up takes SQLite 3 µs, and its thread many times that to be woken: of eight connections there is nearly always one
//! whose thread is still awake, and on two processors half as many look-ups again are answered as with two connections
//! (`tests/recordings/readers.txt`). What takes a processor for a while is done by as many as there are processors:
//! more of them would only take it from those who send and answer requests.

use std::path::Path;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::files::Files;
use crate::Error;
use crate::faults::{Fault, LastLock, Lock, Locked, Told};
use crate::lending::{Held, Lent};

/// How long SQLite waits for another program's lock.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What may be done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everything.
    Full,
    /// Only reading, where no file can be made beside it. Nobody can write to it meanwhile.
    Reading,
}

/// How many connections only read.
const READERS: usize = 8;

/// How much of a processor a statement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Less than it takes to hand it to SQLite's thread.
    Little,
    /// Enough to keep others from theirs.
    Much,
}

/// A connection to read with, and where that is much work the right to do it.
type Reader<'a> = (Held<'a, SqliteConnection>, Option<SemaphorePermit<'a>>);

/// Some connections that only read, and one that writes: SQLite has one writer at a time, so here it waits for its turn
/// without holding up SQLite.
#[derive(Debug)]
pub(crate) struct Connections {
    files: Files,
    access: Access,
    readers: Lent<SqliteConnection>,
    /// As many as may be at much work at once.
    processors: Semaphore,
    writer: Lent<SqliteConnection>,
    lock: LastLock,
}

impl Connections {
    /// Opens a catalogue. Where it may be written to it is put in WAL mode, in which readers and the writer do not wait
    /// for each other.
    pub(crate) async fn open(files: Files, access: Access) -> Result<Self, Error> {
        let (mut readers, mut writer) = (Vec::new(), Vec::new());
        let opened = connect(files.database(), access, &mut readers, &mut writer).await;
        let lent = |connections: Vec<_>| {
            let count = connections.len();
            Lent::new(connections, count)
        };
        let connections = Self {
            files,
            access,
            readers: lent(readers),
            processors: Semaphore::new(available_parallelism().map_or(2, |cores| cores.get().clamp(2, READERS))),
            writer: lent(writer),
            lock: LastLock::default(),
        };
        match opened {
            Ok(()) => Ok(connections),
            Err(error) => {
                let error = connections.error(error);
                // Waits for their threads: later they might remove the log of a new database of the same name.
                connections.close().await?;
                Err(error)
            }
        }
    }

    /// The database's file.
    pub(crate) fn path(&self) -> &Path {
        self.files.database()
    }

    /// Waits, in turn, for a connection to read with.
    async fn reader(&self, work: Work) -> Result<Reader<'_>, Error> {
        let right = match work {
            Work::Little => None,
            Work::Much => Some(self.processors.acquire().await.map_err(|_| Error::Closed)?),
        };
        Ok((self.readers.take().await?, right))
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn read(&self, work: Work, sql: &'static str, product: i64) -> Result<Option<SqliteRow>, Error> {
        let (mut connection, _right) = self.reader(work).await?;
        sqlx::query(sql).bind(product).fetch_optional(connection.get()?).await.map_err(|error| self.error(error))
    }

    /// The same with something in its way, which makes much of little.
    pub(crate) async fn read_under(&self, fault: Fault, sql: &'static str, product: i64) -> Told<Option<SqliteRow>> {
        let mut injected_ns = 0;
        let read = async {
            fault.admit()?;
            let (mut connection, _right) = self.reader(Work::Much).await?;
            injected_ns = fault.wait().await;
            sqlx::query(sql).bind(product).fetch_optional(connection.get()?).await.map_err(|error| self.error(error))
        };
        let result = read.await;
        Told { result, injected_ns }
    }

    /// All rows of a statement that only reads.
    pub(crate) async fn read_all(&self, sql: &'static str, product: i64) -> Result<Vec<SqliteRow>, Error> {
        let (mut connection, _right) = self.reader(Work::Much).await?;
        sqlx::query(sql).bind(product).fetch_all(connection.get()?).await.map_err(|error| self.error(error))
    }

    /// All rows of a statement of ours that only reads, put together when it is needed.
    pub(crate) async fn look(&self, sql: String, bound: [i64; 2]) -> Result<Vec<SqliteRow>, Error> {
        let (mut connection, _right) = self.reader(Work::Much).await?;
        let query = sqlx::query(AssertSqlSafe(sql)).bind(bound[0]).bind(bound[1]);
        query.fetch_all(connection.get()?).await.map_err(|error| self.error(error))
    }

    /// Runs a statement that writes, to its end: only there does SQLite say whether it could be committed.
    /// `fetch_optional` would stop at the first row, and what the commit says would be lost.
    pub(crate) async fn write(&self, fault: Fault, sql: &'static str, product: i64) -> Told<Option<SqliteRow>> {
        let mut injected_ns = 0;
        let write = async {
            fault.admit()?;
            let mut connection = self.writer.take().await?;
            let waited_ns = fault.wait().await;
            let began = Instant::now();
            let rows = sqlx::query(sql).bind(product).fetch_all(connection.get()?).await;
            let kept_ns = self.lock.kept(began);
            injected_ns = waited_ns + kept_ns;
            match rows.map_err(|error| self.error(error)) {
                Ok(rows) => Ok(rows.into_iter().next()),
                Err(Error::Locked { .. }) if kept_ns > 0 => Err(Error::LockedOnPurpose),
                Err(error) => Err(error),
            }
        };
        let result = write.await;
        Told { result, injected_ns }
    }

    /// Opens an exclusive transaction on a connection of its own.
    pub(crate) async fn lock(&self) -> Result<Lock, Error> {
        if self.access == Access::Reading {
            return Err(Error::ReadOnly { path: self.path().to_path_buf() });
        }
        let connection = options(self.path(), self.access).connect().await.map_err(|error| self.error(error))?;
        let lock = Lock::take(Locked::Sqlite(connection)).await.map_err(|error| self.error(error))?;
        self.lock.was_taken(&lock);
        Ok(lock)
    }

    /// Runs a statement that writes once for each of these, in one transaction. It takes the lock at its beginning: one that
    /// begins by reading could find it taken when it comes to write. Dropped before its end, it is rolled back.
    pub(crate) async fn write_all(
        &self,
        sql: &'static str,
        writes: &[(u32, u32)],
    ) -> Result<Vec<Option<SqliteRow>>, Error> {
        let mut connection = self.writer.take().await?;
        let written = async {
            let mut transaction =
                connection.get()?.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.error(error))?;
            let mut rows = Vec::with_capacity(writes.len());
            for (product, times) in writes {
                let written = sqlx::query(sql).bind(product).bind(times).fetch_all(&mut *transaction).await;
                rows.push(written.map_err(|error| self.error(error))?.into_iter().next());
            }
            transaction.commit().await.map_err(|error| self.error(error))?;
            Ok(rows)
        };
        written.await
    }

    /// Runs a statement that writes and asks for nothing. Answers how many rows it changed.
    pub(crate) async fn change(&self, sql: &'static str) -> Result<u64, Error> {
        let mut connection = self.writer.take().await?;
        let changed = sqlx::query(sql).execute(connection.get()?).await.map_err(|error| self.error(error))?;
        Ok(changed.rows_affected())
    }

    /// Waits for the queries that run, and closes every connection, the writer last: it then empties the log into the
    /// file.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        for lent in [&self.readers, &self.writer] {
            for connection in lent.take_all().await {
                connection.close().await.map_err(|error| self.error(error))?;
            }
        }
        Ok(())
    }

    /// Says what SQLite meant. Where the file is damaged it leaves word for the next start to look closer.
    pub(crate) fn error(&self, error: sqlx::Error) -> Error {
        let error = Error::of_sqlite(self.path(), error);
        if matches!(error, Error::Damaged { .. }) {
            self.files.suspect();
        }
        error
    }
}

/// In WAL mode NORMAL loses no integrity, only the last writes before a power cut, and spares a flush each. The SELECT
/// makes the connection open the log it has just asked for: one that did not would not remove it on closing.
const FOR_WRITING: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; SELECT count(*) FROM sqlite_schema";

fn options(path: &Path, access: Access) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .immutable(access == Access::Reading)
        .thread_name(|id| format!("sqlite-{id}"))
        .disable_statement_logging()
}

/// Opens the connections into the two lists, so that those opened can be closed if a later one fails.
async fn connect(
    path: &Path,
    access: Access,
    readers: &mut Vec<SqliteConnection>,
    writer: &mut Vec<SqliteConnection>,
) -> Result<(), sqlx::Error> {
    let options = options(path, access);
    let open = async |options: &SqliteConnectOptions, list: &mut Vec<SqliteConnection>, pragmas: &'static str| {
        // Connecting does not read the file yet, the pragmas do.
        let mut connection = options.connect().await?;
        let done = sqlx::raw_sql(pragmas).execute(&mut connection).await;
        list.push(connection);
        done
    };
    match access {
        Access::Full => open(&options, writer, FOR_WRITING).await?,
        Access::Reading => open(&options.clone().read_only(true), writer, "").await?,
    };
    let reading = options.read_only(true);
    for _ in 0..READERS {
        // In kB. The default of 2 MB does not hold the pages that a report reads.
        open(&reading, readers, "PRAGMA cache_size = -8192").await?;
    }
    Ok(())
}
