use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache::{Bounds, Dialect, Line, Ours, Reply};
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;
use tokio::time::{Instant, interval};
use ts_rs::TS;

use super::{Looked, locked};
use crate::{Error, Lab};

/// How many commands are kept until they are asked for.
const KEPT: usize = 1_000;

/// How much of a command is shown, in characters.
const SHOWN: usize = 300;

/// Nobody has asked for so long: then nobody looks any more.
const UNWATCHED: Duration = Duration::from_secs(6);

/// A command takes up to this; a longer one ends the watch.
const BOUNDS: Bounds = Bounds { text: 64 * 1024, elements: 100, read: 64 * 1024 };

/// Asks for what has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Watch {
    /// The number of the last command that is known; 0: none.
    #[ts(type = "number")]
    pub after: u64,
    /// Whether the app's own commands are wanted too.
    pub own: bool,
}

/// What has passed by the server since it was asked for last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Passing {
    /// The commands, in order.
    pub commands: Vec<Passed>,
    /// How many more there were between, too many to be kept until they were asked for.
    #[ts(type = "number")]
    pub missed: u64,
    /// How many of others there were since the watch began.
    #[ts(type = "number")]
    pub others: u64,
    /// How many of the app's own there were.
    #[ts(type = "number")]
    pub own: u64,
    /// The number of the last command; the watch that begins anew begins at 0.
    #[ts(type = "number")]
    pub last: u64,
    /// Whether the server shows what passes now.
    pub watching: bool,
    /// Why nothing is shown, or not all of it, in words.
    pub note: Option<String>,
}

/// A command that a server was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Passed {
    /// Its number among those shown.
    #[ts(type = "number")]
    pub number: u64,
    /// When, by the server's clock, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_unix_ms: u64,
    /// In which database.
    pub database: u32,
    /// From where: an address, or what the server says instead.
    pub client: String,
    /// The command as MONITOR shows it, without its quotes where it needs none.
    pub words: String,
    /// Whether it is the app's own.
    pub own: bool,
}

/// A server that shows what passes.
#[derive(Debug)]
pub(crate) struct Monitor {
    generation: u64,
    passed: Arc<Mutex<Ring>>,
    task: AbortHandle,
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Ring {
    commands: VecDeque<Passed>,
    last: u64,
    others: u64,
    own: u64,
    wants_own: bool,
    asked: Instant,
    /// Why it ended.
    ended: Option<String>,
}

impl Lab {
    /// What has passed by the server since then. Asking begins a watch (MONITOR, on a connection of its own); where nobody asks any
    /// more it ends by itself.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory is being closed.
    pub async fn passing(&self, watch: Watch) -> Result<Passing, Error> {
        let core = &self.core;
        let nothing = |note: &str| Passing {
            commands: Vec::new(),
            missed: 0,
            others: 0,
            own: 0,
            last: 0,
            watching: false,
            note: Some(note.to_owned()),
        };
        let looked = core.looked();
        if looked.target.dialect() == Dialect::MiniRedis {
            return Ok(nothing("mini-redis has no MONITOR."));
        }
        if self.is_recorded() {
            *locked(&core.inside.monitor) = None;
            return Ok(nothing("Not watched while something is recorded: MONITOR slows a server down."));
        }
        let note = match looked.target.is_cluster() {
            true => Some("Of a cluster, one node is watched, and the app's own commands there cannot be told apart."),
            false if looked.target.host_and_port().is_none() => {
                Some("On this way to the server the app's own commands cannot be told apart.")
            }
            false => None,
        };
        let mut monitor = locked(&core.inside.monitor);
        let (generation, thread) = (looked.generation, core.looking_thread()?);
        let stale =
            |monitor: &Monitor| monitor.generation != generation || monitor.task.is_finished() && watch.after == 0;
        if monitor.as_ref().is_none_or(stale) {
            let ring = Ring {
                commands: VecDeque::new(),
                last: 0,
                others: 0,
                own: 0,
                wants_own: watch.own,
                asked: Instant::now(),
                ended: None,
            };
            let passed = Arc::new(Mutex::new(ring));
            let task = thread.handle().spawn(follow(looked, Arc::clone(&passed))).abort_handle();
            *monitor = Some(Monitor { generation, passed, task });
        }
        let Some(monitor) = &*monitor else { return Ok(nothing("Nothing is watched.")) };
        let mut ring = locked(&monitor.passed);
        ring.asked = Instant::now();
        ring.wants_own = watch.own;
        let commands: Vec<Passed> = ring
            .commands
            .iter()
            .filter(|passed| passed.number > watch.after && (watch.own || !passed.own))
            .cloned()
            .collect();
        // The oldest that is kept says how many went before it.
        let oldest = ring.commands.front().map_or(ring.last + 1, |passed| passed.number);
        Ok(Passing {
            commands,
            missed: oldest.saturating_sub(watch.after.min(ring.last) + 1),
            others: ring.others,
            own: ring.own,
            last: ring.last,
            watching: ring.ended.is_none(),
            note: ring.ended.clone().or_else(|| note.map(str::to_owned)),
        })
    }

