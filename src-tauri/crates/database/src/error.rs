use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::ServerError;

/// Why the catalogue could not be opened, built or asked. Each displays as sentences that say what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder, or what should be a folder above it, is a file.
    #[error("The data folder cannot be {}, since that is not a folder. Choose another with --data-dir.", path.display())]
    NotAFolder {
        /// The folder asked for.
        path: PathBuf,
    },

    /// The folder may not be written to.
    #[error(
        "Cachescope may not write in the data folder {}. Make it writable, or choose another with --data-dir.",
        path.display()
    )]
    FolderNotWritable {
        /// The folder.
        path: PathBuf,
    },

    /// There is no room left.
    #[error(
        "The disk that holds {} is full. Free some space and try again; nothing half-finished was left behind.",
        path.display()
    )]
    DiskFull {
        /// The file that did not fit.
        path: PathBuf,
    },

    /// A file that cannot be used could not be moved out of the way.
    #[error(
        "The catalogue {} cannot be used, since {reason}, and could not be moved out of the way: {source}. Move or delete \
         it yourself, then start again.",
        path.display()
    )]
    SetAside {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as the end of a sentence.
        reason: String,
        /// Why it could not be renamed.
        source: io::Error,
    },

    /// The operating system refused something else.
    #[error("{} cannot be used: {source}. Put that right, or choose another data folder with --data-dir.", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// SQLite found pages that make no sense.
    #[error(
        "The catalogue {} is damaged ({reason}). Start Cachescope again: it then checks the file, keeps it aside if it \
         is beyond use and builds a new one.",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },

    /// The file is a sound database but not the catalogue any more.
    #[error(
        "The catalogue {} was changed by another program and no longer answers ({reason}). Undo that change, or move the \
         file away and start again: a new one is then built.",
        path.display()
    )]
    Altered {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },

    /// Another program holds the database's lock.
    #[error(
        "The catalogue {} is locked by another program, and stayed so for {} seconds. End that program's transaction, \
         then try again.",
        path.display(),
        crate::sqlite::BUSY_TIMEOUT.as_secs()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },

    /// A fault that was asked for: nothing was sent to the database.
    #[error("The database is down, by a fault that is switched on; nothing was asked of it. Switch the fault off.")]
    DownOnPurpose,

    /// A fault that was asked for: a transaction of ours held the lock for longer than the database waits.
    #[error(
        "The database is locked, by a fault that is switched on, and stayed so for {} seconds. Switch the fault off.",
        crate::sqlite::BUSY_TIMEOUT.as_secs()
    )]
    LockedOnPurpose,

    /// The file, or its folder, may not be written to.
    #[error("The catalogue {} may only be read. Make the file and its folder writable, then start again.", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },

    /// The database was closed.
    #[error("The catalogue is closed, since Cachescope is ending.")]
    Closed,

    /// The generator ended early; a defect of ours.
    #[error(
        "The catalogue was not finished: {done} of {total} rows were made. Please report this; start again to retry."
    )]
    Incomplete {
        /// Rows made.
        done: u64,
        /// Rows there should be.
        total: u64,
    },

    /// A PostgreSQL server could not be reached, or did not do what it was asked.
    #[error(transparent)]
    Server(#[from] ServerError),

    /// A catalogue on a server is not ours to copy.
    #[error("A catalogue on a PostgreSQL server is not copied.")]
    NotCopied,

    /// SQLite said something else.
    #[error(
        "SQLite could not work with the catalogue {}: {source}. Try again; if it stays so, move the file away and start \
         again: a new one is then built.",
        path.display()
    )]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: sqlx::Error,
    },
}

impl Error {
    /// Whether all that is missing is that its user agrees to a schema.
    #[must_use]
    pub fn asks_to_create(&self) -> bool {
        matches!(self, Self::Server(ServerError::NoCatalogue { .. }))
    }

    /// Says what went wrong with a file or folder of ours.
    pub(crate) fn of_file(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::File { path, source },
        }
    }

    /// Says what went wrong with the data folder, or with making a file in it.
    pub(crate) fn of_folder(folder: &Path, source: io::Error) -> Self {
        let path = folder.to_path_buf();
        match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::FolderNotWritable { path },
            ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Self::NotAFolder { path },
            _ => Self::of_file(folder, source),
        }
    }

    /// Says what SQLite meant.
    pub(crate) fn of_sqlite(path: &Path, source: sqlx::Error) -> Self {
        let path = path.to_path_buf();
        // The lowest byte of an extended result code is the primary one: https://www.sqlite.org/rescode.html
        let code =
            source.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok()).map(|code| code & 0xff);
        match (code, &source) {
            // "no such table: reviews"
            (Some(1), _) | (None, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                Self::Altered { path, reason: text_of(&source) }
            }
            (Some(5 | 6), _) => Self::Locked { path },
            (Some(8), _) => Self::ReadOnly { path },
            (Some(11 | 26), _) => Self::Damaged { path, reason: text_of(&source) },
            (Some(13), _) => Self::DiskFull { path },
            _ => Self::Sqlite { path, source },
        }
    }
}

fn text_of(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
