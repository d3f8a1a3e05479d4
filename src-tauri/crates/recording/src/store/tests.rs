//! A store in a temporary folder, filled by a run whose clock is the test's.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use metrics::{Meter, Probe};
use tempfile::TempDir;
use trace::{Conditions, Engine, ManualClock, Outcome, Query, Request, StepKind, Stopwatch, Workload};

use super::*;
use crate::export::{BlockRecord, RecordingFile};
use crate::{BlockKind, Conduct, Environment, Imported, Recorder, State};

const MS: u64 = 1_000_000;

/// A run of the test's own making.
struct Bench {
    clock: Arc<ManualClock>,
    meter: Arc<Meter>,
    next: u64,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.advance_ns(5_000 * MS);
        let meter = Arc::new(Meter::start(Arc::clone(&clock) as _));
        Self { clock, meter, next: 0 }
    }

    /// So many requests of 10 ms each, every third one a miss.
    fn send(&mut self, requests: u64) {
        for _ in 0..requests {
            self.next += 1;
            let probe = Probe::new(Arc::clone(&self.meter), self.next, Request::read(1, Query::Page), None);
            let mut watch = Stopwatch::start(&*self.clock, probe);
            watch.time(StepKind::CacheGet, || self.clock.advance_ns(10 * MS));
            watch.finish(if self.next.is_multiple_of(3) { Outcome::Miss } else { Outcome::Hit });
        }
    }
}

fn new_recording(name: &str) -> NewRecording {
    NewRecording {
        name: name.to_owned(),
        note: String::new(),
        tags: Vec::new(),
        began_unix_ms: 1_700_000_000_000,
        study: None,
        conditions: Conditions {
            engine: Engine::External { url: "redis://me:secret@localhost".into() },
            ..Conditions::default()
        },
        workload: Workload::default(),
        environment: Environment { cpu: "a processor".to_owned(), ..Environment::default() },
        info_before: Some("run_id:1".to_owned()),
    }
}

async fn open(folder: &Path) -> (Store, Vec<String>) {
    let Opened { store, notices } = Store::open(folder).await.expect("it opens");
    (store, notices)
}

/// A run of 2.5 seconds, recorded from its beginning.
async fn recorded(store: &Store, name: &str) -> i64 {
    let mut bench = Bench::new();
    let mut writer = store.begin(new_recording(name)).await.expect("begun");
    writer.begin_round(0, 1).await.expect("a round");
    let mut recorder = Recorder::begin(writer, Arc::clone(&bench.meter), 0);
    for _ in 0..5 {
        bench.send(50);
        recorder.write().await.expect("written");
    }
    bench.meter.close();
    let conduct = Conduct { cpu_bound_percent: 3.0, ..Conduct::default() };
    let writer = recorder.end(Some(2_500 * MS), Some(&conduct)).await.expect("ended");
    writer.end(State::Whole, None).await.expect("whole")
}

#[tokio::test]
async fn what_is_recorded_is_read_back_to_the_last_count() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    let id = recorded(&store, "first").await;

    let recording = store.open_recording(id).await.expect("it is there");
    let about = &recording.about;
    assert_eq!((about.name.as_str(), about.state, about.requests), ("first", State::Whole, 250));
    assert_eq!((about.elapsed_ns, about.p50_ns), (2_500 * MS, Some(10 * MS)));
    assert!(!format!("{recording:?}").contains("secret"), "a password is not kept");
    let round = &recording.rounds[0];
    assert_eq!(round.tally.counts().misses, 83);
    assert_eq!(round.tally.step(StepKind::CacheGet).expect("met").durations.count(), 250);
    // A request that ends with a second belongs to the next.
    assert_eq!(round.seconds.iter().map(|second| second.second.counts.sent).collect::<Vec<_>>(), [99, 100, 51]);
    assert_eq!(round.conduct.as_ref().map(|conduct| conduct.cpu_bound_percent), Some(3.0));

    let (blocks, kind) = store.blocks(&recording).await.expect("blocks");
    assert_eq!((blocks.len(), kind), (3, BlockKind::Seconds(1)));
    assert_eq!(blocks.iter().map(|block| block.counts.sent).sum::<u64>(), 250);
    let traces = store.traces(id, 1_000).await.expect("traces");
    assert!(traces.len() > 100 && traces.is_sorted_by_key(|recorded| recorded.at_ns), "{}", traces.len());
    assert!(traces[0].at_ns < 100 * MS, "from when the round began, not on the clock of the run");
    assert!((6..=10).contains(&store.traces(id, 10).await.expect("traces").len()));
}

