use trace::{Outcome, Pattern, Request, Sink, StepKind, Stopwatch};

use crate::{Flow, Response};

impl Flow {
    /// Carries out a write: updates the product's row, then deletes its keys from the cache, so that the next read of
    /// each takes the miss path and finds the new row.
    ///
    /// Without a cache there is nothing to delete. If the keys cannot be deleted the row is updated all the same, and a note
    /// says for how long the cache may go on serving the old value. Requests that come after this one wait for no load that
    /// began before it.
    pub async fn write(&self, request: &Request, sink: impl Sink) -> Response {
        let mut watch = Stopwatch::start(&*self.clock, sink);

        let written = match watch.wait_for(StepKind::DbWrite, self.database.write(request.product)).await {
            Ok(written) => written,
            Err(error) => {
                watch.note(format!("The row was not updated: {error}"));
                watch.finish(Outcome::Error);
                return Response { outcome: Outcome::Error, body: None };
            }
        };
        if written.is_none() {
            watch.note(format!("There is no product {}: no row was updated.", request.product));
        }

        let keys = request.keys_of_product();
        self.shared.flights.close(&keys);
        if self.pattern == Pattern::CacheAside
            && let Err(error) = watch.wait_for(StepKind::CacheDel, self.cache.delete(&keys)).await
        {
            watch.note(format!(
                "The row was updated but its keys were not deleted: {error}. What the cache holds of it may be served \
                 for up to {} s.",
                self.ttl.as_secs_f64()
            ));
        }

        let body = watch.time(StepKind::Respond, || written.as_ref().and_then(|row| serde_json::to_vec(row).ok()));
        watch.finish(Outcome::Written);
        Response { outcome: Outcome::Written, body }
    }
}
