//! What a face may ask of the laboratory.
//!
//! Every command is declared once, in `requests.rs`; the TypeScript that the UI is checked against is written from
//! there ([`typescript`]). An [`Error`] crosses as `{code, message}`, and a code exists only if a face branches on it.

mod bindings;
mod bodies;
mod door;
mod error;
mod files;
mod lessons;
mod requests;

pub use bindings::typescript;
pub use bodies::{
    ChangeRequest, ChartFormat, CompareRequest, ComparisonFormat, ConsoleRequest, ExpireRequest, FrameRequest,
    HoldRequest, KeyRequest, PauseRequest, PlaySceneRequest, Read, RecordRequest, RecordingRequest, RecordingView,
    SaveChartRequest, SaveComparisonRequest, SaveRecordingRequest, Saved, SeekRequest, SummaryRequest, TraceRequest,
    Write,
};
pub use door::{clear_for_visitor, clear_product, let_in, turn_away};
pub use error::{Error, ErrorCode};
pub use files::Files;
pub use lessons::{
    BeginLessonRequest, LessonEntry, LessonList, LessonRequest, LessonView, PerformRequest, Performed, PredictRequest,
    ResetLessonsRequest,
};
pub use requests::{
    COMMANDS, begin_lesson, call, cancel_study, change_recording, change_settings, clear_cache, close_split, compare,
    console_cancel, console_commands, console_send, create_schema, delete_key, delete_recording, end_replay, end_watch,
    expire_key, expire_keys, frame, hold_traces, import_recording, kept_trace, leave_lesson, leave_scene, lessons,
    look_keys, open_lesson, open_recording, open_split, passing_commands, pause_replay, perform_step, play_recording,
    play_scene, predict_step, recordings, reset_lessons, restart_engine_cold, restore_recording, retry_catalogue,
    revive_engine, save_chart, save_comparison, save_recording, scenes, seek_replay, send, server_info, set_faults,
    settings, start_over, start_recording, start_study, start_traffic, status, stop_engine, stop_recording,
    stop_traffic, summary, table_page, watch, write,
};
