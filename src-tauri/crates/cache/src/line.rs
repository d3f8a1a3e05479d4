//! A line to a server on which one says what one likes and reads what comes, in bounds: for a console, and for MONITOR.

use std::fmt;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

use crate::dial::reach;
use crate::reply::{self, Bounds, Reply, Unreadable};
use crate::sentinel;
use crate::target::{Host, Place};
use crate::{Error, Target};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection of one's own. Dropping it closes it.
pub struct Line {
    stream: BufReader<Box<dyn Stream>>,
    server: String,
    address: Option<SocketAddr>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line to {}", self.server)
    }
}

impl Line {
    /// Connects and is let in, past whatever stands before the server on purpose. On a cluster this is a line to one of its nodes.
    ///
    /// # Errors
    /// As [`Cache::connect`](crate::Cache::connect).
    pub async fn open(target: &Target) -> Result<Self, Error> {
        let within = target.timeouts.connect * 2;
        let target = Target { detour: None, ..target.clone() };
        let opened = timeout(within, Self::dial(&target)).await;
        opened.unwrap_or_else(|_| Err(Error::TimedOut { address: target.address.clone(), within }))
    }

    async fn dial(target: &Target) -> Result<Self, Error> {
        let mut line = match &target.place {
            Place::Host(host) => Self::to(target, host).await?,
            Place::Cluster(nodes) => {
                let node = nodes.first().ok_or(Error::Unsupported("a cluster without nodes"))?;
                Self::to(target, node).await?
            }
            Place::Sentinel(sentinels) => Self::to(target, &sentinel::master(target, sentinels).await?).await?,
            Place::Socket(path) => {
                #[cfg(unix)]
                {
                    let stream = tokio::net::UnixStream::connect(path)
                        .await
                        .map_err(|error| Error::unreachable(&target.address, &error))?;
                    Self::over(Box::new(stream), target.address.clone(), None)
                }
                #[cfg(not(unix))]
                {
                    let _ = path;
                    return Err(Error::Unsupported("this system has no Unix sockets: write redis://host:port"));
                }
            }
        };
        if let Some(password) = &target.login.password {
            let words = [Some("AUTH"), target.login.user.as_deref(), Some(password.as_str())];
            line.expect_ok(&words.into_iter().flatten().collect::<Vec<_>>()).await?;
        }
        if target.database != 0 {
            line.expect_ok(&["SELECT", &target.database.to_string()]).await?;
        }
        Ok(line)
    }

    async fn to(target: &Target, host: &Host) -> Result<Self, Error> {
        let stream = reach(target, host).await?;
        let address = stream.local_addr().ok();
        let stream: Box<dyn Stream> = match &target.tls {
            None => Box::new(stream),
            Some(tls) => Box::new(tls.connect(stream, host, &target.address).await?),
        };
        Ok(Self::over(stream, host.to_string(), address))
    }

    fn over(stream: Box<dyn Stream>, server: String, address: Option<SocketAddr>) -> Self {
        Self { stream: BufReader::new(stream), server, address }
    }

    /// Which server it leads to, fit to be shown: of a cluster, which node.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Our own end of it, where it has an address.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Sends a command.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the connection broke.
    pub async fn send<W: AsRef<[u8]>>(&mut self, words: &[W]) -> Result<(), Error> {
        let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            let word = word.as_ref();
            bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            bytes.extend_from_slice(word);
            bytes.extend_from_slice(b"\r\n");
        }
        self.stream.write_all(&bytes).await.map_err(|error| Error::unreachable(&self.server, &error))
    }

    /// The next reply, whenever it comes.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the connection broke, or the reply is more than the bounds let pass: then it is of no use any
    /// more.
    pub async fn reply(&mut self, bounds: Bounds) -> Result<Reply, Error> {
        reply::read(&mut self.stream, bounds).await.map_err(|unreadable| {
            let reason = match unreadable {
                Unreadable::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    "the connection was closed".to_owned()
                }
                Unreadable::Io(error) => return Error::unreachable(&self.server, &error),
                other => other.to_string(),
            };
            Error::Unreachable { address: self.server.clone(), reason }
        })
    }

    async fn expect_ok(&mut self, words: &[&str]) -> Result<(), Error> {
        self.send(words).await?;
        match self.reply(Bounds::default()).await? {
            Reply::Error(reply) => Err(Error::from_reply(self.server.clone(), &reply)),
            _ => Ok(()),
        }
    }
}
