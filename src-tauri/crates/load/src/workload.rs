use std::future::Future;
use std::sync::Arc;

use flow::Flow;
use metrics::{Gets, Meter, Probe};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use trace::{Query, Request};
use ts_rs::TS;

use crate::Error;

/// What a workload does: gets ready, says what is to be done, does each of it, and checks afterwards that the books
/// agree with the world. [`trace::Workload`] is how one is written down.
///
/// Modelled on toydb's workloads.
pub trait Workload: Send + Sync + 'static {
    /// One thing to do.
    type Item: Send + 'static;
    /// What was noted before the run, to check against after it.
    type Before: Send;

    /// Gets everything in place that is not to be measured.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the workload does not fit what is there, [`Error::Stopped`] when it was stopped meanwhile.
    fn prepare(&self, stage: &Stage) -> impl Future<Output = Result<Self::Before, Error>> + Send;

    /// What is to be done, in order, without end; the same on every call.
    fn generate(&self) -> impl Iterator<Item = Self::Item> + Clone + Send + 'static;

    /// Does one thing, as it stands under the conditions of now.
    fn execute(setup: &Setup, item: Self::Item, call: Call) -> impl Future<Output = ()> + Send;

    /// Checks that what was counted here was counted there too.
    fn verify(&self, setup: &Setup, before: Self::Before, gets: Gets) -> impl Future<Output = Check> + Send;
}

/// What requests run on and under. It may change during a run: each request takes what holds when it is sent.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Cache, database and TTL.
    pub flow: Flow,
    /// What is asked.
    pub query: Query,
    /// The same flow past what is broken on purpose, for what gets ready and what checks the books; absent where nothing is.
    pub unhindered: Option<Arc<Flow>>,
}

impl Setup {
    /// The flow with nothing in its way.
    #[must_use]
    pub fn unhindered(&self) -> &Flow {
        self.unhindered.as_deref().unwrap_or(&self.flow)
    }
}

/// Where a run gets ready.
#[derive(Debug)]
pub struct Stage {
    /// What requests run on.
    pub setup: watch::Receiver<Setup>,
    /// Set when the run is to end.
    pub stop: watch::Receiver<bool>,
    /// Told how many of how many preparations are done.
    pub prepared: watch::Sender<(u64, u64)>,
}

/// One request to be sent: its number, when it was due, and whom to tell of it.
#[derive(Debug)]
pub struct Call {
    pub(crate) meter: Arc<Meter>,
    pub(crate) id: u64,
    pub(crate) due_ns: Option<u64>,
}

impl Call {
    /// The sink for this request, which from now on counts as sent.
    #[must_use]
    pub fn probe(self, request: Request) -> Probe {
        Probe::new(self.meter, self.id, request, self.due_ns)
    }
}

/// Whether the cache GETs that were counted here are those the server has counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Check {
    /// They are.
    Agrees {
        /// GETs counted here.
        #[ts(type = "number")]
        gets: u64,
    },
    /// They are not.
    Differs {
        /// In what, and what may be the reason.
        message: String,
    },
    /// That cannot be known.
    Unchecked {
        /// Why.
        message: String,
    },
}
