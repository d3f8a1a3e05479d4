//! Rows on their way into a table, some at a time: each statement costs a hand-off or a round trip.

use tokio::sync::mpsc;

use super::Rows;
use super::rows::{Category, Order, OrderItem, Product, Review};

/// What can be put into a table.
pub(crate) trait Row {
    /// The table it goes into.
    const TABLE: &'static str;
    /// The columns it fills, in the order of [`bind`](Self::bind).
    const COLUMNS: &'static [&'static str];
    /// Adds its values.
    fn bind(self, values: &mut impl Values);
}

/// The values of some rows, in order, as one database wants to be handed them.
pub(crate) trait Values: Default + Send + 'static {
    /// How many rows are handed over at once.
    const BATCH: usize;
    /// A row of so many columns begins.
    fn row(&mut self, columns: usize);
    /// Adds a number; all here are far below 2^63.
    fn number(&mut self, number: impl Into<u64>) -> &mut Self;
    /// Adds a text.
    fn text(&mut self, text: impl Into<String>) -> &mut Self;
}

/// Some rows of one table.
pub(crate) struct Batch<V> {
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) rows: usize,
    pub(crate) values: V,
}

/// How many batches wait for the database. One: while it takes a batch the next is made. Four were measured to be no faster.
const AHEAD: usize = 1;

/// Makes the rows of every table on a thread of its own, those that others refer to first.
pub(crate) fn batches<V: Values>(rows: Rows) -> mpsc::Receiver<Batch<V>> {
    let (send, batches) = mpsc::channel(AHEAD);
    // Ends by itself when nobody receives any more.
    tokio::task::spawn_blocking(move || {
        let _ = make(&rows, &send);
    });
    batches
}

fn make<V: Values>(rows: &Rows, send: &mpsc::Sender<Batch<V>>) -> Result<(), mpsc::error::SendError<Batch<V>>> {
    send_all(rows.categories(), send)?;
    send_all(rows.products(), send)?;
    send_all(rows.reviews(), send)?;
    send_all(rows.orders(), send)?;
    send_all(rows.order_items(), send)
}

fn send_all<R: Row, V: Values>(
    mut rows: impl Iterator<Item = R>,
    send: &mpsc::Sender<Batch<V>>,
) -> Result<(), mpsc::error::SendError<Batch<V>>> {
    while let Some(batch) = Batch::next(&mut rows) {
        send.blocking_send(batch)?;
    }
    Ok(())
}

impl<V: Values> Batch<V> {
    /// Takes the next rows off; `None` when there are none left.
    fn next<R: Row>(rows: &mut impl Iterator<Item = R>) -> Option<Self> {
        let mut batch = Self { table: R::TABLE, columns: R::COLUMNS, rows: 0, values: V::default() };
        for row in rows.take(V::BATCH) {
            batch.values.row(R::COLUMNS.len());
            row.bind(&mut batch.values);
            batch.rows += 1;
        }
        (batch.rows > 0).then_some(batch)
    }
}

impl Row for Category {
    const TABLE: &'static str = "categories";
    const COLUMNS: &'static [&'static str] = &["id", "name"];

    fn bind(self, values: &mut impl Values) {
        values.number(self.id).text(self.name);
    }
}

impl Row for Product {
    const TABLE: &'static str = "products";
    const COLUMNS: &'static [&'static str] =
        &["id", "category_id", "name", "maker", "description", "price_cents", "stock"];

    fn bind(self, values: &mut impl Values) {
        values.number(self.id).number(self.category_id).text(self.name).text(self.maker).text(self.description);
        values.number(self.price_cents).number(self.stock);
    }
}

impl Row for Review {
    const TABLE: &'static str = "reviews";
    const COLUMNS: &'static [&'static str] = &["id", "product_id", "author", "rating", "title", "body", "written_on"];

    fn bind(self, values: &mut impl Values) {
        values.number(self.id).number(self.product_id).text(self.author).number(self.rating);
        values.text(self.title).text(self.body).text(self.written_on);
    }
}

impl Row for Order {
    const TABLE: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &["id", "customer", "ordered_on"];

    fn bind(self, values: &mut impl Values) {
        values.number(self.id).text(self.customer).text(self.ordered_on);
    }
}

impl Row for OrderItem {
    const TABLE: &'static str = "order_items";
    const COLUMNS: &'static [&'static str] = &["order_id", "product_id", "quantity", "price_cents"];

    fn bind(self, values: &mut impl Values) {
        values.number(self.order_id).number(self.product_id).number(self.quantity).number(self.price_cents);
    }
}
