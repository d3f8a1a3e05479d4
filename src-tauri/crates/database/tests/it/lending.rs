//! Connections are few, and come back.

use std::pin::pin;
use std::task::{Context, Waker};

use database::Error;
use trace::Query;

use crate::tiny;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_all_get_their_own_answer() {
    let (_folder, database) = tiny().await;
    let asked: Vec<_> = (1..=64)
        .map(|id| {
            let database = database.clone();
            tokio::spawn(async move {
                let query = Query::ALL[id as usize % 3];
                let answer = database.query(query, id).await.expect("an answer").expect("it exists");
                assert_eq!(answer.query(), query);
                database.write(id).await.expect("written").expect("it exists").id
            })
        })
        .collect();
    for (id, asked) in (1..).zip(asked) {
        assert_eq!(asked.await.expect("no panic"), id);
    }
}

#[tokio::test]
async fn writes_at_once_are_all_kept() {
    let (_folder, database) = tiny().await;
    let writes: Vec<_> = (0..50)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { database.write(42).await.expect("written").expect("it exists").version })
        })
        .collect();
    let mut versions = Vec::new();
    for write in writes {
        versions.push(write.await.expect("no panic"));
    }
    versions.sort_unstable();
    assert_eq!(versions, (2..=51).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_query_given_up_halfway_returns_its_connection() {
    let (_folder, database) = tiny().await;
    let mut given_up = 0;
    for _ in 0..100 {
        // Once polled the query is on its way to SQLite, or, where its thread was quicker, back. Then nobody waits for it
        // any more.
        let mut query = pin!(database.query(Query::Report, 42));
        given_up += usize::from(query.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert!(given_up > 0, "SQLite cannot always have been quicker");
    for id in 1..=20 {
        assert!(database.query(Query::Page, id).await.expect("an answer").is_some());
    }
    // It waits for every connection to be back.
    database.close().await.expect("closed");
}

#[tokio::test]
async fn a_write_given_up_halfway_was_done_or_not_and_holds_up_nobody() {
    let (_folder, database) = tiny().await;
    {
        let mut write = pin!(database.write(42));
        let _ = write.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    let version = database.write(42).await.expect("written").expect("it exists").version;
    assert!((2..=3).contains(&version), "{version}");
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let (_folder, database) = tiny().await;
    database.clone().close().await.expect("closed");
    let error = database.query(Query::Lookup, 42).await.expect_err("closed");
    assert!(matches!(error, Error::Closed), "{error}");
    database.close().await.expect("closing twice is no error");
}
