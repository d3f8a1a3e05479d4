//! How often the intervals hold the true ratio: told by studies that are made up, so that it is known.
//!
//! The figures stand in the documentation of `recording::statistics`; `--nocapture` prints them.

use rand::SeedableRng;
use rand_distr::{Distribution, LogNormal, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use recording::Spread;
use recording::statistics::{Drawn, Draws, Ladder, Replicates};

/// As many as the promise is checked on; where it is only told how far off it is, a quarter of them.
const STUDIES: usize = 1_000;

/// The other takes 1.1× as long.
const TRUE_RATIO: f64 = 1.1;

/// What a made-up study is like. Spreads are standard deviations of logarithms: 0.1 is about 10 %.
#[derive(Debug, Clone, Copy)]
struct World {
    blocks: usize,
    requests: u32,
    /// How much rounds differ that both sides share: a machine that drifts.
    shared: f64,
    /// How much blocks differ that each side has for itself.
    own: f64,
    /// How much a block's own difference is like that of the one before: 0 not at all, 1 entirely.
    like_the_last: f64,
    /// How much the numbers of requests differ from block to block.
    uneven: f64,
}

const ROUNDS: World = World { blocks: 10, requests: 300, shared: 0.1, own: 0.03, like_the_last: 0.0, uneven: 0.0 };
const SECONDS: World = World { blocks: 60, requests: 60, shared: 0.0, own: 0.1, like_the_last: 0.0, uneven: 0.0 };

struct Chance(Xoshiro256PlusPlus);

impl Chance {
    fn normal(&mut self, spread: f64) -> f64 {
        let sample: f64 = StandardNormal.sample(&mut self.0);
        sample * spread
    }
}

/// The blocks of both sides: latencies around 50 µs with a long tail.
fn study(world: &World, ratio: f64, chance: &mut Chance) -> [Vec<Spread>; 2] {
    let World { blocks, requests, shared, own, like_the_last, uneven } = *world;
    let mut sides = [Vec::new(), Vec::new()];
    let mut own_now = [chance.normal(own), chance.normal(own)];
    for _ in 0..blocks {
        let machine = chance.normal(shared);
        let many = (f64::from(requests) * chance.normal(uneven).exp()) as usize;
        for (side, factor) in [1.0, ratio].into_iter().enumerate() {
            let fresh = chance.normal(own);
            own_now[side] =
                like_the_last.mul_add(own_now[side], like_the_last.mul_add(-like_the_last, 1.0).sqrt() * fresh);
            let center = 50_000_f64.ln() + machine + own_now[side] + f64::ln(factor);
            let latency = LogNormal::new(center, 0.5).expect("it exists");
            sides[side].push(spread((0..many).map(|_| latency.sample(&mut chance.0) as u64).collect()));
        }
    }
    sides
}

/// To three digits, as a histogram keeps them.
fn spread(mut values: Vec<u64>) -> Spread {
    values.iter_mut().for_each(|ns| *ns |= (1 << (64 - ns.leading_zeros()).saturating_sub(11)) - 1);
    values.sort_unstable();
    let sum_ns = values.iter().map(|ns| u128::from(*ns)).sum();
    Spread { values: values.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect(), sum_ns }
}

/// Percent of so many studies whose interval holds the true ratio.
fn coverage(studies: usize, world: &World, quantile: f64, draw: fn(usize, u64) -> Draws, drawn: Drawn) -> f64 {
    let left = draw(world.blocks, 1);
    let right = draw(world.blocks, if drawn == Drawn::Together { 1 } else { 2 });
    let mut chance = Chance(Xoshiro256PlusPlus::seed_from_u64(7));
    let held = (0..studies).filter(|_| {
        let [baseline, other] = study(world, TRUE_RATIO, &mut chance)
            .map(|side| Ladder::of(&side.iter().collect::<Vec<_>>()).expect("it fits"));
        let baseline = Replicates::of_log_quantile(&baseline, &left, quantile).expect("there are some");
        let other = Replicates::of_log_quantile(&other, &right, quantile).expect("there are some");
        let (low, high) = baseline.interval_to(&other, drawn).expect("there are enough");
        (low..=high).contains(&TRUE_RATIO.ln())
    });
    let percent = held.count() as f64 * 100.0 / studies as f64;
    println!("{percent:.1} % at {quantile}, drawn {drawn:?}, of {world:?}");
    percent
}

fn of_rounds(studies: usize, world: World, quantile: f64) -> f64 {
    coverage(studies, &world, quantile, Draws::singly, Drawn::Together)
}

fn of_seconds(studies: usize, world: World, quantile: f64) -> f64 {
    coverage(studies, &world, quantile, Draws::in_runs, Drawn::Apart)
}

/// What is promised.
fn promised(percent: f64) -> bool {
    (93.0..=97.0).contains(&percent)
}

#[test]
fn ten_rounds_hold_the_true_ratio_of_medians_as_often_as_promised() {
    assert!(promised(of_rounds(STUDIES, ROUNDS, 0.5)));
}

#[test]
fn so_do_five_and_twenty_rounds() {
    assert!(promised(of_rounds(STUDIES, World { blocks: 5, ..ROUNDS }, 0.5)));
    assert!(promised(of_rounds(STUDIES, World { blocks: 20, ..ROUNDS }, 0.5)));
}

#[test]
fn so_do_the_p90_and_the_p99() {
    assert!(promised(of_rounds(STUDIES, ROUNDS, 0.9)));
    assert!(promised(of_rounds(STUDIES, World { requests: 1_000, ..ROUNDS }, 0.99)));
}

#[test]
fn so_do_rounds_that_do_not_differ_and_uneven_ones() {
    assert!(promised(of_rounds(STUDIES, World { shared: 0.0, own: 0.0, ..ROUNDS }, 0.5)));
    assert!(promised(of_rounds(STUDIES, World { uneven: 0.5, ..ROUNDS }, 0.5)));
}

#[test]
fn so_do_rounds_of_two_studies_drawn_apart() {
    let world = World { shared: 0.0, own: 0.05, ..ROUNDS };
    assert!(promised(coverage(STUDIES, &world, 0.5, Draws::singly, Drawn::Apart)));
}

#[test]
fn so_do_the_seconds_of_lone_recordings_that_have_nothing_to_do_with_each_other() {
    assert!(promised(of_seconds(STUDIES, SECONDS, 0.5)));
    assert!(promised(of_seconds(STUDIES, World { requests: 100, own: 0.05, ..SECONDS }, 0.99)));
}

#[test]
fn so_do_seconds_that_are_half_like_the_ones_before() {
    let world = World { like_the_last: 0.5, ..SECONDS };
    assert!(promised(of_seconds(STUDIES, world, 0.5)));
    // Drawn one by one, they would not.
    assert!(coverage(STUDIES / 4, &world, 0.5, Draws::singly, Drawn::Apart) < 88.0);
}

/// Where few lie beyond the quantile the interval is too wide rather than too narrow.
#[test]
fn a_quantile_with_ten_beyond_it_is_told_with_caution() {
    assert!(of_rounds(STUDIES / 4, World { requests: 100, ..ROUNDS }, 0.99) >= 95.0);
}

/// The limit of the method, told in its documentation and by a warning of the comparison.
#[test]
fn seconds_that_are_much_like_the_ones_before_hold_it_too_rarely() {
    assert!((84.0..94.0).contains(&of_seconds(STUDIES / 4, World { like_the_last: 0.7, ..SECONDS }, 0.5)));
    assert!((65.0..84.0).contains(&of_seconds(STUDIES / 4, World { like_the_last: 0.9, ..SECONDS }, 0.5)));
}
