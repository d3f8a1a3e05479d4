//! The page's wire to the laboratory: the commands of `api` over a WebSocket, and what the laboratory says of its own accord.
//!
//! Everything is JSON text, as `ui/src/platform/http.ts` describes it; only pieces of a file are bytes. A message has at most
//! 256 KiB, so many commands are carried out at once and no more, and a page that does not read is let go: it comes back by
//! itself, and is told how things stand then.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::{Error, ErrorCode, Files};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lab::{Lab, Side};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use crate::page::Room;
use crate::problem::problem;

/// What the page and this agree to speak.
const PROTOCOL: &str = "cachescope";

/// How large a message of the page may be, in bytes.
const MOST: usize = 256 * 1024;

/// How many commands of one page are carried out at once; further ones wait in the socket.
const AT_ONCE: usize = 32;

/// How many messages wait for a page that does not read.
const UNREAD: usize = 512;

/// How long somebody may look for a file.
const CHOOSING: Duration = Duration::from_secs(600);

/// What a page says.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Said {
    Command {
        id: u64,
        command: String,
        #[serde(default)]
        side: Side,
        #[serde(default)]
        request: Value,
    },
    Watch {
        watch: Side,
    },
    /// Of a file that was asked for: whether a piece of it follows.
    Piece {
        file: u64,
        more: bool,
    },
    /// Its size, which is too much.
    TooLarge {
        file: u64,
        size: u64,
    },
    NoFile {
        file: u64,
        #[serde(rename = "none")]
        _none: bool,
    },
}

/// Lets a page in that knows the token.
pub(crate) async fn open(State(room): State<Room>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let offered = headers.get(SEC_WEBSOCKET_PROTOCOL).and_then(|offered| offered.to_str().ok()).unwrap_or_default();
    let known = offered.split(',').filter_map(|offered| offered.trim().strip_prefix("token."));
    if !known.into_iter().any(|token| same(token, room.page.token())) {
        return problem(
            StatusCode::UNAUTHORIZED,
            "This page does not know the launch token. Open the address that cachescope serve printed.",
        );
    }
    let Ok(place) = Arc::clone(&room.places).try_acquire_owned() else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "There are as many pages open as there may be. Close one.");
    };
    let lab = room.inside.lab.clone();
    upgrade.protocols([PROTOCOL]).max_message_size(MOST).max_frame_size(MOST).on_upgrade(move |socket| async move {
        converse(lab, socket).await;
        drop(place);
    })
}

/// Compares in a time that does not tell how much of it was right.
fn same(given: &str, token: &str) -> bool {
    given.len() == token.len() && given.bytes().zip(token.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

/// Answers a page until it goes, or says what is not to be understood.
async fn converse(lab: Lab, mut socket: WebSocket) {
    let (say, mut unsaid) = mpsc::channel::<Message>(UNREAD);
    let files = PageFiles { say: say.clone(), asked: Arc::default(), last: Arc::default() };
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut work = JoinSet::new();
    let mut watching = Watching::default();
    // The file of which the next bytes are a piece.
    let mut piece_of = None;
    loop {
        let waits_for_turn = turns.available_permits() == 0;
        tokio::select! {
            Some(message) = unsaid.recv() => {
                if socket.send(message).await.is_err() {
                    return;
                }
            }
            Some(_) = work.join_next(), if !work.is_empty() => {}
            heard = socket.recv(), if !waits_for_turn => {
                let said = match heard {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Binary(bytes))) => match piece_of.take() {
                        Some(file) => {
                            files.piece(file, &bytes);
                            continue;
                        }
                        None => return end(socket, "Bytes came that belong to no file.").await,
                    },
                    Some(Ok(Message::Text(text))) => serde_json::from_str::<Said>(&text),
                };
                match said {
                    Ok(Said::Command { id, command, side, request }) => {
                        let (lab, files, say) = (lab.clone(), files.clone(), say.clone());
                        let Ok(turn) = Arc::clone(&turns).try_acquire_owned() else { continue };
                        work.spawn(async move {
                            let _ = say.send(Message::Text(reply(lab, files, id, command, side, request).await.into())).await;
                            drop(turn);
                        });
                    }
                    Ok(Said::Watch { watch }) => {
                        if let Ok(lab) = lab.side(watch) {
                            watching.replace(watch, work.spawn(tell(lab, watch, say.clone())));
                        }
                    }
                    Ok(Said::Piece { file, more: true }) => piece_of = Some(file),
                    Ok(Said::Piece { file, more: false }) => files.whole(file),
                    Ok(Said::TooLarge { file, size }) => files.too_large(file, size),
                    Ok(Said::NoFile { file, .. }) => files.none(file),
                    Err(_) => return end(socket, "That is none of the messages a page sends.").await,
                }
            }
        }
        if say.capacity() == 0 {
            return;
        }
    }
}

