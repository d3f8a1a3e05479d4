//! What holds for every chart, and pictures to be looked at.

use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

use resvg::usvg::{Group, Node, Rect, Text};

use super::*;
use crate::specimens::Specimen;

const LONG: &str = "Zwischenspeicher an, mit 64 gleichzeitigen Klienten, Wärmelauf & <Sonderzeichen>, Montag abend";

/// Eight contestants, some of which have long names.
fn eight() -> Vec<(String, Recording)> {
    let specimen = |index: u32| Specimen {
        seed: u64::from(index) + 1,
        hit_ratio: 0.98 - f64::from(index) / 10.0,
        hit_us: f64::from(20 * index + 45),
        rounds: 1 + index % 3,
        ..Specimen::default()
    };
    let name = |index: u32| if index == 2 { LONG.to_owned() } else { format!("contestant {}", index + 1) };
    (0..8).map(|index| (name(index), specimen(index).recording("x"))).collect()
}

fn two() -> Vec<(String, Recording)> {
    let off = Specimen { hit_ratio: 0.0, seed: 2, per_second: 1_200, ..Specimen::default() }.recording("off");
    let on = Specimen { per_second: 1_200, ..Specimen::default() }.recording("on");
    vec![("cache off".to_owned(), off), ("cache on".to_owned(), on)]
}

fn of_recordings(recordings: &[(String, Recording)]) -> Vec<Chart> {
    let named: Vec<Named<'_>> = recordings.iter().map(|(name, recording)| (name.as_str(), recording)).collect();
    [distribution, percentiles, hit_ratio, latency, throughput, steps].map(|chart| chart(&named)).into()
}

fn rows() -> Vec<ForestRow> {
    let row = |label: &str, ratio: f64, low: f64, high: f64, finding: &str| ForestRow {
        label: label.to_owned(),
        ratio,
        low,
        high,
        finding: finding.to_owned(),
    };
    vec![
        row("median response time", 0.026, 0.0245, 0.0281, "faster"),
        row("p99 response time", 0.98, 0.91, 1.06, "no difference shown"),
        row("mean response time of all the misses there were", 1.24, 1.11, 1.38, "slower"),
        row("throughput", 1.0, 0.998, 1.002, "the same, to within 5 %"),
    ]
}

fn lines() -> Vec<BreakEvenLine> {
    let line = |name: &str, hit: f64, miss: f64, measured: f64| {
        let mean = |ratio: f64| (hit - miss).mul_add(ratio, miss);
        BreakEvenLine {
            name: name.to_owned(),
            points: vec![(0.0, mean(0.0)), (1.0, mean(1.0))],
            break_even: Some((miss - 2.2e6) / (miss - hit)),
            measured: Some((measured, mean(measured))),
        }
    };
    vec![line("page", 61e3, 2.45e6, 0.914), line("far away", 1.1e6, 3.6e6, 0.35)]
}

static EVERY_CHART: LazyLock<Vec<(String, Chart)>> = LazyLock::new(|| {
    let mut charts = Vec::new();
    let empty =
        vec![("nothing yet".to_owned(), Specimen { seconds: 0, rounds: 0, ..Specimen::default() }.recording("x"))];
    for (name, recordings) in [("two", two()), ("eight", eight()), ("empty", empty), ("none", Vec::new())] {
        charts.extend(
            of_recordings(&recordings)
                .into_iter()
                .enumerate()
                .map(|(number, chart)| (format!("{name}-{number}"), chart)),
        );
    }
    charts.push(("forest".to_owned(), forest("Cache on, compared with cache off", &rows())));
    charts.push(("break-even".to_owned(), break_even(2.2e6, &lines())));
    charts
});

/// Every text of the picture, and where its letters are.
fn texts(group: &Group, found: &mut Vec<(String, Rect)>) {
    let words = |text: &Text| text.chunks().iter().map(|chunk| chunk.text()).collect::<String>();
    for node in group.children() {
        match node {
            Node::Group(group) => texts(group, found),
            Node::Text(text) => found.push((words(text), text.abs_bounding_box())),
            _ => {}
        }
    }
}

