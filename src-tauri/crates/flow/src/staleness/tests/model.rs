//! Models of the patterns, a step at a time in every order that chance comes up with. What is sound must never be found to
//! break its promise, and what is broken must be caught.

use std::time::Duration;

use proptest::prelude::*;
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::SeedableRng as _;
use trace::{Outcome, Pattern, Query, Request, StepKind};

use super::request;
use crate::staleness::Ledger;
use crate::staleness::history::{Broken, History, Source};

const STEP_NS: u64 = 1_000_000;

/// What a write does with the cache when it has updated the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    Deletes,
    Stores,
    Nothing,
}

/// What a client is in the middle of, and when it began.
#[derive(Debug, Clone, Copy)]
enum Doing {
    Nothing,
    Missed,
    Queried(u64),
    Stored(u64),
    Hit(u64),
    Writing,
    Updated(u64),
    Fetched(u64, u64),
    Told(u64),
}

/// One product's row and one key.
struct World {
    write: Write,
    ttl_steps: u64,
    now: u64,
    version: u64,
    cached: Option<(u64, u64)>,
    clients: Vec<(Doing, u64)>,
    history: History,
    ledger: Ledger,
    /// How many reads the ledger found to be stale.
    counted: usize,
}

impl World {
    fn new(write: Write, ttl_steps: u64, clients: usize) -> Self {
        Self {
            write,
            ttl_steps,
            now: 1,
            version: 1,
            cached: None,
            clients: vec![(Doing::Nothing, 0); clients],
            history: History::default(),
            ledger: Ledger::default(),
            counted: 0,
        }
    }

    /// One client takes its next step. If it has nothing to do, it begins a write or a read.
    fn step(&mut self, client: usize, writes: bool) {
        self.now += 1;
        let now = self.now;
        let (doing, began) = self.clients[client];
        let next = match doing {
            Doing::Nothing => {
                self.clients[client].1 = now;
                if writes { Doing::Writing } else { self.get() }
            }
            Doing::Missed => Doing::Queried(self.version),
            Doing::Queried(version) => {
                self.cached = Some((version, now + self.ttl_steps));
                Doing::Stored(version)
            }
            Doing::Stored(version) => self.read(client, began, version, Outcome::Miss),
            Doing::Hit(version) => self.read(client, began, version, Outcome::Hit),
            Doing::Writing => {
                self.version += 1;
                Doing::Updated(self.version)
            }
            Doing::Updated(version) => match self.write {
                Write::Deletes => {
                    self.cached = None;
                    Doing::Told(version)
                }
                Write::Stores => Doing::Fetched(version, self.version),
                Write::Nothing => Doing::Told(version),
            },
            Doing::Fetched(version, found) => {
                self.cached = Some((found, now + self.ttl_steps));
                Doing::Told(version)
            }
            Doing::Told(version) => self.wrote(client, began, version),
        };
        self.clients[client].0 = next;
    }

    fn get(&self) -> Doing {
        match self.cached {
            Some((version, until)) if self.now < until => Doing::Hit(version),
            _ => Doing::Missed,
        }
    }

    fn read(&mut self, client: usize, began: u64, version: u64, outcome: Outcome) -> Doing {
        let kinds: &[_] = if outcome == Outcome::Miss { &[StepKind::DbQuery, StepKind::CacheSet] } else { &[] };
        let (read, span) = (Request::read(1, Query::Page), (began * STEP_NS, self.now * STEP_NS));
        self.counted += usize::from(self.ledger.age_ns(1, version, span.0).is_some());
        self.history.add(client as u64, &request(read, outcome, span, version, kinds));
        Doing::Nothing
    }

    fn wrote(&mut self, client: usize, began: u64, version: u64) -> Doing {
        let kinds: &[_] = match self.write {
            Write::Deletes => &[StepKind::DbWrite, StepKind::CacheDel],
            Write::Stores => &[StepKind::DbWrite, StepKind::DbQuery, StepKind::CacheSet],
            Write::Nothing => &[StepKind::DbWrite],
        };
        let span = (began * STEP_NS, self.now * STEP_NS);
        self.ledger.acknowledge(1, version, span.1);
        self.history.add(client as u64, &request(Request::write(1), Outcome::Written, span, version, kinds));
        Doing::Nothing
    }

    /// Lets everybody finish what they are in the middle of.
    fn finish(&mut self) {
        for client in 0..self.clients.len() {
            while !matches!(self.clients[client].0, Doing::Nothing) {
                self.step(client, false);
            }
        }
    }
}

/// Whose turn it is, and whether they would write.
fn turns(clients: usize) -> impl Strategy<Value = Vec<(usize, bool)>> {
    prop::collection::vec((0..clients, prop::bool::weighted(0.3)), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_sound_pattern_keeps_its_promise_in_whatever_order_its_steps_come(turns in turns(4), ttl in 1_u64..40) {
        for (write, pattern) in [
            (Write::Deletes, Pattern::CacheAside),
            (Write::Stores, Pattern::WriteThrough),
            (Write::Nothing, Pattern::WriteAround),
        ] {
            let mut world = World::new(write, ttl, 4);
            turns.iter().for_each(|(client, writes)| world.step(*client, *writes));
            world.finish();
            let report = world.history.check();
            let broken = report.broken(&pattern.promise(Duration::from_nanos(ttl * STEP_NS)));
            prop_assert!(broken.is_empty(), "{}: {}", pattern, broken[0]);
            prop_assert_eq!(world.counted, report.stale.len(), "the live count is the same");
        }
    }

    #[test]
    fn a_write_that_forgets_to_delete_is_caught_at_every_stale_read_of_what_lay_there_before(turns in turns(1)) {
        let mut world = World::new(Write::Nothing, 1_000, 1);
        turns.iter().for_each(|(client, writes)| world.step(*client, *writes));
        world.finish();
        let report = world.history.check();
        let broken = report.broken(&Pattern::CacheAside.promise(Duration::from_secs(3_600)));
        prop_assert!(report.stale.iter().all(|read| read.source == Source::Cache));
        prop_assert_eq!(broken.len(), report.stale.len());
        prop_assert!(broken.iter().all(|each| matches!(each, Broken::Stale(_))));
    }
}

/// The orders that chance comes up with do hold what the properties above speak of.
#[test]
fn among_many_orders_there_are_races_and_what_forgets_to_delete_is_caught_in_most() {
    let mut dice = SplitMix64::seed_from_u64(7);
    let (mut races, mut caught) = (0, 0);
    for _ in 0..200 {
        let mut worlds = [World::new(Write::Deletes, 1_000, 4), World::new(Write::Nothing, 1_000, 4)];
        for _ in 0..200 {
            let drawn = dice.next_u64();
            worlds.iter_mut().for_each(|world| world.step((drawn % 4) as usize, drawn >> 8 & 3 == 0));
        }
        let [sound, forgetful] = worlds.map(|mut world| {
            world.finish();
            world.history.check()
        });
        let promise = Pattern::CacheAside.promise(Duration::from_secs(1));
        assert_eq!(sound.broken(&promise), []);
        races += sound.stale.iter().filter(|read| read.source == Source::Race).count();
        caught += usize::from(!forgetful.broken(&promise).is_empty());
    }
    assert!(races > 100 && caught > 150, "{races} races, {caught} caught");
}
