use std::io;
use std::time::Duration;

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
    pub(crate) fn unreachable(address: &str, error: &io::Error) -> Self {
        Self::Unreachable { address: address.to_owned(), reason: in_words(error) }
    }

    pub(crate) fn from_redis(address: &str, within: Duration, error: &redis::RedisError) -> Self {
        let address = address.to_owned();
        if error.is_timeout() {
            Self::TimedOut { address, within }
        } else if let (Some(code), false) = (error.code(), error.is_io_error()) {
            let reply = error.detail().map_or_else(|| code.to_owned(), |detail| format!("{code} {detail}"));
            Self::Refused { address, reply: shown(&reply) }
        } else if error.is_io_error() || error.is_unrecoverable_error() {
            Self::Unreachable { address, reason: "the connection was closed".to_owned() }
        } else {
            Self::Refused { address, reply: shown(&error.to_string()) }
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
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_owned()
        }
    }
}
