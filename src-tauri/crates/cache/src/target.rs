use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use trace::ServerUrl;

use crate::tls::Tls;
use crate::{Error, Ours, address};

/// The longest URL that is looked at, in bytes.
const MAX_URL: usize = 1024;

/// How an engine wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Redis, or one that answers like it.
    Redis,
    /// mini-redis: GET, SET with EX or PX, and little else. A delete is written as a SET that expires in 1 ms.
    MiniRedis,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the answer to one command.
    pub response: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(1), response: Duration::from_secs(2) }
    }
}

/// A machine and a port on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Host {
    /// By name or number; an IPv6 number without brackets.
    pub(crate) name: String,
    pub(crate) port: u16,
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') {
            write!(f, "[{}]:{}", self.name, self.port)
        } else {
            write!(f, "{}:{}", self.name, self.port)
        }
    }
}

/// Where the keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// On one server.
    Host(Host),
    /// On one server of this machine, behind a socket that is a file.
    Socket(PathBuf),
    /// On the server that Sentinel names as the master, which may be another tomorrow.
    Sentinel(Sentinels),
    /// On the masters of a cluster, which are found from any of these nodes.
    Cluster(Vec<Host>),
}

/// Who is asked for the master.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentinels {
    pub(crate) hosts: Vec<Host>,
    /// What the master is called there.
    pub(crate) master: String,
    /// How one is let in by the sentinels, which may differ from the master's.
    pub(crate) login: Login,
}

/// Who we are, to a server.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
}

impl fmt::Debug for Login {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.password.is_some() { "Login with a password" } else { "Login without a password" })
    }
}

/// Which version of Redis's protocol is spoken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocol {
    /// What every server speaks.
    #[default]
    Resp2,
    /// Since Redis 6.
    Resp3,
}

/// Which server to speak to, and how.
#[derive(Debug, Clone)]
pub struct Target {
    pub(crate) place: Place,
    pub(crate) address: String,
    pub(crate) login: Login,
    pub(crate) database: i64,
    pub(crate) protocol: Protocol,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) dialect: Dialect,
    pub(crate) timeouts: Timeouts,
    /// Where chance begins in waiting before another attempt to connect.
    pub(crate) seed: u64,
    /// What stands before the server and passes on what it is sent.
    pub(crate) detour: Option<SocketAddr>,
    /// From where we speak to it; the same for all clones.
    pub(crate) ours: Ours,
}

impl Target {
    /// The server, or servers, at a URL:
    ///
    /// - `redis://[user[:password]@]host[:port][/database]`, and `rediss://` over TLS;
    /// - `unix:///path/to/socket`, with `unix://user:password@/path` or `?user=…&pass=…&db=…`;
    /// - `redis+sentinel://[user[:password]@]host[:port],…/name-of-the-master[/database]`, where the sentinels may have a
    ///   login of their own (`?sentinel_user=…&sentinel_password=…`), and `rediss+sentinel://`;
    /// - `redis+cluster://[user[:password]@]host[:port],…`, and `rediss+cluster://`.
    ///
    /// Over TLS the server's certificate must come from a CA that the system trusts (or is named by SSL_CERT_FILE), or from
    /// that in the file `?ca=/path/to/ca.pem`; `&cert=…&key=…` are the client's own certificate. `?protocol=resp3` speaks RESP3.
    /// What is not a letter or a digit in a user or a password is written as in any URL: `@` as `%40`.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] when it is none, or names a kind of connection that is not supported.
    pub fn redis(url: impl Into<ServerUrl>) -> Result<Self, Error> {
        let url = url.into();
        if url.reveal().len() > MAX_URL {
            return Err(invalid(&url, "it is longer than 1,024 characters"));
        }
        address::read(url.reveal()).map_err(|reason| invalid(&url, &reason))
    }

    /// One of our own servers.
    #[must_use]
    pub fn own(address: SocketAddr, dialect: Dialect) -> Self {
        let host = Host { name: address.ip().to_string(), port: address.port() };
        Self { dialect, ..Self::at(Place::Host(host)) }
    }

    pub(crate) fn at(place: Place) -> Self {
        let all = |hosts: &[Host]| hosts.iter().map(Host::to_string).collect::<Vec<_>>().join(",");
        let address = match &place {
            Place::Host(host) => host.to_string(),
            Place::Socket(path) => path.display().to_string(),
            Place::Sentinel(Sentinels { hosts, master, .. }) => format!("{}/{master}", all(hosts)),
            Place::Cluster(hosts) => all(hosts),
        };
        Self {
            place,
            address,
            login: Login::default(),
            database: 0,
            protocol: Protocol::default(),
            tls: None,
            dialect: Dialect::Redis,
            timeouts: Timeouts::default(),
            // Another one for each, so that they do not all try again at the same moments.
            seed: RandomState::new().hash_one(()),
            detour: None,
            ours: Ours::default(),
        }
    }

