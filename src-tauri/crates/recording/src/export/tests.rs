//! A recording taken away and taken in again, and everything that may come in its place.

use std::path::Path;
use std::{env, fs};

use proptest::prelude::*;
use serde_json::{Value, json};
use trace::{Conditions, Engine};

use super::*;
use crate::specimens::Specimen;
use crate::{Recording, State};

fn file() -> RecordingFile {
    let specimen = Specimen { seconds: 6, per_second: 200, ..Specimen::default() };
    let blocks = specimen.seconds().iter().zip(0..).map(|(tally, second)| BlockRecord::of(second, 1, tally)).collect();
    RecordingFile::of(&specimen.recording("page, cache on"), blocks, &specimen.traces())
}

fn bytes(file: &RecordingFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.write(&mut bytes).expect("memory takes it");
    bytes
}

/// What reading says of the file after that change to its JSON.
fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut value = serde_json::to_value(file()).expect("it is JSON");
    change(&mut value);
    RecordingFile::read(value.to_string().as_bytes()).expect_err("it cannot be").to_string()
}

fn accepted(change: impl FnOnce(&mut Value)) -> RecordingFile {
    let mut value = serde_json::to_value(file()).expect("it is JSON");
    change(&mut value);
    RecordingFile::read(value.to_string().as_bytes()).expect("it is sound")
}

/// Run with `SCHEMA=write` to write the file.
#[test]
fn the_schema_beside_the_crate_is_the_one_written_from_these_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/recording-1.schema.json");
    let schema = schemars::schema_for!(RecordingFile);
    let fresh = serde_json::to_string_pretty(&schema).expect("it is JSON") + "\n";
    if env::var_os("SCHEMA").is_some_and(|value| value == "write") {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the schema's folder");
        fs::write(&path, &fresh).expect("the schema is written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == fresh,
        "schema/recording-1.schema.json is out of date; write it anew with: SCHEMA=write cargo test -p recording"
    );
}

#[test]
fn an_exported_file_is_what_its_schema_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/recording-1.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("it is there")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    let mut value: Value = serde_json::from_slice(&bytes(&file())).expect("it is JSON");
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value["rounds"][0]["tally"]["counts"]["hits"] = json!("many");
    assert!(!validator.is_valid(&value), "the schema does look inside");
}

#[test]
fn a_recording_is_the_same_after_it_was_taken_away_and_taken_in() {
    let original = file();
    let read = RecordingFile::read(&bytes(&original)).expect("it is sound");
    assert_eq!(read, original);

    let specimen = Specimen { seconds: 6, per_second: 200, ..Specimen::default() };
    let before = specimen.recording("page, cache on");
    let Recording { about, environment, info_before, info_after, rounds } = read.recording().expect("it is sound");
    assert_eq!(about, crate::About { id: 0, ..before.about });
    assert_eq!((environment, info_before, info_after), (before.environment, before.info_before, before.info_after));
    assert_eq!(rounds.len(), before.rounds.len());
    for (round, before) in rounds.iter().zip(&before.rounds) {
        assert_eq!((round.number, round.seed, round.elapsed_ns), (before.number, before.seed, before.elapsed_ns));
        assert_eq!((&round.seconds, &round.conduct), (&before.seconds, &before.conduct));
        for outcome in trace::Outcome::ALL {
            let histograms = |tally: &metrics::Tally| {
                let times = tally.times(outcome)?;
                Some((times.response.histogram().clone(), times.service.histogram().clone(), times.response.sum_ns()))
            };
            assert_eq!(histograms(&round.tally), histograms(&before.tally), "{outcome:?}");
        }
    }
    assert_eq!(read.traces(), specimen.traces());
}

