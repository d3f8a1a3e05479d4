//! The window's commands, one line each: what they do is in `api`. Each is for the side of the Stage that the page names, or
//! for side A.

use std::sync::Mutex;

use api::{
    BeginLessonRequest, ChangeRequest, CompareRequest, ConsoleRequest, Error, ExpireRequest, FrameRequest, HoldRequest,
    KeyRequest, LessonList, LessonRequest, LessonView, PauseRequest, PerformRequest, Performed, PlaySceneRequest,
    PredictRequest, Read, RecordRequest, RecordingRequest, RecordingView, ResetLessonsRequest, SaveChartRequest,
    SaveComparisonRequest, SaveRecordingRequest, Saved, SeekRequest, SummaryRequest, TraceRequest, Write,
};
use lab::{
    Cleared, CommandTable, ConsoleAnswer, Event, Frame, Held, KeysPage, LookAt, Passing, RunSummary, ServerInfo,
    Settings, Side, Status, TableAt, TablePage, TraceDetail, Watch,
};
use lesson::LessonProgress;
use recording::{About, Imported, Plan, SideBySide};
use scene::Scene;
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use trace::{Conditions, Faults, Workload};

use crate::dialogs::Dialogs;
use crate::side::Chosen;

#[tauri::command]
pub(crate) async fn status(lab: Chosen) -> Result<Status, Error> {
    api::status(&lab).await
}

#[tauri::command]
pub(crate) async fn retry_catalogue(lab: Chosen) -> Result<Status, Error> {
    api::retry_catalogue(&lab).await
}

#[tauri::command]
pub(crate) async fn create_schema(lab: Chosen) -> Result<Status, Error> {
    api::create_schema(&lab).await
}

#[tauri::command]
pub(crate) async fn settings(lab: Chosen) -> Result<Settings, Error> {
    api::settings(&lab).await
}

#[tauri::command]
pub(crate) async fn change_settings(lab: Chosen, request: Settings) -> Result<Status, Error> {
    api::change_settings(&lab, request).await
}

#[tauri::command]
pub(crate) async fn send(lab: Chosen, request: Read) -> Result<TraceDetail, Error> {
    api::send(&lab, request).await
}

#[tauri::command]
pub(crate) async fn write(lab: Chosen, request: Write) -> Result<TraceDetail, Error> {
    api::write(&lab, request).await
}

#[tauri::command]
pub(crate) async fn clear_cache(lab: Chosen) -> Result<Cleared, Error> {
    api::clear_cache(&lab).await
}

#[tauri::command]
pub(crate) async fn open_split(lab: Chosen, request: Conditions) -> Result<Status, Error> {
    api::open_split(&lab, request).await
}

#[tauri::command]
pub(crate) async fn close_split(lab: Chosen) -> Result<Status, Error> {
    api::close_split(&lab).await
}

#[tauri::command]
pub(crate) async fn stop_engine(lab: Chosen) -> Result<Status, Error> {
    api::stop_engine(&lab).await
}

#[tauri::command]
pub(crate) async fn revive_engine(lab: Chosen) -> Result<Status, Error> {
    api::revive_engine(&lab).await
}

#[tauri::command]
pub(crate) async fn start_traffic(lab: Chosen, request: Workload) -> Result<Status, Error> {
    api::start_traffic(&lab, request).await
}

#[tauri::command]
pub(crate) async fn stop_traffic(lab: Chosen) -> Result<Status, Error> {
    api::stop_traffic(&lab).await
}

#[tauri::command]
pub(crate) async fn frame(lab: Chosen, request: FrameRequest) -> Result<Option<Frame>, Error> {
    api::frame(&lab, request).await
}

#[tauri::command]
pub(crate) async fn summary(lab: Chosen, request: SummaryRequest) -> Result<Option<RunSummary>, Error> {
    api::summary(&lab, request).await
}

#[tauri::command]
pub(crate) async fn hold_traces(lab: Chosen, request: HoldRequest) -> Result<Held, Error> {
    api::hold_traces(&lab, request).await
}

