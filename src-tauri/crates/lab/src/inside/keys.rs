use std::collections::HashMap;
use std::time::Duration;

use cache::{Bookmark, Dialect, Each, KeySeen};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};
use trace::{KEY_PREFIX, Outcome};
use ts_rs::TS;

use crate::core::Core;
use crate::engine::RunningEngine;
use crate::{Cleared, Error, Excerpt, Lab};

/// How many keys the server looks at for one page.
const PAGE: usize = 250;

/// Between two pages at the least: so no more than 2,500 keys a second are looked at, whoever asks.
const PACE: Duration = Duration::from_millis(100);

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 200;

/// The longest key that is shown whole, in bytes.
const KEY_SHOWN: usize = 200;

/// Where to look for keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LookAt {
    /// Which keys: a pattern as SCAN takes it, for what follows `cachescope:`. Empty: all.
    pub pattern: String,
    /// Where to go on, as the last page gave it; absent: from the beginning.
    pub at: Option<String>,
    /// Whether every key may be asked how long it has left and when it was used, though the server counts that as hits.
    pub each: bool,
}

/// Some of the keys there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeysPage {
    /// In no order.
    pub keys: Vec<KeyFacts>,
    /// Where to go on; absent where that was all.
    pub next: Option<String>,
    /// Whether nothing of this is counted by the server.
    pub unnoticed: bool,
    /// Whether every key was asked how long it has left and when it was used.
    pub each: bool,
    /// Why something is not told, or what it costs to ask, in words.
    pub note: Option<String>,
}

/// What is known of a key. What the server does not tell is absent, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyFacts {
    /// Its name; what is no text in it is escaped.
    pub key: String,
    /// Whether that is the name as it is: else it can be looked at, not touched.
    pub exact: bool,
    /// The bytes it takes, with its value.
    #[ts(type = "number | null")]
    pub bytes: Option<u64>,
    /// The milliseconds it has left to live; -1: it lives for ever.
    #[ts(type = "number | null")]
    pub left_ms: Option<i64>,
    /// For how many seconds nobody has used it.
    #[ts(type = "number | null")]
    pub idle_seconds: Option<u64>,
    /// How often it was used, on Redis's logarithmic scale from 0 to 255.
    #[ts(type = "number | null")]
    pub frequency: Option<u64>,
    /// How many hits it had among the requests whose traces are kept; absent where none are.
    pub hits: Option<u32>,
}

