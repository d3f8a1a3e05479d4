//! Replies as a server sends them, RESP2 and RESP3, read within bounds whatever the server says.
//!
//! redis-rs reads them too, but takes what it is told: a length of a gigabyte is a gigabyte. Somebody who types commands by hand
//! at somebody else's server may get anything.

use std::pin::Pin;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// The longest line, such as an error's, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// A reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A word, such as `OK`.
    Simple(String),
    /// An error, with its code.
    Error(String),
    /// A whole number.
    Integer(i64),
    /// Bytes: the first of them, and how many there were.
    Bulk(Vec<u8>, u64),
    /// Text with its format in three letters: the first bytes, and how many there were.
    Verbatim(String, Vec<u8>, u64),
    /// Nothing.
    Null,
    /// A number with a fraction, as it was written.
    Double(String),
    /// Yes or no.
    Boolean(bool),
    /// A number of any length, as it was written.
    BigNumber(String),
    /// A list: its first elements, and how many there were.
    Array(Vec<Self>, u64),
    /// A set, likewise.
    Set(Vec<Self>, u64),
    /// What the server says unasked, likewise.
    Push(Vec<Self>, u64),
    /// Names and values, likewise.
    Map(Vec<(Self, Self)>, u64),
}

/// How much of a reply is kept, and how much of one is read at all. What is between the two is read and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Of all texts together, in bytes.
    pub text: usize,
    /// Of all elements together.
    pub elements: usize,
    /// How many bytes are read.
    pub read: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { text: 64 * 1024, elements: 1_000, read: 64 * 1024 * 1024 }
    }
}

/// How deep lists may lie within each other.
const MAX_DEPTH: usize = 16;

/// Why a reply could not be read. The connection is of no use any more.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the server sent what is no reply")]
    NotResp,
    #[error("its reply has lists within lists, deeper than {MAX_DEPTH}")]
    TooDeep,
    #[error("its reply is longer than {0} bytes")]
    TooLong(u64),
}

/// What is left of the bounds.
struct Budget {
    bounds: Bounds,
    read: u64,
    text: usize,
    elements: usize,
}

/// Reads one reply.
pub(crate) async fn read(stream: &mut (impl AsyncBufRead + Unpin + Send), bounds: Bounds) -> Result<Reply, Unreadable> {
    let mut budget = Budget { bounds, read: 0, text: bounds.text, elements: bounds.elements };
    value(stream, &mut budget, 0).await
}

type Reading<'a> = Pin<Box<dyn Future<Output = Result<Reply, Unreadable>> + Send + 'a>>;

fn value<'a, S: AsyncBufRead + Unpin + Send>(stream: &'a mut S, budget: &'a mut Budget, depth: usize) -> Reading<'a> {
    Box::pin(async move {
        if depth > MAX_DEPTH {
            return Err(Unreadable::TooDeep);
        }
        let line = line(stream, budget).await?;
        let (kind, rest) = line.split_at_checked(1).ok_or(Unreadable::NotResp)?;
        match kind {
            "+" => Ok(Reply::Simple(budget.keep(rest))),
            "-" => Ok(Reply::Error(budget.keep(rest))),
            ":" => rest.parse().map(Reply::Integer).map_err(|_| Unreadable::NotResp),
            "_" => Ok(Reply::Null),
            "," => Ok(Reply::Double(budget.keep(rest))),
            "(" => Ok(Reply::BigNumber(budget.keep(rest))),
            "#" => Ok(Reply::Boolean(rest == "t")),
            "$" | "*" | "=" | "!" if rest == "-1" => Ok(Reply::Null),
            "$" => {
                let (bytes, length) = bulk(stream, budget, rest).await?;
                Ok(Reply::Bulk(bytes, length))
            }
            "!" => {
                let (bytes, _) = bulk(stream, budget, rest).await?;
                Ok(Reply::Error(String::from_utf8_lossy(&bytes).into_owned()))
            }
            "=" => {
                let (bytes, length) = bulk(stream, budget, rest).await?;
                let (format, text) = bytes.split_at_checked(4).ok_or(Unreadable::NotResp)?;
                let format = String::from_utf8_lossy(&format[..3]).into_owned();
                Ok(Reply::Verbatim(format, text.to_vec(), length.saturating_sub(4)))
            }
            "*" | "~" | ">" => {
                let count = length(rest)?;
                let mut items = Vec::new();
                for _ in 0..count {
                    let kept = budget.element();
                    let item = value(stream, budget, depth + 1).await?;
                    if kept {
                        items.push(item);
                    }
                }
                Ok(match kind {
                    "*" => Reply::Array(items, count),
                    "~" => Reply::Set(items, count),
                    _ => Reply::Push(items, count),
                })
            }
            "%" | "|" => {
                let count = length(rest)?;
                let mut entries = Vec::new();
                for _ in 0..count {
                    let kept = budget.element();
                    let name = value(stream, budget, depth + 1).await?;
                    let of_it = value(stream, budget, depth + 1).await?;
                    if kept {
                        entries.push((name, of_it));
                    }
                }
                // Attributes say something about the reply that follows.
                if kind == "|" {
                    return value(stream, budget, depth + 1).await;
                }
                Ok(Reply::Map(entries, count))
            }
            _ => Err(Unreadable::NotResp),
        }
    })
}

fn length(digits: &str) -> Result<u64, Unreadable> {
    digits.parse().map_err(|_| Unreadable::NotResp)
}

