use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{RecordingFile, hgrm, histogram_log, percentiles_csv, seconds_csv, trace_events, traces_csv};
use crate::Error;

/// As what a recording is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Everything, as [`RecordingFile`]: what can be imported again.
    Json,
    /// Its seconds as a table.
    CsvSeconds,
    /// Its percentiles as a table.
    CsvPercentiles,
    /// Its sampled requests as a table, a row for each step.
    CsvTraces,
    /// Its percentiles as HdrHistogram prints them, for plotters.
    Hgrm,
    /// Its histograms as HdrHistogram's interval log.
    Hlog,
    /// Its sampled requests for Perfetto and Chrome's tracing.
    Trace,
}

impl Format {
    /// What a file of it is called at the end.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::CsvSeconds => "seconds.csv",
            Self::CsvPercentiles => "percentiles.csv",
            Self::CsvTraces => "traces.csv",
            Self::Hgrm => "hgrm",
            Self::Hlog => "hlog",
            Self::Trace => "trace.json",
        }
    }

    /// A recording in this format.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the recording makes no sense, or has nothing to tell in this format.
    pub fn bytes(self, file: &RecordingFile) -> Result<Vec<u8>, Error> {
        let recording = file.recording()?;
        let named = [(recording.about.name.as_str(), &recording)];
        let nothing = || Error::Invalid("No request of this recording has ended: there are no percentiles.".to_owned());
        Ok(match self {
            Self::Json => {
                let mut bytes = Vec::new();
                file.write(&mut bytes).map_err(|error| Error::Invalid(error.to_string()))?;
                bytes
            }
            Self::CsvSeconds => seconds_csv(&named).into_bytes(),
            Self::CsvPercentiles => percentiles_csv(&named).into_bytes(),
            Self::CsvTraces => traces_csv(&file.traces()).into_bytes(),
            Self::Hgrm => hgrm(&recording, None).ok_or_else(nothing)?.into_bytes(),
            Self::Hlog => histogram_log(&recording, &file.blocks).map_err(|error| Error::Invalid(error.to_string()))?,
            Self::Trace => trace_events(&recording.about.name, &file.traces()).into_bytes(),
        })
    }
}
