//! Writes a recording to files, in the format that was asked for.

use std::path::Path;

use anyhow::{Context, Result};
use recording::chart::{Chart, Theme};
use recording::export::report::{ReportContent, html};
use recording::export::{Format as One, RecordingFile};
use recording::{charts_in, sections_of};

use crate::arguments::Format;
use crate::compare::made;
use crate::files;

/// Writes a recording. What is several files goes into a folder of that name.
pub(crate) fn take(file: &RecordingFile, format: Format, out: &Path) -> Result<()> {
    let one = |format: One| write(out, &format.bytes(file)?);
    match format {
        Format::Json => one(One::Json),
        Format::Hgrm => one(One::Hgrm),
        Format::Hlog => one(One::Hlog),
        Format::Trace => one(One::Trace),
        Format::Csv => {
            folder(out)?;
            for format in [One::CsvSeconds, One::CsvPercentiles, One::CsvTraces] {
                write(&out.join(format.ending()), &format.bytes(file)?)?;
            }
            Ok(())
        }
        Format::Html => {
            let recording = file.recording()?;
            let content = ReportContent { title: recording.about.name.clone(), sections: sections_of(&recording) };
            write(out, html(&content, &made()).as_bytes())
        }
        Format::Svg => charts(file, out, "svg", |chart| Ok(chart.standalone().into_bytes())),
        Format::Png => charts(file, out, "png", |chart| Ok(chart.png(Theme::Light)?)),
    }
}

fn charts(file: &RecordingFile, out: &Path, ending: &str, drawn: impl Fn(&Chart) -> Result<Vec<u8>>) -> Result<()> {
    folder(out)?;
    for chart in charts_in(&sections_of(&file.recording()?)) {
        let words: String = chart.title.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let name = words.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        write(&out.join(format!("{name}.{ending}")), &drawn(chart)?)?;
    }
    Ok(())
}

fn folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("the folder {} could not be made", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    files::write(path, |writer| writer.write_all(bytes))
}
