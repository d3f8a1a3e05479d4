//! What the catalogue promises to those who use it.

mod answers;
mod damage;
mod faults;
mod lending;
mod opening;
mod same_rows;

use std::path::Path;

use database::{Database, Size};
use tempfile::TempDir;

/// A new tiny catalogue, in a folder that goes with the test.
async fn tiny() -> (TempDir, Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open_quietly(folder.path()).await;
    (folder, database)
}

/// Opens the tiny catalogue of a folder, where nothing should be wrong with it.
async fn open_quietly(folder: &Path) -> Database {
    let opened = Database::open_or_build(folder, Size::Tiny, |_| {}).await.expect("opened");
    assert_eq!(opened.notice, None);
    opened.database
}

/// The names of a folder's files, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("listed");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("in UTF-8")).collect();
    names.sort();
    names
}
