use scene::Measure;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::reading::{shown, times};

/// A piece of prose, as plain data: whoever shows it needs no HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Passage {
    /// A paragraph.
    Paragraph {
        /// Its words.
        spans: Vec<Span>,
    },
    /// A list.
    List {
        /// Whether its items are numbered.
        ordered: bool,
        /// The words of each item.
        items: Vec<Vec<Span>>,
    },
    /// Lines to be shown as they are.
    Code {
        /// The lines.
        text: String,
    },
}

/// Words in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    /// The words.
    pub text: String,
    /// How they stand out.
    pub style: SpanStyle,
}

/// How words stand out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SpanStyle {
    /// Not at all.
    #[default]
    Plain,
    /// Emphasised.
    Emphasis,
    /// Strongly.
    Strong,
    /// As something to be typed, or read letter by letter.
    Code,
    /// As a number that was measured in this run.
    Measured,
}

/// What stands in braces in prose: a measure of a reading, or how many times one is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub(crate) name: String,
    pub(crate) measure: Measure,
    pub(crate) over: Option<(String, Measure)>,
}

/// A piece of a text.
enum Piece<'a> {
    Words(&'a str),
    Braces(&'a str),
}

impl Placeholder {
    fn parse(text: &str) -> Result<Self, String> {
        let one = |text: &str| {
            let (name, measure) = text.trim().split_once('.').ok_or_else(|| {
                format!(
                    "{{{text}}} stands for no number: write {{name.measure}}, or {{name.measure / other.measure}}; braces that \
                     are meant as such go between backticks."
                )
            })?;
            let known = Measure::ALL.into_iter().find(|known| written(*known) == measure.trim());
            let measure = known.ok_or_else(|| {
                let all = Measure::ALL.map(written).join(", ");
                format!("There is no measure \"{}\"; the measures are {all}.", measure.trim())
            })?;
            Ok::<_, String>((name.trim().to_owned(), measure))
        };
        let (first, over) = match text.split_once('/') {
            Some((first, over)) => (first, Some(one(over)?)),
            None => (text, None),
        };
        let (name, measure) = one(first)?;
        Ok(Self { name, measure, over })
    }

    /// What stands in its place; a dash where that was not measured.
    fn filled(&self, value: &impl Fn(&str, Measure) -> Option<f64>) -> String {
        let read = || {
            let first = value(&self.name, self.measure)?;
            let Some((name, measure)) = &self.over else { return Some(shown(self.measure, first)) };
            let other = value(name, *measure)?;
            (other != 0.0).then(|| times(first / other))
        };
        read().unwrap_or_else(|| "–".to_owned())
    }
}

/// A measure's name in files.
pub(crate) fn written(measure: Measure) -> String {
    match serde_json::to_value(measure) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The placeholders of a text, or the first thing in braces that is none.
pub(crate) fn placeholders(text: &str) -> Result<Vec<Placeholder>, String> {
    let braces = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Braces(text) => Some(Placeholder::parse(text)),
        Piece::Words(_) => None,
    });
    braces.collect()
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, behind)) = after.split_once('}') else { break };
        pieces.push(Piece::Words(before));
        pieces.push(Piece::Braces(inside));
        rest = behind;
    }
    pieces.push(Piece::Words(rest));
    pieces
}

/// A text with the numbers of the run in it.
pub(crate) fn fill_text(text: &str, value: &impl Fn(&str, Measure) -> Option<f64>) -> String {
    let filled = |piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Braces(inside) => {
            Placeholder::parse(inside).map_or_else(|_| format!("{{{inside}}}"), |number| number.filled(value))
        }
    };
    pieces(text).into_iter().map(filled).collect()
}

/// Prose with the numbers of the run in it.
pub(crate) fn fill(passages: &[Passage], value: &impl Fn(&str, Measure) -> Option<f64>) -> Vec<Passage> {
    let spans = |spans: &[Span]| spans.iter().flat_map(|span| fill_span(span, value)).collect::<Vec<_>>();
    let filled = |passage: &Passage| match passage {
        Passage::Paragraph { spans: words } => Passage::Paragraph { spans: spans(words) },
        Passage::List { ordered, items } => {
            Passage::List { ordered: *ordered, items: items.iter().map(|item| spans(item)).collect() }
        }
        Passage::Code { text } => Passage::Code { text: text.clone() },
    };
    passages.iter().map(filled).collect()
}

fn fill_span(span: &Span, value: &impl Fn(&str, Measure) -> Option<f64>) -> Vec<Span> {
    if span.style == SpanStyle::Code {
        return vec![span.clone()];
    }
    let filled = |piece| match piece {
        Piece::Words(words) => Span { text: words.to_owned(), style: span.style },
        Piece::Braces(inside) => match Placeholder::parse(inside) {
            Ok(number) => Span { text: number.filled(value), style: SpanStyle::Measured },
            Err(_) => Span { text: format!("{{{inside}}}"), style: span.style },
        },
    };
    pieces(&span.text).into_iter().map(filled).filter(|span| !span.text.is_empty()).collect()
}

impl Passage {
    /// Its words that may hold numbers of the run, span by span.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let lists: Vec<&Vec<Span>> = match self {
            Self::Paragraph { spans } => vec![spans],
            Self::List { items, .. } => items.iter().collect(),
            Self::Code { .. } => Vec::new(),
        };
        let plain = |span: &&Span| span.style != SpanStyle::Code;
        lists.into_iter().flatten().filter(plain).map(|span| span.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, measure: Measure) -> Option<f64> {
        match (name, measure) {
            ("first", Measure::Time) => Some(2_310_000.0),
            ("twenty", Measure::P50) => Some(60_000.0),
            ("run", Measure::HitRatio) => Some(0.914),
            ("run", Measure::DatabaseQueries) => Some(18_204.0),
            ("paid", Measure::Price) => Some(1_205.0),
            ("none", Measure::Hits) => Some(0.0),
            _ => None,
        }
    }

    #[test]
    fn numbers_stand_in_prose_with_their_units() {
        for (text, filled) in [
            ("{first.time}", "2.31 ms"),
            ("{ first.time / twenty.p50 } times", "39 times"),
            ("{twenty.p50 / first.time}", "0.0"),
            ("{run.hit_ratio} of {run.database_queries}", "91.4 % of 18,204"),
            ("{paid.price}", "12.05"),
            ("{unknown.time}", "–"),
            ("{run.hits / none.hits}", "–"),
            ("no { number", "no { number"),
        ] {
            assert_eq!(fill_text(text, &value), filled, "{text}");
        }
    }

    #[test]
    fn a_number_is_a_span_of_its_own_and_code_is_left_alone() {
        let span = |text: &str, style| Span { text: text.to_owned(), style };
        let code = span("{first.time}", SpanStyle::Code);
        let prose =
            [Passage::Paragraph { spans: vec![span("It took {first.time}.", SpanStyle::Strong), code.clone()] }];
        let expected = vec![
            span("It took ", SpanStyle::Strong),
            span("2.31 ms", SpanStyle::Measured),
            span(".", SpanStyle::Strong),
            code,
        ];
        assert_eq!(fill(&prose, &value), [Passage::Paragraph { spans: expected }]);
    }

    #[test]
    fn what_stands_in_braces_and_is_no_number_is_an_error() {
        assert!(placeholders("{first}").expect_err("no measure").contains("{name.measure}"));
        assert!(placeholders("{a.time / b}").is_err());
        assert!(placeholders("{a.tiem}").expect_err("misspelt").contains("the measures are"));
        assert_eq!(placeholders("{a.time / b.p50}").map(|all| all.len()), Ok(1));
    }
}