#[test]
fn no_text_lies_over_another_or_outside_the_picture() {
    for (name, chart) in EVERY_CHART.iter() {
        let tree = chart.tree(Theme::Light).expect("a sound picture");
        let (mut found, size) = (Vec::new(), tree.size());
        texts(tree.root(), &mut found);
        assert!(found.len() >= 2, "{name}: {found:?}");
        for (index, (words, place)) in found.iter().enumerate() {
            let inside = place.left() >= 0.0
                && place.top() >= 0.0
                && place.right() <= size.width()
                && place.bottom() <= size.height();
            assert!(inside, "{name}: \"{words}\" is cut off: {place:?} of {size:?}");
            for (others, other) in &found[index + 1..] {
                let apart = place.right() <= other.left()
                    || other.right() <= place.left()
                    || place.bottom() <= other.top() + 3.0
                    || other.bottom() <= place.top() + 3.0;
                assert!(apart, "{name}: \"{words}\" lies over \"{others}\": {place:?} {other:?}");
            }
        }
    }
}

#[test]
fn a_picture_has_classes_and_places_only() {
    let allowed: HashSet<&str> = [
        "xmlns", "class", "viewBox", "role", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "d",
        "points",
    ]
    .into();
    for (name, chart) in EVERY_CHART.iter() {
        let document = resvg::usvg::roxmltree::Document::parse(&chart.svg).expect("it is XML");
        for node in document.descendants().filter(resvg::usvg::roxmltree::Node::is_element) {
            for attribute in node.attributes() {
                assert!(allowed.contains(attribute.name()), "{name}: {}", attribute.name());
            }
        }
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        assert_eq!(root.first_element_child().and_then(|title| title.text()), Some(chart.title.as_str()), "{name}");
        assert!(!chart.svg.contains("NaN") && !chart.svg.contains("inf"), "{name}");
    }
}

#[test]
fn every_class_has_a_rule() {
    let style = style(Theme::Dark);
    for (name, chart) in EVERY_CHART.iter() {
        let document = resvg::usvg::roxmltree::Document::parse(&chart.svg).expect("it is XML");
        for class in document.descendants().filter_map(|node| node.attribute("class")).flat_map(str::split_whitespace) {
            let plain = ["chart-label", "chart-dash-0"].contains(&class);
            assert!(plain || style.contains(&format!(".{class}")), "{name}: {class}");
        }
    }
}

#[test]
fn every_chart_has_a_table_behind_it_with_a_cell_for_every_column() {
    for (name, chart) in EVERY_CHART.iter() {
        assert!(!chart.table.head.is_empty(), "{name}");
        for row in &chart.table.rows {
            assert_eq!(row.len(), chart.table.head.len(), "{name}: {row:?}");
        }
        if name.starts_with("two") || name.starts_with("eight") {
            assert!(!chart.table.rows.is_empty(), "{name}");
        }
    }
}

#[test]
fn every_contestant_is_known_by_more_than_its_colour() {
    let chart = percentiles(&eight().iter().map(|(name, recording)| (name.as_str(), recording)).collect::<Vec<_>>());
    for index in 0..8 {
        assert!(chart.svg.contains(&format!("chart-stroke-{index} chart-dash-{index}")), "dashes of {index}");
        assert!(chart.svg.contains(&format!("chart-fill-{index}")), "shape of {index}");
    }
}

#[test]
fn a_picture_has_its_letters_on_a_machine_without_fonts() {
    let chart = forest("µs × % – Ω", &rows());
    let tree = chart.tree(Theme::Light).expect("a sound picture");
    let mut found = Vec::new();
    texts(tree.root(), &mut found);
    assert!(found.iter().all(|(_, place)| place.width() > 4.0 && place.height() > 4.0), "{found:?}");
    let png = chart.png(Theme::Light).expect("a picture");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let side = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().expect("four bytes"));
    assert_eq!((side(16), side(20)), (1_600, 2 * tree.size().height().round() as u32));
}

#[test]
fn a_file_of_its_own_carries_its_colours() {
    let svg = forest("Ratios", &rows()).standalone();
    assert!(svg.starts_with("<svg ") && svg.contains("prefers-color-scheme:dark") && svg.contains("chart-back"));
    assert!(resvg::usvg::roxmltree::Document::parse(&svg).is_ok());
}

/// Run with `LOOK=folder` to write all of them there.
#[test]
fn pictures_can_be_looked_at() {
    let Some(folder) = env::var_os("LOOK") else { return };
    for (name, chart) in EVERY_CHART.iter() {
        let path = Path::new(&folder).join(name);
        fs::write(path.with_extension("svg"), chart.standalone()).expect("written");
        fs::write(path.with_extension("png"), chart.png(Theme::Light).expect("a picture")).expect("written");
        fs::write(path.with_extension("dark.png"), chart.png(Theme::Dark).expect("a picture")).expect("written");
    }
}
