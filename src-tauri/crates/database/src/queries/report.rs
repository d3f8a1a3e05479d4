use serde::{Deserialize, Serialize};
use trace::ProductId;

use super::Columns;

/// What a category sold over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Number of the category.
    pub category_id: u32,
    /// What it is called.
    pub category: String,
    /// The first day of the period, such as `2025-01-01`.
    pub from: String,
    /// The last day of the period.
    pub to: String,
    /// How many of its products were sold at all.
    pub products_sold: u64,
    /// How many order lines there were.
    pub order_lines: u64,
    /// How many pieces were sold.
    pub units: u64,
    /// What they cost together, in cents.
    pub revenue_cents: u64,
    /// The ten products of the highest revenue, highest first.
    pub best_sellers: Vec<BestSeller>,
}

/// What a product sold over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestSeller {
    /// Its number.
    pub id: ProductId,
    /// What it is called.
    pub name: String,
    /// How many orders it is in.
    pub orders: u64,
    /// How many pieces were sold.
    pub units: u64,
    /// What they cost together, in cents.
    pub revenue_cents: u64,
}

impl Report {
    pub(super) fn from_row(row: &impl Columns) -> Result<Self, sqlx::Error> {
        Ok(Self {
            category_id: row.unsigned(0)?,
            category: row.owned(1)?,
            from: row.owned(2)?,
            to: row.owned(3)?,
            products_sold: row.unsigned(4)?,
            order_lines: row.unsigned(5)?,
            units: row.unsigned(6)?,
            revenue_cents: row.unsigned(7)?,
            best_sellers: row.json(8)?,
        })
    }
}