#[test]
fn what_is_written_can_always_be_read() {
    let specimen = Specimen { seconds: 1, per_second: 50, ..Specimen::default() };
    let (mut recording, mut traces) = (specimen.recording("odd"), specimen.traces());
    recording.info_before = Some("ü".repeat(300_000));
    recording.rounds[0].conduct =
        Some(crate::Conduct { clients_busy_percent: f64::NAN, cpu_bound_percent: f64::INFINITY, ..Default::default() });
    recording.rounds[0].seconds[0].machine_busy_percent = Some(f32::NAN);
    traces[0].trace.notes = vec!["x".repeat(3_000); 30];
    let file = RecordingFile::of(&recording, Vec::new(), &traces);
    let read = RecordingFile::read(&bytes(&file)).expect("it is ours");
    assert_eq!(read.traces[0].notes.len(), 20);
    assert_eq!(read.rounds[0].seconds[0].machine_busy_percent, None);
}

#[test]
fn what_is_told_of_a_recording_is_counted_from_its_rounds() {
    let file = accepted(|value| {
        value["about"]["requests"] = json!(5);
        value["about"]["hit_ratio"] = json!(1.0);
        value["about"]["p50_ns"] = Value::Null;
        value["about"]["state"] = json!("under_way");
    });
    let about = file.recording().expect("it is sound").about;
    assert_eq!(about.requests, 1_200);
    assert!(about.hit_ratio.is_some_and(|ratio| ratio < 1.0) && about.p50_ns.is_some());
    assert_eq!(about.state, State::CutShort);
}

#[test]
fn no_password_goes_into_a_file_and_none_comes_out_of_one() {
    let mut recording = Specimen::default().recording("external");
    recording.about.conditions.engine = Engine::External { url: "redis://me:secret@example.org:7000/1".into() };
    let file = RecordingFile::of(&recording, Vec::new(), &[]);
    assert!(!String::from_utf8(bytes(&file)).expect("text").contains("secret"));

    let read = accepted(|value| {
        value["about"]["conditions"]["engine"] =
            json!({ "kind": "external", "url": "redis://me:secret@example.org:7000/1" });
    });
    let engine = Engine::External { url: "redis://example.org:7000/1".into() };
    assert_eq!(read.about.conditions, Conditions { engine, ..Conditions::default() });
}

/// What version 1 was when it was first written. Never change it: it stands for the files that people have.
const FIRST: &str = include_str!("tests/first-recording.json");

#[test]
fn a_recording_made_by_an_older_version_opens() {
    let file = RecordingFile::read(FIRST.as_bytes()).expect("it was sound then");
    let recording = file.recording().expect("it was sound then");
    assert_eq!((recording.about.name.as_str(), recording.about.requests), ("the first", 30));
    assert_eq!(recording.about.p50_ns, Some(15_007));
    assert_eq!(recording.rounds[0].tally.step(trace::StepKind::CacheGet).map(|step| step.failed), Some(2));
}

#[test]
fn what_is_not_required_takes_its_default_and_what_is_not_known_is_passed_over() {
    let file = accepted(|value| {
        for name in ["environment", "info_before", "info_after", "blocks", "traces"] {
            value.as_object_mut().expect("an object").remove(name);
        }
        value["rounds"][0].as_object_mut().expect("an object").remove("seconds");
        value["rounds"][0]["conduct"] = json!({ "luck": 7 });
        value["weather"] = json!({ "sun": true });
        value["about"]["conditions"]["moon"] = json!("full");
    });
    assert_eq!((file.environment, file.traces.len()), (crate::Environment::default(), 0));
}

#[test]
fn another_file_is_told_from_a_damaged_one_and_from_a_newer_one() {
    let error = |bytes: &[u8]| RecordingFile::read(bytes).expect_err("it is no recording");
    assert!(matches!(error(b""), ImportError::NotJson { .. }));
    assert!(matches!(error(b"\x89PNG\r\n"), ImportError::NotJson { .. }));
    assert!(matches!(error(b"[1, 2]"), ImportError::NotARecording));
    assert!(matches!(error(b"{\"format\": \"har\"}"), ImportError::NotARecording));
    assert!(matches!(error(&[b'['; 100_000]), ImportError::NotJson { .. }), "and the stack holds");
    let mut whole = bytes(&file());
    whole.truncate(whole.len() / 2);
    assert!(error(&whole).to_string().contains("not whole"));

    let newer = refused(|value| value["version"] = json!(2));
    assert!(newer.contains("Update Cachescope"), "{newer}");
    assert!(refused(|value| value["version"] = json!(0)).contains("version"));
    assert_eq!(error(&vec![b' '; MAX_FILE + 1]), ImportError::TooLarge { bytes: MAX_FILE + 1 });
}

