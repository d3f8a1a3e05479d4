use lab::{
    Cleared, CommandTable, ConsoleAnswer, Event, Events, Frame, Held, KeysPage, Lab, LookAt, Passing, RunSummary,
    ServerInfo, Settings, Status, TableAt, TablePage, TraceDetail, Watch,
};
use lesson::LessonProgress;
use recording::chart::Theme;
use recording::export::MAX_FILE;
use recording::{About, Imported, Plan, SideBySide};
use scene::Scene;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trace::{Conditions, Faults, Workload};
use ts_rs::{Config, TS};

use crate::bodies::{
    ChangeRequest, ChartFormat, CompareRequest, ComparisonFormat, ConsoleRequest, ExpireRequest, FrameRequest,
    HoldRequest, KeyRequest, PauseRequest, PlaySceneRequest, Read, RecordRequest, RecordingRequest, RecordingView,
    SaveChartRequest, SaveComparisonRequest, SaveRecordingRequest, Saved, SeekRequest, SummaryRequest, TraceRequest,
    Write,
};
use crate::lessons::{
    self, BeginLessonRequest, LessonList, LessonRequest, LessonView, PerformRequest, Performed, PredictRequest,
    ResetLessonsRequest,
};
use crate::{Error, ErrorCode, Files};

/// A command's name, and its request and reply as TypeScript.
pub(crate) struct Declaration {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) request: fn(&Config) -> String,
    pub(crate) reply: fn(&Config) -> String,
}