impl Lab {
    /// Some of our keys in the cache, from a place on. The bundled server is looked into without a command; any other by SCAN and
    /// MEMORY USAGE, which it does not count.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a pattern or a place that is none, [`Error::Look`] when the server does not answer.
    pub async fn look(&self, look: LookAt) -> Result<KeysPage, Error> {
        let LookAt { pattern, at, each } = look;
        if pattern.len() > MAX_PATTERN || pattern.contains(char::is_control) {
            return Err(Error::Invalid(format!("A pattern has up to {MAX_PATTERN} characters, such as page:*.")));
        }
        let pattern = if pattern.is_empty() { "*".to_owned() } else { pattern };
        let at = at.as_deref().map_or(Some(Bookmark::default()), read_bookmark);
        let at = at.ok_or_else(|| Error::Invalid("There is no such place to go on looking from.".to_owned()))?;
        self.keep_pace().await;
        let core = &self.core;
        let server = match &core.engine.lock().await.running {
            Some(RunningEngine::Bundled(bundled)) => Some(bundled.server().clone()),
            Some(_) => None,
            None => return Err(Error::Invalid("The server is stopped; what it held is gone.".to_owned())),
        };
        let hits = core.kept_hits();
        if let Some(server) = server {
            let look = async move { server.look(0, at.cursor, PAGE, format!("{KEY_PREFIX}{pattern}").as_bytes()) };
            let (next, seen) = core.look_by(look).await?;
            let next = (next != 0).then(|| write_bookmark(Bookmark { node: 0, cursor: next }));
            let seen = seen.into_iter().map(|seen| KeySeen {
                key: seen.key,
                bytes: Some(seen.bytes as u64),
                left_ms: Some(seen.left_ms.unwrap_or(-1)),
                idle_seconds: seen.idle_seconds.map(u64::from),
                frequency: seen.frequency.map(u64::from),
            });
            let keys = seen.map(|seen| facts(seen, hits.as_ref())).collect();
            return Ok(KeysPage { keys, next, unnoticed: true, each: true, note: None });
        }
        let cache = core.looking_cache();
        if cache.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Invalid(
                "mini-redis cannot list its keys: it has no SCAN. Choose the bundled server in Settings to see them."
                    .to_owned(),
            ));
        }
        let recorded = self.is_recorded();
        let each = each && !recorded;
        let asked = match core.status.borrow().engine_facts.as_ref().and_then(|facts| facts.eviction.as_deref()) {
            _ if !each => Each::Nothing,
            Some(policy) if policy.contains("lfu") => Each::Frequency,
            _ => Each::IdleTime,
        };
        let (next, seen) =
            core.look_by(async move { cache.look(at, PAGE, &pattern, asked).await }).await?.map_err(Error::Look)?;
        let note = if recorded {
            "While something is recorded no key is asked how long it has left or when it was used: this server counts each such \
             question as a hit."
        } else if each {
            "Each key is asked how long it has left and when it was used, and this server counts each such question as a hit."
        } else {
            "This server counts it as a hit when a key is asked how long it has left or when it was used, so none is. Sizes \
             are not counted."
        };
        Ok(KeysPage {
            keys: seen.into_iter().map(|seen| facts(seen, hits.as_ref())).collect(),
            next: next.map(write_bookmark),
            unnoticed: !each,
            each,
            note: Some(note.to_owned()),
        })
    }

    /// Deletes one key of ours.
    ///
    /// # Errors
    /// [`Error::Cache`] when the key is not ours or the server does not answer.
    pub async fn delete_key(&self, key: String) -> Result<Cleared, Error> {
        self.core.leave_studies_alone()?;
        let cache = self.core.looking_cache();
        self.core.look_by(async move { cache.delete(&[key]).await }).await??;
        Ok(Cleared { keys: Some(1) })
    }

    /// Lets one key of ours expire now.
    ///
    /// # Errors
    /// As [`Lab::delete_key`].
    pub async fn expire_key(&self, key: String) -> Result<Cleared, Error> {
        self.core.leave_studies_alone()?;
        let cache = self.core.looking_cache();
        let was_there = self.core.look_by(async move { cache.expire_now(&key).await }).await??;
        Ok(Cleared { keys: Some(was_there.into()) })
    }

    /// Waits until another page may be looked at.
    async fn keep_pace(&self) {
        let mut last = self.core.inside.last_look.lock().await;
        if let Some(last) = *last {
            let next = last + PACE;
            if next > Instant::now() {
                // The caller's runtime may have no clock; this one's has.
                let wait = self.core.look_by(async move { sleep_until(next).await });
                let _ = wait.await;
            }
        }
        *last = Some(Instant::now());
    }
}

impl Core {
    /// How many hits each key had among the traces that are kept.
    fn kept_hits(&self) -> Option<HashMap<String, u32>> {
        let traces = self.kept_traces();
        if traces.is_empty() {
            return None;
        }
        let mut hits = HashMap::new();
        for trace in traces {
            if matches!(trace.outcome, Outcome::Hit | Outcome::Stale) {
                *hits.entry(trace.request.key()).or_default() += 1;
            }
        }
        Some(hits)
    }
}

fn facts(seen: KeySeen, hits: Option<&HashMap<String, u32>>) -> KeyFacts {
    let KeySeen { key, bytes, left_ms, idle_seconds, frequency } = seen;
    let name = Excerpt::of_wire(&key, key.len() as u64, KEY_SHOWN);
    let exact = name.text.as_bytes() == key;
    let hits = hits.map(|hits| hits.get(&name.text).copied().unwrap_or_default());
    KeyFacts { key: name.text, exact, bytes, left_ms, idle_seconds, frequency, hits }
}

fn write_bookmark(Bookmark { node, cursor }: Bookmark) -> String {
    format!("{node}:{cursor}")
}

fn read_bookmark(text: &str) -> Option<Bookmark> {
    let (node, cursor) = text.split_once(':')?;
    Some(Bookmark { node: node.parse().ok()?, cursor: cursor.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_to_go_on_from_reads_back_as_it_was() {
        let at = Bookmark { node: 2, cursor: u64::MAX };
        assert_eq!(read_bookmark(&write_bookmark(at)), Some(at));
        for wrong in ["", "1", "1:", ":2", "a:b", "1:-2", "1:99999999999999999999999"] {
            assert_eq!(read_bookmark(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_that_is_no_text_is_shown_and_cannot_be_touched() {
        let seen = |key: &[u8]| facts(KeySeen { key: key.to_vec(), ..KeySeen::default() }, None);
        assert!(seen(b"cachescope:page:42").exact);
        let odd = seen(b"cachescope:\xff\r\n");
        assert_eq!((odd.key.as_str(), odd.exact), (r"cachescope:\xff\r\n", false));
        assert!(!seen(&b"cachescope:x".repeat(100)).exact);
    }
}
