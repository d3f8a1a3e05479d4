use serde::{Deserialize, Serialize};
use trace::{Pattern, Trace};
use ts_rs::TS;

/// A trace with what was sent, asked and answered, as far as that was kept: all of a single click, less of traffic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TraceDetail {
    /// The request, its outcome and its steps.
    pub trace: Trace,
    /// The engine it ran on: `bundled`, `mini-redis` or `external`.
    pub engine: String,
    /// The pattern it went by: its chart is that one's, whatever the pattern is now.
    pub pattern: Pattern,
    /// When it started, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_unix_ms: u64,
    /// The keys it read (one) or deleted (one a query).
    pub keys: Vec<String>,
    /// The exact bytes of each step that spoke to the server, where they were captured.
    pub wire: Vec<StepWire>,
    /// Why bytes are missing, in words.
    pub wire_note: Option<String>,
    /// The SQL of each step that asked the database.
    pub sql: Vec<StepSql>,
    /// What the client was given; absent where there is no such product or no answer.
    pub value: Option<Excerpt>,
    /// Why the value is missing though there was one, in words.
    pub value_note: Option<String>,
    /// The database behind it: `SQLite` or `PostgreSQL`.
    pub database: String,
}

/// The bytes one step sent to the server and received from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepWire {
    /// Index of the step in the trace.
    pub step: u32,
    /// As sent.
    pub sent: Excerpt,
    /// As received.
    pub received: Excerpt,
}

/// The SQL one step ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepSql {
    /// Index of the step in the trace.
    pub step: u32,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// One SQL statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its parameters and the values bound to them, such as `("?1", "42")` or `("$1", "42")`.
    pub bindings: Vec<(String, String)>,
    /// The database's plan for it: one line a node, indented by depth.
    pub plan: Vec<String>,
}

/// The beginning of some bytes, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Excerpt {
    /// Printable as it is; control characters and bytes that are not UTF-8 escaped as in a Rust byte string (`\r\n`, `\xff`).
    pub text: String,
    /// How many bytes there were in all.
    #[ts(type = "number")]
    pub bytes: u64,
    /// True where `text` does not show all of them.
    pub cut: bool,
}

impl From<database::Statement> for Statement {
    fn from(database::Statement { sql, bindings, plan }: database::Statement) -> Self {
        Self { sql, bindings, plan }
    }
}

impl Excerpt {
    /// The first `limit` bytes as seen on the wire, with control characters and what is not UTF-8 escaped.
    pub(crate) fn of_wire(bytes: &[u8], total: u64, limit: usize) -> Self {
        let shown = &bytes[..bytes.len().min(limit)];
        let mut text = String::with_capacity(shown.len() + 16);
        for chunk in shown.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '"' | '\'' => text.push(character),
                    _ if character.is_control() || character == '\\' => text.extend(character.escape_default()),
                    _ => text.push(character),
                }
            }
            for byte in chunk.invalid() {
                text.extend(byte.escape_ascii().map(char::from));
            }
        }
        Self { text, bytes: total, cut: total > shown.len() as u64 }
    }

    /// The first `limit` bytes of a text, as they are.
    pub(crate) fn of_text(bytes: &[u8], limit: usize) -> Self {
        let shown = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let end = shown.floor_char_boundary(limit);
        Self { text: shown[..end].to_owned(), bytes: bytes.len() as u64, cut: end < bytes.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_on_the_wire_are_shown_escaped() {
        let excerpt = Excerpt::of_wire(b"$4\r\n\"\xc3\xa9\xff\\\r\n", 11, 100);
        assert_eq!(excerpt, Excerpt { text: r#"$4\r\n"é\xff\\\r\n"#.to_owned(), bytes: 11, cut: false });
    }

    #[test]
    fn what_does_not_fit_is_cut_and_says_so() {
        let excerpt = Excerpt::of_wire(&[b'x'; 10], 5_000, 4);
        assert_eq!(excerpt, Excerpt { text: "xxxx".to_owned(), bytes: 5_000, cut: true });
        // "é" is two bytes: it is not cut in half.
        assert_eq!(Excerpt::of_text("aé".as_bytes(), 2), Excerpt { text: "a".to_owned(), bytes: 3, cut: true });
    }
}
