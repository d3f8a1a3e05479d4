//! Every kind of engine there is, and the paths of the flow on each.

use std::any::Any;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use cache::{Dialect, Target};

use super::servers::{Certificates, Server};
use super::several::{Cluster, Watched};
use crate::bench::{Bench, Kept};
use crate::command_line::{self, binary};
use crate::flow;

/// What stands in every URL here and must be seen nowhere.
pub(crate) const PASSWORD: &str = "hunter2-of-the-tests";

/// An engine that runs as long as this value lives, and how it is reached.
pub(crate) struct Running {
    pub(super) url: String,
    dialect: Dialect,
    parts: Vec<Box<dyn Any>>,
}

impl Running {
    fn at(url: String, parts: Vec<Box<dyn Any>>) -> Self {
        Self { url, dialect: Dialect::Redis, parts }
    }

    /// How it is reached, its password with it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends it.
    pub(crate) fn end(&mut self) {
        self.parts.clear();
    }

    /// Where its keys are.
    pub(crate) fn target(&self) -> Result<Target> {
        match self.dialect {
            Dialect::Redis => Ok(Target::redis(&self.url)?),
            Dialect::MiniRedis => {
                let address: SocketAddr = self.url.parse()?;
                Ok(Target::own(address, Dialect::MiniRedis))
            }
        }
    }
}

/// A kind of engine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// As it was published, in a process of its own.
    MiniRedis,
    Valkey,
    Plain,
    Resp3,
    Password,
    User,
    Tls,
    TlsWithOurCertificate,
    Socket,
    Sentinel,
    /// Sentinels, master and replica speak TLS and nothing else.
    SentinelOverTls,
    Cluster,
    /// A cluster with a password that is spoken to over TLS.
    ClusterOverTls,
}

impl Kind {
    pub(crate) async fn start(self) -> Result<Running> {
        let server_with = async |directives: String| {
            Server::start(move |port, _| Ok(format!("port {port}\nsave \"\"\n{directives}\n"))).await
        };
        match self {
            Self::MiniRedis => {
                let mut child = Command::new(binary())
                    .arg("mini-redis")
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::null())
                    .spawn()?;
                let mut line = String::new();
                BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
                let address = line.trim().strip_prefix("listening on ").context("it says where it listens")?;
                let running = Running::at(address.to_owned(), vec![Box::new(command_line::Running(child))]);
                Ok(Running { dialect: Dialect::MiniRedis, ..running })
            }
            Self::Valkey => {
                let server = Server::start_valkey(|port, _| Ok(format!("port {port}\nsave \"\"\n"))).await?;
                Ok(Running::at(format!("redis://{}", server.address()), vec![Box::new(server)]))
            }
            Self::Plain => {
                let server = Server::plain().await?;
                Ok(Running::at(format!("redis://{}", server.address()), vec![Box::new(server)]))
            }
            Self::Resp3 => {
                let server = server_with(format!("requirepass {PASSWORD}")).await?;
                let url = format!("redis://:{PASSWORD}@{}/3?protocol=resp3", server.address());
                Ok(Running::at(url, vec![Box::new(server)]))
            }
            Self::Password => {
                let server = server_with(format!("requirepass {PASSWORD}")).await?;
                Ok(Running::at(format!("redis://:{PASSWORD}@{}/2", server.address()), vec![Box::new(server)]))
            }
            Self::User => {
                let server = server_with(user()).await?;
                Ok(Running::at(format!("redis://shop:{PASSWORD}@{}", server.address()), vec![Box::new(server)]))
            }
            Self::Tls | Self::TlsWithOurCertificate => {
                let ours = matches!(self, Self::TlsWithOurCertificate);
                let certificates = Certificates::make()?;
                let server = certificates.server(ours).await?;
                let mut url = format!("rediss://localhost:{}?ca={}", server.port, certificates.ca());
                if ours {
                    let [certificate, key] = ["server.pem", "server.key"].map(|name| certificates.path(name));
                    url = format!("{url}&cert={}&key={}", certificate.display(), key.display());
                }
                Ok(Running::at(url, vec![Box::new(server), Box::new(certificates)]))
            }
            Self::Socket => {
                let server = Server::start(|_, folder| {
                    let socket = folder.join("socket");
                    // It may ask what the server has counted, too.
                    Ok(format!("port 0\nunixsocket {}\nsave \"\"\n{} +info\n", socket.display(), user()))
                })
                .await?;
                let url = format!("unix://{}?user=shop&pass={PASSWORD}", server.folder().join("socket").display());
                Ok(Running::at(url, vec![Box::new(server)]))
            }
            Self::Sentinel => {
                let watched = Watched::start(PASSWORD).await?;
                Ok(Running::at(watched.url(PASSWORD), vec![Box::new(watched)]))
            }
            Self::SentinelOverTls => {
                let watched = Watched::start_over_tls(PASSWORD).await?;
                Ok(Running::at(watched.url(PASSWORD), vec![Box::new(watched)]))
            }
            Self::Cluster => {
                let cluster = Cluster::start(3).await?;
                Ok(Running::at(cluster.url(), vec![Box::new(cluster)]))
            }
            Self::ClusterOverTls => {
                let certificates = Certificates::make()?;
                let directives = format!("{}tls-cluster yes\nrequirepass {PASSWORD}\n", certificates.directives(false));
                let server = Server::start(|port, _| {
                    let bus = super::servers::free_port()?;
                    Ok(format!("{directives}tls-port {port}\ncluster-port {bus}\nsave \"\"\ncluster-enabled yes\n"))
                })
                .await?;
                let url = format!("rediss+cluster://:{PASSWORD}@127.0.0.1:{}?ca={}", server.port, certificates.ca());
                // One node with all slots is a cluster too.
                assign_all_slots(&server, &certificates).await?;
                Ok(Running::at(url, vec![Box::new(server), Box::new(certificates)]))
            }
        }
    }
}

