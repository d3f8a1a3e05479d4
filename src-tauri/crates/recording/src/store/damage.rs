//! A damaged file is kept aside, never deleted.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::Error;

/// What SQLite adds to a database's name for the files beside it. All belong together.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// How many damaged files are kept.
const MOST: u32 = 1_000;

/// Renames the file and what is beside it, and says to what: `recordings.damaged-1.db`.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf, Error> {
    let failed = |source| Error::Io { path: path.to_path_buf(), source };
    let free = |aside: &PathBuf| BESIDE.iter().all(|suffix| matches!(fs::exists(beside(aside, suffix)), Ok(false)));
    let aside = (1..=MOST)
        .map(|number| path.with_extension(format!("damaged-{number}.db")))
        .find(free)
        .ok_or_else(|| failed(ErrorKind::AlreadyExists.into()))?;
    // The log first: a database without its log is still one, a log without its database is a danger to the next.
    for suffix in BESIDE.iter().rev() {
        match fs::rename(beside(path, suffix), beside(&aside, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    clear_suspicion(path);
    Ok(aside)
}

/// Leaves word that SQLite stumbled over a damaged page.
pub(super) fn suspect(path: &Path) {
    let _ = fs::File::create(suspicion(path));
}

/// Whether such word was left.
pub(super) fn is_suspected(path: &Path) -> bool {
    suspicion(path).exists()
}

/// Takes it back.
pub(super) fn clear_suspicion(path: &Path) {
    let _ = fs::remove_file(suspicion(path));
}

fn suspicion(path: &Path) -> PathBuf {
    path.with_extension("suspect")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
