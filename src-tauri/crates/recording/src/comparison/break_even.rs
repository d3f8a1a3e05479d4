use serde::{Deserialize, Serialize};
use trace::{Outcome, StepKind};
use ts_rs::TS;

use super::costs::{Costs, Without};
use super::pair::{Pair, Side};
use super::{Compared, words};

/// From which hit ratio on the cache pays, by what hits, misses and reads without a cache were measured to cost.
///
/// At a hit ratio r a read costs r · hit + (1 − r) · miss on the average; without a cache it costs what it costs. Both are
/// the same at r = (miss − without) / (miss − hit). Costs are mean service times, since only means add up; the distribution
/// that comes of each hit ratio stands beside ([`AtHitRatio`]). This holds for as long as the costs stay as they are: it
/// leaves out that more misses mean more load on the database, and that a write costs deleting the key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct BreakEven {
    /// Number, in the list, of the recording whose hits and misses these are: the one with the most of both.
    pub recording: usize,
    /// What a hit costs.
    pub hit: PathCost,
    /// What a miss costs, with storing the value for future requests.
    pub miss: PathCost,
    /// What a read costs where there is no cache.
    pub without: WithoutCache,
    /// The hit ratio from which on the cache pays, from 0 to 1; absent where it always or never does.
    pub hit_ratio: Option<f64>,
    /// Where its 95 % interval begins, at least 0; absent where there is too little to tell.
    pub low: Option<f64>,
    /// Where it ends, at most 1.
    pub high: Option<f64>,
    /// The result in words.
    pub sentence: String,
    /// What each hit ratio would give, from 0 to 100 percent.
    pub at: Vec<AtHitRatio>,
}

/// What requests that went one way cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct PathCost {
    /// How many were measured.
    #[ts(type = "number")]
    pub count: u64,
    /// Their mean service time, in nanoseconds.
    pub mean_ns: f64,
}

/// What a read costs without a cache.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WithoutCache {
    /// Number of the recording it was measured in: one that never asked a cache. Absent where it was estimated from misses.
    pub recording: Option<usize>,
    /// Whether it was estimated: a miss without asking the cache, encoding for it and storing in it.
    pub estimated: bool,
    /// The mean, in nanoseconds.
    pub mean_ns: f64,
    /// The median, in nanoseconds; absent where too few were measured.
    #[ts(type = "number | null")]
    pub p50_ns: Option<u64>,
    /// The 99th percentile.
    #[ts(type = "number | null")]
    pub p99_ns: Option<u64>,
}

/// What reads would take at a hit ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct AtHitRatio {
    /// The hit ratio, in percent.
    pub hit_percent: u32,
    /// The mean service time, in nanoseconds.
    pub mean_ns: f64,
    /// The median of the measured hits and misses, mixed in this proportion; absent where too few were measured.
    #[ts(type = "number | null")]
    pub p50_ns: Option<u64>,
    /// The 99th percentile of the same.
    #[ts(type = "number | null")]
    pub p99_ns: Option<u64>,
}

/// From how many hits and misses costs are told; a median takes as many.
const LEAST: u64 = 20;

pub(super) fn break_even(compared: &[Compared<'_>], names: &[String]) -> Option<BreakEven> {
    let fewer = |one: &Compared<'_>| one.count(Outcome::Hit).min(one.count(Outcome::Miss));
    let enough = compared.iter().enumerate().filter(|(_, one)| fewer(one) >= LEAST);
    // Of two with as many, the first.
    let (recording, cached) = enough.rev().max_by_key(|(_, one)| fewer(one))?;
    let named = |number: usize| (&compared[number], names[number].as_str());
    let measured_in = without_cache(compared, cached);
    let (costs, without) = if let Some(number) = measured_in {
        let pair = Pair::of(named(recording), named(number));
        (Costs::of(&pair.baseline)?, Without::measured(&pair.other)?)
    } else {
        let side = Side::of(named(recording));
        let costs = Costs::of(&side)?;
        let without = Without::estimated(&side, &costs)?;
        (costs, without)
    };
    let (hit_ratio, ends) = costs.even_with(&without);
    let within = ends.map(|(low, high)| (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0)));
    let mut sentence = sentence(&costs, &without, hit_ratio, within);
    let measured = costs.hit().count as f64 * 100.0 / (costs.hit().count + costs.miss().count) as f64;
    let (name, measured) = (&names[recording], words::percent(measured));
    sentence.push_str(&format!(" {name}, where hits and misses were measured, had a hit ratio of {measured}."));
    if measured_in.is_none() {
        sentence.push_str(
            " None of these recordings is one of the same query without a cache, so that cost is estimated: a miss, less \
             asking the cache, encoding for it and storing in it.",
        );
    }
    let (low, high) = within.unzip();
    Some(BreakEven {
        recording,
        hit: costs.hit(),
        miss: costs.miss(),
        without: without.told(measured_in),
        hit_ratio: hit_ratio.filter(|ratio| (0.0..=1.0).contains(ratio)),
        low,
        high,
        sentence,
        at: (0..=100).map(|percent| costs.at(percent)).collect(),
    })
}

