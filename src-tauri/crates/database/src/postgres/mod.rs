//! The catalogue on a PostgreSQL server, in a schema of its own. Nothing outside that schema is read or written.
//!
//! ```text
//! address     where the server is, and who asks to be let in
//! opening ─┬─ building   a new one, copied in one transaction, once its user agrees
//!          │     └────── copied      rows in the binary format of COPY
//! Postgres ── connections   a few held open, and lent; a dead one is replaced
//!          │     └────── pause       but not at once, over and over
//!          └─ error      what the server meant, in sentences
//! ```

mod address;
mod building;
mod connections;
mod copied;
mod error;
mod opening;
mod pause;

use sqlx::Row;
use sqlx::postgres::PgRow;
use trace::{ProductId, Query, Request, ServerUrl};

use crate::faults::{Fault, Told};
use crate::queries::{Answer, Columns, POSTGRES, Statement, Written};
use crate::tables::{Rows, RowsRead, Table};
use crate::{Error, Lock, Overview, Place};

use connections::Connections;

pub use error::ServerError;
pub(crate) use opening::open_or_build;

/// The schema and its tables.
const SCHEMA: &str = include_str!("schema.sql");

/// Which database that URL leads to, as `shop at 127.0.0.1:5432`.
pub(crate) fn place(url: &ServerUrl) -> Result<String, Error> {
    Ok(address::Address::parse(url)?.shown().to_owned())
}

/// A catalogue on a server.
#[derive(Debug)]
pub(crate) struct Postgres {
    connections: Connections,
}

impl Postgres {
    fn new(connections: Connections) -> Self {
        Self { connections }
    }

    pub(crate) async fn query(&self, fault: Fault, query: Query, product: ProductId) -> Told<Option<Answer>> {
        let Told { result, injected_ns } = self.connections.read(fault, POSTGRES.of_query(query), product.into()).await;
        Told { result: result.and_then(|rows| self.first(&rows, |row| Answer::from_row(query, row))), injected_ns }
    }

    pub(crate) async fn write(&self, fault: Fault, product: ProductId) -> Told<Option<Written>> {
        let Told { result, injected_ns } = self.connections.write(fault, POSTGRES.of_write(), product.into()).await;
        Told { result: result.and_then(|rows| self.first(&rows, Written::from_row)), injected_ns }
    }

    pub(crate) async fn write_all(&self, writes: &[(ProductId, u32)]) -> Result<Vec<Option<Written>>, Error> {
        let rows = self.connections.write_all(POSTGRES.write_several, writes).await?;
        rows.into_iter()
            .map(|row| row.map(|row| Written::from_row(&row)).transpose())
            .collect::<Result<_, _>>()
            .map_err(|error| self.connections.error(error))
    }

    pub(crate) async fn restore(&self) -> Result<u64, Error> {
        self.connections.change(POSTGRES.restore).await
    }

    pub(crate) async fn lock(&self) -> Result<Lock, Error> {
        self.connections.lock().await
    }

    /// Some of the numbers of the products after that one, in order; none where there are no more.
    pub(crate) async fn product_ids_after(&self, last: ProductId) -> Result<Vec<ProductId>, Error> {
        const SQL: &str = "SELECT id FROM cachescope.products WHERE id > $1 ORDER BY id LIMIT 20000";
        let rows = self.rows(SQL, last).await?;
        rows.iter().map(|row| row.unsigned(0).map_err(|error| self.connections.error(error))).collect()
    }

    pub(crate) async fn explain(&self, request: &Request) -> Result<Statement, Error> {
        let sql = POSTGRES.of_request(request);
        let rows = self.rows(sql.explain, request.product).await?;
        let plan: Result<Vec<String>, _> = rows.iter().map(|row| row.owned(0)).collect();
        let plan = plan.map_err(|error| self.connections.error(error))?;
        Ok(Statement::of(&POSTGRES, sql, request.product, plan))
    }

    pub(crate) async fn table_page(
        &self,
        table: Table,
        read: Option<RowsRead>,
        only_read: bool,
        bound: [i64; 2],
    ) -> Result<Rows, Error> {
        let rows = self.connections.look(table.rows_sql(read, only_read, "cachescope."), bound).await?;
        let counts = self.connections.look(table.counts_sql(read, "cachescope."), bound).await?;
        let counts = counts.first().ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))?;
        Rows::from_rows(table, &rows, counts).map_err(|error| self.connections.error(error))
    }

    pub(crate) async fn overview(&self) -> Result<Overview, Error> {
        // Numbers run from 1 without gaps.
        const SQL: &str = "SELECT
            (SELECT coalesce(max(id), 0) FROM cachescope.categories),
            (SELECT coalesce(max(id), 0) FROM cachescope.products),
            (SELECT coalesce(max(id), 0) FROM cachescope.reviews),
            (SELECT coalesce(max(id), 0) FROM cachescope.orders),
            (
                SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint
                FROM pg_class
                WHERE relnamespace = 'cachescope'::regnamespace AND relkind = 'r'
            )
            WHERE $1::bigint IS NOT NULL";
        let place = || Place::Schema { of: self.connections.address().shown().to_owned() };
        let overview =
            self.first(&self.rows(SQL, 0).await?, |row| Overview::from_row(row, place(), row.unsigned(4)?))?;
        overview.ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))
    }

    pub(crate) async fn version(&self) -> Result<String, Error> {
        const SQL: &str = "SELECT 'PostgreSQL ' || current_setting('server_version') WHERE $1::bigint IS NOT NULL";
        let version = self.first(&self.rows(SQL, 0).await?, |row| row.try_get(0))?;
        version.ok_or_else(|| self.connections.error(sqlx::Error::RowNotFound))
    }

    pub(crate) async fn close(&self) {
        self.connections.close().await;
    }

    async fn rows(&self, sql: &'static str, product: ProductId) -> Result<Vec<PgRow>, Error> {
        self.connections.read(Fault::None, sql, product.into()).await.result
    }

    /// What is made of the first row, if there is one.
    fn first<T>(
        &self,
        rows: &[PgRow],
        made: impl FnOnce(&PgRow) -> Result<T, sqlx::Error>,
    ) -> Result<Option<T>, Error> {
        rows.first().map(made).transpose().map_err(|error| self.connections.error(error))
    }
}
