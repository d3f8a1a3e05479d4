//! Where recordings are kept: a SQLite file in the app's data folder.

mod damage;
mod importing;
mod listing;
mod owner;
mod reading;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard};

pub use importing::Imported;
pub use listing::Change;
pub use reading::Stretch;
pub use writer::{NewRecording, Writer};

use crate::Error;

/// What makes each version of the store from the one before it; the first from nothing.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// Marks the file as ours: "csrc".
const APPLICATION_ID: i32 = 0x6373_7263;

/// How long SQLite waits for another program's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The recordings of a data folder. Cloning it shares them. Several programs may have the same ones open.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    path: PathBuf,
    /// One, since what is asked of it is short and rare.
    connection: Mutex<SqliteConnection>,
}

/// A store that was opened, and what its user should know about that.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Sentences that say what was found damaged and where it was kept, and which recordings were cut short.
    pub notices: Vec<String>,
}

impl Store {
    /// Opens the recordings in that folder; where there are none yet, begins them.
    ///
    /// A file that is damaged is never deleted: it is renamed, and a new one is begun. Recordings that were under way in a
    /// program that is gone are marked as cut short. Recordings that were deleted before are gone for good now.
    ///
    /// # Errors
    /// [`Error::Newer`] where a newer version made them: then nothing is changed. Else what the system or SQLite says.
    pub async fn open(folder: &Path) -> Result<Opened, Error> {
        std::fs::create_dir_all(folder).map_err(|source| Error::Io { path: folder.to_path_buf(), source })?;
        let path = folder.join("recordings.db");
        let mut notices = Vec::new();
        let store = match Self::try_open(folder, &path).await {
            Err(Error::Damaged { reason, .. }) => {
                let aside = damage::set_aside(&path)?;
                notices.push(format!(
                    "The recordings in {} could not be read ({reason}). They are kept as {}, and new ones were begun.",
                    path.display(),
                    aside.display()
                ));
                Self::try_open(folder, &path).await?
            }
            opened => opened?,
        };
        notices.extend(store.end_what_was_cut_short().await?);
        store.purge().await?;
        Ok(Opened { store, notices })
    }

    async fn try_open(folder: &Path, path: &Path) -> Result<Self, Error> {
        let connection = connect(path).await.map_err(|error| Error::of_sqlite(path, error))?;
        let shared =
            Shared { folder: folder.to_path_buf(), path: path.to_path_buf(), connection: Mutex::new(connection) };
        let store = Self { shared: Arc::new(shared) };
        let prepared = store.prepare().await;
        if prepared.is_err() {
            // Before the file is renamed.
            store.close().await;
        }
        prepared.map(|()| store)
    }

    /// Brings the file to the present version, and makes sure that it can be read.
    async fn prepare(&self) -> Result<(), Error> {
        if damage::is_suspected(&self.shared.path) {
            self.check_every_page().await?;
        }
        let mut connection = self.connection().await;
        let version: i64 = self.said(sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await)?;
        let known = MIGRATIONS.len();
        let done = usize::try_from(version).unwrap_or(usize::MAX);
        if done > known {
            return Err(Error::Newer(self.shared.path.clone()));
        }
        for (number, migration) in (1..).zip(MIGRATIONS).skip(done) {
            let script = format!(
                "BEGIN IMMEDIATE; {migration}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT"
            );
            self.said(sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *connection).await)?;
        }
        // Reads the schema and one end of each table.
        for table in ["recording", "round", "second"] {
            let sql = AssertSqlSafe(format!("SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1"));
            self.said(sqlx::query(sql).fetch_optional(&mut *connection).await)?;
        }
        damage::clear_suspicion(&self.shared.path);
        Ok(())
    }

    async fn check_every_page(&self) -> Result<(), Error> {
        let mut connection = self.connection().await;
        let verdict: String =
            self.said(sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut *connection).await)?;
        if verdict == "ok" {
            return Ok(());
        }
        Err(Error::Damaged { path: self.shared.path.clone(), reason: verdict })
    }

    /// The file the recordings are kept in.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Closes the file, which empties its log. Other clones can no longer be used.
    pub async fn close(&self) {
        let mut connection = self.connection().await;
        let nowhere = SqliteConnectOptions::new().filename(":memory:").disable_statement_logging();
        if let Ok(empty) = nowhere.connect().await {
            let _ = std::mem::replace(&mut *connection, empty).close().await;
        }
    }

    async fn connection(&self) -> MutexGuard<'_, SqliteConnection> {
        self.shared.connection.lock().await
    }

    /// What SQLite said, in our words. Where a page was damaged it leaves word for the next start to look closer.
    fn said<T>(&self, result: Result<T, sqlx::Error>) -> Result<T, Error> {
        result.map_err(|error| {
            let error = Error::of_sqlite(&self.shared.path, error);
            if matches!(error, Error::Damaged { .. }) {
                damage::suspect(&self.shared.path);
            }
            error
        })
    }
}

/// In WAL mode NORMAL loses no integrity, and only the last writes before a power cut; a killed process loses none.
async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .thread_name(|id| format!("recordings-{id}"))
        .disable_statement_logging()
        .connect()
        .await?;
    sqlx::raw_sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL").execute(&mut connection).await?;
    Ok(connection)
}
