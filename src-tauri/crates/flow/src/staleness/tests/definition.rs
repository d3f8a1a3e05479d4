//! What the checker finds is what the definition says, read by read.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use trace::{Outcome, Pattern, Query, Request, StepKind};

use super::request;
use crate::staleness::history::{Broken, History, Impossible, Report, Source, WentBack};

/// Client, product, version, beginning and end.
type Read = (u64, u32, u64, u64, u64);
/// Product, version, beginning and acknowledgement.
type Write = (u32, u64, u64, u64);

fn report(writes: &[Write], reads: &[Read]) -> Report {
    let mut history = History::default();
    for (product, version, began, ended) in writes {
        history.add(0, &request(Request::write(*product), Outcome::Written, (*began, *ended), *version, &[]));
    }
    for (client, product, version, began, ended) in reads {
        let read = Request::read(*product, Query::Lookup);
        history.add(*client, &request(read, Outcome::Hit, (*began, *ended), *version, &[]));
    }
    history.check()
}

fn span() -> impl Strategy<Value = (u64, u64)> {
    (0_u64..100, 0_u64..30).prop_map(|(began, took)| (began, began + took))
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    let write =
        (1_u32..3, 3_u64..12, span()).prop_map(|(product, version, (began, ended))| (product, version, began, ended));
    prop::collection::vec(write, 0..20)
}

fn reads() -> impl Strategy<Value = Vec<Read>> {
    let read = (0_u64..3, 1_u32..3, 1_u64..13, span());
    prop::collection::vec(read.prop_map(|(client, product, version, (b, e))| (client, product, version, b, e)), 0..20)
}

