use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes of each direction are kept between two takes; the rest is only counted.
const KEPT: usize = 64 * 1024;

/// Bytes seen on the wire in one direction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first of them, up to 64 KiB.
    pub bytes: Vec<u8>,
    /// How many there were.
    pub total: u64,
}

impl Captured {
    fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let room = KEPT - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

/// What went over the wire between two takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// From us to the server.
    pub sent: Captured,
    /// From the server to us.
    pub received: Captured,
}

/// Where the bytes of a tapped connection can be read.
#[derive(Debug, Clone, Default)]
pub struct Tap {
    seen: Arc<Mutex<Exchange>>,
}

impl Tap {
    /// What was seen since the last take.
    #[must_use]
    pub fn take(&self) -> Exchange {
        mem::take(&mut *self.seen())
    }

    /// Forgets what was seen: housekeeping is nobody's request.
    pub(crate) fn clear(&self) {
        *self.seen() = Exchange::default();
    }

    fn seen(&self) -> MutexGuard<'_, Exchange> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A byte stream that copies what passes to a [`Tap`].
#[derive(Debug)]
pub(crate) struct Tapped<S> {
    stream: S,
    tap: Tap,
}

impl<S> Tapped<S> {
    pub(crate) fn new(stream: S, tap: Tap) -> Self {
        Self { stream, tap }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Some(new @ [_, ..]) = buf.filled().get(before..) {
            self.tap.seen().received.push(new);
        }
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(written)) = poll {
            self.tap.seen().sent.push(&buf[..written]);
        }
        poll
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_tap_shows_exactly_what_passed_and_each_byte_once() {
        let (near, mut far) = tokio::io::duplex(64);
        let tap = Tap::default();
        let mut near = Tapped::new(near, tap.clone());

        near.write_all(b"PING\r\n").await.expect("the far end is open");
        far.write_all(b"+PONG\r\n").await.expect("the near end is open");
        near.read_exact(&mut [0; 7]).await.expect("seven bytes came");

        let exchange = tap.take();
        assert_eq!(exchange.sent.bytes, b"PING\r\n");
        assert_eq!(exchange.received.bytes, b"+PONG\r\n");
        assert_eq!(tap.take(), Exchange::default());
    }

    #[test]
    fn a_tap_keeps_a_bounded_beginning_and_counts_the_rest() {
        let mut captured = Captured::default();
        for _ in 0..3 {
            captured.push(&[7; 40_000]);
        }
        assert_eq!((captured.bytes.len(), captured.total), (KEPT, 120_000));
    }
}