/// A user who may do what the flow does, with our keys alone.
fn user() -> String {
    format!(
        "user default off\nuser shop on >{PASSWORD} ~cachescope:* -@all +get +set +del +pttl +scan +time +pexpireat +ping +exists \
         +watch +unwatch +multi +exec"
    )
}

async fn assign_all_slots(server: &Server, certificates: &Certificates) -> Result<()> {
    let output = Command::new("redis-cli")
        .args([
            "--tls",
            "--cacert",
            &certificates.ca(),
            "-p",
            &server.port.to_string(),
            "-a",
            PASSWORD,
            "--no-auth-warning",
        ])
        .args(["CLUSTER", "ADDSLOTSRANGE", "0", "16383"])
        .output()
        .context("redis-cli is missing; `make test` installs it (Debian's package redis-tools)")?;
    anyhow::ensure!(output.stdout.starts_with(b"OK"), "{output:?}");
    super::servers::until("the cluster to be up", async || {
        let output = Command::new("redis-cli")
            .args(["--tls", "--cacert", &certificates.ca(), "-p", &server.port.to_string(), "-a", PASSWORD])
            .args(["--no-auth-warning", "CLUSTER", "INFO"])
            .output()?;
        Ok(String::from_utf8_lossy(&output.stdout).contains("cluster_state:ok").then_some(()))
    })
    .await
}

async fn takes_every_path(kind: Kind) -> Result<()> {
    // On the heap: all of it is more than the stack of a test's thread holds.
    let mut bench = Box::pin(Bench::over_pair(Some(kind), Kept::Sqlite)).await?;
    Box::pin(flow::every_path(&mut bench)).await.with_context(|| format!("on {kind:?}"))
}

/// One test for each kind, so that one that fails names it.
macro_rules! every_path_on {
    ($($name:ident: $kind:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() -> Result<()> {
                takes_every_path(Kind::$kind).await
            }
        )+
    };
}

// The other ways to reach one; those of the pairs with databases are in `flow`.
every_path_on! {
    the_flow_takes_its_paths_by_resp3: Resp3,
    the_flow_takes_its_paths_as_a_user_who_may_do_little: User,
    the_flow_takes_its_paths_over_tls_with_a_certificate_of_ours: TlsWithOurCertificate,
    the_flow_takes_its_paths_on_the_master_that_sentinel_names_over_tls: SentinelOverTls,
    the_flow_takes_its_paths_on_a_cluster_over_tls: ClusterOverTls,
}
