//! What is in the catalogue: how big it is and its rows, whichever database holds them.

mod batch;
mod calendar;
mod dice;
mod popularity;
mod rows;
mod size;
mod words;

pub(crate) use batch::{Batch, Values, batches};
pub(crate) use rows::Rows;
pub use size::Size;

/// The number of this generator, kept in the file's `user_version`, or in the comment on the schema. Raise it with every
/// change to the schema or to any row, and renew the checksums in the tests.
pub(crate) const GENERATOR: u32 = 1;

/// The tables, those that others refer to first.
pub(crate) const TABLES: [&str; 5] = ["categories", "products", "reviews", "orders", "order_items"];
