//! The split Stage: a second laboratory beside the first, under conditions of its own, given the same traffic in step.
//!
//! - The sides are called A and B. A is the laboratory that was there; B is opened beside it and ends with it.
//! - Each has an engine, connections, a runtime and a catalogue of its own: what one side writes, clears, stops or locks the
//!   other does not notice. B's catalogue is a copy of A's as it was when the Stage was split. Sharing one file was rejected:
//!   a write of one side would change what the other reads, and a fault in one database would be a fault in both. For the same
//!   reason both cannot have one database on a server; where one side is there, the other has a file, built anew, or another
//!   database.
//! - They share the clock, so that times can be held against each other; the recordings; and the machine. Where it has few
//!   processors both have less of them than alone, and both alike: the ratio between them is what counts.
//! - Traffic is one for both ([`in_step`]): the same requests, due at the same moments.
//!
//! ```text
//!   Lab A ── Split ── Lab B ── engine, runtime
//!     │                 ├──── Folder: a copy of the catalogue, gone when the split is closed
//!     └── clock, archive┘
//! ```

mod folder;
pub(crate) mod in_step;
mod recording;
mod starting_line;

use std::fs;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use database::Database;
use serde::{Deserialize, Serialize};
use tokio::time::interval;
use trace::{Conditions, DatabaseKind};
use ts_rs::TS;

use crate::core::Core;
use crate::database::{check_database, check_databases_apart};
use crate::lab::Common;
use crate::settings::{check_apart, check_engine};
use crate::{CatalogueState, Error, Lab, Options, Settings, Status, TrafficState};
use folder::Folder;
pub(crate) use starting_line::StartingLine;

/// How often it is told how far the copy of the catalogue is.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// A side of a split Stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The laboratory that is always there.
    #[default]
    A,
    /// The one beside it, while the Stage is split.
    B,
}

/// Whether the Stage is split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SplitState {
    /// There is one stage.
    #[default]
    Closed,
    /// The second side is being opened: it gets a copy of the catalogue first.
    Opening {
        /// Bytes copied so far.
        #[ts(type = "number")]
        copied_bytes: u64,
        /// Bytes to be copied, about.
        #[ts(type = "number")]
        total_bytes: u64,
    },
    /// There are two.
    Open,
}

/// The second side, for the first.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// Held while it is opened or closed, so that the two never overlap.
    changing: tokio::sync::Mutex<()>,
    second: Mutex<Option<Second>>,
}

#[derive(Debug)]
struct Second {
    lab: Lab,
    folder: Folder,
}

impl Split {
    fn second(&self) -> MutexGuard<'_, Option<Second>> {
        self.second.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lab {
    /// The laboratory of that side.
    ///
    /// # Errors
    /// [`Error::Invalid`] for side B where the Stage is not split.
    pub fn side(&self, side: Side) -> Result<Self, Error> {
        let first = self.core.first_side();
        let core = match side {
            Side::A => Some(first),
            Side::B => first.second_side(),
        };
        core.map(|core| Self { core })
            .ok_or_else(|| Error::Invalid("The Stage is not split; there is no side B.".to_owned()))
    }

    /// Splits the Stage: opens a second side under these conditions, and waits until it is ready. Meanwhile the status says how
    /// far that is.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the conditions make no sense, when the Stage is split already, and while traffic is sent or
    /// something is played back; [`Error::NotReady`] before the catalogue is open; [`Error::NotSplit`] when there is no room for
    /// a second one. Then there is one stage, as before.
    pub async fn open_split(&self, mut conditions: Conditions) -> Result<Status, Error> {
        self.core.passwords.tell(&mut conditions)?;
        let checked =
            conditions.check().and_then(|()| check_engine(&conditions)).and_then(|()| check_database(&conditions));
        checked.map_err(Error::Invalid)?;
        let first = self.core.first_side();
        // As a task: who asked may go away, and it must not stay half open.
        let opening = Arc::clone(&first).open_second(conditions);
        first.archive.runtime.run(opening).await??;
        Ok(self.status())
    }

    /// Ends the split: the traffic on both sides, then side B with its engine and its catalogue. Does nothing where there is
    /// none.
    pub async fn close_split(&self) -> Status {
        self.core.first_side().close_second().await;
        self.status()
    }
}

impl Core {
    /// Side A of the split this one is part of; itself where it is that, or alone.
    pub(crate) fn first_side(self: &Arc<Self>) -> Arc<Self> {
        self.first.as_ref().and_then(Weak::upgrade).unwrap_or_else(|| Arc::clone(self))
    }

    /// Side B, where this is side A of a split.
    pub(crate) fn second_side(&self) -> Option<Arc<Self>> {
        self.split.second().as_ref().map(|second| Arc::clone(&second.lab.core))
    }

    /// The side that is not this one.
    pub(crate) fn other_side(&self) -> Option<Arc<Self>> {
        self.first.as_ref().map_or_else(|| self.second_side(), Weak::upgrade)
    }

    /// This one and, in a split, the other: A before B.
    pub(crate) fn sides(self: &Arc<Self>) -> Vec<Arc<Self>> {
        let first = self.first_side();
        let second = first.second_side();
        std::iter::once(first).chain(second).collect()
    }

