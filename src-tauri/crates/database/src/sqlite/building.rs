//! Builds the catalogue into a file of its own and puts it in place when it is whole.

use std::fs;
use std::path::PathBuf;

use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use super::files::Files;
use super::{APPLICATION_ID, INDEXES, SCHEMA};
use crate::Error;
use crate::catalogue::{Batch, GENERATOR, Rows, Size, Values, batches};
use crate::progress::{Meter, Progress};

/// Builds the catalogue of that size and puts it in place. Rows are made on one thread while SQLite inserts them on
/// another.
///
/// When it fails, or is dropped halfway, nothing is left behind.
pub(crate) async fn build(files: &Files, size: Size, progress: impl FnMut(Progress)) -> Result<(), Error> {
    build_with(SqliteConnectOptions::new(), files, size, progress).await
}

async fn build_with(
    options: SqliteConnectOptions,
    files: &Files,
    size: Size,
    progress: impl FnMut(Progress),
) -> Result<(), Error> {
    let unfinished = Unfinished(files.begin()?);
    let path = &*unfinished.0;
    fill(options.filename(path), size, progress).await.map_err(|failure| match failure {
        Failure::Sqlite(error) => Error::of_sqlite(path, error),
        Failure::Incomplete { done, total } => Error::Incomplete { done, total },
    })?;
    files.put_in_place(path)
}

/// A file that is removed unless it was renamed meanwhile.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Usually not there any more. Windows refuses while SQLite's thread still closes it: the next start sweeps.
        let _ = fs::remove_file(&self.0);
    }
}

enum Failure {
    Sqlite(sqlx::Error),
    Incomplete { done: u64, total: u64 },
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlite(error)
    }
}

async fn fill(options: SqliteConnectOptions, size: Size, progress: impl FnMut(Progress)) -> Result<(), Failure> {
    // Nobody reads the file before it is whole, so nothing needs to be undone or flushed until then.
    let mut connection = options
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
        .disable_statement_logging()
        .connect()
        .await?;
    sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;

    let rows = Rows::of(size);
    let mut meter = Meter::new(size, &rows, INDEXES.map(|(table, _)| table), progress);
    insert(&mut connection, rows, &mut meter).await?;
    for (table, index) in INDEXES {
        meter.at(table);
        sqlx::query(index).execute(&mut connection).await?;
        meter.add(meter.rows_of(table));
    }
    // Tells the planner how many rows each index value has; 400 samples of each are plenty.
    sqlx::raw_sql("PRAGMA analysis_limit = 400; ANALYZE").execute(&mut connection).await?;
    if meter.done != meter.total {
        return Err(Failure::Incomplete { done: meter.done, total: meter.total });
    }
    // Last: what has these numbers is whole.
    let marks = format!("PRAGMA user_version = {GENERATOR}; PRAGMA application_id = {APPLICATION_ID}");
    sqlx::raw_sql(AssertSqlSafe(marks)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Inserts every row, in one transaction.
async fn insert(
    connection: &mut SqliteConnection,
    rows: Rows,
    meter: &mut Meter<impl FnMut(Progress)>,
) -> Result<(), sqlx::Error> {
    let mut batches = batches::<Inserted>(rows);
    sqlx::raw_sql("BEGIN").execute(&mut *connection).await?;
    while let Some(batch) = batches.recv().await {
        meter.at(batch.table);
        sqlx::query_with(AssertSqlSafe(insert_of(&batch)), batch.values.0).execute(&mut *connection).await?;
        meter.add(batch.rows as u64);
    }
    sqlx::raw_sql("COMMIT").execute(connection).await?;
    Ok(())
}

/// `INSERT INTO … VALUES (?, …), …`: the same text for every full batch of a table, so that it is prepared once.
fn insert_of(batch: &Batch<Inserted>) -> String {
    let row = format!("({})", vec!["?"; batch.columns.len()].join(", "));
    let rows = vec![&*row; batch.rows].join(", ");
    format!("INSERT INTO {} ({}) VALUES {rows}", batch.table, batch.columns.join(", "))
}

/// The values of hundreds of rows in one INSERT.
#[derive(Default)]
struct Inserted(SqliteArguments);

impl Values for Inserted {
    /// Building `small` with 1 took 54 s, with 16 to 128 about 1.4 s, with 256 1.2 s and with 512 1.0 s, where batches begin to
    /// be longer than a frame of the progress bar in a debug build.
    const BATCH: usize = 256;

    fn row(&mut self, columns: usize) {
        if self.0.len() == 0 {
            self.0.reserve(Self::BATCH * columns, 0);
        }
    }

    fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        // SQLite's integers are signed. Encoding one cannot fail.
        let _ = self.0.add(number.into() as i64);
        self
    }

    fn text(&mut self, text: impl Into<String>) -> &mut Self {
        let _ = self.0.add(text.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_named_and_nothing_is_left_on_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::new(folder.path(), Size::Tiny);
        // A file that may not grow: SQLite then says what it says on a full disk.
        let options = SqliteConnectOptions::new().pragma("max_page_count", "100");
        let error = build_with(options, &files, Size::Tiny, |_| {}).await.expect_err("too small");
        assert!(matches!(error, Error::DiskFull { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    }

    #[tokio::test]
    async fn progress_begins_at_nothing_never_goes_back_and_ends_at_everything() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut told = Vec::new();
        build(&Files::new(folder.path(), Size::Tiny), Size::Tiny, |progress| told.push(progress)).await.expect("built");

        assert_eq!(told[0].done_rows, 0);
        assert!(told.is_sorted_by_key(|progress| progress.done_rows));
        let last = told[told.len() - 1];
        assert_eq!(last.done_rows, last.total_rows);
        assert!(told.len() > 50, "{} steps", told.len());
    }
}
