//! Stale reads: what they are, how they are counted while requests run, and how a recorded history is held against what a
//! pattern promised.
//!
//! Every row has a version, which each write raises by one, and every answer that holds the row tells its version. So:
//!
//! - A read is **stale** if it answered with a version older than one whose write had been *acknowledged* before the read
//!   *began*. While a write is under way a read may find either version; that is no fault of anybody's.
//! - Its **age** is how long before the read began the oldest write that it missed was acknowledged: for so long, at least, the
//!   value had been out of date when it was asked for.
//! - An answer that nobody wrote, or not yet, is **impossible**, and worse than a stale one; so is one version written twice.
//!   Nor may a client that has read a version be answered with an older one later (it **went back**), unless the pattern
//!   lets reads be stale at all: then the one is as possible as the other.
//!
//! ```text
//! judge      the sink around a request's own: knows its version at its end, and asks the ledger
//!   └── ledger   which versions were acknowledged, and when: the live count
//! history    the same from traces that were kept, and whether promises held: for tests and recordings
//! ```
//!
//! What is not seen: writes by others, such as a client that changes the SQLite file by itself; what a read of the query
//! `report` missed, since its answer adds up orders and holds no version; and what was written before the process began.

pub(crate) mod history;
mod judge;
mod ledger;
#[cfg(test)]
mod tests;

pub(crate) use judge::Judge;
pub(crate) use ledger::Ledger;
