//! What is asked of the catalogue. Each query is one statement, so that it costs one hand-off to SQLite's thread, or one
//! round trip to PostgreSQL.

mod columns;
mod explain;
mod lookup;
mod page;
mod report;
mod sql;
mod write;

use serde::{Deserialize, Serialize};
use trace::Query;

pub(crate) use columns::Columns;
pub use explain::Statement;
pub(crate) use explain::indented;
pub use lookup::Product;
pub use page::{Category, Companion, Page, Ratings, Review};
pub use report::{BestSeller, Report};
pub(crate) use sql::{POSTGRES, SQLITE};
pub use write::Written;

/// What a query found, as plain data. As JSON it names the query: `{"page":{"product":{"id":42,…},…}}`.
///
/// Money is in whole cents, averages are in hundredths and days are text, so that it reads back from JSON exactly as it
/// was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The product's row.
    Lookup(Product),
    /// The product's page.
    Page(Page),
    /// The best sellers of the product's category.
    Report(Report),
}

impl Answer {
    /// The query this answers.
    #[must_use]
    pub fn query(&self) -> Query {
        match self {
            Self::Lookup(_) => Query::Lookup,
            Self::Page(_) => Query::Page,
            Self::Report(_) => Query::Report,
        }
    }

    /// Which version of the product's row it holds; `None` of one that holds none.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.product().map(|product| product.version)
    }

    /// The product's row in it, as a write sees it; `None` where it holds none.
    #[must_use]
    pub fn row(&self) -> Option<Written> {
        let Product { id, price_cents, version, .. } = *self.product()?;
        Some(Written { id, price_cents, version })
    }

    /// Makes of it what a later write of its product has made of the row. Says whether there was anything to do.
    pub fn bring_up_to(&mut self, row: &Written) -> bool {
        match self {
            Self::Lookup(product) | Self::Page(Page { product, .. })
                if product.id == row.id && product.version < row.version =>
            {
                (product.price_cents, product.version) = (row.price_cents, row.version);
                true
            }
            _ => false,
        }
    }

    fn product(&self) -> Option<&Product> {
        match self {
            Self::Lookup(product) | Self::Page(Page { product, .. }) => Some(product),
            Self::Report(_) => None,
        }
    }

    pub(crate) fn from_row(query: Query, row: &impl Columns) -> Result<Self, sqlx::Error> {
        Ok(match query {
            Query::Lookup => Self::Lookup(Product::from_row(row)?),
            Query::Page => Self::Page(Page::from_row(row)?),
            Query::Report => Self::Report(Report::from_row(row)?),
        })
    }
}
