use std::io;
use std::net::SocketAddr;

use server::Server;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trace::{Memory, Placement};

use crate::runtime::Runtime;

/// The app's own server, running.
#[derive(Debug)]
pub(crate) struct Bundled {
    address: SocketAddr,
    server: Server,
    shutdown: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    /// Its thread, where it has one of its own.
    _thread: Option<Runtime>,
}

impl Bundled {
    /// Starts an empty server on that address (port 0: any that is free), on the flow's runtime or a thread of its own.
    pub(crate) async fn start(
        placement: Placement,
        memory: Memory,
        address: SocketAddr,
        flow: &Runtime,
    ) -> io::Result<Self> {
        match placement {
            Placement::FlowRuntime => Self::start_on(flow.handle(), memory, address, None).await,
            Placement::OwnThread => {
                let thread = Runtime::start("cachescope-server")?;
                let handle = thread.handle().clone();
                Self::start_on(&handle, memory, address, Some(thread)).await
            }
        }
    }

    async fn start_on(
        handle: &Handle,
        memory: Memory,
        address: SocketAddr,
        thread: Option<Runtime>,
    ) -> io::Result<Self> {
        let mut server = Server::builder();
        if memory.is_limited() {
            server.set("maxmemory", &memory.max_bytes.to_string()).map_err(io::Error::other)?;
            server.set("maxmemory-policy", memory.policy.name()).map_err(io::Error::other)?;
        }
        // A listener belongs to the runtime it is bound on.
        let listener = handle.spawn(async move { server::listen(address) }).await.map_err(io::Error::other)??;
        let address = listener.local_addr()?;
        let server = server.build();
        let (shutdown, stopped) = oneshot::channel::<()>();
        let running = server.clone();
        let ended = handle.spawn(async move {
            let stopped = async { drop(stopped.await) };
            // It ends by the shutdown; should it fail, requests take the bypass and say that nobody listens.
            drop(running.run(listener, stopped).await);
        });
        Ok(Self { address, server, shutdown, ended, _thread: thread })
    }

    /// The server itself, to look into it without a command.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it and waits until its port is free.
    pub(crate) async fn stop(self) {
        let _ = self.shutdown.send(());
        let _ = self.ended.await;
    }
}
