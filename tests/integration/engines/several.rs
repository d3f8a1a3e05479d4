//! Several redis-servers that make one cache: a cluster, and a master with a replica that Sentinel watches over.

use anyhow::{Context, Result};
use redis::aio::MultiplexedConnection;
use redis::{Value, cmd};

use super::servers::{Certificates, Server, free_port, until};

/// How many slots a cluster has.
const SLOTS: u16 = 16_384;

/// How long a node may be silent before the others take it for dead, in milliseconds.
const NODE_TIMEOUT_MS: u32 = 1_000;

/// A cluster of masters that share the slots evenly; replicas can be added.
pub(super) struct Cluster {
    pub(super) masters: Vec<Server>,
    replicas: Vec<Server>,
}

impl Cluster {
    /// Starts so many masters that make a cluster.
    pub(super) async fn start(masters: u16) -> Result<Self> {
        Self::start_with(masters, "no").await
    }

    /// The same that serves nothing at all while any slot has no node: as Redis has it unless it is told otherwise.
    pub(super) async fn start_that_wants_all_slots(masters: u16) -> Result<Self> {
        Self::start_with(masters, "yes").await
    }

    async fn start_with(masters: u16, all_slots: &str) -> Result<Self> {
        let mut cluster = Self { masters: Vec::new(), replicas: Vec::new() };
        for _ in 0..masters {
            cluster.masters.push(node(all_slots).await?);
        }
        for (index, master) in cluster.masters.iter().enumerate() {
            let index = u16::try_from(index)?;
            let (from, to) = (slot_at(index, masters), slot_at(index + 1, masters) - 1);
            let mut client = master.client().await?;
            let () = cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(from).arg(to).query_async(&mut client).await?;
            let () = cmd("CLUSTER").arg("SET-CONFIG-EPOCH").arg(index + 1).query_async(&mut client).await?;
        }
        for other in &cluster.masters[1..] {
            cluster.meet(other).await?;
        }
        cluster.settled().await?;
        Ok(cluster)
    }

    /// Gives a master a replica that takes its place when it dies.
    pub(super) async fn add_replica(&mut self, of: usize) -> Result<()> {
        let replica = node("no").await?;
        self.meet(&replica).await?;
        let id: String = cmd("CLUSTER").arg("MYID").query_async(&mut self.masters[of].client().await?).await?;
        let mut client = replica.client().await?;
        until("the replica to know its master", async || {
            let done = cmd("CLUSTER").arg("REPLICATE").arg(&id).query_async::<()>(&mut client).await;
            Ok(done.ok())
        })
        .await?;
        until("the replica to be up to date", async || {
            let info: String = cmd("INFO").arg("replication").query_async(&mut client).await?;
            Ok(info.contains("master_link_status:up").then_some(()))
        })
        .await?;
        self.replicas.push(replica);
        self.settled().await
    }

    async fn meet(&self, other: &Server) -> Result<()> {
        let mut meet = cmd("CLUSTER");
        meet.arg("MEET").arg("127.0.0.1").arg(other.port).arg(bus_port(other)?);
        Ok(meet.query_async(&mut self.masters[0].client().await?).await?)
    }

    /// Waits until every node knows all others and the slots of all.
    async fn settled(&self) -> Result<()> {
        let nodes = self.masters.len() + self.replicas.len();
        for server in self.masters.iter().chain(&self.replicas) {
            let mut client = server.client().await?;
            until("the nodes to know one another", async || {
                let info: String = cmd("CLUSTER").arg("INFO").query_async(&mut client).await?;
                let knows =
                    info.contains("cluster_state:ok") && info.contains(&format!("cluster_known_nodes:{nodes}\r"));
                let slots: Value = cmd("CLUSTER").arg("SLOTS").query_async(&mut client).await?;
                let Value::Array(ranges) = slots else { return Ok(None) };
                Ok((knows && ranges.len() >= self.masters.len()).then_some(()))
            })
            .await?;
        }
        Ok(())
    }

    pub(super) fn url(&self) -> String {
        let nodes: Vec<_> = self.masters.iter().map(Server::address).collect();
        format!("redis+cluster://{}", nodes.join(","))
    }

    /// Which of the masters had the slot of a key at the beginning.
    pub(super) async fn master_of(&self, key: &str) -> Result<usize> {
        let slot: u16 =
            cmd("CLUSTER").arg("KEYSLOT").arg(key).query_async(&mut self.masters[0].client().await?).await?;
        let masters = u16::try_from(self.masters.len())?;
        (0..masters).position(|index| slot < slot_at(index + 1, masters)).context("every slot has a master")
    }

