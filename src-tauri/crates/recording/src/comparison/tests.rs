use proptest::prelude::*;
use trace::{Outcome, StepKind};

use super::fixtures::{Made, hit, hits, lone, miss, of_study, request, study};
use super::*;
use crate::statistics::MOST_BLOCKS;

fn compared(made: &[Made], baseline: usize) -> Comparison {
    compare(&made.iter().map(Made::compared).collect::<Vec<_>>(), baseline).expect("they can be compared")
}

fn median(comparison: &Comparison) -> &QuantileRatio {
    &comparison.results[0].groups[0].response[0]
}

fn findings(studies: std::ops::Range<u64>, ratio: f64, requests: usize) -> [usize; 3] {
    let found = studies.map(|seed| median(&compared(&study(ratio, requests, seed), 0)).finding).collect::<Vec<_>>();
    [Finding::Faster, Finding::NoDifference, Finding::Slower]
        .map(|finding| found.iter().filter(|found| **found == finding).count())
}

#[test]
fn of_a_hundred_studies_of_equals_ninety_show_no_difference() {
    let [faster, equal, slower] = findings(0..100, 1.0, 150);
    assert!(equal >= 90, "{faster} faster, {equal} equal, {slower} slower");
}

#[test]
fn a_difference_of_ten_percent_is_found() {
    let [faster, equal, slower] = findings(0..30, 1.1, 400);
    assert!(slower >= 28 && faster == 0, "{faster} faster, {equal} equal, {slower} slower");
    let made = study(1.1, 300, 7);
    let comparison = compared(&made, 0);
    let median = median(&comparison);
    assert!(median.low.is_some_and(|low| low > 1.0) && median.high.is_some_and(|high| (1.1..1.25).contains(&high)));
    let sentence = &comparison.results[0].sentence;
    assert!(sentence.starts_with("that answered slower than this: its median response took 1."), "{sentence}");
}

#[test]
fn a_recording_against_itself_has_a_ratio_of_one_everywhere() {
    let [this, _] = study(1.0, 300, 3);
    for alone in [false, true] {
        let mut that = this.clone();
        if alone {
            that.recording.about.study = None;
            that.recording.about.key = "a copy".to_owned();
        }
        let comparison = compared(&[this.clone(), that], 0);
        let versus = &comparison.results[0];
        for ratio in versus.groups.iter().flat_map(|group| group.response.iter().chain(&group.service)) {
            assert_eq!(ratio.ratio, ratio.baseline_ns.map(|_| 1.0));
            assert!(matches!(ratio.finding, Finding::NoDifference | Finding::Unknown), "{ratio:?}");
        }
        assert_eq!((versus.throughput.ratio, versus.throughput.finding), (Some(1.0), Shift::NoDifference));
        assert_eq!(versus.mean_response.difference_ns, 0.0);
        assert!(versus.sentence.contains("no difference shown at the median"), "{}", versus.sentence);
    }
}

