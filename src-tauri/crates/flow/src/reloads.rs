//! Reloads in the background: what refresh-ahead and stale-while-revalidate leave to be done after the response.
//!
//! A key is reloaded once at a time, and so many keys at once at most: what comes beyond is left to the next request that
//! asks for it, since a hit must not be able to flood the database. A reload that panics or is called off frees its key.
//! They run on the runtime of the request that begins them, and whoever owns the flow ends them: [`Reloads::settle`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// How many keys are reloaded at once, at most.
const MOST: usize = 64;

/// How the reloads in the background stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReloadState {
    /// Under way now.
    pub under_way: u64,
    /// Carried out: the database was asked and its answer stored.
    pub done: u64,
    /// In vain, or called off.
    pub failed: u64,
}

/// The reloads under way, by their keys. Cloning it shares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reloads(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    table: Mutex<Table>,
    state: watch::Sender<ReloadState>,
}

#[derive(Debug, Default)]
struct Table {
    /// The task is absent for the moment between its entry and its start.
    under_way: HashMap<String, (u64, Option<AbortHandle>)>,
    last: u64,
    closed: bool,
}

/// Why a reload was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotBegun {
    /// Another one of the same key is under way.
    UnderWay,
    /// So many others are under way, or the flow is being closed.
    NoRoom,
}

impl Reloads {
    /// Whether a reload of this key could be begun now.
    pub(crate) fn may_begin(&self, key: &str) -> Result<(), NotBegun> {
        self.table().may_begin(key)
    }

    /// Begins a reload of this key on the runtime of the caller. `reload` answers whether it went well.
    pub(crate) fn begin(&self, key: &str, reload: impl Future<Output = bool> + Send + 'static) -> Result<(), NotBegun> {
        let mut table = self.table();
        table.may_begin(key)?;
        table.last += 1;
        let number = table.last;
        table.under_way.insert(key.to_owned(), (number, None));
        drop(table);
        self.0.state.send_modify(|state| state.under_way += 1);

        // Outside the lock: where the runtime is ending, the task is dropped at once, and its end takes the lock.
        let mut ending = Ending { reloads: self.clone(), key: key.to_owned(), number, good: false };
        let task = tokio::spawn(async move {
            ending.good = reload.await;
            drop(ending);
        });
        let mut table = self.table();
        match table.under_way.get_mut(key) {
            Some((running, handle)) if *running == number => *handle = Some(task.abort_handle()),
            // It was called off meanwhile, or is over.
            _ => task.abort(),
        }
        Ok(())
    }

    /// Calls off the reloads of these keys: what they bring is about to be out of date.
    pub(crate) fn call_off(&self, keys: &[String]) {
        let mut table = self.table();
        // Nearly always there are none.
        if table.under_way.is_empty() {
            return;
        }
        let called_off: Vec<_> = keys.iter().filter_map(|key| table.under_way.remove(key)).collect();
        drop(table);
        called_off.into_iter().filter_map(|(_, task)| task).for_each(|task| task.abort());
    }

    /// Waits until none is under way, and calls off what is after that time.
    pub(crate) async fn settle(&self, within: Duration) {
        if timeout(within, self.none_under_way()).await.is_err() {
            let all: Vec<_> = self.table().under_way.drain().collect();
            all.into_iter().filter_map(|(_, (_, task))| task).for_each(|task| task.abort());
            self.none_under_way().await;
        }
    }

    /// Lets none begin any more, and calls off those under way.
    pub(crate) async fn close(&self) {
        self.table().closed = true;
        self.settle(Duration::ZERO).await;
    }

    /// How they stand, now and from now on.
    pub(crate) fn state(&self) -> watch::Receiver<ReloadState> {
        self.0.state.subscribe()
    }

