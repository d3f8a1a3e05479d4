use std::sync::{Mutex, PoisonError};

use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use tokio::net::TcpStream;
use tokio::sync::MutexGuard;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::tap::{Tap, Tapped};
use crate::{Error, Target};

/// The ways to a server: one that everybody shares, and one for a single caller at a time. What WATCH watches is the
/// connection's, so two who used the same one would spoil each other's.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) shared: Link,
    pub(crate) exclusive: tokio::sync::Mutex<Link>,
}

impl Links {
    pub(crate) fn new(target: Target, tap: Option<Tap>) -> Self {
        let exclusive = tokio::sync::Mutex::new(Link::new(target.clone(), tap.clone()));
        Self { shared: Link::new(target, tap), exclusive }
    }
}

/// One connection to a server: opened at first use, and anew after it broke.
///
/// redis-rs's own `ConnectionManager` would reconnect too, but gives no way to see the bytes: it owns the stream.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) target: Target,
    tap: Option<Tap>,
    open: Mutex<Option<Open>>,
    /// How the newest attempt to connect failed, if it did: those who waited for it share that instead of each trying
    /// again.
    failure: tokio::sync::Mutex<Option<Error>>,
}

#[derive(Debug)]
struct Open {
    connection: MultiplexedConnection,
    driver: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Link {
    pub(crate) fn new(target: Target, tap: Option<Tap>) -> Self {
        Self { target, tap, open: Mutex::new(None), failure: tokio::sync::Mutex::default() }
    }

    /// The open connection, or a new one.
    pub(crate) async fn connection(&self) -> Result<MultiplexedConnection, Error> {
        if let Some(connection) = self.opened() {
            return Ok(connection);
        }
        if let Ok(failure) = self.failure.try_lock() {
            return self.connect(failure).await;
        }
        let failure = self.failure.lock().await;
        match (self.opened(), failure.as_ref()) {
            (Some(connection), _) => Ok(connection),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => self.connect(failure).await,
        }
    }

    /// Drops the connection, so that the next call opens a new one.
    pub(crate) fn forget(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn opened(&self) -> Option<MultiplexedConnection> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().filter(|open| !open.driver.is_finished()).map(|open| open.connection.clone())
    }

    async fn connect(&self, mut failure: MutexGuard<'_, Option<Error>>) -> Result<MultiplexedConnection, Error> {
        let Target { address, timeouts, .. } = &self.target;
        let within = timeouts.connect;
        let dialled = timeout(within, self.dial()).await;
        match dialled.unwrap_or_else(|_| Err(Error::TimedOut { address: address.clone(), within })) {
            Ok(open) => {
                let connection = open.connection.clone();
                *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(open);
                *failure = None;
                Ok(connection)
            }
            Err(error) => {
                // What was said before we were let in, the password with it, belongs to no request.
                if let Some(tap) = &self.tap {
                    tap.clear();
                }
                *failure = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn dial(&self) -> Result<Open, Error> {
        let Target { host, port, address, settings, timeouts, .. } = &self.target;
        let stream =
            TcpStream::connect((host.as_str(), *port)).await.map_err(|error| Error::unreachable(address, &error))?;
        stream.set_nodelay(true).map_err(|error| Error::unreachable(address, &error))?;

        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(timeouts.connect))
            .set_response_timeout(Some(timeouts.response));
        let refused = |error| Error::from_redis(address, timeouts.connect, &error);
        let (connection, driver) = if let Some(tap) = &self.tap {
            let stream = Tapped::new(stream, tap.clone());
            let (connection, driver) =
                MultiplexedConnection::new_with_config(settings, stream, config).await.map_err(refused)?;
            tap.clear();
            (connection, tokio::spawn(driver))
        } else {
            let (connection, driver) =
                MultiplexedConnection::new_with_config(settings, stream, config).await.map_err(refused)?;
            (connection, tokio::spawn(driver))
        };
        Ok(Open { connection, driver: driver.abort_handle() })
    }
}
