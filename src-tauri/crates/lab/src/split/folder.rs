use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// What the folder of a second side is called; something that nobody else has follows.
const PREFIX: &str = "split-";

/// The file in it that its process holds locked: the system lets it go however that process ends.
const LOCK: &str = "in-use.lock";

/// The folder of a second side, inside the data folder. It goes with the split; one that a killed app has left behind is
/// removed at the next split.
#[derive(Debug)]
pub(super) struct Folder {
    /// Before the folder: on Windows an open file keeps it from being removed.
    lock: File,
    folder: TempDir,
}

impl Folder {
    pub(super) fn begin(within: &Path) -> io::Result<Self> {
        sweep(within);
        let folder = TempDir::with_prefix_in(PREFIX, within)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { lock, folder })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it. The window ends its process without dropping anything.
    pub(super) fn remove(self) {
        drop(self.lock);
        // One that cannot be removed now is at the next split.
        let _ = self.folder.close();
    }
}

/// Removes what killed apps have left: folders whose lock nobody holds.
fn sweep(within: &Path) {
    for entry in fs::read_dir(within).into_iter().flatten().flatten() {
        if !entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)) {
            continue;
        }
        // One without a lock is just being made.
        let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            drop(lock);
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_left_behind_is_removed_and_one_in_use_is_not() {
        let within = TempDir::new().expect("a temporary folder");
        let left = within.path().join("split-left");
        fs::create_dir(&left).expect("made");
        fs::write(left.join(LOCK), "").expect("written");
        fs::write(within.path().join("split-notes.txt"), "mine").expect("written");

        let in_use = Folder::begin(within.path()).expect("a folder");
        assert!(!left.exists(), "its process is gone");
        let other = Folder::begin(within.path()).expect("another");
        assert!(in_use.path().is_dir(), "it is in use");
        assert!(within.path().join("split-notes.txt").exists(), "it is none of ours");
        in_use.remove();
        other.remove();
        assert_eq!(fs::read_dir(within.path()).expect("listed").count(), 1);
    }
}
