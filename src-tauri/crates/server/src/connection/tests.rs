use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::{Builder, Server};

async fn start(builder: Builder) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { builder.build().run(listener, std::future::pending()).await });
    address
}

/// Sends requests, and reads all the server has to say before it closes the connection, which QUIT makes it do.
async fn say(address: SocketAddr, requests: &str) -> String {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(requests.as_bytes()).await.unwrap();
    let mut replies = String::new();
    client.read_to_string(&mut replies).await.unwrap();
    replies
}

#[tokio::test]
async fn a_reply_beyond_the_limit_is_not_begun_and_the_client_goes() {
    let address = start(Server::builder().max_reply(1_000)).await;
    let value = "x".repeat(400);
    let get = format!("${}\r\n{value}\r\n", value.len());
    assert_eq!(
        say(address, &format!("SET k {value}\r\nMGET k k\r\nQUIT\r\n")).await,
        format!("+OK\r\n*2\r\n{get}{get}+OK\r\n")
    );
    assert_eq!(say(address, "PING\r\nMGET k k k\r\nPING\r\n").await, "+PONG\r\n");
    assert_eq!(say(address, "GET k\r\nQUIT\r\n").await, format!("{get}+OK\r\n"), "others are served");
}

#[tokio::test]
async fn short_requests_with_endless_replies_stop_at_the_limit() {
    let address = start(Server::builder().max_reply(100_000)).await;
    let keys = format!("RPUSH l{}\r\n", " x".repeat(1_000));
    for request in [
        format!("SORT l BY nosort{}", " GET missing".repeat(1_000)),
        format!("SORT l BY nosort{}", " GET #".repeat(1_000)),
        "SRANDMEMBER s -9223372036854775807".to_owned(),
    ] {
        assert_eq!(
            say(address, &format!("DEL l s\r\n{keys}SADD s m\r\n{request}\r\nPING\r\n")).await.lines().count(),
            3
        );
    }
    let store = format!("SORT l BY nosort{} STORE d", " GET #".repeat(1_000));
    let replies = say(address, &format!("{store}\r\nEXISTS d\r\nQUIT\r\n")).await;
    assert_eq!(replies, "-ERR result is too long\r\n:0\r\n+OK\r\n");
}

#[tokio::test]
async fn a_client_beyond_its_output_limit_gets_nothing_more() {
    let mut builder = Server::builder();
    builder.set("client-output-buffer-limit", "normal 100000 0 0").unwrap();
    let address = start(builder).await;
    let value = "x".repeat(10_000);
    assert_eq!(say(address, &format!("SET k {value}\r\n{}", "GET k\r\n".repeat(15))).await, "");
    let replies = say(address, &format!("{}QUIT\r\n", "GET k\r\n".repeat(9))).await;
    assert_eq!(replies.matches(&value).count(), 9, "what stays below it is sent");
    let info = say(address, "INFO stats\r\nQUIT\r\n").await;
    assert!(info.contains("client_output_buffer_limit_disconnections:1"), "{info}");
}

#[tokio::test]
async fn one_server_listens_on_several_addresses() {
    let listeners = [TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.2:0").await.unwrap()];
    let [first, second] = listeners.each_ref().map(|listener| listener.local_addr().unwrap());
    tokio::spawn(async move { Server::default().run_on(listeners.into(), std::future::pending()).await });
    assert_eq!(say(first, "SET k v\r\nQUIT\r\n").await, "+OK\r\n+OK\r\n");
    assert_eq!(say(second, "GET k\r\nQUIT\r\n").await, "$1\r\nv\r\n+OK\r\n");
    let nowhere = Server::default().run_on(Vec::new(), std::future::pending()).await;
    assert_eq!(nowhere.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn replies_that_wait_are_sent_before_more_is_executed() {
    let address = start(Server::builder().max_output(1_000)).await;
    let value = "x".repeat(400);
    let replies = say(address, &format!("SET k {value}\r\n{}QUIT\r\n", "GET k\r\n".repeat(5_000))).await;
    assert_eq!(replies.matches(&value).count(), 5_000);
    assert!(replies.ends_with("+OK\r\n"));
}

#[tokio::test]
async fn strangers_are_let_in_by_the_password_alone() {
    let address = start(Server::builder().requirepass(Some("open".into()))).await;
    let replies = say(address, "PING\r\nGET k\r\nAUTH wrong\r\nHELLO 3\r\nAUTH open\r\nPING\r\nQUIT\r\n").await;
    let lines: Vec<&str> = replies.lines().collect();
    assert_eq!(lines[0], "-NOAUTH Authentication required.");
    assert_eq!(lines[1], "-NOAUTH Authentication required.");
    assert_eq!(lines[2], "-WRONGPASS invalid username-password pair or user is disabled.");
    assert!(lines[3].starts_with("-NOAUTH HELLO must be called with the client already authenticated"));
    assert_eq!(lines[4..], ["+OK", "+PONG", "+OK"]);
}

#[tokio::test]
async fn one_client_too_many_is_told_so() {
    let address = start(Server::builder().max_clients(1)).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"PING\r\n").await.unwrap();
    first.read_exact(&mut [0; 7]).await.unwrap();
    assert_eq!(say(address, "").await, "-ERR max number of clients reached\r\n");
}

#[tokio::test]
async fn a_stopped_server_runs_again_with_its_keys() {
    let server = Server::default();
    for (request, reply) in [("SET k v\r\nQUIT\r\n", "+OK\r\n+OK\r\n"), ("GET k\r\nQUIT\r\n", "$1\r\nv\r\n+OK\r\n")] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn({
            let server = server.clone();
            async move { server.run(listener, async { drop(stopped.await) }).await }
        });
        assert_eq!(say(address, request).await, reply);
        drop(stop);
        running.await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
