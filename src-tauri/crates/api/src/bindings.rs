use std::fmt::Write as _;
use std::time::Duration;

use lab::{
    Appearance, BackgroundWork, CatalogueState, Cleared, CommandDocs, CommandTable, ConsoleAnswer, DoorSettings,
    DoorState, EngineFacts, EngineState, Event, Excerpt, FilterFacts, Frame, Held, InfoLine, InfoSection, KeyFacts,
    KeysPage, LookAt, Motion, Passed, Passing, RecordingNow, RespEntry, RespReply, RowFacts, RunSummary, SceneState,
    ServerInfo, Settings, Side, SplitState, Statement, Status, StepSql, StepWire, StudyState, TableAt, TableName,
    TablePage, Theme, TraceDetail, TrafficState, Watch, WrittenBatch,
};
use lesson::{
    Action, Answered, Choice, Faulty, Lesson, LessonProgress, Move, MoveResult, Passage, Performance, Prediction,
    Shown, Span, SpanStyle, StepPrediction, Teacher,
};
use load::{Check, Lateness, Progress, Verdict};
use metrics::{
    Bins, Counts, Distribution, Injected, Inside, Latency, OutcomeLatency, Plot, Point, ProtectionEffects, Sample,
    Second, StaleReads, StepLatency, Summary,
};
use recording::chart::{Chart, Table};
use recording::comparison::{
    AtHitRatio, BreakEven, Comparison, Contestant, Finding, GroupRatios, HitRatio, MeanDifference, Part, PathCost,
    QuantileRatio, Rest, Shift, StepDifference, Throughput, Versus, WithoutCache,
};
use recording::export::Format;
use recording::export::report::{Part as SectionPart, Section};
use recording::{About, Change, Contender, Environment, Imported, Plan, SideBySide, State, StudyPart};
use scene::{Act, Bound, Claim, Deed, Judged, Measure, MeasureKind, Measured, Scene, Take};
use trace::{
    Background, CacheFault, Circuit, Conditions, DatabaseFault, DatabaseKind, Door, During, Effect, Engine, Eviction,
    Faults, Keys, Length, Memory, Mix, Operation, Outcome, Pace, Pattern, Placement, Preset, Promise, Protection,
    Protections, Query, Rate, Request, Spacing, Step, StepKind, Trace, Workload,
};
use ts_rs::{Config, TS};

use crate::requests::DECLARATIONS;
use crate::{
    BeginLessonRequest, ChangeRequest, ChartFormat, CompareRequest, ComparisonFormat, ConsoleRequest, Error, ErrorCode,
    ExpireRequest, FrameRequest, HoldRequest, KeyRequest, LessonEntry, LessonList, LessonRequest, LessonView,
    PauseRequest, PerformRequest, Performed, PlaySceneRequest, PredictRequest, Read, RecordRequest, RecordingRequest,
    RecordingView, ResetLessonsRequest, SaveChartRequest, SaveComparisonRequest, SaveRecordingRequest, Saved,
    SeekRequest, SummaryRequest, TraceRequest, Write,
};