proptest! {
    #[test]
    fn a_read_is_stale_where_it_missed_a_write_acknowledged_before_it_began(writes in writes(), reads in reads()) {
        let report = report(&writes, &reads);
        let mut expected: Vec<_> = reads
            .iter()
            .filter_map(|(_, product, version, began, _)| {
                let missed = writes.iter().filter(|(of, newer, _, ended)| of == product && newer > version && ended < began);
                Some((*product, *version, missed.map(|(.., ended)| began - ended).max()?))
            })
            .collect();
        let mut found: Vec<_> =
            report.stale.iter().map(|read| (read.product, read.version, read.age.as_nanos() as u64)).collect();
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
        prop_assert_eq!((report.reads, report.writes), (reads.len(), writes.len()));
    }

    #[test]
    fn a_client_went_back_where_it_had_read_a_newer_version_before(reads in reads()) {
        let mut expected: Vec<_> = reads
            .iter()
            .filter_map(|(client, product, version, began, _)| {
                let before = reads.iter().filter(|(who, of, _, _, ended)| who == client && of == product && ended <= began);
                let newest = before.map(|(_, _, version, ..)| *version).max()?;
                (newest > *version).then_some((*product, newest, *version))
            })
            .collect();
        let found = report(&[], &reads).went_back;
        let mut found: Vec<_> =
            found.iter().map(|WentBack { product, before, version }| (*product, *before, *version)).collect();
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn what_nobody_wrote_or_not_yet_cannot_have_been_read(writes in writes(), reads in reads()) {
        let mut seen = HashSet::new();
        let twice = writes.iter().filter(|(product, version, ..)| !seen.insert((*product, *version))).count();
        let impossible = reads.iter().filter(|(_, product, version, _, ended)| {
            let of: Vec<_> = writes.iter().filter(|(of, ..)| of == product).collect();
            let Some(first) = of.iter().map(|(_, version, ..)| version).min() else { return false };
            // Of a version that was written twice the checker looks at either.
            let made: Vec<_> = of.iter().filter(|(_, made, ..)| made == version).collect();
            if made.is_empty() { version > first } else { made.len() == 1 && made[0].2 > *ended }
        });
        let found = report(&writes, &reads).impossible;
        let (lost, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|each| matches!(each, Impossible::WrittenTwice { .. }));
        prop_assert_eq!(lost.len(), twice);
        let once = |each: &&Impossible| match each {
            Impossible::NobodyWrote { .. } => true,
            Impossible::NotYetWritten { product, version } => {
                writes.iter().filter(|(of, made, ..)| (of, made) == (product, version)).count() == 1
            }
            Impossible::WrittenTwice { .. } => false,
        };
        prop_assert_eq!(others.iter().filter(once).count(), impossible.count());
    }
}

const MS: u64 = 1_000_000;

/// A product's row is read and stored by a reader that takes its time; meanwhile it is written, and the keys deleted.
fn slow_reader(hit_at_ms: u64) -> History {
    let read = Request::read(7, Query::Lookup);
    let loads = [StepKind::CacheGet, StepKind::DbQuery, StepKind::Encode, StepKind::CacheSet];
    let mut history = History::default();
    history.add(1, &request(read, Outcome::Miss, (0, 40 * MS), 1, &loads));
    let writes = [StepKind::DbWrite, StepKind::CacheDel];
    history.add(2, &request(Request::write(7), Outcome::Written, (10 * MS, 20 * MS), 2, &writes));
    history.add(3, &request(read, Outcome::Hit, (hit_at_ms * MS, hit_at_ms * MS + 1), 1, &[StepKind::CacheGet]));
    history
}

#[test]
fn who_raced_with_a_write_may_have_left_the_old_value_but_not_for_ever() {
    let promise = Pattern::CacheAside.promise(Duration::from_millis(100));
    let report = slow_reader(80).check();
    assert_eq!((report.stale[0].age, report.stale[0].source), (Duration::from_millis(60), Source::Race));
    assert_eq!(report.broken(&promise), []);
    // Stored at 40 ms at the latest, it lives until 140: 120 ms after the write, of which 40 are the slow reader's own time.
    assert_eq!(slow_reader(161).check().broken(&promise), []);
    let report = slow_reader(170).check();
    let [broken] = report.broken(&promise)[..] else { panic!("{report:?}") };
    assert_eq!(
        broken.to_string(),
        "a read of product 7 was answered with version 1, 150ms after version 2 had been acknowledged, which is more than \
         141ms"
    );
}

#[test]
fn a_second_write_deletes_what_a_race_with_the_first_had_left() {
    let mut history = slow_reader(80);
    history.add(2, &request(Request::write(7), Outcome::Written, (50 * MS, 60 * MS), 3, &[StepKind::CacheDel]));
    let report = history.check();
    assert_eq!((report.stale[0].missed, report.stale[0].source), (2, Source::Cache));
    let promise = Pattern::CacheAside.promise(Duration::from_millis(100));
    assert!(matches!(report.broken(&promise)[..], [Broken::Stale(_)]), "{report:?}");
    let around = Pattern::WriteAround.promise(Duration::from_millis(100));
    assert_eq!(report.broken(&around), [], "where no write deletes it may stay");
}

#[test]
fn another_query_has_a_key_of_its_own_which_that_race_did_not_touch() {
    let mut history = slow_reader(80);
    let page = Request::read(7, Query::Page);
    history.add(3, &request(page, Outcome::Hit, (80 * MS, 81 * MS), 1, &[StepKind::CacheGet]));
    assert_eq!(history.check().stale.iter().filter(|read| read.source == Source::Cache).count(), 1);
}

#[test]
fn a_write_that_could_not_delete_left_it() {
    let read = Request::read(7, Query::Lookup);
    let mut write = request(Request::write(7), Outcome::Written, (10, 20), 2, &[StepKind::CacheDel]);
    write.steps[0].failed = true;
    let mut history = History::default();
    history.add(1, &write);
    history.add(1, &request(read, Outcome::Hit, (30, 40), 1, &[StepKind::CacheGet]));
    let report = history.check();
    assert_eq!(report.stale[0].source, Source::Race);
    assert_eq!(report.broken(&Pattern::CacheAside.promise(Duration::from_secs(1))), []);
}

#[test]
fn an_old_answer_of_the_database_breaks_every_promise_and_going_back_that_of_no_cache() {
    let read = Request::read(7, Query::Lookup);
    let mut history = History::default();
    history.add(1, &request(Request::write(7), Outcome::Written, (10, 20), 2, &[StepKind::DbWrite]));
    history.add(1, &request(read, Outcome::Bypass, (11, 15), 2, &[StepKind::DbQuery]));
    history.add(1, &request(read, Outcome::Bypass, (30, 40), 1, &[StepKind::DbQuery]));
    let report = history.check();
    for pattern in Pattern::ALL {
        let broken = report.broken(&pattern.promise(Duration::from_secs(1)));
        assert!(matches!(broken[0], Broken::FromDatabase(_)), "{pattern}");
        assert_eq!(broken.iter().any(|each| matches!(each, Broken::WentBack(_))), pattern == Pattern::NoCache);
    }
}
