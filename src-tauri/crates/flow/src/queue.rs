//! The queue of write-behind: writes that were acknowledged and are not yet in the database.
//!
//! - It is bounded. A write that finds it full waits for room, and is refused if none comes.
//! - Several writes of one product become one statement, and those of many products one transaction.
//! - One task at a time writes them, when they have waited as long as they may or are as many as a batch holds. It begins
//!   with the first write and ends with the last, so that none is left over. Where the database does not take a batch, it stays in the
//!   queue, and is tried again after a while that grows.
//! - While anybody writes or loads a product, its entry is kept, with the row as it will be: whoever loads the old row from the
//!   database finds there what is to be made of it. Those who store in the cache what they made of it take turns.
//! - How it stands is told to whoever watches, and to the [`Journal`], for the case of a crash.

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use database::Written;
use tokio::sync::{Notify, OwnedMutexGuard, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use trace::ProductId;

use crate::journal::{Journal, Loss, Numbers};

/// How many products are written in one transaction at most.
const BATCH: usize = 100;

/// How long a write waits for room.
const PATIENCE: Duration = Duration::from_secs(5);

/// After how long a batch is tried again that the database did not take: the first, and twice as long each time up to the
/// second.
const TRY_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How the queue of write-behind stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Writes that are acknowledged and not yet in the database: what a crash would take now.
    pub waiting: u64,
    /// Writes that were acknowledged.
    pub acknowledged: u64,
    /// Writes that came to the database.
    pub written: u64,
    /// The transactions that brought them there.
    pub batches: u64,
    /// The last of these.
    pub last_batch: Option<Batch>,
    /// Why the database does not take them, in words.
    pub trouble: Option<String>,
    /// Why the journal could not be written, in words: then nobody will know what a crash took.
    pub uncounted: Option<String>,
}

/// A transaction that wrote some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// So many writes
    pub writes: u64,
    /// of so many rows,
    pub rows: u64,
    /// in so many nanoseconds, without what a fault put in.
    pub took_ns: u64,
}

/// What a product's queued writes come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) product: ProductId,
    /// How many writes.
    pub(crate) writes: u32,
    /// The row as it was told to those who wrote it: as it will be, if nobody else writes it.
    row: Option<Written>,
}

/// Who brings the writes to the database.
pub(crate) trait Writer: Send + Sync + 'static {
    /// Writes a batch, all or nothing, and answers the rows, and how much of the time a fault put in; in words, why it could not.
    fn write(&self, batch: &[Due]) -> impl Future<Output = Result<(Vec<Option<Written>>, Duration), String>> + Send;

    /// The product's row is another than was told: somebody else has written it.
    fn differs(&self, product: ProductId) -> impl Future<Output = ()> + Send;
}

/// The queue. Cloning it shares it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    table: Mutex<Table>,
    /// How many entries there are, to be seen without the lock.
    entries: AtomicUsize,
    /// There is room again.
    room: Notify,
    /// There is reason to write at once.
    now: Notify,
    state: watch::Sender<QueueState>,
}

#[derive(Debug, Default)]
struct Table {
    entries: HashMap<ProductId, Entry>,
    /// The products that have something queued, the one that has waited longest first.
    order: VecDeque<ProductId>,
    /// A task writes, or is about to.
    writer: Option<(u64, Option<AbortHandle>)>,
    last_writer: u64,
    /// Writes that are just being written.
    being_written: u64,
    /// Somebody waits for room.
    full: bool,
    /// Nothing is to wait for others.
    hurry: bool,
    closed: bool,
    journal: Option<Journal>,
}

#[derive(Debug, Default)]
struct Entry {
    /// The row as it will be when all is written.
    row: Option<Written>,
    /// Writes that wait.
    queued: u32,
    /// Writes that are just being written.
    being_written: u32,
    visitors: u32,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// A write was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl Queue {
    pub(crate) fn with_journal(journal: Journal) -> Self {
        let queue = Self::default();
        queue.table().journal = Some(journal);
        queue
    }

