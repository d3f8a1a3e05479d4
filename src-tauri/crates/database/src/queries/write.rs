use serde::{Deserialize, Serialize};
use trace::ProductId;

use super::Columns;

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

    pub(crate) fn from_row(row: &impl Columns) -> Result<Self, sqlx::Error> {
        Ok(Self { id: row.unsigned(0)?, price_cents: row.unsigned(1)?, version: row.unsigned(2)? })
    }
}
