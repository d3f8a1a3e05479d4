//! What the door asks of the laboratory for programs that know nothing of it. These are no commands: no page may call them.

use lab::{Answered, Cleared, Lab};
use trace::{ProductId, Request, Sink};

use crate::Error;

/// Answers a request of another program, on the flow's runtime. What happens is pushed into the sink too.
///
/// # Errors
/// Where no request can be sent now. Whatever goes wrong inside the flow is part of the trace.
pub async fn let_in(lab: &Lab, request: Request, sink: impl Sink) -> Result<Answered, Error> {
    Ok(lab.let_in(request, sink).await?)
}

/// Counts a request of another program that is refused at the door, and answers its number.
///
/// # Errors
/// As [`let_in`].
pub fn turn_away(lab: &Lab, request: Request, why: &str) -> Result<u64, Error> {
    Ok(lab.turn_away(request, why)?)
}

/// Removes every key of ours from the cache.
///
/// # Errors
/// Where the cache cannot be reached or refuses, and where nobody may ask for anything now.
pub async fn clear_for_visitor(lab: &Lab) -> Result<Cleared, Error> {
    lab.admits_visitors()?;
    Ok(lab.clear_cache().await?)
}

/// Removes the keys of one product from the cache.
///
/// # Errors
/// As [`clear_for_visitor`].
pub async fn clear_product(lab: &Lab, product: ProductId) -> Result<(), Error> {
    Ok(lab.clear_product(product).await?)
}
