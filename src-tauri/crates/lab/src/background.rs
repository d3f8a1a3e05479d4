//! What is done behind the requests' backs, as the status tells it, and what becomes of it at the end.

use std::sync::{Arc, Weak};
use std::time::Duration;

use flow::{Loss, QueueState, ReloadState, Shared};
use tokio::time::sleep;
use trace::Trace;

use crate::core::Core;
use crate::status::{BackgroundWork, WrittenBatch};

/// How often it is told at most: the queue changes with every write.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// How long the queue of write-behind may take to be written when the laboratory closes.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// How long it may take before other conditions are measured.
const FLUSH_WITHIN: Duration = Duration::from_secs(10);

/// Who is told of a reload that a single request has begun.
pub(crate) type OnReload = Arc<dyn Fn(Trace) + Send + Sync>;

impl Core {
    /// Tells from now on how the reloads and the queue stand, for as long as there is a laboratory.
    pub(crate) fn watch_background(self: &Arc<Self>) {
        let core = Arc::downgrade(self);
        let (mut queue, mut reloads) = (self.shared.queue(), self.shared.reloads());
        self.runtime.handle().spawn(async move {
            loop {
                let changed = tokio::select! {
                    changed = queue.changed() => changed,
                    changed = reloads.changed() => changed,
                };
                let (Ok(()), Some(core)) = (changed, core.upgrade()) else { return };
                core.tell_of_background(&queue.borrow_and_update(), *reloads.borrow_and_update());
                drop(core);
                sleep(TOLD_EVERY).await;
            }
        });
    }

    fn tell_of_background(&self, queue: &QueueState, reloads: ReloadState) {
        self.status.send_if_modified(|status| {
            let now = BackgroundWork {
                reloading: reloads.under_way,
                reloads: reloads.done,
                reloads_failed: reloads.failed,
                last_reload: status.background.last_reload.clone(),
                waiting: queue.waiting,
                written: queue.written,
                last_batch: queue.last_batch.map(|batch| WrittenBatch {
                    writes: batch.writes,
                    rows: batch.rows,
                    took_ns: batch.took_ns,
                }),
                trouble: trouble(queue),
            };
            let changed = status.background != now;
            status.background = now;
            changed
        });
    }

    /// Who is to be told of the reload that a single request begins.
    pub(crate) fn on_reload(self: &Arc<Self>) -> OnReload {
        let core: Weak<Self> = Arc::downgrade(self);
        Arc::new(move |trace| {
            if let Some(core) = core.upgrade() {
                core.status.send_modify(|status| status.background.last_reload = Some(trace));
            }
        })
    }

    /// Has what waits in the queue written, so that it does not take part in what is measured next.
    /// How many writes were left is answered.
    pub(crate) async fn flush_background(&self) -> u64 {
        let shared = self.shared.clone();
        self.runtime.run(async move { shared.flush(FLUSH_WITHIN).await }).await.unwrap_or_default()
    }

    /// Lets go of what the queue still holds, because its database is left. Says what is lost by that, if anything is.
    pub(crate) fn give_up_background(&self) -> Option<String> {
        let trouble = self.shared.queue().borrow().trouble.clone();
        let lost = self.shared.give_up();
        let why = trouble.map_or_else(String::new, |why| format!(" ({})", why.trim_end_matches('.')));
        (lost.most > 0).then(|| {
            format!(
                "{} and did not come to the database before another took its place{why}: lost, as write-behind may lose them.",
                acknowledged(lost)
            )
        })
    }

    /// Ends what is done in the background. Says what is lost by that, if anything is.
    pub(crate) async fn close_background(&self) -> Option<String> {
        let shared = self.shared.clone();
        let lost = self.runtime.run(async move { shared.close(CLOSE_WITHIN).await }).await.ok()?;
        (lost.most > 0).then(|| {
            let why = self.shared.queue().borrow().trouble.clone().unwrap_or_else(|| "there was no time".to_owned());
            format!(
                "{} and did not come to the database within {} s ({}): lost, as write-behind may lose them.",
                acknowledged(lost),
                CLOSE_WITHIN.as_secs(),
                why.trim_end_matches('.')
            )
        })
    }
}

/// What requests have in common, with a journal in that folder; and what an earlier process lost, in sentences.
pub(crate) fn shared_in(folder: &std::path::Path) -> (Shared, Vec<String>) {
    match flow::Journal::open(folder) {
        Ok((journal, losses)) => (Shared::with_journal(journal), losses.into_iter().map(told).collect()),
        Err(error) => {
            let notice = format!(
                "The data folder cannot be read ({error}): if Cachescope should crash, nobody will know how many writes \
                 write-behind lost by that."
            );
            (Shared::default(), vec![notice])
        }
    }
}

/// A loss of an earlier process, in a sentence.
fn told(loss: Loss) -> String {
    let how_many = acknowledged(loss);
    format!(
        "{how_many} and had not come to the database when Cachescope ended before: they are lost. That is what write-behind \
         may lose."
    )
}

fn acknowledged(Loss { least, most }: Loss) -> String {
    match most {
        _ if least < most => format!("Between {least} and {most} writes were acknowledged"),
        1 => "1 write was acknowledged".to_owned(),
        writes => format!("{writes} writes were acknowledged"),
    }
}

/// Why writes stay in the queue, in a sentence.
fn trouble(queue: &QueueState) -> Option<String> {
    let waits = queue
        .trouble
        .as_ref()
        .map(|why| format!("The database does not take the writes that wait; they are kept and tried again: {why}"));
    let uncounted =
        queue.uncounted.as_ref().map(|why| format!("What a crash would lose cannot be written down: {why}."));
    waits.or(uncounted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_told_in_a_sentence() {
        assert!(told(Loss { least: 1, most: 1 }).starts_with("1 write was acknowledged and had not come"));
        assert!(told(Loss { least: 12, most: 12 }).starts_with("12 writes were acknowledged and had not come"));
        assert!(told(Loss { least: 9, most: 12 }).starts_with("Between 9 and 12 writes were acknowledged and had not"));
    }
}
