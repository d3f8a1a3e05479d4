use std::time::Duration;

use redis::Pipeline;

use crate::client::own;
use crate::{Cache, Dialect, Error};

/// A key of the cache that says who may do something, by a token that only its owner knows, and for how long.
///
/// This is the lock for a single instance of "Distributed Locks with Redis" in Redis's documentation: `SET key token NX PX
/// life` takes it, and it is given back only where it still holds the token. There a script compares and deletes; here it
/// is WATCH, GET and MULTI, which do the same and which every server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The key.
    pub key: String,
    /// What only its owner knows.
    pub token: String,
}

/// What came of an attempt to take a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Nobody had it: it is ours.
    pub taken: bool,
    /// The value that was looked for at the same moment, right after.
    pub value: Option<Vec<u8>>,
}

impl Cache {
    /// Takes the claim if nobody has it, and looks for a value, in one round trip. Whoever takes it after another has stored
    /// the value and given it back sees that value.
    ///
    /// # Errors
    /// As [`Cache::get`]; the claim may be taken all the same, and goes when its life is over. [`Error::Unsupported`] on
    /// mini-redis, which has no NX.
    pub async fn claim(&self, claim: &Claim, life: Duration, wanted: &str) -> Result<Claimed, Error> {
        self.can_claim()?;
        let mut pipe = redis::pipe();
        pipe.cmd("SET").arg(own(&claim.key)?).arg(&claim.token).arg("NX").arg("PX").arg(milliseconds(life));
        pipe.cmd("GET").arg(own(wanted)?);
        let mut connection = self.links.shared.connection().await?;
        let (taken, value): (Option<String>, Option<Vec<u8>>) =
            pipe.query_async(&mut connection).await.map_err(|error| self.failed(&error))?;
        Ok(Claimed { taken: taken.is_some(), value })
    }

    /// Looks for a value and for whether anybody has the claim, in one round trip, and takes nothing.
    ///
    /// # Errors
    /// As [`Cache::get`].
    pub async fn look_behind(&self, claim: &Claim, wanted: &str) -> Result<(Option<Vec<u8>>, bool), Error> {
        let mut pipe = redis::pipe();
        pipe.cmd("GET").arg(own(wanted)?).cmd("EXISTS").arg(own(&claim.key)?);
        let mut connection = self.links.shared.connection().await?;
        pipe.query_async(&mut connection).await.map_err(|error| self.failed(&error))
    }

    /// Gives the claim back if it is still ours. False where its time ran out, or somebody deleted it: then nothing is
    /// deleted.
    ///
    /// # Errors
    /// As [`Cache::claim`].
    pub async fn release(&self, claim: &Claim) -> Result<bool, Error> {
        self.if_ours(claim, |transaction| {
            transaction.cmd("DEL").arg(&claim.key);
        })
        .await
    }

    /// Stores a value and gives the claim back, both or neither: only if the claim is still ours.
    ///
    /// # Errors
    /// As [`Cache::claim`].
    pub async fn set_and_release(&self, claim: &Claim, key: &str, value: &[u8], ttl: Duration) -> Result<bool, Error> {
        let key = own(key)?;
        self.if_ours(claim, |transaction| {
            transaction.cmd("SET").arg(key).arg(value).arg("PX").arg(milliseconds(ttl));
            transaction.cmd("DEL").arg(&claim.key);
        })
        .await
    }

    /// Carries out a transaction if the claim is ours until its end: in two round trips, over a connection nobody else
    /// uses meanwhile.
    async fn if_ours(&self, claim: &Claim, acts: impl FnOnce(&mut Pipeline)) -> Result<bool, Error> {
        self.can_claim()?;
        let link = self.links.exclusive.lock().await;
        let mut connection = link.connection().await?;
        let failed = |error: redis::RedisError| {
            // Whatever was under way on it is of no use to the next.
            link.forget();
            self.in_words(&error)
        };
        let mut look = redis::pipe();
        // Who was given up half-way has left its WATCH behind.
        look.cmd("UNWATCH").ignore().cmd("WATCH").arg(own(&claim.key)?).ignore().cmd("GET").arg(&claim.key);
        let (holder,): (Option<Vec<u8>>,) = look.query_async(&mut connection).await.map_err(failed)?;
        if holder.as_deref() != Some(claim.token.as_bytes()) {
            return Ok(false);
        }
        let mut transaction = redis::pipe();
        transaction.atomic();
        acts(&mut transaction);
        // Nil where the claim changed hands after the look.
        let done: Option<Vec<redis::Value>> = transaction.query_async(&mut connection).await.map_err(failed)?;
        Ok(done.is_some())
    }

    fn can_claim(&self) -> Result<(), Error> {
        if self.target().is_cluster() {
            return Err(Error::Unsupported(
                "a cluster has transactions only within one node, where the keys need not lie",
            ));
        }
        match self.target().dialect() {
            Dialect::Redis => Ok(()),
            Dialect::MiniRedis => Err(Error::Unsupported("mini-redis has no SET NX and no WATCH")),
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis().max(1)).unwrap_or(u64::MAX)
}
