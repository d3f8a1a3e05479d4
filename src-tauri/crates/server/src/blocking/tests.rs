use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::timeout;
use crate::Server;

async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { Server::default().run(listener, std::future::pending()).await });
    address
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn new(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }

    async fn send(&mut self, requests: &str) {
        self.0.write_all(requests.as_bytes()).await.unwrap();
    }

    /// Reads so many lines.
    async fn lines(&mut self, number: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..number {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    async fn ask(&mut self, request: &str) -> String {
        self.send(&format!("{request}\r\n")).await;
        self.lines(1).await.remove(0)
    }

    /// Asks until this is the answer.
    async fn ask_until(&mut self, request: &str, answer: &str) {
        while self.ask(request).await != answer {
            tokio::task::yield_now().await;
        }
    }
}

#[test]
fn time_outs_are_seconds() {
    assert_eq!(timeout(b"0").unwrap(), None);
    assert_eq!(timeout(b"0.01").unwrap(), Some(Duration::from_millis(10)));
    assert_eq!(timeout(b"1e15").unwrap(), Some(Duration::from_secs(1_000_000_000_000_000)));
    for text in ["-1", "1e16", "inf", "-inf", "nan", "", "soon"] {
        assert!(timeout(text.as_bytes()).is_err(), "{text}");
    }
}

#[tokio::test]
async fn who_waits_in_vain_is_told_so_in_time() {
    let address = start().await;
    let mut client = Connection::new(address).await;
    for command in ["BLPOP k", "BRPOP k other", "BLMOVE k l LEFT LEFT", "BRPOPLPUSH k l"] {
        let begin = Instant::now();
        assert_eq!(client.ask(&format!("{command} 0.02")).await, "*-1");
        assert!(begin.elapsed() >= Duration::from_millis(20));
    }
    assert_eq!(client.ask("BLMPOP 0.02 1 k LEFT").await, "*-1");
    assert_eq!(client.ask("RPUSH k v").await, ":1");
    assert_eq!(client.ask("LLEN k").await, ":1", "nobody waits any more");
}

#[tokio::test]
async fn what_comes_and_goes_does_not_make_the_waiting_longer() {
    let address = start().await;
    let (mut waiting, mut other) = (Connection::new(address).await, Connection::new(address).await);
    let begin = Instant::now();
    waiting.send("BLPOP k 0.05\r\n").await;
    let disturb = async {
        loop {
            other.send("MULTI\r\nRPUSH k v\r\nDEL k\r\nEXEC\r\n").await;
            other.lines(6).await;
        }
    };
    tokio::select! {
        lines = waiting.lines(1) => assert_eq!(lines, ["*-1"]),
        () = disturb => {}
    }
    assert!(begin.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_client_is_unblocked_by_another() {
    let address = start().await;
    let (mut waiting, mut other) = (Connection::new(address).await, Connection::new(address).await);
    let id = waiting.ask("CLIENT ID").await.split_off(1);
    assert_eq!(other.ask(&format!("CLIENT UNBLOCK {id}")).await, ":0", "it does not wait");
    for (reason, reply) in
        [("", "*-1"), (" TIMEOUT", "*-1"), (" ERROR", "-UNBLOCKED client unblocked via CLIENT UNBLOCK")]
    {
        waiting.send("BLPOP k l 0\r\n").await;
        other.ask_until(&format!("CLIENT UNBLOCK {id}{reason}"), ":1").await;
        assert_eq!(waiting.lines(1).await, [reply]);
    }
    assert_eq!(other.ask("RPUSH k v").await, ":1");
    assert_eq!(waiting.ask("LLEN k").await, ":1");
}

#[tokio::test]
async fn who_is_killed_while_it_waits_is_not_served() {
    let address = start().await;
    let (mut waiting, mut other) = (Connection::new(address).await, Connection::new(address).await);
    let id = waiting.ask("CLIENT ID").await.split_off(1);
    waiting.send("BLPOP k 0\r\n").await;
    // In one batch, before the connection of the one that is killed can have learnt of it.
    other.send(&format!("CLIENT KILL ID {id}\r\nRPUSH k v\r\nLLEN k\r\n")).await;
    assert_eq!(other.lines(3).await, [":1", ":1", ":1"]);
    assert_eq!(waiting.0.read(&mut [0]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn who_is_killed_is_seen_by_nobody_from_then_on() {
    let address = start().await;
    let (mut listening, mut other) = (Connection::new(address).await, Connection::new(address).await);
    let id = listening.ask("CLIENT ID").await.split_off(1);
    listening.send("SUBSCRIBE news\r\nPSUBSCRIBE n*\r\n").await;
    listening.lines(12).await;
    other.send(&format!("CLIENT KILL ID {id}\r\nPUBLISH news late\r\nPUBSUB NUMPAT\r\nCLIENT LIST ID {id}\r\n")).await;
    assert_eq!(other.lines(5).await, [":1", ":0", ":0", "$0", ""]);
    assert_eq!(listening.0.read(&mut [0]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn who_wants_no_replies_gets_none_for_waiting_either() {
    let address = start().await;
    let (mut waiting, mut other) = (Connection::new(address).await, Connection::new(address).await);
    waiting.send("CLIENT REPLY OFF\r\nBLPOP k 0\r\nBLPOP k 0.01\r\nCLIENT REPLY ON\r\n").await;
    assert_eq!(other.ask("RPUSH k v").await, ":1");
    assert_eq!(waiting.lines(1).await, ["+OK"]);
}

#[tokio::test]
async fn commands_behind_one_that_waits_run_when_it_is_served() {
    let address = start().await;
    let (mut waiting, mut other) = (Connection::new(address).await, Connection::new(address).await);
    waiting.send("SET before 1\r\nBLPOP k 0\r\nSET behind 1\r\nBLPOP k 0\r\n").await;
    assert_eq!(waiting.lines(1).await, ["+OK"]);
    assert_eq!(other.ask("EXISTS behind").await, ":0");
    assert_eq!(other.ask("RPUSH k v w").await, ":2");
    assert_eq!(waiting.lines(11).await, ["*2", "$1", "k", "$1", "v", "+OK", "*2", "$1", "k", "$1", "w"]);
}
