//! Somebody else's client on a server.

use std::time::Duration;

use anyhow::Result;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo};

/// How long an answer may take, on a machine that has other things to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// By itself redis-rs gives up after a second, or half of one.
pub(crate) fn patient() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE))
}

/// Connects to the server at that address.
pub(crate) async fn stranger(server: impl IntoConnectionInfo) -> Result<MultiplexedConnection> {
    Ok(Client::open(server)?.get_multiplexed_async_connection_with_config(&patient()).await?)
}