#[test]
fn what_cannot_be_is_refused_and_the_error_says_where() {
    let round = |value: &mut Value, name: &str, new: Value| value["rounds"][0][name] = new;
    for (at, error) in [
        ("about.name", refused(|value| value["about"]["name"] = json!("x".repeat(201)))),
        ("about.name", refused(|value| value["about"]["name"] = json!(" "))),
        ("about.name", refused(|value| value["about"]["name"] = json!("two\nlines"))),
        ("about.note", refused(|value| value["about"]["note"] = json!("x".repeat(20_001)))),
        ("about.tags", refused(|value| value["about"]["tags"] = json!(vec!["x"; 51]))),
        ("about.state", refused(|value| value["about"]["state"] = json!("asleep"))),
        ("about.workload", refused(|value| value["about"]["workload"]["clients"] = json!(0))),
        ("about.workload", refused(|value| value["about"]["workload"]["keys"]["exponent"] = json!(7.0))),
        ("about.conditions.ttl_ms", refused(|value| value["about"]["conditions"]["ttl_ms"] = json!(0))),
        ("about.began_unix_ms", refused(|value| value["about"]["began_unix_ms"] = json!(u64::MAX))),
        ("info_before", refused(|value| value["info_before"] = json!("x".repeat(200_001)))),
        ("environment.cpu", refused(|value| value["environment"]["cpu"] = json!("x".repeat(2_001)))),
        ("rounds[0].number", refused(|value| round(value, "number", json!(-1)))),
        ("rounds[0].elapsed_ns", refused(|value| round(value, "elapsed_ns", json!(u64::MAX)))),
        ("rounds[0].seed", refused(|value| round(value, "seed", json!(u64::MAX)))),
        (
            "rounds[1].number",
            refused(|value| {
                let same = value["rounds"][0].clone();
                value["rounds"].as_array_mut().expect("a list").push(same);
            }),
        ),
        ("rounds[0].tally.counts.sent", refused(|value| value["rounds"][0]["tally"]["counts"]["sent"] = json!(3))),
        ("rounds[0].tally.counts", refused(|value| value["rounds"][0]["tally"]["counts"]["hits"] = json!(u64::MAX))),
        (
            "rounds[0].tally.outcomes[1].service",
            refused(|value| {
                value["rounds"][0]["tally"]["outcomes"][1]["service"]["hdr"] = json!("HISTFAAAAA==");
            }),
        ),
        ("rounds[0].seconds[1].second", refused(|value| value["rounds"][0]["seconds"][1]["second"] = json!(0))),
        (
            "rounds[0].seconds[2].machine_busy_percent",
            refused(|value| {
                value["rounds"][0]["seconds"][2]["machine_busy_percent"] = json!(1e300);
            }),
        ),
        (
            "rounds[0].conduct.cpu_bound_percent",
            refused(|value| {
                value["rounds"][0]["conduct"]["cpu_bound_percent"] = json!(-5);
            }),
        ),
        ("blocks[1]", refused(|value| value["blocks"][1]["first_second"] = json!(0))),
        ("blocks[0]", refused(|value| value["blocks"][0]["seconds"] = json!(0))),
        (
            "blocks[2].tally.steps[0].durations",
            refused(|value| {
                value["blocks"][2]["tally"]["steps"][0]["durations"]["count"] = json!(1);
            }),
        ),
        ("traces[3].round", refused(|value| value["traces"][3]["round"] = json!(9))),
        ("traces[3].steps[0]", refused(|value| value["traces"][3]["steps"][0]["start_ns"] = json!(u64::MAX))),
        ("traces[3]", refused(|value| value["traces"][3]["other_ns"] = json!(1))),
    ] {
        assert!(error.contains(&format!("because of {at}: ")), "{at}: {error}");
    }
}

