//! Over real sockets, before the real server, in real time: what is held back is held for at least as long as it should be, and
//! all of that is in the account. That the account is exact is tested beside it, with a clock moved by hand.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use server::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout};

use super::*;

const MS: u64 = 1_000_000;

struct Bench {
    proxy: Proxy,
    now: Now,
}

impl Bench {
    async fn set_up(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { drop(Server::builder().build().run(listener, std::future::pending()).await) });
        let origin = Instant::now();
        let now: Now = Arc::new(move || origin.elapsed().as_nanos() as u64);
        let proxy = Proxy::start(("127.0.0.1", server.port()), fault, Arc::clone(&now), 7).await.expect("a proxy");
        Self { proxy, now }
    }

    async fn client(&self) -> Client {
        Client { stream: connect(self.proxy.address()).await.expect("let in"), now: Arc::clone(&self.now) }
    }
}

struct Client {
    stream: TcpStream,
    now: Now,
}

impl Client {
    /// Sends a command and waits for its answer; says when it began and when it ended.
    async fn ask(&mut self, command: &[u8], answer: &[u8]) -> (u64, u64) {
        let start = (self.now)();
        self.stream.write_all(command).await.expect("sent");
        let mut received = vec![0; answer.len()];
        self.stream.read_exact(&mut received).await.expect("answered");
        assert_eq!(received, answer);
        (start, (self.now)())
    }

    async fn ping(&mut self) -> (u64, u64) {
        self.ask(b"PING\r\n", b"+PONG\r\n").await
    }

    /// What reading comes to where no answer comes.
    async fn cut(&mut self) -> std::io::Result<usize> {
        self.stream.read(&mut [0; 64]).await
    }
}

async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    TcpStream::connect(address).await
}

fn slow(ms: u64) -> Fault {
    Fault::Slow { delay: Duration::from_millis(ms), jitter: Duration::ZERO }
}

#[tokio::test]
async fn a_slow_answer_comes_a_delay_later_and_all_of_it_is_accounted_for() {
    let bench = Bench::set_up(slow(20)).await;
    let mut client = bench.client().await;
    for _ in 0..5 {
        let (start, end) = client.ping().await;
        let held = bench.proxy.account().held_ns(start, end, true);
        assert!((20 * MS..=end - start).contains(&held), "{held} of {}", end - start);
    }
}

#[tokio::test]
async fn slowness_is_latency_and_not_throughput() {
    let bench = Bench::set_up(slow(200)).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(bench.client().await);
    }
    let began = (bench.now)();
    let pings = clients.into_iter().map(|mut client| tokio::spawn(async move { client.ping().await }));
    for ping in pings.collect::<Vec<_>>() {
        ping.await.expect("no panic");
    }
    // One after the other they would take 4 s.
    assert!((bench.now)() - began < 2_000 * MS, "they waited beside each other");
}

#[tokio::test]
async fn another_fault_holds_at_once_for_connections_that_are_open() {
    let bench = Bench::set_up(slow(1)).await;
    let mut client = bench.client().await;
    client.ping().await;
    bench.proxy.set(slow(500)).await.expect("set");
    let (start, end) = client.ping().await;
    assert!(end - start >= 500 * MS);
}

#[tokio::test]
async fn a_random_delay_stays_within_its_bounds_and_differs() {
    let fault = Fault::Slow { delay: Duration::from_millis(10), jitter: Duration::from_millis(90) };
    let bench = Bench::set_up(fault).await;
    let mut client = bench.client().await;
    let mut lengths = Vec::new();
    for _ in 0..20 {
        let (start, end) = client.ping().await;
        let held = bench.proxy.account().held_ns(start, end, true);
        assert!((10 * MS..=end - start).contains(&held), "{held} of {}", end - start);
        lengths.push(held / MS);
    }
    lengths.sort_unstable();
    assert!(lengths[19] - lengths[0] >= 40, "they spread: {lengths:?}");
}

