//! How far the building of a catalogue is.

use crate::catalogue::{Rows, Size, TABLES};

/// How far a build is. Given often enough for a smooth bar: after every half per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table that is being filled or indexed.
    pub table: &'static str,
    /// Rows written so far, of all tables; every index of a table counts its rows once more.
    pub done_rows: u64,
    /// Rows to be written, counted likewise.
    pub total_rows: u64,
}

/// Counts rows, and says so when it shows.
pub(crate) struct Meter<F> {
    size: Size,
    order_items: u64,
    table: &'static str,
    pub(crate) done: u64,
    pub(crate) total: u64,
    told: Option<(&'static str, u64)>,
    tell: F,
}

impl<F: FnMut(Progress)> Meter<F> {
    /// `indexed` names a table once for each index it gets.
    pub(crate) fn new(size: Size, rows: &Rows, indexed: impl IntoIterator<Item = &'static str>, tell: F) -> Self {
        let order_items = rows.count_order_items();
        let mut meter = Self { size, order_items, table: TABLES[0], done: 0, total: 0, told: None, tell };
        meter.total = TABLES.into_iter().chain(indexed).map(|table| meter.rows_of(table)).sum();
        meter
    }

    pub(crate) fn rows_of(&self, table: &str) -> u64 {
        match table {
            "categories" => self.size.categories(),
            "products" => self.size.products(),
            "reviews" => self.size.reviews(),
            "orders" => self.size.orders(),
            _ => self.order_items,
        }
    }

    pub(crate) fn at(&mut self, table: &'static str) {
        self.table = table;
        self.tell();
    }

    pub(crate) fn add(&mut self, rows: u64) {
        self.done += rows;
        self.tell();
    }

    fn tell(&mut self) {
        let now = Some((self.table, self.done * 200 / self.total));
        if self.told != now {
            self.told = now;
            (self.tell)(Progress { table: self.table, done_rows: self.done, total_rows: self.total });
        }
    }
}
