//! The scripts in `tests/golden`, run against the bundled server and, the same files, against redis-server: the
//! replies, byte for byte, are Redis's own. Those in `tests/golden-bundled` are for what Debian's Redis is too old for.
//!
//! A line is a command, and below `---` stands its reply as it comes over the wire. `c2: GET k` sends it on a connection
//! named c2; `raw "PING\r\n"` sends these bytes, and shows the replies and whether the connection was closed. `c2: send
//! BLPOP k 0` sends a command and goes on when the server has made the client wait, `c2: receive` takes the reply then,
//! and `c2: leave` closes the connection. Tags take
//! out what cannot be the same twice: `[sorted]` elements in order, `[numbers]` and `[texts]` without their contents,
//! `[about]` numbers to two digits. To write new scripts: `UPDATE_GOLDENFILES=1 cargo test -p server --test golden redis_server`.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use goldenscript::{Argument, Command, Context, Runner};
use tokio::net::TcpListener;

#[path = "../../../../tests/integration/redis_server.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod redis_server;

use redis_server::RedisServer;

/// How long to wait for a reply: one that never comes is a failure.
const PATIENCE: Duration = Duration::from_secs(20);
/// What the marker behind raw bytes is answered with.
const MARKER: &str = "$20\r\nend-of-raw-requests!\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn bundled_server_replies_as_redis_does() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(server::run(listener, std::future::pending()));
    tokio::task::spawn_blocking(move || run_all(address, &["golden", "golden-bundled"])).await?
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_server_replies_as_written() -> Result<()> {
    let server = RedisServer::start().await?;
    let address = server.address();
    tokio::task::spawn_blocking(move || run_all(address, &["golden"])).await?
}

fn run_all(address: SocketAddr, folders: &[&str]) -> Result<()> {
    let mut scripts = Vec::new();
    for folder in folders {
        for script in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests").join(folder))? {
            scripts.push(script?.path());
        }
    }
    scripts.sort();
    assert!(!scripts.is_empty());
    for script in scripts {
        let mut session = Session { address, connections: HashMap::new() };
        session.connection("")?.send(b"FLUSHALL\r\n")?;
        goldenscript::run(&mut session, script)?;
    }
    Ok(())
}

/// The connections of one script, by name.
struct Session {
    address: SocketAddr,
    connections: HashMap<String, Connection>,
}

impl Session {
    fn connection(&mut self, name: &str) -> Result<&mut Connection> {
        if !self.connections.contains_key(name) {
            let stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.connections.insert(name.to_owned(), Connection { stream: BufReader::new(stream), id: 0 });
        }
        Ok(self.connections.get_mut(name).expect("it was there or was just made"))
    }
}

impl Session {
    /// Waits until this holds of what `CLIENT LIST` says of a client.
    fn await_client(&mut self, id: i64, holds: impl Fn(&str) -> bool) -> Result<String> {
        let watcher = self.connection(" watcher")?;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            watcher.write(&["CLIENT", "LIST", "ID", &id.to_string()])?;
            if holds(&escaped(&watcher.reply()?.line)) {
                return Ok(String::new());
            }
        }
        anyhow::bail!("the client does not wait or did not go")
    }
}

impl Runner for Session {
    type Command = Command;

    fn run(&mut self, command: &Command, context: &Context) -> Result<String, Box<dyn Error>> {
        let connection = self.connection(context.prefix.as_deref().unwrap_or_default())?;
        let mut words = vec![command.name.clone()];
        for argument in &command.args {
            words.push(match argument {
                Argument::Positional(word) => word.clone(),
                Argument::KeyValue(key, value) => format!("{key}={value}"),
                _ => return Err("an argument of a new kind".into()),
            });
        }
        match command.name.as_str() {
            "raw" => connection.raw(&words[1], &context.tags),
            "send" => {
                connection.id = connection.number(&["CLIENT", "ID"])?;
                connection.write(&words[1..])?;
                let id = connection.id;
                self.await_client(id, |listed| listed.contains(" flags=b "))
            }
            "receive" => Ok(format!("{}\n", connection.reply()?.show(&context.tags))),
            "leave" => {
                let id = connection.id;
                self.connections.remove(context.prefix.as_deref().unwrap_or_default());
                self.await_client(id, |listed| !listed.contains("id="))
            }
            _ => connection.call(&words, &context.tags),
        }
        .map_err(Into::into)
    }
}

