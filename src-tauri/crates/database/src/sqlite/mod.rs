//! The catalogue in a SQLite file anyone can open.
//!
//! ```text
//! opening ── files      is there a catalogue, can it be used, set it aside
//!    │ └──── building   a new one, in a file of its own, put in place when whole
//! Sqlite ─── connections   a few held open, and lent
//!    └────── copying       the same again, for somebody who must not change it
//! ```

mod building;
mod connections;
mod copying;
mod files;
mod opening;

use std::path::{Path, PathBuf};

use sqlx::Row;
use trace::{ProductId, Query, Request};

use crate::catalogue::Size;
use crate::faults::{Fault, Told};
use crate::queries::{Answer, Columns, SQLITE, Statement, Written, indented};
use crate::tables::{Rows, RowsRead, Table};
use crate::{Error, Lock, Overview};

pub(crate) use connections::{BUSY_TIMEOUT, Connections, Work};
pub(crate) use opening::open_or_build;

/// "CSCP", kept in the file's `application_id`: what tells a catalogue from any other SQLite file.
const APPLICATION_ID: u32 = 0x4353_4350;

/// The tables.
const SCHEMA: &str = include_str!("schema.sql");

/// The indexes, made when the rows are in: each a table and a statement. Sorting all entries at once is faster than
/// finding each one's place.
const INDEXES: [(&str, &str); 4] = [
    ("products", "CREATE INDEX products_of_category ON products (category_id)"),
    ("reviews", "CREATE INDEX reviews_of_product ON reviews (product_id, written_on)"),
    ("reviews", "CREATE INDEX ratings_of_product ON reviews (product_id, rating)"),
    ("order_items", "CREATE INDEX orders_of_product ON order_items (product_id)"),
];

/// Where the catalogue of that size is, or will be.
pub(crate) fn path(folder: &Path, size: Size) -> PathBuf {
    files::Files::new(folder, size).database().to_path_buf()
}

/// A catalogue in a file that is open.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connections: Connections,
}

impl Sqlite {
    pub(crate) fn new(connections: Connections) -> Self {
        Self { connections }
    }

    pub(crate) async fn query(&self, fault: Fault, query: Query, product: ProductId) -> Told<Option<Answer>> {
        let sql = SQLITE.of_query(query);
        let Told { result, injected_ns } = match fault {
            Fault::None => {
                let work = if query == Query::Lookup { Work::Little } else { Work::Much };
                Told { result: self.connections.read(work, sql, product.into()).await, injected_ns: 0 }
            }
            fault => self.connections.read_under(fault, sql, product.into()).await,
        };
        let answer = |row| Answer::from_row(query, &row).map_err(|error| self.connections.error(error));
        Told { result: result.and_then(|row| row.map(answer).transpose()), injected_ns }
    }

    pub(crate) async fn write(&self, fault: Fault, product: ProductId) -> Told<Option<Written>> {
        let Told { result, injected_ns } = self.connections.write(fault, SQLITE.of_write(), product.into()).await;
        let written = |row| Written::from_row(&row).map_err(|error| self.connections.error(error));
        Told { result: result.and_then(|row| row.map(written).transpose()), injected_ns }
    }

    pub(crate) async fn write_all(&self, writes: &[(ProductId, u32)]) -> Result<Vec<Option<Written>>, Error> {
        let rows = self.connections.write_all(SQLITE.write_several, writes).await?;
        rows.into_iter()
            .map(|row| row.map(|row| Written::from_row(&row)).transpose())
            .collect::<Result<_, _>>()
            .map_err(|error| self.connections.error(error))
    }

    pub(crate) async fn restore(&self) -> Result<u64, Error> {
        self.connections.change(SQLITE.restore).await
    }

    pub(crate) async fn lock(&self) -> Result<Lock, Error> {
        self.connections.lock().await
    }

    /// Some of the numbers of the products after that one, in order; none where there are no more.
    pub(crate) async fn product_ids_after(&self, last: ProductId) -> Result<Vec<ProductId>, Error> {
        const SQL: &str = "SELECT id FROM products WHERE id > ?1 ORDER BY id LIMIT 20000";
        let rows = self.connections.read_all(SQL, last.into()).await?;
        rows.iter().map(|row| row.unsigned(0).map_err(|error| self.connections.error(error))).collect()
    }

    pub(crate) async fn explain(&self, request: &Request) -> Result<Statement, Error> {
        let sql = SQLITE.of_request(request);
        let nodes: Result<Vec<_>, _> = self
            .connections
            .read_all(sql.explain, request.product.into())
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(3)?)))
            .collect();
        let plan = indented(nodes.map_err(|error| self.connections.error(error))?);
        Ok(Statement::of(&SQLITE, sql, request.product, plan))
    }

    pub(crate) async fn table_page(
        &self,
        table: Table,
        read: Option<RowsRead>,
        only_read: bool,
        bound: [i64; 2],
    ) -> Result<Rows, Error> {
        let rows = self.connections.look(table.rows_sql(read, only_read, ""), bound).await?;
        let counts = self.connections.look(table.counts_sql(read, ""), bound).await?;
        let counts = counts.first().ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))?;
        Rows::from_rows(table, &rows, counts).map_err(|error| self.connections.error(error))
    }

    pub(crate) async fn overview(&self) -> Result<Overview, Error> {
        // Numbers run from 1 without gaps. Counting reviews one by one would read every page of an index.
        const SQL: &str = "SELECT
            (SELECT coalesce(max(id), 0) FROM categories),
            (SELECT coalesce(max(id), 0) FROM products),
            (SELECT coalesce(max(id), 0) FROM reviews),
            (SELECT coalesce(max(id), 0) FROM orders)
            WHERE ?1 IS NOT NULL";
        let path = self.connections.path();
        let bytes = std::fs::metadata(path).map_err(|error| Error::of_file(path, error))?.len();
        let row = self.connections.read(Work::Much, SQL, 0).await?;
        let row = row.ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))?;
        Overview::from_row(&row, path.into(), bytes).map_err(|error| self.connections.error(error))
    }

    pub(crate) async fn version(&self) -> Result<String, Error> {
        const SQL: &str = "SELECT 'SQLite ' || sqlite_version() WHERE ?1 IS NOT NULL";
        let row = self.connections.read(Work::Much, SQL, 0).await?;
        let row = row.ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))?;
        row.owned(0).map_err(|error| self.connections.error(error))
    }

    /// Reads every page and index entry: a second or so for `small`.
    async fn check_every_page(&self) -> Result<(), Error> {
        let row = self.connections.read(Work::Much, "PRAGMA integrity_check(1)", 0).await?;
        match row.map(|row| row.try_get::<String, _>(0)).transpose().map_err(|error| self.connections.error(error))? {
            Some(verdict) if verdict != "ok" => {
                Err(Error::Damaged { path: self.connections.path().to_path_buf(), reason: verdict })
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn copy_to(&self, path: &Path) -> Result<(), Error> {
        copying::copy(self.connections.path(), path).await
    }

    pub(crate) async fn close(&self) -> Result<(), Error> {
        self.connections.close().await
    }
}
