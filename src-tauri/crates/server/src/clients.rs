//! All connected clients, and which of them listen to what.

use std::collections::HashMap;

use indexmap::IndexMap;
use slab::Slab;

use crate::changes::Event;
use crate::client::Client;
use crate::glob;
use crate::reply::Reply;

/// A client's place among the others while it is connected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Seat(usize);

impl Seat {
    pub(crate) fn number(self) -> usize {
        self.0
    }
}

/// The clients by their seats. While one executes commands its seat is empty, since the commands have it in their hands.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    seats: Slab<Option<Box<Client>>>,
    channels: HashMap<Box<[u8]>, Vec<Seat>>,
    /// In the order of the first subscription, as Redis delivers.
    patterns: IndexMap<Box<[u8]>, Vec<Seat>>,
    monitors: Vec<Seat>,
    /// How many bytes an outbox may hold, 0 for no limit.
    pub(crate) output_limit: usize,
    /// How many clients were let go because theirs held more.
    pub(crate) overflowed: u64,
}

/// A subscription's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Channel,
    Pattern,
}

impl Clients {
    pub(crate) fn len(&self) -> usize {
        self.seats.len()
    }

    pub(crate) fn enter(&mut self, mut client: Box<Client>) -> Seat {
        let entry = self.seats.vacant_entry();
        let seat = Seat(entry.key());
        client.seat = seat;
        entry.insert(Some(client));
        seat
    }

    /// Takes a client out of its seat to execute its commands. For one that was killed nothing is executed any more.
    pub(crate) fn rise(&mut self, seat: Seat) -> Option<Box<Client>> {
        self.seats.get_mut(seat.0)?.take_if(|client| !client.killed)
    }

    /// Puts it back.
    pub(crate) fn sit(&mut self, client: Box<Client>) {
        if let Some(seat) = self.seats.get_mut(client.seat.0) {
            *seat = Some(client);
        }
    }

    /// Takes a client away for good. Its seat is its connection's until that calls [`Self::free`].
    pub(crate) fn leave(&mut self, seat: Seat) -> Option<Box<Client>> {
        let client = self.seats.get_mut(seat.0)?.take()?;
        for channel in &client.channels {
            forget(&mut self.channels, channel, seat);
        }
        for pattern in &client.patterns {
            self.forget_pattern(pattern, seat);
        }
        self.monitors.retain(|monitor| *monitor != seat);
        Some(client)
    }

    /// Gives the seat to whoever comes next.
    pub(crate) fn free(&mut self, seat: Seat) {
        self.seats.try_remove(seat.0);
    }

    pub(crate) fn get_mut(&mut self, seat: Seat) -> Option<&mut Client> {
        self.seats.get_mut(seat.0)?.as_deref_mut()
    }

