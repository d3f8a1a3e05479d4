//! Builds the catalogue into a file of its own and puts it in place when it is whole.

use std::fs;
use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::mpsc;

use crate::Error;
use crate::catalogue::{APPLICATION_ID, Batch, GENERATOR, INDEXES, Rows, SCHEMA, Size};
use crate::files::Files;

/// How far a build is. Given often enough for a smooth bar: after every half per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table that is being filled or indexed.
    pub table: &'static str,
    /// Rows written so far, of all tables; every index of a table counts its rows once more.
    pub done_rows: u64,
    /// Rows to be written, counted likewise.
    pub total_rows: u64,
}

/// How many batches wait for SQLite. One: while it inserts a batch the next is made. Four were measured to be no faster.
const AHEAD: usize = 1;

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
    let mut meter = Meter::new(size, rows.count_order_items(), progress);
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
    let (send, mut batches) = mpsc::channel(AHEAD);
    // Ends by itself when nobody receives any more.
    tokio::task::spawn_blocking(move || {
        let _ = make(&rows, &send);
    });
    sqlx::raw_sql("BEGIN").execute(&mut *connection).await?;
    while let Some(batch) = batches.recv().await {
        meter.at(batch.table);
        sqlx::query_with(AssertSqlSafe(batch.sql()), batch.values.0).execute(&mut *connection).await?;
        meter.add(batch.rows as u64);
    }
    sqlx::raw_sql("COMMIT").execute(connection).await?;
    Ok(())
}

/// Makes the rows of every table, those that others refer to first.
fn make(rows: &Rows, send: &mpsc::Sender<Batch>) -> Result<(), mpsc::error::SendError<Batch>> {
    let (mut categories, mut products, mut reviews) = (rows.categories(), rows.products(), rows.reviews());
    let (mut orders, mut order_items) = (rows.orders(), rows.order_items());
    while let Some(batch) = Batch::next(&mut categories) {
        send.blocking_send(batch)?;
    }
    while let Some(batch) = Batch::next(&mut products) {
        send.blocking_send(batch)?;
    }
    while let Some(batch) = Batch::next(&mut reviews) {
        send.blocking_send(batch)?;
    }
    while let Some(batch) = Batch::next(&mut orders) {
        send.blocking_send(batch)?;
    }
    while let Some(batch) = Batch::next(&mut order_items) {
        send.blocking_send(batch)?;
    }
    Ok(())
}

/// Counts rows, and says so when it shows.
struct Meter<F> {
    size: Size,
    order_items: u64,
    table: &'static str,
    done: u64,
    total: u64,
    told: Option<(&'static str, u64)>,
    tell: F,
}

impl<F: FnMut(Progress)> Meter<F> {
    fn new(size: Size, order_items: u64, tell: F) -> Self {
        let mut meter = Self { size, order_items, table: "categories", done: 0, total: 0, told: None, tell };
        let tables = ["categories", "products", "reviews", "orders", "order_items"];
        let indexed = INDEXES.map(|(table, _)| table);
        meter.total = tables.into_iter().chain(indexed).map(|table| meter.rows_of(table)).sum();
        meter
    }

    fn rows_of(&self, table: &str) -> u64 {
        match table {
            "categories" => self.size.categories(),
            "products" => self.size.products(),
            "reviews" => self.size.reviews(),
            "orders" => self.size.orders(),
            _ => self.order_items,
        }
    }

    fn at(&mut self, table: &'static str) {
        self.table = table;
        self.tell();
    }

    fn add(&mut self, rows: u64) {
        self.done += rows;
        self.tell();
    }

    fn tell(&mut self) {
        let now = Some((self.table, self.done * 200 / self.total));
        if self.told != now {
            self.told = now;
            (self.tell)(Progress { table: self.table, done_rows: self.done, total_rows: self.total });
        }
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
