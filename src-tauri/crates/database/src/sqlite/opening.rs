//! Opens the catalogue or, where there is none that can be used, builds one.

use std::path::Path;

use trace::{ProductId, Query, Request};

use super::Sqlite;
use super::building::build;
use super::connections::{Access, Connections};
use super::files::{Files, Found, Unusable};
use crate::catalogue::Size;
use crate::progress::Progress;
use crate::{Database, Error, Opened};

pub(crate) async fn open_or_build(
    folder: &Path,
    size: Size,
    progress: impl FnMut(Progress) + Send,
) -> Result<Opened, Error> {
    let files = Files::new(folder, size);
    let _lock = match files.lock().await {
        Ok(lock) => lock,
        Err(error @ Error::FolderNotWritable { .. }) => return open_for_reading(files, error).await,
        Err(error) => return Err(error),
    };
    files.sweep();

    let unusable = match files.inspect()? {
        Found::Nothing => None,
        Found::Unusable(unusable) => Some(unusable),
        Found::Catalogue => match open(files.clone(), Access::Full).await {
            Ok(database) => return Ok(Opened { database, notice: None }),
            Err(Error::Damaged { reason, .. }) => Some(Unusable::damaged(reason)),
            Err(Error::Altered { reason, .. }) => Some(Unusable::altered(reason)),
            // No log can be made beside it: the folder is closed to us, though the lock was there already.
            Err(error @ (Error::ReadOnly { .. } | Error::Sqlite { .. })) => {
                return open_for_reading(files, error).await;
            }
            Err(error) => return Err(error),
        },
    };
    let notice = unusable.map(|unusable| set_aside(&files, &unusable)).transpose()?;
    build(&files, size, progress).await?;
    Ok(Opened { database: open(files, Access::Full).await?, notice })
}

fn set_aside(files: &Files, unusable: &Unusable) -> Result<String, Error> {
    let aside = files.set_aside(unusable)?;
    Ok(format!(
        "The catalogue {} could not be used, since {}. It is kept as {}, and a new one was built. Delete the old one if \
         you do not need it.",
        files.database().display(),
        unusable.reason,
        aside.display()
    ))
}

/// Something may not be written to. A catalogue that was closed properly can be read all the same; where even that
/// fails, what was wrong before is what matters.
async fn open_for_reading(files: Files, not_writable: Error) -> Result<Opened, Error> {
    if files.has_log() || !matches!(files.inspect(), Ok(Found::Catalogue)) {
        return Err(not_writable);
    }
    let notice = format!(
        "{} or its folder may not be written to, so the catalogue is open for reading only and writes will fail. Make \
         both writable, or choose another folder with --data-dir.",
        files.database().display()
    );
    match open(files, Access::Reading).await {
        Ok(database) => Ok(Opened { database, notice: Some(notice) }),
        Err(_) => Err(not_writable),
    }
}

/// Opens a catalogue that looks whole, and makes sure that it can answer.
async fn open(files: Files, access: Access) -> Result<Database, Error> {
    let suspected = files.is_suspected();
    let database = Sqlite::new(Connections::open(files.clone(), access).await?);
    match check(&database, suspected).await {
        Ok(()) => {
            files.clear_suspicion();
            Ok(Database::in_file(database))
        }
        Err(error) => {
            // Before the file is renamed. What closing says is of no interest any more.
            let _ = database.close().await;
            Err(error)
        }
    }
}

/// Prepares every statement, for which SQLite reads the schema, and looks at one end of every table: under a
/// millisecond. Every page is read only if an earlier session had reason to suspect one.
async fn check(database: &Sqlite, suspected: bool) -> Result<(), Error> {
    const ANY: ProductId = 1;
    if suspected {
        database.check_every_page().await?;
    }
    database.overview().await?;
    for request in Query::ALL.map(|query| Request::read(ANY, query)).iter().chain([&Request::write(ANY)]) {
        database.explain(request).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn in_a_folder_that_may_not_be_written_to_the_catalogue_is_read_and_a_write_says_why_it_fails() {
        let folder = tempfile::tempdir().expect("a folder");
        let opened = open_or_build(folder.path(), Size::Tiny, |_| {}).await.expect("a catalogue");
        opened.database.close().await.expect("closed");

        // Tests may run as root, who may write everywhere: so the refusal is handed in.
        let refused = Error::FolderNotWritable { path: folder.path().to_path_buf() };
        let opened = open_for_reading(Files::new(folder.path(), Size::Tiny), refused).await.expect("opened");
        assert!(opened.notice.is_some_and(|notice| notice.contains("for reading only")));
        assert!(opened.database.query(Query::Page, 42).await.expect("an answer").is_some());
        let error = opened.database.write(42).await.expect_err("read-only");
        assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
    }

    #[tokio::test]
    async fn where_nothing_can_be_written_and_nothing_is_there_the_folder_is_to_blame() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = Error::FolderNotWritable { path: folder.path().to_path_buf() };
        let error = open_for_reading(Files::new(folder.path(), Size::Tiny), refused).await.expect_err("nothing there");
        assert!(matches!(error, Error::FolderNotWritable { .. }), "{error}");
    }
}
