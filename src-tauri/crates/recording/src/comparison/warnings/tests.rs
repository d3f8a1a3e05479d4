use trace::{Engine, Outcome, Pace, Query, Rate, Spacing};

use crate::comparison::compare;
use crate::comparison::fixtures::{Made, hit, hits, lone, request, study};
use crate::{Conduct, RecordedSecond, State};

fn warnings(made: &[Made; 2]) -> Vec<String> {
    compare(&[made[0].compared(), made[1].compared()], 0).expect("they can be compared").warnings
}

/// The one warning there is after a change to a fair study.
fn after(change: impl FnOnce(&mut [Made; 2])) -> String {
    let mut made = study(1.0, 120, 1);
    change(&mut made);
    let warnings = warnings(&made);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    warnings[0].clone()
}

#[test]
fn a_fair_study_has_none() {
    assert_eq!(warnings(&study(1.5, 120, 1)), Vec::<String>::new());
}

#[test]
fn different_machines_are_told_with_what_differs() {
    let told = after(|made| {
        made[1].recording.environment.cpu = "Another".to_owned();
        made[1].recording.environment.memory_mib = 16_384;
    });
    assert_eq!(
        told,
        "Different machines: this and that differ in processor (A processor against Another) and memory (0 MiB against 16,384 \
         MiB). What differs between them may be the machine."
    );
    let told = after(|made| {
        made[0].recording.environment.power = Some("mains".to_owned());
        made[1].recording.environment.power = Some("battery".to_owned());
    });
    assert!(told.starts_with("Different power: mains for this; battery for that."), "{told}");
}

#[test]
fn recordings_that_were_not_made_in_turn_are_told() {
    let told = after(|made| made[1].recording.about.study = None);
    assert!(told.starts_with("Not recorded in turn"), "{told}");
}

#[test]
fn other_requests_are_told() {
    let told = after(|made| {
        made[1].recording.about.workload.clients = 8;
        made[1].recording.about.workload.warm = true;
    });
    assert!(told.starts_with("Different workloads: they differ in number of clients and warming up."), "{told}");
    let told = after(|made| made[1].recording.about.workload.seed = 2_000);
    assert!(told.starts_with("Different seeds (1 and 2,000)"), "{told}");
}

#[test]
fn one_condition_may_differ_and_two_may_not() {
    let mut made = study(1.0, 120, 1);
    made[1].recording.about.conditions.engine = Engine::MiniRedis { nodelay: true };
    made[1].recording.environment.engine = "mini-redis 0.4".to_owned();
    assert_eq!(warnings(&made), Vec::<String>::new());
    made[1].recording.about.conditions.query = Query::Lookup;
    let told = warnings(&made);
    assert!(
        told[0].starts_with("More than one condition differs: this and that differ in engine and query."),
        "{told:?}"
    );
}

#[test]
fn other_versions_of_the_same_are_told() {
    let told = after(|made| made[1].recording.environment.engine = "bundled 2".to_owned());
    assert_eq!(told, "Different versions of the same engine: not known for this; bundled 2 for that.");
    let told = after(|made| made[1].recording.environment.app = "0.2.0".to_owned());
    assert!(told.starts_with("Different versions of Cachescope"), "{told}");
    let told = after(|made| made[1].recording.environment.database = "SQLite 4".to_owned());
    assert!(told.starts_with("Different databases"), "{told}");
}

#[test]
fn too_few_requests_for_a_p99_are_told() {
    let made = study(1.0, 90, 1);
    assert_eq!(
        warnings(&made),
        ["this", "that"].map(|name| format!("Too few requests: {name} has 900 requests, and a p99 takes 1,000."))
    );
}

#[test]
fn a_machine_that_drifts_is_told_and_one_that_wavers_is_not() {
    let half = |second: f64| [vec![1.0; 8], vec![second; 8]].concat();
    let of = |second: f64| {
        let made = [lone("this", &hits(&[1.0; 16], 400, 1)), lone("that", &hits(&half(second), 400, 2))];
        warnings(&made).into_iter().filter(|warning| warning.starts_with("The machine drifted")).collect::<Vec<_>>()
    };
    let [told] = &of(1.4)[..] else { panic!("one drifts") };
    assert!(told.starts_with("The machine drifted during that: its hits took 1.3"), "{told}");
    assert!(of(0.7)[0].contains("took 0."), "a machine that warms up drifts as well");
    assert!(of(1.05).is_empty(), "5 % are not worth a word");
    assert!(of(1.0).is_empty());
}

