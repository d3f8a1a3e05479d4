use std::io;
use std::path::PathBuf;

/// Why a lesson could not be read or played. The message is for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A lesson's file makes no sense: the line, what is wrong and what to do.
    #[error("line {line}: {message}")]
    Unreadable {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong and what to do.
        message: String,
    },
    /// There is no such thing as was asked for. Nothing was changed.
    #[error("{0}")]
    Unknown(String),
    /// The laboratory did not do what the lesson wants.
    #[error("{0}")]
    Lab(#[from] lab::Error),
    /// Progress could not be kept.
    #[error(
        "Your progress could not be kept in {}: {source}. Make the folder writable, or start with --data-dir and another \
         folder.", .path.display()
    )]
    NotKept {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder or a file could not be read.
    #[error("{} could not be read: {source}.", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
