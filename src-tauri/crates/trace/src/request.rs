use std::fmt::{self, Display};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Number of a product in the catalogue; the first is 1.
pub type ProductId = u32;

/// What every key of ours begins with. Nothing outside it is touched on a server that is not ours.
pub const KEY_PREFIX: &str = "cachescope:";

/// What is asked of the database about a product, from cheap to dear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// The product's row, by primary key.
    Lookup,
    /// The product's page: category, rating histogram, newest reviews, bought together.
    #[default]
    Page,
    /// Best sellers of the product's category over a period; reads many rows.
    Report,
}

impl Query {
    /// Every query, from cheap to dear.
    pub const ALL: [Self; 3] = [Self::Lookup, Self::Page, Self::Report];

    /// The query's name, as it stands in keys, on the command line and in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Page => "page",
            Self::Report => "report",
        }
    }

    /// Whether its answer holds the product's row, which a write changes.
    #[must_use]
    pub fn holds_row(self) -> bool {
        self != Self::Report
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Query {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|query| query.name() == name)
            .ok_or_else(|| format!("there is no query \"{name}\"; the queries are lookup, page and report"))
    }
}

/// Whether a request reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Answer a query about a product.
    Read,
    /// Change a product's row.
    Write,
}

/// One read or write, by a client, of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
pub struct Request {
    /// Read or write.
    pub operation: Operation,
    /// Which product.
    pub product: ProductId,
    /// What is asked about it; a write touches every query's key.
    pub query: Query,
}

impl Request {
    /// A read of one query's answer about one product.
    #[must_use]
    pub fn read(product: ProductId, query: Query) -> Self {
        Self { operation: Operation::Read, product, query }
    }

    /// A write of one product.
    #[must_use]
    pub fn write(product: ProductId) -> Self {
        Self { operation: Operation::Write, product, query: Query::default() }
    }

    /// The key of this query's answer in the cache: `cachescope:{query}:{id}`.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.query, self.product)
    }

    /// The keys of every query's answer about this product: what a write deletes.
    #[must_use]
    pub fn keys_of_product(&self) -> [String; 3] {
        Query::ALL.map(|query| key(query, self.product))
    }
}

fn key(query: Query, product: ProductId) -> String {
    format!("{KEY_PREFIX}{query}:{product}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_query_and_product() {
        assert_eq!(Request::read(42, Query::Page).key(), "cachescope:page:42");
    }

    #[test]
    fn a_write_touches_the_keys_of_every_query() {
        assert_eq!(
            Request::write(7).keys_of_product(),
            ["cachescope:lookup:7", "cachescope:page:7", "cachescope:report:7"]
        );
    }

    #[test]
    fn a_query_is_read_by_its_name_and_a_wrong_name_is_told_the_right_ones() {
        assert_eq!("report".parse(), Ok(Query::Report));
        let error = "pages".parse::<Query>().expect_err("no such query");
        assert!(error.contains("lookup, page and report"), "{error}");
    }
}