/// Declares each command once: a function for the faces, and a line for the TypeScript. One that writes or reads a file takes
/// the [`Files`] of the face too.
macro_rules! commands {
    ($(
        $(#[doc = $docs:literal])+
        $name:ident($lab:ident $(, @$files:ident)? $(, $request:ident: $type:ty)?) -> $reply:ty $body:block
    )+) => {
        $(
            $(#[doc = $docs])+
            ///
            /// # Errors
            /// What happened, as the laboratory says it.
            pub async fn $name(
                $lab: &Lab
                $(, $files: &impl Files)?
                $(, $request: $type)?
            ) -> Result<$reply, Error> $body
        )+

        /// Runs the command of that name, for a face that is told it by name. Request and reply are JSON; a command that is
        /// given nothing needs no request.
        ///
        /// # Errors
        /// If there is no such command, or it cannot read its request; and whatever the command says.
        pub async fn call(lab: &Lab, files: &impl Files, name: &str, request: Value) -> Result<String, Error> {
            match name {
                $(stringify!($name) => {
                    written(&$name(lab $(, commands!(@of_face $files files))? $(, read::<$type>(request)?)?).await?)
                })+
                _ => Err(invalid(format!("There is no command {name:?}."))),
            }
        }

        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),+];

        pub(crate) const DECLARATIONS: &[Declaration] = &[$(Declaration {
            name: stringify!($name),
            docs: concat!($($docs),+),
            request: <commands!(@or_none $($type)?) as TS>::name,
            reply: <$reply as TS>::name,
        }),+];
    };
    (@of_face $files:ident $given:ident) => { $given };
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

    /// Splits the Stage: a second side, under these conditions, beside the first. Traffic and recordings are one for both then.
    open_split(lab, request: Conditions) -> Status {
        Ok(lab.open_split(request).await?)
    }

    /// Closes the second side.
    close_split(lab) -> Status {
        Ok(lab.close_split().await)
    }

    /// Stops the server behind the cache, if it is ours.
    stop_engine(lab) -> Status {
        Ok(lab.stop_engine().await?)
    }

    /// Sends traffic, one run at a time.
    start_traffic(lab, request: Workload) -> Status {
        Ok(lab.start_traffic(request).await?)
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

    /// Records what runs; where nothing runs, starts the traffic and records it.
    start_recording(lab, request: RecordRequest) -> Status {
        Ok(lab.start_recording(request.name).await?)
    }

    /// Ends the recording; the traffic goes on.
    stop_recording(lab) -> Status {
        Ok(lab.stop_recording().await?)
    }

    /// Every recording, the newest first.
    recordings(lab) -> Vec<About> {
        Ok(lab.recordings().await?)
    }

    /// Changes what a recording is called, its note and its tags.
    change_recording(lab, request: ChangeRequest) -> About {
        Ok(lab.change_recording(request.id, request.change).await?)
    }

    /// Deletes a recording; until the next start it can be had back.
    delete_recording(lab, request: RecordingRequest) -> Status {
        Ok(lab.delete_recording(request.id).await?)
    }

    /// Takes a deletion back.
    restore_recording(lab, request: RecordingRequest) -> About {
        Ok(lab.restore_recording(request.id).await?)
    }

    /// Begins a planned comparison.
    start_study(lab, request: Plan) -> Status {
        Ok(lab.start_study(request).await?)
    }

    /// Ends a planned comparison; the rounds that all have had are kept.
    cancel_study(lab) -> Status {
        Ok(lab.cancel_study())
    }

    /// What there is to be read of one recording.
    open_recording(lab, request: RecordingRequest) -> RecordingView {
        let (about, sections) = lab.open_recording(request.id).await?;
        Ok(RecordingView { about, sections })
    }

    /// Recordings side by side.
    compare(lab, request: CompareRequest) -> SideBySide {
        Ok(lab.compare(request.ids, request.baseline).await?)
    }

    /// Writes a recording where its reader chooses.
    save_recording(lab, @files, request: SaveRecordingRequest) -> Saved {
        let file = lab.recording_file(request.id).await?;
        let name = file_name(&file.about.name, request.format.ending());
        let bytes = request.format.bytes(&file).map_err(failed)?;
        Ok(Saved { path: files.save(&name, bytes).await? })
    }

    /// Writes a comparison where its reader chooses.
    save_comparison(lab, @files, request: SaveComparisonRequest) -> Saved {
        let CompareRequest { ids, baseline } = request.compared;
        let result = lab.compare(ids, baseline).await?;
        let title = result.title();
        let (ending, bytes) = match request.format {
            ComparisonFormat::Html => ("html", result.report(&title, &lab.made()).into_bytes()),
            ComparisonFormat::Json => ("json", serde_json::to_vec_pretty(&result.comparison).map_err(failed)?),
        };
        Ok(Saved { path: files.save(&file_name(&title, ending), bytes).await? })
    }

    /// Writes a chart where its reader chooses.
    save_chart(lab, @files, request: SaveChartRequest) -> Saved {
        let sections = match request.ids.as_slice() {
            [id] => lab.open_recording(*id).await?.1,
            _ => lab.compare(request.ids, request.baseline).await?.sections,
        };
        let chart = recording::charts_in(&sections).find(|chart| chart.title == request.title);
        let chart = chart.ok_or_else(|| failed(format!("There is no chart \"{}\".", request.title)))?;
        let (ending, bytes) = match request.format {
            ChartFormat::Svg => ("svg", chart.standalone().into_bytes()),
            ChartFormat::Png => ("png", chart.png(Theme::Light).map_err(failed)?),
        };
        Ok(Saved { path: files.save(&file_name(&request.title, ending), bytes).await? })
    }

    /// Keeps a recording from a file its reader chooses; null where none was chosen.
    import_recording(lab, @files) -> Option<Imported> {
        let Some(bytes) = files.open(MAX_FILE as u64).await? else { return Ok(None) };
        Ok(Some(lab.import_recording(bytes).await?))
    }

    /// Plays a recording back as if it were live.
    play_recording(lab, request: RecordingRequest) -> Status {
        Ok(lab.play_recording(request.id).await?)
    }

    /// Holds the recording that is played back, or lets it go on.
    pause_replay(lab, request: PauseRequest) -> Status {
        Ok(lab.pause_replay(request.paused)?)
    }

    /// Leaps to a moment of it.
    seek_replay(lab, request: SeekRequest) -> Status {
        Ok(lab.seek_replay(request.position_ms, request.paused)?)
    }

    /// Ends playing back.
    end_replay(lab) -> Status {
        Ok(lab.end_replay())
    }

    /// The scenes there are: what goes wrong with a cache, and what helps.
    scenes(lab) -> Vec<Scene> {
        Ok(lab.scenes()?)
    }

    /// Plays one take of a scene.
    play_scene(lab, request: PlaySceneRequest) -> Status {
        Ok(lab.play_scene_from(&request.scene, request.take.as_deref(), request.seed).await?)
    }

    /// Leaves the scene; the conditions of the settings come back.
    leave_scene(lab) -> Status {
        Ok(lab.leave_scene().await?)
    }

    /// The lessons there are, and how far somebody is in each.
    lessons(lab) -> LessonList {
        lessons::list(lab)
    }

    /// What stands in a lesson.
    open_lesson(lab, request: LessonRequest) -> LessonView {
        lessons::open(lab, &request.name)
    }

    /// Begins a lesson, or begins it again: puts what it starts from in force, over an empty cache. Progress stays.
    begin_lesson(lab, request: BeginLessonRequest) -> LessonView {
        lessons::begin(lab, &request).await
    }

    /// Keeps what is predicted in a step, before it is performed.
    predict_step(lab, request: PredictRequest) -> LessonProgress {
        lessons::predict(lab, &request)
    }

    /// Does the actions of a step, or one of them, and says what was measured and what of what was expected holds.
    perform_step(lab, request: PerformRequest) -> Performed {
        lessons::perform(lab, &request).await
    }

    /// Forgets how far somebody is, in one lesson or in all.
    reset_lessons(lab, request: ResetLessonsRequest) -> LessonList {
        lessons::reset(lab, request.name)
    }

    /// Leaves the lesson; the conditions of the settings come back.
    leave_lesson(lab) -> Status {
        Ok(lab.leave_guide().await?)
    }

    /// Back to the start, so that the same story can be told again: no traffic, nothing broken, every row as it was generated, the
    /// cache empty, the conditions of the settings.
    start_over(lab) -> Status {
        Ok(lab.start_over().await?)
    }

    /// Starts it again, empty.
    revive_engine(lab) -> Status {
        Ok(lab.revive_engine().await?)
    }

    /// Breaks on purpose what is asked for, and mends the rest.
    set_faults(lab, request: Faults) -> Status {
        Ok(lab.set_faults(request).await?)
    }

    /// Starts the server behind the cache anew, empty, if it is ours.
    restart_engine_cold(lab) -> Status {
        Ok(lab.restart_engine_cold().await?)
    }

    /// Agrees to the schema that the catalogue needs on the server of the database: it is created, and nothing else there.
    create_schema(lab) -> Status {
        lab.create_schema();
        Ok(lab.status())
    }

    /// Lets all our keys expire at the same instant.
    expire_keys(lab, request: ExpireRequest) -> Cleared {
        Ok(lab.expire_keys(request.after_ms).await?)
    }

    /// Some of our keys in the cache, and what is known of each.
    look_keys(lab, request: LookAt) -> KeysPage {
        Ok(lab.look(request).await?)
    }

    /// Deletes one key of ours.
    delete_key(lab, request: KeyRequest) -> Cleared {
        Ok(lab.delete_key(request.key).await?)
    }

    /// Lets one key of ours expire now.
    expire_key(lab, request: KeyRequest) -> Cleared {
        Ok(lab.expire_key(request.key).await?)
    }

    /// What the server behind the cache says of itself.
    server_info(lab) -> ServerInfo {
        Ok(lab.server_info().await?)
    }

    /// Which commands it has.
    console_commands(lab) -> CommandTable {
        Ok(lab.console_commands().await?)
    }

    /// Sends it a line that was typed.
    console_send(lab, request: ConsoleRequest) -> ConsoleAnswer {
        Ok(lab.console_send(&request.line, request.confirmed).await?)
    }

    /// Ends waiting for its reply.
    console_cancel(lab) -> () {
        lab.console_cancel();
        Ok(())
    }

    /// What passes by it, of others and of ourselves; asking begins a watch, which ends when nobody asks any more.
    passing_commands(lab, request: Watch) -> Passing {
        Ok(lab.passing(request).await?)
    }

    /// Ends the watch.
    end_watch(lab) -> () {
        lab.end_watch();
        Ok(())
    }

    /// Some rows of a table of the catalogue.
    table_page(lab, request: TableAt) -> TablePage {
        Ok(lab.table_page(request).await?)
    }
}

/// A name for a file: letters, digits and a few signs that every system takes.
fn file_name(name: &str, ending: &str) -> String {
    let plain =
        |character: char| if character.is_alphanumeric() || "-_.,".contains(character) { character } else { ' ' };
    let words: String = name.chars().take(80).map(plain).collect();
    let words = words.split_whitespace().map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    if name.is_empty() { format!("recording.{ending}") } else { format!("{name}.{ending}") }
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, Error> {
    serde_json::from_value(request)
        .map_err(|error| invalid(format!("The request cannot be read: {}.", trace::hide_passwords(&error.to_string()))))
}

fn written(reply: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(reply).map_err(failed)
}

fn invalid(message: String) -> Error {
    Error { code: ErrorCode::Invalid, message }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error { code: ErrorCode::Failed, message: error.to_string() }
}

/// Tells a face everything the laboratory says of its own accord, until the face no longer listens.
pub async fn watch(mut events: Events, mut tell: impl FnMut(Event) -> bool) {
    while let Some(event) = events.next().await {
        if !tell(event) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_recording_s_name_makes_a_name_for_a_file_and_never_a_path() {
        assert_eq!(file_name("bundled, page, Zipf 0.99", "json"), "bundled,-page,-Zipf-0.99.json");
        assert_eq!(file_name("a/../../etc/passwd", "json"), "a-etc-passwd.json");
        assert_eq!(file_name("../..", "json"), "recording.json");
        assert_eq!(file_name("///", "csv"), "recording.csv");
        assert_eq!(file_name(&"x".repeat(500), "csv").len(), 84);
    }
}
