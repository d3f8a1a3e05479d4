//! A lesson as lines of text, with styles that a terminal shows and others strip.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use lesson::{Action, Lesson, Passage, Prediction, Shown, Span, SpanStyle};
use scene::Judged;

/// Columns of a line of prose.
const WIDTH: usize = 96;

const BOLD: Style = Style::new().bold();
const DIMMED: Style = Style::new().dimmed();
const MEASURED: Style = AnsiColor::Cyan.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

pub(super) fn title(lesson: &Lesson) -> String {
    let Lesson { title, aim, minutes, steps, .. } = lesson;
    let steps = steps.len();
    format!("\n{BOLD}{title}{BOLD:#}\n{DIMMED}{minutes} minutes, {steps} steps. Afterwards: {aim}{DIMMED:#}\n")
}

pub(super) fn heading(number: usize, of: usize, title: &str) -> String {
    let rule = "─".repeat(WIDTH);
    format!("\n{DIMMED}{rule}{DIMMED:#}\n{DIMMED}{} of {of}{DIMMED:#}  {BOLD}{title}{BOLD:#}\n", number + 1)
}

pub(super) fn passages(passages: &[Passage]) -> String {
    let mut text = String::new();
    for passage in passages {
        text.push('\n');
        match passage {
            Passage::Paragraph { spans } => wrap(&mut text, spans, "", ""),
            Passage::List { ordered, items } => {
                for (index, item) in items.iter().enumerate() {
                    let mark = if *ordered { format!("  {}. ", index + 1) } else { "  • ".to_owned() };
                    let indent = " ".repeat(mark.chars().count());
                    wrap(&mut text, item, &mark, &indent);
                }
            }
            Passage::Code { text: code } => {
                for line in code.lines() {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }
    text
}

pub(super) fn question(prediction: &Prediction) -> String {
    let mut text = format!("\n{BOLD}{}{BOLD:#}\n", prediction.question);
    for (index, choice) in prediction.choices.iter().enumerate() {
        let _ = writeln!(text, "  {}  {}", index + 1, choice.says);
    }
    text
}

pub(super) fn action(action: &Action) -> String {
    let key = if action.key.is_empty() { String::new() } else { format!("[{}]", action.key) };
    format!("\n  {BOLD}{key:>7}{BOLD:#} {}\n", action.says)
}

pub(super) fn result(told: &str, shown: &[Shown]) -> String {
    let mut text = format!("          {told}\n");
    if !shown.is_empty() {
        let shown = shown.iter().map(|Shown { name, value }| format!("{name} {value}")).collect::<Vec<_>>().join(" · ");
        let _ = writeln!(text, "          {shown}");
    }
    text
}

pub(super) fn verdict(correct: Option<bool>, right: Option<&str>, because: &str) -> String {
    let mut text = match (correct, right) {
        (Some(true), _) => format!("\n{GOOD}You were right.{GOOD:#} "),
        (Some(false), Some(right)) => format!("\n{BAD}Not quite:{BAD:#} {right}.\n"),
        _ => "\nThis time the numbers did not decide. ".to_owned(),
    };
    let because = Span { text: because.to_owned(), style: SpanStyle::Plain };
    wrap(&mut text, &[because], "", "");
    text
}

pub(super) fn expectations(judged: &[Judged]) -> String {
    let mut text = String::new();
    for Judged { says, holds } in judged {
        let _ = match holds {
            Some(true) => writeln!(text, "  {GOOD}holds{GOOD:#}            {says}"),
            Some(false) => writeln!(text, "  {BAD}DOES NOT HOLD{BAD:#}    {says}"),
            None => writeln!(text, "  cannot be said   {says}"),
        };
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Words in lines of at most [`WIDTH`] columns, the first behind `mark`, the others behind `indent`.
fn wrap(text: &mut String, spans: &[Span], mark: &str, indent: &str) {
    text.push_str(mark);
    let mut column = mark.chars().count();
    let mut glued = true;
    for span in spans {
        let style = match span.style {
            SpanStyle::Plain => Style::new(),
            SpanStyle::Emphasis => Style::new().italic(),
            SpanStyle::Strong => BOLD,
            SpanStyle::Code => AnsiColor::Yellow.on_default(),
            SpanStyle::Measured => MEASURED,
        };
        for word in span.text.split_inclusive([' ', '\n']) {
            let bare = word.trim_end_matches([' ', '\n']);
            let length = bare.chars().count();
            // What follows without a space belongs to the word before, and stays beside it.
            if !glued && column + length > WIDTH {
                let _ = write!(text, "\n{indent}");
                column = indent.chars().count();
            }
            let _ = write!(text, "{style}{bare}{style:#}");
            column += length;
            glued = bare.len() == word.len();
            match word.as_bytes().last() {
                Some(b'\n') => {
                    let _ = write!(text, "\n{indent}");
                    column = indent.chars().count();
                }
                Some(b' ') => {
                    text.push(' ');
                    column += 1;
                }
                _ => {}
            }
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_between_words_and_never_longer_than_a_line() {
        let words = "word ".repeat(100);
        let spans =
            [Span { text: words, style: SpanStyle::Plain }, Span { text: "end".to_owned(), style: SpanStyle::Plain }];
        let mut text = String::new();
        wrap(&mut text, &spans, "  • ", "    ");
        assert!(
            text.lines().count() > 4 && text.lines().all(|line| line.trim_end().chars().count() <= WIDTH),
            "{text}"
        );
        assert!(text.lines().skip(1).all(|line| line.starts_with("    w") || line.starts_with("    e")), "{text}");
        assert_eq!(text.split_whitespace().filter(|word| *word == "word").count(), 100);
    }
}
