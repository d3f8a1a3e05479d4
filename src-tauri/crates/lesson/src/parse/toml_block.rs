use recording::not_understood;
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::Error;

/// A piece of TOML in a lesson's file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) text: &'a str,
    /// The line of the file it begins in.
    pub(super) line: usize,
}

impl Block<'_> {
    /// What it says, as it was given.
    pub(super) fn table(self) -> Result<Table, Error> {
        toml::from_str(self.text).map_err(|error| self.unreadable(&error))
    }

    /// What it says, completed; a word that nobody understands is an error.
    pub(super) fn read<T: DeserializeOwned + Serialize>(self, complete: impl FnOnce(&mut Table)) -> Result<T, Error> {
        // First as it stands, since that knows where what is wrong stands.
        let _: T = toml::from_str(self.text).map_err(|error| self.unreadable(&error))?;
        let mut given = self.table()?;
        complete(&mut given);
        let read: T = given.clone().try_into().map_err(|error| self.unreadable(&error))?;
        let understood = Table::try_from(&read).unwrap_or_default();
        match not_understood(&Value::Table(given), &Value::Table(understood)) {
            Some(path) => {
                let word = path.rsplit('.').next().unwrap_or(&path);
                Err(Error::Unreadable {
                    line: self.line_of(word),
                    message: format!("There is no setting \"{path}\" here."),
                })
            }
            None => Ok(read),
        }
    }

    /// The line of the file in which that word is found first; that of the block where it is not.
    pub(super) fn line_of(self, word: &str) -> usize {
        let found = self.text.lines().position(|line| line.contains(word));
        self.line + found.unwrap_or(0)
    }

    fn unreadable(self, error: &toml::de::Error) -> Error {
        let start = error.span().map_or(0, |span| span.start);
        let before = self.text.as_bytes().iter().take(start).filter(|byte| **byte == b'\n').count();
        let message = format!("This TOML could not be read: {}.", error.message().trim_end_matches('.'));
        Error::Unreadable { line: self.line + before, message }
    }
}