    /// Refuses, for side B, what is asked of side A for both.
    pub(crate) fn leave_to_first_side(&self) -> Result<(), Error> {
        if self.first.is_none() {
            return Ok(());
        }
        Err(Error::Invalid("In a split this is one for both sides; ask side A for it.".to_owned()))
    }

    /// Refuses, in a split, what belongs to one stage.
    pub(crate) fn leave_split_alone(&self) -> Result<(), Error> {
        if self.other_side().is_none() {
            return Ok(());
        }
        Err(Error::Invalid("The Stage is split. Close the split first; both sides keep what they recorded.".to_owned()))
    }

    /// Refuses conditions by which this side would use the other's server.
    pub(crate) fn keep_apart(&self, conditions: &Conditions) -> Result<(), Error> {
        let Some(other) = self.other_side() else { return Ok(()) };
        let theirs = other.connections().cache.target().address().to_owned();
        check_apart(conditions, &theirs).map_err(Error::Invalid)
    }

    async fn open_second(self: Arc<Self>, conditions: Conditions) -> Result<(), Error> {
        let _turn = self.split.changing.lock().await;
        self.may_be_split(&conditions)?;
        let Some(database) = self.database() else {
            let message = "The catalogue is being prepared; split the Stage when it is there.";
            return Err(Error::NotReady(message.to_owned()));
        };
        match self.prepare_second(&database, conditions).await {
            Ok(second) => {
                *self.split.second() = Some(second);
                self.sides_changed();
                self.set_split(SplitState::Open);
                Ok(())
            }
            Err(error) => {
                self.set_split(SplitState::Closed);
                Err(error)
            }
        }
    }

    fn may_be_split(&self, conditions: &Conditions) -> Result<(), Error> {
        self.leave_studies_alone()?;
        if self.second_side().is_some() {
            return Err(Error::Invalid("The Stage is split already.".to_owned()));
        }
        if self.traffic_is_on() {
            let message = "Traffic is being sent. Stop it first: on a split Stage both sides begin together.";
            return Err(Error::Invalid(message.to_owned()));
        }
        if matches!(self.status.borrow().traffic, TrafficState::Replaying { .. }) {
            return Err(Error::Invalid("A recording is played back. End that to split the Stage.".to_owned()));
        }
        let ours = self.connections().cache.target().address().to_owned();
        check_apart(conditions, &ours).map_err(Error::Invalid)?;
        check_databases_apart(conditions, &self.conditions().database).map_err(Error::Invalid)
    }

    /// A copy of the catalogue, and a laboratory over it.
    async fn prepare_second(self: &Arc<Self>, database: &Database, conditions: Conditions) -> Result<Second, Error> {
        let within = self.data_dir.path();
        let folder = Folder::begin(within).map_err(|error| {
            Error::NotSplit(format!("no folder could be made in {} ({error}). Make room there.", within.display()))
        })?;
        // What is on a server is not copied: a file beside it is built anew.
        if conditions.database == DatabaseKind::Sqlite && self.conditions().database == DatabaseKind::Sqlite {
            self.copy_catalogue(database, &folder).await?;
        }
        let options = Options {
            data_dir: folder.path().to_path_buf(),
            size: self.size,
            launcher: self.launcher.clone(),
            settings: Some(Settings { conditions, ..self.settings().clone() }),
            port: 0,
            create_schema: false,
        };
        let common = Common {
            clock: Arc::clone(&self.clock),
            archive: Arc::clone(&self.archive),
            passwords: Arc::clone(&self.passwords),
            first: Some(Arc::downgrade(self)),
        };
        let lab = Lab::open_with(options, common)?;
        if let Err(error) = lab.ready().await {
            Box::pin(lab.close()).await;
            return Err(Error::NotSplit(error.to_string()));
        }
        // A request sent to both has the same number on both.
        lab.core.last_id.store(self.last_id.load(Ordering::Relaxed), Ordering::Relaxed);
        Ok(Second { lab, folder })
    }

    async fn copy_catalogue(&self, database: &Database, folder: &Folder) -> Result<(), Error> {
        let CatalogueState::Ready { bytes: total_bytes, .. } = self.status.borrow().catalogue else { return Ok(()) };
        let path = Database::path(folder.path(), self.size);
        let mut copying = std::pin::pin!(database.copy_to(&path));
        let mut tick = interval(TELL_EVERY);
        loop {
            tokio::select! {
                copied = &mut copying => return copied.map_err(|error| Error::NotSplit(error.to_string())),
                _ = tick.tick() => {
                    let written = fs::metadata(&path).map_or(0, |file| file.len());
                    self.set_split(SplitState::Opening { copied_bytes: written.min(total_bytes), total_bytes });
                }
            }
        }
    }

    /// Closes side B, if there is one.
    pub(crate) async fn close_second(&self) {
        let _turn = self.split.changing.lock().await;
        let Some(second) = self.second_side() else { return };
        // The traffic is one for both, so it ends on both.
        if second.traffic_is_on() {
            self.stop_traffic();
            second.stop_traffic();
            self.close_traffic().await;
        }
        let Some(Second { lab, folder }) = self.split.second().take() else { return };
        Box::pin(lab.close()).await;
        folder.remove();
        self.sides_changed();
        self.set_split(SplitState::Closed);
    }

    fn set_split(&self, split: SplitState) {
        self.status.send_if_modified(|status| std::mem::replace(&mut status.split, split) != split);
    }
}
