//! A small HTTP client that sends exactly what it is told, also what no good client would.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What never comes is a failure, not a wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
pub(super) struct Client {
    stream: TcpStream,
    address: SocketAddr,
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Client {
    pub(super) async fn to(address: SocketAddr) -> Result<Self> {
        let stream = timeout(PATIENCE, TcpStream::connect(address)).await.context("nobody let us in")??;
        Ok(Self { stream, address, read: Vec::new() })
    }

    pub(super) async fn get(&mut self, path: &str) -> Result<Reply> {
        self.ask("GET", path, "", b"").await
    }

    /// Sends a request with those headers, each ended by CRLF, besides the host and the body's length.
    pub(super) async fn ask(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Reply> {
        let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n{length}{headers}\r\n", self.address);
        self.send(&[head.as_bytes(), body].concat()).await?;
        self.reply(method == "HEAD").await
    }

    /// Sends bytes as they are.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        timeout(PATIENCE, self.stream.write_all(bytes)).await.context("nobody took it")??;
        Ok(())
    }

    /// Reads an answer.
    pub(super) async fn reply(&mut self, without_body: bool) -> Result<Reply> {
        timeout(PATIENCE, self.read_reply(without_body)).await.context("no answer came")?
    }

    async fn read_reply(&mut self, without_body: bool) -> Result<Reply> {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            self.read_more().await?;
        };
        let head = String::from_utf8(self.read.drain(..end + 4).collect())?;
        let mut lines = head.trim_end().split("\r\n");
        let first = lines.next().context("a status line")?;
        let status = first.split(' ').nth(1).context("a status")?.parse()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut reply = Reply { status, headers, body: Vec::new() };
        let length: usize = match reply.header("content-length") {
            Some(length) if !without_body => length.parse()?,
            _ => 0,
        };
        while self.read.len() < length {
            self.read_more().await?;
        }
        reply.body = self.read.drain(..length).collect();
        Ok(reply)
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the connection was closed after {:?}", String::from_utf8_lossy(&self.read));
        }
        Ok(())
    }

    /// Waits until the other side has closed. False where it says something else first.
    pub(super) async fn closes(mut self) -> Result<bool> {
        let mut rest = [0; 64];
        let read = timeout(PATIENCE, self.stream.read(&mut rest)).await.context("it was left open")?;
        Ok(!matches!(read, Ok(some) if some > 0))
    }
}

impl Reply {
    /// The first header of that name, in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| String::from_utf8_lossy(&self.body).into_owned())
    }

    /// Status and detail of problem details, which it must be.
    pub(super) fn problem(&self) -> Result<(u16, String)> {
        if self.header("content-type") != Some("application/problem+json") {
            bail!("no problem details: {self:?}");
        }
        let problem = self.json()?;
        let status = problem["status"].as_u64().context("a status")?;
        Ok((u16::try_from(status)?, problem["detail"].as_str().context("a detail")?.to_owned()))
    }
}
