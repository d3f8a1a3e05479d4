use std::io;
use std::time::Duration;

use redis::ErrorKind;

/// How much of a server's words is passed on, in characters. Redis's own errors are shorter.
const SHOWN: usize = 300;

/// Why the cache did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL is none, or none we can use. Nothing was connected.
    #[error("\"{url}\" is not an address of a Redis server: {reason}. Write it as redis://host:port")]
    InvalidUrl {
        /// As given, without a password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No machine has that name. Nothing was connected.
    #[error("the name {host} is not known to this machine")]
    UnknownName {
        /// The name.
        host: String,
    },
    /// Nobody answered there, or the connection broke. Ask again later; the next call connects anew.
    #[error("the cache at {address} could not be reached: {reason}")]
    Unreachable {
        /// `host:port`
        address: String,
        /// What the connection said.
        reason: String,
    },
    /// No answer within the time allowed. The request may have been carried out or not.
    #[error("the cache at {address} did not answer within {} ms", .within.as_millis())]
    TimedOut {
        /// `host:port`
        address: String,
        /// The time allowed.
        within: Duration,
    },
    /// There is somebody, but no TLS with them that both trust. Nothing was said, no password either.
    #[error("there is no TLS connection to the cache at {address}: {reason}")]
    Tls {
        /// `host:port`
        address: String,
        /// What the handshake came to.
        reason: String,
    },
    /// The server wants another user or password, or does not let this user do it.
    #[error("the cache at {address} does not allow it: {reply}")]
    NotAllowed {
        /// `host:port`
        address: String,
        /// The server's words.
        reply: String,
    },
    /// The server has no password and answers nobody but its own machine.
    #[error(
        "the cache at {address} is in protected mode: it has no password, and answers only clients on its own machine"
    )]
    Protected {
        /// `host:port`
        address: String,
    },
    /// What answers there is no Redis.
    #[error("what listens at {address} does not speak the protocol of Redis")]
    NotRedis {
        /// `host:port`
        address: String,
    },
    /// It is one node of a cluster, and we asked it as if it were a whole server.
    #[error("the cache at {address} is one node of a Redis Cluster, and has only some of the keys")]
    ClusterNode {
        /// `host:port`
        address: String,
    },
    /// It is a Sentinel, which watches over servers and holds no keys.
    #[error("what listens at {address} is a Sentinel, which watches over servers and holds no keys itself")]
    Sentinel {
        /// `host:port`
        address: String,
    },
    /// Sentinel does not say where the master is.
    #[error("Sentinel at {address} names no master: {reason}")]
    NoMaster {
        /// The sentinels that were asked.
        address: String,
        /// What they said.
        reason: String,
    },
    /// The server answered with an error, in its own words.
    #[error("the cache at {address} answered: {reply}")]
    Refused {
        /// `host:port`
        address: String,
        /// The server's words.
        reply: String,
    },
    /// The key is not one of ours, and only ours are touched. Nothing was sent.
    #[error("the key \"{key}\" does not begin with {}", trace::KEY_PREFIX)]
    ForeignKey {
        /// The key.
        key: String,
    },
    /// This engine has no command for it. Nothing was sent.
    #[error("{0}")]
    Unsupported(&'static str),
}

impl Error {
    /// What whoever keeps the server, or has typed its address, can do about it: a sentence without its full stop.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownName { .. } => "Look at how the name is spelt, or give the machine's number instead",
            Self::TimedOut { .. } => {
                "Look at the address, and whether a firewall stands in between; start the server or choose another"
            }
            Self::Tls { .. } => {
                "A server that speaks TLS is written rediss://, one that does not redis://; a CA of your own is trusted by \
                 ?ca=/path/to/ca.pem at the end of the URL, and a certificate for the client given by &cert= and &key="
            }
            Self::NotAllowed { .. } => {
                "Write user and password into the URL, as in redis://user:password@host:port; the user must be let to \
                 GET, SET, DEL and SCAN keys that begin with cachescope:"
            }
            Self::Protected { .. } => "Give the server a password, or run Cachescope on its machine",
            Self::NotRedis { .. } => "Look at the port: another program listens there",
            Self::ClusterNode { .. } => {
                "Write the address as redis+cluster://host:port, and every node is found from there"
            }
            Self::Sentinel { .. } => "Write the address as redis+sentinel://host:port/name-of-the-master",
            Self::NoMaster { .. } => {
                "Look at the name of the master at the end of the URL, and whether the sentinels run"
            }
            Self::InvalidUrl { .. }
            | Self::Unreachable { .. }
            | Self::Refused { .. }
            | Self::ForeignKey { .. }
            | Self::Unsupported(_) => "Start the server or choose another",
        }
    }

    pub(crate) fn unreachable(address: &str, error: &io::Error) -> Self {
        Self::Unreachable { address: address.to_owned(), reason: in_words(error) }
    }

    pub(crate) fn from_redis(address: &str, within: Duration, error: &redis::RedisError) -> Self {
        let address = address.to_owned();
        if error.is_timeout() {
            Self::TimedOut { address, within }
        } else if let (Some(code), false) = (error.code(), error.is_io_error()) {
            let reply = error.detail().map_or_else(|| code.to_owned(), |detail| format!("{code} {detail}"));
            Self::from_reply(address, &reply)
        } else if error.kind() == ErrorKind::Parse {
            Self::NotRedis { address }
        } else if error.kind() == ErrorKind::AuthenticationFailed {
            Self::NotAllowed { address, reply: "it does not know this user with this password".to_owned() }
        } else if error.is_io_error() || error.is_unrecoverable_error() {
            Self::Unreachable { address, reason: "the connection was closed".to_owned() }
        } else {
            Self::Refused { address, reply: shown(&error.to_string()) }
        }
    }

    /// What a server's error, which begins with its code, says.
    pub(crate) fn from_reply(address: String, reply: &str) -> Self {
        let code = reply.split(' ').next().unwrap_or_default();
        match code {
            "DENIED" => Self::Protected { address },
            "MOVED" | "ASK" => Self::ClusterNode { address },
            "NOAUTH" | "WRONGPASS" | "NOPERM" => Self::NotAllowed { address, reply: shown(reply) },
            // The password is one too many.
            _ if reply.contains("AUTH") && reply.contains("without any password") => {
                Self::NotAllowed { address, reply: shown(reply) }
            }
            _ => Self::Refused { address, reply: shown(reply) },
        }
    }
}

/// A stranger's words, fit for a terminal and a window: no control characters, and not for ever.
fn shown(words: &str) -> String {
    words.chars().take(SHOWN).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// The system's error without its number.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused; no server listens there".to_owned(),
        io::ErrorKind::ConnectionReset => "the connection was reset".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "no way leads to that host".to_owned(),
        io::ErrorKind::NotFound => "there is no such socket".to_owned(),
        io::ErrorKind::PermissionDenied => "the system does not let us connect to it".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_owned()
        }
    }
}