/// Latencies of both sides, in ten rounds.
fn sides() -> impl Strategy<Value = [Made; 2]> {
    let side = || prop::collection::vec(prop::collection::vec(20_000_u64..90_000, 30..40), 10);
    (side(), side(), any::<bool>()).prop_map(|(this, that, in_turn)| {
        let made = |name, rounds: Vec<Vec<u64>>| {
            let traces: Vec<_> = rounds.into_iter().map(|round| round.into_iter().map(hit).collect()).collect();
            if in_turn { of_study(name, &traces) } else { lone(name, &traces) }
        };
        [made("this", this), made("that", that)]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn swapped_the_ratio_and_its_interval_are_inverted(made in sides()) {
        let (there, back) = (compared(&made, 0), compared(&made, 1));
        let (there, back) = (median(&there), median(&back));
        let inverted = |value: Option<f64>| value.map(|value| (1.0 / value * 1e9).round());
        let plain = |value: Option<f64>| value.map(|value| (value * 1e9).round());
        prop_assert_eq!(plain(there.ratio), inverted(back.ratio));
        prop_assert_eq!(plain(there.low), inverted(back.high));
        prop_assert_eq!(plain(there.high), inverted(back.low));
        prop_assert!(there.low <= there.ratio && there.ratio <= there.high);
    }

    #[test]
    fn in_whichever_order_they_stand_the_result_is_the_same(made in sides()) {
        let [this, that] = made;
        let (forth, back) = (compared(&[this.clone(), that.clone()], 0), compared(&[that, this], 1));
        prop_assert_eq!(&forth.results[0].groups, &back.results[0].groups);
        prop_assert_eq!(&forth.results[0].steps, &back.results[0].steps);
    }

    #[test]
    fn the_parts_add_up_to_the_difference_of_the_means(
        rounds in prop::collection::vec((prop::collection::vec(1_u64..1_000_000, 4), 1_usize..30), 5..8),
    ) {
        let side = |name, factor: u64| {
            let round = |(times, many): &(Vec<u64>, usize)| {
                let steps = [(StepKind::CacheGet, times[0] * factor), (StepKind::DbQuery, times[1])];
                vec![request(Outcome::Miss, times[2] * factor, &steps, times[3]); *many]
            };
            of_study(name, &rounds.iter().map(round).collect::<Vec<_>>())
        };
        let comparison = compared(&[side("this", 1), side("that", 3)], 0);
        let versus = &comparison.results[0];
        let sum = |of: fn(&MeanDifference) -> f64| versus.steps.iter().map(|step| of(&step.mean)).sum::<f64>();
        prop_assert!((sum(|mean| mean.difference_ns) - versus.mean_response.difference_ns).abs() < 0.01);
        prop_assert!((sum(|mean| mean.baseline_ns) - versus.mean_response.baseline_ns).abs() < 0.01);
        prop_assert!(versus.mean_response.difference_ns > 0.0);
    }
}

#[test]
fn twice_the_time_is_twice_the_ratio() {
    let rounds = |factor: f64, seed| hits(&[factor; 10], 200, seed);
    let of = |factor| {
        let comparison = compared(&[of_study("this", &rounds(1.0, 1)), of_study("that", &rounds(factor, 2))], 0);
        let median = median(&comparison).clone();
        [median.ratio, median.low, median.high].map(|value| value.expect("there is enough"))
    };
    for (once, twice) in of(1.0).into_iter().zip(of(2.0)) {
        assert!((twice / once - 2.0).abs() < 0.004, "{once} and {twice}");
    }
}

#[test]
fn fewer_than_five_rounds_are_not_known_and_say_so() {
    let rounds = hits(&[1.0; 4], 300, 1);
    let comparison = compared(&[of_study("this", &rounds), of_study("that", &hits(&[2.0; 4], 300, 2))], 0);
    let median = median(&comparison);
    assert_eq!((median.finding, median.low), (Finding::Unknown, None));
    assert!(median.ratio.is_some_and(|ratio| ratio > 1.8), "the figure itself is told");
    assert_eq!(
        comparison.results[0].sentence,
        "that against this: not known. It takes 5 rounds with requests on both sides to tell a difference from chance; this \
         has 4."
    );
    assert!(comparison.warnings.iter().any(|warning| warning.starts_with("Too few rounds: that has 4")));
}

#[test]
fn a_quantile_is_only_told_where_ten_lie_beyond_it_on_both_sides() {
    let comparison =
        compared(&[of_study("this", &hits(&[1.0; 10], 300, 1)), of_study("that", &hits(&[1.0; 10], 99, 2))], 0);
    let [p50, p90, p99, p999] = &comparison.results[0].groups[0].response[..] else { panic!("four quantiles") };
    assert!(p50.low.is_some() && p90.low.is_some());
    assert!(p99.baseline_ns.is_some() && p99.other_ns.is_none() && p99.ratio.is_none());
    assert_eq!(p99.why_unknown.as_deref(), Some("It takes 1,000 requests to tell a p99; that has 990."));
    assert_eq!(p999.why_unknown.as_deref(), Some("It takes 10,000 requests to tell a p99.9; this has 3,000."));
}

#[test]
fn what_lies_in_two_rounds_tells_nothing_of_chance() {
    let round = |hits: usize, misses: usize| [vec![hit(50_000); hits], vec![miss(900_000); misses]].concat();
    let mut rounds = vec![round(50, 2); 10];
    rounds[0] = round(50, 400);
    rounds[1] = round(50, 300);
    let comparison = compared(&[of_study("this", &rounds), of_study("that", &rounds)], 0);
    let misses = comparison.results[0].groups.iter().find(|group| group.outcome == Some(Outcome::Miss));
    let median = &misses.expect("both have misses").response[0];
    assert_eq!(
        median.why_unknown.as_deref(),
        Some("Nearly all misses of this lie in very few of its rounds: chance cannot be told from them.")
    );
}

#[test]
fn rounds_that_only_one_side_has_are_left_out() {
    let [this, that] = study(1.0, 200, 5);
    let comparison = compared(&[this.clone(), that.clone().without_rounds(&[0, 4])], 0);
    let fair = compared(&[this.without_rounds(&[0, 4]), that.without_rounds(&[0, 4])], 0);
    assert_eq!(comparison.results[0].groups, fair.results[0].groups);
    let warning = "2 rounds of this left out: that has none of the same number to hold against it.";
    assert!(comparison.warnings.iter().any(|told| told == warning), "{:?}", comparison.warnings);
}

#[test]
fn rounds_in_turn_tell_more_than_the_same_drawn_apart() {
    let width = |made: &[Made; 2]| {
        let comparison = compared(made, 0);
        let median = median(&comparison).clone();
        median.high.zip(median.low).map(|(high, low)| high / low).expect("there is enough")
    };
    let in_turn = study(1.0, 200, 11);
    let mut apart = in_turn.clone();
    apart.iter_mut().for_each(|made| made.recording.about.study = None);
    assert!(width(&in_turn).ln() * 2.0 < width(&apart).ln(), "{} and {}", width(&in_turn), width(&apart));
}

#[test]
fn the_same_hit_ratio_of_more_requests_is_no_difference() {
    let rounds = |of_each: usize| vec![[vec![hit(50_000); 7 * of_each], vec![miss(900_000); 3 * of_each]].concat(); 8];
    let comparison = compared(&[of_study("this", &rounds(7)), of_study("that", &rounds(11))], 0);
    assert_eq!(comparison.results[0].hit_ratio.finding, Shift::NoDifference);
}

#[test]
fn a_higher_hit_ratio_is_found_and_told_in_points() {
    let rounds = |hits: usize| vec![[vec![hit(50_000); hits], vec![miss(900_000); 100 - hits]].concat(); 8];
    let comparison = compared(&[of_study("this", &rounds(80)), of_study("that", &rounds(90))], 0);
    let hits = &comparison.results[0].hit_ratio;
    assert_eq!((hits.baseline, hits.other, hits.finding), (Some(0.8), Some(0.9), Shift::Higher));
    assert!(hits.points.is_some_and(|points| (points - 10.0).abs() < 1e-9), "{hits:?}");
    let query = comparison.results[0].steps.iter().find(|step| step.part == Part::Step(StepKind::DbQuery));
    let query = &query.expect("misses ask the database").mean;
    assert!((query.difference_ns + 90_000.0).abs() < 1.0, "a tenth of the requests less, each 900 µs: {query:?}");
}

#[test]
fn the_method_says_what_was_drawn() {
    let seconds = hits(&[1.0; 60], 20, 1);
    let together = compared(&study(1.0, 50, 1), 0).method;
    assert!(together.contains("with the same number ran in turn and were drawn together"), "{together}");
    let apart = compared(&[lone("this", &seconds), of_study("that", &hits(&[1.0; 10], 50, 2))], 0).method;
    assert!(
        apart.contains("the 60 seconds of this, in runs of 7 that follow each other; the 10 rounds of that"),
        "{apart}"
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let [this, that] = study(1.0, 20, 1);
    let refused = |made: &[&Made], baseline| {
        compare(&made.iter().map(|made| made.compared()).collect::<Vec<_>>(), baseline).expect_err("it makes no sense")
    };
    assert_eq!(refused(&[&this], 0), NotComparable::TooFew);
    assert_eq!(refused(&[&this, &that], 2), NotComparable::NoSuchBaseline(2));
    assert_eq!(refused(&[&this; 13], 0), NotComparable::TooMany(13));
    let fine = Made { blocks: vec![Block::default(); MOST_BLOCKS + 1], ..that };
    assert_eq!(
        refused(&[&this, &fine], 0).to_string(),
        "that is cut into 1001 blocks, and at most 1000 can be compared. Cut it into longer ones."
    );
}

#[test]
fn of_recordings_without_a_request_nothing_is_known_and_nothing_breaks() {
    let empty = lone("empty", &vec![Vec::new(); 10]);
    let nothing = Made { blocks: Vec::new(), ..lone("nothing", &[]) };
    let comparison = compared(&[empty, nothing], 0);
    assert_eq!(median(&comparison).finding, Finding::Unknown);
    assert_eq!(comparison.results[0].throughput.finding, Shift::Unknown);
    assert_eq!(comparison.break_even, None);
    let json = serde_json::to_string(&comparison).expect("it can be written");
    assert_eq!(serde_json::from_str::<Comparison>(&json).expect("and read"), comparison);
}

#[test]
fn a_comparison_is_the_same_once_it_was_json() {
    let [this, that] = study(1.2, 300, 9);
    let comparison = compared(&[this, that], 1);
    // As a value: as text, the last digit of a number may differ.
    let json = serde_json::to_value(&comparison).expect("it can be written");
    assert_eq!(serde_json::from_value::<Comparison>(json.clone()).expect("and read"), comparison);
    let parts = json["results"][0]["steps"].as_array().expect("a list").iter().map(|step| &step["part"]);
    assert_eq!(parts.collect::<Vec<_>>(), ["cache_get", "respond", "other", "waited"]);
}

#[test]
fn what_crosses_to_the_window_is_made_of_plain_numbers() {
    let config = ts_rs::Config::default();
    let types = [
        Comparison::decl(&config),
        Contestant::decl(&config),
        Versus::decl(&config),
        GroupRatios::decl(&config),
        QuantileRatio::decl(&config),
        Throughput::decl(&config),
        HitRatio::decl(&config),
        MeanDifference::decl(&config),
        StepDifference::decl(&config),
        BreakEven::decl(&config),
        PathCost::decl(&config),
        WithoutCache::decl(&config),
        AtHitRatio::decl(&config),
    ];
    assert!(!types.iter().any(|declared| declared.contains("bigint")), "{types:#?}");
    assert_eq!(Part::decl(&config), "type Part = StepKind | Rest;");
    assert_eq!(Rest::decl(&config), r#"type Rest = "other" | "waited";"#);
}
