//! `cachescope server`: the bundled server alone.

use std::fs;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
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
    let (mut builder, addresses) = set_up(arguments)?;
    let listeners = listen(&addresses)?;
    allow_clients(&mut builder);
    let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>()?;
    for address in addresses.iter().filter(|address| !address.ip().is_loopback()) {
        eprintln!(
            "Warning: other machines reach {address}. Without a password they are refused; with `protected-mode no` every one \
             of them can read and change what this server holds."
        );
    }
    // In the words that programs look for which start a redis-server.
    let version = env!("CARGO_PKG_VERSION");
    let all = addresses.iter().map(SocketAddr::to_string).collect::<Vec<_>>().join(" and ");
    println!("Cachescope's server {version} is ready on {all}. PID: {}", std::process::id());
    println!("Ready to accept connections. Try: redis-cli -h {} -p {}", addresses[0].ip(), addresses[0].port());
    io::stdout().flush()?;
    builder.build().run_on(listeners, stop_signal()).await?;
    println!("Stopped.");
    Ok(())
}

/// Where to listen.
#[derive(Debug)]
struct Place {
    address: SocketAddr,
    /// It does not matter if this machine has no such address.
    optional: bool,
}

/// Listens on all of them, on the same port if it is for the system to choose one.
fn listen(places: &[Place]) -> Result<Vec<TcpListener>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    for &Place { mut address, optional } in places {
        if let (0, Some(first)) = (address.port(), listeners.first()) {
            address.set_port(first.local_addr()?.port());
        }
        match ::server::listen(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if optional && error.kind() == io::ErrorKind::AddrNotAvailable => {}
            Err(error) => {
                return Err(error).with_context(|| match address.port() {
                    0 => format!("The server could not listen on {address}"),
                    port => format!(
                        "Failed listening on port {port} of {}; if another program has it, choose another with --port",
                        address.ip()
                    ),
                });
            }
        }
    }
    if listeners.is_empty() {
        bail!("This machine has none of the addresses to listen on");
    }
    Ok(listeners)
}

/// Lets the process have a descriptor for each of so many connections, as far as the system allows; how many it may have is
/// answered.
pub(crate) fn allow_descriptors(connections: u32) -> usize {
    /// Descriptors for what is no connection at the door: the catalogue, the cache, the bundled server's clients.
    const OTHERS: u64 = 128;
    let wanted = u64::from(connections) + OTHERS;
    // Where there is no such limit, there is nothing to raise.
    let allowed = rlimit::increase_nofile_limit(wanted).unwrap_or(wanted);
    if allowed < wanted {
        eprintln!(
            "This system allows {allowed} open files a process: there may be {} connections instead of {connections}. More \
             with `ulimit -n`.",
            allowed.saturating_sub(OTHERS).max(1)
        );
    }
    usize::try_from(allowed.saturating_sub(OTHERS)).unwrap_or(usize::MAX).clamp(1, connections as usize)
}

/// Lets the process have a descriptor for every client it may serve, as far as the system allows.
fn allow_clients(builder: &mut Builder) {
    /// Descriptors for what is no client, as many as Redis sets aside.
    const OTHERS: u64 = 32;
    let wanted = builder.max_clients_set() as u64 + OTHERS;
    // Where there is no such limit, there is nothing to raise.
    let allowed = rlimit::increase_nofile_limit(wanted).unwrap_or(wanted);
    if allowed < wanted {
        let clients = usize::try_from(allowed.saturating_sub(OTHERS)).unwrap_or(usize::MAX).max(1);
        eprintln!(
            "This system allows {allowed} open files a process: maxclients is {clients} instead of {}. More with `ulimit -n`.",
            wanted - OTHERS
        );
        *builder = std::mem::take(builder).max_clients(clients);
    }
}

/// Reads the file and the directives, which count in this order: file, command line.
fn set_up(arguments: ServerArguments) -> Result<(Builder, Vec<Place>)> {
    let ServerArguments { mut port, bind, maxmemory, maxmemory_policy, requirepass, directives: words } = arguments;
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
    let mut addresses: Vec<(IpAddr, bool)> = bind.iter().map(|address| (*address, false)).collect();
    for directive in all {
        let value = directive.arguments.first().map_or("", String::as_str);
        match directive.name.as_str() {
            // What is given as an option of its own comes first.
            "port" => port = port.or(Some(value.parse().with_context(|| format!("{value:?} is no port"))?)),
            "bind" if bind.is_empty() => {
                addresses = directive.arguments.iter().map(|word| bind_address(word)).collect::<Result<_>>()?;
            }
            "bind" => {}
            name => {
                let refused = || format!("The directive {name:?} cannot be followed");
                if builder.apply(&directive).with_context(refused)? == Applied::Irrelevant {
                    eprintln!("Passed over: {name} means nothing to this server.");
                }
            }
        }
    }
    if addresses.is_empty() {
        addresses.push((IpAddr::V4(Ipv4Addr::LOCALHOST), false));
    }
    let port = port.unwrap_or(PORT);
    let place = |(address, optional)| Place { address: SocketAddr::new(address, port), optional };
    Ok((builder, addresses.into_iter().map(place).collect()))
}

/// An address in the words of `bind`: `*` is all of a kind, and those behind a dash may be missing.
fn bind_address(word: &str) -> Result<(IpAddr, bool)> {
    let address = word.strip_prefix('-');
    let optional = address.is_some();
    let address = match address.unwrap_or(word) {
        "*" => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        "::*" => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        address => address.parse().with_context(|| format!("{word:?} is no address to listen on"))?,
    };
    Ok((address, optional))
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
