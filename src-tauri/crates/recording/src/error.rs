use std::io;
use std::path::PathBuf;

/// Why a recording could not be written or read. The message is for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such recording.
    #[error("There is no recording {0}.")]
    NotFound(String),
    /// What was asked makes no sense. Nothing was changed.
    #[error("{0}")]
    Invalid(String),
    /// The disk is full. What was written before is kept.
    #[error("The disk that holds {} is full. What was recorded until then is kept. Make room and record again.", .0.display())]
    Full(PathBuf),
    /// The store was made by a newer version. It is left as it is.
    #[error("The recordings in {} were made by a newer version of Cachescope. Update it, or start with --data-dir and another folder.", .0.display())]
    Newer(PathBuf),
    /// The store's bytes make no sense.
    #[error("The recordings in {} are damaged ({reason}). At the next start they are kept aside and new ones are begun.", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// The folder or file could not be used.
    #[error("{} could not be used: {source}.", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite refused.
    #[error("The recordings in {} could not be read or written: {source}.", .path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: sqlx::Error,
    },
}

/// SQLite's code for a full disk (https://www.sqlite.org/rescode.html).
const FULL: &str = "13";
/// A file whose pages make no sense, and one that is no database.
const DAMAGED: [&str; 2] = ["11", "26"];

impl Error {
    pub(crate) fn of_sqlite(path: &std::path::Path, error: sqlx::Error) -> Self {
        let path = path.to_path_buf();
        let code = error.as_database_error().and_then(|error| error.code()).map(|code| primary(&code));
        match code.as_deref() {
            Some(FULL) => Self::Full(path),
            Some(code) if DAMAGED.contains(&code) => Self::Damaged { path, reason: error.to_string() },
            _ => Self::Sqlite { path, source: error },
        }
    }
}

/// SQLite's extended codes hold the primary one in their lowest byte.
fn primary(code: &str) -> String {
    code.parse::<u32>().map_or_else(|_| code.to_owned(), |code| (code & 0xff).to_string())
}