#[tokio::test]
async fn a_hung_server_takes_what_is_sent_and_says_nothing_until_it_is_mended() {
    let bench = Bench::set_up(Fault::Hung).await;
    let mut client = bench.client().await;
    let start = (bench.now)();
    client.stream.write_all(b"PING\r\n").await.expect("taken");
    let mut answer = [0; 7];
    let given_up = timeout(Duration::from_millis(50), client.stream.read_exact(&mut answer)).await;
    assert!(given_up.is_err(), "nothing came");
    let end = (bench.now)();
    let held = bench.proxy.account().held_ns(start, end, false);
    assert!((49 * MS..=end - start).contains(&held), "{held} of {}", end - start);

    let account = bench.proxy.account().clone();
    let lifted = tokio::spawn(bench.proxy.lift());
    client.stream.read_exact(&mut answer).await.expect("now it comes");
    assert_eq!(&answer, b"+PONG\r\n");
    assert!(account.held_ns(start, (bench.now)(), true) >= held, "who has waited for it knows for how long");
    drop(client);
    lifted.await.expect("it ends when the last has gone");
}

#[tokio::test]
async fn one_that_is_down_refuses_cuts_and_comes_back_at_the_same_address() {
    let bench = Bench::set_up(slow(1)).await;
    let mut client = bench.client().await;
    client.ping().await;
    bench.proxy.set(Fault::Down).await.expect("set");
    assert!(client.cut().await.is_ok_and(|read| read == 0), "what was open is closed");
    for _ in 0..3 {
        let refused = connect(bench.proxy.address()).await.expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    }
    bench.proxy.set(slow(1)).await.expect("set");
    bench.client().await.ping().await;
}

#[tokio::test]
async fn connections_are_reset_those_that_are_open_and_those_that_come() {
    let bench = Bench::set_up(slow(1)).await;
    let mut client = bench.client().await;
    client.ping().await;
    bench.proxy.set(Fault::Reset).await.expect("set");
    let kind = |cut: std::io::Result<usize>| cut.expect_err("reset").kind();
    assert_eq!(kind(client.cut().await), ErrorKind::ConnectionReset);
    assert_eq!(kind(bench.client().await.cut().await), ErrorKind::ConnectionReset);
    bench.proxy.set(slow(1)).await.expect("set");
    bench.client().await.ping().await;
}

#[tokio::test]
async fn a_slow_line_carries_so_much_a_second_each_way() {
    let bench = Bench::set_up(Fault::Bandwidth { bytes_per_second: 50_000 }).await;
    let mut client = bench.client().await;
    let value = "x".repeat(10_000);
    let set = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10000\r\n{value}\r\n");
    for (command, answer) in [(set.as_str(), "+OK\r\n".to_owned()), ("GET k\r\n", format!("$10000\r\n{value}\r\n"))] {
        let (start, end) = client.ask(command.as_bytes(), answer.as_bytes()).await;
        let took = end - start;
        let held = bench.proxy.account().held_ns(start, end, true);
        assert!(held >= 200 * MS && held <= took, "10 kB at 50 kB/s: {held} of {took}");
    }
}

#[tokio::test]
async fn nothing_of_a_proxy_outlives_it() {
    let bench = Bench::set_up(slow(1)).await;
    let mut clients = vec![bench.client().await, bench.client().await];
    for client in &mut clients {
        client.ping().await;
    }
    let address = bench.proxy.address();
    let alive = || Handle::current().metrics().num_alive_tasks();
    let before = alive();
    drop(bench.proxy);
    for client in &mut clients {
        assert!(client.cut().await.is_ok_and(|read| read == 0), "cut");
    }
    let refused = connect(address).await.expect_err("nobody listens");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert!(alive() <= before - 3, "the proxy's task and those of its connections");
}

#[tokio::test]
async fn a_server_that_is_not_there_closes_the_connection() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let proxy = Proxy::start(("127.0.0.1", nobody), slow(1), Arc::new(|| 0), 1).await.expect("a proxy");
    let mut visitor = connect(proxy.address()).await.expect("let in");
    assert!(visitor.read(&mut [0; 8]).await.is_ok_and(|read| read == 0));
}
