//! The window's commands, one line each: what they do is in `api`.

use std::sync::Mutex;

use api::{
    ChangeRequest, CompareRequest, Error, ExpireRequest, FrameRequest, HoldRequest, PauseRequest, PlaySceneRequest,
    Read, RecordRequest, RecordingRequest, RecordingView, SaveChartRequest, SaveComparisonRequest,
    SaveRecordingRequest, Saved, SeekRequest, SummaryRequest, TraceRequest, Write,
};
use lab::{Cleared, Event, Frame, Held, Lab, RunSummary, Settings, Status, TraceDetail};
use recording::{About, Imported, Plan, SideBySide};
use scene::Scene;
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use trace::{Faults, Workload};

use crate::dialogs::Dialogs;

#[tauri::command]
pub(crate) async fn status(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::status(&lab).await
}

#[tauri::command]
pub(crate) async fn retry_catalogue(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::retry_catalogue(&lab).await
}

#[tauri::command]
pub(crate) async fn settings(lab: State<'_, Lab>) -> Result<Settings, Error> {
    api::settings(&lab).await
}

#[tauri::command]
pub(crate) async fn change_settings(lab: State<'_, Lab>, request: Settings) -> Result<Status, Error> {
    api::change_settings(&lab, request).await
}

#[tauri::command]
pub(crate) async fn send(lab: State<'_, Lab>, request: Read) -> Result<TraceDetail, Error> {
    api::send(&lab, request).await
}

#[tauri::command]
pub(crate) async fn write(lab: State<'_, Lab>, request: Write) -> Result<TraceDetail, Error> {
    api::write(&lab, request).await
}

#[tauri::command]
pub(crate) async fn clear_cache(lab: State<'_, Lab>) -> Result<Cleared, Error> {
    api::clear_cache(&lab).await
}

#[tauri::command]
pub(crate) async fn stop_engine(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::stop_engine(&lab).await
}

#[tauri::command]
pub(crate) async fn revive_engine(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::revive_engine(&lab).await
}

#[tauri::command]
pub(crate) async fn start_traffic(lab: State<'_, Lab>, request: Workload) -> Result<Status, Error> {
    api::start_traffic(&lab, request).await
}

#[tauri::command]
pub(crate) async fn stop_traffic(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::stop_traffic(&lab).await
}

#[tauri::command]
pub(crate) async fn frame(lab: State<'_, Lab>, request: FrameRequest) -> Result<Option<Frame>, Error> {
    api::frame(&lab, request).await
}

#[tauri::command]
pub(crate) async fn summary(lab: State<'_, Lab>, request: SummaryRequest) -> Result<Option<RunSummary>, Error> {
    api::summary(&lab, request).await
}

#[tauri::command]
pub(crate) async fn hold_traces(lab: State<'_, Lab>, request: HoldRequest) -> Result<Held, Error> {
    api::hold_traces(&lab, request).await
}

#[tauri::command]
pub(crate) async fn kept_trace(lab: State<'_, Lab>, request: TraceRequest) -> Result<Option<TraceDetail>, Error> {
    api::kept_trace(&lab, request).await
}

#[tauri::command]
pub(crate) async fn start_recording(lab: State<'_, Lab>, request: RecordRequest) -> Result<Status, Error> {
    api::start_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn stop_recording(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::stop_recording(&lab).await
}

#[tauri::command]
pub(crate) async fn recordings(lab: State<'_, Lab>) -> Result<Vec<About>, Error> {
    api::recordings(&lab).await
}

#[tauri::command]
pub(crate) async fn change_recording(lab: State<'_, Lab>, request: ChangeRequest) -> Result<About, Error> {
    api::change_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn delete_recording(lab: State<'_, Lab>, request: RecordingRequest) -> Result<Status, Error> {
    api::delete_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn restore_recording(lab: State<'_, Lab>, request: RecordingRequest) -> Result<About, Error> {
    api::restore_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn open_recording(lab: State<'_, Lab>, request: RecordingRequest) -> Result<RecordingView, Error> {
    api::open_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn compare(lab: State<'_, Lab>, request: CompareRequest) -> Result<SideBySide, Error> {
    api::compare(&lab, request).await
}

#[tauri::command]
pub(crate) async fn start_study(lab: State<'_, Lab>, request: Plan) -> Result<Status, Error> {
    api::start_study(&lab, request).await
}

#[tauri::command]
pub(crate) async fn cancel_study(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::cancel_study(&lab).await
}

#[tauri::command]
pub(crate) async fn play_recording(lab: State<'_, Lab>, request: RecordingRequest) -> Result<Status, Error> {
    api::play_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn pause_replay(lab: State<'_, Lab>, request: PauseRequest) -> Result<Status, Error> {
    api::pause_replay(&lab, request).await
}

#[tauri::command]
pub(crate) async fn seek_replay(lab: State<'_, Lab>, request: SeekRequest) -> Result<Status, Error> {
    api::seek_replay(&lab, request).await
}

#[tauri::command]
pub(crate) async fn end_replay(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::end_replay(&lab).await
}

#[tauri::command]
pub(crate) async fn scenes(lab: State<'_, Lab>) -> Result<Vec<Scene>, Error> {
    api::scenes(&lab).await
}

#[tauri::command]
pub(crate) async fn play_scene(lab: State<'_, Lab>, request: PlaySceneRequest) -> Result<Status, Error> {
    api::play_scene(&lab, request).await
}

#[tauri::command]
pub(crate) async fn leave_scene(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::leave_scene(&lab).await
}

#[tauri::command]
pub(crate) async fn set_faults(lab: State<'_, Lab>, request: Faults) -> Result<Status, Error> {
    api::set_faults(&lab, request).await
}

#[tauri::command]
pub(crate) async fn restart_engine_cold(lab: State<'_, Lab>) -> Result<Status, Error> {
    api::restart_engine_cold(&lab).await
}

#[tauri::command]
pub(crate) async fn expire_keys(lab: State<'_, Lab>, request: ExpireRequest) -> Result<Cleared, Error> {
    api::expire_keys(&lab, request).await
}

#[tauri::command]
pub(crate) async fn save_recording(
    app: AppHandle,
    lab: State<'_, Lab>,
    request: SaveRecordingRequest,
) -> Result<Saved, Error> {
    api::save_recording(&lab, &Dialogs(app), request).await
}

#[tauri::command]
pub(crate) async fn save_comparison(
    app: AppHandle,
    lab: State<'_, Lab>,
    request: SaveComparisonRequest,
) -> Result<Saved, Error> {
    api::save_comparison(&lab, &Dialogs(app), request).await
}

#[tauri::command]
pub(crate) async fn save_chart(app: AppHandle, lab: State<'_, Lab>, request: SaveChartRequest) -> Result<Saved, Error> {
    api::save_chart(&lab, &Dialogs(app), request).await
}

#[tauri::command]
pub(crate) async fn import_recording(app: AppHandle, lab: State<'_, Lab>) -> Result<Option<Imported>, Error> {
    api::import_recording(&lab, &Dialogs(app)).await
}

/// The one who is told of events: a page that is loaded anew takes the place of the one before.
#[derive(Debug, Default)]
pub(crate) struct Watcher(Mutex<Option<JoinHandle<()>>>);

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands commands their state by value")]
pub(crate) fn watch(lab: State<'_, Lab>, watcher: State<'_, Watcher>, channel: Channel<Event>) {
    let task = spawn(api::watch(lab.events(), move |event| channel.send(event).is_ok()));
    if let Ok(mut current) = watcher.0.lock()
        && let Some(former) = current.replace(task)
    {
        former.abort();
    }
}
