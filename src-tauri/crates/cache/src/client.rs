use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, FromRedisValue, RedisError, cmd};
use tokio::time::timeout;
use trace::{Injector, KEY_PREFIX};

use crate::link::Links;
use crate::{Dialect, Error, Keyspace, Tap, Target};

/// How many keys a SCAN is asked to look at in one go: enough to be quick, few enough not to hold up other clients.
const SCAN_COUNT: usize = 1_000;

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

    /// A second cache on the same server, over a connection of its own whose bytes the tap shows.
    #[must_use]
    pub fn tapped(&self) -> (Self, Tap) {
        let tap = Tap::default();
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
            Dialect::Redis => self.run::<String>(&cmd("PING")).await.map(drop),
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

    /// What the server has counted since it was started. Asking changes none of it.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis, which counts nothing, and on a server that does not say.
    pub async fn keyspace(&self) -> Result<Keyspace, Error> {
        Keyspace::from_info(&self.info().await?).ok_or(Error::Unsupported("the server's INFO names no hits and misses"))
    }

    /// What the server says of itself: the text of `INFO`.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis.
    pub async fn info(&self) -> Result<String, Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis has no INFO"));
        }
        self.run(&cmd("INFO")).await
    }

    async fn scan_and_expire(&self, after: Duration) -> Result<u64, Error> {
        let (seconds, micros): (u64, u64) = self.run(&cmd("TIME")).await?;
        let instant_ms = seconds * 1_000 + micros / 1_000 + after.as_millis() as u64;
        let (mut cursor, mut expiring) = (0_u64, 0_u64);
        loop {
            let (next, ours) = self.scan(cursor).await?;
            if !ours.is_empty() {
                let mut pipe = redis::pipe();
                ours.iter().for_each(|key| {
                    pipe.cmd("PEXPIREAT").arg(key).arg(instant_ms);
                });
                let mut connection = self.links.shared.connection().await?;
                let done: Vec<u64> = pipe.query_async(&mut connection).await.map_err(|error| self.failed(&error))?;
                expiring += done.iter().sum::<u64>();
            }
            if next == 0 {
                return Ok(expiring);
            }
            cursor = next;
        }
    }

    /// Some keys of ours, and where to go on; 0: that was all.
    async fn scan(&self, cursor: u64) -> Result<(u64, Vec<Vec<u8>>), Error> {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{KEY_PREFIX}*")).arg("COUNT").arg(SCAN_COUNT);
        let (next, mut keys): (u64, Vec<Vec<u8>>) = self.run(&scan).await?;
        // A server may ignore MATCH; its keys are not ours to touch.
        keys.retain(|key| key.starts_with(KEY_PREFIX.as_bytes()));
        Ok((next, keys))
    }

    async fn scan_and_delete(&self) -> Result<u64, Error> {
        let (mut cursor, mut removed) = (0_u64, 0_u64);
        loop {
            let (next, ours) = self.scan(cursor).await?;
            if !ours.is_empty() {
                removed += self.run::<u64>(cmd("DEL").arg(ours)).await?;
            }
            if next == 0 {
                return Ok(removed);
            }
            cursor = next;
        }
    }

    async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Error> {
        let mut connection = self.links.shared.connection().await?;
        command.query_async(&mut connection).await.map_err(|error| self.failed(&error))
    }

    /// What went wrong. A connection that is of no use any more is given up; after a time-out too: an answer that comes late
    /// must not meet the next request.
    pub(crate) fn failed(&self, error: &RedisError) -> Error {
        if error.is_unrecoverable_error() || error.is_timeout() {
            self.links.shared.forget();
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
