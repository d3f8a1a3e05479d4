use std::io;
use std::path::PathBuf;

/// Why the laboratory did not do what it was asked. The message is for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked makes no sense. Nothing was changed.
    #[error("{0}")]
    Invalid(String),
    /// The catalogue is not open yet, or could not be opened. Nothing was sent.
    #[error("{0}")]
    NotReady(String),
    /// The cache did not do it.
    #[error("Nothing was changed: {0}.")]
    Cache(#[from] cache::Error),
    /// The server could not be asked what it holds or does.
    #[error("The server could not be looked into: {0}.")]
    Look(#[source] cache::Error),
    /// The settings could not be written. They hold until the app is closed.
    #[error(
        "The settings hold until Cachescope is closed, but could not be kept in {}: {source}. Make the folder writable, \
         or start with --data-dir and another folder.", .path.display()
    )]
    SettingsNotKept {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The recordings could not be read or written.
    #[error("{0}")]
    Recording(#[from] recording::Error),
    /// The rows could not be put back as they were generated.
    #[error("The rows could not be put back: {0}")]
    Rows(#[from] database::Error),
    /// A second side could not be opened beside the first. There is one stage, as before.
    #[error("The Stage was not split: {0}")]
    NotSplit(String),
    /// A thread or a runtime could not be started.
    #[error("Cachescope could not start: {0}. Close other programs and try again.")]
    Start(#[source] io::Error),
    /// The laboratory is being closed.
    #[error("Cachescope is closing; nothing was sent.")]
    Closing,
}