    /// Moves the slot of a key, and the keys in it, to another master, as Redis's documentation says it is done.
    pub(super) async fn move_slot(&self, key: &str, from: usize, to: usize) -> Result<()> {
        let (mut source, mut target) = (self.masters[from].client().await?, self.masters[to].client().await?);
        let slot: u16 = cmd("CLUSTER").arg("KEYSLOT").arg(key).query_async(&mut source).await?;
        let id = async |client: &mut MultiplexedConnection| -> Result<String> {
            Ok(cmd("CLUSTER").arg("MYID").query_async(client).await?)
        };
        let (source_id, target_id) = (id(&mut source).await?, id(&mut target).await?);
        let set_slot = |state: &str, node: &str| {
            let mut set_slot = cmd("CLUSTER");
            set_slot.arg("SETSLOT").arg(slot).arg(state).arg(node);
            set_slot
        };
        let () = set_slot("IMPORTING", &source_id).query_async(&mut target).await?;
        let () = set_slot("MIGRATING", &target_id).query_async(&mut source).await?;
        loop {
            let keys: Vec<String> =
                cmd("CLUSTER").arg("GETKEYSINSLOT").arg(slot).arg(100).query_async(&mut source).await?;
            if keys.is_empty() {
                break;
            }
            let mut migrate = cmd("MIGRATE");
            migrate.arg("127.0.0.1").arg(self.masters[to].port).arg("").arg(0).arg(5_000).arg("KEYS").arg(keys);
            let () = migrate.query_async(&mut source).await?;
        }
        for client in [&mut target, &mut source] {
            let () = set_slot("NODE", &target_id).query_async(client).await?;
        }
        Ok(())
    }
}

fn slot_at(index: u16, masters: u16) -> u16 {
    u16::try_from(u32::from(SLOTS) * u32::from(index) / u32::from(masters)).expect("a slot")
}

async fn node(all_slots: &str) -> Result<Server> {
    Server::start(|port, _| {
        let bus = free_port()?;
        Ok(format!(
            "port {port}\ncluster-port {bus}\nsave \"\"\ncluster-enabled yes\ncluster-config-file nodes.conf\n\
             cluster-node-timeout {NODE_TIMEOUT_MS}\ncluster-require-full-coverage {all_slots}\nrepl-diskless-sync-delay 0\n"
        ))
    })
    .await
}

fn bus_port(server: &Server) -> Result<u16> {
    let configuration = std::fs::read_to_string(server.folder().join("redis.conf"))?;
    let port = configuration.lines().find_map(|line| line.strip_prefix("cluster-port "));
    Ok(port.context("a node has one")?.parse()?)
}

/// A master with a replica, and three sentinels that put the one in the other's place.
pub(super) struct Watched {
    pub(super) master: Server,
    pub(super) replica: Server,
    sentinels: Vec<Server>,
    certificates: Option<Certificates>,
}

impl Watched {
    /// What the sentinels call the master.
    pub(super) const NAME: &str = "the-cache";

    pub(super) async fn start(password: &str) -> Result<Self> {
        Self::start_with(password, None).await
    }

    /// The same, where everybody speaks TLS, also with one another.
    pub(super) async fn start_over_tls(password: &str) -> Result<Self> {
        Self::start_with(password, Some(Certificates::make()?)).await
    }

    async fn start_with(password: &str, certificates: Option<Certificates>) -> Result<Self> {
        let listening = |port: u16| match &certificates {
            None => format!("port {port}\n"),
            Some(made) => format!("{}tls-port {port}\ntls-replication yes\n", made.directives(false)),
        };
        let login = format!("requirepass {password}\nmasterauth {password}\nsave \"\"\nrepl-diskless-sync-delay 0\n");
        let master = Server::start(|port, _| Ok(format!("{}{login}", listening(port)))).await?;
        let following = format!("replicaof 127.0.0.1 {}\n{login}", master.port);
        let replica = Server::start(|port, _| Ok(format!("{}{following}", listening(port)))).await?;
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            let name = Self::NAME;
            let watching = format!(
                "sentinel monitor {name} 127.0.0.1 {} 2\nsentinel auth-pass {name} {password}\n\
                 sentinel down-after-milliseconds {name} 500\nsentinel failover-timeout {name} 3000\n",
                master.port
            );
            sentinels.push(Server::start_sentinel(|port, _| Ok(format!("{}{watching}", listening(port)))).await?);
        }
        let watched = Self { master, replica, sentinels, certificates };
        for sentinel in &watched.sentinels {
            let mut client = sentinel.client().await?;
            until("the sentinels to know one another and the replica", async || {
                let masters: Value = cmd("SENTINEL").arg("MASTER").arg(Self::NAME).query_async(&mut client).await?;
                let Value::Array(fields) = masters else { return Ok(None) };
                let text = |value: &Value| match value {
                    Value::BulkString(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    _ => String::new(),
                };
                let known = |name: &str, wanted: &str| {
                    fields.chunks(2).any(|pair| text(&pair[0]) == name && text(&pair[1]) == wanted)
                };
                Ok((known("num-slaves", "1") && known("num-other-sentinels", "2")).then_some(()))
            })
            .await?;
        }
        Ok(watched)
    }

    pub(super) fn url(&self, password: &str) -> String {
        let sentinels: Vec<_> = self.sentinels.iter().map(Server::address).collect();
        let (scheme, ca) = match &self.certificates {
            None => ("redis+sentinel", String::new()),
            Some(certificates) => ("rediss+sentinel", format!("?ca={}", certificates.ca())),
        };
        format!("{scheme}://:{password}@{}/{}{ca}", sentinels.join(","), Self::NAME)
    }

    /// The address of the sentinels' first.
    pub(super) fn sentinel(&self) -> String {
        self.sentinels[0].address()
    }
}