    async fn none_under_way(&self) {
        // Fails only when the sender is gone, which is here.
        let _ = self.state().wait_for(|state| state.under_way == 0).await;
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn may_begin(&self, key: &str) -> Result<(), NotBegun> {
        if self.under_way.contains_key(key) {
            Err(NotBegun::UnderWay)
        } else if self.closed || self.under_way.len() >= MOST {
            Err(NotBegun::NoRoom)
        } else {
            Ok(())
        }
    }
}

/// The end of a reload, however it comes.
#[derive(Debug)]
struct Ending {
    reloads: Reloads,
    key: String,
    number: u64,
    good: bool,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut table = self.reloads.table();
        // It may have been called off, and another be under way.
        if table.under_way.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            table.under_way.remove(&self.key);
        }
        drop(table);
        let good = self.good;
        self.reloads.0.state.send_modify(|state| {
            state.under_way -= 1;
            if good { state.done += 1 } else { state.failed += 1 }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::oneshot;

    use super::*;

    fn now(reloads: &Reloads) -> (u64, u64, u64) {
        let ReloadState { under_way, done, failed } = *reloads.state().borrow();
        (under_way, done, failed)
    }

    #[tokio::test]
    async fn a_key_is_reloaded_once_at_a_time() {
        let reloads = Reloads::default();
        let (end, ended) = oneshot::channel();
        reloads.begin("k", async move { ended.await.is_ok() }).expect("the first");
        assert_eq!(reloads.begin("k", async { true }), Err(NotBegun::UnderWay));
        assert_eq!(reloads.may_begin("k"), Err(NotBegun::UnderWay));
        assert_eq!(reloads.may_begin("other"), Ok(()));
        end.send(()).expect("it waits");
        reloads.none_under_way().await;
        assert_eq!(now(&reloads), (0, 1, 0));
        assert_eq!(reloads.may_begin("k"), Ok(()));
    }

    #[tokio::test]
    async fn a_reload_that_panics_does_not_block_its_key() {
        let reloads = Reloads::default();
        reloads.begin("k", async { panic!("as it was meant to") }).expect("the first");
        reloads.none_under_way().await;
        assert_eq!((now(&reloads), reloads.may_begin("k")), ((0, 0, 1), Ok(())));
    }

    #[tokio::test]
    async fn there_are_never_more_than_so_many() {
        let reloads = Reloads::default();
        for number in 0..MOST {
            reloads.begin(&number.to_string(), pending()).expect("there is room");
        }
        assert_eq!(reloads.begin("one more", async { true }), Err(NotBegun::NoRoom));
        reloads.settle(Duration::ZERO).await;
        assert_eq!((now(&reloads), reloads.may_begin("one more")), ((0, 0, MOST as u64), Ok(())));
    }

    #[tokio::test]
    async fn a_write_calls_off_the_reload_of_its_keys_and_another_may_begin_at_once() {
        let reloads = Reloads::default();
        reloads.begin("k", pending()).expect("the first");
        reloads.begin("other", pending()).expect("the first of another");
        reloads.call_off(&["k".to_owned(), "none".to_owned()]);
        let (end, ended) = oneshot::channel();
        reloads.begin("k", async move { ended.await.is_ok() }).expect("the old one is called off");
        reloads.state().wait_for(|state| state.failed == 1).await.expect("it ends");
        assert_eq!(reloads.may_begin("k"), Err(NotBegun::UnderWay), "the old one ends only itself");
        end.send(()).expect("the new one goes on");
        reloads.state().wait_for(|state| state.done == 1).await.expect("it ends");
    }

    #[tokio::test]
    async fn those_that_end_in_time_are_waited_for() {
        let reloads = Reloads::default();
        let (end, ended) = oneshot::channel();
        reloads.begin("k", async move { ended.await.is_ok() }).expect("the first");
        let settle = reloads.settle(Duration::from_secs(600));
        let ((), sent) = tokio::join!(settle, async { end.send(()) });
        sent.expect("it waited");
        assert_eq!(now(&reloads), (0, 1, 0));
    }

    #[tokio::test]
    async fn none_begins_after_the_end() {
        let reloads = Reloads::default();
        reloads.begin("k", pending()).expect("before");
        reloads.close().await;
        assert_eq!(reloads.begin("k", async { true }), Err(NotBegun::NoRoom));
        assert_eq!(now(&reloads), (0, 0, 1));
    }
}
