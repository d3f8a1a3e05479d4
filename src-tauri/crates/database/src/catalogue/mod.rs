//! What is in the catalogue: how big it is, its schema and its rows.

mod batch;
mod calendar;
mod dice;
mod popularity;
mod rows;
mod size;
mod words;

pub(crate) use batch::Batch;
pub(crate) use rows::Rows;
pub use size::Size;

/// The number of this generator, kept in the file's `user_version`. Raise it with every change to the schema or to any
/// row, and renew the checksums in the tests.
pub(crate) const GENERATOR: u32 = 1;

/// "CSCP", kept in the file's `application_id`: what tells a catalogue from any other SQLite file.
pub(crate) const APPLICATION_ID: u32 = 0x4353_4350;

/// The tables.
pub(crate) const SCHEMA: &str = include_str!("schema.sql");

/// The indexes, made when the rows are in: each a table and a statement. Sorting all entries at once is faster than
/// finding each one's place.
pub(crate) const INDEXES: [(&str, &str); 4] = [
    ("products", "CREATE INDEX products_of_category ON products (category_id)"),
    ("reviews", "CREATE INDEX reviews_of_product ON reviews (product_id, written_on)"),
    ("reviews", "CREATE INDEX ratings_of_product ON reviews (product_id, rating)"),
    ("order_items", "CREATE INDEX orders_of_product ON order_items (product_id)"),
];
