//! The request parser: bytes from a client in, commands out.
//!
//! A request is a RESP array of bulk strings (`*2\r\n$3\r\nGET\r\n$1\r\nk\r\n`) or a line of words (`GET k\r\n`, see
//! [`inline`]). Nothing else: Redis takes no nested arrays, so there is nothing to recurse into.
//!
//! The parser keeps no bytes, only positions in the caller's buffer, so that a value is copied once, into the keyspace.
//! It remembers where it stopped, so that a value arriving in a thousand pieces is not looked at a thousand times. It
//! never allocates for a length that was only announced.

mod inline;

use std::fmt;

use inline::split;

/// The longest line: an inline request, or a length that never ends.
const MAX_LINE: usize = 64 * 1024;
/// What a client that has not authenticated may send, so that strangers cannot fill the memory.
const STRANGER: Limits = Limits { max_arguments: 10, max_bulk: 16 * 1024, max_buffer: 1 << 30 };
/// How many spans to keep allocated between requests.
const KEEP_SPANS: usize = 1024;

/// What a client may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most arguments of one command. Redis 7 allows 2³¹−1, Redis before 7 this: 1,048,576.
    pub max_arguments: usize,
    /// The longest argument in bytes; Redis calls it `proto-max-bulk-len`: 512 MiB.
    pub max_bulk: usize,
    /// The most bytes of one unfinished request; Redis calls it `client-query-buffer-limit`: 1 GiB.
    pub max_buffer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_arguments: 1024 * 1024, max_bulk: 512 * 1024 * 1024, max_buffer: 1 << 30 }
    }
}

/// Why a client's bytes are not a request. Displays in Redis's words; the connection closes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// An argument that is not a bulk string, such as a nested array.
    #[error("Protocol error: expected '$', got '{}'", char::from(*.0))]
    ExpectedBulk(u8),
    /// An argument's length is no number, negative or above the limit.
    #[error("Protocol error: invalid bulk length")]
    InvalidBulkLength,
    /// The number of arguments is no number or above the limit.
    #[error("Protocol error: invalid multibulk length")]
    InvalidMultibulkLength,
    /// A length of more than 64 KiB.
    #[error("Protocol error: too big bulk count string")]
    TooBigBulkCount,
    /// A line of more than 64 KiB.
    #[error("Protocol error: too big inline request")]
    TooBigInline,
    /// A number of arguments of more than 64 KiB.
    #[error("Protocol error: too big mbulk count string")]
    TooBigMultibulkCount,
    /// An inline request whose quotes do not close, or close inside a word.
    #[error("Protocol error: unbalanced quotes in request")]
    UnbalancedQuotes,
    /// A client that has not authenticated sent a long argument.
    #[error("Protocol error: unauthenticated bulk length")]
    UnauthenticatedBulk,
    /// A client that has not authenticated sent many arguments.
    #[error("Protocol error: unauthenticated multibulk length")]
    UnauthenticatedMultibulk,
}

/// Where an argument lies in its buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
}

/// The words of one command, the name first.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    data: &'a [u8],
    spans: &'a [Span],
}

impl<'a> Args<'a> {
    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no word at all: an empty line, or `*0`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The word at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.spans.get(index).map(|span| &self.data[span.start..span.end])
    }

    /// The words in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let data = self.data;
        self.spans.iter().map(move |span| &data[span.start..span.end])
    }

    /// The words from `index` on.
    #[must_use]
    pub fn skip(&self, index: usize) -> Self {
        Self { data: self.data, spans: self.spans.get(index..).unwrap_or_default() }
    }
}

/// The words of a command that is to run later.
#[derive(Clone)]
pub(crate) struct OwnedArgs {
    data: Box<[u8]>,
    spans: Box<[Span]>,
}

impl From<Args<'_>> for OwnedArgs {
    fn from(args: Args<'_>) -> Self {
        let mut data = Vec::with_capacity(args.iter().map(<[u8]>::len).sum());
        let mut spans = Vec::with_capacity(args.len());
        for word in args.iter() {
            let start = data.len();
            data.extend_from_slice(word);
            spans.push(Span { start, end: data.len() });
        }
        Self { data: data.into(), spans: spans.into() }
    }
}

