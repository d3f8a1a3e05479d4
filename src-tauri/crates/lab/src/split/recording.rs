//! Both sides of a split recorded as one comparison.

use std::sync::Arc;
use std::time::Duration;

use recording::{StudyPart, Writer};
use tokio::time::sleep;
use trace::{Clock as _, Workload};
use uuid::Uuid;

use crate::Error;
use crate::core::Core;
use crate::traffic::{Naming, Recorded};

/// What is written beside both: how such times are to be read.
const NOTE: &str = "Recorded in step with the other side of a split Stage: both ran at the same time on one machine and shared \
                    its processors. Alone, either would have been faster; what counts is the ratio between them.";

const SECOND_NS: u64 = 1_000_000_000;

/// So long before a second ends, the next one is too near for both to begin with it.
const MARGIN_NS: u64 = 100_000_000;

impl Core {
    /// Begins a recording of each side, with its round open: two of one study.
    pub(super) async fn begin_both(
        &self,
        second: &Self,
        name: Option<String>,
        plan: Workload,
    ) -> Result<[Recorded; 2], Error> {
        let names = [self, second].map(|side| side.conditions().short_name());
        let name = name.unwrap_or_else(|| format!("Split: {}", names.join(", ")));
        let key = Uuid::new_v4().to_string();
        let part = |position| StudyPart { key: key.clone(), name: name.clone(), position };
        let (writer, of_a) = self.begin_side(format!("A: {}", names[0]), part(0), plan).await?;
        match second.begin_side(format!("B: {}", names[1]), part(1), plan).await {
            Ok((other, of_b)) => Ok([(writer, of_a, true), (other, of_b, true)]),
            Err(error) => {
                // One side alone is no comparison.
                let _ = self.archive.runtime.run(writer.discard()).await;
                Err(error)
            }
        }
    }

    async fn begin_side(&self, name: String, part: StudyPart, plan: Workload) -> Result<(Writer, String), Error> {
        let writer = self.begin_recording(name.clone(), NOTE.to_owned(), Some(part), &self.conditions(), plan).await?;
        Ok((self.begin_round(writer, 0, plan.seed).await?, name))
    }

    /// Records what runs on both sides, from the same second on; where nothing runs, starts the traffic of the settings on both
    /// and records all of it.
    pub(crate) async fn record_in_step(
        self: &Arc<Self>,
        second: &Arc<Self>,
        name: Option<String>,
    ) -> Result<(), Error> {
        let (run, other_run) = match (self.run_that_is_on(), second.run_that_is_on()) {
            (Some(run), Some(other_run)) => (run, other_run),
            (None, None) => {
                let workload = self.settings().workload;
                return self.start_in_step(second, workload, Some(Naming(name))).await;
            }
            _ => {
                let message = "The traffic is just ending on one side. Start it again to record both.";
                return Err(Error::Invalid(message.to_owned()));
            }
        };
        let [recorded, other_recorded] = self.begin_both(second, name, run.workload).await?;
        let into_ns = || self.clock.now_ns().saturating_sub(run.meter.started_ns());
        let left_ns = SECOND_NS - into_ns() % SECOND_NS;
        if left_ns < MARGIN_NS {
            sleep(Duration::from_nanos(left_ns)).await;
        }
        let from = u32::try_from(into_ns() / SECOND_NS + 1).unwrap_or(u32::MAX);
        for (side, run, (writer, name, lone)) in [(self, run, recorded), (second, other_run, other_recorded)] {
            side.record(writer, name, run.as_ref(), lone, Some(from));
            side.end_if_over(&run).await;
        }
        Ok(())
    }
}
