use cache::Reply;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Excerpt;

/// A server's reply, by its type in RESP: as much of it as is shown, and how much there was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RespReply {
    /// A word, such as `OK`.
    Simple {
        /// The word.
        text: String,
    },
    /// An error, with its code.
    Error {
        /// What it says.
        text: String,
    },
    /// A whole number; as text, since a page's numbers hold fewer digits.
    Integer {
        /// Its digits.
        text: String,
    },
    /// Bytes.
    Bulk {
        /// The first of them; escaped, unless they are lines of text.
        value: Excerpt,
        /// Whether they are lines of text, shown as such.
        lines: bool,
    },
    /// Nothing.
    Null,
    /// A number with a fraction.
    Double {
        /// As it was written.
        text: String,
    },
    /// Yes or no.
    Boolean {
        /// Which.
        value: bool,
    },
    /// A number of any length.
    BigNumber {
        /// Its digits.
        text: String,
    },
    /// A list.
    Array {
        /// Its first elements.
        items: Vec<Self>,
        /// How many are not shown.
        #[ts(type = "number")]
        left_out: u64,
    },
    /// A set.
    Set {
        /// Its first elements.
        items: Vec<Self>,
        /// How many are not shown.
        #[ts(type = "number")]
        left_out: u64,
    },
    /// What the server says unasked.
    Push {
        /// Its first elements.
        items: Vec<Self>,
        /// How many are not shown.
        #[ts(type = "number")]
        left_out: u64,
    },
    /// Names and values.
    Map {
        /// The first of them.
        entries: Vec<RespEntry>,
        /// How many are not shown.
        #[ts(type = "number")]
        left_out: u64,
    },
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RespEntry {
    /// The name, which may be of any type.
    pub name: RespReply,
    /// The value.
    pub value: RespReply,
}

impl From<Reply> for RespReply {
    fn from(reply: Reply) -> Self {
        let all = |items: Vec<Reply>, count: u64| {
            let left_out = count - items.len() as u64;
            (items.into_iter().map(Self::from).collect::<Vec<_>>(), left_out)
        };
        match reply {
            Reply::Simple(text) => Self::Simple { text: printable(&text) },
            Reply::Error(text) => Self::Error { text: printable(&text) },
            Reply::Integer(number) => Self::Integer { text: number.to_string() },
            Reply::Bulk(bytes, total) | Reply::Verbatim(_, bytes, total) => bulk(&bytes, total),
            Reply::Null => Self::Null,
            Reply::Double(text) => Self::Double { text: printable(&text) },
            Reply::Boolean(value) => Self::Boolean { value },
            Reply::BigNumber(text) => Self::BigNumber { text: printable(&text) },
            Reply::Array(items, count) => {
                let (items, left_out) = all(items, count);
                Self::Array { items, left_out }
            }
            Reply::Set(items, count) => {
                let (items, left_out) = all(items, count);
                Self::Set { items, left_out }
            }
            Reply::Push(items, count) => {
                let (items, left_out) = all(items, count);
                Self::Push { items, left_out }
            }
            Reply::Map(entries, count) => {
                let left_out = count - entries.len() as u64;
                let entry = |(name, value): (Reply, Reply)| RespEntry { name: name.into(), value: value.into() };
                Self::Map { entries: entries.into_iter().map(entry).collect(), left_out }
            }
        }
    }
}

fn bulk(bytes: &[u8], total: u64) -> RespReply {
    let text = std::str::from_utf8(bytes).ok();
    let lines = text.is_some_and(|text| {
        text.contains('\n') && text.chars().all(|letter| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t'))
    });
    let value = match text {
        Some(text) if lines => Excerpt { text: text.replace('\r', ""), bytes: total, cut: total > bytes.len() as u64 },
        _ => Excerpt::of_wire(bytes, total, bytes.len()),
    };
    RespReply::Bulk { value, lines }
}

fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shown_as_lines_and_what_is_no_text_is_escaped() {
        let of = |bytes: &[u8]| RespReply::from(Reply::Bulk(bytes.to_vec(), bytes.len() as u64));
        let RespReply::Bulk { value, lines } = of(b"# Server\r\na:1\r\n") else { panic!("it is bytes") };
        assert_eq!((value.text.as_str(), lines), ("# Server\na:1\n", true));
        let RespReply::Bulk { value, lines } = of(b"a\x00\xff\n") else { panic!("it is bytes") };
        assert_eq!((value.text.as_str(), lines), (r"a\u{0}\xff\n", false));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let reply = RespReply::from(Reply::Array(vec![Reply::Integer(i64::MAX)], 12));
        let items = vec![RespReply::Integer { text: "9223372036854775807".to_owned() }];
        assert_eq!(reply, RespReply::Array { items, left_out: 11 });
    }
}