impl OwnedArgs {
    pub(crate) fn args(&self) -> Args<'_> {
        Args { data: &self.data, spans: &self.spans }
    }

    /// The bytes it occupies beside itself.
    pub(crate) fn memory(&self) -> usize {
        self.data.len() + self.spans.len() * size_of::<Span>()
    }
}

impl fmt::Debug for OwnedArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.args().fmt(f)
    }
}

impl fmt::Debug for Args<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(<[u8]>::escape_ascii).map(|word| word.to_string())).finish()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between requests.
    Ready,
    /// In a line of words.
    Inline,
    /// Before the number of arguments.
    Count,
    /// Before the length of an argument, or in one whose length is known.
    Arguments { left: usize, bulk: Option<usize> },
    /// A request is complete; the next call begins the next one.
    Complete { inline: bool },
}

/// Finds the commands in a client's bytes.
///
/// ```
/// use server::request::Parser;
///
/// let mut parser = Parser::default();
/// let mut buffer = b"*2\r\n$3\r\nGET\r\n$3\r\nfo".to_vec();
/// assert_eq!(parser.parse(&buffer), Ok(None)); // not yet
///
/// buffer.extend_from_slice(b"o\r\nPING\r\n");
/// assert_eq!(parser.parse(&buffer), Ok(Some(22)));
/// assert_eq!(parser.args(&buffer).iter().collect::<Vec<_>>(), [b"GET", b"foo"]);
///
/// assert_eq!(parser.parse(&buffer[22..]), Ok(Some(6)));
/// assert_eq!(parser.args(&buffer[22..]).get(0), Some(&b"PING"[..]));
/// ```
#[derive(Debug)]
pub struct Parser {
    limits: Limits,
    authenticated: bool,
    state: State,
    /// Where to go on, counted from the request's first byte.
    position: usize,
    /// How far a line's end was already looked for.
    scanned: usize,
    spans: Vec<Span>,
    /// The words of an inline request, without their quotes.
    words: Vec<u8>,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Parser {
    /// A parser at the start of a connection.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            authenticated: true,
            state: State::Ready,
            position: 0,
            scanned: 0,
            spans: Vec::new(),
            words: Vec::new(),
        }
    }

    /// Holds a client to other limits from the next request on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Holds a client to the smaller limits for strangers, or not.
    pub fn set_authenticated(&mut self, authenticated: bool) {
        self.authenticated = authenticated;
    }

    pub(crate) fn is_authenticated(&self) -> bool {
        self.authenticated
    }

    /// Goes on with the request that begins at `input[0]`.
    ///
    /// `Some(n)`: it is complete and takes `n` bytes; [`args`](Self::args) has its words until the next call, which
    /// expects the next request at the front of its input. `None`: call again with the same bytes and more behind them.
    ///
    /// # Errors
    ///
    /// When no continuation can make a request of these bytes. The parser is of no use afterwards.
    pub fn parse(&mut self, input: &[u8]) -> Result<Option<usize>, ProtocolError> {
        if let State::Complete { .. } = self.state {
            self.state = State::Ready;
        }
        if self.state == State::Ready {
            let Some(&first) = input.first() else { return Ok(None) };
            self.position = 0;
            self.scanned = 0;
            self.spans.clear();
            self.spans.shrink_to(KEEP_SPANS);
            self.state = if first == b'*' { State::Count } else { State::Inline };
        }
        if self.state == State::Inline { self.parse_inline(input) } else { self.parse_array(input) }
    }

    /// Goes back to before the request that [`parse`](Self::parse) just found: the next call finds it again.
    pub(crate) fn restart(&mut self) {
        self.state = State::Ready;
    }

    /// The words of the request that [`parse`](Self::parse) just found complete in `input`.
    #[must_use]
    pub fn args<'a>(&'a self, input: &'a [u8]) -> Args<'a> {
        match self.state {
            State::Complete { inline: true } => Args { data: &self.words, spans: &self.spans },
            State::Complete { inline: false } => Args { data: input, spans: &self.spans },
            _ => Args { data: &[], spans: &[] },
        }
    }

    fn parse_inline(&mut self, input: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let Some(found) = memchr::memchr(b'\n', &input[self.scanned..]) else {
            self.scanned = input.len();
            return if input.len() > MAX_LINE { Err(ProtocolError::TooBigInline) } else { Ok(None) };
        };
        let end = self.scanned + found;
        let line = &input[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.words.clear();
        split(line, &mut self.words, &mut self.spans)?;
        self.state = State::Complete { inline: true };
        Ok(Some(end + 1))
    }

    fn parse_array(&mut self, input: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let (mut left, mut bulk) = match self.state {
            State::Arguments { left, bulk } => (left, bulk),
            _ => match self.parse_count(input)? {
                None => return Ok(None),
                Some(left) => (left, None),
            },
        };
        while left > 0 {
            let length = match bulk {
                Some(length) => Some(length),
                None => self.parse_bulk_length(input)?,
            };
            let Some(length) = length else {
                self.state = State::Arguments { left, bulk: None };
                return Ok(None);
            };
            // Like Redis, skip the two bytes after an argument without looking at them.
            if input.len() - self.position < length + 2 {
                self.state = State::Arguments { left, bulk: Some(length) };
                return Ok(None);
            }
            self.spans.push(Span { start: self.position, end: self.position + length });
            self.position += length + 2;
            self.scanned = self.position;
            left -= 1;
            bulk = None;
        }
        self.state = State::Complete { inline: false };
        Ok(Some(self.position))
    }

    fn parse_count(&mut self, input: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let Some(line) = self.line(input, ProtocolError::TooBigMultibulkCount)? else { return Ok(None) };
        let count = integer(&line[1..]).ok_or(ProtocolError::InvalidMultibulkLength)?;
        let count = usize::try_from(count).unwrap_or(0);
        if count > self.limits.max_arguments {
            return Err(ProtocolError::InvalidMultibulkLength);
        }
        if !self.authenticated && count > STRANGER.max_arguments {
            return Err(ProtocolError::UnauthenticatedMultibulk);
        }
        Ok(Some(count))
    }

    fn parse_bulk_length(&mut self, input: &[u8]) -> Result<Option<usize>, ProtocolError> {
        let Some(line) = self.line(input, ProtocolError::TooBigBulkCount)? else { return Ok(None) };
        match line.first() {
            Some(b'$') => {}
            // An empty line: its first byte is the line's end.
            other => return Err(ProtocolError::ExpectedBulk(other.copied().unwrap_or(b'\r'))),
        }
        let length = integer(&line[1..]).ok_or(ProtocolError::InvalidBulkLength)?;
        let length = usize::try_from(length).map_err(|_| ProtocolError::InvalidBulkLength)?;
        if length > self.limits.max_bulk {
            return Err(ProtocolError::InvalidBulkLength);
        }
        if !self.authenticated && length > STRANGER.max_bulk {
            return Err(ProtocolError::UnauthenticatedBulk);
        }
        Ok(Some(length))
    }

    /// The line at the position, without its end, and steps over it.
    fn line<'a>(&mut self, input: &'a [u8], too_big: ProtocolError) -> Result<Option<&'a [u8]>, ProtocolError> {
        let start = self.position;
        // These lines are a few bytes long: a plain loop beats memchr.
        let Some(found) = input[self.scanned..].iter().position(|&byte| byte == b'\r') else {
            self.scanned = input.len();
            return if input.len() - start > MAX_LINE { Err(too_big) } else { Ok(None) };
        };
        let end = self.scanned + found;
        if input.len() < end + 2 {
            self.scanned = end;
            return Ok(None);
        }
        self.position = end + 2;
        self.scanned = self.position;
        Ok(Some(&input[start..end]))
    }
}

/// Splits a line into words as an inline request is.
pub(crate) fn split_words(line: &[u8]) -> Result<Vec<Vec<u8>>, ProtocolError> {
    let (mut words, mut spans) = (Vec::new(), Vec::new());
    split(line, &mut words, &mut spans)?;
    Ok(spans.into_iter().map(|span| words[span.start..span.end].to_vec()).collect())
}

/// Reads a decimal number as strictly as Redis: no sign but `-`, no leading zeros, no spaces, 64 bits.
pub(crate) fn integer(digits: &[u8]) -> Option<i64> {
    let (negative, digits) = match digits {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut value: u64 = 0; // 19 digits fit without overflow
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u64::from(digit - b'0');
    }
    if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

#[cfg(test)]
mod tests;
