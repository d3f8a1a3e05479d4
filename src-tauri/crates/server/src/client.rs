//! What the server knows about one connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use indexmap::IndexSet;
use tokio::sync::Notify;

use crate::blocking::Blocked;
use crate::changes::Touched;
use crate::clients::Seat;
use crate::reply::{Protocol, Reply};
use crate::transaction::Transaction;

/// One connected client: who it is, what it chose, and what waits for it.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) seat: Seat,
    pub(crate) id: u64,
    pub(crate) address: Option<SocketAddr>,
    pub(crate) local_address: Option<SocketAddr>,
    /// Empty if it gave none.
    pub(crate) name: Vec<u8>,
    pub(crate) database: usize,
    pub(crate) protocol: Protocol,
    pub(crate) authenticated: bool,
    /// Unix milliseconds.
    pub(crate) connected_at: i64,
    /// When its last command ran, in Unix milliseconds.
    pub(crate) active_at: i64,
    pub(crate) last_command: &'static str,
    /// Its last reply was sent: read no further.
    pub(crate) closing: bool,
    /// `MULTI` was sent and `EXEC` was not.
    pub(crate) transaction: Option<Transaction>,
    pub(crate) watched: Vec<(usize, Box<[u8]>)>,
    pub(crate) touched: Touched,
    pub(crate) channels: IndexSet<Box<[u8]>>,
    pub(crate) patterns: IndexSet<Box<[u8]>>,
    pub(crate) replies: Replies,
    pub(crate) no_evict: bool,
    pub(crate) monitors: bool,
    pub(crate) blocked: Option<Blocked>,
    /// `CLIENT PAUSE` makes its next command wait.
    pub(crate) held_up: bool,
    /// What others have for it: messages, what `MONITOR` sees, the reply it waits for.
    pub(crate) outbox: Vec<u8>,
    /// Since when the outbox is above the soft limit, in Unix milliseconds.
    pub(crate) full_since: Option<i64>,
    /// Too much waited for it: to be closed at once.
    pub(crate) killed: bool,
    pub(crate) link: Arc<Link>,
    /// Bytes that have arrived and do not make a request yet.
    pub(crate) input_waiting: usize,
    /// Bytes allocated for input.
    pub(crate) input_capacity: usize,
}

/// What a client and its connection tell each other without the state's lock.
#[derive(Debug, Default)]
pub(crate) struct Link {
    /// Wakes the connection: the outbox has something, or the client was killed.
    pub(crate) wake: Notify,
    /// Bytes of replies that were written and not sent yet.
    pub(crate) output_waiting: AtomicUsize,
}

/// Which replies a client wants: `CLIENT REPLY`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Replies {
    #[default]
    All,
    None,
    /// All but that to the next command.
    AfterNext,
}

impl Client {
    pub(crate) fn new(id: u64, address: Option<SocketAddr>, local_address: Option<SocketAddr>, now: i64) -> Self {
        Self {
            seat: Seat::default(),
            id,
            address,
            local_address,
            name: Vec::new(),
            database: 0,
            protocol: Protocol::default(),
            authenticated: false,
            connected_at: now,
            active_at: now,
            last_command: "NULL",
            closing: false,
            transaction: None,
            watched: Vec::new(),
            touched: Touched::default(),
            channels: IndexSet::new(),
            patterns: IndexSet::new(),
            replies: Replies::All,
            no_evict: false,
            monitors: false,
            blocked: None,
            held_up: false,
            outbox: Vec::new(),
            full_since: None,
            killed: false,
            link: Arc::default(),
            input_waiting: 0,
            input_capacity: 0,
        }
    }

    /// Whether a name is fit for a list of clients: visible ASCII.
    pub(crate) fn is_name(name: &[u8]) -> bool {
        name.iter().all(u8::is_ascii_graphic)
    }

    /// To how many channels and patterns it is subscribed.
    pub(crate) fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    pub(crate) fn is_touched(&self) -> bool {
        self.touched.load(Ordering::Relaxed)
    }

    /// Whether it may send only what has to do with subscriptions. With RESP3 messages are told from replies.
    pub(crate) fn listens(&self) -> bool {
        self.protocol == Protocol::Resp2 && self.subscriptions() > 0
    }

    /// Writes what it did not ask for just now into its outbox, and wakes its connection.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut Reply<'_>)) {
        if !self.killed {
            write(&mut Reply::new(&mut self.outbox, self.protocol));
            self.link.wake.notify_one();
        }
    }

    /// Ends its connection.
    pub(crate) fn kill(&mut self) {
        self.killed = true;
        self.outbox = Vec::new();
        self.link.wake.notify_one();
    }

    /// Bytes of replies that were written and not sent yet.
    pub(crate) fn output_waiting(&self) -> usize {
        self.link.output_waiting.load(Ordering::Relaxed)
    }

    /// The letters of `CLIENT LIST`'s `flags`.
    pub(crate) fn flags(&self) -> String {
        let mut flags = String::new();
        for (holds, letter) in [
            (self.monitors, 'O'),
            (self.subscriptions() > 0, 'P'),
            (self.transaction.is_some(), 'x'),
            (self.blocked.is_some() || self.held_up, 'b'),
            (self.is_touched(), 'd'),
            (self.closing || self.killed, 'c'),
            (self.no_evict, 'e'),
        ] {
            if holds {
                flags.push(letter);
            }
        }
        if flags.is_empty() { "N".to_owned() } else { flags }
    }

    /// As `CLIENT LIST TYPE` names it.
    pub(crate) fn class(&self) -> &'static str {
        if self.subscriptions() > 0 { "pubsub" } else { "normal" }
    }

    /// The bytes it occupies, as far as one can know.
    pub(crate) fn memory(&self) -> usize {
        let queued = self.transaction.as_ref().map_or(0, Transaction::memory);
        let watched: usize = self.watched.iter().map(|(_, key)| key.len() + 64).sum();
        let channels: usize = self.channels.iter().chain(&self.patterns).map(|name| name.len() + 64).sum();
        // Buffers for input are lent, and belong to nobody: only what waits in one is the client's.
        size_of::<Self>()
            + self.input_waiting
            + self.output_waiting()
            + self.outbox.capacity()
            + queued
            + watched
            + channels
    }

    /// One line as `CLIENT LIST` gives it.
    pub(crate) fn line(&self, now: i64) -> String {
        let address = |address: Option<SocketAddr>| address.map_or_else(String::new, |address| address.to_string());
        let seconds = |since: i64| (now - since).max(0) / 1000;
        let output = self.output_waiting() + self.outbox.len();
        format!(
            "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={} db={} sub={} psub={} ssub=0 multi={} qbuf={} \
             qbuf-free={} argv-mem=0 multi-mem={} rbs={} rbp={} obl={} oll=0 omem={} tot-mem={} events={} cmd={} \
             user=default redir=-1 resp={}",
            self.id,
            address(self.address),
            address(self.local_address),
            self.seat.number() + 8,
            String::from_utf8_lossy(&self.name),
            seconds(self.connected_at),
            seconds(self.active_at),
            self.flags(),
            self.database,
            self.channels.len(),
            self.patterns.len(),
            self.transaction.as_ref().map_or_else(|| "-1".to_owned(), |transaction| transaction.len().to_string()),
            self.input_waiting,
            self.input_capacity.saturating_sub(self.input_waiting),
            self.transaction.as_ref().map_or(0, Transaction::memory),
            self.outbox.capacity(),
            output,
            output,
            output,
            self.memory(),
            if output > 0 { "rw" } else { "r" },
            self.last_command,
            self.protocol.version(),
        )
    }
}
