//! The catalogue of a shop, in a SQLite file anyone can open, and the queries asked of it.
//!
//! - A **catalogue** is generated data: categories, products, their reviews, and orders. It comes in several [`Size`]s,
//!   and every machine has the same rows.
//! - A **query** is one SQL statement about one product, from cheap to dear: `lookup`, `page`, `report`
//!   ([`trace::Query`]). What it finds is an [`Answer`]. A product that does not exist is an answer too: `None`.
//! - A **write** raises a product's price by a cent ([`Written`]).
//!
//! ```text
//! opening ── files      is there a catalogue, can it be used, set it aside
//!    │ └──── building   a new one, in a file of its own, put in place when whole
//!    │          └────── catalogue   schema and rows: from a row's number, the same everywhere
//! Database ─ connections   a few held open, and lent
//!    ├────── queries       the SQL, and what it finds
//!    └────── faults        slow, locked, down: on purpose, and told apart from what was measured
//!    └────── copying       the same again, for somebody who must not change it
//! ```
//!
//! ```
//! use database::{Answer, Database, Size};
//! use trace::Query;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let opened = Database::open_or_build(folder.path(), Size::Tiny, |progress| {
//!     println!("{}: {} of {} rows", progress.table, progress.done_rows, progress.total_rows);
//! })
//! .await?;
//! let database = opened.database;
//!
//! let Some(Answer::Page(page)) = database.query(Query::Page, 42).await? else { panic!("product 42 has a page") };
//! println!("{}: {} reviews", page.product.name, page.ratings.reviews);
//! assert_eq!(database.query(Query::Page, 1_000_000).await?, None);
//!
//! let written = database.write(42).await?.expect("product 42 has a row");
//! assert_eq!(written.price_cents, page.product.price_cents + 1);
//! database.close().await?;
//! # Ok(())
//! # }
//! ```

mod building;
mod catalogue;
mod connections;
mod copying;
mod error;
mod faults;
mod files;
mod opening;
mod queries;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use trace::{ProductId, Query, Request};

pub use building::Progress;
pub use catalogue::Size;
pub use error::Error;
pub use faults::{Lock, Told};
pub use opening::Opened;
pub use queries::{
    Answer, BestSeller, Category, Companion, Page, Product, Ratings, Report, Review, Statement, Written,
};

use connections::Connections;
use faults::Fault;

/// A catalogue that is open. Cloning it shares its connections.
#[derive(Debug, Clone)]
pub struct Database {
    connections: Arc<Connections>,
    fault: Fault,
}

/// What a catalogue holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The SQLite file.
    pub path: PathBuf,
    /// Its size in bytes, without the write-ahead log beside it.
    pub bytes: u64,
    /// How many categories it holds.
    pub categories: u32,
    /// How many products it holds; they are numbered from 1.
    pub products: u32,
    /// How many reviews it holds.
    pub reviews: u64,
    /// How many orders it holds.
    pub orders: u64,
}

impl Database {
    /// Where the catalogue of that size is, or will be.
    #[must_use]
    pub fn path(folder: &Path, size: Size) -> PathBuf {
        files::Files::new(folder, size).database().to_path_buf()
    }

    /// Opens the catalogue in that folder. Where there is none it is built, and `progress` is called now and then.
    ///
    /// A file that cannot be used is never deleted: it is renamed, a new one is built, and [`Opened::notice`] says so.
    /// If another process is building here this waits for it, and opens what it has built. Dropping the future stops a
    /// build and removes what it has written. Where nothing may be written, a catalogue that is there is opened for
    /// reading only.
    ///
    /// A process should have one database open on a file, and clone it: SQLite's locks on Unix are the process's, and
    /// opening the file anew would drop them.
    ///
    /// # Errors
    /// If the folder cannot be made or written to, if the disk is full, or if SQLite refuses.
    pub async fn open_or_build(
        folder: &Path,
        size: Size,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Opened, Error> {
        opening::open_or_build(folder, size, progress).await
    }

    fn new(connections: Connections) -> Self {
        Self { connections: Arc::new(connections), fault: Fault::None }
    }

    /// Asks a query about a product; `None` where there is no such product.
    ///
    /// One hand-off to SQLite's thread. Dropping the future gives the connection back.
    ///
    /// # Errors
    /// If the file is damaged or locked, or the database is closed.
    pub async fn query(&self, query: Query, product: ProductId) -> Result<Option<Answer>, Error> {
        self.query_told(query, product).await.result
    }

    /// The same, and how much of its time a fault put in.
    pub async fn query_told(&self, query: Query, product: ProductId) -> Told<Option<Answer>> {
        let sql = queries::sql_of_query(query);
        let Told { result, injected_ns } = match self.fault {
            Fault::None => Told { result: self.connections.read(sql, product.into()).await, injected_ns: 0 },
            fault => self.connections.read_under(fault, sql, product.into()).await,
        };
        let answer = |row: SqliteRow| Answer::from_row(query, &row).map_err(|error| self.connections.error(error));
        Told { result: result.and_then(|row| row.map(answer).transpose()), injected_ns }
    }

    /// Raises a product's price by a cent and its version by one; `None` where there is no such product.
    ///
    /// # Errors
    /// If the file cannot be written to, is damaged or locked, or the database is closed.
    pub async fn write(&self, product: ProductId) -> Result<Option<Written>, Error> {
        self.write_told(product).await.result
    }

    /// The same, and how much of its time a fault put in.
    pub async fn write_told(&self, product: ProductId) -> Told<Option<Written>> {
        let Told { result, injected_ns } =
            self.connections.write(self.fault, queries::SQL_OF_WRITE, product.into()).await;
        let written = |row: SqliteRow| Written::from_row(&row).map_err(|error| self.connections.error(error));
        Told { result: result.and_then(|row| row.map(written).transpose()), injected_ns }
    }

    /// The same database, whose queries and writes wait for so long before they begin, each holding its connection. Whoever
    /// waits for a connection meanwhile waits as for a slow database: that is a consequence and told as measured.
    #[must_use]
    pub fn slowed_by(&self, delay: Duration) -> Self {
        Self { fault: Fault::Slow(delay), ..self.clone() }
    }

    /// The same database, whose queries and writes are refused at once.
    #[must_use]
    pub fn down(&self) -> Self {
        Self { fault: Fault::Down, ..self.clone() }
    }

    /// Opens an exclusive transaction on a connection of its own, until the lock is released or the process ends. Writes tell for
    /// how long it kept them.
    ///
    /// # Errors
    /// If the file may only be read, or another program holds a lock for longer than 5 s.
    pub async fn lock(&self) -> Result<Lock, Error> {
        self.connections.lock().await
    }

    /// Raises the prices of several products, each by so many cents and its version by as many, in one transaction: all of
    /// them or none. Answers their rows in the same order; `None` where there is no such product.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn write_all(&self, writes: &[(ProductId, u32)]) -> Result<Vec<Option<Written>>, Error> {
        let rows = self.connections.write_all(queries::SQL_OF_WRITES, writes).await?;
        rows.into_iter()
            .map(|row| row.map(|row| Written::from_row(&row)).transpose())
            .collect::<Result<_, _>>()
            .map_err(|error| self.connections.error(error))
    }

