//! What is broken on purpose is really broken, and what that took is told to the nanosecond.

use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use database::Error;
use trace::Query;

use crate::tiny;

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("some seconds")
}

#[tokio::test]
async fn a_slow_database_waits_and_tells_how_long() {
    let (_folder, database) = tiny().await;
    let slow = database.slowed_by(Duration::from_millis(20));
    let began = Instant::now();
    let read = slow.query_told(Query::Lookup, 42).await;
    let written = slow.write_told(42).await;
    let elapsed = nanoseconds(began.elapsed());
    assert!(read.result.expect("an answer").is_some() && written.result.expect("written").is_some());
    assert!(read.injected_ns >= 20_000_000 && written.injected_ns >= 20_000_000);
    assert!(read.injected_ns + written.injected_ns <= elapsed, "no more than it took");
    assert_eq!(database.query_told(Query::Lookup, 42).await.injected_ns, 0, "the one beside it is as it was");
}

#[tokio::test]
async fn a_slow_query_keeps_its_connection_from_what_is_much_work() {
    let (_folder, database) = tiny().await;
    let slow = database.slowed_by(Duration::from_secs(3_600));
    let mut context = Context::from_waker(Waker::noop());
    // As many as may be at much work at once, at most.
    let mut waiting: Vec<_> = (0..8).map(|_| Box::pin(slow.query(Query::Lookup, 1))).collect();
    for query in &mut waiting {
        assert!(query.as_mut().poll(&mut context).is_pending());
    }
    let page = tokio::spawn({
        let database = database.clone();
        async move { database.query(Query::Page, 42).await }
    });
    // Asked for later and answered: where fewer may be at work than there are connections, a look-up finds one.
    let fewer = std::thread::available_parallelism().is_ok_and(|processors| processors.get() < 8);
    for product in 1..=if fewer { 100 } else { 0 } {
        assert!(database.query(Query::Lookup, product).await.expect("an answer").is_some());
    }
    assert!(!page.is_finished(), "it waits for its turn");
    drop(waiting);
    assert!(page.await.expect("no panic").expect("an answer").is_some());
}

#[tokio::test]
async fn one_that_is_down_refuses_at_once_what_is_asked_and_nothing_else() {
    let (_folder, database) = tiny().await;
    let down = database.down();
    let read = down.query_told(Query::Page, 42).await;
    assert_eq!(read.injected_ns, 0);
    assert!(matches!(read.result, Err(Error::DownOnPurpose)));
    let refused = down.write(42).await.expect_err("down").to_string();
    assert!(refused.contains("fault") && refused.contains("nothing was asked"), "{refused}");
    down.explain(&trace::Request::read(42, Query::Page)).await.expect("what is no request of the flow goes on");
}

#[tokio::test]
async fn a_lock_keeps_writers_waiting_and_readers_not_until_it_is_released() {
    let (_folder, database) = tiny().await;
    let lock = database.lock().await.expect("locked");
    let began = Instant::now();
    let writer = database.clone();
    let write = tokio::spawn(async move { writer.write_told(42).await });
    for id in 1..=50 {
        let read = database.query_told(Query::Page, id).await;
        assert!(read.result.expect("readers go on").is_some());
        assert_eq!(read.injected_ns, 0);
    }
    assert!(!write.is_finished(), "it waits for the lock");
    lock.release().await.expect("released");
    let written = write.await.expect("no panic");
    let elapsed = nanoseconds(began.elapsed());
    assert!(written.result.expect("written after all").is_some());
    assert!((1..=elapsed).contains(&written.injected_ns), "{} of {elapsed}", written.injected_ns);
    assert_eq!(database.write_told(42).await.injected_ns, 0, "nobody holds it any more");
}

#[tokio::test]
async fn a_lock_that_is_held_too_long_fails_the_write_with_the_reason() {
    let (_folder, database) = tiny().await;
    let lock = database.lock().await.expect("locked");
    let began = Instant::now();
    let written = database.write_told(42).await;
    let elapsed = nanoseconds(began.elapsed());
    let refused = written.result.expect_err("SQLite gives up");
    assert!(matches!(refused, Error::LockedOnPurpose), "{refused}");
    assert!((5_000_000_000..=elapsed).contains(&written.injected_ns), "{} of {elapsed}", written.injected_ns);
    // SQLite's thread does it: the write waits for that.
    drop(lock);
    database.write(42).await.expect("one that is dropped is released too");
}
