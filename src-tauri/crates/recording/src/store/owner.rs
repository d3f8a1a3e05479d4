//! Who is writing a recording: the program that holds the lock of a file of its name. The system lets go of the lock when
//! that program ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::Error;

/// Held for as long as a recording is written.
#[derive(Debug)]
pub(super) struct Owner {
    path: PathBuf,
    _locked: File,
}

impl Owner {
    /// Becomes the owner of a recording of that key; `None` where another program is.
    pub(super) fn of(folder: &Path, key: &str) -> Result<Option<Self>, Error> {
        let path = folder.join(format!("recording-{key}.lock"));
        let failed = |source| Error::Io { path: path.clone(), source };
        let file = File::create(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { path, _locked: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
