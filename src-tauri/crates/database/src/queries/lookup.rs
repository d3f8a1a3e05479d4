use serde::{Deserialize, Serialize};
use trace::ProductId;

use super::Columns;

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
    pub(super) fn from_row(row: &impl Columns) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.unsigned(0)?,
            category_id: row.unsigned(1)?,
            name: row.owned(2)?,
            maker: row.owned(3)?,
            description: row.owned(4)?,
            price_cents: row.unsigned(5)?,
            stock: row.unsigned(6)?,
            version: row.unsigned(7)?,
        })
    }
}
