//! Reading what somebody else has written.

use metrics::Tally;
use serde::Deserialize;

use super::check::check;
use super::limits::MAX_FILE;
use super::{FORMAT, RecordError, RecordingFile, RoundRecord, VERSION, without_secrets};
use crate::{About, RecordedSecond, Recording, Round, State};

/// Why a file was not taken in. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is larger than [`MAX_FILE`].
    #[error("The file has {} MiB, and a recording has at most 64. Pick a file that Cachescope exported as JSON.", .bytes.div_ceil(1024 * 1024))]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// It is not JSON, or stops in the middle.
    #[error("The file is not whole, or is no JSON: {problem}. Export the recording again, or copy the file again.")]
    NotJson {
        /// What, and where.
        problem: String,
    },
    /// It is JSON, but something else.
    #[error("The file is no recording of Cachescope. Pick one that was exported as JSON.")]
    NotARecording,
    /// It was made by a newer Cachescope.
    #[error(
        "The recording was made by a newer Cachescope: its format has version {version}, and this one reads up to {VERSION}. Update Cachescope to open it."
    )]
    Newer {
        /// The file's version of the format.
        version: u64,
    },
    /// Something in it cannot be.
    #[error(
        "The recording cannot be opened because of {at}: {problem} Export it again where it was made; if it was made by a newer Cachescope, update this one."
    )]
    Malformed {
        /// Where, as a path: `rounds[0].seconds[12].p50_ns`.
        at: String,
        /// A sentence.
        problem: String,
    },
}

impl ImportError {
    pub(super) fn at(at: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Malformed { at: at.into(), problem: problem.into() }
    }

    pub(super) fn within(at: &str, error: RecordError) -> Self {
        Self::at(format!("{at}.{}", error.at), error.problem)
    }
}

/// What is read first, to say more than that something is missing.
#[derive(Deserialize)]
struct Header {
    format: Option<serde_json::Value>,
    version: Option<serde_json::Value>,
}

impl RecordingFile {
    /// Reads an exported recording, and believes nothing in it: it is of bounded size, its histograms are sound, its numbers
    /// agree, and the address of an external engine comes in without a password. What it does not know is passed over, and
    /// what an older version did not write takes its default.
    ///
    /// # Errors
    /// [`ImportError`] says what is wrong, where, and what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        if bytes.len() > MAX_FILE {
            return Err(ImportError::TooLarge { bytes: bytes.len() });
        }
        // Some editors put a mark before the text.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        check_header(bytes)?;
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let mut file: Self = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let at = error.path().to_string();
            let problem = error.into_inner().to_string();
            ImportError::at(if at == "." { "the file".to_owned() } else { at }, format!("{problem}."))
        })?;
        file.about.conditions = without_secrets(file.about.conditions);
        check(&file)?;
        Ok(file)
    }

    /// The recording in it, with number 0, as it is in no store. What can be told from its rounds is. One that was under way
    /// when it was exported was cut short.
    ///
    /// # Errors
    /// [`ImportError::Malformed`] where a histogram is not sound; never after [`RecordingFile::read`].
    pub fn recording(&self) -> Result<Recording, ImportError> {
        let rounds: Result<Vec<Round>, ImportError> = self.rounds.iter().enumerate().map(round).collect();
        let rounds = rounds?;
        let mut sum = Tally::default();
        rounds.iter().for_each(|round| sum.add(&round.tally));
        let response = sum.all().response;
        let about = self.about.clone();
        Ok(Recording {
            about: About {
                id: 0,
                key: about.key,
                name: about.name,
                note: about.note,
                tags: about.tags,
                began_unix_ms: about.began_unix_ms,
                state: if about.state == State::UnderWay { State::CutShort } else { about.state },
                study: about.study,
                conditions: about.conditions,
                workload: about.workload,
                elapsed_ns: rounds.iter().map(|round| round.elapsed_ns).sum(),
                requests: sum.counts().ended(),
                hit_ratio: sum.counts().hit_ratio(),
                p50_ns: response.quantile(0.5),
                p99_ns: response.quantile(0.99),
            },
            environment: self.environment.clone(),
            info_before: self.info_before.clone(),
            info_after: self.info_after.clone(),
            rounds,
        })
    }
}

fn check_header(bytes: &[u8]) -> Result<(), ImportError> {
    let header: Header = serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() { ImportError::NotARecording } else { ImportError::NotJson { problem: error.to_string() } }
    })?;
    if header.format.as_ref().and_then(|format| format.as_str()) != Some(FORMAT) {
        return Err(ImportError::NotARecording);
    }
    match header.version.as_ref().and_then(serde_json::Value::as_u64) {
        Some(version) if version > VERSION.into() => Err(ImportError::Newer { version }),
        Some(1..) => Ok(()),
        _ => Err(ImportError::at("version", "It must be a whole number from 1.")),
    }
}

fn round((index, record): (usize, &RoundRecord)) -> Result<Round, ImportError> {
    let tally = Tally::try_from(&record.tally)
        .map_err(|error| ImportError::within(&format!("rounds[{index}].tally"), error))?;
    Ok(Round {
        number: record.number,
        seed: record.seed,
        elapsed_ns: record.elapsed_ns,
        tally,
        seconds: record.seconds.iter().map(RecordedSecond::from).collect(),
        conduct: record.conduct.clone(),
    })
}