#[tauri::command]
pub(crate) async fn kept_trace(lab: Chosen, request: TraceRequest) -> Result<Option<TraceDetail>, Error> {
    api::kept_trace(&lab, request).await
}

#[tauri::command]
pub(crate) async fn start_recording(lab: Chosen, request: RecordRequest) -> Result<Status, Error> {
    api::start_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn stop_recording(lab: Chosen) -> Result<Status, Error> {
    api::stop_recording(&lab).await
}

#[tauri::command]
pub(crate) async fn recordings(lab: Chosen) -> Result<Vec<About>, Error> {
    api::recordings(&lab).await
}

#[tauri::command]
pub(crate) async fn change_recording(lab: Chosen, request: ChangeRequest) -> Result<About, Error> {
    api::change_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn delete_recording(lab: Chosen, request: RecordingRequest) -> Result<Status, Error> {
    api::delete_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn restore_recording(lab: Chosen, request: RecordingRequest) -> Result<About, Error> {
    api::restore_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn open_recording(lab: Chosen, request: RecordingRequest) -> Result<RecordingView, Error> {
    api::open_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn compare(lab: Chosen, request: CompareRequest) -> Result<SideBySide, Error> {
    api::compare(&lab, request).await
}

#[tauri::command]
pub(crate) async fn start_study(lab: Chosen, request: Plan) -> Result<Status, Error> {
    api::start_study(&lab, request).await
}

#[tauri::command]
pub(crate) async fn cancel_study(lab: Chosen) -> Result<Status, Error> {
    api::cancel_study(&lab).await
}

#[tauri::command]
pub(crate) async fn play_recording(lab: Chosen, request: RecordingRequest) -> Result<Status, Error> {
    api::play_recording(&lab, request).await
}

#[tauri::command]
pub(crate) async fn pause_replay(lab: Chosen, request: PauseRequest) -> Result<Status, Error> {
    api::pause_replay(&lab, request).await
}

#[tauri::command]
pub(crate) async fn seek_replay(lab: Chosen, request: SeekRequest) -> Result<Status, Error> {
    api::seek_replay(&lab, request).await
}

#[tauri::command]
pub(crate) async fn end_replay(lab: Chosen) -> Result<Status, Error> {
    api::end_replay(&lab).await
}

#[tauri::command]
pub(crate) async fn scenes(lab: Chosen) -> Result<Vec<Scene>, Error> {
    api::scenes(&lab).await
}

#[tauri::command]
pub(crate) async fn play_scene(lab: Chosen, request: PlaySceneRequest) -> Result<Status, Error> {
    api::play_scene(&lab, request).await
}

#[tauri::command]
pub(crate) async fn leave_scene(lab: Chosen) -> Result<Status, Error> {
    api::leave_scene(&lab).await
}

#[tauri::command]
pub(crate) async fn lessons(lab: Chosen) -> Result<LessonList, Error> {
    api::lessons(&lab).await
}

#[tauri::command]
pub(crate) async fn open_lesson(lab: Chosen, request: LessonRequest) -> Result<LessonView, Error> {
    api::open_lesson(&lab, request).await
}

#[tauri::command]
pub(crate) async fn begin_lesson(lab: Chosen, request: BeginLessonRequest) -> Result<LessonView, Error> {
    api::begin_lesson(&lab, request).await
}

#[tauri::command]
pub(crate) async fn predict_step(lab: Chosen, request: PredictRequest) -> Result<LessonProgress, Error> {
    api::predict_step(&lab, request).await
}

#[tauri::command]
pub(crate) async fn perform_step(lab: Chosen, request: PerformRequest) -> Result<Performed, Error> {
    api::perform_step(&lab, request).await
}

#[tauri::command]
pub(crate) async fn reset_lessons(lab: Chosen, request: ResetLessonsRequest) -> Result<LessonList, Error> {
    api::reset_lessons(&lab, request).await
}

#[tauri::command]
pub(crate) async fn leave_lesson(lab: Chosen) -> Result<Status, Error> {
    api::leave_lesson(&lab).await
}

#[tauri::command]
pub(crate) async fn start_over(lab: Chosen) -> Result<Status, Error> {
    api::start_over(&lab).await
}

#[tauri::command]
pub(crate) async fn set_faults(lab: Chosen, request: Faults) -> Result<Status, Error> {
    api::set_faults(&lab, request).await
}

#[tauri::command]
pub(crate) async fn restart_engine_cold(lab: Chosen) -> Result<Status, Error> {
    api::restart_engine_cold(&lab).await
}

#[tauri::command]
pub(crate) async fn expire_keys(lab: Chosen, request: ExpireRequest) -> Result<Cleared, Error> {
    api::expire_keys(&lab, request).await
}

#[tauri::command]
pub(crate) async fn save_recording(app: AppHandle, lab: Chosen, request: SaveRecordingRequest) -> Result<Saved, Error> {
    api::save_recording(&lab, &Dialogs(app), request).await
}

#[tauri::command]
pub(crate) async fn save_comparison(
    app: AppHandle,
    lab: Chosen,
    request: SaveComparisonRequest,
) -> Result<Saved, Error> {
    api::save_comparison(&lab, &Dialogs(app), request).await
}

#[tauri::command]
pub(crate) async fn save_chart(app: AppHandle, lab: Chosen, request: SaveChartRequest) -> Result<Saved, Error> {
    api::save_chart(&lab, &Dialogs(app), request).await
}

#[tauri::command]
pub(crate) async fn import_recording(app: AppHandle, lab: Chosen) -> Result<Option<Imported>, Error> {
    api::import_recording(&lab, &Dialogs(app)).await
}

#[tauri::command]
pub(crate) async fn look_keys(lab: Chosen, request: LookAt) -> Result<KeysPage, Error> {
    api::look_keys(&lab, request).await
}

#[tauri::command]
pub(crate) async fn delete_key(lab: Chosen, request: KeyRequest) -> Result<Cleared, Error> {
    api::delete_key(&lab, request).await
}

#[tauri::command]
pub(crate) async fn expire_key(lab: Chosen, request: KeyRequest) -> Result<Cleared, Error> {
    api::expire_key(&lab, request).await
}

#[tauri::command]
pub(crate) async fn server_info(lab: Chosen) -> Result<ServerInfo, Error> {
    api::server_info(&lab).await
}

#[tauri::command]
pub(crate) async fn console_commands(lab: Chosen) -> Result<CommandTable, Error> {
    api::console_commands(&lab).await
}

#[tauri::command]
pub(crate) async fn console_send(lab: Chosen, request: ConsoleRequest) -> Result<ConsoleAnswer, Error> {
    api::console_send(&lab, request).await
}

#[tauri::command]
pub(crate) async fn console_cancel(lab: Chosen) -> Result<(), Error> {
    api::console_cancel(&lab).await
}

#[tauri::command]
pub(crate) async fn passing_commands(lab: Chosen, request: Watch) -> Result<Passing, Error> {
    api::passing_commands(&lab, request).await
}

#[tauri::command]
pub(crate) async fn end_watch(lab: Chosen) -> Result<(), Error> {
    api::end_watch(&lab).await
}

#[tauri::command]
pub(crate) async fn table_page(lab: Chosen, request: TableAt) -> Result<TablePage, Error> {
    api::table_page(&lab, request).await
}

/// Those who are told of events, one of each side: a page that is loaded anew takes the place of the one before.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    a: Mutex<Option<JoinHandle<()>>>,
    b: Mutex<Option<JoinHandle<()>>>,
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands commands their state by value")]
pub(crate) fn watch(lab: Chosen, watchers: State<'_, Watchers>, channel: Channel<Event>) {
    let watcher = match lab.side() {
        Side::A => &watchers.a,
        Side::B => &watchers.b,
    };
    let task = spawn(api::watch(lab.events(), move |event| channel.send(event).is_ok()));
    if let Ok(mut current) = watcher.lock()
        && let Some(former) = current.replace(task)
    {
        former.abort();
    }
}
