use lab::{Cleared, Event, Events, Frame, Held, Lab, RunSummary, Settings, Status, TraceDetail};
use serde::{Deserialize, Serialize};
use trace::{ProductId, Query, Workload};
use ts_rs::{Config, TS};

use crate::Error;

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

/// Asks for what there is to draw.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct FrameRequest {
    /// As the last frame of the same run gave it; 0 for all samples there are.
    #[ts(type = "number")]
    pub cursor: u64,
}

/// Asks for the numbers of a run.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct SummaryRequest {
    /// The first second that is wanted; one more than the last one known.
    pub first_second: u32,
}

/// Holds traces, or lets go of them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct HoldRequest {
    /// True to hold.
    pub hold: bool,
}

/// Asks for a trace of the traffic.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct TraceRequest {
    /// The request's number.
    #[ts(type = "number")]
    pub id: u64,
}

/// A command's name, and its request and reply as TypeScript.
pub(crate) struct Declaration {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) request: fn(&Config) -> String,
    pub(crate) reply: fn(&Config) -> String,
}

/// Declares each command once: a function for the faces, and a line for the TypeScript.
macro_rules! commands {
    ($($(#[doc = $docs:literal])+ $name:ident($lab:ident $(, $request:ident: $type:ty)?) -> $reply:ty $body:block)+) => {
        $(
            $(#[doc = $docs])+
            ///
            /// # Errors
            /// What happened, as the laboratory says it.
            pub async fn $name($lab: &Lab $(, $request: $type)?) -> Result<$reply, Error> $body
        )+

        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),+];

        pub(crate) const DECLARATIONS: &[Declaration] = &[$(Declaration {
            name: stringify!($name),
            docs: concat!($($docs),+),
            request: <commands!(@or_none $($type)?) as TS>::name,
            reply: <$reply as TS>::name,
        }),+];
    };
    (@or_none $type:ty) => { $type };
    (@or_none) => { () };
}

commands! {
    /// How the laboratory is.
    status(lab) -> Status {
        Ok(lab.status())
    }

    /// Tries again to open, or build, a catalogue that could not be had.
    retry_catalogue(lab) -> Status {
        lab.retry_catalogue();
        Ok(lab.status())
    }

    /// What is kept from one start to the next.
    settings(lab) -> Settings {
        Ok(lab.settings())
    }

    /// Changes the settings, and with them the conditions.
    change_settings(lab, request: Settings) -> Status {
        Ok(lab.change_settings(request).await?)
    }

    /// Sends a read through the flow.
    send(lab, request: Read) -> TraceDetail {
        Ok(lab.read(request.product, request.query).await?)
    }

    /// Sends a write through the flow.
    write(lab, request: Write) -> TraceDetail {
        Ok(lab.write(request.product).await?)
    }

    /// Removes our own keys from the cache.
    clear_cache(lab) -> Cleared {
        Ok(lab.clear_cache().await?)
    }

    /// Stops the server behind the cache, if it is ours.
    stop_engine(lab) -> Status {
        Ok(lab.stop_engine().await?)
    }

    /// Sends traffic, one run at a time.
    start_traffic(lab, request: Workload) -> Status {
        Ok(lab.start_traffic(request)?)
    }

    /// Stops the traffic.
    stop_traffic(lab) -> Status {
        Ok(lab.stop_traffic())
    }

    /// What there is to draw of the present run, or of the last; null before the first.
    frame(lab, request: FrameRequest) -> Option<Frame> {
        Ok(lab.frame(request.cursor))
    }

    /// The numbers of the present run, or of the last; null before the first.
    summary(lab, request: SummaryRequest) -> Option<RunSummary> {
        Ok(lab.summary(request.first_second))
    }

    /// Holds the traces of the traffic that are kept now, or lets go of them.
    hold_traces(lab, request: HoldRequest) -> Held {
        if request.hold {
            return Ok(lab.hold_traces());
        }
        lab.release_traces();
        Ok(Held::default())
    }

    /// A trace of the traffic; null where it is no longer kept.
    kept_trace(lab, request: TraceRequest) -> Option<TraceDetail> {
        Ok(lab.kept_trace(request.id).await?)
    }

    /// Starts it again, empty.
    revive_engine(lab) -> Status {
        Ok(lab.revive_engine().await?)
    }
}

/// Tells a face everything the laboratory says of its own accord, until the face no longer listens.
pub async fn watch(mut events: Events, mut tell: impl FnMut(Event) -> bool) {
    while let Some(event) = events.next().await {
        if !tell(event) {
            return;
        }
    }
}