    /// With other time-outs.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// With chance beginning there when it waits before it tries to connect again.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same server, reached through that address: what stands there passes on what it is sent. It is still called by its own
    /// address, let in by its own password, and known by its own certificate.
    #[must_use]
    pub fn through(mut self, address: SocketAddr) -> Self {
        self.detour = Some(address);
        self
    }

    /// Where it is connected to, whoever stands in between.
    pub(crate) fn next_stop(&self, host: &Host) -> Host {
        let detour = self.detour.map(|address| Host { name: address.ip().to_string(), port: address.port() });
        detour.unwrap_or_else(|| host.clone())
    }

    /// Where the server is: a host, by name or number, and a port; `None` where it is not one, or not reached by TCP.
    #[must_use]
    pub fn host_and_port(&self) -> Option<(&str, u16)> {
        match &self.place {
            Place::Host(Host { name, port }) => Some((name, *port)),
            Place::Socket(_) | Place::Sentinel(_) | Place::Cluster(_) => None,
        }
    }

    /// `host:port`, the path of a socket, `host:port,host:port` of a cluster's nodes, or `host:port,host:port/master`: fit to be
    /// shown.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether the keys are spread over the nodes of a cluster.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        matches!(self.place, Place::Cluster(_))
    }

    /// From which addresses we speak to it, over connections made for this target or a clone of it.
    #[must_use]
    pub fn ours(&self) -> &Ours {
        &self.ours
    }

    /// How the engine there wants to be spoken to.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}

fn invalid(url: &ServerUrl, reason: &str) -> Error {
    let url = url.to_string().chars().take(120).collect();
    Error::InvalidUrl { url, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_host_and_port() {
        let target = Target::redis("redis://user:secret@example.org:7000/2").expect("a good URL");
        assert_eq!(target.address(), "example.org:7000");
        assert_eq!(Target::redis("redis://localhost").expect("the port is Redis's own").address(), "localhost:6379");
    }

    #[test]
    fn a_wrong_url_is_explained_and_its_password_kept_back() {
        for (url, words) in [
            ("", "does not begin with redis://"),
            ("127.0.0.1:6379", "does not begin with redis://"),
            ("http://:hunter2@localhost", "http:// are not supported"),
            ("rediss://user:hunter2@localhost?ca=", "must not be empty"),
            ("rediss://user:hunter2@localhost/#insecure", "without looking at its certificate"),
            ("redis://user:hunter2@localhost?ca=/ca.pem", "only over TLS"),
            ("redis://user:hunter2@localhost?timeout=3", "no parameter timeout"),
            ("redis://user:hunt/er2@localhost", "must be written as"),
            ("redis://user:%zz@localhost", "cannot be read"),
            ("redis://user:…@localhost", "password is hidden"),
            ("redis+sentinel://user:hunter2@localhost:26379", "no master"),
            ("redis+cluster://user:hunter2@localhost/3", "only the database 0"),
            ("redis+cluster://user:hunter2@", "names no host and port"),
            ("unix:?pass=hunter2", "names no path"),
            ("redis://user:hunter2@localhost:99999", "redis://"),
            ("redis://user:hunter2@localhost:0", "names no host and port"),
            ("redis://localhost/notanumber", "number"),
        ] {
            let error = Target::redis(url).expect_err(url).to_string();
            assert!(error.contains(words), "{url}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let secret = "hunter2".repeat(40);
        for url in [format!("http://user:{secret}@localhost"), format!("http://:@{secret}@localhost")] {
            let error = Target::redis(&url).expect_err("not supported").to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        let long = format!("redis://{}", "x".repeat(5_000));
        assert!(Target::redis(&long).expect_err("too long").to_string().len() < 300);
    }

    #[test]
    fn a_target_reached_through_another_address_keeps_its_name() {
        let target = Target::redis("redis://user:secret@example.org:7000/2").expect("a good URL");
        let through = target.clone().through(SocketAddr::from(([127, 0, 0, 1], 4_000)));
        assert_eq!(through.host_and_port(), Some(("example.org", 7_000)));
        assert_eq!(through.address(), "example.org:7000");
        let Place::Host(host) = &target.place else { panic!("it is one server") };
        assert_eq!(through.next_stop(host).to_string(), "127.0.0.1:4000");
        assert_eq!(through.database, 2);
    }

    #[test]
    fn a_target_never_prints_its_password() {
        let target = Target::redis("redis://user:hunter2@localhost").expect("a good URL");
        assert!(!format!("{target:?}").contains("hunter2"));
    }
}
