//! Rows in the binary format of COPY: https://www.postgresql.org/docs/current/sql-copy.html (Binary Format).
//!
//! Rather than text: nothing has to be escaped here, nor parsed there.

use crate::catalogue::Values;

/// What comes before the first row: a signature, no flags, no extension.
pub(crate) const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What comes after the last: a row of -1 columns.
pub(crate) const TRAILER: &[u8] = &(-1_i16).to_be_bytes();

/// The bytes of some rows.
#[derive(Default)]
pub(crate) struct Copied(pub(crate) Vec<u8>);

impl Values for Copied {
    /// About 100 kB of reviews.
    const BATCH: usize = 500;

    fn row(&mut self, columns: usize) {
        self.0.extend_from_slice(&(columns as i16).to_be_bytes());
    }

    fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        self.0.extend_from_slice(&8_i32.to_be_bytes());
        self.0.extend_from_slice(&(number.into() as i64).to_be_bytes());
        self
    }

    fn text(&mut self, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        self.0.extend_from_slice(&(text.len() as i32).to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_number_of_columns_and_each_with_its_length() {
        let mut copied = Copied::default();
        copied.row(2);
        copied.number(258_u64).text("né");
        assert_eq!(copied.0, b"\0\x02\0\0\0\x08\0\0\0\0\0\0\x01\x02\0\0\0\x03n\xc3\xa9");
        assert_eq!((HEADER.len(), TRAILER), (19, &b"\xff\xff"[..]));
    }
}
