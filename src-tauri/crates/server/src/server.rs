//! The accept loop, the handle on a server, and its shutdown.

use std::future::poll_fn;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::changes::Classes;
use crate::clock::Clock;
use crate::connection::{Connection, refuse};
use crate::error::Error;
use crate::expiry;
use crate::keyspace::Seen;
use crate::parameters::{self, Draft};
use crate::random::Random;
use crate::request::Limits;
use crate::session::{Pause, Session};
use crate::settings::Settings;
use crate::state::State;

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

/// Listens on an address, with room for a storm of clients: those that nobody has let in yet.
///
/// The 128 that a listener has room for otherwise are not enough: who comes too many is not refused but waits a second until
/// the system tries again.
///
/// # Errors
///
/// When the address is taken, is not this machine's, or may not be listened on.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    /// The system may hold it to less (`net.core.somaxconn`).
    const WAITING: u32 = 4096;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Or the port of a server that has just stopped could not be used; elsewhere it means something else.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Sets up a [`Server`].
#[derive(Clone, Debug)]
pub struct Builder {
    settings: Settings,
    classes: Classes,
    databases: usize,
    max_output: usize,
    max_reply: usize,
    clock: Clock,
    seed: Option<u64>,
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
        self.databases = databases.max(1);
        self
    }

    /// What a client may send.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// How many clients may be connected at a time; 10,000 if not given.
    #[must_use]
    pub fn max_clients(mut self, clients: usize) -> Self {
        self.settings.max_clients = clients;
        self
    }

    /// How many clients may be connected at a time, as set so far.
    #[must_use]
    pub fn max_clients_set(&self) -> usize {
        self.settings.max_clients
    }

    /// How many bytes of replies may wait before they are sent and no more commands executed; 64 KiB if not given.
    /// A single reply may be longer: see [`max_reply`](Self::max_reply).
    #[must_use]
    pub fn max_output(mut self, bytes: usize) -> Self {
        self.max_output = bytes;
        self
    }

    /// How many bytes one reply may have; 513 MiB if not given. Redis has no such limit: here it is the memory of the
    /// program the server runs in. A client that asks for more is disconnected, as at Redis's hard output limit.
    #[must_use]
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.max_reply = bytes;
        self
    }

    /// The password clients must give, if any.
    #[must_use]
    pub fn requirepass(mut self, password: Option<String>) -> Self {
        // As in Redis, the empty password is none.
        self.settings.password = password.filter(|password| !password.is_empty());
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
        let mut state = State::new(self.databases, random.next(), self.settings);
        state.keyspace.changes.classes = self.classes;
        Server {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                max_output: self.max_output,
                max_reply: self.max_reply,
                clock: self.clock,
                started: Instant::now(),
                run_id: run_id[..40].to_owned(),
                port: AtomicU16::new(0),
                last_client: AtomicU64::new(0),
            }),
        }
    }

    /// Sets a parameter by the name and in the words of `CONFIG SET` and of a configuration file, such as
    /// `maxmemory` and `64mb`.
    ///
    /// # Errors
    ///
    /// When there is no such parameter here, it cannot be set, or not to this.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        let failed = |reason: String| SettingError { name: name.to_owned(), reason };
        match name.to_ascii_lowercase().as_str() {
            "databases" => {
                let databases = value.parse().ok().filter(|databases| (1..=10_000).contains(databases));
                self.databases = databases.ok_or_else(|| failed("must be between 1 and 10000".to_owned()))?;
            }
            "enable-debug-command" => self.settings.debug_command = matches!(value, "yes" | "local"),
            name => {
                let parameter = parameters::find(name.as_bytes())
                    .ok_or_else(|| failed("there is no such parameter here".to_owned()))?;
                let set = parameter.set.ok_or_else(|| failed("it cannot be set".to_owned()))?;
                let mut draft = Draft { settings: self.settings.clone(), classes: self.classes, port: 0 };
                set(&mut draft, value.as_bytes()).map_err(failed)?;
                self.settings = draft.settings;
                self.classes = draft.classes;
            }
        }
        Ok(())
    }
}

/// Why a parameter could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct SettingError {
    name: String,
    reason: String,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            classes: Classes::NONE,
            databases: 16,
            max_output: 64 * 1024,
            // The longest value with room to spare.
            max_reply: 513 * 1024 * 1024,
            clock: Clock::real(),
            seed: None,
        }
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
    state: Mutex<State>,
    /// How many bytes of replies may wait before they are sent and no more commands executed.
    pub(crate) max_output: usize,
    /// How many bytes one reply may have.
    pub(crate) max_reply: usize,
    pub(crate) clock: Clock,
    pub(crate) started: Instant,
    pub(crate) run_id: String,
    /// Where it listens, for `INFO`; the last one if it does so twice.
    pub(crate) port: AtomicU16,
    last_client: AtomicU64,
}

