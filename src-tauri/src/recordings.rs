//! `cachescope recordings`: what is kept, in the terminal.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use recording::export::{MAX_FILE, RecordingFile};
use recording::{About, Imported, State, Store};
use serde_json::json;

use crate::arguments::{Format, RecordingsCommand};
use crate::files;
use crate::waterfall::duration;

/// Lists, shows, exports, imports or deletes.
pub(crate) async fn run(command: RecordingsCommand, data_dir: PathBuf) -> Result<()> {
    match command {
        RecordingsCommand::List { json } => {
            let list = open(&data_dir).await?.list().await?;
            if json {
                println!("{}", json!(list));
            } else if list.is_empty() {
                println!(
                    "There are no recordings yet. Make one: cachescope record --name first --rate 1000 --duration 10s"
                );
            } else {
                print!("{}", table(&list));
            }
        }
        RecordingsCommand::Show { recording, json } => {
            let file = file(&recording, &data_dir).await?;
            let recording = file.recording()?;
            if json {
                println!("{}", json!(file.about));
            } else {
                anstream::print!("{}", crate::view::in_terminal(&recording::sections_of(&recording)));
            }
        }
        RecordingsCommand::Export { recording, format, out } => {
            let format = format.or_else(|| Format::of(&out)).unwrap_or(Format::Json);
            let file = file(&recording, &data_dir).await?;
            crate::taking::take(&file, format, &out)?;
            eprintln!("Written to {}.", out.display());
        }
        RecordingsCommand::Import { file: path } => {
            let file = RecordingFile::read(&files::read(&path, MAX_FILE as u64)?)
                .with_context(|| format!("{} was not imported", path.display()))?;
            let Imported { about, known } = open(&data_dir).await?.import(&file).await?;
            let become_of_it = if known { "It is there already, as" } else { "Imported as" };
            println!("{become_of_it} \"{}\", number {}.", about.name, about.id);
        }
        RecordingsCommand::Delete { recording } => {
            let store = open(&data_dir).await?;
            let about = store.find(&recording).await?;
            store.delete(about.id).await?;
            println!("Deleted \"{}\", number {}.", about.name, about.id);
        }
    }
    Ok(())
}

/// The recordings of the data folder; prints what is to be said of them.
pub(crate) async fn open(data_dir: &Path) -> Result<Store> {
    let opened = Store::open(data_dir).await?;
    opened.notices.iter().for_each(|notice| eprintln!("{notice}"));
    Ok(opened.store)
}

/// A recording by its name, its number or its file.
pub(crate) async fn file(recording: &str, data_dir: &Path) -> Result<RecordingFile> {
    let path = Path::new(recording);
    if path.is_file() {
        return RecordingFile::read(&files::read(path, MAX_FILE as u64)?)
            .with_context(|| format!("{} cannot be used", path.display()));
    }
    let store = open(data_dir).await?;
    match store.find(recording).await {
        Ok(about) => Ok(store.file(about.id).await?),
        Err(recording::Error::NotFound(_)) => {
            bail!("There is no recording and no file named \"{recording}\". See: cachescope recordings list")
        }
        Err(error) => Err(error.into()),
    }
}

fn table(list: &[About]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:>6}  {:<28} {:<11} {:>9} {:>9} {:>9} {:>9}  conditions and workload",
        "number", "name", "", "requests", "hit ratio", "p50", "p99"
    );
    for about in list {
        let name = match &about.study {
            Some(study) => format!("{}: {}", study.name, about.name),
            None => about.name.clone(),
        };
        let state = match about.state {
            State::Whole => "",
            State::UnderWay => "under way",
            State::Stopped => "stopped",
            State::CutShort => "cut short",
        };
        let ratio = about.hit_ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{:.1} %", ratio * 100.0));
        let quantile = |ns: Option<u64>| ns.map_or_else(|| "–".to_owned(), duration);
        let _ = writeln!(
            text,
            "{:>6}  {name:<28} {state:<11} {:>9} {ratio:>9} {:>9} {:>9}  {}, {}, {}",
            about.id,
            about.requests,
            quantile(about.p50_ns),
            quantile(about.p99_ns),
            about.conditions.short_name(),
            about.conditions.query,
            about.workload,
        );
    }
    text
}
