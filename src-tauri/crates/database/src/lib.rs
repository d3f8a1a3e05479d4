//! The catalogue of a shop, in a SQLite file anyone can open or on a PostgreSQL server, and the queries asked of it.
//!
//! - A **catalogue** is generated data: categories, products, their reviews, and orders. It comes in several [`Size`]s,
//!   and every machine, and either database, has the same rows.
//! - A **query** is one SQL statement about one product, from cheap to dear: `lookup`, `page`, `report`
//!   ([`trace::Query`]). What it finds is an [`Answer`]. A product that does not exist is an answer too: `None`.
//! - A **write** raises a product's price by a cent ([`Written`]).
//!
//! Whoever has a [`Database`] does not know which of the two it is:
//!
//! ```text
//! Database ─┬─ sqlite      a file: built beside its place, opened, a few connections lent
//!           ├─ postgres    a schema of its own on a server: copied in one transaction, connections lent
//!           ├─ catalogue   the rows: from a row's number, the same everywhere
//!           ├─ queries     the SQL of either, and what it finds
//!           └─ faults      slow, locked, down: on purpose, and told apart from what was measured
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

mod catalogue;
mod error;
mod faults;
mod lending;
mod postgres;
mod progress;
mod queries;
mod sqlite;
mod tables;

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use trace::{ProductId, Query, Request, ServerUrl};

pub use catalogue::Size;
pub use error::Error;
pub use faults::{Lock, Obstacle, Told};
pub use postgres::ServerError;
pub use progress::Progress;
pub use queries::{
    Answer, BestSeller, Category, Companion, Page, Product, Ratings, Report, Review, Statement, Written,
};

pub use tables::{Row, Rows, RowsRead, Table};

use faults::Fault;
use postgres::Postgres;
use queries::Columns;
use sqlite::Sqlite;

/// A catalogue that is open. Cloning it shares its connections.
#[derive(Debug, Clone)]
pub struct Database {
    held: Held,
    obstacle: Obstacle,
}

/// Where the catalogue is held. Two, known when this was written: so a choice of two, and no call through a pointer on the way
/// of a request.
#[derive(Debug, Clone)]
enum Held {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

/// A database that was opened, and what its user should know about that.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub database: Database,
    /// Sentences that say what was found unusable, where it was kept and what to do; absent where all was well.
    pub notice: Option<String>,
}

/// Where a catalogue is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a SQLite file.
    File(PathBuf),
    /// In the schema `cachescope` on a PostgreSQL server.
    Schema {
        /// The database and its server, such as `shop at 127.0.0.1:5432`.
        of: String,
    },
}

/// What a catalogue holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Where it is.
    pub place: Place,
    /// Its size in bytes: of the file without the write-ahead log beside it, or of the tables with their indexes.
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

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::File(path.to_path_buf())
    }
}

impl Display for Place {
    /// `/home/me/catalogue-small.db`, `schema cachescope in shop at 127.0.0.1:5432`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Schema { of } => write!(f, "schema cachescope in {of}"),
        }
    }
}

impl Overview {
    /// The file it is in; `None` where it is on a server.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Schema { .. } => None,
        }
    }

    /// From the numbers of its categories, products, reviews and orders.
    fn from_row(row: &impl Columns, place: Place, bytes: u64) -> Result<Self, sqlx::Error> {
        Ok(Self {
            place,
            bytes,
            categories: row.unsigned(0)?,
            products: row.unsigned(1)?,
            reviews: row.unsigned(2)?,
            orders: row.unsigned(3)?,
        })
    }
}

impl Database {
    /// Where the file with the catalogue of that size is, or will be.
    #[must_use]
    pub fn path(folder: &Path, size: Size) -> PathBuf {
        sqlite::path(folder, size)
    }

    /// Which database that `postgres://` URL leads to, such as `shop at 127.0.0.1:5432`; two that lead to the same one have the
    /// same. It is not looked for.
    ///
    /// # Errors
    /// If the URL is none of PostgreSQL's.
    pub fn place_of(url: impl Into<ServerUrl>) -> Result<String, Error> {
        postgres::place(&url.into())
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
        sqlite::open_or_build(folder, size, progress).await
    }

