use std::ops::Range;

use crate::hide_passwords;

/// What is wrong with a text from outside, and where: `line 3, column 7: missing field`. Parsers like to print the line itself,
/// and a URL with a password may stand there: so the line is counted and not shown, and what the parser says is gone through.
///
/// ```
/// let text = "name = \"a\"\nurl = redis://:hunter2@h";
/// assert_eq!(trace::misread(text, Some(17..24), "string values must be quoted"), "line 2, column 7: string values must be quoted");
/// ```
#[must_use]
pub fn misread(text: &str, at: Option<Range<usize>>, said: &str) -> String {
    let said = hide_passwords(said.trim_end());
    let Some(before) = at.and_then(|span| text.get(..span.start)) else { return said };
    let (line, column) =
        (before.matches('\n').count() + 1, before.chars().rev().take_while(|&c| c != '\n').count() + 1);
    format!("line {line}, column {column}: {said}")
}
