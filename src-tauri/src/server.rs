//! `cachescope server`: the bundled server alone.

use std::fs;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use ::server::directives::{self, Applied, Directive};
use ::server::{Builder, Server};
use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;

use crate::arguments::ServerArguments;

/// Where Redis listens if nothing else is said.
const PORT: u16 = 6379;

/// Runs until Ctrl+C or SIGTERM.
pub(crate) async fn run(arguments: ServerArguments) -> Result<()> {
    let (builder, address) = set_up(arguments)?;
    let listener = TcpListener::bind(address).await.with_context(|| match address.port() {
        0 => format!("The server could not listen on {address}"),
        port => format!(
            "Failed listening on port {port} of {}; if another program has it, choose another with --port",
            address.ip()
        ),
    })?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        eprintln!(
            "Warning: other machines reach {address}. Without a password they are refused; with `protected-mode no` every one \
             of them can read and change what this server holds."
        );
    }
    // In the words that programs look for which start a redis-server.
    let version = env!("CARGO_PKG_VERSION");
    println!("Cachescope's server {version} is ready on {address}. PID: {}", std::process::id());
    println!("Ready to accept connections. Try: redis-cli -h {} -p {}", address.ip(), address.port());
    io::stdout().flush()?;
    builder.build().run(listener, stop_signal()).await?;
    println!("Stopped.");
    Ok(())
}

/// Reads the file and the directives, which count in this order: file, command line.
fn set_up(arguments: ServerArguments) -> Result<(Builder, SocketAddr)> {
    let ServerArguments { mut port, mut bind, maxmemory, maxmemory_policy, requirepass, directives: words } = arguments;
    let mut all = Vec::new();
    let mut words = words.into_iter().peekable();
    if let Some(file) = words.next_if(|word| !word.starts_with("--")) {
        all.extend(read(Path::new(&file))?);
    }
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            bail!("{word:?} stands alone: directives begin with two dashes")
        };
        let mut arguments = Vec::new();
        while let Some(argument) = words.next_if(|word| !word.starts_with("--")) {
            arguments.push(argument);
        }
        all.push(Directive { name: name.to_ascii_lowercase(), arguments });
    }
    for (name, value) in
        [("maxmemory", maxmemory), ("maxmemory-policy", maxmemory_policy), ("requirepass", requirepass)]
    {
        all.extend(value.map(|value| Directive { name: name.to_owned(), arguments: vec![value] }));
    }
    let mut builder = Server::builder();
    for directive in all {
        let value = directive.arguments.first().map_or("", String::as_str);
        match directive.name.as_str() {
            // What is given as an option of its own comes first.
            "port" => port = port.or(Some(value.parse().with_context(|| format!("{value:?} is no port"))?)),
            "bind" => {
                let address = match value.trim_start_matches('-') {
                    "*" => "0.0.0.0",
                    address => address,
                };
                bind = bind.or(Some(address.parse().with_context(|| format!("{value:?} is no address to listen on"))?));
            }
            name => {
                let refused = || format!("The directive {name:?} cannot be followed");
                if builder.apply(&directive).with_context(refused)? == Applied::Irrelevant {
                    eprintln!("Passed over: {name} means nothing to this server.");
                }
            }
        }
    }
    let bind = bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    Ok((builder, SocketAddr::new(bind, port.unwrap_or(PORT))))
}

fn read(file: &Path) -> Result<Vec<Directive>> {
    /// More than that is no configuration file.
    const LONGEST: u64 = 1 << 20;
    let name = file.display();
    let length = fs::metadata(file).with_context(|| format!("{name} cannot be read"))?.len();
    if length > LONGEST {
        bail!("{name} is too long for a configuration file");
    }
    let text = fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
    directives::parse(&text).map_err(|line| anyhow::anyhow!("{name}, line {line}: the quotes do not close"))
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