/// The TypeScript of everything that crosses between the laboratory and a face.
#[must_use]
pub fn typescript() -> String {
    let config = Config::default();
    let mut text = String::from("// Written by `cargo test -p api` from the Rust types. Do not edit.\n");

    macro_rules! declare {
        ($($type:ty),+ $(,)?) => {
            $({
                text.push('\n');
                if let Some(docs) = <$type as TS>::docs() {
                    text.push_str(&docs);
                }
                let _ = writeln!(text, "export {}", <$type as TS>::decl(&config));
            })+
        };
    }
    declare!(
        Operation,
        Query,
        Request,
        Outcome,
        StepKind,
        Step,
        Protection,
        Effect,
        Trace,
        Placement,
        Engine,
        Pattern,
        Protections,
        Circuit,
        Eviction,
        Memory,
        CacheFault,
        DatabaseFault,
        During,
        Faults,
        Background,
        DatabaseKind,
        Conditions,
        Keys,
        Mix,
        Rate,
        Spacing,
        Pace,
        Length,
        Workload,
        Preset,
        Appearance,
        Theme,
        Motion,
        Settings,
        CatalogueState,
        EngineState,
        TrafficState,
        RecordingNow,
        StudyState,
        Act,
        Deed,
        Claim,
        Judged,
        Measure,
        MeasureKind,
        Measured,
        Take,
        Scene,
        SceneState,
        PlaySceneRequest,
        Bound,
        SpanStyle,
        Span,
        Passage,
        Teacher,
        Move,
        Action,
        Choice,
        Prediction,
        lesson::Step,
        Lesson,
        Shown,
        MoveResult,
        Answered,
        Performance,
        StepPrediction,
        LessonProgress,
        LessonEntry,
        Faulty,
        LessonList,
        LessonRequest,
        LessonView,
        BeginLessonRequest,
        PredictRequest,
        PerformRequest,
        Performed,
        ResetLessonsRequest,
        Side,
        SplitState,
        WrittenBatch,
        BackgroundWork,
        FilterFacts,
        EngineFacts,
        Status,
        Event,
        Cleared,
        Excerpt,
        Statement,
        StepSql,
        StepWire,
        TraceDetail,
        Counts,
        Inside,
        Point,
        Sample,
        Lateness,
        Progress,
        Frame,
        Distribution,
        Bins,
        Plot,
        Latency,
        OutcomeLatency,
        Injected,
        StepLatency,
        Second,
        StaleReads,
        ProtectionEffects,
        Summary,
        Check,
        Verdict,
        RunSummary,
        Held,
        State,
        StudyPart,
        About,
        Change,
        Contender,
        Plan,
        Imported,
        Environment,
        Table,
        Chart,
        SectionPart,
        Section,
        Contestant,
        Finding,
        Shift,
        QuantileRatio,
        GroupRatios,
        Throughput,
        HitRatio,
        Rest,
        Part,
        MeanDifference,
        StepDifference,
        Versus,
        PathCost,
        WithoutCache,
        AtHitRatio,
        BreakEven,
        Comparison,
        SideBySide,
        Format,
        ErrorCode,
        Error,
        Read,
        Write,
        FrameRequest,
        SummaryRequest,
        HoldRequest,
        TraceRequest,
        RecordRequest,
        RecordingRequest,
        ChangeRequest,
        CompareRequest,
        ComparisonFormat,
        SaveRecordingRequest,
        SaveComparisonRequest,
        ChartFormat,
        SaveChartRequest,
        RecordingView,
        Saved,
        PauseRequest,
        SeekRequest,
        ExpireRequest,
        Door,
        DoorState,
        DoorSettings,
        LookAt,
        KeyFacts,
        KeysPage,
        KeyRequest,
        InfoLine,
        InfoSection,
        ServerInfo,
        CommandDocs,
        CommandTable,
        ConsoleRequest,
        RespEntry,
        RespReply,
        ConsoleAnswer,
        Watch,
        Passed,
        Passing,
        TableName,
        TableAt,
        RowFacts,
        TablePage,
    );

    text.push_str(
        "\n/** What each pattern promises: who may read stale data, for how long, and what a crash loses. */\n",
    );
    text.push_str("export const PROMISES: Record<Pattern, { stale_reads: string; crash: string }> = {\n");
    for pattern in Pattern::ALL {
        // For however long a value lives: the words are the same.
        let Promise { stale_reads, crash, .. } = pattern.promise(Duration::ZERO);
        let key = pattern.name().replace('-', "_");
        let _ = writeln!(text, "  {key}: {{\n    stale_reads: {stale_reads:?},\n    crash: {crash:?},\n  }},");
    }
    text.push_str("};\n");

    text.push_str("\n/** What each measure is called, and what its number is. */\n");
    text.push_str("export const MEASURES: Record<Measure, { name: string; kind: MeasureKind }> = {\n");
    for measure in Measure::ALL {
        let Ok(serde_json::Value::String(key)) = serde_json::to_value(measure) else { continue };
        let _ = writeln!(text, "  {key}: {{ name: {:?}, kind: {} }},", measure.name(), json(measure.kind()));
    }
    text.push_str("};\n");

    text.push_str("\n/** Every command: what it is given and what it answers. */\nexport interface Commands {\n");
    for declaration in DECLARATIONS {
        let request = match (declaration.request)(&config).as_str() {
            "null" => "Record<string, never>".to_owned(),
            name => format!("{{ request: {name} }}"),
        };
        let reply = (declaration.reply)(&config);
        let (name, docs) = (declaration.name, declaration.docs.trim());
        let _ = writeln!(text, "  /** {docs} */\n  {name}: {{ request: {request}; reply: {reply} }};");
    }
    text.push_str("}\n");
    text
}

fn json(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    /// Run with `BINDINGS=write` to write the file.
    #[test]
    fn the_typescript_in_the_ui_is_the_one_written_from_these_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/bindings/api.ts");
        let fresh = super::typescript();
        if env::var_os("BINDINGS").is_some_and(|value| value == "write") {
            fs::create_dir_all(path.parent().expect("a folder")).expect("the bindings' folder");
            fs::write(&path, &fresh).expect("the bindings are written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == fresh,
            "ui/src/bindings/api.ts is out of date; write it anew with: BINDINGS=write cargo test -p api"
        );
    }
}
