use std::time::Duration;

use cache::{Bounds, Dialect, Line};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use ts_rs::TS;

use super::reply::RespReply;
use super::{danger, words};
use crate::core::Core;
use crate::{Error, Lab};

/// How long a reply is waited for. A command that waits, such as BLPOP, may be ended sooner by its user.
const WAIT: Duration = Duration::from_secs(20);

/// The most words of a line.
const MAX_WORDS: usize = 10_000;

/// What a console keeps from one line to the next.
#[derive(Debug, Default)]
pub(crate) struct Console {
    /// The line, and which start of the engine it leads to.
    line: tokio::sync::Mutex<Option<(u64, Line)>>,
    cancelled: Notify,
}

/// What came of a line that was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConsoleAnswer {
    /// The server's reply.
    Reply {
        /// The reply.
        reply: RespReply,
        /// From sending the command until the reply was read, in nanoseconds.
        #[ts(type = "number")]
        took_ns: u64,
        /// Which server it is from.
        server: String,
    },
    /// Nothing was sent: it is to be confirmed first.
    Asks {
        /// What it would do.
        message: String,
    },
    /// Nothing was sent.
    Refused {
        /// Why, and what to do instead.
        message: String,
    },
    /// It was sent, and there is no reply.
    GivenUp {
        /// What happened.
        message: String,
    },
}

impl Lab {
    /// Sends a line that was typed, over a connection of the console's own, and answers what came of it. On a server that is not
    /// ours, what may do harm is sent only with `confirmed`.
    ///
    /// # Errors
    /// [`Error::Look`] when the server cannot be reached.
    pub async fn console_send(&self, line: &str, confirmed: bool) -> Result<ConsoleAnswer, Error> {
        let refused = |message: &str| Ok(ConsoleAnswer::Refused { message: message.to_owned() });
        if line.len() > words::MAX_LINE {
            return refused("A line has up to 65,536 characters. Nothing was sent.");
        }
        let Some(words) = words::split(line) else {
            return refused("The quotes do not match. Nothing was sent.");
        };
        if words.is_empty() || words.len() > MAX_WORDS {
            return refused("Type a command, such as GET cachescope:page:42.");
        }
        if let Some(message) = unsuitable(&words) {
            return refused(message);
        }
        let looked = self.core.looked();
        if looked.is_ours() {
            let shuts_down = words[0].eq_ignore_ascii_case(b"shutdown");
            if shuts_down {
                return refused(
                    "The bundled server is the app's own and is not shut down by a command. K on the Stage kills it, and revives \
                     it.",
                );
            }
        } else if !confirmed && let Some(what) = danger::question(&words) {
            let address = looked.target.address();
            return Ok(ConsoleAnswer::Asks { message: format!("{what} The server at {address} is not Cachescope's.") });
        }
        let core = std::sync::Arc::clone(&self.core);
        self.core.look_by(async move { core.converse(words).await }).await?
    }

    /// Ends waiting for a reply. The connection is closed for it: a server that is waiting listens to nothing else on it.
    pub fn console_cancel(&self) {
        self.core.inside.console.cancelled.notify_waiters();
    }
}

impl Core {
    async fn converse(&self, words: Vec<Vec<u8>>) -> Result<ConsoleAnswer, Error> {
        let console = &self.inside.console;
        let Ok(mut held) = console.line.try_lock() else {
            return Ok(ConsoleAnswer::Refused {
                message: "The command before is not answered yet. Wait for its reply, or end it.".to_owned(),
            });
        };
        let looked = self.looked();
        let mut line = match held.take() {
            Some((generation, line)) if generation == looked.generation => line,
            _ => Line::open(&looked.target).await.map_err(Error::Look)?,
        };
        let began = Instant::now();
        let asked = async {
            line.send(&words).await?;
            line.reply(Bounds::default()).await
        };
        let answer = tokio::select! {
            biased;
            () = console.cancelled.notified() => {
                return Ok(given_up("Ended. "));
            }
            answer = timeout(WAIT, asked) => answer,
        };
        match answer {
            Err(_) => Ok(given_up("No reply within 20 s. ")),
            // It may have been closed while nobody used it; whether the command was carried out is not known.
            Ok(Err(error)) => Ok(given_up(&format!("There is no reply: {error}. "))),
            Ok(Ok(reply)) => {
                let took_ns = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
                let server = line.server().to_owned();
                if !words[0].eq_ignore_ascii_case(b"quit") {
                    *held = Some((looked.generation, line));
                }
                Ok(ConsoleAnswer::Reply { reply: reply.into(), took_ns, server })
            }
        }
    }
}

fn given_up(what: &str) -> ConsoleAnswer {
    let closed = "The console's connection was closed, and with it went what MULTI, SELECT or WATCH had set; the next command \
                  opens another. The command may have been carried out or not.";
    ConsoleAnswer::GivenUp { message: format!("{what}{closed}") }
}

/// What a console that waits for one reply a command cannot do.
fn unsuitable(words: &[Vec<u8>]) -> Option<&'static str> {
    let name = String::from_utf8_lossy(&words[0]).to_ascii_uppercase();
    let second = words.get(1).map(|word| String::from_utf8_lossy(word).to_ascii_uppercase()).unwrap_or_default();
    match (name.as_str(), second.as_str()) {
        ("MONITOR", _) => Some("MONITOR has a place of its own here: the tab Monitor. Nothing was sent."),
        ("SUBSCRIBE" | "PSUBSCRIBE" | "SSUBSCRIBE", _) => Some(
            "The console waits for one reply a command, and this one never ends. Use redis-cli for it. Nothing was sent.",
        ),
        ("SYNC" | "PSYNC", _) => Some("This would make the console a replica. Nothing was sent."),
        ("CLIENT", "REPLY") => Some("The console would wait for a reply that never comes. Nothing was sent."),
        _ => None,
    }
}

/// Whether that server understands more than GET and SET.
pub(super) fn has_commands(dialect: Dialect) -> bool {
    dialect == Dialect::Redis
}
