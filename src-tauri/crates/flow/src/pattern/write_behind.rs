//! Write-behind (write-back): a write is stored in the cache, put into a queue and acknowledged; its row is written later,
//! with others in one transaction. ("Write-Behind Caching" in the chapter "Caching Data Sources" of "Developing Applications with
//! Oracle Coherence".)
//!
//! What a write raises the price to is worked out without the database wherever it can be: from the queue, or from the
//! answer that is cached; only where neither has the product the row is read. What is deferred is the raise, not the
//! price, so that nobody else's write is undone; if the row was written by somebody else meanwhile, what was acknowledged was not
//! what it came to, and the product's keys are deleted.
//!
//! The queue is [bounded](trace::Background::queue_limit): a write that finds it full waits, and after five seconds is refused
//! (the outcome is [`Outcome::Shed`]). A load of a product that has writes in the queue applies them to what the database
//! gave, so that the old row never gets into the cache; those who store something of one product take turns.
//!
//! - **Stale reads**: none through this process, as long as the cache does what it is told. If it can neither be written nor
//!   told to delete, it may serve the old value for up to the TTL. Whoever asks the database itself, and another process, reads the
//!   old row until the queue is written: [the delay](trace::Background::write_delay_ms), or as long as the database takes no
//!   writes.
//! - **A crash** loses every write that waits in the queue, although it was acknowledged. How many that would be now is in
//!   the queue's state, and how many it was is [told](crate::Journal) at the next start.

use std::time::Duration;

use database::{Answer, Written};
use trace::{Outcome, ProductId, Query, Request, Sink, StepKind, Stopwatch};

use crate::queue::{Due, Refused, Visit, Writer};
use crate::single_flight::Unanswered;
use crate::steps::{Found, Held};
use crate::{Flow, Response, acknowledge};

pub(crate) use super::cache_aside::read;

pub(crate) async fn write<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let key = request.key();
    let visit = flow.shared.queue.visit(request.product);
    let _turn = flow.turn(&mut watch, &visit).await;
    let (row, mut answer) = match present(flow, &mut watch, request, &key, &visit).await {
        Ok(Some(present)) => present,
        Ok(None) => return acknowledge(watch, Ok(None)),
        Err(unanswered) => return acknowledge(watch, Err(unanswered)),
    };

    let put = visit.put(&row, flow.background.queue_limit);
    let row = match watch.wait_for(StepKind::Defer, put).await {
        Ok(row) => row,
        Err(Refused(why)) => {
            watch.note(format!("The write was not accepted. {why}"));
            watch.finish(Outcome::Shed);
            return Response { outcome: Outcome::Shed, body: None };
        }
    };
    flow.shared.queue.write_out(flow.background.write_delay(), flow.clone());
    flow.outdate(request);

    let stored = match &mut answer {
        Some(answer) => {
            answer.bring_up_to(&row);
            flow.take_leases_back(&mut watch, request).await;
            flow.store(&mut watch, &key, Some(answer), flow.life()).await
        }
        None => false,
    };
    let others: Vec<String> = request.keys_of_product().into_iter().filter(|other| !stored || *other != key).collect();
    flow.delete(&mut watch, &others).await;
    acknowledge(watch, Ok(Some(row)))
}

/// The row as it is now, and the answer that is to be stored with it; `None` where there is no such product.
async fn present<S: Sink>(
    flow: &Flow,
    watch: &mut Stopwatch<'_, S>,
    request: &Request,
    key: &str,
    visit: &Visit,
) -> Result<Option<(Written, Option<Answer>)>, Unanswered> {
    let cached = match request.query.holds_row() {
        true => flow.look_up(watch, request, key).await,
        false => Found::Nothing,
    };
    if let (Found::Nothing | Found::Silence, Some(row)) = (&cached, visit.row()) {
        return Ok(Some((row, None)));
    }
    let answer = match cached {
        Found::Answer(Held { answer: Some(answer), .. })
        | Found::AboutToExpire(Held { answer: Some(answer), .. }, _) => answer,
        Found::Answer(_) | Found::AboutToExpire(..) => {
            watch.note(format!("There is no product {}: nothing was written.", request.product));
            return Ok(None);
        }
        Found::Nothing | Found::Silence => {
            // An answer that holds no row is not changed by the write, so it is the row that is asked for.
            let query = if request.query.holds_row() { request.query } else { Query::Lookup };
            match flow.fetch(watch, &Request { query, ..*request }).await? {
                Some(answer) => (*answer).clone(),
                None => return Ok(None),
            }
        }
    };
    let row = visit.row().or_else(|| answer.row());
    Ok(row.map(|row| (row, (answer.query() == request.query).then_some(answer))))
}

impl Writer for Flow {
    async fn write(&self, batch: &[Due]) -> Result<(Vec<Option<Written>>, Duration), String> {
        let writes: Vec<_> = batch.iter().map(|due| (due.product, due.writes)).collect();
        let told = self.database.write_all_told(&writes).await;
        let rows = told.result.map_err(|error| error.to_string())?;
        Ok((rows, Duration::from_nanos(told.injected_ns)))
    }

    async fn differs(&self, product: ProductId) {
        // A cache that cannot be reached serves it for up to the TTL, like any value whose delete fails.
        let _ = self.background_cache.delete(&Request::write(product).keys_of_product()).await;
    }
}
