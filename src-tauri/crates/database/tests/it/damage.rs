//! Files that cannot be used are kept, and their owner is told.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use database::{Database, Error, Size};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;
use trace::Query;

use crate::{names, open_quietly, tiny};

/// A folder with a catalogue that was written to and closed.
async fn closed() -> TempDir {
    let (folder, database) = tiny().await;
    database.write(42).await.expect("written");
    database.close().await.expect("closed");
    folder
}

fn path(folder: &TempDir) -> std::path::PathBuf {
    Database::path(folder.path(), Size::Tiny)
}

async fn sql(path: &Path, sql: &str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.expect("connected");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("executed");
    connection.close().await.expect("closed");
}

/// Opens what is there: a new catalogue must be built, and the notice must say why and where the old one, with these
/// bytes, is.
async fn expect_set_aside(folder: &TempDir, why: &str, aside: &str) {
    let bytes = fs::read(path(folder)).expect("read");
    let opened = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await.expect("a new one");
    let notice = opened.notice.expect("a notice");
    let aside = folder.path().join(aside);
    assert!(notice.contains(why) && notice.contains(aside.to_str().expect("in UTF-8")), "{notice}");
    assert_eq!(fs::read(aside).expect("kept"), bytes);
    let written = opened.database.write(42).await.expect("written").expect("it exists");
    assert_eq!(written.version, 2, "a new catalogue");
    opened.database.close().await.expect("closed");
    open_quietly(folder.path()).await;
}

#[tokio::test]
async fn an_empty_file_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    File::create(path(&folder)).expect("made");
    expect_set_aside(&folder, "it is empty", "catalogue-tiny.damaged-1.db").await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(path(&folder), "Dear diary,\n".repeat(1_000)).expect("written");
    expect_set_aside(&folder, "it is not an SQLite database", "catalogue-tiny.damaged-1.db").await;
}

#[tokio::test]
async fn a_half_written_file_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    sql(&path(&folder), "CREATE TABLE products (id INTEGER PRIMARY KEY)").await;
    expect_set_aside(&folder, "it was never finished", "catalogue-tiny.damaged-1.db").await;
}

#[tokio::test]
async fn a_file_that_was_cut_short_is_set_aside() {
    let folder = closed().await;
    let file = File::options().write(true).open(path(&folder)).expect("opened");
    file.set_len(file.metadata().expect("asked").len() / 2).expect("cut");
    expect_set_aside(&folder, "it ends after", "catalogue-tiny.damaged-1.db").await;
}

#[tokio::test]
async fn another_programs_database_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    sql(&path(&folder), "PRAGMA application_id = 7; CREATE TABLE mine (id INTEGER PRIMARY KEY)").await;
    expect_set_aside(&folder, "it belongs to another program", "catalogue-tiny.foreign-1.db").await;
}

#[tokio::test]
async fn a_catalogue_of_another_version_is_set_aside() {
    let folder = closed().await;
    sql(&path(&folder), "PRAGMA user_version = 999").await;
    expect_set_aside(&folder, "made by another version of Cachescope", "catalogue-tiny.old-1.db").await;
}

#[tokio::test]
async fn a_catalogue_without_one_of_its_tables_is_set_aside() {
    let folder = closed().await;
    sql(&path(&folder), "DROP TABLE order_items").await;
    expect_set_aside(&folder, "no such table", "catalogue-tiny.altered-1.db").await;
}

#[tokio::test]
async fn a_damaged_schema_is_set_aside() {
    let folder = closed().await;
    overwrite_pages(&path(&folder), [1]).await;
    expect_set_aside(&folder, "malformed", "catalogue-tiny.damaged-1.db").await;
}

#[tokio::test]
async fn the_second_damaged_file_does_not_replace_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(path(&folder), "one").expect("written");
    expect_set_aside(&folder, "not an SQLite database", "catalogue-tiny.damaged-1.db").await;
    fs::write(path(&folder), "two").expect("written");
    for log in ["catalogue-tiny.db-wal", "catalogue-tiny.db-shm"] {
        let _ = fs::remove_file(folder.path().join(log));
    }
    expect_set_aside(&folder, "not an SQLite database", "catalogue-tiny.damaged-2.db").await;
    assert_eq!(fs::read(folder.path().join("catalogue-tiny.damaged-1.db")).expect("kept"), b"one");
}

#[tokio::test]
async fn a_log_without_its_database_is_kept_from_the_new_one() {
    let (folder, database) = tiny().await;
    database.write(42).await.expect("written");
    let orphan = tempfile::tempdir().expect("a folder");
    let log = "catalogue-tiny.db-wal";
    fs::copy(folder.path().join(log), orphan.path().join(log)).expect("copied");

    let opened = Database::open_or_build(orphan.path(), Size::Tiny, |_| {}).await.expect("opened");
    assert!(opened.notice.is_some_and(|notice| notice.contains("only its log was left")));
    let written = opened.database.write(42).await.expect("written").expect("it exists");
    assert_eq!(written.version, 2, "the old log was not written into it");
    assert!(names(orphan.path()).contains(&"catalogue-tiny.log-1.db-wal".to_owned()));
}

#[tokio::test]
async fn damage_found_in_the_middle_of_a_session_is_told_and_looked_into_at_the_next_start() {
    let folder = closed().await;
    overwrite_pages(&path(&folder), leaves_of(&path(&folder), "order_items").await).await;

    // It opens: reading all of it would take too long. What does not touch the damage is answered.
    let database = open_quietly(folder.path()).await;
    assert!(database.query(Query::Lookup, 42).await.expect("an answer").is_some());
    let error = database.query(Query::Page, 42).await.expect_err("damaged");
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("Start Cachescope again"), "{error}");
    assert!(database.query(Query::Lookup, 42).await.expect("an answer").is_some());
    database.close().await.expect("closed");

    assert!(names(folder.path()).contains(&"catalogue-tiny.suspect".to_owned()));
    expect_set_aside(&folder, "could not be used", "catalogue-tiny.damaged-1.db").await;
    assert!(!names(folder.path()).contains(&"catalogue-tiny.suspect".to_owned()));
}

#[tokio::test]
async fn an_unfounded_suspicion_is_dropped() {
    let folder = closed().await;
    File::create(folder.path().join("catalogue-tiny.suspect")).expect("made");
    let database = open_quietly(folder.path()).await;
    assert!(!names(folder.path()).contains(&"catalogue-tiny.suspect".to_owned()));
    database.close().await.expect("closed");
}

/// The numbers of the pages that hold a table's rows.
async fn leaves_of(path: &Path, table: &'static str) -> Vec<i64> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.expect("connected");
    let pages = sqlx::query_scalar("SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf'").bind(table);
    let pages = pages.fetch_all(&mut connection).await.expect("pages");
    connection.close().await.expect("closed");
    assert!(!pages.is_empty());
    pages
}

/// Overwrites pages with nonsense, sparing the 100 bytes of the file's header.
async fn overwrite_pages(path: &Path, pages: impl IntoIterator<Item = i64>) {
    let mut file = File::options().write(true).open(path).expect("opened");
    for page in pages {
        let start = (page.unsigned_abs() - 1) * 4_096;
        file.seek(SeekFrom::Start(start + 100)).expect("found");
        file.write_all(&[0xee; 3_996]).expect("written");
    }
}
