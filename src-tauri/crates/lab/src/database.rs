//! Which database is open, and opening another in its place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use database::Database;
use tokio::task::JoinHandle;
use trace::{Conditions, DatabaseKind};

use crate::core::Core;
use crate::{CatalogueState, Error, Lab, Status};

/// The database that is open, or being opened.
#[derive(Debug, Default)]
pub(crate) struct Databases {
    open: Mutex<Option<Database>>,
    /// Which one was asked for last.
    wanted: Mutex<DatabaseKind>,
    opening: Mutex<Option<JoinHandle<()>>>,
}

impl Databases {
    pub(crate) fn open(&self) -> Option<Database> {
        locked(&self.open).clone()
    }

    /// Takes it away: who asks from now on finds none.
    pub(crate) fn take(&self) -> Option<Database> {
        locked(&self.open).take()
    }
}

impl Core {
    /// The database, if it is open.
    pub(crate) fn database(&self) -> Option<Database> {
        self.databases.open()
    }

    /// Closes the database that is open, and opens that one in its place; the status says how far that is. Where it has no
    /// catalogue yet one is built: a file at once, a schema if `may_create`.
    pub(crate) fn open_database(self: &Arc<Self>, kind: DatabaseKind, may_create: bool) {
        self.set_catalogue(CatalogueState::Opening);
        *locked(&self.databases.wanted) = kind.clone();
        let mut opening = locked(&self.databases.opening);
        let before = opening.take();
        let core = Arc::clone(self);
        *opening = Some(self.runtime.handle().spawn(async move {
            if let Some(before) = before {
                // What it has half built goes with it.
                before.abort();
                let _ = before.await;
            }
            let _ = core.lock_or_release(false).await;
            if let Some(database) = core.databases.take() {
                let _ = database.close().await;
            }
            core.open_catalogue(kind, may_create).await;
        }));
    }

    /// Makes sure that this database is open, or that the status says why it is not, and that nothing waits in the queue of
    /// write-behind that was acknowledged over the one before.
    pub(crate) async fn have_database(self: &Arc<Self>, kind: &DatabaseKind) {
        let wanted = locked(&self.databases.wanted).clone();
        if wanted == *kind || (wanted.is_same(kind) && self.database().is_some()) {
            self.flush_background().await;
            return;
        }
        self.leave_database().await;
        // Of one product the versions of both begin with 1.
        self.shared.forget_database();
        self.open_database(kind.clone(), self.may_create_schema);
        let mut status = self.status.subscribe();
        let _ = status.wait_for(|status| status.catalogue.is_settled()).await;
    }

    async fn open_catalogue(self: &Arc<Self>, kind: DatabaseKind, may_create: bool) {
        let core = Arc::clone(self);
        let progress = move |progress: database::Progress| {
            core.set_catalogue(CatalogueState::Building {
                table: progress.table.to_owned(),
                done_rows: progress.done_rows,
                total_rows: progress.total_rows,
            });
        };
        let opened = match &kind {
            DatabaseKind::Sqlite => Database::open_or_build(self.data_dir.path(), self.size, progress).await,
            DatabaseKind::Postgres { url } => {
                Database::open_or_build_on_server(url.clone(), self.size, may_create, progress).await
            }
        };
        let failed = |error: database::Error| {
            let message = error.to_string();
            self.set_catalogue(if error.asks_to_create() {
                CatalogueState::Asking { message }
            } else {
                CatalogueState::Failed { message }
            });
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => return failed(error),
        };
        if let Some(notice) = opened.notice {
            self.notice(notice);
        }
        let told = async { Ok((opened.database.overview().await?, opened.database.version().await?)) };
        match told.await {
            Ok((overview, version)) => {
                *locked(&self.databases.open) = Some(opened.database);
                self.keep_faults_true(&mut *self.engine.lock().await).await;
                self.build_filter();
                self.set_catalogue(CatalogueState::Ready {
                    path: overview.place.to_string(),
                    products: overview.products,
                    reviews: overview.reviews,
                    bytes: overview.bytes,
                    version,
                });
            }
            Err(error) => {
                let _ = opened.database.close().await;
                failed(error);
            }
        }
    }

    /// Has what waits in the queue of write-behind written to the database that is open. What that does not take is lost with it,
    /// and told: no other may get it.
    async fn leave_database(self: &Arc<Self>) {
        if self.flush_background().await > 0 && self.broken.in_force().database.is_some() {
            // One that is broken on purpose takes nothing.
            self.lift_faults(&mut *self.engine.lock().await).await;
            self.flush_background().await;
        }
        if let Some(lost) = self.give_up_background() {
            self.notice(lost);
        }
    }

