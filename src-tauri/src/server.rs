//! `cachescope server`: the bundled server alone.

use std::io;
use std::net::SocketAddr;

use ::server::Server;
use anyhow::{Context, Result};
use tokio::net::TcpListener;

use crate::arguments::ServerArguments;

/// Runs until Ctrl+C or SIGTERM.
pub(crate) async fn run(arguments: ServerArguments) -> Result<()> {
    let address = SocketAddr::new(arguments.bind, arguments.port);
    let listener = TcpListener::bind(address).await.with_context(|| match arguments.port {
        0 => format!("The server could not listen on {address}"),
        port => format!(
            "The server could not listen on {address}; if another program has port {port}, choose another with --port"
        ),
    })?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        eprintln!("Warning: every machine that reaches {address} can read and change what this server holds.");
    }
    println!("Cachescope's server is ready on {address}. Try: redis-cli -h {} -p {}", address.ip(), address.port());
    Server::builder().build().run(listener, stop_signal()).await?;
    println!("Stopped.");
    Ok(())
}

/// Waits for Ctrl+C or, where there is such a thing, SIGTERM.
pub(crate) async fn stop_signal() {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    let interrupted: Result<(), io::Error> = tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        () = terminated => Ok(()),
    };
    if interrupted.is_err() {
        // Without signals there is only being killed.
        std::future::pending::<()>().await;
    }
}
