//! Back to the start, so that the same story can be told again.

use trace::Conditions;

use crate::{Error, Lab, Status, TrafficState};

impl Lab {
    /// Goes back to the start: the traffic and the scene end, what was broken is mended, every row is as it was generated, and
    /// the server is started anew, empty, under the conditions of the settings. A server that is not ours loses our keys.
    ///
    /// # Errors
    /// [`Error::Invalid`] on a split Stage, while a recording is made or played back, and during a planned comparison;
    /// [`Error::NotReady`] before the catalogue is open; [`Error::Rows`] where the rows cannot be written.
    pub async fn start_over(&self) -> Result<Status, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        core.leave_split_alone()?;
        if matches!(core.status.borrow().traffic, TrafficState::Replaying { .. }) {
            return Err(Error::Invalid("A recording is being played back; end that first.".to_owned()));
        }
        if core.status.borrow().recording.is_some() {
            return Err(Error::Invalid("A recording is being made; end that first.".to_owned()));
        }
        let Some(database) = core.database() else {
            return Err(Error::NotReady("The catalogue is being prepared.".to_owned()));
        };
        core.forget_scene();
        core.stop_traffic();
        // First of all: requests that hang on something broken would keep the traffic from ending.
        core.mend(&mut *core.engine.lock().await).await;
        self.traffic_ended().await?;
        // What waits to be written belongs to the story that is over.
        core.flush_background().await;
        core.runtime.run(async move { database.restore().await }).await??;
        core.shared.forget_database();
        let conditions = core.settings().conditions.clone();
        core.put_in_force(Conditions { faults: trace::Faults::default(), ..conditions }).await;
        core.show_nothing();
        core.set_traffic(TrafficState::Idle);
        Ok(self.status())
    }
}
