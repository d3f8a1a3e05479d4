use std::path::Path;
use std::{env, fs};

use super::*;
use crate::chart::{BreakEvenLine, ForestRow, Named, break_even, forest};
use crate::specimens::Specimen;
use crate::{Conduct, Recording, State};

const HOSTILE: &str = "<script>alert(1)</script> & \"co\"";

fn made() -> Made {
    Made { app: "0.1.0".to_owned(), at_unix_ms: 1_790_000_000_000 }
}

fn recordings() -> [Recording; 2] {
    let off = Specimen { hit_ratio: 0.0, seed: 2, per_second: 1_200, seconds: 30, ..Specimen::default() };
    let on = Specimen { per_second: 1_200, seconds: 30, seed: 2, ..Specimen::default() };
    let [mut off, on] = [off.recording("off"), on.recording("on")];
    off.about.conditions.ttl_ms = 1;
    off.about.state = State::Stopped;
    off.rounds[0].conduct = Some(Conduct { clients_busy_percent: 3.4, ..Conduct::default() });
    [off, on]
}

fn report(named: &[Named<'_>]) -> String {
    let row = |label: &str, ratio: f64, low: f64, high: f64, finding: &str| ForestRow {
        label: label.to_owned(),
        ratio,
        low,
        high,
        finding: finding.to_owned(),
    };
    let rows = [
        row("median response time", 0.0261, 0.0257, 0.0266, "faster"),
        row("p99 response time", 0.694, 0.652, 0.731, "faster"),
        row("mean response time", 0.214, 0.205, 0.224, "faster"),
        row("median service time of misses", 1.01, 0.982, 1.04, "no difference shown"),
    ];
    let line = BreakEvenLine {
        name: named.last().map(|(name, _)| (*name).to_owned()).unwrap_or_default(),
        points: vec![(0.0, 2.45e6), (1.0, 61e3)],
        break_even: Some(0.105),
        measured: Some((0.85, 420e3)),
    };
    let ratios = forest("Ratios to \"cache off\"", &rows);
    let result = Section::new(
        "Result",
        vec![
            Part::Finding("With the cache the median response time is 38 times shorter: 67.1 µs instead of 2.61 ms (95 % interval of the ratio: 0.0257 to 0.0266).".to_owned()),
            Part::Finding("The 99th percentile is 1.44 times shorter; misses take as long as without.".to_owned()),
            Part::Warning("Both recordings have one round only. How far rounds differ from each other is not known.".to_owned()),
            Part::Table { caption: "Ratios with their 95 % intervals".to_owned(), table: ratios.table.clone() },
            Part::Chart(ratios),
        ],
    );
    let pays = Section::new("Break-even", vec![Part::Chart(break_even(2.2e6, &[line]))]);
    let sections = vec![
        result,
        results(named),
        charts(named),
        where_the_time_went(named),
        pays,
        conditions(named),
        environment(named),
        method(),
    ];
    html(&ReportContent { title: "Does the product page need a cache?".to_owned(), sections }, &made())
}

#[test]
fn a_report_fetches_nothing_and_runs_nothing() {
    let [off, on] = recordings();
    let page = report(&[("cache off", &off), ("cache on", &on)]);
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""));
    for word in ["<script", "<link", "<img", "<iframe", "@import", "url(", "src=", "onload", "style=", "https:"] {
        assert!(!page.contains(word), "{word}");
    }
    let addresses: Vec<&str> = page.match_indices("http:").map(|(at, _)| &page[at..at + 26]).collect();
    assert!(addresses.iter().all(|address| *address == "http://www.w3.org/2000/svg"), "{addresses:?}");
    assert!(page.len() < 1_000_000, "{}", page.len());
}

#[test]
fn all_text_is_shown_as_it_is() {
    let mut recording = Specimen::default().recording("x");
    recording.environment.cpu = HOSTILE.to_owned();
    recording.info_after = Some(HOSTILE.to_owned());
    recording.about.key = HOSTILE.to_owned();
    recording.rounds[0].conduct = Some(Conduct { check: Some(HOSTILE.to_owned()), ..Conduct::default() });
    let named = [(HOSTILE, &recording)];
    let parts = vec![
        Part::Sentence(HOSTILE.to_owned()),
        Part::Finding(HOSTILE.to_owned()),
        Part::Warning(HOSTILE.to_owned()),
        Part::List(vec![HOSTILE.to_owned()]),
        Part::Chart(forest(HOSTILE, &[])),
    ];
    let own = Section::new(HOSTILE, parts);
    let sections = vec![
        own,
        results(&named),
        charts(&named),
        where_the_time_went(&named),
        conditions(&named),
        environment(&named),
    ];
    let made = Made { app: HOSTILE.to_owned(), ..made() };
    let page = html(&ReportContent { title: HOSTILE.to_owned(), sections }, &made);
    assert!(!page.contains("<script") && page.matches("&lt;script&gt;").count() > 12);
}

#[test]
fn a_report_says_what_differs_and_what_is_the_same() {
    let [off, on] = recordings();
    let Section { parts, .. } = conditions(&[("cache off", &off), ("cache on", &on)]);
    let Part::Table { caption, table } = &parts[0] else { panic!("a table: {:?}", parts[0]) };
    assert_eq!(caption, "What differs");
    assert_eq!(table.rows, [["time to live", "1 ms", "60 s"]]);
    let Part::Table { table, .. } = &parts[1] else { panic!("a table: {:?}", parts[1]) };
    assert!(table.rows.contains(&vec!["keys".to_owned(), "Zipf, exponent 0.99".to_owned()]), "{table:?}");
}

#[test]
fn a_report_says_what_has_to_be_known_before_it_is_believed() {
    let [off, on] = recordings();
    let page = report(&[("cache off", &off), ("cache on", &on)]);
    assert!(page.contains("was stopped before its end"));
    assert!(page.contains("every client was busy for 3.40 % of a round"));
    assert!(page.contains("Written by Cachescope 0.1.0 on 21 September 2026, 14:13 UTC"), "when it was made");
    assert!(page.contains("AMD EPYC") && page.contains("governor performance"));
}

#[test]
fn stale_reads_are_told_where_something_was_written_or_was_stale() {
    let [off, mut on] = recordings();
    let tables = |section: &Section| section.parts.iter().filter(|part| matches!(part, Part::Table { .. })).count();
    assert_eq!(tables(&results(&[("off", &off), ("on", &on)])), 2, "nothing was written");
    let mut ages = metrics::Latencies::default();
    ages.record_many(1_200_000_000, 30);
    on.rounds[0].tally.put_stale_reads(3_000, Some(&ages));
    let section = results(&[("off", &off), ("on", &on)]);
    let Part::Table { caption, table } = &section.parts[2] else { panic!("a table: {section:?}") };
    assert!(caption.starts_with("Stale reads"), "{caption}");
    assert_eq!(table.rows[0][1..4], ["0", "0", "–"]);
    assert_eq!(table.rows[1][1..7], ["30", "3,000", "1.00 %", "1.20 s", "–", "1.20 s"]);
    assert!(table.rows[1][7].contains("up to the TTL"), "{table:?}");
}

/// Run with `LOOK=folder` to write it there.
#[test]
fn a_report_can_be_looked_at() {
    let Some(folder) = env::var_os("LOOK") else { return };
    let [off, on] = recordings();
    fs::write(Path::new(&folder).join("report.html"), report(&[("cache off", &off), ("cache on", &on)]))
        .expect("written");
}