#[tokio::test]
async fn a_recording_that_begins_in_mid_run_begins_with_a_whole_second() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    let mut bench = Bench::new();
    bench.send(150);
    let mut writer = store.begin(new_recording("late")).await.expect("begun");
    writer.begin_round(0, 1).await.expect("a round");
    let recorder = Recorder::begin(writer, Arc::clone(&bench.meter), 0);
    bench.send(200);
    // The second under way is left out.
    let writer = recorder.end(None, None).await.expect("ended");
    let id = writer.end(State::Stopped, None).await.expect("stopped");
    let recording = store.open_recording(id).await.expect("it is there");
    assert_eq!((recording.about.requests, recording.about.elapsed_ns), (100, 1_000 * MS));
    assert_eq!(recording.rounds[0].seconds[0].second.second, 0);
    let traces = store.traces(id, 1_000).await.expect("traces");
    assert!(traces.iter().all(|recorded| recorded.at_ns < 1_000 * MS), "{:?}", traces.last());
}

#[tokio::test]
async fn of_a_recording_whose_writer_is_gone_every_second_written_is_kept() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    let mut bench = Bench::new();
    let mut writer = store.begin(new_recording("killed")).await.expect("begun");
    writer.begin_round(0, 1).await.expect("a round");
    let mut recorder = Recorder::begin(writer, Arc::clone(&bench.meter), 0);
    bench.send(330);
    recorder.write().await.expect("written");

    // While it is written, another program leaves it alone.
    let (other, notices) = open(folder.path()).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(other.list().await.expect("a list")[0].state, State::UnderWay);
    assert_eq!(other.open_recording(recorder.id()).await.expect("readable").rounds[0].tally.counts().sent, 299);

    // Dropped without an end, as a process that is killed.
    let id = recorder.id();
    drop(recorder);
    let (store, notices) = open(folder.path()).await;
    assert!(notices[0].contains("\"killed\" was cut short"), "{notices:?}");
    let recording = store.open_recording(id).await.expect("it is there");
    assert_eq!((recording.about.state, recording.about.requests), (State::CutShort, 299));
    assert_eq!(recording.about.elapsed_ns, 3_000 * MS);
    assert_eq!(recording.rounds[0].tally.counts().sent, 299);
    let (_, notices) = open(folder.path()).await;
    assert!(notices.is_empty(), "it is told once: {notices:?}");
}

#[tokio::test]
async fn a_full_disk_ends_the_recording_with_what_was_written() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    // SQLite's own limit stands in for the disk's: the error is the same.
    let pages: i64 =
        sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *store.connection().await).await.expect("pages");
    let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {}", pages + 20));
    sqlx::query(limit).execute(&mut *store.connection().await).await.expect("limited");

    let mut bench = Bench::new();
    let mut writer = store.begin(new_recording("too long")).await.expect("begun");
    writer.begin_round(0, 1).await.expect("a round");
    let mut recorder = Recorder::begin(writer, Arc::clone(&bench.meter), 0);
    let mut written = 0;
    let error = loop {
        bench.send(100);
        match recorder.write().await {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 1_000, "it must become full");
    };
    assert!(matches!(error, Error::Full(_)), "{error}");
    assert!(error.to_string().contains("is full. What was recorded until then is kept"), "{error}");
    drop(recorder);
    store.close().await;
    let (store, _) = open(folder.path()).await;
    let about = store.list().await.expect("a list").remove(0);
    assert_eq!(about.state, State::CutShort);
    assert!(about.requests > 0);
}

#[tokio::test]
async fn a_damaged_store_is_kept_aside_and_a_new_one_begun() {
    for number in 1..3 {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("recordings.db");
        let damage = if number == 1 {
            b"not a database at all, but long enough to be taken for one".to_vec()
        } else {
            let (store, _) = open(folder.path()).await;
            recorded(&store, "lost").await;
            store.close().await;
            let mut bytes = fs::read(&path).expect("the file");
            bytes[100..4_000].fill(0xab);
            bytes
        };
        fs::write(&path, &damage).expect("damaged");
        let (store, notices) = open(folder.path()).await;
        assert!(notices[0].contains("recordings.damaged-1.db"), "{notices:?}");
        assert_eq!(fs::read(folder.path().join("recordings.damaged-1.db")).expect("kept"), damage);
        assert!(store.list().await.expect("a list").is_empty());
        recorded(&store, "again").await;
    }
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_left_as_it_is() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    sqlx::query("PRAGMA user_version = 99").execute(&mut *store.connection().await).await.expect("set");
    store.close().await;
    let before = fs::read(folder.path().join("recordings.db")).expect("the file");
    let error = Store::open(folder.path()).await.expect_err("refused");
    assert!(matches!(error, Error::Newer(_)), "{error}");
    assert_eq!(fs::read(folder.path().join("recordings.db")).expect("the file"), before);
}

