//! The tables of the catalogue as they stand there, some rows at a time, and which of them a request's statement reads.
//!
//! Which rows those are is asked of the database by the same conditions that the statements in `queries/` have: an answer does
//! not tell, since most of what a statement reads goes into sums.

use trace::{ProductId, Query};

use crate::queries::Columns;

/// How many rows there are to a page.
pub(crate) const PAGE: i64 = 50;

/// How much of a text is shown, in characters.
const SHOWN: usize = 160;

/// A table that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// What is sold.
    Products,
    /// What kinds of it there are.
    Categories,
    /// What buyers wrote.
    Reviews,
    /// Who ordered, and when.
    Orders,
}

/// What a request did to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsRead {
    /// It ran the statement of that query.
    By(Query),
    /// It wrote its product's row.
    Written,
}

/// Some rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// In the order of their numbers.
    pub rows: Vec<Row>,
    /// How many the table has.
    pub total: u64,
    /// How many of them are read.
    pub read: u64,
    /// The number of the first that is.
    pub first_read: Option<u32>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, the primary key.
    pub id: u32,
    /// What it holds, by [`Table::columns`]; long texts cut.
    pub cells: Vec<String>,
    /// Whether it is read.
    pub read: bool,
}

impl Table {
    /// The names of its columns.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Products => &["id", "category_id", "name", "maker", "description", "price_cents", "stock", "version"],
            Self::Categories => &["id", "name"],
            Self::Reviews => &["id", "product_id", "author", "rating", "title", "body", "written_on"],
            Self::Orders => &["id", "customer", "ordered_on"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Categories => "categories",
            Self::Reviews => "reviews",
            Self::Orders => "orders",
        }
    }

    /// A condition for the rows that are read, of product `$1`.
    fn read_by(self, read: Option<RowsRead>, schema: &str) -> String {
        let category = format!("(SELECT category_id FROM {schema}products WHERE id = $1)");
        let shelf = format!("SELECT id FROM {schema}products WHERE category_id = {category}");
        match (self, read) {
            (Self::Products, Some(RowsRead::Written | RowsRead::By(Query::Lookup))) => "id = $1".to_owned(),
            (Self::Products, Some(RowsRead::By(Query::Page))) => format!(
                "category_id = {category} OR id IN (
                    SELECT other.product_id FROM {schema}order_items AS this
                    JOIN {schema}order_items AS other ON other.order_id = this.order_id
                    WHERE this.product_id = $1 AND other.product_id <> $1
                    GROUP BY other.product_id ORDER BY count(*) DESC, other.product_id LIMIT 5
                )"
            ),
            (Self::Products, Some(RowsRead::By(Query::Report))) => format!("category_id = {category}"),
            (Self::Categories, Some(RowsRead::By(Query::Page | Query::Report))) => format!("id = {category}"),
            (Self::Reviews, Some(RowsRead::By(Query::Page))) => format!("product_id IN ({shelf})"),
            (Self::Orders, Some(RowsRead::By(Query::Report))) => {
                format!("id IN (SELECT order_id FROM {schema}order_items WHERE product_id IN ({shelf}))")
            }
            _ => "$1 < 0".to_owned(),
        }
    }

    /// A page of the table: product `$1` decides which rows are read, `$2` is the first number.
    pub(crate) fn rows_sql(self, read: Option<RowsRead>, only_read: bool, schema: &str) -> String {
        let (table, condition) = (self.name(), self.read_by(read, schema));
        let cells: Vec<String> = self.columns().iter().map(|column| format!("CAST({column} AS TEXT)")).collect();
        let only = if only_read { format!("AND ({condition})") } else { String::new() };
        // In PostgreSQL the cells are called as their columns are, and would be ordered by.
        format!(
            "SELECT id, CASE WHEN {condition} THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END, {} FROM {schema}{table} AS shown WHERE id >= $2 {only} ORDER BY shown.id LIMIT {PAGE}",
            cells.join(", ")
        )
    }

    /// How many rows there are, how many are read, and the first that is; `$2` is not used.
    pub(crate) fn counts_sql(self, read: Option<RowsRead>, schema: &str) -> String {
        let (table, condition) = (self.name(), self.read_by(read, schema));
        format!(
            "SELECT (SELECT coalesce(max(id), 0) FROM {schema}{table}), count(*), coalesce(min(id), 0)
             FROM {schema}{table} WHERE ({condition}) AND CAST($2 AS bigint) IS NOT NULL"
        )
    }
}

impl Rows {
    pub(crate) fn from_rows(table: Table, rows: &[impl Columns], counts: &impl Columns) -> Result<Self, sqlx::Error> {
        let row = |row: &_| Row::from_row(table, row);
        let first: u32 = counts.unsigned(2)?;
        Ok(Self {
            rows: rows.iter().map(row).collect::<Result<_, _>>()?,
            total: counts.unsigned(0)?,
            read: counts.unsigned(1)?,
            first_read: (first > 0).then_some(first),
        })
    }
}

impl Row {
    fn from_row(table: Table, row: &impl Columns) -> Result<Self, sqlx::Error> {
        let cells = (2..2 + table.columns().len()).map(|column| row.text(column).map(shown));
        Ok(Self { id: row.unsigned(0)?, read: row.number(1)? != 0, cells: cells.collect::<Result<_, _>>()? })
    }
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is bound: the product, and the first number. Without a product no row is read.
pub(crate) fn bound(product: Option<ProductId>, from: u32) -> [i64; 2] {
    [product.map_or(0, i64::from), i64::from(from.max(1))]
}
