//! The test of a connection: whether there is a cache, what it is, and if not, what is in the way.

use std::time::Duration;

use redis::{Value, cmd};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;
use trace::KEY_PREFIX;

use crate::capabilities::Told;
use crate::dial::{self, Open};
use crate::nodes::Node;
use crate::target::{Host, Place};
use crate::{Cache, Capabilities, Dialect, Error, Target, Topology, sentinel};

/// How long one waits for what somebody says who is not understood.
const LISTEN: Duration = Duration::from_millis(500);

impl Cache {
    /// Tests the connection as a request will use it, and finds out what stands there. It is tried at once, however often it
    /// was in vain before.
    ///
    /// # Errors
    /// What is in the way, as exactly as can be told: an unknown name, nobody there, no answer in time, TLS, user or password,
    /// protected mode, something that is not Redis, or a node of a cluster that was taken for a whole server.
    pub async fn examine(&self) -> Result<Capabilities, Error> {
        self.try_again_now().await;
        if let Err(error) = self.knock().await {
            return Err(look_closer(self.target(), error).await);
        }
        let told = self.told().await;
        let address = || self.target().address().to_owned();
        if let (Place::Host(_) | Place::Socket(_) | Place::Sentinel(_), Some(mode)) = (&self.target().place, &told.mode)
        {
            match mode.as_str() {
                "cluster" => return Err(Error::ClusterNode { address: address() }),
                "sentinel" => return Err(Error::Sentinel { address: address() }),
                _ => {}
            }
        }
        let topology = match &self.target().place {
            Place::Host(_) | Place::Socket(_) => Topology::Single,
            Place::Sentinel(sentinels) => {
                Topology::Sentinel { master: sentinel::master(self.target(), sentinels).await?.to_string() }
            }
            Place::Cluster(_) => {
                let masters = self.nodes().await.unwrap_or_default();
                let address = |node| if let Node::Master(host) = node { Some(host.to_string()) } else { None };
                Topology::Cluster { masters: masters.into_iter().filter_map(address).collect() }
            }
        };
        Ok(Capabilities {
            server: told.server,
            version: told.version,
            protocol: self.target().protocol,
            resp3: told.resp3,
            topology,
            eviction: told.eviction,
            max_memory: told.max_memory,
            tls: self.target().tls.is_some(),
            read_only: told.read_only,
        })
    }

    /// Asks for a sign of life; of who may not be asked for one, for a key of ours.
    async fn knock(&self) -> Result<(), Error> {
        match self.ping().await {
            Err(Error::NotAllowed { reply, .. }) if reply.starts_with("NOPERM") => self.get(KEY_PREFIX).await.map(drop),
            answer => answer,
        }
    }

    /// What can be learnt of it. HELLO changes how a connection speaks, so it is asked over one of its own.
    async fn told(&self) -> Told {
        let target = self.target();
        if target.dialect() == Dialect::MiniRedis {
            return Told { server: Some("mini-redis".to_owned()), resp3: Some(false), ..Told::default() };
        }
        let infos = self.infos().await.unwrap_or_default();
        let informed = Told::of_all(infos.iter().map(|(_, info)| Told::by_info(info)).collect());
        let greeted = match timeout(target.timeouts.response, hello(target)).await {
            Ok(Ok(greeted)) => greeted,
            _ => Told::default(),
        };
        informed.or(greeted)
    }
}