    /// All but the one that executes commands just now.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Client> {
        self.seats.iter().filter_map(|(_, client)| client.as_deref())
    }

    pub(crate) fn others_mut(&mut self) -> impl Iterator<Item = &mut Client> {
        self.seats.iter_mut().filter_map(|(_, client)| client.as_deref_mut())
    }

    /// Whether the subscription is new.
    pub(crate) fn subscribe(&mut self, client: &mut Client, topic: Topic, name: &[u8]) -> bool {
        let new = match topic {
            Topic::Channel => client.channels.insert(name.into()),
            Topic::Pattern => client.patterns.insert(name.into()),
        };
        if new {
            match topic {
                Topic::Channel => self.channels.entry(name.into()).or_default().push(client.seat),
                Topic::Pattern => self.patterns.entry(name.into()).or_default().push(client.seat),
            }
        }
        new
    }

    pub(crate) fn unsubscribe(&mut self, client: &mut Client, topic: Topic, name: &[u8]) {
        match topic {
            Topic::Channel if client.channels.shift_remove(name) => forget(&mut self.channels, name, client.seat),
            Topic::Pattern if client.patterns.shift_remove(name) => self.forget_pattern(name, client.seat),
            _ => {}
        }
    }

    /// The channels somebody listens to, with how many do.
    pub(crate) fn channels(&self) -> impl Iterator<Item = (&[u8], usize)> {
        self.channels.iter().map(|(name, seats)| (&**name, seats.len()))
    }

    pub(crate) fn listeners(&self, channel: &[u8]) -> usize {
        self.channels.get(channel).map_or(0, Vec::len)
    }

    pub(crate) fn patterns(&self) -> usize {
        self.patterns.len()
    }

    pub(crate) fn monitor(&mut self, client: &mut Client) {
        if !client.monitors {
            client.monitors = true;
            self.monitors.push(client.seat);
        }
    }

    pub(crate) fn end_monitor(&mut self, client: &mut Client) {
        client.monitors = false;
        self.monitors.retain(|monitor| *monitor != client.seat);
    }

    pub(crate) fn is_monitored(&self) -> bool {
        !self.monitors.is_empty()
    }

    /// Shows every monitor a command, as one line.
    pub(crate) fn show(&mut self, line: &str, mut own: Option<&mut Client>) {
        for index in 0..self.monitors.len() {
            self.push(self.monitors[index], own.as_deref_mut(), |reply| reply.simple(line));
        }
    }

    /// Delivers a message, and says how many got it. `own` is the client that executes commands just now.
    pub(crate) fn publish(&mut self, channel: &[u8], message: &[u8], mut own: Option<&mut Client>) -> usize {
        let mut receivers = 0;
        for seat in self.channels.get(channel).cloned().unwrap_or_default() {
            receivers += 1;
            self.push(seat, own.as_deref_mut(), |reply| {
                reply.push(3);
                reply.bulk(b"message");
                reply.bulk(channel);
                reply.bulk(message);
            });
        }
        let matching: Vec<(Box<[u8]>, Vec<Seat>)> = self
            .patterns
            .iter()
            .filter(|(pattern, _)| glob::matches(pattern, channel, false))
            .map(|(pattern, seats)| (pattern.clone(), seats.clone()))
            .collect();
        for (pattern, seats) in matching {
            for seat in seats {
                receivers += 1;
                self.push(seat, own.as_deref_mut(), |reply| {
                    reply.push(4);
                    reply.bulk(b"pmessage");
                    reply.bulk(&pattern);
                    reply.bulk(channel);
                    reply.bulk(message);
                });
            }
        }
        receivers
    }

    /// Publishes a keyspace notification on the channels that are asked for.
    pub(crate) fn announce(&mut self, event: &Event, keyspace: bool, keyevent: bool, mut own: Option<&mut Client>) {
        if keyspace {
            let channel = [format!("__keyspace@{}__:", event.database).as_bytes(), &event.key].concat();
            self.publish(&channel, event.name.as_bytes(), own.as_deref_mut());
        }
        if keyevent {
            let channel = format!("__keyevent@{}__:{}", event.database, event.name);
            self.publish(channel.as_bytes(), &event.key, own);
        }
    }

    fn push(&mut self, seat: Seat, own: Option<&mut Client>, write: impl FnOnce(&mut Reply<'_>)) {
        match own {
            Some(own) if own.seat == seat => own.push(write),
            _ => {
                let limit = self.output_limit;
                if let Some(client) = self.get_mut(seat) {
                    client.push(write);
                    if limit > 0 && client.outbox.len() > limit {
                        client.kill();
                        self.overflowed += 1;
                    }
                }
            }
        }
    }

    fn forget_pattern(&mut self, pattern: &[u8], seat: Seat) {
        if let Some(seats) = self.patterns.get_mut(pattern) {
            seats.retain(|other| *other != seat);
            if seats.is_empty() {
                self.patterns.shift_remove(pattern);
            }
        }
    }
}

fn forget(channels: &mut HashMap<Box<[u8]>, Vec<Seat>>, channel: &[u8], seat: Seat) {
    if let Some(seats) = channels.get_mut(channel) {
        seats.retain(|other| *other != seat);
        if seats.is_empty() {
            channels.remove(channel);
        }
    }
}
