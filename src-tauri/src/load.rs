//! `cachescope load` and `cachescope record`: traffic, in the terminal.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::CommandFactory;
use clap::error::ErrorKind;
use indicatif::ProgressBar;
use lab::{EngineState, Lab, RunSummary, Settings, TrafficState};
use recording::{About, Change};
use tokio::time::interval;
use trace::Engine;

use crate::arguments::{Arguments, LoadArguments};
use crate::files;
use crate::progress::{bar, show_catalogue};
use crate::report;
use crate::server::stop_signal;
use crate::waterfall::duration;

/// How often the progress line is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// What is kept of the traffic.
pub(crate) struct Keep {
    /// What the recording is to be called.
    pub(crate) name: Option<String>,
    /// What is written beside it.
    pub(crate) note: String,
    /// Where it is written to, besides the data folder.
    pub(crate) out: Option<PathBuf>,
}

/// Sends the traffic, keeps it if that is wanted, and prints what it met. The exit code says whether requests failed.
pub(crate) async fn run(arguments: LoadArguments, keep: Option<Keep>, data_dir: PathBuf) -> Result<ExitCode> {
    let (workload, json) = (arguments.workload(), arguments.json);
    if let Err(message) = workload.check() {
        Arguments::command().error(ErrorKind::ValueValidation, message).exit();
    }
    let create_schema = arguments.conditions.create_schema();
    let conditions = arguments.conditions.conditions();
    let lab = crate::open_lab(data_dir, Settings { conditions, workload, ..Settings::default() }, create_schema)?;
    let result = tokio::select! {
        result = ready(&lab) => result,
        () = stop_signal() => Ok(()),
    };
    let code = match result {
        Ok(()) if lab.status().engine != EngineState::Starting => traffic(&lab, keep, json).await,
        Ok(()) => Ok(ExitCode::FAILURE),
        Err(error) => Err(error),
    };
    crate::close(lab).await;
    code
}

async fn ready(lab: &Lab) -> Result<()> {
    show_catalogue(lab).await;
    lab.ready().await?;
    if let EngineState::Unreachable { message } = lab.status().engine {
        bail!(message);
    }
    if let Some(facts) = facts_of(lab) {
        eprintln!("{facts}");
    }
    Ok(())
}

/// What was found out about a server of somebody else's, in a sentence.
pub(crate) fn facts_of(lab: &Lab) -> Option<String> {
    let status = lab.status();
    let (Engine::External { .. }, Some(facts)) = (&status.conditions.engine, status.engine_facts) else { return None };
    Some(format!("Found there: {}.", facts.words))
}

async fn traffic(lab: &Lab, keep: Option<Keep>, json: bool) -> Result<ExitCode> {
    match &keep {
        None => lab.start_traffic(lab.settings().workload).await?,
        Some(keep) => lab.start_recording(keep.name.clone()).await?,
    };
    let (messages, good, recording) = match watch(lab).await? {
        TrafficState::Ended { messages, good, recording, .. } => (messages, good, recording),
        TrafficState::Failed { message } => bail!(message),
        other => bail!("The traffic did not end as it should: {other:?}."),
    };
    let Some(run) = lab.summary(0) else { bail!("Nothing was measured.") };
    let kept = match (keep, recording) {
        (None, _) => None,
        (Some(_), None) => bail!("The traffic was not recorded to its end."),
        (Some(keep), Some(id)) => Some(kept(lab, keep, id).await?),
    };
    if json {
        println!("{}", report::json(&run, kept.as_ref()));
    } else {
        anstream::println!("{}", report::table(&run));
    }
    for message in &messages {
        eprintln!("{message}");
    }
    if let Some(about) = &kept {
        eprintln!("It is kept as \"{}\", number {}.", about.name, about.id);
    }
    let failed = run.summary.counts.errors > 0 || !good;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Writes a recording's note, and the recording itself into a file.
async fn kept(lab: &Lab, keep: Keep, id: i64) -> Result<About> {
    let note = Some(keep.note).filter(|note| !note.is_empty());
    let about = lab.change_recording(id, Change { note, ..Change::default() }).await?;
    if let Some(path) = keep.out {
        let file = lab.recording_file(id).await?;
        files::write(&path, |writer| file.write(writer))?;
    }
    Ok(about)
}

/// Shows how the traffic goes until it has ended. Ctrl+C ends it early; a second one at once.
async fn watch(lab: &Lab) -> Result<TrafficState> {
    let line = Line::new();
    let mut tick = interval(TICK);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = lab.traffic_ended() => {
                line.draw(lab);
                line.bar.finish_and_clear();
                return Ok(ended?);
            }
            () = stop_signal() => {
                if stopping {
                    bail!("Interrupted; nothing was added up.");
                }
                stopping = true;
                let _ = lab.stop_traffic();
            }
            _ = tick.tick() => line.draw(lab),
        }
    }
}

/// The progress line.
struct Line {
    bar: ProgressBar,
    /// Where standard error is no terminal: a line a second.
    plain: bool,
    /// What the last of those lines told of: a second, and whether the run had ended.
    last_told: Cell<Option<(u64, bool)>>,
}

impl Line {
    fn new() -> Self {
        let bar = bar("{spinner} {msg}");
        let plain = bar.is_hidden();
        Self { bar, plain, last_told: Cell::new(Some((0, false))) }
    }

    fn draw(&self, lab: &Lab) {
        let (message, told) = match (lab.status().traffic, lab.summary(u32::MAX), lab.frame(u64::MAX)) {
            (TrafficState::Warming { done, total }, ..) if total > 0 => {
                (format!("warming the cache: {done} of {total} products"), None)
            }
            (TrafficState::Warming { .. }, ..) => return,
            (_, Some(run), Some(frame)) => {
                let ended = run.verdict.is_some();
                (message(&run, &frame.progress), Some((run.elapsed_ns / 1_000_000_000, ended)))
            }
            _ => return,
        };
        if !self.plain {
            self.bar.set_message(message);
            self.bar.tick();
        } else if self.last_told.replace(told) != told {
            eprintln!("{message}");
        }
    }
}

fn message(run: &RunSummary, progress: &load::Progress) -> String {
    let (counts, all) = (&run.summary.counts, &run.summary.all.response);
    let seconds = run.elapsed_ns as f64 / 1e9;
    let rate = counts.ended() as f64 / seconds.max(1e-9);
    let ratio = counts.hit_ratio().map_or_else(|| "–".to_owned(), |ratio| format!("{:.1} %", ratio * 100.0));
    let quantile = |ns: Option<u64>| ns.map_or_else(|| "–".to_owned(), duration);
    let late = match progress.lateness {
        load::Lateness::OnTime => String::new(),
        load::Lateness::ClientsBusy => format!("  {} waiting: clients busy", progress.waiting),
        load::Lateness::CpuBound => format!("  {} waiting: CPU-bound", progress.waiting),
    };
    let errors = if counts.errors > 0 { format!("  errors {}", counts.errors) } else { String::new() };
    let stale = match run.summary.stale_reads.ages.count {
        0 => String::new(),
        count => format!("  stale reads {count}"),
    };
    format!(
        "{seconds:>5.1} s  {} sent  {rate:.0}/s  hit ratio {ratio}  p50 {}  p99 {}  p99.9 {}{stale}{errors}{late}",
        counts.sent,
        quantile(all.p50_ns),
        quantile(all.p99_ns),
        quantile(all.p999_ns),
    )
}