impl Shared {
    /// All state, for a batch of commands; never held across an await.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic with the lock held would be a bug; the others' keys are no worse for it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.run_on(vec![listener], shutdown).await
    }

    /// The same for several addresses; the port of the first is the one that `INFO` names.
    ///
    /// # Errors
    ///
    /// When there is no listener, or the first has no local address. Otherwise as [`run`](Self::run).
    pub async fn run_on(&self, listeners: Vec<TcpListener>, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let first = listeners.first().ok_or(io::ErrorKind::InvalidInput)?;
        self.shared.port.store(first.local_addr()?.port(), Ordering::Relaxed);
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
                accepted = accept(&listeners) => match accepted {
                    Ok(stream) => {
                        tasks.spawn(serve(stream, Arc::clone(&self.shared)));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
        drop(listeners);
        tasks.shutdown().await;
        Ok(())
    }

    /// Executes requests without a connection: as a client would that sends these bytes and goes. Returns the replies.
    ///
    /// What waits (`BLPOP`) does not: the requests behind it are left. Nothing here needs a runtime.
    ///
    /// ```
    /// let server = server::Server::default();
    /// assert_eq!(server.answer(b"SET k v\r\nGET k\r\n"), b"+OK\r\n$1\r\nv\r\n");
    /// ```
    #[must_use]
    pub fn answer(&self, requests: &[u8]) -> Vec<u8> {
        let mut session = Session::new(Arc::clone(&self.shared), None, None);
        session.input.extend_from_slice(requests);
        let mut replies = Vec::new();
        loop {
            let pause = session.turn();
            replies.append(&mut session.output);
            if pause != Pause::OutputFull {
                return replies;
            }
        }
    }

    /// Looks over the keys of a database from `cursor` on, up to `count` of them, and answers those that match the pattern, and
    /// where to go on; 0: that was all. Nobody notices: it is no command, and no statistics and no key's use change.
    #[must_use]
    pub fn look(&self, database: usize, cursor: u64, count: usize, pattern: &[u8]) -> (u64, Vec<Seen>) {
        let now = self.shared.clock.unix_ms();
        self.shared.state().keyspace.keys(database, now).look_over(cursor, count, pattern)
    }

    /// Runs the expiry cycle once to its end, and returns how many keys it deleted. [`run`](Self::run) does so ten
    /// times a second; this is for tests that own the clock.
    #[must_use]
    pub fn expire_cycle(&self) -> u64 {
        let now = self.shared.clock.unix_ms();
        let mut state = self.shared.state();
        let before = state.keyspace.stats.expired_keys;
        while expiry::slice(&mut state.keyspace, now) {}
        state.tell(None, &self.shared, now);
        state.keyspace.stats.expired_keys - before
    }
}

/// The next client of any listener.
async fn accept(listeners: &[TcpListener]) -> io::Result<TcpStream> {
    poll_fn(|task| {
        let accepted = listeners.iter().map(|listener| listener.poll_accept(task)).find(Poll::is_ready);
        accepted.unwrap_or(Poll::Pending).map_ok(|(stream, _)| stream)
    })
    .await
}

/// Serves one client. Its errors are its own: a client that goes away is no event.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let refusal = {
        let mut state = shared.state();
        let remote = stream.peer_addr().is_ok_and(|peer| !peer.ip().is_loopback());
        if state.clients.len() >= state.settings.max_clients {
            state.keyspace.stats.connections_rejected += 1;
            Some(Error::MaxClients)
        } else if remote && state.settings.protected_mode && state.settings.password.is_none() {
            state.keyspace.stats.connections_rejected += 1;
            Some(Error::Protected)
        } else {
            if let Ok(seconds) = u32::try_from(state.settings.tcp_keepalive)
                && seconds > 0
            {
                let time = Duration::from_secs(seconds.into());
                // A system that cannot do it does without.
                let _ = SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(time));
            }
            None
        }
    };
    if let Some(error) = refusal {
        let _ = refuse(stream, &error).await;
        return;
    }
    let _ = Connection::new(stream, shared).run().await;
}

/// What has to be done from time to time: the expiry cycle, silent clients, full outboxes, and samples for `INFO`.
async fn tick(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(expiry::PERIOD);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Instant::now();
    loop {
        interval.tick().await;
        let start = Instant::now();
        {
            let mut state = shared.state();
            let elapsed = start.duration_since(last).as_millis();
            state.keyspace.stats.sample_rate(u64::try_from(elapsed).unwrap_or(u64::MAX));
            let memory = state.memory();
            state.keyspace.stats.peak_memory = state.keyspace.stats.peak_memory.max(memory);
            state.look_after_clients(shared.clock.unix_ms());
        }
        last = start;
        let mut more = true;
        while more && start.elapsed() < expiry::BUDGET {
            {
                let mut state = shared.state();
                let now = shared.clock.unix_ms();
                state.keyspace.hold_expired = state.pause().is_some();
                let begin = Instant::now();
                more = state.keyspace.active_expiry
                    && !state.keyspace.hold_expired
                    && expiry::slice(&mut state.keyspace, now);
                state.spikes.note("expire-cycle", now / 1000, begin.elapsed());
                state.tell(None, &shared, now);
            }
            tokio::task::yield_now().await;
        }
    }
}
