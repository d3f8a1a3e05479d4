//! Everything commands work on, under one lock.

use tokio::time::Instant;

use crate::blocking;
use crate::changes::Classes;
use crate::client::Client;
use crate::clients::{Clients, Seat};
use crate::command::transaction;
use crate::eviction::{self, Pool};
use crate::keyspace::Keyspace;
use crate::server::Shared;
use crate::settings::Settings;
use crate::slowlog::SlowLog;
use crate::spikes::Spikes;
use crate::usage::Usage;

/// The keys, the clients, and what was set.
///
/// One lock, because a command takes well under a microsecond: it is held for a batch of commands, never across an
/// await. Locks per shard were rejected: `MSET`, `DBSIZE`, `FLUSHALL` and transactions are atomic in Redis.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keyspace: Keyspace,
    pub(crate) clients: Clients,
    pub(crate) settings: Settings,
    pub(crate) slowlog: SlowLog,
    pub(crate) spikes: Spikes,
    pub(crate) pause: Option<Pause>,
    pool: Pool,
}

/// Commands that must wait: `CLIENT PAUSE`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pause {
    pub(crate) until: Instant,
    /// Only those that may change something.
    pub(crate) writes_only: bool,
}

impl State {
    pub(crate) fn new(databases: usize, seed: u64, settings: Settings) -> Self {
        let mut state = Self {
            keyspace: Keyspace::new(databases, seed),
            clients: Clients::default(),
            settings,
            slowlog: SlowLog::default(),
            spikes: Spikes::default(),
            pause: None,
            pool: Pool::default(),
        };
        state.apply_settings();
        state
    }

    /// Brings what depends on the settings in line with them.
    pub(crate) fn apply_settings(&mut self) {
        let Settings { policy, lfu_log_factor: log_factor, lfu_decay: decay, .. } = self.settings;
        self.keyspace.usage =
            if policy.counts_uses() { Usage::Frequency { log_factor, decay } } else { Usage::Recency };
        self.pool = Pool::default();
        self.clients.output_limit = self.settings.pubsub_output.hard;
        self.spikes.threshold = self.settings.spike_after;
    }

    /// The pause that holds now, if any does.
    pub(crate) fn pause(&self) -> Option<Pause> {
        self.pause.filter(|pause| pause.until > Instant::now())
    }

    /// Evicts what has to go, and says whether there is room now.
    pub(crate) fn make_room(&mut self, now: i64) -> bool {
        if self.settings.max_memory == 0 || self.keyspace.memory() as u64 <= self.settings.max_memory {
            return true;
        }
        let begin = Instant::now();
        let room = eviction::make_room(&mut self.keyspace, &mut self.pool, &self.settings, 0, now);
        self.spikes.note("eviction-cycle", now / 1000, begin.elapsed());
        room
    }

    /// Tells what has happened to keys: to subscribers, and to those who wait for lists. `own` is the client that
    /// executes commands just now.
    pub(crate) fn tell(&mut self, own: Option<&mut Client>, shared: &Shared, now: i64) {
        let mut own = own;
        if !self.keyspace.changes.events.is_empty() {
            self.announce(own.as_deref_mut());
        }
        if !self.keyspace.changes.ready.is_empty() {
            blocking::serve(self, shared, now);
            self.announce(own);
        }
    }

    /// Takes a client away: nobody sees it from now on, and nothing waits for it, also where its connection has yet to
    /// learn of it.
    pub(crate) fn let_go(&mut self, seat: Seat) {
        if let Some(mut client) = self.clients.leave(seat) {
            blocking::leave(self, &mut client);
            transaction::end(self, &mut client);
            client.link.wake.notify_one();
        }
    }

    /// Lets go those who are silent for too long, and those who leave too much unread.
    pub(crate) fn look_after_clients(&mut self, now: i64) {
        let Settings { timeout, pubsub_output, .. } = self.settings;
        let mut overflowed = std::mem::take(&mut self.clients.overflowed);
        for client in self.clients.others_mut() {
            let silent = u64::try_from(now - client.active_at).unwrap_or(0) / 1000;
            // Who listens or waits is silent by nature.
            let listens = client.subscriptions() > 0 || client.monitors || client.blocked.is_some();
            if timeout > 0 && silent > timeout && !listens {
                client.kill();
            }
            let waiting = client.outbox.len();
            client.full_since = match client.full_since {
                _ if pubsub_output.soft == 0 || waiting <= pubsub_output.soft => None,
                None => Some(now),
                since => since,
            };
            let too_long = client
                .full_since
                .is_some_and(|since| u64::try_from(now - since).unwrap_or(0) / 1000 >= pubsub_output.seconds);
            if too_long || pubsub_output.hard > 0 && waiting > pubsub_output.hard {
                overflowed += 1;
                client.kill();
            }
        }
        self.keyspace.stats.output_limit_disconnections += overflowed;
    }

    fn announce(&mut self, mut own: Option<&mut Client>) {
        let classes = self.keyspace.changes.classes;
        let (keyspace, keyevent) = (classes.contains(Classes::KEYSPACE), classes.contains(Classes::KEYEVENT));
        for event in std::mem::take(&mut self.keyspace.changes.events) {
            self.clients.announce(&event, keyspace, keyevent, own.as_deref_mut());
        }
    }

    /// The bytes held by keys and clients.
    pub(crate) fn memory(&self) -> usize {
        let clients: usize = self.clients.others().map(Client::memory).sum();
        self.keyspace.memory() + clients
    }
}
