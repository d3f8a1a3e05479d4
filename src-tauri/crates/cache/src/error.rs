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
    /// The server has no room, and its policy makes none.
    #[error(
        "the cache at {address} is full (maxmemory), and its policy lets no key go for another: it stores nothing more, and \
         serves what it holds as before"
    )]
    Full {
        /// `host:port`
        address: String,
    },
    /// The server is the replica of another.
    #[error(
        "the cache at {address} is a replica, of which one may only read: it stores and deletes nothing, and serves what its \
         master sends it"
    )]
    ReadOnly {
        /// `host:port`
        address: String,
    },
    /// The server has just been started.
    #[error(
        "the cache at {address} is still loading what it had kept on its disk: it answers nothing yet, and loses nothing"
    )]
    Loading {
        /// `host:port`
        address: String,
    },
    /// The server has as many clients as it takes.
    #[error(
        "the cache at {address} takes no more clients (maxclients): it serves those it has, and holds what it held"
    )]
    Crowded {
        /// `host:port`
        address: String,
    },
    /// A cluster that has lost a node, or was never given all slots.
    #[error(
        "the cluster at {address} is down, since not every slot has a node that answers: it serves nothing of those slots, and the \
         nodes that are left hold what they held"
    )]
    ClusterDown {
        /// `host:port`
        address: String,
    },
    /// The node that has a key's slot is gone.
    #[error(
        "the node of the cluster at {address} that has this key does not answer ({reason}): keys of the other nodes are served \
         as before"
    )]
    NodeGone {
        /// `host:port`
        address: String,
        /// What the connection said.
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
            Self::Full { .. } => {
                "Give it more memory (maxmemory), or a policy that makes room (maxmemory-policy allkeys-lru); until then what it \
                 does not hold comes from the database"
            }
            Self::ReadOnly { .. } => {
                "Write the address of its master, or redis+sentinel:// or redis+cluster://, by which it is found"
            }
            Self::Loading { .. } => "Wait until it has loaded: the next request asks it again",
            Self::Crowded { .. } => "Let it take more (maxclients), or end other clients; the next request tries again",
            Self::ClusterDown { .. } => {
                "Start the node that is gone, or give its slots to others; cluster-require-full-coverage no lets the others answer \
                 meanwhile"
            }
            Self::NodeGone { .. } => {
                "Start it again; a replica takes its place by itself, and the next requests find it there"
            }
            Self::InvalidUrl { .. }
            | Self::Unreachable { .. }
            | Self::Refused { .. }
            | Self::ForeignKey { .. }
            | Self::Unsupported(_) => "Start the server or choose another",
        }
    }

    /// What happened and what can be done about it: sentences, the first of which begins small.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            // Nobody can do anything about them.
            Self::ForeignKey { .. } | Self::Unsupported(_) => format!("{self}."),
            _ => format!("{self}. {}.", self.remedy()),
        }
    }

    pub(crate) fn unreachable(address: &str, error: &io::Error) -> Self {
        Self::Unreachable { address: address.to_owned(), reason: in_words(error) }
    }

    pub(crate) fn from_redis(address: &str, within: Duration, error: &redis::RedisError) -> Self {
        let address = address.to_owned();
        if error.is_timeout() {
            Self::TimedOut { address, within }
        } else if let Some(reply) = first_reply(error) {
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
            "OOM" => Self::Full { address },
            "READONLY" => Self::ReadOnly { address },
            "LOADING" => Self::Loading { address },
            "CLUSTERDOWN" => Self::ClusterDown { address },
            _ if reply.contains("max number of clients") => Self::Crowded { address },
            // The password is one too many.
            _ if reply.contains("AUTH") && reply.contains("without any password") => {
                Self::NotAllowed { address, reply: shown(reply) }
            }
            _ => Self::Refused { address, reply: shown(reply) },
        }
    }
}

/// The error that the server answered with; of a pipeline or a transaction the first.
fn first_reply(error: &redis::RedisError) -> Option<String> {
    let errors = error.clone().into_server_errors()?;
    let (_, first) = errors.first()?;
    Some(first.details().map_or_else(|| first.code().to_owned(), |detail| format!("{} {detail}", first.code())))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_answers_is_said_in_words_with_what_was_kept_and_what_to_do() {
        for (reply, happened, kept, to_do) in [
            (
                "OOM command not allowed when used memory > 'maxmemory'.",
                "is full",
                "serves what it holds as before",
                "maxmemory-policy",
            ),
            (
                "READONLY You can't write against a read only replica.",
                "is a replica",
                "serves what its master",
                "redis+sentinel://",
            ),
            ("LOADING Redis is loading the dataset in memory", "still loading", "loses nothing", "Wait until"),
            ("ERR max number of clients reached", "no more clients", "holds what it held", "maxclients"),
            ("CLUSTERDOWN Hash slot not served", "is down", "hold what they held", "Start the node"),
            (
                "DENIED Redis is running in protected mode",
                "protected mode",
                "answers only clients on its own",
                "a password",
            ),
        ] {
            let error = Error::from_reply("host:6379".to_owned(), reply);
            let told = error.told();
            for words in ["host:6379", happened, kept, to_do] {
                assert!(told.contains(words), "{words}: {told}");
            }
            assert!(told.ends_with('.') && !told.contains(".."), "{told}");
        }
        let other = Error::from_reply("host:6379".to_owned(), "MISCONF Redis is configured to save RDB snapshots");
        assert!(other.to_string().contains("MISCONF Redis is configured"), "its own words: {other}");
        assert_eq!(Error::Unsupported("it has no such command").told(), "it has no such command.");
    }
}
