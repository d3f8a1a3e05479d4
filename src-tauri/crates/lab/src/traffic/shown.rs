//! What the Stage shows of traffic, and what can be read off it: the run that is on or was the last, a recording that is
//! played back, or visitors.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use trace::{Clock as _, Conditions, Trace};

use super::{CurrentRun, Shown};
use crate::TrafficState;
use crate::core::Core;
use crate::readings::{Frame, Held, RunSummary};
use crate::replay::Replay;
use crate::visits::Visit;

impl Core {
    fn shown(&self) -> Option<Shown> {
        self.traffic.slot().shown.clone()
    }

    /// Shows a recording being played back in place of a run. What stands in for the number of a run is handed to it.
    pub(crate) fn show_replay(&self, replay: impl FnOnce(u32) -> Replay) {
        let mut slot = self.traffic.slot();
        slot.last_number += 1;
        slot.shown = Some(Shown::Replay(Arc::new(replay(slot.last_number))));
        slot.held.clear();
    }

    /// A number that no run has had.
    pub(crate) fn next_run_number(&self) -> u32 {
        let mut slot = self.traffic.slot();
        slot.last_number += 1;
        slot.last_number
    }

    /// Nothing is read off until the next run.
    pub(crate) fn show_nothing(&self) {
        let mut slot = self.traffic.slot();
        slot.shown = None;
        slot.held.clear();
    }

    /// The recording that is played back, if one is.
    pub(crate) fn replay(&self) -> Option<Arc<Replay>> {
        match self.shown()? {
            Shown::Replay(replay) => Some(replay),
            Shown::Run(_) | Shown::Visit(_) => None,
        }
    }

    /// The run that sends requests now.
    pub(crate) fn run_that_is_on(&self) -> Option<Arc<CurrentRun>> {
        match self.shown()? {
            Shown::Run(run) if self.traffic_is_on() && run.verdict.get().is_none() => Some(run),
            _ => None,
        }
    }

    /// The visit that is shown, while somebody comes.
    pub(crate) fn visit_that_goes_on(&self) -> Option<Arc<Visit>> {
        match self.shown()? {
            Shown::Visit(visit) if matches!(self.status.borrow().traffic, TrafficState::Visited { live: true, .. }) => {
                Some(visit)
            }
            _ => None,
        }
    }

    /// Whether nobody sends traffic, plays a recording back or has split the Stage.
    pub(crate) fn stage_is_free(&self) -> bool {
        !self.traffic_is_on() && self.other_side().is_none() && self.replay().is_none()
    }

    /// Shows a visit in place of what was, if the Stage is free.
    pub(crate) fn take_stage(&self, visit: &Arc<Visit>) -> bool {
        if self.other_side().is_some() {
            return false;
        }
        let mut slot = self.traffic.slot();
        // Whoever begins to send claims that first, and shows it under this lock.
        if self.traffic_is_on() || matches!(slot.shown, Some(Shown::Replay(_))) {
            return false;
        }
        if !slot.shows(visit) {
            slot.shown = Some(Shown::Visit(Arc::clone(visit)));
            slot.held.clear();
        }
        true
    }

    /// Whether that visit is what is shown.
    pub(crate) fn shows_visit(&self, visit: &Visit) -> bool {
        self.traffic.slot().shows(visit)
    }

    pub(crate) fn frame(&self, cursor: u64) -> Option<Frame> {
        let now_ns = self.clock.now_ns();
        let run = match self.shown()? {
            Shown::Run(run) => run,
            Shown::Replay(replay) => return Some(replay.frame(cursor, now_ns)),
            Shown::Visit(visit) => {
                let (run, started_ns) = (visit.number, visit.meter.started_ns());
                let (progress, sample) = (load::Progress::default(), visit.meter.sample(cursor));
                return Some(Frame { run, now_ns, started_ns, progress, sample });
            }
        };
        let sample = run.meter.sample(cursor);
        let progress = if run.verdict.get().is_some() { load::Progress::default() } else { run.live.progress(now_ns) };
        Some(Frame { run: run.number, now_ns, started_ns: run.meter.started_ns(), progress, sample })
    }

    pub(crate) fn summary(&self, first_second: u32) -> Option<RunSummary> {
        let now_ns = self.clock.now_ns();
        let run = match self.shown()? {
            Shown::Run(run) => run,
            Shown::Replay(replay) => return Some(replay.summary(first_second, now_ns)),
            Shown::Visit(visit) => {
                return Some(RunSummary {
                    run: visit.number,
                    workload: None,
                    conditions: visit.conditions.clone(),
                    elapsed_ns: now_ns.saturating_sub(visit.meter.started_ns()),
                    summary: visit.meter.summary(first_second),
                    verdict: None,
                });
            }
        };
        let verdict = run.verdict.get().cloned();
        let elapsed_ns = match &verdict {
            Some(verdict) => verdict.elapsed_ns,
            None => now_ns.saturating_sub(run.meter.started_ns()),
        };
        Some(RunSummary {
            run: run.number,
            workload: Some(run.workload),
            conditions: run.conditions.clone(),
            elapsed_ns,
            summary: run.meter.summary(first_second),
            verdict,
        })
    }

    /// The traces that are kept of the present run, or the last one.
    pub(crate) fn kept_traces(&self) -> Vec<Arc<Trace>> {
        match self.shown() {
            Some(Shown::Run(run)) => run.meter.kept(),
            Some(Shown::Replay(replay)) => replay.traces(),
            Some(Shown::Visit(visit)) => visit.meter.kept(),
            None => Vec::new(),
        }
    }

    pub(crate) fn hold_traces(&self) -> Held {
        let held = self.kept_traces();
        let ids = held.iter().map(|trace| trace.id).collect();
        self.traffic.slot().held = held;
        Held { ids }
    }

    pub(crate) fn release_traces(&self) {
        self.traffic.slot().held = Vec::new();
    }

    /// The trace of that number, among those held or still kept, the conditions it was sent under, and when it started in
    /// milliseconds since 1970.
    pub(crate) fn kept_trace(&self, id: u64) -> Option<(Trace, Conditions, u64)> {
        let held = self.traffic.slot().held.iter().find(|trace| trace.id == id).cloned();
        let shown = self.shown()?;
        let (meter, conditions, changes) = match &shown {
            Shown::Run(run) => (&run.meter, &run.conditions, &run.changes),
            Shown::Visit(visit) => (&visit.meter, &visit.conditions, &visit.changes),
            Shown::Replay(replay) => return replay.trace(id),
        };
        let trace = held.or_else(|| meter.trace(id))?;
        let at_unix_ms = self.unix_ms(trace.started_ns);
        Some((Trace::clone(&trace), changes.at(trace.started_ns, conditions), at_unix_ms))
    }

    /// When a moment of the run's clock was, in milliseconds since 1970.
    fn unix_ms(&self, at_ns: u64) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ago = Duration::from_nanos(self.clock.now_ns().saturating_sub(at_ns));
        now.saturating_sub(ago).as_millis() as u64
    }
}