    /// The same database is reached by another password from now on: one that could not be opened is tried again.
    pub(crate) fn take_other_password(&self, kind: &DatabaseKind) {
        *locked(&self.databases.wanted) = kind.clone();
    }

    /// Refuses another database where the present one is still needed.
    pub(crate) async fn may_change_database(&self, conditions: &Conditions) -> Result<(), Error> {
        self.keep_databases_apart(conditions)?;
        if self.traffic_is_on() {
            let message = "Traffic is being sent. Stop it first: another database would begin in the midst of it.";
            return Err(Error::Invalid(message.to_owned()));
        }
        match self.flush_background().await {
            0 => Ok(()),
            waiting => Err(Error::Invalid(format!(
                "{waiting} writes wait to be written to the database that is open, and it does not take them. Put that right \
                 first, or switch the fault off: they would be lost."
            ))),
        }
    }

    /// Refuses conditions by which this side of a split would use the other's database.
    fn keep_databases_apart(&self, conditions: &Conditions) -> Result<(), Error> {
        let Some(other) = self.other_side() else { return Ok(()) };
        let theirs = locked(&other.databases.wanted).clone();
        check_databases_apart(conditions, &theirs).map_err(Error::Invalid)
    }
}

impl Lab {
    /// Tries again to open, or build, a catalogue that could not be had. Does nothing where it could.
    pub fn retry_catalogue(&self) {
        let open = |catalogue: &CatalogueState| !matches!(catalogue, CatalogueState::Failed { .. });
        self.open_again(open, false);
    }

    /// Agrees to the schema that is asked for: the catalogue is built on the server. Does nothing where none is asked for.
    pub fn create_schema(&self) {
        self.open_again(|catalogue| !matches!(catalogue, CatalogueState::Asking { .. }), true);
    }

    fn open_again(&self, is_well: impl Fn(&CatalogueState) -> bool, may_create: bool) {
        let again = self.core.status.send_if_modified(|status| {
            let again = !is_well(&status.catalogue);
            if again {
                status.catalogue = CatalogueState::Opening;
            }
            again
        });
        if again {
            let kind = locked(&self.core.databases.wanted).clone();
            self.core.open_database(kind, may_create);
        }
    }

    /// Waits until it is known whether the catalogue can be had, or has to be agreed to.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory closes meanwhile.
    pub async fn catalogue_settled(&self) -> Result<Status, Error> {
        let mut status = self.core.status.subscribe();
        let settled = status.wait_for(|status| status.catalogue.is_settled()).await;
        Ok(settled.map_err(|_| Error::Closing)?.clone())
    }
}

/// Whether the URL of a database makes sense; if not, a sentence says why.
pub(crate) fn check_database(conditions: &Conditions) -> Result<(), String> {
    match &conditions.database {
        DatabaseKind::Sqlite => Ok(()),
        DatabaseKind::Postgres { url } => Database::place_of(url).map(drop).map_err(|error| error.to_string()),
    }
}

/// Whether conditions keep off that database, which the other side uses; if not, a sentence says why.
pub(crate) fn check_databases_apart(conditions: &Conditions, theirs: &DatabaseKind) -> Result<(), String> {
    let place = |kind: &DatabaseKind| match kind {
        // Each side has a file of its own.
        DatabaseKind::Sqlite => None,
        // What makes no sense is refused elsewhere.
        DatabaseKind::Postgres { url } => Database::place_of(url).ok(),
    };
    let one_name =
        |place: String| place.replace(" at localhost:", " at 127.0.0.1:").replace(" at [::1]:", " at 127.0.0.1:");
    match (place(&conditions.database).map(one_name), place(theirs).map(one_name)) {
        (Some(ours), Some(theirs)) if ours == theirs => Err(format!(
            "The other side uses the database {theirs}. Two sides of a split cannot share one: what one writes the other would \
             read. Choose SQLite for one of them, of which each side has a file of its own, or another database."
        )),
        _ => Ok(()),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(url: &str) -> Conditions {
        Conditions { database: DatabaseKind::Postgres { url: url.into() }, ..Conditions::default() }
    }

    #[test]
    fn two_sides_cannot_have_one_database_by_whatever_name() {
        let theirs = over("postgres://me:secret@localhost/shop").database;
        let error = check_databases_apart(&over("postgres://you@127.0.0.1:5432/shop"), &theirs).expect_err("the same");
        assert!(error.contains("shop at 127.0.0.1:5432") && !error.contains("secret"), "{error}");
        for other in
            [over("postgres://me@localhost/other"), over("postgres://me@localhost:5433/shop"), Conditions::default()]
        {
            assert_eq!(check_databases_apart(&other, &theirs), Ok(()));
        }
        assert_eq!(check_databases_apart(&Conditions::default(), &DatabaseKind::Sqlite), Ok(()));
    }
}
