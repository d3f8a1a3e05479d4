//! Sections of a report in the terminal: sentences and tables; charts are left to the window and to files.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use recording::chart::Table;
use recording::export::report::{Part, Section};

const HEADING: Style = Style::new().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();

/// How wide a line of text is.
const WIDTH: usize = 100;

/// The sections as text, with styles that a terminal shows and others strip. Those without words or tables are left out.
pub(crate) fn in_terminal(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        let parts: String = section.parts.iter().map(part).collect();
        if !parts.is_empty() {
            let _ = write!(text, "{HEADING}{}{HEADING:#}\n\n{parts}", section.heading);
        }
    }
    text
}

fn part(part: &Part) -> String {
    match part {
        Part::Sentence(sentence) | Part::Finding(sentence) => format!("{}\n\n", wrapped(sentence, "")),
        Part::Warning(sentence) => format!("{WARNING}{}{WARNING:#}\n\n", wrapped(&format!("! {sentence}"), "  ")),
        Part::List(sentences) => {
            let lines: Vec<_> = sentences.iter().map(|each| wrapped(&format!("- {each}"), "  ")).collect();
            format!("{}\n\n", lines.join("\n"))
        }
        Part::Table { caption, table } if caption.is_empty() => format!("{}\n", columns(table)),
        Part::Table { caption, table } => format!("{caption}\n{}\n", columns(table)),
        Part::Chart(_) | Part::Lines { .. } => String::new(),
    }
}

/// The first column to the left, the others to the right.
fn columns(table: &Table) -> String {
    let rows = || std::iter::once(&table.head).chain(&table.rows);
    let width = |column: usize| rows().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..table.head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows() {
        let mut line = String::from(" ");
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let room = " ".repeat(width - cell.chars().count());
            let _ = if column == 0 { write!(line, " {cell}{room}") } else { write!(line, "  {room}{cell}") };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn wrapped(sentence: &str, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let line = lines.last_mut().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > WIDTH {
            lines.push(indent.to_owned() + word);
        } else if let Some(last) = lines.last_mut() {
            if line > 0 {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_one_another_and_long_sentences_break_between_words() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let table = Table { head: row(["", "median"]), rows: vec![row(["bundled", "48.2 µs"]), row(["no", "2 ms"])] };
        assert_eq!(columns(&table), "            median\n  bundled  48.2 µs\n  no          2 ms\n");
        let text = wrapped(&"word ".repeat(30), "  ");
        assert!(text.lines().count() == 2 && text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }
}
