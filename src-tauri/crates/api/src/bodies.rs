//! What commands are given and give, where nobody else declares it.

use recording::export::Format;
use recording::export::report::Section;
use recording::{About, Change};
use serde::{Deserialize, Serialize};
use trace::{ProductId, Query};
use ts_rs::TS;

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

/// Records what runs.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct RecordRequest {
    /// What the recording is to be called; absent: by its conditions and workload.
    pub name: Option<String>,
}

/// Names a recording.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct RecordingRequest {
    /// Its number in the store.
    #[ts(type = "number")]
    pub id: i64,
}

/// Changes what is written of a recording.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangeRequest {
    /// Its number in the store.
    #[ts(type = "number")]
    pub id: i64,
    /// What is to be changed.
    pub change: Change,
}

/// Names recordings to be compared.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CompareRequest {
    /// Their numbers in the store; 2 to 12.
    #[ts(type = "number[]")]
    pub ids: Vec<i64>,
    /// Which of them, counted from 0, the others are held against.
    pub baseline: usize,
}

/// Takes a recording away.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct SaveRecordingRequest {
    /// Its number in the store.
    #[ts(type = "number")]
    pub id: i64,
    /// As what.
    pub format: Format,
}

/// Takes a comparison away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveComparisonRequest {
    /// What is compared.
    pub compared: CompareRequest,
    /// As what.
    pub format: ComparisonFormat,
}

/// As what a comparison is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonFormat {
    /// A report: one HTML file with everything in it.
    Html,
    /// The numbers.
    Json,
}

/// Takes a chart away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveChartRequest {
    /// The recordings it shows, as numbers in the store: one, or several that are compared.
    #[ts(type = "number[]")]
    pub ids: Vec<i64>,
    /// Which of them the others are held against; 0 where there is one.
    pub baseline: usize,
    /// The chart's title.
    pub title: String,
    /// As what.
    pub format: ChartFormat,
}

/// As what a chart is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChartFormat {
    /// To be scaled and edited.
    Svg,
    /// To be pasted.
    Png,
}

/// What there is to be read of one recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RecordingView {
    /// What it is.
    pub about: About,
    /// What it holds, in order.
    pub sections: Vec<Section>,
}

/// Where something was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Saved {
    /// The file; absent where whoever was asked chose none.
    pub path: Option<String>,
}

/// Holds a recording that is played back, or lets it go on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct PauseRequest {
    /// True to hold.
    pub paused: bool,
}

/// Leaps to a moment of a recording that is played back.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct SeekRequest {
    /// Milliseconds since its beginning.
    pub position_ms: u32,
    /// Whether it stands still there.
    pub paused: bool,
}

/// Plays one take of a scene.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlaySceneRequest {
    /// Which scene.
    pub scene: String,
    /// Which take; absent: the first, in which it goes wrong.
    pub take: Option<String>,
    /// From which seed; absent: the scene's own.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub seed: Option<u64>,
}

/// Lets all our keys expire at once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct ExpireRequest {
    /// In how many milliseconds; 0: now.
    pub after_ms: u32,
}

/// Names a key of ours in the cache.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct KeyRequest {
    /// Its whole name, from `cachescope:` on.
    pub key: String,
}

/// A line for the console.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConsoleRequest {
    /// As it was typed, with its quotes.
    pub line: String,
    /// Whether whoever typed it was asked about it and agrees.
    pub confirmed: bool,
}
