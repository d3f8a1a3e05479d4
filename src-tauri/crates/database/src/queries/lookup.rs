use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use trace::ProductId;

pub(super) const SQL: &str = include_str!("lookup.sql").trim_ascii_end();
pub(super) const EXPLAIN: &str = concat!("EXPLAIN QUERY PLAN ", include_str!("lookup.sql"));

/// A product's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its number, from 1; popular products come first.
    pub id: ProductId,
    /// Number of its category.
    pub category_id: u32,
    /// What it is called.
    pub name: String,
    /// Who makes it.
    pub maker: String,
    /// Three sentences about it.
    pub description: String,
    /// What it costs, in cents.
    pub price_cents: u64,
    /// How many are in stock.
    pub stock: u32,
    /// 1 as generated, and one more with every write.
    pub version: u64,
}

impl Product {
    /// The first eight columns of the row.
    pub(super) fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            category_id: row.try_get(1)?,
            name: row.try_get(2)?,
            maker: row.try_get(3)?,
            description: row.try_get(4)?,
            price_cents: unsigned(row, 5)?,
            stock: row.try_get(6)?,
            version: unsigned(row, 7)?,
        })
    }
}

/// A number of ours is never negative; one that somebody else made so is an error rather than a huge price.
pub(super) fn unsigned(row: &SqliteRow, column: usize) -> Result<u64, sqlx::Error> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
