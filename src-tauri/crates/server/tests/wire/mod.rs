//! A client that shows replies as they come over the wire.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Result;

pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        // A reply that never comes is a failure, not a wait.
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(crate) fn call(&mut self, words: &[&[u8]]) -> Result<Vec<u8>> {
        self.send(words)?;
        self.reply()
    }

    /// The words of a line.
    pub(crate) fn line(&mut self, line: &str) -> Result<Vec<u8>> {
        self.call(&line.split(' ').map(str::as_bytes).collect::<Vec<_>>())
    }

    pub(crate) fn send(&mut self, words: &[&[u8]]) -> Result<()> {
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            request.extend_from_slice(word);
            request.extend_from_slice(b"\r\n");
        }
        Ok(self.0.get_mut().write_all(&request)?)
    }

    /// A whole reply, with all it holds.
    pub(crate) fn reply(&mut self) -> Result<Vec<u8>> {
        let mut reply = Vec::new();
        let mut left = 1_i64;
        while left > 0 {
            left -= 1;
            let mut line = Vec::new();
            self.0.read_until(b'\n', &mut line)?;
            let length =
                std::str::from_utf8(line.get(1..).unwrap_or_default()).unwrap_or_default().trim_end().parse::<i64>();
            match (line.first(), length) {
                (Some(b'$'), Ok(length @ 0..)) => {
                    let mut text = vec![0; usize::try_from(length)? + 2];
                    self.0.read_exact(&mut text)?;
                    line.extend(text);
                }
                (Some(b'*'), Ok(length @ 1..)) => left += length,
                (None, _) => anyhow::bail!("the connection is closed"),
                _ => {}
            }
            reply.extend(line);
        }
        Ok(reply)
    }

    /// A reply that is one string.
    pub(crate) fn bulk(&mut self, words: &[&[u8]]) -> Result<Vec<u8>> {
        let reply = self.call(words)?;
        let start = reply.iter().position(|byte| *byte == b'\n').unwrap_or_default() + 1;
        Ok(reply.get(start..reply.len() - 2).unwrap_or_default().to_vec())
    }
}
