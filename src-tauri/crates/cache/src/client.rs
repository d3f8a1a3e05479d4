use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, cmd};
use tokio::time::timeout;
use trace::{Injector, KEY_PREFIX};

use crate::link::Links;
use crate::{Dialect, Error, Tap, Target, cluster};

/// How long clearing may take: a server can hold other people's keys by the million, and one can be made never to end.
const CLEAR_WITHIN: Duration = Duration::from_secs(30);

/// A cache on one server. Cloning it shares the connection.
#[derive(Debug, Clone)]
pub struct Cache {
    pub(crate) links: Arc<Links>,
    injector: Option<Arc<dyn Injector>>,
}

impl Cache {
    /// A cache on that server. Nothing is connected yet.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self { links: Arc::new(Links::new(target, None)), injector: None }
    }

    /// A second cache on the same server, over a connection of its own whose bytes the tap shows. On a cluster it shows nothing
    /// ([`Cache::not_captured`]): there it is the same cache.
    #[must_use]
    pub fn tapped(&self) -> (Self, Tap) {
        let tap = Tap::default();
        if self.target().is_cluster() {
            return (Self { links: Arc::clone(&self.links), injector: None }, tap);
        }
        let links = Links::new(self.target().clone(), Some(tap.clone()));
        (Self { links: Arc::new(links), injector: None }, tap)
    }

    /// The same cache, where somebody stands in its way on purpose: whoever times its calls asks them how much of the time they
    /// put in.
    #[must_use]
    pub fn hindered_by(self, injector: Arc<dyn Injector>) -> Self {
        Self { injector: Some(injector), ..self }
    }

    /// Who puts time into its calls; `None` where all of it is the server's and the way there.
    #[must_use]
    pub fn injector(&self) -> Option<&dyn Injector> {
        self.injector.as_deref()
    }

    /// Why a tap shows nothing, where it cannot.
    #[must_use]
    pub fn not_captured(&self) -> Option<&'static str> {
        self.target().is_cluster().then_some(
            "Not captured: on a cluster the client keeps a connection to each node to itself, and what passes there is not seen.",
        )
    }

    /// Lets the next request try to connect at once, however often it was in vain before.
    pub async fn try_again_now(&self) {
        self.links.shared.try_again_now().await;
        self.links.exclusive.lock().await.try_again_now().await;
    }

    /// Which server it is on.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.links.shared.target
    }

    /// Connects now, so that no request has to pay for it.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::TimedOut`], or [`Error::Refused`] where the server does not let us in.
    pub async fn connect(&self) -> Result<(), Error> {
        self.links.shared.connection().await.map(drop)
    }

    /// Asks the server for a sign of life, which shows too whether what answers there is a Redis server at all.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn ping(&self) -> Result<(), Error> {
        match self.target().dialect() {
            Dialect::Redis => self.ask_any::<String>(cmd("PING")).await.map(drop),
            // It has no PING.
            Dialect::MiniRedis => self.run::<Option<Vec<u8>>>(cmd("GET").arg(KEY_PREFIX)).await.map(drop),
        }
    }

    /// The value of a key, or `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Unreachable`] and [`Error::TimedOut`] when there was no answer, [`Error::Refused`] when it was an
    /// error, [`Error::ForeignKey`] when the key is not ours.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.run(cmd("GET").arg(own(key)?)).await
    }

    /// The value of a key and how long it has left to live, in one round trip; `None` where there is none. One that lives for
    /// ever has `Duration::MAX` left.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis, which has no PTTL.
    pub async fn get_with_ttl(&self, key: &str) -> Result<Option<(Vec<u8>, Duration)>, Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis does not say how long a key has left: it has no PTTL"));
        }
        let mut pipe = redis::pipe();
        pipe.cmd("GET").arg(own(key)?).cmd("PTTL").arg(key);
        let mut connection = self.links.shared.connection().await?;
        let (value, left): (Option<Vec<u8>>, i64) =
            pipe.query_async(&mut connection).await.map_err(|error| self.failed(&error))?;
        let left = match left {
            -1 => Duration::MAX,
            // It expired between the two.
            ..-1 => Duration::ZERO,
            left => Duration::from_millis(left.unsigned_abs()),
        };
        Ok(value.map(|value| (value, left)))
    }

    /// Stores a value that lives for `ttl` (whole milliseconds, at least one).
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn set(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), Error> {
        let mut set = cmd("SET");
        set.arg(own(key)?).arg(value);
        let millis = ttl.as_millis().max(1);
        if millis.is_multiple_of(1_000) {
            set.arg("EX").arg((millis / 1_000) as u64);
        } else {
            set.arg("PX").arg(millis as u64);
        }
        self.run(&set).await
    }

    /// Deletes keys, whether they are there or not.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        match self.target().dialect() {
            Dialect::Redis => {
                let mut del = cmd("DEL");
                for key in keys {
                    del.arg(own(key)?);
                }
                self.run::<u64>(&del).await.map(drop)
            }
            Dialect::MiniRedis => {
                for key in keys {
                    self.run::<()>(cmd("SET").arg(own(key)?).arg("").arg("PX").arg(1)).await?;
                }
                Ok(())
            }
        }
    }

    /// Deletes every key of ours, found by SCAN, and says how many there were.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::TimedOut`] also when it takes longer than 30 s in all, where some keys may be left;
    /// [`Error::Unsupported`] on mini-redis, which has no SCAN.
    pub async fn clear(&self) -> Result<u64, Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis cannot list its keys; restart it to empty it"));
        }
        let address = self.target().address().to_owned();
        timeout(CLEAR_WITHIN, self.scan_and_delete())
            .await
            .unwrap_or(Err(Error::TimedOut { address, within: CLEAR_WITHIN }))
    }

    /// Lets every key of ours, found by SCAN, expire at one and the same instant of the server's own clock, so long from now;
    /// zero: now. Says how many there were.
    ///
    /// # Errors
    /// As [`Cache::clear`].
    pub async fn expire_all(&self, after: Duration) -> Result<u64, Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis cannot list its keys, nor change when they expire"));
        }
        let address = self.target().address().to_owned();
        timeout(CLEAR_WITHIN, self.scan_and_expire(after))
            .await
            .unwrap_or(Err(Error::TimedOut { address, within: CLEAR_WITHIN }))
    }

    pub(crate) async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Error> {
        let mut connection = self.links.shared.connection().await?;
        command.query_async(&mut connection).await.map_err(|error| self.failed(&error))
    }

    /// What went wrong. A connection that is of no use any more is given up; after a time-out too: an answer that comes late
    /// must not meet the next request. So is one to a server that is a master no more: Sentinel knows the new one. The
    /// connection to a cluster mends itself, but for one that has lost all nodes.
    pub(crate) fn failed(&self, error: &RedisError) -> Error {
        let useless = if self.target().is_cluster() {
            error.kind() == ErrorKind::ClusterConnectionNotFound
        } else {
            error.is_unrecoverable_error() || error.is_timeout() || error.code() == Some("READONLY")
        };
        if useless {
            self.links.shared.forget();
        }
        self.in_words(error)
    }

    pub(crate) fn in_words(&self, error: &RedisError) -> Error {
        if self.target().is_cluster() {
            return cluster::failed_later(self.target(), error);
        }
        Error::from_redis(self.target().address(), self.target().timeouts.response, error)
    }
}

/// The key itself, if it is one of ours.
pub(crate) fn own(key: &str) -> Result<&str, Error> {
    if key.starts_with(KEY_PREFIX) { Ok(key) } else { Err(Error::ForeignKey { key: key.to_owned() }) }
}

#[cfg(test)]
mod tests;
