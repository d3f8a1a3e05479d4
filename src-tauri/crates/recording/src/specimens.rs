//! Recordings made up for tests: the same from the same seed, and plausible enough to be looked at.

use metrics::{Second, Tally};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use trace::{Conditions, Outcome, Pace, Query, Rate, Request, Spacing, Step, StepKind, Trace, Workload};

use crate::{About, Conduct, Environment, RecordedSecond, RecordedTrace, Recording, Round, State};

/// What a made-up recording is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Specimen {
    pub(crate) seed: u64,
    pub(crate) hit_ratio: f64,
    /// Half of the hits take less.
    pub(crate) hit_us: f64,
    /// Half of the database's answers take less.
    pub(crate) query_us: f64,
    pub(crate) rounds: u32,
    pub(crate) seconds: u32,
    pub(crate) per_second: u32,
}

impl Default for Specimen {
    fn default() -> Self {
        Self { seed: 1, hit_ratio: 0.9, hit_us: 55.0, query_us: 2_200.0, rounds: 1, seconds: 12, per_second: 400 }
    }
}

impl Specimen {
    pub(crate) fn recording(self, name: &str) -> Recording {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let rounds: Vec<Round> = (0..self.rounds).map(|number| self.round(number, &mut dice)).collect();
        let mut sum = Tally::default();
        rounds.iter().for_each(|round| sum.add(&round.tally));
        let response = sum.all().response;
        Recording {
            about: About {
                id: 7,
                key: format!("0b7c6f0e-1a2b-4c3d-8e9f-00000000000{}", self.seed % 10),
                name: name.to_owned(),
                note: "Made up.".to_owned(),
                tags: vec!["test".to_owned()],
                began_unix_ms: 1_790_000_000_000,
                state: State::Whole,
                study: None,
                conditions: Conditions::default(),
                workload: self.workload(),
                elapsed_ns: rounds.iter().map(|round| round.elapsed_ns).sum(),
                requests: sum.counts().ended(),
                hit_ratio: sum.counts().hit_ratio(),
                p50_ns: response.quantile(0.5),
                p99_ns: response.quantile(0.99),
            },
            environment: environment(),
            info_before: Some("# Server\r\nredis_version:7.4.0\r\n".to_owned()),
            info_after: None,
            rounds,
        }
    }

    pub(crate) fn workload(self) -> Workload {
        let rate = Rate::Steady { per_second: f64::from(self.per_second) };
        Workload { pace: Pace::Open { rate, spacing: Spacing::Poisson }, seed: self.seed, ..Workload::default() }
    }

    fn round(self, number: u32, dice: &mut Xoshiro256PlusPlus) -> Round {
        let mut tally = Tally::default();
        let seconds = (0..self.seconds).map(|second| {
            let mut of_second = Tally::default();
            (0..self.per_second).for_each(|_| of_second.record(&self.trace(0, 0, second, dice)));
            tally.add(&of_second);
            RecordedSecond {
                second: Second::of(second, &of_second),
                machine_busy_percent: Some(dice.random_range(20.0..30.0)),
            }
        });
        let seconds = seconds.collect();
        Round {
            number,
            seed: self.seed + u64::from(number),
            elapsed_ns: u64::from(self.seconds) * 1_000_000_000,
            tally,
            seconds,
            conduct: Some(Conduct { generator_lag_p99_ns: Some(21_000), ..Conduct::default() }),
        }
    }

    /// Every second's tally of a lone recording: as it would have been kept.
    pub(crate) fn seconds(self) -> Vec<Tally> {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let second = |second| {
            let mut tally = Tally::default();
            (0..self.per_second).for_each(|_| tally.record(&self.trace(0, 0, second, &mut dice)));
            tally
        };
        (0..self.seconds).map(second).collect()
    }

    /// A sample of its traces, ten a second, two of which overlap with the one before.
    pub(crate) fn traces(self) -> Vec<RecordedTrace> {
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let number = self.seconds * 10;
        let at = |index: u32| u64::from(index) * 100_000_000 - if index % 5 == 1 { 99_990_000 } else { 0 };
        let trace = |index: u32| RecordedTrace {
            round: 0,
            at_ns: at(index),
            trace: self.trace(u64::from(index) + 1, 5_000_000_000 + at(index), index / 10, &mut dice),
        };
        (0..number).map(trace).collect()
    }

    /// A cache that fills up: in the first seconds there are fewer hits.
    fn trace(self, id: u64, started_ns: u64, second: u32, dice: &mut Xoshiro256PlusPlus) -> Trace {
        let ratio = self.hit_ratio * (1.0 - (-f64::from(second + 1) / 1.5).exp());
        let hit = dice.random_bool(ratio);
        // The product of uniform variates is close enough to a log-normal one.
        let mut around = |us: f64| {
            let spread: f64 = (0..6).map(|_| dice.random_range(-0.35..0.4)).sum();
            (us * spread.exp() * 1_000.0) as u64
        };
        let get = around(self.hit_us * 0.8);
        let durations: Vec<(StepKind, u64)> = if hit {
            vec![(StepKind::CacheGet, get), (StepKind::Decode, around(4.0)), (StepKind::Respond, around(2.0))]
        } else {
            vec![
                (StepKind::CacheGet, get),
                (StepKind::DbQuery, around(self.query_us)),
                (StepKind::Encode, around(6.0)),
                (StepKind::CacheSet, around(self.hit_us)),
                (StepKind::Respond, around(2.0)),
            ]
        };
        let (waited_ns, gap) = (around(1.5), around(1.0));
        let mut start_ns = gap;
        let steps: Vec<Step> = durations
            .into_iter()
            .map(|(kind, duration_ns)| {
                let step = Step { kind, start_ns, duration_ns, injected_ns: 0, failed: false };
                start_ns += duration_ns;
                step
            })
            .collect();
        Trace {
            id,
            request: Request::read(dice.random_range(1..1_000), Query::Page),
            outcome: if hit { Outcome::Hit } else { Outcome::Miss },
            started_ns,
            waited_ns,
            total_ns: start_ns,
            other_ns: gap,
            steps,
            notes: Vec::new(),
            version: None,
            stale_ns: None,
            effects: Vec::new(),
            door: trace::Door::Own,
        }
    }
}

pub(crate) fn environment() -> Environment {
    Environment {
        cpu: "AMD EPYC 7B13".to_owned(),
        cores: 2,
        memory_mib: 24_048,
        os: "Linux (Debian GNU/Linux 12)".to_owned(),
        kernel: "6.1.0-18-amd64".to_owned(),
        app: "0.1.0".to_owned(),
        engine: "bundled 0.1.0".to_owned(),
        database: "SQLite 3.50.2".to_owned(),
        power: Some("mains, governor performance".to_owned()),
    }
}