    /// How it stands, now and from now on.
    pub(crate) fn state(&self) -> watch::Receiver<QueueState> {
        self.0.state.subscribe()
    }

    /// Whether there is nothing in it, and nobody who reads or writes a product by write-behind.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.entries.load(Ordering::Acquire) == 0
    }

    /// Keeps the product's entry for as long as the visit lasts.
    pub(crate) fn visit(&self, product: ProductId) -> Visit {
        let mut table = self.table();
        let entry = table.entries.entry(product).or_default();
        entry.visitors += 1;
        let turn = Arc::clone(&entry.turn);
        self.0.entries.store(table.entries.len(), Ordering::Release);
        Visit { queue: self.clone(), product, turn }
    }

    /// Waits until nothing is in it, or until that time is over; nothing waits for others meanwhile. What is left is answered.
    pub(crate) async fn flush(&self, within: Duration) -> u64 {
        self.table().hurry = true;
        self.0.now.notify_one();
        let mut state = self.state();
        let empty = async { state.wait_for(|state| state.waiting == 0).await.map(drop) };
        let _ = timeout(within, empty).await;
        self.table().hurry = false;
        self.0.state.borrow().waiting
    }

    /// Accepts no more writes, writes what it can in that time, and ends. What is left then is lost, but for a batch that is
    /// just being written, which the database may take yet; it is answered, and stays in the journal.
    pub(crate) async fn close(&self, within: Duration) -> Loss {
        self.table().closed = true;
        self.0.room.notify_waiters();
        let most = self.flush(within).await;
        let mut table = self.table();
        if most == 0 {
            table.journal.as_mut().map(Journal::remove);
        } else if let Some((_, Some(writer))) = table.writer.take() {
            writer.abort();
        }
        Loss { least: most.saturating_sub(table.being_written), most }
    }

    /// Forgets what waits in it, and answers how many writes that were: another database comes in the place of the one they were
    /// acknowledged over. A batch that is just being written that one may take yet.
    pub(crate) fn give_up(&self) -> Loss {
        let mut table = self.table();
        if let Some((_, Some(writer))) = table.writer.take() {
            writer.abort();
        }
        let most = self.0.state.borrow().waiting;
        let lost = Loss { least: most.saturating_sub(table.being_written), most };
        table.order.clear();
        for entry in table.entries.values_mut() {
            (entry.queued, entry.being_written, entry.row) = (0, 0, None);
        }
        table.entries.retain(|_, entry| !entry.is_idle());
        self.0.entries.store(table.entries.len(), Ordering::Release);
        (table.being_written, table.full) = (0, false);
        self.tell(&mut table, |state| {
            // Told now, so not again after a crash.
            state.acknowledged -= most;
            (state.waiting, state.trouble) = (0, None);
        });
        drop(table);
        self.0.room.notify_waiters();
        lost
    }

    /// Has a task write what is in it, if none does already. Between two batches it waits that long for others.
    pub(crate) fn write_out(&self, delay: Duration, writer: impl Writer) {
        let mut table = self.table();
        if table.writer.is_some() || table.order.is_empty() {
            return;
        }
        table.last_writer += 1;
        let number = table.last_writer;
        table.writer = Some((number, None));
        drop(table);

        let writing = Writing { queue: self.clone(), number };
        let task = tokio::spawn(async move { writing.queue.write_batches(delay, Arc::new(writer), number).await });
        if let Some((running, handle)) = &mut self.table().writer
            && *running == number
        {
            *handle = Some(task.abort_handle());
        }
    }

    async fn write_batches(&self, delay: Duration, writer: Arc<impl Writer>, number: u64) {
        let mut again = TRY_AGAIN.0;
        loop {
            let _ = timeout(delay, self.once(Table::has_reason_to_hurry)).await;
            let Some(batch) = self.take_batch(number) else { return };
            let began = Instant::now();
            match attempt(&writer, &batch).await {
                Ok((rows, injected)) => {
                    for product in self.written(&batch, &rows, began.elapsed().saturating_sub(injected)) {
                        writer.differs(product).await;
                    }
                    again = TRY_AGAIN.0;
                }
                Err(why) => {
                    self.put_back(why);
                    let _ = timeout(again - TRY_AGAIN.0, self.once(|table| table.hurry)).await;
                    // Whoever is in a hurry does not ask without a pause either.
                    sleep(TRY_AGAIN.0).await;
                    again = TRY_AGAIN.1.min(again * 2);
                }
            }
        }
    }

    /// Waits until that holds.
    async fn once(&self, holds: impl Fn(&Table) -> bool) {
        while !holds(&self.table()) {
            self.0.now.notified().await;
        }
    }

    /// The next batch; where there is none, the task ends with that.
    fn take_batch(&self, number: u64) -> Option<Vec<Due>> {
        let mut table = self.table();
        let size = table.order.len().min(BATCH);
        let products: Vec<_> = table.order.drain(..size).collect();
        let mut batch = Vec::with_capacity(size);
        for product in products {
            if let Some(entry) = table.entries.get_mut(&product) {
                entry.being_written = std::mem::take(&mut entry.queued);
                batch.push(Due { product, writes: entry.being_written, row: entry.row.clone() });
            }
        }
        if batch.is_empty() {
            table.writer.take_if(|(running, _)| *running == number);
            return None;
        }
        table.being_written = writes_of(&batch);
        self.tell(&mut table, |_| ());
        Some(batch)
    }

    /// The database has taken a batch. Answers the products whose rows are others than was told.
    fn written(&self, batch: &[Due], rows: &[Option<Written>], took: Duration) -> Vec<ProductId> {
        let mut table = self.table();
        let mut differing = Vec::new();
        for (due, row) in batch.iter().zip(rows) {
            if due.row != *row {
                differing.push(due.product);
            }
            let Some(entry) = table.entries.get_mut(&due.product) else { continue };
            entry.being_written = 0;
            entry.row = row.as_ref().map(|row| row.after(entry.queued));
            if entry.is_idle() {
                table.entries.remove(&due.product);
            }
        }
        self.0.entries.store(table.entries.len(), Ordering::Release);
        (table.being_written, table.full) = (0, false);
        let writes = writes_of(batch);
        self.tell(&mut table, |state| {
            state.waiting -= writes;
            state.written += writes;
            state.batches += 1;
            let took_ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
            state.last_batch = Some(Batch { writes, rows: batch.len() as u64, took_ns });
            state.trouble = None;
        });
        drop(table);
        self.0.room.notify_waiters();
        differing
    }

    /// What was being written waits again, before all others.
    fn put_back(&self, why: String) {
        let mut table = self.table();
        let mut back = Vec::new();
        for (product, entry) in table.entries.iter_mut().filter(|(_, entry)| entry.being_written > 0) {
            if entry.queued == 0 {
                back.push(*product);
            }
            entry.queued += std::mem::take(&mut entry.being_written);
        }
        back.into_iter().for_each(|product| table.order.push_front(product));
        table.being_written = 0;
        self.tell(&mut table, |state| state.trouble = Some(why));
    }

    /// Tells everybody how it stands.
    fn tell(&self, table: &mut Table, change: impl FnOnce(&mut QueueState)) {
        let Table { journal, being_written, .. } = table;
        let being_written = *being_written;
        self.0.state.send_modify(|state| {
            change(state);
            let numbers = Numbers { acknowledged: state.acknowledged, written: state.written, being_written };
            state.uncounted =
                journal.as_mut().and_then(|journal| journal.write(numbers).err()).map(|error| error.to_string());
        });
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Whether a batch is full, somebody waits for room, or nothing is to wait.
    fn has_reason_to_hurry(&self) -> bool {
        self.hurry || self.full || self.order.len() >= BATCH
    }
}

