use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Error, Row};

/// A row of either database, as far as it is read here: by the numbers of its columns, from 0.
pub(crate) trait Columns {
    /// A whole number.
    fn number(&self, column: usize) -> Result<i64, Error>;

    /// A text.
    fn text(&self, column: usize) -> Result<&str, Error>;

    /// A number of ours is never negative, and fits; one that somebody else made otherwise is an error rather than a huge
    /// price.
    fn unsigned<T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>>(
        &self,
        column: usize,
    ) -> Result<T, Error> {
        T::try_from(self.number(column)?).map_err(|error| Error::Decode(Box::new(error)))
    }

    /// A text of one's own.
    fn owned(&self, column: usize) -> Result<String, Error> {
        self.text(column).map(str::to_owned)
    }

    /// A column that holds JSON: the lists of an answer, gathered by the statement itself.
    fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, Error> {
        serde_json::from_str(self.text(column)?).map_err(|error| Error::Decode(Box::new(error)))
    }
}

impl Columns for SqliteRow {
    fn number(&self, column: usize) -> Result<i64, Error> {
        self.try_get(column)
    }

    fn text(&self, column: usize) -> Result<&str, Error> {
        self.try_get(column)
    }
}

impl Columns for PgRow {
    fn number(&self, column: usize) -> Result<i64, Error> {
        self.try_get(column)
    }

    fn text(&self, column: usize) -> Result<&str, Error> {
        self.try_get(column)
    }
}
