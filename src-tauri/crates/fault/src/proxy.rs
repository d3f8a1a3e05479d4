use std::any::Any;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use crate::Fault;
use crate::account::{Account, Now};
use crate::connection::{carry, reset};

/// How many visitors may wait at the door.
const BACKLOG: i32 = 1024;

/// For how long connections may go on that are open when a proxy is lifted.
const LIFTED_WITHIN: Duration = Duration::from_secs(5);

/// Is told from which address a proxy speaks to the server for a visitor; what it gives back is dropped when that ends.
pub type Announce = Arc<dyn Fn(SocketAddr) -> Box<dyn Any + Send> + Send + Sync>;

/// A proxy before a server. Dropping it cuts every connection through it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    account: Account,
    orders: mpsc::Sender<Order>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
enum Order {
    Set(Fault, oneshot::Sender<io::Result<()>>),
    Lift,
}

impl Proxy {
    /// Starts one on a free port of loopback, before the server at that host and port, with that fault in force. To be called
    /// on the runtime it is to run on.
    ///
    /// `now` is what its account goes by; `seed` is where chance begins: the same seed holds chunks back for the same lengths.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(upstream: (&str, u16), fault: Fault, now: Now, seed: u64) -> io::Result<Self> {
        Self::start_announced(upstream, fault, now, seed, Arc::new(|_| Box::new(()))).await
    }

    /// The same, telling from where it speaks to the server.
    ///
    /// # Errors
    /// As [`Proxy::start`].
    pub async fn start_announced(
        (host, port): (&str, u16),
        fault: Fault,
        now: Now,
        seed: u64,
        announce: Announce,
    ) -> io::Result<Self> {
        let door = Door::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = door.address;
        let account = Account::new(now);
        let (orders, ordered) = mpsc::channel(1);
        let upstream = (host.to_owned(), port);
        let keeper = Keeper {
            door,
            upstream,
            account: account.clone(),
            ordered,
            fault: watch::Sender::new(None),
            seed,
            announce,
        };
        let proxy = Self { address, account, orders, task: tokio::spawn(keeper.keep()) };
        proxy.set(fault).await?;
        Ok(proxy)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has held back.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Puts another fault in the place of the one before, for open connections as well. When this returns it is in force: who is
    /// to be refused is refused, and what is to be cut is cut.
    ///
    /// # Errors
    /// When it is to listen again and somebody has taken its port meanwhile.
    pub async fn set(&self, fault: Fault) -> io::Result<()> {
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let (done, said) = oneshot::channel();
        self.orders.send(Order::Set(fault, done)).await.map_err(|_| gone())?;
        said.await.map_err(|_| gone())?
    }

    /// Ends it in good order: lets in nobody else, passes on at once what it holds, and waits until those that are open have ended
    /// (5 s at most).
    pub async fn lift(mut self) {
        if self.orders.send(Order::Lift).await.is_ok() {
            let _ = (&mut self.task).await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Its connections are its own tasks, and end with it.
        self.task.abort();
    }
}

/// The task of a proxy.
struct Keeper {
    door: Door,
    upstream: (String, u16),
    account: Account,
    ordered: mpsc::Receiver<Order>,
    fault: watch::Sender<Option<Fault>>,
    seed: u64,
    announce: Announce,
}

impl Keeper {
    async fn keep(mut self) {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                order = self.ordered.recv() => match order {
                    Some(Order::Set(fault, done)) => {
                        let _ = done.send(self.set(fault, &mut open).await);
                    }
                    Some(Order::Lift) => {
                        self.door.close();
                        self.fault.send_replace(None);
                        let _ = timeout(LIFTED_WITHIN, async { while open.join_next().await.is_some() {} }).await;
                        return;
                    }
                    None => return,
                },
                visitor = self.door.visitor() => self.let_in(visitor, &mut open),
                Some(_) = open.join_next() => {}
            }
        }
    }

    async fn set(&mut self, fault: Fault, open: &mut JoinSet<()>) -> io::Result<()> {
        if fault == Fault::Down {
            self.door.close();
        }
        self.fault.send_replace(Some(fault));
        if matches!(fault, Fault::Down | Fault::Reset) {
            // They end by themselves, and at once.
            while open.join_next().await.is_some() {}
        }
        if fault == Fault::Down { Ok(()) } else { self.door.open() }
    }

    fn let_in(&mut self, visitor: TcpStream, open: &mut JoinSet<()>) {
        if *self.fault.borrow() == Some(Fault::Reset) {
            return reset(&visitor);
        }
        self.seed = self.seed.wrapping_add(1);
        let (upstream, account, fault) = (self.upstream.clone(), self.account.clone(), self.fault.subscribe());
        open.spawn(carry(visitor, upstream, account, fault, self.seed, Arc::clone(&self.announce)));
    }
}

/// The port of a proxy: open to visitors, or held so that nobody else takes it and visitors are refused.
#[derive(Debug)]
struct Door {
    address: SocketAddr,
    /// Bound; listening once it is open.
    held: Option<Socket>,
    open: Option<TcpListener>,
}

impl Door {
    fn bind(address: SocketAddr) -> io::Result<Self> {
        let held = bound(address)?;
        let address = held.local_addr()?.as_socket().unwrap_or(address);
        Ok(Self { address, held: Some(held), open: None })
    }

    fn open(&mut self) -> io::Result<()> {
        if self.open.is_some() {
            return Ok(());
        }
        let socket = match self.held.take() {
            Some(socket) => socket,
            None => bound(self.address)?,
        };
        socket.listen(BACKLOG)?;
        self.open = Some(TcpListener::from_std(socket.into())?);
        Ok(())
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            // A port that is bound and not listened on refuses. Somebody may be quicker; then it is bound when it is opened.
            self.held = bound(self.address).ok();
        }
    }

    /// The next visitor; while it is closed, nobody.
    async fn visitor(&self) -> TcpStream {
        let Some(listener) = &self.open else { return std::future::pending().await };
        loop {
            if let Ok((visitor, _)) = listener.accept().await {
                return visitor;
            }
            // Too many files are open, or a visitor has gone already: the next one may fare better.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Elsewhere the option means that two may listen on one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}
