//! The same traffic on both sides of a split, in step.
//!
//! Both send the requests of one workload from one seed, and both runs start at one moment of the clock they share. In an open
//! loop request k is due at the same moment on both, and has the same number. A side that cannot keep up falls behind its
//! schedule, as a run alone does, and not the other. In a closed loop there is no schedule: the requests come in the same
//! order, each side as fast as its answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use trace::Workload;

use super::starting_line::starting_lines;
use crate::core::Core;
use crate::traffic::Naming;
use crate::{Error, TrafficState};

impl Core {
    /// Starts a run on this side and the second one, and records both as one comparison if they are given a name, or leave to
    /// find one.
    pub(crate) async fn start_in_step(
        self: &Arc<Self>,
        second: &Arc<Self>,
        plan: Workload,
        recorded: Option<Naming>,
    ) -> Result<(), Error> {
        self.shop(plan)?;
        second.shop(plan)?;
        let stop = self.claim_traffic()?;
        let other_stop = second.claim_traffic().inspect_err(|_| self.release_traffic(None))?;
        for side in [self, second] {
            side.set_traffic(TrafficState::Warming { done: 0, total: 0 });
        }
        let [recorded, other_recorded] = match recorded {
            Some(Naming(name)) => match self.begin_both(second, name, plan).await {
                Ok(both) => both.map(Some),
                Err(error) => {
                    for side in [self, second] {
                        side.release_traffic(Some(TrafficState::Failed { message: error.to_string() }));
                    }
                    return Err(error);
                }
            },
            None => [None, None],
        };
        self.number_alike(second);
        let ([line, other_line], starter) = starting_lines();
        self.begin_run(plan, stop, recorded, Some(line));
        second.begin_run(plan, other_stop, other_recorded, Some(other_line));
        let sides = [Arc::clone(self), Arc::clone(second)];
        self.archive.runtime.handle().spawn(async move {
            if !starter.give(&*sides[0].clock).await {
                for side in sides {
                    side.stop_traffic();
                }
            }
        });
        Ok(())
    }

    /// Once neither side sends any more, both count on from the same number, however many requests each came to send.
    pub(crate) fn count_on_alike(&self) {
        if let Some(other) = self.other_side().filter(|other| !other.traffic_is_on()) {
            self.number_alike(&other);
        }
    }

    /// The next request of either side has the same number.
    fn number_alike(&self, other: &Self) {
        let last_id = other.last_id.fetch_max(self.last_id.load(Ordering::SeqCst), Ordering::SeqCst);
        self.last_id.fetch_max(last_id, Ordering::SeqCst);
    }
}
