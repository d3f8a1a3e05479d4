//! Copies a catalogue that is open, as it is at one moment.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::connections::BUSY_TIMEOUT;
use crate::Error;

/// Copies the catalogue at `from` into a new file at `to`.
///
/// By `VACUUM INTO`, through a connection of its own: SQLite reads one consistent moment of the database and its log, and
/// nobody waits for it. Copying the file by hand was rejected: closing it would drop the locks that this process holds on it.
pub(crate) async fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |error| Error::of_sqlite(to, error);
    let mut connection = SqliteConnectOptions::new()
        .filename(from)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        // A copy that a power cut spoils is made anew.
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-65536")
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|error| Error::of_sqlite(from, error))?;
    let path = to.display().to_string();
    let copied = sqlx::query("VACUUM INTO ?1").bind(path).execute(&mut connection).await;
    connection.close().await.map_err(failed)?;
    copied.map(drop).map_err(failed)
}

#[cfg(test)]
mod tests {
    use trace::Query;

    use crate::{Database, Size};

    #[tokio::test]
    async fn a_copy_holds_what_was_written_before_it_and_nothing_that_is_written_after() {
        let (folder, beside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("another"));
        let original = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await.expect("built").database;
        let before = original.write(42).await.expect("written").expect("there is a product 42");
        original.copy_to(&Database::path(beside.path(), Size::Tiny)).await.expect("copied");
        original.write(42).await.expect("written");

        let opened = Database::open_or_build(beside.path(), Size::Tiny, |progress| panic!("built anew: {progress:?}"));
        let copy = opened.await.expect("opened");
        assert_eq!(copy.notice, None, "it is a catalogue like any other");
        let after = copy.database.write(42).await.expect("written").expect("there too");
        assert_eq!(after.price_cents, before.price_cents + 1);
        assert_eq!(
            copy.database.query(Query::Report, 7).await.expect("an answer"),
            original.query(Query::Report, 7).await.expect("an answer")
        );
        copy.database.close().await.expect("closed");
        original.close().await.expect("closed");
    }

    #[tokio::test]
    async fn a_copy_never_takes_the_place_of_something_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let original = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await.expect("built").database;
        let in_the_way = folder.path().join("mine.txt");
        std::fs::write(&in_the_way, "mine").expect("written");
        original.copy_to(&in_the_way).await.expect_err("something is there");
        assert_eq!(std::fs::read_to_string(&in_the_way).expect("still there"), "mine");
        original.close().await.expect("closed");
    }
}
