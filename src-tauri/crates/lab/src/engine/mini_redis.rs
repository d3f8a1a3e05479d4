//! tokio's teaching server as an engine.
//!
//! 80 kB of nested arrays overflow mini-redis's stack, which aborts its process. So it has a process of its own: the
//! app's binary started a second time, which calls [`serve`]. The two are tied by the child's standard input: when it
//! closes, because the parent stopped the child or died itself, the child ends.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::runtime::Runtime;

/// How long a child may take until it listens.
const START_WITHIN: Duration = Duration::from_secs(10);

/// What the child's one line of output begins with; the address follows.
const LISTENING: &str = "listening on ";

/// How to start the child: a program and its arguments, to which `--port N` and perhaps `--nodelay` are added. It must
/// call [`serve`].
#[derive(Debug, Clone)]
pub struct Launcher {
    /// The program.
    pub program: PathBuf,
    /// Its first arguments.
    pub arguments: Vec<OsString>,
}

/// Runs mini-redis on a loopback port (0: any that is free) until standard input closes. Prints where it listens.
///
/// With `nodelay`, TCP_NODELAY is set on the listener, and on Linux every connection inherits it. As published,
/// mini-redis does not set it, and flushes each reply by itself: pipelined replies then wait for delayed
/// acknowledgements, up to 40 ms each.
///
/// # Errors
/// When the port is taken.
pub async fn serve(port: u16, nodelay: bool) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    // Elsewhere the option means that two may listen on one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(nodelay)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    socket.listen(1024)?;
    socket.set_nonblocking(true)?;
    let listener = TcpListener::from_std(socket.into())?;
    println!("{LISTENING}{}", listener.local_addr()?);

    let parent_gone = async {
        let mut stdin = tokio::io::stdin();
        let mut byte = [0; 64];
        while stdin.read(&mut byte).await.is_ok_and(|read| read > 0) {}
    };
    mini_redis::server::run(listener, parent_gone).await.map_err(io::Error::other)
}

/// A running child.
#[derive(Debug)]
pub(crate) struct MiniRedis {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    watch: JoinHandle<()>,
}

impl MiniRedis {
    /// Starts a child and waits until it listens. Should it end unasked, `on_death` is told how.
    pub(crate) async fn start(
        launcher: &Launcher,
        port: u16,
        nodelay: bool,
        flow: &Runtime,
        on_death: impl FnOnce(ExitStatus) + Send + 'static,
    ) -> io::Result<Self> {
        let mut command = Command::new(&launcher.program);
        command.args(&launcher.arguments).arg("--port").arg(port.to_string());
        if nodelay {
            command.arg("--nodelay");
        }
        // Its words about a crash of its own making are not the app's.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let (child, address) = flow.handle().spawn(launch(command)).await.map_err(io::Error::other)??;
        let (stop, stopped) = oneshot::channel();
        let watch = flow.handle().spawn(watch(child, stopped, on_death));
        Ok(Self { address, stop, watch })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the child and waits until it is gone.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.watch.await;
    }
}

async fn launch(mut command: Command) -> io::Result<(Child, SocketAddr)> {
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
    let mut line = String::new();
    timeout(START_WITHIN, BufReader::new(stdout.take(200)).read_line(&mut line))
        .await
        .map_err(|_| io::Error::new(ErrorKind::TimedOut, "mini-redis did not start within 10 s"))??;
    match line.trim().strip_prefix(LISTENING).and_then(|address| address.parse().ok()) {
        Some(address) => Ok((child, address)),
        None => Err(io::Error::other("mini-redis could not listen; its port may be taken")),
    }
}

async fn watch(mut child: Child, stopped: oneshot::Receiver<()>, on_death: impl FnOnce(ExitStatus)) {
    // `wait` would close standard input, and so end the child.
    let tie = child.stdin.take();
    tokio::select! {
        status = child.wait() => {
            if let Ok(status) = status {
                on_death(status);
            }
        }
        // Also when the engine is dropped.
        _ = stopped => {
            drop(tie);
            let _ = child.kill().await;
        }
    }
}