#[test]
fn a_rate_that_rises_is_no_drift() {
    let seconds = hits(&[vec![1.0; 8], vec![1.5; 8]].concat(), 100, 1);
    let mut made = [lone("this", &seconds), lone("that", &seconds)];
    for one in &mut made {
        one.recording.about.workload.pace =
            Pace::Open { rate: Rate::Ramp { from: 1.0, to: 9.0, over_ms: 100 }, spacing: Spacing::Constant };
    }
    assert!(!warnings(&made).iter().any(|warning| warning.starts_with("The machine drifted")));
}

#[test]
fn seconds_that_are_like_the_ones_before_are_told() {
    let waves: Vec<f64> = (0..60).map(|second| f64::exp(f64::sin(f64::from(second) / 4.0) / 5.0)).collect();
    let alike = |factors: &[f64]| {
        let made = [lone("this", &hits(factors, 40, 1)), lone("that", &hits(&[1.0; 60], 40, 2))];
        warnings(&made).into_iter().filter(|warning| warning.contains("much like the ones before")).collect::<Vec<_>>()
    };
    assert!(alike(&[1.0; 60]).is_empty());
    let [told] = &alike(&waves)[..] else { panic!("one has waves") };
    assert!(told.starts_with("The seconds of this are much like the ones before (correlation 0."), "{told}");
}

#[test]
fn a_generator_behind_schedule_is_told() {
    let conduct = |conduct: Conduct| {
        after(|made| made[1].recording.rounds.iter_mut().for_each(|round| round.conduct = Some(conduct.clone())))
    };
    let told = conduct(Conduct { cpu_bound_percent: 12.0, ..Conduct::default() });
    assert!(told.starts_with("The generator fell behind schedule for 12.0 % of that"), "{told}");
    let told = conduct(Conduct { clients_busy_percent: 2.5, ..Conduct::default() });
    assert!(told.starts_with("Requests were sent late for 2.50 % of that"), "{told}");
    let told = conduct(Conduct { generator_lag_p99_ns: Some(3_200_000), ..Conduct::default() });
    assert!(told.starts_with("The generator itself was up to 3.20 ms late for 99 of 100 requests of that"), "{told}");
    let told = conduct(Conduct { check: Some("It counted 7 GETs, and 9 were sent.".to_owned()), ..Conduct::default() });
    assert_eq!(told, "The server's own count does not bear out that: It counted 7 GETs, and 9 were sent.");
}

#[test]
fn a_machine_that_was_busier_with_one_is_told() {
    let told = after(|made| {
        for (one, percent) in made.iter_mut().zip([30.0, 55.0]) {
            let second = metrics::Second::of(0, &metrics::Tally::default());
            one.recording.rounds[0].seconds = vec![RecordedSecond { second, machine_busy_percent: Some(percent) }];
        }
    });
    assert!(told.starts_with("The machine was busier during that (55.0 %) than during this (30.0 %)."), "{told}");
}

#[test]
fn what_is_not_whole_and_what_failed_is_told() {
    let told = after(|made| made[0].recording.about.state = State::CutShort);
    assert!(told.starts_with("this was cut short"), "{told}");

    let mut seconds = vec![vec![hit(50_000); 99]; 20];
    seconds.iter_mut().for_each(|second| second.push(request(Outcome::Error, 0, &[], 1_000_000)));
    let told = warnings(&[lone("this", &seconds), lone("that", &seconds)]);
    let failed = "20 requests of this (1.00 %) got no answer. They count among all requests, with the time it took to give \
                  up on them.";
    assert!(told.iter().any(|warning| warning == failed), "{told:?}");
}

#[test]
fn a_closed_loop_is_told() {
    let told = after(|made| made.iter_mut().for_each(|one| one.recording.about.workload.pace = Pace::Closed));
    assert!(told.starts_with("Closed loop: in this and that each client"), "{told}");
}
