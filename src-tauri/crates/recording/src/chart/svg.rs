//! Writing SVG: elements with classes and places, nothing else. Colours and letters are the business of a stylesheet, so that
//! a picture can stand in a page of ours under a strict content security policy.

use std::fmt::{self, Display, Write as _};

/// Elements, one after another.
#[derive(Debug, Default)]
pub(super) struct Svg {
    text: String,
}

/// A point: to the right and down, in units of the view box.
pub(super) type Point = (f64, f64);

/// A number with one decimal at most.
struct Short(f64);

impl Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round();
        if tenths % 10.0 == 0.0 { write!(f, "{}", (tenths / 10.0) as i64) } else { write!(f, "{}", tenths / 10.0) }
    }
}

impl Svg {
    pub(super) fn line(&mut self, class: &str, (x1, y1): Point, (x2, y2): Point) {
        let (x1, y1, x2, y2) = (Short(x1), Short(y1), Short(x2), Short(y2));
        let _ = write!(self.text, "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
    }

    pub(super) fn rect(&mut self, class: &str, (x, y): Point, width: f64, height: f64) {
        let (x, y, width, height) = (Short(x), Short(y), Short(width.max(0.0)), Short(height.max(0.0)));
        let _ =
            write!(self.text, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
    }

    /// A line through those points, broken where there is none. A point alone between two breaks is a dot.
    pub(super) fn through(&mut self, class: &str, points: impl IntoIterator<Item = Option<Point>>) {
        let mut path = String::new();
        let mut before: Option<(Point, usize)> = None;
        for point in points.into_iter().chain([None]) {
            match (point, &mut before) {
                (Some((x, y)), None) => {
                    let _ = write!(path, "M{} {}", Short(x), Short(y));
                    before = Some(((x, y), 1));
                }
                (Some((x, y)), Some((last, number))) => {
                    let _ = write!(path, "L{} {}", Short(x), Short(y));
                    (*last, *number) = ((x, y), *number + 1);
                }
                // Length 0 is drawn as a dot by round caps.
                (None, Some((_, 1))) => {
                    path.push_str("h0");
                    before = None;
                }
                (None, _) => before = None,
            }
        }
        if !path.is_empty() {
            let _ = write!(self.text, "<path class=\"{class}\" d=\"{path}\"/>");
        }
    }

    /// One letter by which a series is known without its colour.
    pub(super) fn marker(&mut self, class: &str, shape: usize, (x, y): Point, size: f64) {
        let corners: &[Point] = match shape % SHAPES {
            0 => {
                let (x, y, size) = (Short(x), Short(y), Short(size * 0.95));
                let _ = write!(self.text, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{size}\"/>");
                return;
            }
            1 => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
            2 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            3 => &[(0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)],
            4 => &[(0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)],
            5 => &[
                (-0.4, -1.2),
                (0.4, -1.2),
                (0.4, -0.4),
                (1.2, -0.4),
                (1.2, 0.4),
                (0.4, 0.4),
                (0.4, 1.2),
                (-0.4, 1.2),
                (-0.4, 0.4),
                (-1.2, 0.4),
                (-1.2, -0.4),
                (-0.4, -0.4),
            ],
            6 => &[(-1.3, 0.0), (-0.65, -1.1), (0.65, -1.1), (1.3, 0.0), (0.65, 1.1), (-0.65, 1.1)],
            _ => &[(-0.5, -1.2), (0.5, -1.2), (0.5, 1.2), (-0.5, 1.2)],
        };
        let points: Vec<String> =
            corners.iter().map(|(dx, dy)| format!("{},{}", Short(x + dx * size), Short(y + dy * size))).collect();
        let _ = write!(self.text, "<polygon class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }

    pub(super) fn text(&mut self, class: &str, (x, y): Point, words: &str) {
        let (x, y) = (Short(x), Short(y));
        let _ = write!(self.text, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(words));
    }

    /// The whole picture, with a name and a description for those who do not see it.
    pub(super) fn finish(self, width: f64, height: f64, title: &str, description: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\">\
             <title>{}</title><desc>{}</desc>{}</svg>",
            Short(width),
            Short(height),
            escaped(title),
            escaped(description),
            self.text
        )
    }
}

/// How many shapes there are.
const SHAPES: usize = 8;

/// Text that stands for itself in HTML and XML. Characters that XML has no place for become a question mark.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' => safe.push(character),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(character),
        }
    }
    safe
}

/// How wide a text is at most in the usual letters, in units of the view box: as wide as in DejaVu Sans, which is wider than
/// what most systems have.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(of_letter).sum::<f64>() * size
}

fn of_letter(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | '\'' => 0.3,
        ' ' | '.' | ',' | ':' | ';' | '|' | '!' | '·' => 0.35,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' | '"' => 0.42,
        '0'..='9' | 'a'..='h' | 'k' | 'n'..='q' | 's' | 'u' | 'v' | 'x'..='z' | '_' | '–' | '?' => 0.65,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' => 1.0,
        '\u{300}'..='\u{36f}' => 0.0,
        'A'..='Z' | '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' => 0.84,
        '+' | '=' | '<' | '>' | '−' | '&' | '#' | '~' | '^' | '*' | '$' => 0.86,
        '\u{400}'..='\u{4ff}' => 0.9,
        _ => 1.05,
    }
}

/// The text, cut with three dots where it would be wider than that.
pub(super) fn fitted(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let (mut kept, mut taken) = (String::new(), width("…", size));
    for letter in text.chars() {
        taken += of_letter(letter) * size;
        if taken > most {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_for_itself() {
        assert_eq!(escaped("a<b> & \"c\" 'd'\u{1b}"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\u{fffd}");
    }

    #[test]
    fn a_line_is_broken_where_there_is_nothing() {
        let mut svg = Svg::default();
        svg.through("x", [Some((0.0, 1.0)), Some((1.25, 2.0)), None, Some((3.0, 4.0)), None]);
        assert_eq!(svg.text, "<path class=\"x\" d=\"M0 1L1.3 2M3 4h0\"/>");
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(fitted("short", 18.0, 100.0), "short");
        let cut = fitted(&"long ".repeat(20), 18.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 18.0) <= 100.0, "{cut}");
    }
}