impl Entry {
    fn is_idle(&self) -> bool {
        self.visitors == 0 && self.queued == 0 && self.being_written == 0
    }
}

/// One attempt, in a task of its own: one that panics has failed like any other.
async fn attempt(writer: &Arc<impl Writer>, batch: &[Due]) -> Result<(Vec<Option<Written>>, Duration), String> {
    let (writer, batch) = (Arc::clone(writer), batch.to_vec());
    // Dropped with this future, it takes its task along.
    let mut attempt = JoinSet::new();
    attempt.spawn(async move { writer.write(&batch).await });
    match attempt.join_next().await {
        Some(Ok(said)) => said,
        _ => Err("the task that wrote them ended before its time".to_owned()),
    }
}

fn writes_of(batch: &[Due]) -> u64 {
    batch.iter().map(|due| u64::from(due.writes)).sum()
}

/// The task that writes, however it ends.
#[derive(Debug)]
struct Writing {
    queue: Queue,
    number: u64,
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut table = self.queue.table();
        // Where it ended by itself it has left already. At the end what was being written stays so in the journal.
        if table.writer.take_if(|(running, _)| *running == self.number).is_some() && !table.closed {
            drop(table);
            self.queue.put_back("the task that writes them ended; the next write begins it anew".to_owned());
        }
    }
}