/// The number of a recording of the same query on the same machine and database that never asked a cache; of several, the
/// one with the most reads. One whose cache could not be reached asked in vain, and paid for it.
fn without_cache(compared: &[Compared<'_>], cached: &Compared<'_>) -> Option<usize> {
    let fits = |one: &Compared<'_>| {
        let (this, that) = (one.recording, cached.recording);
        let same = this.about.conditions.query == that.about.conditions.query
            && this.environment.same_machine(&that.environment)
            && this.environment.database == that.environment.database;
        let from_cache = [Outcome::Hit, Outcome::Miss, Outcome::Stale, Outcome::Coalesced];
        let asked = from_cache.into_iter().any(|outcome| one.count(outcome) > 0)
            || this.rounds.iter().any(|round| round.tally.step(StepKind::CacheGet).is_some());
        let bypasses = one.count(Outcome::Bypass);
        (same && !asked && bypasses >= LEAST).then_some(bypasses)
    };
    let fitting = compared.iter().enumerate().filter_map(|(number, one)| Some((number, fits(one)?)));
    fitting.rev().max_by_key(|(_, bypasses)| *bypasses).map(|(number, _)| number)
}

fn sentence(costs: &Costs, without: &Without, hit_ratio: Option<f64>, within: Option<(f64, f64)>) -> String {
    let (hit, miss) = (words::duration(costs.hit().mean_ns), words::duration(costs.miss().mean_ns));
    let none = words::duration(without.mean_ns());
    let percent = |ratio: f64| words::percent(ratio * 100.0);
    match hit_ratio {
        None => format!("A hit took {hit} on the average and a miss {miss}: more hits do not make this cache pay."),
        Some(ratio @ 0.0..=1.0) => {
            let within = within.map(|(low, high)| format!(" (95 % interval {} to {})", percent(low), percent(high)));
            format!(
                "The cache pays from a hit ratio of {} on{}: on the average a hit took {hit}, a miss {miss}, and a read without \
                 a cache {none}.",
                percent(ratio),
                within.unwrap_or_default()
            )
        }
        Some(..0.0) => {
            let perhaps = within.filter(|(_, high)| *high > 0.0).map(|(_, high)| {
                format!(" Within its 95 % interval it may take a hit ratio of up to {}.", percent(high))
            });
            format!(
                "The cache pays at any hit ratio: on the average even a miss took {miss}, no longer than a read without a cache \
                 ({none}).{}",
                perhaps.unwrap_or_default()
            )
        }
        Some(_) => {
            let perhaps = within.filter(|(low, _)| *low < 1.0).map(|(low, _)| {
                format!(" Within its 95 % interval it may pay from a hit ratio of {} on.", percent(low))
            });
            format!(
                "The cache never pays here: on the average even a hit took {hit}, and a read without a cache {none}.{}",
                perhaps.unwrap_or_default()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::super::fixtures::{Made, hit, miss, of_study, uncached};
    use super::*;

    fn of(made: &[Made]) -> BreakEven {
        let compared: Vec<_> = made.iter().map(Made::compared).collect();
        compare(&compared, 0).expect("they can be compared").break_even.expect("there are hits and misses")
    }

    /// Eight rounds of so many hits of 50 µs and misses of 1,070 µs: 1,000 of the database, 70 of the cache's making.
    fn cached(name: &str, hits: usize, misses: usize) -> Made {
        of_study(name, &vec![[vec![hit(50_000); hits], vec![miss(1_000_000); misses]].concat(); 8])
    }

    fn without_cache(db_ns: u64) -> Made {
        of_study("none", &vec![vec![uncached(db_ns); 200]; 8])
    }

    #[test]
    fn it_is_where_hits_and_misses_cost_what_none_costs() {
        let even = of(&[without_cache(900_000), cached("few", 10, 10), cached("many", 900, 100)]);
        assert_eq!((even.recording, even.without.recording, even.without.estimated), (2, Some(0), false));
        assert_eq!((even.hit.mean_ns, even.miss.mean_ns, even.without.mean_ns), (50_000.0, 1_070_000.0, 910_000.0));
        // (1,070 − 910) / (1,070 − 50)
        let ratio = even.hit_ratio.expect("it lies between");
        assert!((ratio - 160.0 / 1_020.0).abs() < 1e-9, "{ratio}");
        assert!(even.low.is_some_and(|low| low <= ratio) && even.high.is_some_and(|high| high >= ratio));
        assert_eq!(
            even.sentence,
            "The cache pays from a hit ratio of 15.7 % on (95 % interval 15.7 % to 15.7 %): on the average a hit took 50.0 µs, \
             a miss 1.07 ms, and a read without a cache 910 µs. many, where hits and misses were measured, had a hit ratio of \
             90.0 %."
        );
    }

    #[test]
    fn the_slider_mixes_what_was_measured() {
        let even = of(&[without_cache(900_000), cached("many", 900, 100)]);
        assert_eq!(even.at.len(), 101);
        assert_eq!(even.at[0].mean_ns, even.miss.mean_ns);
        assert_eq!(even.at[100].mean_ns, even.hit.mean_ns);
        assert_eq!(even.at[75].mean_ns, 305_000.0);
        let near = |ns: Option<u64>, expected: f64| ns.is_some_and(|ns| (ns as f64 / expected - 1.0).abs() < 0.002);
        assert!(near(even.at[75].p50_ns, 50_000.0) && near(even.at[75].p99_ns, 1_070_000.0), "{:?}", even.at[75]);
        assert!(near(even.without.p50_ns, 910_000.0) && near(even.without.p99_ns, 910_000.0), "{:?}", even.without);
    }

    #[test]
    fn where_none_went_without_a_cache_the_cost_is_estimated_from_misses_and_says_so() {
        // A get takes 37.5 µs of a hit and 10 µs of each of three misses; a miss less that, less 50 µs of encoding and storing.
        let even = of(&[cached("this", 100, 300), cached("that", 100, 100)]);
        assert_eq!((even.recording, even.without.recording, even.without.estimated), (0, None, true));
        let ask = (37_500.0 + 30_000.0) / 4.0;
        assert!((even.without.mean_ns - (1_070_000.0 - 50_000.0 - ask)).abs() < 1.0, "{:?}", even.without);
        assert!(even.without.p50_ns.is_some_and(|ns| (ns as f64 / even.without.mean_ns - 1.0).abs() < 0.002));
        assert!(even.sentence.ends_with("encoding for it and storing in it."), "{}", even.sentence);
    }

    #[test]
    fn a_cache_may_always_pay_or_never() {
        let always = of(&[without_cache(1_100_000), cached("many", 900, 100)]);
        assert_eq!(always.hit_ratio, None);
        assert!(always.sentence.starts_with("The cache pays at any hit ratio: "), "{}", always.sentence);
        let never = of(&[without_cache(20_000), cached("many", 900, 100)]);
        assert_eq!(never.hit_ratio, None);
        let told =
            "The cache never pays here: on the average even a hit took 50.0 µs, and a read without a cache 30.0 µs.";
        assert!(never.sentence.starts_with(told), "{}", never.sentence);
    }

    #[test]
    fn a_read_that_asked_a_cache_in_vain_is_not_one_without_a_cache() {
        let mut asked = without_cache(900_000);
        let failed =
            trace::Step { kind: StepKind::CacheGet, start_ns: 0, duration_ns: 5_000, injected_ns: 0, failed: true };
        let mut request = uncached(900_000);
        request.steps.push(failed);
        asked.recording.rounds[3].tally.record(&request);
        assert!(of(&[asked, cached("many", 900, 100)]).without.estimated);
        let mut other_query = without_cache(900_000);
        other_query.recording.about.conditions.query = trace::Query::Lookup;
        assert!(of(&[other_query, cached("many", 900, 100)]).without.estimated);
    }

    #[test]
    fn of_a_few_hits_it_is_not_told() {
        let made = [without_cache(900_000), cached("few", 2, 100)];
        let compared: Vec<_> = made.iter().map(Made::compared).collect();
        assert_eq!(compare(&compared, 0).expect("they can be compared").break_even, None);
    }
}
