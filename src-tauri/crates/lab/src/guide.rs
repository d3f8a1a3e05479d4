//! What somebody asks of the laboratory who leads another through it: conditions for a while, and runs that are waited for.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use scene::Act;
use tokio::task::JoinSet;
use trace::{Conditions, ProductId, Workload};

use crate::core::Core;
use crate::{Error, Lab, RunSummary, SplitState, Status, TrafficState};

/// The conditions of a guide, while there is one. They take the place of those of the settings, which are left as they are.
#[derive(Debug, Default)]
pub(crate) struct Guide(Mutex<Option<Conditions>>);

impl Guide {
    pub(crate) fn conditions(&self) -> Option<Conditions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The guide is gone. True where there was one.
    pub(crate) fn forget(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    fn set(&self, conditions: Conditions) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(conditions);
    }
}

impl Lab {
    /// The folder that everything is kept in.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.core.data_dir.path()
    }

    /// Tells whoever listens something they should know.
    pub fn tell(&self, notice: String) {
        self.core.notice(notice);
    }

    /// Puts those conditions in force until they are others, or the guide is left: over the database of the settings, which
    /// themselves stay as they are. With `cold` the server is started anew, empty; without, only where it has to be another.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they make no sense, during a planned comparison, and while the Stage is split.
    pub async fn guide(&self, conditions: Conditions, cold: bool) -> Result<Status, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        self.stand_alone()?;
        conditions.check().map_err(Error::Invalid)?;
        core.forget_scene();
        core.guide.set(conditions.clone());
        let before = core.conditions();
        let conditions = Conditions { database: core.settings().conditions.database.clone(), ..conditions };
        if cold || (&before.engine, before.memory) != (&conditions.engine, conditions.memory) {
            core.put_in_force(conditions).await;
        } else {
            let mut slot = core.engine.lock().await;
            core.set_conditions(conditions);
            core.put_faults_in_force(&mut slot).await?;
        }
        Ok(self.status())
    }

    /// The conditions of the guide, as they were given; `None` where there is none, or where other settings have ended it.
    #[must_use]
    pub fn guided(&self) -> Option<Conditions> {
        self.core.guide.conditions()
    }

    /// Leaves the guide: what it sends ends, and the conditions of the settings come back.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory closes meanwhile.
    pub async fn leave_guide(&self) -> Result<Status, Error> {
        let core = &self.core;
        if core.guide.forget() {
            core.forget_scene();
            core.stop_traffic();
            self.traffic_ended().await?;
            core.come_back_to_the_settings().await;
        }
        Ok(self.status())
    }

    /// Sends traffic, does meanwhile what is to be done at its times, waits for its end, and says what it came to.
    ///
    /// # Errors
    /// As [`Lab::start_traffic`]; [`Error::Invalid`] where the run fails, and while the Stage is split.
    pub async fn run(&self, workload: Workload, acts: Vec<Act>) -> Result<RunSummary, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        self.stand_alone()?;
        // Aborted when it is dropped, also where nobody waits any more.
        let mut meanwhile = JoinSet::new();
        core.start_traffic(workload, None).await?;
        if !acts.is_empty() {
            let core = std::sync::Arc::clone(core);
            meanwhile.spawn_on(async move { core.act(&acts).await }, self.core.runtime.handle());
        }
        match self.traffic_ended().await? {
            TrafficState::Failed { message } => Err(Error::Invalid(message)),
            _ => self.summary(0).ok_or(Error::Closing),
        }
    }

    /// Writes that are acknowledged and not yet in the database, at this very moment: the status says so a little later.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.core.shared.queue().borrow().waiting
    }

    /// Changes a product's price in the database alone, as another program would: neither the cache nor the flow is told. Says
    /// what it costs now, in cents.
    ///
    /// # Errors
    /// [`Error::NotReady`] before the catalogue is open, [`Error::Invalid`] where there is no such product or the database
    /// refuses.
    pub async fn write_behind_the_cache(&self, product: ProductId) -> Result<u64, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        let database = core.database().ok_or_else(|| Error::NotReady("The catalogue is not open.".to_owned()))?;
        let written = core.runtime.run(async move { database.write(product).await }).await?;
        let written = written.map_err(|error| Error::Invalid(error.to_string()))?;
        let none = || Error::Invalid(format!("There is no product {product}."));
        written.map(|row| row.price_cents).ok_or_else(none)
    }

    fn stand_alone(&self) -> Result<(), Error> {
        if self.core.first.is_some() || self.status().split != SplitState::Closed {
            let message = "The Stage is split, and this is for one side. Close the split (S), then go on.";
            return Err(Error::Invalid(message.to_owned()));
        }
        Ok(())
    }
}

impl Core {
    /// Whether somebody leads through the laboratory, under conditions of their own.
    pub(crate) fn is_guided(&self) -> bool {
        self.guide.conditions().is_some()
    }
}