/// Somebody reads or writes a product: until it is dropped, the product's entry is kept.
#[derive(Debug)]
pub(crate) struct Visit {
    queue: Queue,
    product: ProductId,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Visit {
    /// The row as it will be when all is written; `None` where nothing is known of it.
    pub(crate) fn row(&self) -> Option<Written> {
        self.queue.table().entries.get(&self.product)?.row.clone()
    }

    /// The turn to store something of this product, if nobody has it.
    pub(crate) fn turn_now(&self) -> Option<OwnedMutexGuard<()>> {
        Arc::clone(&self.turn).try_lock_owned().ok()
    }

    /// The turn to store something of this product.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// Puts a write of the product into the queue, waiting for room if it holds `limit` writes. Answers the row as it will be, made of
    /// what is known of it here, or else of that row.
    pub(crate) async fn put(&self, row: &Written, limit: u32) -> Result<Written, Refused> {
        let put = async {
            loop {
                // Before looking, so that no room is missed that comes in between.
                let mut room = pin!(self.queue.0.room.notified());
                room.as_mut().enable();
                if let Some(put) = self.try_put(row, limit) {
                    return put;
                }
                self.queue.0.now.notify_one();
                room.as_mut().await;
            }
        };
        timeout(PATIENCE, put).await.unwrap_or_else(|_| {
            let seconds = PATIENCE.as_secs();
            Err(Refused(format!("The queue was full for {seconds} s: {limit} writes wait to be written.")))
        })
    }

    /// `None` where there is no room.
    fn try_put(&self, row: &Written, limit: u32) -> Option<Result<Written, Refused>> {
        let mut table = self.queue.table();
        if table.closed {
            return Some(Err(Refused("The queue accepts no more, since Cachescope is ending.".to_owned())));
        }
        if self.queue.0.state.borrow().waiting >= limit.into() {
            table.full = true;
            return None;
        }
        let entry = table.entries.entry(self.product).or_default();
        let after = entry.row.as_ref().unwrap_or(row).after(1);
        entry.row = Some(after.clone());
        entry.queued += 1;
        if entry.queued == 1 {
            table.order.push_back(self.product);
        }
        let full = table.order.len() >= BATCH;
        self.queue.tell(&mut table, |state| {
            state.waiting += 1;
            state.acknowledged += 1;
        });
        drop(table);
        if full {
            self.queue.0.now.notify_one();
        }
        Some(Ok(after))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut table = self.queue.table();
        if let Some(entry) = table.entries.get_mut(&self.product) {
            entry.visitors -= 1;
            if entry.is_idle() {
                table.entries.remove(&self.product);
                self.queue.0.entries.store(table.entries.len(), Ordering::Release);
            }
        }
    }
}
