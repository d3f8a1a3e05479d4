use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// The folder everything is kept in.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    /// Where the wanted folder cannot be written: one that goes when the app does.
    temporary: Mutex<Option<TempDir>>,
}

impl DataDir {
    /// Makes sure the folder is there and can be written. Where it cannot, a temporary one takes its place, and the
    /// second value says so: a class can go on.
    pub(crate) fn prepare(wanted: &Path) -> io::Result<(Self, Option<String>)> {
        match writable(wanted) {
            Ok(()) => Ok((Self { path: wanted.to_owned(), temporary: Mutex::default() }, None)),
            Err(error) => {
                let temporary = TempDir::with_prefix("cachescope-")?;
                let notice = format!(
                    "The data folder {} cannot be written ({error}). Cachescope uses {} until it is closed; settings and \
                     writes made now will not be kept. Make the folder writable, or start with --data-dir and another \
                     folder.",
                    wanted.display(),
                    temporary.path().display()
                );
                Ok((Self { path: temporary.path().to_owned(), temporary: Mutex::new(Some(temporary)) }, Some(notice)))
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes a temporary folder. The window ends its process without dropping anything.
    pub(crate) fn discard_temporary(&self) {
        drop(self.temporary.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Makes the folder and tries a file in it: the only proof there is.
fn writable(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_made() {
        let parent = TempDir::new().expect("a temporary folder");
        let wanted = parent.path().join("a/b");
        let (dir, notice) = DataDir::prepare(&wanted).expect("it can be made");
        assert_eq!((dir.path(), notice), (wanted.as_path(), None));
    }

    #[test]
    fn a_folder_that_cannot_be_written_gives_way_to_a_temporary_one_with_a_notice() {
        let parent = TempDir::new().expect("a temporary folder");
        let file = parent.path().join("file");
        fs::write(&file, "in the way").expect("the file is written");
        let (dir, notice) = DataDir::prepare(&file.join("data")).expect("a temporary one is made");
        assert!(dir.path().is_dir());
        assert!(notice.expect("a notice").contains("--data-dir"));
        dir.discard_temporary();
        assert!(!dir.path().exists());
        assert_eq!(fs::read_to_string(&file).expect("still there"), "in the way");
    }
}
