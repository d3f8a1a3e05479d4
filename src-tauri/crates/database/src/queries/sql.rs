//! The statements, in the words of each database. They ask the same, and answer the same columns in the same order.

use trace::{Operation, Query, Request};

/// One statement.
#[derive(Debug)]
pub(crate) struct Sql {
    /// As it is run.
    pub(crate) text: &'static str,
    /// The same with what asks for its plan before it.
    pub(crate) explain: &'static str,
}

/// The statements of one database.
#[derive(Debug)]
pub(crate) struct Dialect {
    lookup: Sql,
    page: Sql,
    report: Sql,
    write: Sql,
    /// Several writes of one product in one.
    pub(crate) write_several: &'static str,
    /// Takes every write back.
    pub(crate) restore: &'static str,
    /// How the first parameter is written.
    pub(crate) parameter: &'static str,
}

macro_rules! sql {
    ($explain:literal, $file:literal) => {
        Sql { text: include_str!($file).trim_ascii_end(), explain: concat!($explain, include_str!($file)) }
    };
}

/// SQLite's.
pub(crate) static SQLITE: Dialect = Dialect {
    lookup: sql!("EXPLAIN QUERY PLAN ", "sqlite/lookup.sql"),
    page: sql!("EXPLAIN QUERY PLAN ", "sqlite/page.sql"),
    report: sql!("EXPLAIN QUERY PLAN ", "sqlite/report.sql"),
    write: sql!("EXPLAIN QUERY PLAN ", "sqlite/write.sql"),
    write_several: include_str!("sqlite/write_several.sql").trim_ascii_end(),
    restore: include_str!("sqlite/restore.sql").trim_ascii_end(),
    parameter: "?1",
};

/// PostgreSQL's. Every table is named with its schema: nothing outside it can be meant, whatever the search path is.
pub(crate) static POSTGRES: Dialect = Dialect {
    lookup: sql!("EXPLAIN (FORMAT TEXT) ", "postgres/lookup.sql"),
    page: sql!("EXPLAIN (FORMAT TEXT) ", "postgres/page.sql"),
    report: sql!("EXPLAIN (FORMAT TEXT) ", "postgres/report.sql"),
    write: sql!("EXPLAIN (FORMAT TEXT) ", "postgres/write.sql"),
    write_several: include_str!("postgres/write_several.sql").trim_ascii_end(),
    restore: include_str!("postgres/restore.sql").trim_ascii_end(),
    parameter: "$1",
};

impl Dialect {
    /// The statement of a query.
    pub(crate) fn of_query(&'static self, query: Query) -> &'static str {
        self.read(query).text
    }

    /// The statement of a write.
    pub(crate) fn of_write(&'static self) -> &'static str {
        self.write.text
    }

    /// The statement a request runs.
    pub(crate) fn of_request(&'static self, request: &Request) -> &'static Sql {
        match request.operation {
            Operation::Write => &self.write,
            Operation::Read => self.read(request.query),
        }
    }

    fn read(&'static self, query: Query) -> &'static Sql {
        match query {
            Query::Lookup => &self.lookup,
            Query::Page => &self.page,
            Query::Report => &self.report,
        }
    }
}
