//! Opening a connection: to a host, a socket, the master that Sentinel names, or a cluster.

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue, RedisConnectionInfo, cmd};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::connection::Connection;
use crate::tap::{Tap, Tapped};
use crate::target::{Host, Login, Place, Protocol};
use crate::tls::Tls;
use crate::{Error, Mark, Target, cluster, sentinel};

/// A connection, and the task that drives it.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) connection: Connection,
    /// None where redis-rs keeps the task to itself.
    driver: Option<AbortHandle>,
    /// From where it is, where that is known.
    _mark: Option<Mark>,
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(driver) = &self.driver {
            driver.abort();
        }
    }
}

impl Open {
    pub(crate) fn is_over(&self) -> bool {
        self.driver.as_ref().is_some_and(AbortHandle::is_finished)
    }
}

/// Connects to wherever the keys are, within the time allowed.
pub(crate) async fn dial(target: &Target, tap: Option<&Tap>) -> Result<Open, Error> {
    // One more wait where somebody must be asked first.
    let steps = if matches!(target.place, Place::Sentinel(_) | Place::Cluster(_)) { 2 } else { 1 };
    let within = target.timeouts.connect * steps;
    let dialled = timeout(within, dial_place(target, tap)).await;
    dialled.unwrap_or_else(|_| Err(Error::TimedOut { address: target.address.clone(), within }))
}

async fn dial_place(target: &Target, tap: Option<&Tap>) -> Result<Open, Error> {
    match &target.place {
        Place::Host(host) => dial_host(target, host, &target.login, tap).await,
        Place::Socket(path) => {
            #[cfg(unix)]
            {
                let stream = tokio::net::UnixStream::connect(path)
                    .await
                    .map_err(|error| Error::unreachable(&target.address, &error))?;
                speak(target, stream, &target.login, target.database, tap).await
            }
            #[cfg(not(unix))]
            {
                let _ = path;
                Err(Error::Unsupported("this system has no Unix sockets: write redis://host:port"))
            }
        }
        Place::Sentinel(sentinels) => sentinel::dial_master(target, sentinels, tap).await,
        Place::Cluster(nodes) => {
            let connection = cluster::connect(target, nodes).await?;
            Ok(Open { connection: Connection::Cluster(connection), driver: None, _mark: None })
        }
    }
}

/// Connects to one server, over TLS if the target says so, and is let in.
pub(crate) async fn dial_host(target: &Target, host: &Host, login: &Login, tap: Option<&Tap>) -> Result<Open, Error> {
    let stream = reach(target, host).await?;
    // From before the first word: those that let us in are ours too.
    let mark = stream.local_addr().ok().map(|address| target.ours.mark(address));
    let database = target.database;
    let mut open = match &target.tls {
        None => speak(target, stream, login, database, tap).await,
        Some(tls) => speak(target, tls.connect(stream, host, &target.address).await?, login, database, tap).await,
    }?;
    open._mark = mark;
    Ok(open)
}

/// Connects to a Sentinel, which has no databases.
pub(crate) async fn dial_sentinel(target: &Target, host: &Host, login: &Login) -> Result<Open, Error> {
    let stream = reach(target, host).await?;
    match &target.tls {
        None => speak(target, stream, login, 0, None).await,
        Some(tls) => speak(target, tls.connect(stream, host, &target.address).await?, login, 0, None).await,
    }
}

/// A TCP connection to a host, or to whatever stands before it.
pub(crate) async fn reach(target: &Target, host: &Host) -> Result<TcpStream, Error> {
    let unreachable = |error| Error::unreachable(&target.address, &error);
    let Host { name, port } = target.next_stop(host);
    let found = tokio::net::lookup_host((name.as_str(), port)).await.map(Iterator::collect::<Vec<_>>);
    let Ok(addresses) = found else { return Err(Error::UnknownName { host: name }) };
    if addresses.is_empty() {
        return Err(Error::UnknownName { host: name });
    }
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    Ok(stream)
}

/// Reaches a host as [`dial_host`] does and stops before anything is said.
pub(crate) async fn handshake(
    target: &Target,
    tls: &Tls,
    host: &Host,
) -> Result<impl AsyncRead + AsyncWrite + Unpin, Error> {
    tls.connect(reach(target, host).await?, host, &target.address).await
}

/// Has redis-rs speak over a stream, and is let in: user and password first, since without them a server answers nothing else.
///
/// redis-rs would log in by itself, but keeps the server's words for why it may not.
async fn speak<S>(target: &Target, stream: S, login: &Login, database: i64, tap: Option<&Tap>) -> Result<Open, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let open = match tap {
        None => drive(target, stream).await?,
        Some(tap) => drive(target, Tapped::new(stream, tap.clone())).await?,
    };
    if let Some(password) = &login.password {
        let mut auth = cmd("AUTH");
        if let Some(user) = &login.user {
            auth.arg(user);
        }
        ask::<()>(target, &open, auth.arg(password)).await?;
    }
    if target.protocol == Protocol::Resp3 {
        ask::<redis::Value>(target, &open, cmd("HELLO").arg(3)).await?;
    }
    if database != 0 {
        ask::<()>(target, &open, cmd("SELECT").arg(database)).await?;
    }
    // What was said before we were let in, the password with it, belongs to no request.
    if let Some(tap) = tap {
        tap.clear();
    }
    Ok(open)
}

async fn drive<S>(target: &Target, stream: S) -> Result<Open, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let timeouts = target.timeouts;
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(timeouts.connect))
        .set_response_timeout(Some(timeouts.response));
    // A name for the library is one more round trip, and mini-redis has no command to take it.
    let settings = RedisConnectionInfo::default().set_skip_set_lib_name();
    let (connection, driver) = MultiplexedConnection::new_with_config(&settings, stream, config)
        .await
        .map_err(|error| Error::from_redis(&target.address, timeouts.connect, &error))?;
    let driver = Some(tokio::spawn(driver).abort_handle());
    Ok(Open { connection: Connection::One(connection), driver, _mark: None })
}

/// Asks over a connection that nobody else uses yet.
pub(crate) async fn ask<T: FromRedisValue>(target: &Target, open: &Open, command: &Cmd) -> Result<T, Error> {
    let mut connection = open.connection.clone();
    let asked = command.query_async(&mut connection).await;
    asked.map_err(|error| Error::from_redis(&target.address, target.timeouts.response, &error))
}
