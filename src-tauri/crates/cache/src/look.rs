//! Looking at the keys of a server: which there are, how large, and for whoever agrees to what it costs, how long they live.
//!
//! On Redis, SCAN and MEMORY USAGE count nothing, but PTTL and OBJECT count a hit each (a miss, where the key has just gone), though
//! they do not count as a use of the key. So whoever must not be noticed does without those two.

use redis::{Value, cmd};
use trace::KEY_PREFIX;

use crate::connection::Connection;
use crate::{Cache, Dialect, Error};

/// Where a look goes on: on which of the servers that hold keys, and from which cursor of its SCAN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bookmark {
    /// Which server, in the order the cluster names its masters; 0 where there is one.
    pub node: usize,
    /// As SCAN gave it; 0 at the beginning.
    pub cursor: u64,
}

/// What every key is asked, besides its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Nothing: the server counts nothing of the look.
    Nothing,
    /// How long it has left, and for how long nobody has used it. The server counts two hits.
    IdleTime,
    /// How long it has left, and how often it was used, where the server's policy counts that instead. Two hits too.
    Frequency,
}

/// What is known of a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySeen {
    /// Its name.
    pub key: Vec<u8>,
    /// What it takes, by MEMORY USAGE.
    pub bytes: Option<u64>,
    /// The milliseconds it has left, -1 where it has no time-out; `None` where nobody asked.
    pub left_ms: Option<i64>,
    /// For how many seconds nobody has used it.
    pub idle_seconds: Option<u64>,
    /// How often it was used, on Redis's logarithmic scale.
    pub frequency: Option<u64>,
}

impl Cache {
    /// The next keys of ours that match the pattern (which begins behind `cachescope:`), and where to go on; `None`: that was all.
    /// The server looks at up to `count` keys. `each` says what every key is asked besides.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis, which has no SCAN.
    pub async fn look(
        &self,
        at: Bookmark,
        count: usize,
        pattern: &str,
        each: Each,
    ) -> Result<(Option<Bookmark>, Vec<KeySeen>), Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis cannot list its keys: it has no SCAN"));
        }
        let nodes = self.nodes().await?;
        let Some(node) = nodes.get(at.node) else { return Ok((None, Vec::new())) };
        let mut scan = cmd("SCAN");
        scan.arg(at.cursor).arg("MATCH").arg(format!("{KEY_PREFIX}{pattern}")).arg("COUNT").arg(count);
        let (cursor, mut keys): (u64, Vec<Vec<u8>>) = self.ask(node, scan).await?;
        // A server may ignore MATCH; its keys are not ours to look at. Nor need it keep to COUNT.
        keys.retain(|key| key.starts_with(KEY_PREFIX.as_bytes()));
        keys.truncate(count * 4);
        let next = match cursor {
            0 if at.node + 1 < nodes.len() => Some(Bookmark { node: at.node + 1, cursor: 0 }),
            0 => None,
            cursor => Some(Bookmark { cursor, ..at }),
        };
        Ok((next, self.ask_about(keys, each).await?))
    }

    async fn ask_about(&self, keys: Vec<Vec<u8>>, each: Each) -> Result<Vec<KeySeen>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut commands = Vec::new();
        for key in &keys {
            let questions: &[&[&str]] = match each {
                Each::Nothing => &[&["MEMORY", "USAGE"]],
                Each::IdleTime => &[&["MEMORY", "USAGE"], &["PTTL"], &["OBJECT", "IDLETIME"]],
                Each::Frequency => &[&["MEMORY", "USAGE"], &["PTTL"], &["OBJECT", "FREQ"]],
            };
            commands.extend(questions.iter().map(|words| {
                let mut command = cmd(words[0]);
                words[1..].iter().for_each(|word| {
                    command.arg(word);
                });
                command.arg(key);
                command
            }));
        }
        let mut connection = self.links.shared.connection().await?;
        let mut answers = Vec::with_capacity(commands.len());
        if let Connection::Cluster(_) = &connection {
            // A pipeline leads to one slot, and each of these has its own.
            for command in &commands {
                let answer: Result<Value, _> = command.query_async(&mut connection).await;
                answers.push(number(answer.ok().as_ref()));
            }
        } else {
            let mut pipe = redis::pipe();
            // What a server does not tell, such as the idle time under a policy that counts uses, is an error of its own.
            pipe.ignore_errors();
            commands.into_iter().for_each(|command| {
                pipe.add_command(command);
            });
            let all: Vec<Result<Value, redis::RedisError>> =
                pipe.query_async(&mut connection).await.map_err(|error| self.failed(&error))?;
            answers.extend(all.into_iter().map(|answer| number(answer.ok().as_ref())));
        }
        let each_has = answers.len() / keys.len();
        Ok(keys
            .into_iter()
            .zip(answers.chunks(each_has.max(1)))
            .map(|(key, told)| {
                let unsigned = |place: usize| told.get(place).copied().flatten().and_then(|n| u64::try_from(n).ok());
                KeySeen {
                    key,
                    bytes: unsigned(0),
                    left_ms: told.get(1).copied().flatten(),
                    idle_seconds: unsigned(2).filter(|_| each == Each::IdleTime),
                    frequency: unsigned(2).filter(|_| each == Each::Frequency),
                }
            })
            // It went between the two.
            .filter(|seen| seen.left_ms != Some(-2))
            .collect())
    }

    /// Lets a key of ours expire, in a millisecond: at once it would count as deleted, not as expired. Says whether it was there.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis, which has no PEXPIRE.
    pub async fn expire_now(&self, key: &str) -> Result<bool, Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis cannot change when a key expires: it has no EXPIRE"));
        }
        self.run(cmd("PEXPIRE").arg(crate::client::own(key)?).arg(1)).await
    }
}

fn number(answer: Option<&Value>) -> Option<i64> {
    if let Some(Value::Int(number)) = answer { Some(*number) } else { None }
}