#[test]
fn lists_that_are_too_long_are_refused_where_they_become_so() {
    let long = refused(|value| {
        let round = json!({ "number": 0, "seed": 1, "elapsed_ns": 1, "tally": value["rounds"][0]["tally"] });
        value["rounds"] = json!(vec![round; 1_001]);
    });
    assert!(long.contains("rounds") && long.contains("more than 1000"), "{long}");
    let long = refused(|value| value["blocks"] = json!(vec![value["blocks"][0].clone(); 121]));
    assert!(long.contains("blocks"), "{long}");
}

#[test]
fn histograms_that_would_fill_the_memory_are_refused() {
    // Each takes 60 bytes in the file, and a third of a megabyte in memory.
    let mut latencies = metrics::Latencies::default();
    latencies.record((1 << 53) - 1);
    let (mut tally, mut times) = (metrics::Tally::default(), metrics::Times::default());
    times.response.add(&latencies);
    times.service.add(&latencies);
    trace::Outcome::ALL.into_iter().for_each(|outcome| tally.put_times(outcome, &times));
    let tally = serde_json::to_value(TallyRecord::from(&tally)).expect("it is JSON");
    let error = refused(|value| {
        value["rounds"] =
            (0..1_000).map(|number| json!({ "number": number, "seed": 1, "elapsed_ns": 1, "tally": tally })).collect();
        value["traces"] = json!([]);
    });
    assert!(error.contains("memory"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mutated_bytes_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = FIRST.as_bytes().to_vec();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        if let Ok(file) = RecordingFile::read(&bytes) {
            prop_assert!(file.recording().is_ok());
        }
    }

    #[test]
    fn a_file_cut_short_is_refused(length in any::<prop::sample::Index>()) {
        let whole = FIRST.trim_end().as_bytes();
        prop_assert!(RecordingFile::read(&whole[..length.index(whole.len())]).is_err());
    }

    /// Any number in the place of any other.
    #[test]
    fn numbers_are_read_or_refused(place in any::<prop::sample::Index>(), number in prop_oneof![any::<u64>().prop_map(|n| json!(n)), any::<f64>().prop_map(|n| json!(n)), any::<i64>().prop_map(|n| json!(n))]) {
        fn numbers<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
            match value {
                Value::Number(_) => found.push(value),
                Value::Array(list) => list.iter_mut().for_each(|value| numbers(value, found)),
                Value::Object(map) => map.values_mut().for_each(|value| numbers(value, found)),
                _ => {}
            }
        }
        let mut value: Value = serde_json::from_str(FIRST).expect("it is JSON");
        let mut found = Vec::new();
        numbers(&mut value, &mut found);
        let index = place.index(found.len());
        *found[index] = number;
        if let Ok(file) = RecordingFile::read(value.to_string().as_bytes()) {
            prop_assert!(file.recording().is_ok());
        }
    }
}

/// Run with `LOOK=folder` to write one file of each kind there, to be opened by what they are for.
#[test]
fn files_can_be_opened_by_what_they_are_for() {
    let Some(folder) = env::var_os("LOOK") else { return };
    let specimen = Specimen { per_second: 1_200, ..Specimen::default() };
    let (recording, traces) = (specimen.recording("page, cache on"), specimen.traces());
    let blocks: Vec<BlockRecord> =
        specimen.seconds().iter().zip(0..).map(|(tally, second)| BlockRecord::of(second, 1, tally)).collect();
    let named = [("page, cache on", &recording)];
    let write = |name: &str, content: &[u8]| fs::write(Path::new(&folder).join(name), content).expect("written");
    write("recording.hgrm", hgrm(&recording, None).expect("there are requests").as_bytes());
    write("recording.hlog", &histogram_log(&recording, &blocks).expect("sound"));
    write("seconds.csv", seconds_csv(&named).as_bytes());
    write("percentiles.csv", percentiles_csv(&named).as_bytes());
    write("traces.csv", traces_csv(&traces).as_bytes());
    write("trace.json", trace_events("page, cache on", &traces).as_bytes());
    write("recording.json", &bytes(&RecordingFile::of(&recording, blocks, &traces)));
}
