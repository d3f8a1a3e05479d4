use database::{RowsRead, Table};
use serde::{Deserialize, Serialize};
use trace::{Operation, Query, Request, StepKind, Trace};
use ts_rs::TS;

use super::locked;
use crate::{Error, Lab};

/// A table of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TableName {
    /// What is sold.
    Products,
    /// What kinds of it there are.
    Categories,
    /// What buyers wrote about it.
    Reviews,
    /// Who ordered, and when.
    Orders,
}

/// Asks for some rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TableAt {
    /// Which table.
    pub table: TableName,
    /// The number of the first row that is wanted, from 1.
    pub from: u32,
    /// Whether only the rows are wanted that the last request read.
    pub only_read: bool,
}

/// Some rows of a table, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TablePage {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// The rows, in the order of their numbers.
    pub rows: Vec<RowFacts>,
    /// How many rows the table has.
    #[ts(type = "number")]
    pub total: u64,
    /// How many of them the last request read; absent where it read none, or there was none.
    #[ts(type = "number | null")]
    pub read: Option<u64>,
    /// The number of the first of those.
    pub first_read: Option<u32>,
    /// Whether it wrote rather than read.
    pub wrote: bool,
    /// Which rows are marked and why, in words.
    pub note: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowFacts {
    /// Its number, the primary key.
    pub id: u32,
    /// What it holds, in the order of the columns; long texts cut.
    pub cells: Vec<String>,
    /// Whether the last request's statement reads it, or writes it.
    pub read: bool,
}

/// What the last single request did to the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastRequest {
    request: Request,
    id: u64,
    /// Which statement it ran, if any.
    ran: Option<RowsRead>,
}

impl LastRequest {
    pub(crate) fn of(trace: &Trace) -> Self {
        let has = |kind: StepKind| trace.steps.iter().any(|step| step.kind == kind && !step.failed);
        let Request { operation, query, .. } = trace.request;
        let ran = if operation == Operation::Write && has(StepKind::DbWrite) {
            Some(RowsRead::Written)
        } else if has(StepKind::DbQuery) {
            Some(RowsRead::By(query))
        } else {
            None
        };
        Self { request: trace.request, id: trace.id, ran }
    }

    fn in_words(&self) -> String {
        let Self { request: Request { product, query, .. }, id, ran } = self;
        match ran {
            None => format!("Request #{id} did not ask the database: no row is marked."),
            Some(RowsRead::Written) => format!("Marked: the row that request #{id} wrote."),
            Some(RowsRead::By(Query::Lookup)) => {
                format!("Marked: the row that request #{id} (lookup of product {product}) read.")
            }
            Some(RowsRead::By(Query::Page)) => format!(
                "Marked: the rows that the statement of request #{id} ({query} of product {product}) reads: the product and its \
                 category, the products beside it on the shelf with their reviews, and those bought together with it. It reads \
                 items of orders too, and no row of orders itself."
            ),
            Some(RowsRead::By(Query::Report)) => format!(
                "Marked: the rows that the statement of request #{id} ({query} for product {product}) reads: its category, the \
                 products in it, and the orders they are in. Reviews it does not read."
            ),
        }
    }
}

impl Lab {
    /// Some rows of a table, those marked that the last single request's statement reads.
    ///
    /// # Errors
    /// [`Error::NotReady`] while there is no catalogue, [`Error::Invalid`] where the database refuses.
    pub async fn table_page(&self, at: TableAt) -> Result<TablePage, Error> {
        let core = &self.core;
        let Some(database) = core.database() else {
            return Err(Error::NotReady(
                "The catalogue is being prepared; its tables can be seen when it is there.".to_owned(),
            ));
        };
        let last = *locked(&core.inside.last);
        let marked = last.and_then(|last| last.ran.map(|ran| (ran, last.request.product)));
        let table = match at.table {
            TableName::Products => Table::Products,
            TableName::Categories => Table::Categories,
            TableName::Reviews => Table::Reviews,
            TableName::Orders => Table::Orders,
        };
        let page = core
            .look_by(async move { database.table_page(table, at.from, at.only_read, marked).await })
            .await?
            .map_err(|error| {
                Error::Invalid(format!("The table cannot be read: {}.", error.to_string().trim_end_matches('.')))
            })?;
        let note = last.map_or_else(
            || {
                "No single request was sent yet: press Space on the Stage, and the rows it reads are marked here."
                    .to_owned()
            },
            |last| last.in_words(),
        );
        Ok(TablePage {
            columns: table.columns().iter().map(|column| (*column).to_owned()).collect(),
            rows: page.rows.into_iter().map(|row| RowFacts { id: row.id, cells: row.cells, read: row.read }).collect(),
            total: page.total,
            read: marked.map(|_| page.read).filter(|read| *read > 0),
            first_read: page.first_read,
            wrote: matches!(marked, Some((RowsRead::Written, _))),
            note,
        })
    }

    /// Remembers what a single request did, for whoever looks at the tables.
    pub(crate) fn remember(&self, trace: &Trace) {
        *locked(&self.core.inside.last) = Some(LastRequest::of(trace));
    }
}
