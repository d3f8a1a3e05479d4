//! Debian's redis-server, to compare with and to be somebody else's.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Debian's redis-server on a port of its own, which ends with this value. It writes no files.
pub(crate) struct RedisServer {
    process: Child,
    port: u16,
}

impl RedisServer {
    pub(crate) async fn start() -> Result<Self> {
        // Another test may take the port in between: then it is tried again with another.
        for _ in 0..10 {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let process = Command::new("redis-server")
                .args(["--port", &port.to_string(), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"])
                .current_dir(env::temp_dir())
                .stdout(Stdio::null())
                .spawn()
                .context("redis-server is missing; `make test` installs it (Debian's package redis-server)")?;
            let mut server = Self { process, port };
            if server.answers().await? {
                return Ok(server);
            }
        }
        bail!("redis-server found no free port")
    }

    /// Whether it is this process that answers on the port.
    async fn answers(&mut self) -> Result<bool> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline && self.process.try_wait()?.is_none() {
            if let Ok(mut stream) = TcpStream::connect(self.address()).await {
                stream.write_all(b"INFO server\r\nQUIT\r\n").await?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await?;
                return Ok(answer.contains(&format!("process_id:{}\r\n", self.process.id())));
            }
            tokio::task::yield_now().await;
        }
        Ok(false)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
