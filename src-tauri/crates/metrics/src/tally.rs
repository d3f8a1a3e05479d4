use std::ops::AddAssign;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Effect, Operation, Outcome, Protection, Step, StepKind, Trace};
use ts_rs::TS;

use crate::{Counts, Effects, Latencies, Latency, OutcomeLatency, ProtectionEffects, StaleReads, StepLatency};

/// What was added up of some requests: those of a second, of a round or of a whole run. Two tallies add up to that of all
/// their requests, to the last count.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    counts: Counts,
    outcomes: [Option<Box<Times>>; Outcome::ALL.len()],
    steps: [Option<Box<StepTimes>>; StepKind::ALL.len()],
    checked: u64,
    stale_ages: Option<Box<Latencies>>,
    effects: [Option<Box<Effects>>; Protection::ALL.len()],
}

/// Response and service times of the same requests.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// From when each was *due* to its end ([`Trace::response_ns`]).
    pub response: Latencies,
    /// From when each was *sent* to its end ([`Trace::service_ns`]).
    pub service: Latencies,
}

/// How long one kind of step took.
#[derive(Debug, Clone, Default)]
pub struct StepTimes {
    /// Of those that succeeded.
    pub durations: Latencies,
    /// How many failed.
    pub failed: u64,
    /// What was put into them on purpose, into those that failed as well. The durations hold it.
    pub injected: Injected,
}

/// Time that was put into steps on purpose, by faults: told apart, since it was not measured of anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Injected {
    /// How many steps hold some.
    #[ts(type = "number")]
    pub steps: u64,
    /// How much it is in all, in nanoseconds.
    #[ts(type = "number")]
    pub ns: u64,
}

impl Injected {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.steps == 0
    }

    fn record(&mut self, step: &Step) {
        self.steps += u64::from(step.injected_ns > 0);
        self.ns = self.ns.saturating_add(step.injected_ns);
    }
}

impl AddAssign for Injected {
    fn add_assign(&mut self, other: Self) {
        self.steps = self.steps.saturating_add(other.steps);
        self.ns = self.ns.saturating_add(other.ns);
    }
}

impl Tally {
    /// Adds a request.
    pub fn record(&mut self, trace: &Trace) {
        self.counts.add_one(trace.outcome);
        let times = self.outcomes[trace.outcome as usize].get_or_insert_default();
        times.response.record(trace.response_ns());
        times.service.record(trace.service_ns());
        for step in &trace.steps {
            let times = self.steps[step.kind as usize].get_or_insert_default();
            times.injected.record(step);
            if step.failed {
                times.failed += 1;
            } else {
                times.durations.record(step.duration_ns);
            }
        }
        if trace.request.operation == Operation::Read && trace.version.is_some() {
            self.checked += 1;
            if let Some(age_ns) = trace.stale_ns {
                self.stale_ages.get_or_insert_default().record(age_ns);
            }
        }
        self.put_effects_of_one(&trace.effects);
    }

    /// Adds what protections saved and cost in one request, or in one reload.
    pub fn put_effects_of_one(&mut self, effects: &[Effect]) {
        for (index, effect) in effects.iter().enumerate() {
            let first = effects[..index].iter().all(|earlier| earlier.protection != effect.protection);
            self.effects[effect.protection as usize].get_or_insert_default().record(effect, first);
        }
    }

    /// Adds queries by reloads in the background.
    pub fn put_reloads(&mut self, many: u64) {
        self.counts.reloads += many;
    }

    /// Adds all requests of another.
    pub fn add(&mut self, other: &Self) {
        self.put_reloads(other.counts.reloads);
        for outcome in Outcome::ALL {
            if let Some(times) = other.times(outcome) {
                self.put_times(outcome, times);
            }
        }
        for kind in StepKind::ALL {
            if let Some(times) = other.step(kind) {
                self.put_step(kind, times);
            }
        }
        self.put_stale_reads(other.checked, other.stale_ages());
        for protection in Protection::ALL {
            if let Some(effects) = other.effects(protection) {
                self.put_effects(protection, effects);
            }
        }
    }

    /// Adds requests that went one way, with their times.
    pub fn put_times(&mut self, outcome: Outcome, times: &Times) {
        self.counts.add_many(outcome, times.response.count());
        let sum = self.outcomes[outcome as usize].get_or_insert_default();
        sum.response.add(&times.response);
        sum.service.add(&times.service);
    }

