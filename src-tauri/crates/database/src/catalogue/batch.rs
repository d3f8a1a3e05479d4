//! Rows on their way into a table: hundreds in one INSERT, since each statement costs a hand-off to SQLite's thread.

use sqlx::Arguments;
use sqlx::sqlite::SqliteArguments;

use super::rows::{Category, Order, OrderItem, Product, Review};

/// How many rows one INSERT holds. Building `small` with 1 took 54 s, with 16 to 128 about 1.4 s, with 256 1.2 s and with
/// 512 1.0 s, where batches begin to be longer than a frame of the progress bar in a debug build.
pub(crate) const BATCH: usize = 256;

/// What can be inserted.
pub(crate) trait Row {
    /// The table it goes into.
    const TABLE: &'static str;
    /// The columns it fills, in the order of [`bind`](Self::bind).
    const COLUMNS: &'static [&'static str];
    /// Adds its values.
    fn bind(self, values: &mut Values);
}

/// The values of some rows, in order.
#[derive(Default)]
pub(crate) struct Values(pub(crate) SqliteArguments);

impl Values {
    fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        // SQLite's integers are signed; every number here is far below 2^63. Encoding one cannot fail.
        let _ = self.0.add(number.into() as i64);
        self
    }

    fn text(&mut self, text: impl Into<String>) -> &mut Self {
        let _ = self.0.add(text.into());
        self
    }
}

/// Some rows of one table.
pub(crate) struct Batch {
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) rows: usize,
    pub(crate) values: Values,
}

impl Batch {
    /// Takes the next rows off; `None` when there are none left.
    pub(crate) fn next<R: Row>(rows: &mut impl Iterator<Item = R>) -> Option<Self> {
        let mut batch = Self { table: R::TABLE, columns: R::COLUMNS, rows: 0, values: Values::default() };
        batch.values.0.reserve(BATCH * R::COLUMNS.len(), 0);
        for row in rows.take(BATCH) {
            row.bind(&mut batch.values);
            batch.rows += 1;
        }
        (batch.rows > 0).then_some(batch)
    }

    /// `INSERT INTO … VALUES (?, …), …`: the same text for every full batch of a table, so that it is prepared once.
    pub(crate) fn sql(&self) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(", "));
        format!("INSERT INTO {} ({}) VALUES {}", self.table, self.columns.join(", "), vec![&*row; self.rows].join(", "))
    }
}

impl Row for Category {
    const TABLE: &'static str = "categories";
    const COLUMNS: &'static [&'static str] = &["id", "name"];

    fn bind(self, values: &mut Values) {
        values.number(self.id).text(self.name);
    }
}

impl Row for Product {
    const TABLE: &'static str = "products";
    const COLUMNS: &'static [&'static str] =
        &["id", "category_id", "name", "maker", "description", "price_cents", "stock"];

    fn bind(self, values: &mut Values) {
        values.number(self.id).number(self.category_id).text(self.name).text(self.maker).text(self.description);
        values.number(self.price_cents).number(self.stock);
    }
}

impl Row for Review {
    const TABLE: &'static str = "reviews";
    const COLUMNS: &'static [&'static str] = &["id", "product_id", "author", "rating", "title", "body", "written_on"];

    fn bind(self, values: &mut Values) {
        values.number(self.id).number(self.product_id).text(self.author).number(self.rating);
        values.text(self.title).text(self.body).text(self.written_on);
    }
}

impl Row for Order {
    const TABLE: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &["id", "customer", "ordered_on"];

    fn bind(self, values: &mut Values) {
        values.number(self.id).text(self.customer).text(self.ordered_on);
    }
}

impl Row for OrderItem {
    const TABLE: &'static str = "order_items";
    const COLUMNS: &'static [&'static str] = &["order_id", "product_id", "quantity", "price_cents"];

    fn bind(self, values: &mut Values) {
        values.number(self.order_id).number(self.product_id).number(self.quantity).number(self.price_cents);
    }
}
