//! Recordings that are made up, so that it is known what differs.

use metrics::Tally;
use rand::SeedableRng;
use rand_distr::{Distribution, LogNormal, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use trace::{Conditions, Length, Outcome, Query, Request, Step, StepKind, Trace, Workload};

use super::Compared;
use crate::{About, Block, BlockKind, Conduct, Environment, Recording, Round, State, StudyPart};

/// A recording, and its blocks.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) recording: Recording,
    pub(super) blocks: Vec<Block>,
    pub(super) kind: BlockKind,
}

impl Made {
    pub(super) fn compared(&self) -> Compared<'_> {
        Compared { recording: &self.recording, blocks: &self.blocks, kind: self.kind }
    }

    /// Takes rounds away.
    pub(super) fn without_rounds(mut self, left_out: &[u32]) -> Self {
        let kept = |number: u32| !left_out.contains(&number);
        let rounds = self.recording.rounds.iter().zip(&self.blocks);
        self.blocks = rounds.filter(|(round, _)| kept(round.number)).map(|(_, block)| block.clone()).collect();
        self.recording.rounds.retain(|round| kept(round.number));
        self
    }
}

/// Rounds of one study, each of a second.
pub(super) fn of_study(name: &str, rounds: &[Vec<Trace>]) -> Made {
    let rounds: Vec<Round> = (0..).zip(rounds).map(|(number, traces)| round(number, traces, 1)).collect();
    let blocks = rounds.iter().map(|round| Block::of(&round.tally, round.elapsed_ns)).collect();
    let study = StudyPart { key: "a study".to_owned(), name: "a study".to_owned(), position: 0 };
    Made { recording: recording(name, Some(study), rounds), blocks, kind: BlockKind::Rounds }
}

/// Seconds of a lone recording.
pub(super) fn lone(name: &str, seconds: &[Vec<Trace>]) -> Made {
    let blocks = seconds.iter().map(|traces| Block::of(&tally(traces), 1_000_000_000)).collect();
    let rounds = vec![round(0, &seconds.concat(), seconds.len() as u64)];
    Made { recording: recording(name, None, rounds), blocks, kind: BlockKind::Seconds(1) }
}

fn recording(name: &str, study: Option<StudyPart>, rounds: Vec<Round>) -> Recording {
    let mut recording = Recording {
        about: About {
            id: 0,
            key: name.to_owned(),
            name: name.to_owned(),
            note: String::new(),
            tags: Vec::new(),
            began_unix_ms: 0,
            state: State::Whole,
            study,
            conditions: Conditions::default(),
            workload: Workload { length: Length::Time { ms: 1_000 }, ..Workload::default() },
            elapsed_ns: 0,
            requests: 0,
            hit_ratio: None,
            p50_ns: None,
            p99_ns: None,
        },
        environment: Environment { cpu: "A processor".to_owned(), cores: 8, ..Environment::default() },
        info_before: None,
        info_after: None,
        rounds,
    };
    let all = recording.tally();
    recording.about.requests = all.counts().ended();
    recording.about.hit_ratio = all.counts().hit_ratio();
    recording
}

fn round(number: u32, traces: &[Trace], seconds: u64) -> Round {
    Round {
        number,
        seed: 1 + u64::from(number),
        elapsed_ns: seconds * 1_000_000_000,
        tally: tally(traces),
        seconds: Vec::new(),
        conduct: Some(Conduct::default()),
    }
}

fn tally(traces: &[Trace]) -> Tally {
    let mut tally = Tally::default();
    traces.iter().for_each(|trace| tally.record(trace));
    tally
}

/// A request that waited, then took those steps, and a while between them.
pub(super) fn request(outcome: Outcome, waited_ns: u64, steps: &[(StepKind, u64)], other_ns: u64) -> Trace {
    let in_steps: u64 = steps.iter().map(|(_, ns)| ns).sum();
    let steps = steps.iter().map(|(kind, ns)| Step {
        kind: *kind,
        start_ns: 0,
        duration_ns: *ns,
        injected_ns: 0,
        failed: false,
    });
    Trace {
        id: 1,
        request: Request::read(1, Query::Page),
        outcome,
        started_ns: 0,
        waited_ns,
        total_ns: in_steps + other_ns,
        other_ns,
        steps: steps.collect(),
        notes: Vec::new(),
        version: None,
        stale_ns: None,
        effects: Vec::new(),
        door: trace::Door::Own,
    }
}

/// A hit that took so long, most of it in asking the cache.
pub(super) fn hit(ns: u64) -> Trace {
    request(Outcome::Hit, 0, &[(StepKind::CacheGet, ns * 3 / 4), (StepKind::Respond, ns / 8)], ns - ns * 3 / 4 - ns / 8)
}

/// A miss: 10 µs to ask the cache, so long in the database, 20 µs to encode, 30 µs to store, 5 µs to respond, 5 µs between.
pub(super) fn miss(db_ns: u64) -> Trace {
    let steps = [
        (StepKind::CacheGet, 10_000),
        (StepKind::DbQuery, db_ns),
        (StepKind::Encode, 20_000),
        (StepKind::CacheSet, 30_000),
        (StepKind::Respond, 5_000),
    ];
    request(Outcome::Miss, 0, &steps, 5_000)
}

/// A read that never asked a cache.
pub(super) fn uncached(db_ns: u64) -> Trace {
    request(Outcome::Bypass, 0, &[(StepKind::DbQuery, db_ns), (StepKind::Respond, 5_000)], 5_000)
}

/// Hits around 50 µs times a factor for each block, spread by half their size.
pub(super) fn hits(factors: &[f64], requests: usize, seed: u64) -> Vec<Vec<Trace>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let latency = LogNormal::new(50_000_f64.ln(), 0.5).expect("it exists");
    let block = |factor: &f64| (0..requests).map(|_| hit((latency.sample(&mut random) * factor) as u64)).collect();
    factors.iter().map(block).collect()
}

/// Two sides of a made-up study of ten rounds, of which the second takes so many times as long: rounds differ by 10 % for
/// both, and by 3 % for each.
pub(super) fn study(ratio: f64, requests: usize, seed: u64) -> [Made; 2] {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut normal = |spread: f64| -> f64 {
        let sample: f64 = StandardNormal.sample(&mut random);
        (sample * spread).exp()
    };
    let shared: Vec<f64> = (0..10).map(|_| normal(0.1)).collect();
    let mut side = |name, ratio: f64, seed| {
        let factors: Vec<f64> = shared.iter().map(|shared| shared * normal(0.03) * ratio).collect();
        of_study(name, &hits(&factors, requests, seed))
    };
    [side("this", 1.0, 2 * seed), side("that", ratio, 2 * seed + 1)]
}
