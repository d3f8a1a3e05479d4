use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use redis::{ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo};

use crate::Error;

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

/// Which server to speak to, and how.
#[derive(Clone)]
pub struct Target {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) address: String,
    pub(crate) settings: RedisConnectionInfo,
    pub(crate) dialect: Dialect,
    pub(crate) timeouts: Timeouts,
}

impl Target {
    /// The server at a `redis://[user[:password]@]host[:port][/database]` URL.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] when it is none, or names a kind of connection that is not supported.
    pub fn redis(url: &str) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::InvalidUrl {
            url: without_password(url),
            reason: reason.trim_end_matches('.').into(),
        };
        if url.len() > MAX_URL {
            return Err(invalid("it is longer than 1,024 characters"));
        }
        if let Some((scheme, _)) = url.split_once("://")
            && scheme != "redis"
        {
            return Err(invalid(&format!("connections by {scheme}:// are not supported, only redis://")));
        }
        if !url.starts_with("redis://") {
            return Err(invalid("it does not begin with redis://"));
        }
        let info = url.into_connection_info().map_err(|error| {
            invalid(error.detail().map_or_else(|| "it cannot be read".to_owned(), str::to_lowercase).as_str())
        })?;
        let ConnectionAddr::Tcp(host, port) = info.addr() else {
            return Err(invalid("it names no host and port"));
        };
        if host.is_empty() || *port == 0 {
            return Err(invalid("it names no host and port"));
        }
        Ok(Self::at(host.clone(), *port, info.redis_settings().clone(), Dialect::Redis))
    }

    /// One of our own servers.
    #[must_use]
    pub fn own(address: SocketAddr, dialect: Dialect) -> Self {
        Self::at(address.ip().to_string(), address.port(), RedisConnectionInfo::default(), dialect)
    }

    fn at(host: String, port: u16, settings: RedisConnectionInfo, dialect: Dialect) -> Self {
        let address = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        // A name for the library is one more round trip, and mini-redis has no command to take it.
        let settings = settings.set_skip_set_lib_name();
        Self { host, port, address, settings, dialect, timeouts: Timeouts::default() }
    }

    /// With other time-outs.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// The same server, reached through that address: what stands there passes on what it is sent. It is still called by its own
    /// address, and let in by its own password.
    #[must_use]
    pub fn through(mut self, address: SocketAddr) -> Self {
        (self.host, self.port) = (address.ip().to_string(), address.port());
        self
    }

    /// Where it is connected to: a host, by name or number, and a port.
    #[must_use]
    pub fn host_and_port(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// `host:port`, fit to be shown.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How the engine there wants to be spoken to.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}

impl fmt::Debug for Target {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("address", &self.address)
            .field("dialect", &self.dialect)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// A URL with its password, if any, replaced by three dots, and cut to a length that can be shown.
fn without_password(url: &str) -> String {
    let without = match (url.find("://"), url.rfind('@')) {
        (scheme, Some(at)) => {
            let start = scheme.map_or(0, |position| position + 3).min(at);
            let user = url[start..at].split(':').next().unwrap_or_default();
            format!("{}{user}:…{}", &url[..start], &url[at..])
        }
        _ => url.to_owned(),
    };
    without.chars().take(120).collect()
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
            ("rediss://user:hunter2@localhost", "rediss:// are not supported"),
            ("redis://user:hunter2@localhost:99999", "redis://"),
            ("redis://user:hunter2@localhost:0", "names no host and port"),
            ("redis://localhost/notanumber", "number"),
        ] {
            let error = Target::redis(url).expect_err(url).to_string();
            assert!(error.contains(words), "{url}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let secret = "hunter2".repeat(40);
        for url in [format!("rediss://user:{secret}@localhost"), format!("rediss://:@{secret}@localhost")] {
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
        assert_eq!(through.host_and_port(), ("127.0.0.1", 4_000));
        assert_eq!(through.address(), "example.org:7000");
        assert_eq!(through.settings.db(), target.settings.db());
    }

    #[test]
    fn a_target_never_prints_its_password() {
        let target = Target::redis("redis://user:hunter2@localhost").expect("a good URL");
        assert!(!format!("{target:?}").contains("hunter2"));
    }
}
