//! Builds the catalogue into a schema of its own, in one transaction: it is there whole, or not at all.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use super::SCHEMA;
use super::copied::{Copied, HEADER, TRAILER};
use super::opening::mark;
use crate::catalogue::{Batch, Rows, Size, batches};
use crate::progress::{Meter, Progress};

/// Keys and indexes, made when the rows are in: each a table and a statement.
const AFTERWARDS: [(&str, &str); 9] = [
    ("categories", "ALTER TABLE cachescope.categories ADD PRIMARY KEY (id)"),
    ("products", "ALTER TABLE cachescope.products ADD PRIMARY KEY (id)"),
    ("reviews", "ALTER TABLE cachescope.reviews ADD PRIMARY KEY (id)"),
    ("orders", "ALTER TABLE cachescope.orders ADD PRIMARY KEY (id)"),
    ("order_items", "ALTER TABLE cachescope.order_items ADD PRIMARY KEY (order_id, product_id)"),
    ("products", "CREATE INDEX products_of_category ON cachescope.products (category_id)"),
    ("reviews", "CREATE INDEX reviews_of_product ON cachescope.reviews (product_id, written_on)"),
    ("reviews", "CREATE INDEX ratings_of_product ON cachescope.reviews (product_id, rating)"),
    ("order_items", "CREATE INDEX orders_of_product ON cachescope.order_items (product_id)"),
];

/// What refers to what, checked once all rows and keys are there.
const REFERENCES: &str = "
    ALTER TABLE cachescope.products ADD FOREIGN KEY (category_id) REFERENCES cachescope.categories (id);
    ALTER TABLE cachescope.reviews ADD FOREIGN KEY (product_id) REFERENCES cachescope.products (id);
    ALTER TABLE cachescope.order_items ADD FOREIGN KEY (order_id) REFERENCES cachescope.orders (id);
    ALTER TABLE cachescope.order_items ADD FOREIGN KEY (product_id) REFERENCES cachescope.products (id)";

/// Tells the planner how many rows each index value has.
const ANALYZE: &str = "ANALYZE cachescope.categories, cachescope.products, cachescope.reviews, cachescope.orders, \
                       cachescope.order_items";

/// Whoever builds here holds this lock until the end of its transaction; another one waits for it, and finds the schema there.
/// The number is "CSCP" in ASCII.
const BEGIN: &str = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                     SET LOCAL maintenance_work_mem = '256MB'; SELECT pg_advisory_xact_lock(1129530192)";

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Built {
    /// The catalogue is there.
    Whole,
    /// Somebody else has made the schema meanwhile; nothing was done.
    ByAnother,
    /// The generator ended early; nothing is left of it. A defect of ours.
    Incomplete { done: u64, total: u64 },
}

/// Builds the catalogue of that size. When it fails, or is dropped halfway, the connection is of no more use, and the server
/// undoes what was done.
pub(crate) async fn build(
    connection: &mut PgConnection,
    size: Size,
    progress: impl FnMut(Progress),
) -> Result<Built, sqlx::Error> {
    sqlx::raw_sql(BEGIN).execute(&mut *connection).await?;
    // By the simple protocol: an open portal would forbid FREEZE.
    let there = sqlx::raw_sql("SELECT 1 FROM pg_namespace WHERE nspname = 'cachescope'");
    if there.fetch_optional(&mut *connection).await?.is_some() {
        sqlx::raw_sql("ROLLBACK").execute(connection).await?;
        return Ok(Built::ByAnother);
    }
    sqlx::raw_sql(SCHEMA).execute(&mut *connection).await?;
    let rows = Rows::of(size);
    let mut meter = Meter::new(size, &rows, AFTERWARDS.map(|(table, _)| table), progress);
    copy(connection, rows, &mut meter).await?;
    for (table, statement) in AFTERWARDS {
        meter.at(table);
        sqlx::raw_sql(statement).execute(&mut *connection).await?;
        meter.add(meter.rows_of(table));
    }
    sqlx::raw_sql(REFERENCES).execute(&mut *connection).await?;
    sqlx::raw_sql(ANALYZE).execute(&mut *connection).await?;
    if meter.done != meter.total {
        sqlx::raw_sql("ROLLBACK").execute(connection).await?;
        return Ok(Built::Incomplete { done: meter.done, total: meter.total });
    }
    let marked = format!("COMMENT ON SCHEMA cachescope IS '{}'", mark(size).replace('\'', "''"));
    sqlx::raw_sql(AssertSqlSafe(marked)).execute(&mut *connection).await?;
    sqlx::raw_sql("COMMIT").execute(connection).await?;
    Ok(Built::Whole)
}

/// Copies every row, table by table.
async fn copy(
    connection: &mut PgConnection,
    rows: Rows,
    meter: &mut Meter<impl FnMut(Progress)>,
) -> Result<(), sqlx::Error> {
    let mut batches = batches::<Copied>(rows);
    let mut next = batches.recv().await;
    while let Some(Batch { table, columns, .. }) = &next {
        let table = *table;
        meter.at(table);
        // FREEZE: the rows are as good as vacuumed at once, so that an index alone can answer. Nobody sees the table yet.
        let columns = columns.join(", ");
        let copy = format!("COPY cachescope.{table} ({columns}) FROM STDIN WITH (FORMAT binary, FREEZE)");
        let mut copying = connection.copy_in_raw(&copy).await?;
        copying.send(HEADER).await?;
        while let Some(batch) = next.take_if(|batch| batch.table == table) {
            copying.send(batch.values.0).await?;
            meter.add(batch.rows as u64);
            next = batches.recv().await;
        }
        copying.send(TRAILER).await?;
        copying.finish().await?;
    }
    Ok(())
}