async fn line(stream: &mut (impl AsyncBufRead + Unpin), budget: &mut Budget) -> Result<String, Unreadable> {
    let mut bytes = Vec::new();
    let read = (&mut *stream).take(MAX_LINE as u64).read_until(b'\n', &mut bytes).await?;
    budget.spend(read as u64)?;
    match bytes.as_slice() {
        [] => Err(Unreadable::Io(std::io::ErrorKind::UnexpectedEof.into())),
        [line @ .., b'\r', b'\n'] => Ok(String::from_utf8_lossy(line).into_owned()),
        _ if read == MAX_LINE => Err(Unreadable::TooLong(MAX_LINE as u64)),
        _ => Err(Unreadable::NotResp),
    }
}

/// Bytes of a length that was said: as many as there is room for, and how many there were.
async fn bulk(
    stream: &mut (impl AsyncBufRead + Unpin),
    budget: &mut Budget,
    digits: &str,
) -> Result<(Vec<u8>, u64), Unreadable> {
    let length = length(digits)?;
    budget.spend(length.saturating_add(2))?;
    let kept = (budget.text as u64).min(length);
    budget.text -= kept as usize;
    let mut bytes = Vec::new();
    let read = (&mut *stream).take(kept).read_to_end(&mut bytes).await?;
    let rest = length - kept;
    let skipped = tokio::io::copy_buf(&mut (&mut *stream).take(rest), &mut tokio::io::sink()).await?;
    if read as u64 + skipped < length {
        return Err(Unreadable::Io(std::io::ErrorKind::UnexpectedEof.into()));
    }
    let mut end = [0; 2];
    stream.read_exact(&mut end).await?;
    if end == *b"\r\n" { Ok((bytes, length)) } else { Err(Unreadable::NotResp) }
}

impl Budget {
    fn spend(&mut self, bytes: u64) -> Result<(), Unreadable> {
        self.read = self.read.saturating_add(bytes);
        if self.read > self.bounds.read { Err(Unreadable::TooLong(self.bounds.read)) } else { Ok(()) }
    }

    fn keep(&mut self, text: &str) -> String {
        let kept = &text[..text.floor_char_boundary(self.text)];
        self.text -= kept.len();
        kept.to_owned()
    }

    /// Whether there is room for another one.
    fn element(&mut self) -> bool {
        let room = self.elements > 0;
        self.elements = self.elements.saturating_sub(1);
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn of(bytes: &[u8]) -> Result<Reply, Unreadable> {
        read(&mut &*bytes, Bounds { text: 10, elements: 3, read: 10_000 }).await
    }

    #[tokio::test]
    async fn every_type_of_both_protocols_is_read() {
        let bulk = |text: &str| Reply::Bulk(text.as_bytes().to_vec(), text.len() as u64);
        for (bytes, reply) in [
            ("+OK\r\n", Reply::Simple("OK".to_owned())),
            ("-ERR no\r\n", Reply::Error("ERR no".to_owned())),
            (":-12\r\n", Reply::Integer(-12)),
            ("$5\r\nhe\r\no\r\n", bulk("he\r\no")),
            ("$-1\r\n", Reply::Null),
            ("*-1\r\n", Reply::Null),
            ("_\r\n", Reply::Null),
            ("#t\r\n", Reply::Boolean(true)),
            (",inf\r\n", Reply::Double("inf".to_owned())),
            ("(123\r\n", Reply::BigNumber("123".to_owned())),
            ("!5\r\nERR x\r\n", Reply::Error("ERR x".to_owned())),
            ("=7\r\ntxt:abc\r\n", Reply::Verbatim("txt".to_owned(), b"abc".to_vec(), 3)),
            (
                "*2\r\n:1\r\n*1\r\n$1\r\na\r\n",
                Reply::Array(vec![Reply::Integer(1), Reply::Array(vec![bulk("a")], 1)], 2),
            ),
            ("%1\r\n+a\r\n:1\r\n", Reply::Map(vec![(Reply::Simple("a".to_owned()), Reply::Integer(1))], 1)),
            ("~1\r\n:1\r\n", Reply::Set(vec![Reply::Integer(1)], 1)),
            (">1\r\n:1\r\n", Reply::Push(vec![Reply::Integer(1)], 1)),
            ("|1\r\n+ttl\r\n:1\r\n:7\r\n", Reply::Integer(7)),
        ] {
            assert_eq!(of(bytes.as_bytes()).await.expect(bytes), reply, "{bytes}");
        }
    }

    #[tokio::test]
    async fn what_is_too_much_is_read_and_counted_but_not_kept() {
        let long = of(b"$26\r\nabcdefghijklmnopqrstuvwxyz\r\n").await.expect("it is read");
        assert_eq!(long, Reply::Bulk(b"abcdefghij".to_vec(), 26));
        let many = of(b"*5\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n").await.expect("it is read");
        assert_eq!(many, Reply::Array((1..=3).map(Reply::Integer).collect(), 5));
    }

    #[tokio::test]
    async fn a_hostile_reply_ends_in_an_error_and_takes_no_memory() {
        let deep = "*1\r\n".repeat(5_000);
        for bytes in [
            "$99999999999\r\nx",
            "*99999999999999999999\r\n",
            deep.as_str(),
            "?\r\n",
            "\r\n",
            "",
            ":x\r\n",
            "$3\r\nabcde",
            "$5\r\nab",
            "*2\r\n:1\r\n",
            "=2\r\nab\r\n",
        ] {
            assert!(of(bytes.as_bytes()).await.is_err(), "{bytes:.40}");
        }
        assert!(of("+".repeat(100_000).as_bytes()).await.is_err());
        // Elements are only promised: nothing is set aside for them.
        assert!(of(b"*4000000000\r\n").await.is_err());
    }
}