    /// Adds steps of one kind, with their times.
    pub fn put_step(&mut self, kind: StepKind, times: &StepTimes) {
        let sum = self.steps[kind as usize].get_or_insert_default();
        sum.durations.add(&times.durations);
        sum.failed += times.failed;
        sum.injected += times.injected;
    }

    /// Adds reads that told their version, and for how long the answers of those that were stale had been out of date.
    pub fn put_stale_reads(&mut self, checked: u64, ages: Option<&Latencies>) {
        self.checked += checked;
        if let Some(ages) = ages.filter(|ages| ages.count() > 0) {
            self.stale_ages.get_or_insert_default().add(ages);
        }
    }

    /// Adds what a protection saved and cost.
    pub fn put_effects(&mut self, protection: Protection, effects: &Effects) {
        self.effects[protection as usize].get_or_insert_default().add(effects);
    }

    /// Forgets all; the memory is kept for the next.
    pub fn clear(&mut self) {
        self.counts = Counts::default();
        for times in self.outcomes.iter_mut().flatten() {
            times.response.clear();
            times.service.clear();
        }
        for times in self.steps.iter_mut().flatten() {
            times.durations.clear();
            times.failed = 0;
            times.injected = Injected::default();
        }
        self.checked = 0;
        if let Some(ages) = &mut self.stale_ages {
            ages.clear();
        }
        self.effects.iter_mut().flatten().for_each(|effects| effects.clear());
    }

    /// How many there were, and which way they went; `sent` is their sum.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { sent: self.counts.ended(), ..self.counts }
    }

    /// The times of those that went that way; `None` where none did.
    #[must_use]
    pub fn times(&self, outcome: Outcome) -> Option<&Times> {
        self.outcomes[outcome as usize].as_deref().filter(|times| times.response.count() > 0)
    }

    /// The times of all of them, whichever way they went.
    #[must_use]
    pub fn all(&self) -> Times {
        let mut all = Times::default();
        for times in self.outcomes.iter().flatten() {
            all.response.add(&times.response);
            all.service.add(&times.service);
        }
        all
    }

    /// The times of a kind of step; `None` where it was not met.
    #[must_use]
    pub fn step(&self, kind: StepKind) -> Option<&StepTimes> {
        self.steps[kind as usize].as_deref().filter(|times| times.durations.count() > 0 || times.failed > 0)
    }

    /// How many reads told their version: of these it is known whether they were stale.
    #[must_use]
    pub fn checked(&self) -> u64 {
        self.checked
    }

    /// For how long the answers of stale reads had been out of date; `None` where there were none.
    #[must_use]
    pub fn stale_ages(&self) -> Option<&Latencies> {
        self.stale_ages.as_deref().filter(|ages| ages.count() > 0)
    }

    /// The stale reads in short.
    #[must_use]
    pub fn stale_reads(&self) -> StaleReads {
        let ages = self.stale_ages().map_or_else(|| Latencies::default().distribution(), Latencies::distribution);
        StaleReads { checked: self.checked, ages }
    }

    /// What a protection saved and cost; `None` where it did nothing.
    #[must_use]
    pub fn effects(&self, protection: Protection) -> Option<&Effects> {
        self.effects[protection as usize].as_deref().filter(|effects| effects.requests > 0)
    }

    /// The same of each that did something, to be shown.
    #[must_use]
    pub fn protections(&self) -> Vec<ProtectionEffects> {
        let of = |protection| Some(ProtectionEffects::of(protection, self.effects(protection)?));
        Protection::ALL.into_iter().filter_map(of).collect()
    }

    /// Their distributions: of all, of each outcome that was met, and of each step.
    #[must_use]
    pub fn latencies(&self) -> (Latency, Vec<OutcomeLatency>, Vec<StepLatency>) {
        let outcomes = Outcome::ALL
            .into_iter()
            .filter_map(|outcome| Some(OutcomeLatency { outcome, latency: self.times(outcome)?.latency() }));
        let steps = StepKind::ALL.into_iter().filter_map(|kind| {
            let times = self.step(kind)?;
            Some(StepLatency {
                kind,
                duration: times.durations.distribution(),
                failed: times.failed,
                injected: times.injected,
            })
        });
        (self.all().latency(), outcomes.collect(), steps.collect())
    }
}

impl Times {
    fn latency(&self) -> Latency {
        Latency {
            response: self.response.distribution(),
            service: self.service.distribution(),
            response_plot: self.response.plot(),
            service_plot: self.service.plot(),
        }
    }
}
