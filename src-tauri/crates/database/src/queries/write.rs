use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use trace::ProductId;

use super::lookup::unsigned;

pub(super) const SQL: &str = include_str!("write.sql").trim_ascii_end();
/// Several writes of one product in one.
pub(super) const SQL_OF_SEVERAL: &str = include_str!("write_several.sql").trim_ascii_end();
pub(super) const EXPLAIN: &str = concat!("EXPLAIN QUERY PLAN ", include_str!("write.sql"));

/// What a write made of a product's row: a cent more, and one version later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The product's number.
    pub id: ProductId,
    /// What it costs now, in cents.
    pub price_cents: u64,
    /// How often the row was written, and one.
    pub version: u64,
}

impl Written {
    /// What so many more writes make of it.
    #[must_use]
    pub fn after(&self, writes: u32) -> Self {
        let writes = u64::from(writes);
        Self { id: self.id, price_cents: self.price_cents + writes, version: self.version + writes }
    }

    pub(crate) fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self { id: row.try_get(0)?, price_cents: unsigned(row, 1)?, version: unsigned(row, 2)? })
    }
}