#[tokio::test]
async fn recordings_are_renamed_deleted_and_had_back_until_the_next_start() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    let id = recorded(&store, "first").await;
    let change = Change {
        name: Some("  before ".to_owned()),
        note: Some("with the old index".to_owned()),
        tags: Some(vec!["orders".to_owned()]),
    };
    let about = store.change(id, change).await.expect("changed");
    assert_eq!((about.name.as_str(), about.note.as_str(), about.tags.len()), ("before", "with the old index", 1));
    for wrong in ["", "   ", &"x".repeat(201)] {
        let change = Change { name: Some(wrong.to_owned()), ..Change::default() };
        assert!(matches!(store.change(id, change).await, Err(Error::Invalid(_))), "{wrong}");
    }
    assert_eq!(store.find("before").await.expect("by name").id, id);
    assert_eq!(store.find(&id.to_string()).await.expect("by number").id, id);
    assert!(matches!(store.find("gone").await, Err(Error::NotFound(_))));

    store.delete(id).await.expect("deleted");
    assert!(store.list().await.expect("a list").is_empty());
    assert_eq!(store.restore(id).await.expect("had back").name, "before");
    store.delete(id).await.expect("deleted");
    store.close().await;
    let (store, _) = open(folder.path()).await;
    assert!(matches!(store.restore(id).await, Err(Error::NotFound(_))), "gone for good");
}

#[tokio::test]
async fn what_goes_out_as_a_file_comes_in_as_the_same_recording() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    let id = recorded(&store, "travels").await;
    let file = store.file(id).await.expect("a file");
    assert!(file.blocks.iter().all(|block: &BlockRecord| block.seconds == 1));
    let mut bytes = Vec::new();
    file.write(&mut bytes).expect("written");
    let read = RecordingFile::read(&bytes).expect("read");

    let elsewhere = TempDir::new().expect("a folder");
    let (other, _) = open(elsewhere.path()).await;
    let Imported { about, known } = other.import(&read).await.expect("imported");
    assert!(!known, "it is new there");
    let (here, there) =
        (store.open_recording(id).await.expect("here"), other.open_recording(about.id).await.expect("there"));
    assert_eq!(RecordingFile::of(&here, Vec::new(), &[]), RecordingFile::of(&there, Vec::new(), &[]));
    let (blocks, _) = other.blocks(&there).await.expect("blocks");
    assert_eq!(blocks.iter().map(|block| block.counts.sent).collect::<Vec<_>>(), [99, 100, 51]);
    assert_eq!(
        other.traces(about.id, 1_000).await.expect("traces").len(),
        store.traces(id, 1_000).await.expect("traces").len()
    );
    assert!(other.import(&read).await.expect("again").known);
}

#[tokio::test]
async fn of_a_study_the_rounds_that_all_had_are_kept() {
    let folder = TempDir::new().expect("a folder");
    let (store, _) = open(folder.path()).await;
    let mut writer = store.begin(new_recording("a study's")).await.expect("begun");
    for round in 0..3 {
        let mut bench = Bench::new();
        writer.begin_round(round, u64::from(round)).await.expect("a round");
        let recorder = Recorder::begin(writer, Arc::clone(&bench.meter), 0);
        bench.send(100);
        bench.meter.close();
        writer = recorder.end(Some(1_000 * MS), None).await.expect("ended");
    }
    writer.keep_rounds(2).await.expect("kept");
    let id = writer.end(State::Stopped, None).await.expect("ended");
    let recording = store.open_recording(id).await.expect("it is there");
    assert_eq!((recording.rounds.len(), recording.about.requests), (2, 200));
    assert_eq!(store.blocks(&recording).await.expect("blocks").1, BlockKind::Rounds);
}