    /// Ends the watch.
    pub fn end_watch(&self) {
        *locked(&self.core.inside.monitor) = None;
    }
}

/// Watches until the connection breaks or nobody asks any more.
async fn follow(looked: Looked, passed: Arc<Mutex<Ring>>) {
    let ended = match watched(&looked, &passed).await {
        Ok(()) => "Nobody watched any more.".to_owned(),
        Err(error) => format!("The watch ended: {error}. {}.", error.remedy()),
    };
    locked(&passed).ended = Some(ended);
}

async fn watched(looked: &Looked, passed: &Mutex<Ring>) -> Result<(), cache::Error> {
    let mut line = Line::open(&looked.target).await?;
    let _mark = line.address().map(|address| looked.target.ours().mark(address));
    line.send(&["MONITOR"]).await?;
    if let Reply::Error(reply) = line.reply(BOUNDS).await? {
        let address = looked.target.address().to_owned();
        return Err(cache::Error::Refused { address, reply: reply.chars().take(300).collect() });
    }
    let mut tick = interval(Duration::from_secs(1));
    loop {
        let reply = {
            let mut next = std::pin::pin!(line.reply(BOUNDS));
            loop {
                tokio::select! {
                    biased;
                    reply = &mut next => break reply?,
                    _ = tick.tick() => {
                        if locked(passed).asked.elapsed() > UNWATCHED {
                            return Ok(());
                        }
                    }
                }
            }
        };
        if let Reply::Simple(text) = reply {
            note(&text, looked.target.ours(), &mut locked(passed));
        }
        // Where they come faster than they are read, the tick must have its turn too.
        if locked(passed).asked.elapsed() > UNWATCHED {
            return Ok(());
        }
    }
}

/// Writes a command down, if it is wanted.
fn note(text: &str, ours: &Ours, ring: &mut Ring) {
    let Some((head, words)) = text.split_once("] ") else { return };
    let Some((time, place)) = head.split_once(" [") else { return };
    let (database, client) = place.split_once(' ').unwrap_or((place, ""));
    let own = client.parse::<SocketAddr>().is_ok_and(|address| ours.contains(&address));
    if own {
        ring.own += 1;
        if !ring.wants_own {
            return;
        }
    } else {
        ring.others += 1;
    }
    ring.last += 1;
    if ring.commands.len() >= KEPT {
        ring.commands.pop_front();
    }
    let shown: String = client.chars().take(60).collect();
    ring.commands.push_back(Passed {
        number: ring.last,
        at_unix_ms: time.parse::<f64>().map_or(0, |seconds| (seconds * 1_000.0) as u64),
        database: database.parse().unwrap_or_default(),
        client: if shown.is_empty() { "inside the server".to_owned() } else { shown },
        words: plain(words),
        own,
    });
}

/// The words of a command, those in quotes only that need them.
fn plain(words: &str) -> String {
    let mut text = String::new();
    for word in words.split("\" \"") {
        let word = word.trim_matches('"');
        if !text.is_empty() {
            text.push(' ');
        }
        if word.is_empty() || word.contains([' ', '\\']) {
            text.push_str(&format!("\"{word}\""));
        } else {
            text.push_str(word);
        }
        if text.chars().count() > SHOWN {
            return text.chars().take(SHOWN).chain(['…']).collect();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Ring {
        Ring {
            commands: VecDeque::new(),
            last: 0,
            others: 0,
            own: 0,
            wants_own: false,
            asked: Instant::now(),
            ended: None,
        }
    }

    #[test]
    fn the_app_s_own_commands_are_counted_and_not_kept_unless_they_are_wanted() {
        let (ours, mut ring) = (Ours::default(), ring());
        let _mark = ours.mark("127.0.0.1:50000".parse().expect("an address"));
        let own = r#"1339518083.107412 [0 127.0.0.1:50000] "GET" "cachescope:page:42""#;
        note(own, &ours, &mut ring);
        note(r#"1339518083.207412 [3 127.0.0.1:50001] "set" "a b" "" "\x00""#, &ours, &mut ring);
        assert_eq!((ring.own, ring.others, ring.commands.len()), (1, 1, 1));
        let passed = &ring.commands[0];
        assert_eq!((passed.at_unix_ms, passed.database, passed.own), (1_339_518_083_207, 3, false));
        assert_eq!(passed.words, r#"set "a b" "" "\x00""#);
        ring.wants_own = true;
        note(own, &ours, &mut ring);
        assert!(ring.commands[1].own);
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_no_line_is_left_out() {
        let mut ring = ring();
        for line in ["", "OK", "x [", "1 [0 lua] \"get\" \"k\""] {
            note(line, &Ours::default(), &mut ring);
        }
        assert_eq!((ring.last, ring.commands[0].client.as_str()), (1, "lua"));
        let long = format!("1.0 [0 unix:/tmp/socket] \"set\" \"{}\"", "x".repeat(5_000));
        for _ in 0..KEPT + 10 {
            note(&long, &Ours::default(), &mut ring);
        }
        assert_eq!((ring.commands.len(), ring.last), (KEPT, KEPT as u64 + 11));
        assert!(ring.commands.iter().all(|passed| passed.words.chars().count() <= SHOWN + 1));
    }
}
