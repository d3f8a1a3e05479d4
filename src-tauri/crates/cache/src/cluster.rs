//! A Redis Cluster, by redis-rs's own client: it knows which node has which slot, follows MOVED and ASK, and finds the nodes
//! anew when one is lost. It owns the connections to the nodes, so what passes on them cannot be seen here.

use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::{
    Cmd, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo as _, RedisConnectionInfo, RedisError, Value,
    cmd,
};

use crate::target::{Host, Protocol};
use crate::{Error, Target};

/// How often a command is tried again that a node does not answer, while the nodes are found anew. Few: a request that can go
/// to the database must not wait for a cache.
const RETRIES: u32 = 3;

/// Between two of them, in milliseconds, at random, and the upper bound of the last.
const RETRY_WAITS_MS: (u64, u64) = (10, 100);

/// Connects to a cluster through any of those nodes that answers.
pub(crate) async fn connect(target: &Target, nodes: &[Host]) -> Result<ClusterConnection, Error> {
    let failed = |error: &RedisError| failed(target, error);
    let infos =
        nodes.iter().map(|node| info(target, node)).collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
    let mut builder = ClusterClient::builder(infos)
        .connection_timeout(target.timeouts.connect)
        .response_timeout(target.timeouts.response)
        .retries(RETRIES)
        .min_retry_wait(RETRY_WAITS_MS.0)
        .max_retry_wait(RETRY_WAITS_MS.1);
    if let Some(tls) = &target.tls {
        builder = builder.certs(tls.certificates(&target.address).await?);
    }
    let client = builder.build().map_err(|error| failed(&error))?;
    client.get_async_connection().await.map_err(|error| failed(&error))
}

/// What went wrong with a cluster that we are connected to.
pub(crate) fn failed_later(target: &Target, error: &RedisError) -> Error {
    match failed(target, error) {
        // The others may be there yet.
        Error::Unreachable { address, reason } if error.kind() != ErrorKind::ClusterConnectionNotFound => {
            Error::NodeGone { address, reason }
        }
        error => error,
    }
}

/// What went wrong with a cluster.
fn failed(target: &Target, error: &RedisError) -> Error {
    match error.code() {
        // Sent there again and again, and never let in.
        Some(code @ ("MOVED" | "ASK")) => Error::NodeGone {
            address: target.address.clone(),
            reason: format!("the others still send us there by {code}, as while slots are being moved"),
        },
        _ => Error::from_redis(&target.address, target.timeouts.response, error),
    }
}

fn info(target: &Target, Host { name, port }: &Host) -> Result<ConnectionInfo, RedisError> {
    let (host, port) = (name.clone(), *port);
    let address = if target.tls.is_some() {
        ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
    } else {
        ConnectionAddr::Tcp(host, port)
    };
    let mut settings = RedisConnectionInfo::default().set_skip_set_lib_name();
    if let Some(user) = &target.login.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &target.login.password {
        settings = settings.set_password(password);
    }
    if target.protocol == Protocol::Resp3 {
        settings = settings.set_protocol(redis::ProtocolVersion::RESP3);
    }
    Ok(address.into_connection_info()?.set_redis_settings(settings))
}

/// The masters, each of which has some of the keys.
pub(crate) async fn masters(connection: &mut ClusterConnection) -> Result<Vec<Host>, RedisError> {
    let everybody = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
    let Value::Map(answers) = connection.route_command(cmd("PING"), everybody).await? else { return Ok(Vec::new()) };
    let mut masters: Vec<Host> = answers.into_iter().filter_map(|(address, _)| host(&address)).collect();
    masters.sort_by(|one, other| (&one.name, one.port).cmp(&(&other.name, other.port)));
    Ok(masters)
}

fn host(address: &Value) -> Option<Host> {
    let Value::BulkString(address) = address else { return None };
    let (name, port) = std::str::from_utf8(address).ok()?.rsplit_once(':')?;
    Some(Host { name: name.to_owned(), port: port.parse().ok()? })
}

/// Asks one node.
pub(crate) async fn ask(connection: &mut ClusterConnection, node: &Host, command: Cmd) -> Result<Value, RedisError> {
    let Host { name: host, port } = node.clone();
    connection.route_command(command, RoutingInfo::SingleNode(SingleNodeRoutingInfo::ByAddress { host, port })).await
}

/// Asks any master.
pub(crate) async fn ask_any(connection: &mut ClusterConnection, command: Cmd) -> Result<Value, RedisError> {
    connection.route_command(command, RoutingInfo::SingleNode(SingleNodeRoutingInfo::RandomPrimary)).await
}