struct Connection {
    stream: BufReader<TcpStream>,
    /// The number the server has given the client, once somebody asked.
    id: i64,
}

impl Connection {
    fn call(&mut self, words: &[String], tags: &BTreeSet<String>) -> Result<String> {
        self.write(words)?;
        Ok(format!("{}\n", self.reply()?.show(tags)))
    }

    /// Sends a command whose reply is a number.
    fn number(&mut self, words: &[&str]) -> Result<i64> {
        self.write(words)?;
        Ok(std::str::from_utf8(&self.reply()?.line[1..])?.trim_end().parse()?)
    }

    fn write(&mut self, words: &[impl AsRef<str>]) -> Result<()> {
        let mut request = format!("*{}\r\n", words.len());
        for word in words.iter().map(AsRef::as_ref) {
            request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        self.stream.get_mut().write_all(request.as_bytes())?;
        Ok(())
    }

    /// Sends bytes and a marker behind them, and takes all replies up to the marker's.
    fn raw(&mut self, bytes: &str, tags: &BTreeSet<String>) -> Result<String> {
        self.stream.get_mut().write_all(format!("{bytes}ECHO end-of-raw-requests!\r\n").as_bytes())?;
        let mut shown = String::new();
        loop {
            let line = match self.reply() {
                Ok(reply) => reply.show(tags),
                Err(_) => return Ok(shown + "closed\n"),
            };
            if line == escaped(MARKER.as_bytes()) {
                return Ok(shown);
            }
            shown.push_str(&line);
            shown.push('\n');
        }
    }

    fn send(&mut self, line: &[u8]) -> Result<()> {
        self.stream.get_mut().write_all(line)?;
        self.reply()?;
        Ok(())
    }

    fn reply(&mut self) -> Result<Reply> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        let kind = *line.first().ok_or_else(|| anyhow::anyhow!("the connection is closed"))?;
        let length = || -> Result<i64> { Ok(std::str::from_utf8(&line[1..])?.trim_end().parse()?) };
        let elements = match kind {
            b'$' | b'!' | b'=' => {
                if let Ok(length) = usize::try_from(length()?) {
                    let mut text = vec![0; length + 2];
                    self.stream.read_exact(&mut text)?;
                    line.extend(text);
                }
                0
            }
            b'*' | b'~' | b'>' => length()?,
            b'%' => length()? * 2,
            _ => 0,
        };
        let elements = (0..elements).map(|_| self.reply()).collect::<Result<_>>()?;
        Ok(Reply { line, elements })
    }
}

/// A reply: its first line (with the text behind it, where there is one), and what it holds.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Reply {
    line: Vec<u8>,
    elements: Vec<Self>,
}

impl Reply {
    fn show(mut self, tags: &BTreeSet<String>) -> String {
        let has = |tag: &str| tags.contains(tag);
        let mut shown = match self.line[0] {
            b':' if has("numbers") => ":…".to_owned(),
            b':' if has("about") => format!(":≈{}", about(&escaped(&self.line))),
            b'$' if has("texts") => "$…".to_owned(),
            _ => escaped(&self.line),
        };
        if has("sorted") {
            self.elements.sort();
        }
        for element in self.elements {
            shown.push_str(&element.show(tags));
        }
        shown
    }
}

/// A number without its last digits: 59 998 and 60 000 are both about 60 000.
fn about(number: &str) -> i64 {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let value: i64 = digits.parse().unwrap_or_default();
    let unit = 10_i64.pow(u32::try_from(digits.len().saturating_sub(2)).unwrap_or_default());
    (value + unit / 2) / unit * unit
}

fn escaped(bytes: &[u8]) -> String {
    let escape = |byte: &u8| match byte {
        b'"' | b'\'' => char::from(*byte).to_string(),
        byte => byte.escape_ascii().to_string(),
    };
    bytes.iter().map(escape).collect()
}