    /// The numbers of all products.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn product_ids(&self) -> Result<Vec<ProductId>, Error> {
        // In parts: a row takes far more memory than its number.
        const SQL: &str = "SELECT id FROM products WHERE id > ?1 ORDER BY id LIMIT 20000";
        let mut ids: Vec<ProductId> = Vec::new();
        loop {
            let rows = self.connections.read_all(SQL, ids.last().copied().unwrap_or_default().into()).await?;
            if rows.is_empty() {
                return Ok(ids);
            }
            for row in rows {
                ids.push(row.try_get(0).map_err(|error| self.connections.error(error))?);
            }
        }
    }

    /// The statements a request runs, what is bound to them and SQLite's plan for each. Runs none of them.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn explain(&self, request: &Request) -> Result<Vec<Statement>, Error> {
        let (sql, explain) = queries::sql_of_request(request);
        let nodes: Result<Vec<_>, _> = self
            .connections
            .read_all(explain, request.product.into())
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(3)?)))
            .collect();
        Ok(vec![Statement {
            sql: sql.to_owned(),
            bindings: vec![("?1".to_owned(), request.product.to_string())],
            plan: queries::indented(nodes.map_err(|error| self.connections.error(error))?),
        }])
    }

    /// Where the catalogue is and how much it holds.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn overview(&self) -> Result<Overview, Error> {
        // Numbers run from 1 without gaps. Counting reviews one by one would read every page of an index.
        const SQL: &str = "SELECT
            (SELECT coalesce(max(id), 0) FROM categories),
            (SELECT coalesce(max(id), 0) FROM products),
            (SELECT coalesce(max(id), 0) FROM reviews),
            (SELECT coalesce(max(id), 0) FROM orders)
            WHERE ?1 IS NOT NULL";
        let path = self.connections.path();
        let bytes = std::fs::metadata(path).map_err(|error| Error::of_file(path, error))?.len();
        let row = self.connections.read(SQL, 0).await?;
        let row = row.ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))?;
        let read = || -> Result<Overview, sqlx::Error> {
            Ok(Overview {
                path: path.to_path_buf(),
                bytes,
                categories: row.try_get(0)?,
                products: row.try_get(1)?,
                reviews: row.try_get::<i64, _>(2)?.unsigned_abs(),
                orders: row.try_get::<i64, _>(3)?.unsigned_abs(),
            })
        };
        read().map_err(|error| self.connections.error(error))
    }

    /// The database's name and version: `SQLite 3.46.0`.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn version(&self) -> Result<String, Error> {
        const SQL: &str = "SELECT 'SQLite ' || sqlite_version() WHERE ?1 IS NOT NULL";
        let row = self.connections.read(SQL, 0).await?;
        let row = row.ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))?;
        row.try_get(0).map_err(|error| self.connections.error(error))
    }

    /// Reads every page and index entry: a second or so for `small`.
    async fn check_every_page(&self) -> Result<(), Error> {
        let row = self.connections.read("PRAGMA integrity_check(1)", 0).await?;
        match row.map(|row| row.try_get::<String, _>(0)).transpose().map_err(|error| self.connections.error(error))? {
            Some(verdict) if verdict != "ok" => {
                Err(Error::Damaged { path: self.connections.path().to_path_buf(), reason: verdict })
            }
            _ => Ok(()),
        }
    }

    /// Copies the catalogue as it is now into a new file, which is a catalogue of its own from then on. Queries and writes go
    /// on meanwhile.
    ///
    /// # Errors
    /// If there is something at that path already, if the disk is full, or if SQLite refuses. What was written of the copy
    /// stays: it is the caller's folder.
    pub async fn copy_to(&self, path: &Path) -> Result<(), Error> {
        copying::copy(self.connections.path(), path).await
    }

    /// Waits for the queries that run and closes the file. Other clones answer [`Error::Closed`] from then on.
    ///
    /// # Errors
    /// If SQLite's thread has died.
    pub async fn close(self) -> Result<(), Error> {
        self.connections.close().await
    }
}
