//! Loading anew what the cache still holds: by early expiry, or in the background. Nobody waits for that: where another is
//! loading the key already, there is nothing to do.

use cache::Claim;
use trace::{Effect, Request, Sink, StepKind, Stopwatch};

use crate::single_flight::{Lead, Loaded, Part};
use crate::steps::Storing;
use crate::turn::{self, LIFE};
use crate::{Flow, lease, lock};

/// Leave to load a key anew, until it is dropped.
pub(crate) struct Anew {
    lead: Option<Lead>,
    claim: Option<(Claim, &'static str)>,
}

/// Who loads anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// A request.
    Request,
    /// The background. It takes no lock: a write calls it off, and nobody would give the lock back then. A lease is deleted
    /// by that write.
    Background,
}

impl Anew {
    /// Leave to load it; `None` where another is loading it, or the cache did not say.
    pub(crate) async fn take<S: Sink>(
        flow: &Flow,
        watch: &mut Stopwatch<'_, S>,
        key: &str,
        who: Who,
        effect: &mut Effect,
    ) -> Option<Self> {
        let lead = match flow.loads_once().then(|| flow.shared.flights.join(key)) {
            Some(Part::Follows(_)) => return None,
            Some(Part::Leads(lead)) => Some(lead),
            None => None,
        };
        let claim = if flow.protections.lease {
            Some((turn::claim_on(lease::key_of(key)), lease::NAME))
        } else if flow.protections.cache_lock && who == Who::Request {
            Some((turn::claim_on(lock::key_of(key)), lock::NAME))
        } else {
            None
        };
        if let Some((claim, _)) = &claim {
            let asked = flow.cache.claim(claim, LIFE, key);
            let claimed = watch.wait_through(StepKind::CacheLock, flow.cache.injector(), asked).await;
            effect.round_trips += 1;
            effect.lookups += u32::from(claimed.is_ok());
            if !claimed.is_ok_and(|claimed| claimed.taken) {
                return None;
            }
        }
        Some(Self { lead, claim })
    }

    /// Loads it.
    pub(crate) async fn load<S: Sink>(
        self,
        flow: &Flow,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        effect: &mut Effect,
    ) -> Loaded {
        let storing = match &self.claim {
            Some((lease, lease::NAME)) => Storing::Leased(lease, effect),
            _ => Storing::Freely,
        };
        let loaded = flow.fetch_and_store(watch, request, key, storing).await;
        if let Some((lock, lock::NAME)) = &self.claim {
            turn::give_back(flow, watch, (lock, lock::NAME), effect).await;
        }
        if let Some(lead) = self.lead {
            lead.land(loaded.clone());
        }
        loaded
    }
}