/// Who tells the page of each side. A page that asks again is told by the newer, from how things stand then on, and no longer by
/// the older too.
#[derive(Debug, Default)]
struct Watching([Option<AbortHandle>; 2]);

impl Watching {
    fn replace(&mut self, side: Side, newer: AbortHandle) {
        if let Some(older) = self.0[side as usize].replace(newer) {
            older.abort();
        }
    }
}

async fn end(mut socket: WebSocket, reason: &'static str) {
    let frame = CloseFrame { code: close_code::POLICY, reason: reason.into() };
    let _ = socket.send(Message::Close(Some(frame))).await;
}

/// What a command comes to, as the page reads it. Carried out on a thread of its own, since this one belongs to the flow: what
/// takes long there would be measured as if the cache took it.
async fn reply(lab: Lab, files: PageFiles, id: u64, command: String, side: Side, request: Value) -> String {
    let flow = Handle::current();
    let carried_out = tokio::task::spawn_blocking(move || {
        flow.block_on(async {
            let lab = lab.side(side).map_err(Error::from)?;
            api::call(&lab, &files, &command, request).await
        })
    });
    let result =
        carried_out.await.unwrap_or_else(|error| Err(failed(format!("The command ended before its time: {error}."))));
    match result {
        Ok(reply) => format!(r#"{{"id":{id},"reply":{reply}}}"#),
        Err(error) => json!({ "id": id, "error": error }).to_string(),
    }
}

/// Tells the page what the laboratory says of its own accord, for as long as it reads.
async fn tell(lab: Lab, side: Side, say: mpsc::Sender<Message>) {
    let events = lab.events();
    // Whoever listens does not keep the laboratory.
    drop(lab);
    api::watch(events, move |event| {
        let text = json!({ "event": event, "side": side }).to_string();
        say.try_send(Message::Text(text.into())).is_ok()
    })
    .await;
}

fn failed(message: String) -> Error {
    Error { code: ErrorCode::Failed, message }
}

/// The files of whoever sits in front of the page: the browser saves them and chooses them.
#[derive(Debug, Clone)]
struct PageFiles {
    say: mpsc::Sender<Message>,
    asked: Arc<Mutex<HashMap<u64, Asked>>>,
    last: Arc<AtomicU64>,
}

type Chosen = Result<Option<Vec<u8>>, Error>;

/// A file that was asked for.
#[derive(Debug)]
struct Asked {
    most: u64,
    bytes: Vec<u8>,
    give: oneshot::Sender<Chosen>,
}

impl PageFiles {
    fn asked(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn piece(&self, file: u64, bytes: &[u8]) {
        let mut asked = self.asked();
        let Some(waiting) = asked.get_mut(&file) else { return };
        let size = waiting.bytes.len() as u64 + bytes.len() as u64;
        if size <= waiting.most {
            waiting.bytes.extend_from_slice(bytes);
        } else {
            drop(asked);
            self.too_large(file, size);
        }
    }

    fn whole(&self, file: u64) {
        if let Some(Asked { bytes, give, .. }) = self.asked().remove(&file) {
            let _ = give.send(Ok(Some(bytes)));
        }
    }

    fn none(&self, file: u64) {
        if let Some(Asked { give, .. }) = self.asked().remove(&file) {
            let _ = give.send(Ok(None));
        }
    }

    fn too_large(&self, file: u64, size: u64) {
        if let Some(Asked { most, give, .. }) = self.asked().remove(&file) {
            let _ = give.send(Err(failed(format!(
                "The file is too large: it has at least {size} bytes, and a recording has at most {most}. Nothing was kept."
            ))));
        }
    }
}

impl Files for PageFiles {
    async fn save(&self, name: &str, bytes: Vec<u8>) -> Result<Option<String>, Error> {
        let text = json!({ "save": name, "base64": BASE64_STANDARD.encode(bytes) }).to_string();
        self.say.send(Message::Text(text.into())).await.map_err(|_| failed("The page has gone.".to_owned()))?;
        Ok(Some(name.to_owned()))
    }

    async fn open(&self, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let file = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (give, given) = oneshot::channel();
        {
            let mut asked = self.asked();
            // One at a time: those that wait hold a turn, and what is chosen comes by the same way as commands.
            if !asked.is_empty() {
                return Err(failed("A file is being chosen already. Choose it, or choose none, first.".to_owned()));
            }
            asked.insert(file, Asked { most, bytes: Vec::new(), give });
        }
        let text = json!({ "open": file, "most": most }).to_string();
        self.say.send(Message::Text(text.into())).await.map_err(|_| failed("The page has gone.".to_owned()))?;
        let chosen = timeout(CHOOSING, given).await;
        self.asked().remove(&file);
        match chosen {
            Ok(Ok(chosen)) => chosen,
            Ok(Err(_)) => Err(failed("The page has gone.".to_owned())),
            Err(_) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_says_is_understood() {
        let said = |text: &str| serde_json::from_str::<Said>(text);
        assert!(matches!(
            said(r#"{"id":1,"command":"frame","side":"b","request":{"cursor":0}}"#),
            Ok(Said::Command { id: 1, side: Side::B, .. })
        ));
        assert!(matches!(said(r#"{"id":1,"command":"status"}"#), Ok(Said::Command { side: Side::A, .. })));
        assert!(matches!(said(r#"{"watch":"a"}"#), Ok(Said::Watch { watch: Side::A })));
        assert!(matches!(said(r#"{"file":1,"more":true}"#), Ok(Said::Piece { file: 1, more: true })));
        assert!(matches!(said(r#"{"file":1,"size":9}"#), Ok(Said::TooLarge { file: 1, size: 9 })));
        assert!(matches!(said(r#"{"file":1,"none":true}"#), Ok(Said::NoFile { file: 1, .. })));
        assert!(said("{}").is_err() && said("[]").is_err());
        assert!(said(&"[".repeat(100_000)).is_err(), "nested too deeply, and no panic");
    }

    #[test]
    fn only_the_same_token_is_the_same() {
        assert!(same("abc", "abc"));
        assert!(!same("abd", "abc") && !same("ab", "abc") && !same("", "abc") && !same("abcd", "abc"));
    }

    #[tokio::test]
    async fn a_page_that_asks_to_watch_again_is_told_once() {
        let mut work = JoinSet::new();
        let mut watching = Watching::default();
        for side in [Side::A, Side::B, Side::A] {
            watching.replace(side, work.spawn(std::future::pending::<()>()));
        }
        assert!(work.join_next().await.expect("one ends").expect_err("before its time").is_cancelled());
        assert_eq!(work.len(), 2, "one a side goes on");
    }

    #[tokio::test]
    async fn a_file_that_is_larger_than_it_may_be_is_refused_however_it_says_so() {
        let (say, mut said) = mpsc::channel(8);
        let files = PageFiles { say, asked: Arc::default(), last: Arc::default() };
        let opened = files.clone();
        let opened = tokio::spawn(async move { opened.open(10).await });
        assert!(said.recv().await.is_some());
        files.piece(1, &[0; 6]);
        files.piece(1, &[0; 6]);
        let error = opened.await.expect("it ends").expect_err("12 bytes are too many");
        assert!(error.message.contains("at least 12 bytes"), "{}", error.message);
    }
}
