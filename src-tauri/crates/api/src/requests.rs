use lab::{Cleared, Settings, Status, TraceDetail};
use serde::{Deserialize, Serialize};
use trace::{ProductId, Query};
use ts_rs::{Config, TS};

/// Sends a read through the flow.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct Read {
    /// Which product; the first is 1.
    pub product: ProductId,
    /// What is asked about it.
    pub query: Query,
}

/// Sends a write through the flow.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct Write {
    /// Which product; the first is 1.
    pub product: ProductId,
}

/// A command's name, and its request and reply as TypeScript.
pub(crate) struct Declaration {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) request: fn(&Config) -> String,
    pub(crate) reply: fn(&Config) -> String,
}

macro_rules! declare {
    ($($(#[doc = $docs:literal])+ $name:ident: $request:ty => $reply:ty;)+) => {
        pub(crate) const DECLARATIONS: &[Declaration] = &[$(Declaration {
            name: stringify!($name),
            docs: concat!($($docs),+),
            request: <$request as TS>::name,
            reply: <$reply as TS>::name,
        }),+];
    };
}

declare! {
    /// How the laboratory is.
    status: () => Status;
    /// What is kept from one start to the next.
    settings: () => Settings;
    /// Changes the settings, and with them the conditions.
    change_settings: Settings => Status;
    /// Sends a read through the flow.
    send: Read => TraceDetail;
    /// Sends a write through the flow.
    write: Write => TraceDetail;
    /// Removes our own keys from the cache.
    clear_cache: () => Cleared;
    /// Stops the server behind the cache, if it is ours.
    stop_engine: () => Status;
    /// Starts it again, empty.
    revive_engine: () => Status;
}
