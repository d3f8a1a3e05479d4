//! What is asked of each server that holds keys: of the one there is, or of every master of a cluster.

use std::time::Duration;

use redis::{Cmd, FromRedisValue, RedisError, Value, cmd};
use trace::KEY_PREFIX;

use crate::connection::Connection;
use crate::target::Host;
use crate::{Cache, Dialect, Error, Keyspace, cluster};

/// How many keys a SCAN is asked to look at in one go: enough to be quick, few enough not to hold up other clients.
const SCAN_COUNT: usize = 1_000;

/// A server that holds keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// The only one.
    Only,
    /// A master of a cluster.
    Master(Host),
}

impl Cache {
    /// What the server has counted since it was started; on a cluster, what its masters have. Asking changes none of it.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis, which counts nothing, and on a server that does not say.
    pub async fn keyspace(&self) -> Result<Keyspace, Error> {
        let told = Error::Unsupported("the server's INFO names no hits and misses");
        let infos = self.infos().await?;
        let counted = infos.iter().map(|(_, info)| Keyspace::from_info(info)).collect::<Option<Vec<_>>>();
        counted.and_then(Keyspace::of_all).ok_or(told)
    }

    /// What the server says of itself: the text of `INFO`. On a cluster that of each master, below its address.
    ///
    /// # Errors
    /// As [`Cache::get`]; [`Error::Unsupported`] on mini-redis.
    pub async fn info(&self) -> Result<String, Error> {
        let mut text = String::new();
        for (node, info) in self.infos().await? {
            if let Node::Master(host) = node {
                text.push_str(&format!("# Node {host}\r\n"));
            }
            text.push_str(&info);
        }
        Ok(text)
    }

    /// The `INFO` of each server that holds keys.
    pub(crate) async fn infos(&self) -> Result<Vec<(Node, String)>, Error> {
        if self.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Unsupported("mini-redis has no INFO"));
        }
        let mut infos = Vec::new();
        for node in self.nodes().await? {
            let info = self.ask(&node, cmd("INFO")).await?;
            infos.push((node, info));
        }
        Ok(infos)
    }

    pub(crate) async fn scan_and_delete(&self) -> Result<u64, Error> {
        let mut removed = 0;
        for node in self.nodes().await? {
            let mut cursor = 0;
            loop {
                let (next, ours) = self.scan(&node, cursor).await?;
                if !ours.is_empty() {
                    // By the key and not by the node: one may have moved meanwhile.
                    removed += self.run::<u64>(cmd("DEL").arg(ours)).await?;
                }
                if next == 0 {
                    break;
                }
                cursor = next;
            }
        }
        Ok(removed)
    }

    pub(crate) async fn scan_and_expire(&self, after: Duration) -> Result<u64, Error> {
        let mut expiring = 0;
        for node in self.nodes().await? {
            // Each by its own clock: those of a cluster may differ.
            let (seconds, micros): (u64, u64) = self.ask(&node, cmd("TIME")).await?;
            let instant_ms = seconds * 1_000 + micros / 1_000 + after.as_millis() as u64;
            let mut cursor = 0;
            loop {
                let (next, ours) = self.scan(&node, cursor).await?;
                expiring += self.expire_at(&ours, instant_ms).await?;
                if next == 0 {
                    break;
                }
                cursor = next;
            }
        }
        Ok(expiring)
    }

    async fn expire_at(&self, keys: &[Vec<u8>], instant_ms: u64) -> Result<u64, Error> {
        if keys.is_empty() {
            return Ok(0);
        }
        let expire = |key: &Vec<u8>| {
            let mut expire = cmd("PEXPIREAT");
            expire.arg(key).arg(instant_ms);
            expire
        };
        if self.target().is_cluster() {
            // A pipeline leads to one slot, and each of these has its own.
            let mut expiring = 0;
            for key in keys {
                expiring += self.run::<u64>(&expire(key)).await?;
            }
            return Ok(expiring);
        }
        let mut pipe = redis::pipe();
        keys.iter().for_each(|key| {
            pipe.add_command(expire(key));
        });
        let mut connection = self.links.shared.connection().await?;
        let done: Vec<u64> = pipe.query_async(&mut connection).await.map_err(|error| self.failed(&error))?;
        Ok(done.iter().sum())
    }

    /// Some keys of ours on that node, and where to go on; 0: that was all.
    async fn scan(&self, node: &Node, cursor: u64) -> Result<(u64, Vec<Vec<u8>>), Error> {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{KEY_PREFIX}*")).arg("COUNT").arg(SCAN_COUNT);
        let (next, mut keys): (u64, Vec<Vec<u8>>) = self.ask(node, scan).await?;
        // A server may ignore MATCH; its keys are not ours to touch.
        keys.retain(|key| key.starts_with(KEY_PREFIX.as_bytes()));
        Ok((next, keys))
    }

    /// Every server that holds keys.
    pub(crate) async fn nodes(&self) -> Result<Vec<Node>, Error> {
        match self.links.shared.connection().await? {
            Connection::One(_) => Ok(vec![Node::Only]),
            Connection::Cluster(mut connection) => {
                let masters = cluster::masters(&mut connection).await.map_err(|error| self.failed(&error))?;
                Ok(masters.into_iter().map(Node::Master).collect())
            }
        }
    }

    /// Asks that node.
    pub(crate) async fn ask<T: FromRedisValue>(&self, node: &Node, command: Cmd) -> Result<T, Error> {
        match (self.links.shared.connection().await?, node) {
            (Connection::Cluster(mut connection), Node::Master(host)) => {
                self.read(cluster::ask(&mut connection, host, command).await)
            }
            _ => self.run(&command).await,
        }
    }

    /// Asks whichever server there is.
    pub(crate) async fn ask_any<T: FromRedisValue>(&self, command: Cmd) -> Result<T, Error> {
        match self.links.shared.connection().await? {
            Connection::One(_) => self.run(&command).await,
            Connection::Cluster(mut connection) => self.read(cluster::ask_any(&mut connection, command).await),
        }
    }

    fn read<T: FromRedisValue>(&self, answer: Result<Value, RedisError>) -> Result<T, Error> {
        let value = answer.and_then(|value| value.extract_error());
        value.and_then(|value| Ok(T::from_redis_value(value)?)).map_err(|error| self.failed(&error))
    }
}
