//! How the catalogue comes into its folder, and what a folder may have against it.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use database::{Database, Error, Size};
use tokio::sync::mpsc;
use trace::Query;

use crate::{names, open_quietly, tiny};

async fn refusal(folder: &Path) -> Error {
    Database::open_or_build(folder, Size::Tiny, |_| {}).await.expect_err("refused")
}

#[tokio::test]
async fn a_first_start_makes_the_folder_and_leaves_one_database_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("not/yet/there");
    let database = open_quietly(&folder).await;
    let overview = database.overview().await.expect("an overview");
    assert_eq!(overview.file(), Some(Database::path(&folder, Size::Tiny).as_path()));
    assert_eq!((overview.categories, overview.products, overview.reviews, overview.orders), (10, 500, 10_000, 6_000));
    assert!(overview.bytes > 1_000_000);
    database.close().await.expect("closed");
    assert_eq!(names(&folder), ["catalogue-tiny.db", "catalogue-tiny.lock"]);
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let (folder, database) = tiny().await;
    let written = database.write(42).await.expect("written").expect("it exists");
    database.close().await.expect("closed");

    let database = Database::open_or_build(folder.path(), Size::Tiny, |_| panic!("built again")).await.expect("opened");
    let again = database.database.write(42).await.expect("written").expect("it exists");
    assert_eq!(again.version, written.version + 1);
}

#[tokio::test]
async fn what_was_written_is_there_after_a_crash() {
    let (folder, database) = tiny().await;
    database.write(42).await.expect("written");
    // What a crash leaves: the files as they are while the database is open.
    let after = tempfile::tempdir().expect("a folder");
    for name in names(folder.path()).iter().filter(|name| !name.ends_with("-shm")) {
        fs::copy(folder.path().join(name), after.path().join(name)).expect("copied");
    }
    assert!(names(after.path()).contains(&"catalogue-tiny.db-wal".to_owned()));
    let written = open_quietly(after.path()).await.write(42).await.expect("written").expect("it exists");
    assert_eq!(written.version, 3);
}

#[test]
fn of_two_that_start_at_once_one_builds_and_both_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let builders = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..2 {
            let (folder, builders) = (folder.path(), Arc::clone(&builders));
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                runtime.block_on(async {
                    let progress = move |_| builders.lock().expect("not poisoned").push(number);
                    let opened = Database::open_or_build(folder, Size::Tiny, progress).await.expect("opened");
                    assert_eq!(opened.notice, None);
                    assert!(opened.database.query(Query::Page, 500).await.expect("an answer").is_some());
                    opened.database.close().await.expect("closed");
                });
            });
        }
    });
    let mut builders = builders.lock().expect("not poisoned").clone();
    builders.dedup();
    assert_eq!(builders.len(), 1, "one of them built");
    assert_eq!(names(folder.path()), ["catalogue-tiny.db", "catalogue-tiny.lock"]);
}

#[tokio::test]
async fn a_build_that_is_given_up_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (send, mut begun) = mpsc::unbounded_channel();
    let build = Database::open_or_build(folder.path(), Size::Tiny, move |progress| {
        if progress.table == "reviews" {
            let _ = send.send(());
        }
    });
    tokio::select! {
        biased;
        _ = begun.recv() => {}
        _ = build => panic!("it was done before it could be given up"),
    }
    assert_eq!(names(folder.path()), ["catalogue-tiny.lock"]);
    open_quietly(folder.path()).await;
}

#[tokio::test]
async fn what_a_killed_build_left_is_swept_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("catalogue-tiny.db.building-4711"), "half").expect("written");
    fs::write(folder.path().join("catalogue-small.db.building-4711"), "another's").expect("written");
    fs::write(folder.path().join("settings.json"), "{}").expect("written");
    open_quietly(folder.path()).await.close().await.expect("closed");
    assert_eq!(
        names(folder.path()),
        ["catalogue-small.db.building-4711", "catalogue-tiny.db", "catalogue-tiny.lock", "settings.json"]
    );
}

#[tokio::test]
async fn a_folder_that_is_a_file_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    for path in [file.clone(), file.join("below")] {
        let error = refusal(&path).await;
        assert!(matches!(error, Error::NotAFolder { .. }), "{error}");
        assert!(error.to_string().contains(path.to_str().expect("in UTF-8")), "{error}");
    }
    assert_eq!(names(folder.path()), ["file"]);
}

#[tokio::test]
async fn a_folder_in_place_of_the_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("catalogue-tiny.db")).expect("made");
    let error = refusal(folder.path()).await;
    assert!(error.to_string().contains("catalogue-tiny.db"), "{error}");
    assert_eq!(names(folder.path()), ["catalogue-tiny.db", "catalogue-tiny.lock"]);
}

/// Nobody can write in `/proc`, not even root.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_nobody_can_write_in_is_refused() {
    let error = refusal(Path::new("/proc/cachescope")).await;
    assert!(error.to_string().contains("/proc/cachescope"), "{error}");
    assert!(error.to_string().contains("--data-dir"), "{error}");
}