    /// Opens the catalogue in the schema `cachescope` on the server of that `postgres://` URL. Where there is none, and
    /// `may_create` says that its user agrees, it is built, in one transaction, and `progress` is called now and then. Dropping
    /// the future stops a build, and the server undoes it.
    ///
    /// Nothing outside that schema is touched. One that Cachescope did not create, or that holds another catalogue, is refused.
    ///
    /// # Errors
    /// If the server cannot be reached or does not let this user in, if there is no catalogue and nobody has agreed to one
    /// ([`Error::asks_to_create`]), or if the schema is not ours.
    pub async fn open_or_build_on_server(
        url: impl Into<ServerUrl>,
        size: Size,
        may_create: bool,
        progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Opened, Error> {
        postgres::open_or_build(&url.into(), size, may_create, progress).await
    }

    fn in_file(sqlite: Sqlite) -> Self {
        Self { held: Held::Sqlite(Arc::new(sqlite)), obstacle: Obstacle::default() }
    }

    fn on_server(postgres: Postgres) -> Self {
        Self { held: Held::Postgres(Arc::new(postgres)), obstacle: Obstacle::default() }
    }

    /// Asks a query about a product; `None` where there is no such product.
    ///
    /// One hand-off to SQLite's thread, or one round trip to the server. Dropping the future gives the connection back.
    ///
    /// # Errors
    /// If the catalogue is damaged or locked, the server cannot be reached, or the database is closed.
    pub async fn query(&self, query: Query, product: ProductId) -> Result<Option<Answer>, Error> {
        self.query_told(query, product).await.result
    }

    /// The same, and how much of its time a fault put in.
    pub async fn query_told(&self, query: Query, product: ProductId) -> Told<Option<Answer>> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.query(self.obstacle.now(), query, product).await,
            Held::Postgres(postgres) => postgres.query(self.obstacle.now(), query, product).await,
        }
    }

    /// Raises a product's price by a cent and its version by one; `None` where there is no such product.
    ///
    /// # Errors
    /// If the catalogue cannot be written to, is damaged or locked, the server cannot be reached, or the database is closed.
    pub async fn write(&self, product: ProductId) -> Result<Option<Written>, Error> {
        self.write_told(product).await.result
    }

    /// The same, and how much of its time a fault put in.
    pub async fn write_told(&self, product: ProductId) -> Told<Option<Written>> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.write(self.obstacle.now(), product).await,
            Held::Postgres(postgres) => postgres.write(self.obstacle.now(), product).await,
        }
    }

    /// The same database, whose queries and writes wait for so long before they begin, each holding its connection. Whoever
    /// waits for a connection meanwhile waits as for a slow database: that is a consequence and told as measured.
    #[must_use]
    pub fn slowed_by(&self, delay: Duration) -> Self {
        self.hindered_by(&Obstacle::of(Fault::Slow(delay)))
    }

    /// The same database, whose queries and writes are refused at once.
    #[must_use]
    pub fn down(&self) -> Self {
        self.hindered_by(&Obstacle::of(Fault::Down))
    }

    /// The same database with that in the way of its queries and writes.
    #[must_use]
    pub fn hindered_by(&self, obstacle: &Obstacle) -> Self {
        Self { obstacle: obstacle.clone(), ..self.clone() }
    }

    /// Keeps writers out by a transaction on a connection of its own, until the lock is released or the process ends. Writes
    /// tell for how long it kept them.
    ///
    /// # Errors
    /// If the catalogue may only be read, or another program holds a lock for longer than 5 s.
    pub async fn lock(&self) -> Result<Lock, Error> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.lock().await,
            Held::Postgres(postgres) => postgres.lock().await,
        }
    }

    /// Raises the prices of several products, each by so many cents and its version by as many, in one transaction: all of
    /// them or none. Answers their rows in the same order; `None` where there is no such product.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn write_all(&self, writes: &[(ProductId, u32)]) -> Result<Vec<Option<Written>>, Error> {
        self.write_all_told(writes).await.result
    }

    /// The same, and how much of its time a fault put in.
    pub async fn write_all_told(&self, writes: &[(ProductId, u32)]) -> Told<Vec<Option<Written>>> {
        let fault = self.obstacle.now();
        if let Err(error) = fault.admit() {
            return Told { result: Err(error), injected_ns: 0 };
        }
        let injected_ns = fault.wait().await;
        let result = match &self.held {
            Held::Sqlite(sqlite) => sqlite.write_all(writes).await,
            Held::Postgres(postgres) => postgres.write_all(writes).await,
        };
        Told { result, injected_ns }
    }

    /// Takes every write back: each row is as it was generated. Answers how many had been written.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn restore(&self) -> Result<u64, Error> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.restore().await,
            Held::Postgres(postgres) => postgres.restore().await,
        }
    }

    /// The numbers of all products.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn product_ids(&self) -> Result<Vec<ProductId>, Error> {
        // In parts: a row takes far more memory than its number.
        let mut ids: Vec<ProductId> = Vec::new();
        loop {
            let last = ids.last().copied().unwrap_or_default();
            let more = match &self.held {
                Held::Sqlite(sqlite) => sqlite.product_ids_after(last).await?,
                Held::Postgres(postgres) => postgres.product_ids_after(last).await?,
            };
            if more.is_empty() {
                return Ok(ids);
            }
            ids.extend(more);
        }
    }

    /// The statements a request runs, what is bound to them and the database's plan for each. Runs none of them.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn explain(&self, request: &Request) -> Result<Vec<Statement>, Error> {
        let statement = match &self.held {
            Held::Sqlite(sqlite) => sqlite.explain(request).await?,
            Held::Postgres(postgres) => postgres.explain(request).await?,
        };
        Ok(vec![statement])
    }

    /// Up to 50 rows of a table, from that number on, and which of them a request about that product reads; with `only_read` only
    /// those. Past faults: it is no request.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn table_page(
        &self,
        table: Table,
        from: u32,
        only_read: bool,
        marked: Option<(RowsRead, ProductId)>,
    ) -> Result<Rows, Error> {
        let (read, product) = marked.unzip();
        let bound = tables::bound(product, from);
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.table_page(table, read, only_read, bound).await,
            Held::Postgres(postgres) => postgres.table_page(table, read, only_read, bound).await,
        }
    }

    /// Where the catalogue is and how much it holds.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn overview(&self) -> Result<Overview, Error> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.overview().await,
            Held::Postgres(postgres) => postgres.overview().await,
        }
    }

    /// The database's name and version, as it says itself: `SQLite 3.46.0`, `PostgreSQL 15.14`.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn version(&self) -> Result<String, Error> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.version().await,
            Held::Postgres(postgres) => postgres.version().await,
        }
    }

    /// Copies a catalogue in a file as it is now into a new file, which is a catalogue of its own from then on. Queries and
    /// writes go on meanwhile.
    ///
    /// # Errors
    /// If there is something at that path already, if the disk is full, or if SQLite refuses; then what was written of the copy
    /// stays: it is the caller's folder. [`Error::NotCopied`] of a catalogue on a server.
    pub async fn copy_to(&self, path: &Path) -> Result<(), Error> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.copy_to(path).await,
            Held::Postgres(_) => Err(Error::NotCopied),
        }
    }

    /// Waits for the queries that run and closes the file or the connections. Other clones answer [`Error::Closed`] from then
    /// on.
    ///
    /// # Errors
    /// If SQLite's thread has died.
    pub async fn close(self) -> Result<(), Error> {
        match &self.held {
            Held::Sqlite(sqlite) => sqlite.close().await,
            Held::Postgres(postgres) => {
                postgres.close().await;
                Ok(())
            }
        }
    }
}