/// What a server says to `HELLO 3`.
async fn hello(target: &Target) -> Result<Told, Error> {
    let open = one_node(target).await?;
    match dial::ask::<Value>(target, &open, cmd("HELLO").arg(3)).await {
        Ok(Value::Map(fields)) => {
            let text = |value: &Value| match value {
                Value::BulkString(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Value::SimpleString(text) => text.clone(),
                Value::Int(number) => number.to_string(),
                _ => String::new(),
            };
            let fields: Vec<_> = fields.iter().map(|(name, value)| (text(name), text(value))).collect();
            Ok(Told::by_hello(&fields))
        }
        // Before Redis 6 there is no such command.
        Err(Error::Refused { reply, .. }) if reply.to_ascii_lowercase().contains("unknown command") => {
            Ok(Told { resp3: Some(false), ..Told::default() })
        }
        Err(Error::Refused { reply, .. }) if reply.starts_with("NOPROTO") => {
            Ok(Told { resp3: Some(false), ..Told::default() })
        }
        answer => answer.map(|_| Told::default()),
    }
}

/// A connection to one server: of a cluster, to the first node that lets us in.
async fn one_node(target: &Target) -> Result<Open, Error> {
    let Place::Cluster(nodes) = &target.place else { return dial::dial(target, None).await };
    let mut failure = Error::Unsupported("a cluster without nodes");
    for node in nodes {
        match timeout(target.timeouts.connect, dial::dial_host(target, node, &target.login, None)).await {
            Ok(Ok(open)) => return Ok(open),
            Ok(Err(error)) => failure = error,
            Err(_) => failure = Error::TimedOut { address: node.to_string(), within: target.timeouts.connect },
        }
    }
    Err(failure)
}

/// Says more exactly what is in the way, where a client's library does not.
async fn look_closer(target: &Target, error: Error) -> Error {
    let unclear = matches!(
        error,
        Error::Unreachable { .. } | Error::NotRedis { .. } | Error::TimedOut { .. } | Error::Refused { .. }
    );
    if !unclear {
        return error;
    }
    match &target.place {
        Place::Host(host) => listen_to(target, host, error).await,
        Place::Cluster(nodes) => {
            // What one node says of itself tells more than that the whole cannot be had.
            let node = &nodes[0];
            let alone = Target { address: node.to_string(), ..target.clone() };
            match timeout(target.timeouts.connect, dial::dial_host(&alone, node, &target.login, None)).await {
                Ok(Ok(open)) => match dial::ask::<Value>(&alone, &open, &cmd("PING")).await {
                    Ok(_) => of_cluster(target, &alone, &open).await.unwrap_or(error),
                    Err(first @ (Error::NotAllowed { .. } | Error::Protected { .. })) => first,
                    Err(first) => listen_to(&alone, node, first).await,
                },
                Ok(Err(first @ (Error::UnknownName { .. } | Error::Tls { .. } | Error::NotAllowed { .. }))) => first,
                _ => error,
            }
        }
        Place::Socket(_) | Place::Sentinel(_) => error,
    }
}

/// What a server that answers says of its cluster: that it is no node of one, or that slots are missing.
async fn of_cluster(target: &Target, node: &Target, open: &Open) -> Option<Error> {
    match dial::ask::<String>(node, open, cmd("CLUSTER").arg("INFO")).await {
        Err(Error::Refused { reply, .. }) if reply.contains("cluster support disabled") => {
            let address = node.address().to_owned();
            let reply = "it is no node of a cluster; write its address as redis://host:port".to_owned();
            Some(Error::Refused { address, reply })
        }
        Ok(info) if info.contains("cluster_state:fail") => {
            Some(Error::ClusterDown { address: target.address().to_owned() })
        }
        _ => None,
    }
}

/// Listens to what is said there in plain bytes.
async fn listen_to(target: &Target, host: &Host, error: Error) -> Error {
    let address = target.address().to_owned();
    let heard = async {
        let Some(tls) = &target.tls else { return said(dial::reach(target, host).await.ok()?).await };
        match timeout(LISTEN, dial::handshake(target, tls, host)).await {
            Ok(Ok(stream)) => said(stream).await,
            Ok(Err(_)) => None,
            // A Redis without TLS waits for the end of what it takes for a line.
            Err(_) => {
                let plain = said(dial::reach(target, host).await.ok()?).await;
                let speaks = matches!(&plain, Some(Ok(bytes)) if bytes.starts_with(b"+") || bytes.starts_with(b"-"));
                speaks.then(|| Err(std::io::Error::from(std::io::ErrorKind::InvalidData)))
            }
        }
    };
    let Ok(Some(said)) = timeout(target.timeouts.connect + 2 * LISTEN, heard).await else { return error };
    match said {
        Ok(bytes) if bytes.is_empty() && target.tls.is_none() => Error::Unreachable {
            address,
            reason: "it closes the connection without a word; if it speaks TLS, write rediss://".to_owned(),
        },
        Ok(bytes) if bytes.is_empty() => error,
        // An alert of TLS.
        Ok(bytes) if bytes.starts_with(b"\x15\x03") => {
            Error::Tls { address, reason: "it speaks TLS, and was spoken to without".to_owned() }
        }
        Ok(bytes) if bytes.starts_with(b"-") => {
            let line = bytes[1..].split(|byte| *byte == b'\r').next().unwrap_or_default();
            Error::from_reply(address, &String::from_utf8_lossy(line))
        }
        Ok(bytes) if bytes.starts_with(b"+") => error,
        Ok(_) => Error::NotRedis { address },
        Err(broken) => Error::Tls { address, reason: crate::tls::in_words(&broken) },
    }
}

/// The first bytes that are said to a PING; `None` where nothing comes for a while.
async fn said(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Option<std::io::Result<Vec<u8>>> {
    // Who has closed already may have said why before.
    let _ = stream.write_all(b"PING\r\n").await;
    let mut bytes = vec![0; 512];
    match timeout(LISTEN, stream.read(&mut bytes)).await.ok()? {
        Ok(read) => {
            bytes.truncate(read);
            Some(Ok(bytes))
        }
        // Over TLS this may be the server's answer to our certificate, or to its absence.
        Err(error) if error.get_ref().is_some() => Some(Err(error)),
        // Whoever resets it has not said a word either.
        Err(_) => Some(Ok(Vec::new())),
    }
}
