//! The accept loop, the handle on a server, and its shutdown.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::clock::Clock;
use crate::connection::{Connection, refuse};
use crate::expiry;
use crate::keyspace::{Keyspace, Random};
use crate::request::Limits;

/// How long to wait when the system has no file descriptor left for another client.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Runs a server with the defaults until `shutdown` resolves. See [`Server::run`].
///
/// # Errors
///
/// When the listener has no local address.
pub async fn run(listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    Server::builder().build().run(listener, shutdown).await
}

/// Sets up a [`Server`].
#[derive(Clone, Debug)]
pub struct Builder {
    config: Config,
    clock: Clock,
    seed: Option<u64>,
}

/// What was chosen when the server was built.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) databases: usize,
    pub(crate) limits: Limits,
    pub(crate) max_clients: usize,
    pub(crate) max_output: usize,
    pub(crate) max_reply: usize,
    pub(crate) password: Option<String>,
}

impl Builder {
    /// What expiry is judged by; the wall clock if not given.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How many databases `SELECT` can choose from, at least one; 16 if not given.
    #[must_use]
    pub fn databases(mut self, databases: usize) -> Self {
        self.config.databases = databases.max(1);
        self
    }

    /// What a client may send.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// How many clients may be connected at a time; 10,000 if not given.
    #[must_use]
    pub fn max_clients(mut self, clients: usize) -> Self {
        self.config.max_clients = clients;
        self
    }

    /// How many bytes of replies may wait before they are sent and no more commands executed; 64 KiB if not given.
    /// A single reply may be longer: see [`max_reply`](Self::max_reply).
    #[must_use]
    pub fn max_output(mut self, bytes: usize) -> Self {
        self.config.max_output = bytes;
        self
    }

    /// How many bytes one reply may have; 513 MiB if not given. Redis has no such limit: here it is the memory of the
    /// program the server runs in. A client that asks for more is disconnected, as at Redis's hard output limit.
    #[must_use]
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.config.max_reply = bytes;
        self
    }

    /// The password clients must give, if any.
    #[must_use]
    pub fn requirepass(mut self, password: Option<String>) -> Self {
        // As in Redis, the empty password is none.
        self.config.password = password.filter(|password| !password.is_empty());
        self
    }

    /// Where hash seeds, samples of keys and the run id come from; from the system if not given.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The server, holding no keys and listening nowhere yet.
    #[must_use]
    pub fn build(self) -> Server {
        let mut random = Random(self.seed.unwrap_or_else(|| RandomState::new().hash_one(0)));
        let run_id: String = (0..3).map(|_| format!("{:016x}", random.next())).collect();
        Server {
            shared: Arc::new(Shared {
                keyspace: Mutex::new(Keyspace::new(self.config.databases, random.next())),
                config: self.config,
                clock: self.clock,
                started: Instant::now(),
                run_id: run_id[..40].to_owned(),
                port: AtomicU16::new(0),
                last_client: AtomicU64::new(0),
            }),
        }
    }
}

impl Default for Builder {
    fn default() -> Self {
        let config = Config {
            databases: 16,
            limits: Limits::default(),
            max_clients: 10_000,
            max_output: 64 * 1024,
            // The longest value with room to spare.
            max_reply: 513 * 1024 * 1024,
            password: None,
        };
        Self { config, clock: Clock::real(), seed: None }
    }
}

/// A server: a handle on its keys, and what serves them.
///
/// Clones share the keys, which are dropped with the last of them. One can stop [`run`](Self::run) and run again, on
/// another port too: the keys are still there.
#[derive(Clone, Debug)]
pub struct Server {
    shared: Arc<Shared>,
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    keyspace: Mutex<Keyspace>,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) started: Instant,
    pub(crate) run_id: String,
    /// Where it listens, for `INFO`; the last one if it does so twice.
    pub(crate) port: AtomicU16,
    last_client: AtomicU64,
}

impl Shared {
    /// The keyspace, for a batch of commands; never held across an await.
    pub(crate) fn keyspace(&self) -> MutexGuard<'_, Keyspace> {
        // A panic with the lock held would be a bug; the others' keys are no worse for it.
        self.keyspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_client_id(&self) -> u64 {
        self.last_client.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Default for Server {
    fn default() -> Self {
        Builder::default().build()
    }
}

impl Server {
    /// A server that is not quite the default.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Serves `listener` until `shutdown` resolves; then it is closed, and so is every connection.
    ///
    /// Connections run as tasks on the current runtime, of either flavour. Dropping the future stops the server too.
    ///
    /// # Errors
    ///
    /// When the listener has no local address. A connection's errors end that connection only, and when the system
    /// refuses to accept more, the server waits a moment and tries again.
    pub async fn run(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        self.shared.port.store(listener.local_addr()?.port(), Ordering::Relaxed);
        let mut shutdown = pin!(shutdown);
        // Dropping the set aborts its tasks, and with them goes every socket: no connection has to listen for the end.
        let mut tasks = JoinSet::new();
        tasks.spawn(tick(Arc::clone(&self.shared)));
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                // Ended connections must not pile up in the set.
                Some(_) = tasks.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        tasks.spawn(serve(stream, Arc::clone(&self.shared)));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
        drop(listener);
        tasks.shutdown().await;
        Ok(())
    }

    /// Runs the expiry cycle once to its end, and returns how many keys it deleted. [`run`](Self::run) does so ten
    /// times a second; this is for tests that own the clock.
    #[must_use]
    pub fn expire_cycle(&self) -> u64 {
        let now = self.shared.clock.unix_ms();
        let mut keyspace = self.shared.keyspace();
        let before = keyspace.stats.expired_keys;
        while expiry::slice(&mut keyspace, now) {}
        keyspace.stats.expired_keys - before
    }
}

/// Serves one client. Its errors are its own: a client that goes away is no event.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    if shared.keyspace().stats.connected_clients >= u64::try_from(shared.config.max_clients).unwrap_or(u64::MAX) {
        shared.keyspace().stats.connections_rejected += 1;
        let _ = refuse(stream).await;
        return;
    }
    let _ = Connection::new(stream, shared).run().await;
}

/// What has to be done from time to time: the expiry cycle, and samples for `INFO`.
async fn tick(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(expiry::PERIOD);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Instant::now();
    loop {
        interval.tick().await;
        let start = Instant::now();
        {
            let mut keyspace = shared.keyspace();
            let elapsed = start.duration_since(last).as_millis();
            keyspace.stats.sample_rate(u64::try_from(elapsed).unwrap_or(u64::MAX));
            keyspace.stats.peak_memory = keyspace.stats.peak_memory.max(keyspace.memory());
        }
        last = start;
        let mut more = true;
        while more && start.elapsed() < expiry::BUDGET {
            more = expiry::slice(&mut shared.keyspace(), shared.clock.unix_ms());
            tokio::task::yield_now().await;
        }
    }
}
