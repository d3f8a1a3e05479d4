//! A trace in the terminal: a line for the outcome, then a bar for each step where and as long as it was.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use trace::{Outcome, Trace};

/// Columns of the widest bar.
const WIDTH: usize = 48;

/// The trace as lines of text, with styles that a terminal shows and others strip.
pub(crate) fn render(trace: &Trace) -> String {
    let mut text = String::new();
    let style = outcome_style(trace.outcome);
    let injected = AnsiColor::Magenta.on_default();
    let name = trace.outcome.name().to_uppercase();
    let _ = writeln!(text, "{style}{name}{style:#}  {}", duration(trace.total_ns));
    for step in &trace.steps {
        let name = step.kind.name();
        let mut suffix = if step.failed { "  failed".to_owned() } else { String::new() };
        if step.injected_ns > 0 {
            let _ = write!(suffix, "  {injected}{} of it injected{injected:#}", duration(step.injected_ns));
        }
        let times = (step.start_ns, step.duration_ns, step.injected_ns);
        line(&mut text, name, times, trace.total_ns, style, &suffix);
    }
    line(
        &mut text,
        "other",
        (trace.total_ns - trace.other_ns, trace.other_ns, 0),
        trace.total_ns,
        Style::new().dimmed(),
        "",
    );
    if let Some(age_ns) = trace.stale_ns {
        let _ =
            writeln!(text, "  Stale: the value had been out of date for {} when it was asked for.", duration(age_ns));
    }
    for note in &trace.notes {
        let _ = writeln!(text, "  {note}");
    }
    text
}

/// A step's line: where it began, how long it took and how much of that was put in on purpose. When in the step that was is not
/// recorded; it is drawn at its end, hatched.
fn line(text: &mut String, name: &str, times: (u64, u64, u64), total: u64, style: Style, suffix: &str) {
    let (start, duration_ns, injected_ns) = times;
    let column = |ns: u64| (ns * WIDTH as u64).checked_div(total).unwrap_or(0) as usize;
    let from = column(start).min(WIDTH - 1);
    let length = (column(start + duration_ns) - column(start)).clamp(1, WIDTH - from);
    // A step too short for a column shows as a hairline, so that none goes missing.
    let hatched = length.min(column(injected_ns));
    let bar = match column(duration_ns) {
        0 => "▏".to_owned(),
        _ => "█".repeat(length - hatched) + &"╱".repeat(hatched),
    };
    let after = WIDTH - from - bar.chars().count();
    let _ = writeln!(
        text,
        "  {name:<10} {:from$}{style}{bar}{style:#}{:after$} {:>8}{suffix}",
        "",
        "",
        duration(duration_ns),
    );
}

/// A duration in three significant digits with its unit.
pub(crate) fn duration(ns: u64) -> String {
    let (value, unit) = match ns {
        0..1_000 => return format!("{ns} ns"),
        1_000..999_500 => (ns as f64 / 1e3, "µs"),
        999_500..999_500_000 => (ns as f64 / 1e6, "ms"),
        _ => (ns as f64 / 1e9, "s"),
    };
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

fn outcome_style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Hit => AnsiColor::Green.on_default().bold(),
        Outcome::Miss | Outcome::Bypass => AnsiColor::Yellow.on_default().bold(),
        Outcome::Error | Outcome::Shed => AnsiColor::Red.on_default().bold(),
        Outcome::Written | Outcome::Stale | Outcome::Coalesced => AnsiColor::Blue.on_default().bold(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::{Query, Request, Step, StepKind};

    #[test]
    fn durations_have_three_significant_digits_and_a_unit() {
        let shown = [0, 999, 1_000, 9_994, 9_996, 48_200, 999_499, 999_500, 2_310_000, 12_345_678_900].map(duration);
        assert_eq!(
            shown,
            ["0 ns", "999 ns", "1.00 µs", "9.99 µs", "10.0 µs", "48.2 µs", "999 µs", "1.00 ms", "2.31 ms", "12.3 s"]
        );
    }

    #[test]
    fn every_step_has_a_line_and_every_line_ends_in_the_same_column() {
        let step = |kind, start_ns, duration_ns| Step { kind, start_ns, duration_ns, injected_ns: 0, failed: false };
        let trace = Trace {
            id: 1,
            request: Request::read(42, Query::Page),
            outcome: Outcome::Hit,
            started_ns: 0,
            waited_ns: 0,
            total_ns: 100_000,
            other_ns: 19_900,
            steps: vec![
                step(StepKind::CacheGet, 100, 80_000),
                step(StepKind::Decode, 80_100, 50),
                step(StepKind::Respond, 99_950, 50),
            ],
            notes: vec![],
            version: None,
            stale_ns: None,
            effects: Vec::new(),
            door: trace::Door::Own,
        };
        let text = anstream::adapter::strip_str(&render(&trace)).to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "HIT  100 µs");
        assert_eq!(lines.len(), 5);
        assert!(lines[1..].iter().all(|line| line.chars().count() == lines[1].chars().count()), "{text}");
        assert!(lines[1].contains(&"█".repeat(38)), "{text}");
        assert!(lines[2].contains('▏'), "{text}");
        let stale = render(&Trace { version: Some(3), stale_ns: Some(1_200_000_000), ..trace });
        assert!(stale.contains("out of date for 1.20 s"), "{stale}");
    }

    #[test]
    fn what_was_put_in_on_purpose_is_hatched_and_said() {
        let step = |kind, start_ns, duration_ns, injected_ns, failed| Step {
            kind,
            start_ns,
            duration_ns,
            injected_ns,
            failed,
        };
        let trace = Trace {
            id: 1,
            request: Request::read(42, Query::Page),
            outcome: Outcome::Bypass,
            started_ns: 0,
            waited_ns: 0,
            total_ns: 48_000_000,
            other_ns: 0,
            steps: vec![
                step(StepKind::CacheGet, 0, 32_000_000, 32_000_000, true),
                step(StepKind::DbQuery, 32_000_000, 16_000_000, 12_000_000, false),
            ],
            notes: vec![],
            version: None,
            stale_ns: None,
            effects: Vec::new(),
            door: trace::Door::Own,
        };
        let text = anstream::adapter::strip_str(&render(&trace)).to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[1].trim_end(),
            format!("  cache_get  {}{:16}  32.0 ms  failed  32.0 ms of it injected", "╱".repeat(32), "")
        );
        assert_eq!(
            lines[2].trim_end(),
            format!("  db_query   {:32}{}{}  16.0 ms  12.0 ms of it injected", "", "█".repeat(4), "╱".repeat(12))
        );
    }
}
