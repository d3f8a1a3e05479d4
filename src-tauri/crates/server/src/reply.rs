//! Replies, written straight into the connection's output buffer in RESP2 or RESP3.
//!
//! There is no frame type in between: a frame would own copies of values and of nested arrays, only to be walked once.

use std::io::Write as _;

use crate::error::Error;
use crate::number;

/// The protocol version a client speaks; it chooses by `HELLO`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protocol {
    #[default]
    Resp2,
    Resp3,
}

impl Protocol {
    pub(crate) fn version(self) -> i64 {
        match self {
            Self::Resp2 => 2,
            Self::Resp3 => 3,
        }
    }
}

/// Writes one reply. The caller keeps the count an aggregate announced.
#[derive(Debug)]
pub(crate) struct Reply<'a> {
    out: &'a mut Vec<u8>,
    protocol: Protocol,
    /// How long the buffer may become.
    limit: usize,
    overflowed: bool,
}

impl<'a> Reply<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>, protocol: Protocol) -> Self {
        Self { out, protocol, limit: usize::MAX, overflowed: false }
    }

    /// May make the buffer no longer than that: `MGET k k k …` is a short request with a very long reply.
    pub(crate) fn limited(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Whether something was left out because the limit was reached: then the reply is broken.
    pub(crate) fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// From here on in the other protocol: `HELLO` answers in the one it has just switched to.
    pub(crate) fn set_protocol(&mut self, protocol: Protocol) {
        self.protocol = protocol;
    }

    pub(crate) fn ok(&mut self) {
        self.out.extend_from_slice(b"+OK\r\n");
    }

    /// A short word of ours, without line ends.
    pub(crate) fn simple(&mut self, text: &str) {
        self.out.push(b'+');
        self.out.extend_from_slice(text.as_bytes());
        self.end();
    }

    /// Line ends inside the message, which may quote the client, become spaces.
    pub(crate) fn error(&mut self, error: &Error) {
        self.out.push(b'-');
        let start = self.out.len();
        // Writing into a Vec cannot fail.
        let _ = write!(self.out, "{error}");
        for byte in &mut self.out[start..] {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
        self.end();
    }

    pub(crate) fn integer(&mut self, value: i64) {
        self.header(b':', value);
    }

    /// A count as an integer.
    pub(crate) fn count(&mut self, count: usize) {
        self.length(b':', count);
    }

    pub(crate) fn bulk(&mut self, bytes: &[u8]) {
        if self.out.len().saturating_add(bytes.len()) > self.limit {
            self.overflowed = true;
            return;
        }
        self.length(b'$', bytes.len());
        self.out.extend_from_slice(bytes);
        self.end();
    }

    /// A number as a bulk string, as in `SCAN`'s cursor.
    pub(crate) fn bulk_number(&mut self, number: impl itoa::Integer) {
        self.bulk(itoa::Buffer::new().format(number).as_bytes());
    }

    /// The value, or null if there is none.
    pub(crate) fn bulk_or_null(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.null(),
        }
    }

    pub(crate) fn null(&mut self) {
        if self.out.len() >= self.limit {
            self.overflowed = true;
            return;
        }
        self.out.extend_from_slice(match self.protocol {
            Protocol::Resp2 => b"$-1\r\n",
            Protocol::Resp3 => b"_\r\n",
        });
    }

    /// No array, where an array was asked for.
    pub(crate) fn null_array(&mut self) {
        self.out.extend_from_slice(match self.protocol {
            Protocol::Resp2 => b"*-1\r\n",
            Protocol::Resp3 => b"_\r\n",
        });
    }

    /// A number that need not be whole.
    pub(crate) fn double(&mut self, value: f64) {
        let text = number::double(value);
        match self.protocol {
            Protocol::Resp2 => self.bulk(text.as_bytes()),
            Protocol::Resp3 => {
                self.out.push(b',');
                self.out.extend_from_slice(text.as_bytes());
                self.end();
            }
        }
    }

    pub(crate) fn double_or_null(&mut self, value: Option<f64>) {
        match value {
            Some(value) => self.double(value),
            None => self.null(),
        }
    }

    /// Text for people: verbatim in RESP3, so that `redis-cli` prints it unquoted.
    pub(crate) fn text(&mut self, text: &str) {
        match self.protocol {
            Protocol::Resp2 => self.bulk(text.as_bytes()),
            Protocol::Resp3 => {
                self.length(b'=', text.len() + 4);
                self.out.extend_from_slice(b"txt:");
                self.out.extend_from_slice(text.as_bytes());
                self.end();
            }
        }
    }

    /// `length` replies follow.
    pub(crate) fn array(&mut self, length: usize) {
        self.length(b'*', length);
    }

    /// `length` pairs of replies follow.
    pub(crate) fn map(&mut self, length: usize) {
        match self.protocol {
            Protocol::Resp2 => self.length(b'*', length * 2),
            Protocol::Resp3 => self.length(b'%', length),
        }
    }

    /// `length` replies follow, in no order.
    pub(crate) fn set(&mut self, length: usize) {
        match self.protocol {
            Protocol::Resp2 => self.length(b'*', length),
            Protocol::Resp3 => self.length(b'~', length),
        }
    }

    /// A message of `length` replies that no command asked for: kept apart from replies in RESP3.
    pub(crate) fn push(&mut self, length: usize) {
        match self.protocol {
            Protocol::Resp2 => self.length(b'*', length),
            Protocol::Resp3 => self.length(b'>', length),
        }
    }

    /// The members of a hash or sorted set with something beside each: pairs in arrays of their own in RESP3, one after
    /// the other in RESP2.
    pub(crate) fn pairs(&mut self, length: usize) {
        match self.protocol {
            Protocol::Resp2 => self.array(length * 2),
            Protocol::Resp3 => self.array(length),
        }
    }

    /// Begins one of the [`pairs`](Self::pairs).
    pub(crate) fn pair(&mut self) {
        if self.protocol == Protocol::Resp3 {
            self.array(2);
        }
    }

    /// How much stands in the buffer.
    pub(crate) fn written(&self) -> usize {
        self.out.len()
    }

    /// Takes back what was written behind that.
    pub(crate) fn truncate(&mut self, written: usize) {
        self.out.truncate(written);
    }

    fn length(&mut self, kind: u8, length: usize) {
        self.header(kind, length);
    }

    fn header(&mut self, kind: u8, number: impl itoa::Integer) {
        self.out.push(kind);
        self.out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        self.end();
    }

    fn end(&mut self) {
        self.out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(protocol: Protocol, write: impl Fn(&mut Reply<'_>)) -> String {
        let mut out = Vec::new();
        write(&mut Reply::new(&mut out, protocol));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_protocols_differ_in_null_map_set_and_text() {
        let all = |reply: &mut Reply<'_>| {
            reply.null();
            reply.map(2);
            reply.set(3);
            reply.text("hi");
        };
        assert_eq!(written(Protocol::Resp2, all), "$-1\r\n*4\r\n*3\r\n$2\r\nhi\r\n");
        assert_eq!(written(Protocol::Resp3, all), "_\r\n%2\r\n~3\r\n=6\r\ntxt:hi\r\n");
    }

    #[test]
    fn an_error_stays_on_one_line() {
        let error = Error::UnknownCommand { name: b"a\r\nb".to_vec(), arguments: Vec::new() };
        let reply = written(Protocol::Resp2, |reply| reply.error(&error));
        assert_eq!(reply, "-ERR unknown command 'a  b', with args beginning with: \r\n");
    }
}
