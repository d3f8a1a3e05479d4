use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::*;
use crate::Timeouts;

/// Longer than anything here takes, but for what never ends.
const SHORT: Timeouts = Timeouts { connect: Duration::from_secs(10), response: Duration::from_millis(50) };

/// A server that answers whatever comes with the same bytes; `None`: with silence.
async fn server(answer: watch::Receiver<Option<&'static str>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 1024];
                while visitor.read(&mut request).await.is_ok_and(|read| read > 0) {
                    let answer = *answer.borrow();
                    if let Some(answer) = answer {
                        let _ = visitor.write_all(answer.as_bytes()).await;
                    }
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn no_answer_is_waited_for_longer_than_allowed() {
    let (_silent, answer) = watch::channel(None);
    let cache = Cache::new(Target::own(server(answer).await, Dialect::Redis).with_timeouts(SHORT));
    let key = format!("{KEY_PREFIX}k");
    let late = |error| matches!(error, Err(Error::TimedOut { within, .. }) if within == SHORT.response);
    assert!(late(cache.get(&key).await.map(drop)));
    assert!(late(cache.set(&key, b"v", Duration::from_secs(1)).await));
    assert!(late(cache.delete(std::slice::from_ref(&key)).await));
    assert!(late(cache.clear().await.map(drop)));
}

#[tokio::test]
async fn after_a_time_out_the_next_request_has_a_connection_and_bytes_of_its_own() {
    let (say, answer) = watch::channel(None);
    // Long enough for the answer that does come.
    let timeouts = Timeouts { response: Duration::from_secs(1), ..SHORT };
    let target = Target::own(server(answer).await, Dialect::Redis).with_timeouts(timeouts);
    let (cache, tap) = Cache::new(target).tapped();
    let key = format!("{KEY_PREFIX}k");
    cache.get(&key).await.expect_err("nobody answers");
    let sent = tap.take().sent;
    say.send(Some("$1\r\nv\r\n")).expect("the server listens");

    assert_eq!(cache.get(&key).await, Ok(Some(b"v".to_vec())));
    let exchange = tap.take();
    assert_eq!(exchange.sent, sent);
    assert_eq!(exchange.received.bytes, b"$1\r\nv\r\n");
}

#[tokio::test]
async fn a_password_that_is_refused_is_seen_by_nobody() {
    let (_always, answer) = watch::channel(Some("-WRONGPASS \x1b[31minvalid username-password pair\r\n"));
    let address = server(answer).await;
    let (cache, tap) = Cache::new(Target::redis(format!("redis://:hunter2@{address}")).expect("a good URL")).tapped();
    let refused = cache.get(&format!("{KEY_PREFIX}k")).await.expect_err("we are not let in").to_string();
    assert_eq!(tap.take(), crate::Exchange::default());
    assert!(!refused.contains("hunter2") && !refused.contains('\x1b'), "{refused:?}");
}

#[tokio::test]
async fn a_key_that_is_not_ours_is_not_sent() {
    let (_silent, answer) = watch::channel(None);
    let (cache, tap) = Cache::new(Target::own(server(answer).await, Dialect::Redis)).tapped();
    let foreign = |error| matches!(error, Err(Error::ForeignKey { .. }));
    assert!(foreign(cache.get("their:key").await.map(drop)));
    assert!(foreign(cache.set("their:key", b"", Duration::from_secs(1)).await));
    assert!(foreign(cache.delete(&["their:key".to_owned()]).await));
    assert_eq!(tap.take(), crate::Exchange::default());
}
