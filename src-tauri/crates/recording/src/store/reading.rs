//! Opens what was recorded.

use std::io::Read;

use flate2::read::ZlibDecoder;
use metrics::{Second, Tally};
use serde::de::DeserializeOwned;
use sqlx::{Row, SqliteConnection, query, query_as};
use trace::Trace;

use super::Store;
use super::listing::{from_json, parse};
use crate::export::{BlockRecord, RecordingFile, TallyRecord};
use crate::{Block, BlockKind, Error, RecordedSecond, RecordedTrace, Recording, Round};

/// How many stretches the seconds of a recording are put into at most.
const STRETCHES: u64 = 120;

/// A second's traces are never longer than this when unpacked, in bytes.
const TRACES: u64 = 16 * 1024 * 1024;

/// How many traces a file holds at most.
const TRACES_IN_FILE: usize = 20_000;

/// Seconds of a round that follow one another.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Of which round.
    pub round: u32,
    /// The first of them; 0 is the first of the round.
    pub first: u32,
    /// How many.
    pub seconds: u32,
    /// Everything that was added up of them.
    pub tally: Tally,
}

impl Store {
    /// Opens a recording: everything but its seconds in full and its traces, which are read when they are asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what SQLite says.
    pub async fn open_recording(&self, id: i64) -> Result<Recording, Error> {
        let about = self.about(id).await?;
        let mut connection = self.connection().await;
        let sql = "SELECT environment, info_before, info_after FROM recording WHERE id = ?";
        let row = self.said(query(sql).bind(id).fetch_one(&mut *connection).await)?;
        let sql = "SELECT number, seed, elapsed_ns, tally, conduct FROM round WHERE recording = ? ORDER BY number";
        let rows = self.said(query(sql).bind(id).fetch_all(&mut *connection).await)?;
        let mut rounds = Vec::new();
        for row in rows {
            let number = self.said(row.try_get("number"))?;
            let tally: Option<String> = self.said(row.try_get("tally"))?;
            let elapsed_ns: Option<i64> = self.said(row.try_get("elapsed_ns"))?;
            let conduct: Option<String> = self.said(row.try_get("conduct"))?;
            // Of a round that is under way its seconds are all there is.
            let (tally, elapsed_ns) = if let (Some(text), Some(elapsed_ns)) = (tally, elapsed_ns) {
                (self.said(self::tally(&text))?, elapsed_ns.unsigned_abs())
            } else {
                let (sum, seconds) = self.said(sum_of_seconds(&mut connection, id, number).await)?;
                (sum, seconds * 1_000_000_000)
            };
            rounds.push(Round {
                number,
                seed: self.said(row.try_get::<i64, _>("seed"))?.unsigned_abs(),
                elapsed_ns,
                tally,
                seconds: self.said(seconds(&mut connection, id, number).await)?,
                conduct: self.said(conduct.map(|text| parse(&text)).transpose())?,
            });
        }
        Ok(Recording {
            about,
            environment: self.said(from_json(&row, "environment"))?,
            info_before: self.said(row.try_get("info_before"))?,
            info_after: self.said(row.try_get("info_after"))?,
            rounds,
        })
    }

    /// What statistics are done on: the rounds of a study, or of a lone recording its seconds, several to a block where there
    /// are more than 120.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn blocks(&self, recording: &Recording) -> Result<(Vec<Block>, BlockKind), Error> {
        if recording.about.study.is_some() || recording.rounds.len() > 1 {
            let rounds = recording.rounds.iter().map(|round| Block::of(&round.tally, round.elapsed_ns));
            return Ok((rounds.collect(), BlockKind::Rounds));
        }
        let (stretches, width) = self.stretches(recording.about.id).await?;
        let blocks =
            stretches.iter().map(|stretch| Block::of(&stretch.tally, u64::from(stretch.seconds) * 1_000_000_000));
        Ok((blocks.collect(), BlockKind::Seconds(width)))
    }

    /// A recording as a file, with everything that is in one.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what SQLite says.
    pub async fn file(&self, id: i64) -> Result<RecordingFile, Error> {
        let recording = self.open_recording(id).await?;
        let blocks = if recording.rounds.len() == 1 {
            let (stretches, _) = self.stretches(id).await?;
            stretches.iter().map(|each| BlockRecord::of(each.first, each.seconds, &each.tally)).collect()
        } else {
            Vec::new()
        };
        Ok(RecordingFile::of(&recording, blocks, &self.traces(id, TRACES_IN_FILE).await?))
    }

    /// The seconds of a recording in full, several of a round together where there are more than 120 in all; those of an import
    /// as far as its file had them. And how many are put together at most.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn stretches(&self, id: i64) -> Result<(Vec<Stretch>, u32), Error> {
        let mut connection = self.connection().await;
        let sql =
            "SELECT round, number, width FROM second WHERE recording = ? AND tally IS NOT NULL ORDER BY round, number";
        let numbers: Vec<(u32, u32, u32)> = self.said(query_as(sql).bind(id).fetch_all(&mut *connection).await)?;
        let seconds: u64 = numbers.iter().map(|(.., width)| u64::from(*width)).sum();
        let width = u32::try_from(seconds.div_ceil(STRETCHES)).unwrap_or(u32::MAX).max(1);
        let mut stretches: Vec<Stretch> = Vec::new();
        for (round, number, seconds) in numbers {
            let sql = "SELECT tally FROM second WHERE recording = ? AND round = ? AND number = ?";
            let read = sqlx::query_scalar(sql).bind(id).bind(round).bind(number).fetch_one(&mut *connection).await;
            let text: String = self.said(read)?;
            let tally = self.said(tally(&text))?;
            match stretches.last_mut() {
                Some(last) if last.round == round && last.seconds + seconds <= width => {
                    last.seconds += seconds;
                    last.tally.add(&tally);
                }
                _ => stretches.push(Stretch { round, first: number, seconds, tally }),
            }
        }
        Ok((stretches, width))
    }

    /// Sampled traces of a recording, at most so many, spread evenly over it, in the order in which they started.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn traces(&self, id: i64, most: usize) -> Result<Vec<RecordedTrace>, Error> {
        let mut connection = self.connection().await;
        let sql = "SELECT round, began_ns, traces FROM second JOIN round ON round.recording = second.recording AND round.number = second.round
            WHERE second.recording = ? ORDER BY round, second.number";
        let rows: Vec<(u32, i64, Vec<u8>)> = self.said(query_as(sql).bind(id).fetch_all(&mut *connection).await)?;
        drop(connection);
        let share = (most / rows.len().max(1)).max(1);
        let mut traces = Vec::new();
        for (round, began_ns, packed) in rows {
            let unpacked: Vec<Trace> = self.said(unpacked(&packed))?;
            let step = unpacked.len().div_ceil(share).max(1);
            let at_ns = |trace: &Trace| trace.started_ns.saturating_sub(began_ns.unsigned_abs());
            traces.extend(unpacked.into_iter().step_by(step).map(|trace| RecordedTrace {
                round,
                at_ns: at_ns(&trace),
                trace,
            }));
        }
        traces.sort_by_key(|recorded| (recorded.round, recorded.at_ns));
        traces.truncate(most);
        Ok(traces)
    }
}

pub(super) fn tally(text: &str) -> Result<Tally, sqlx::Error> {
    let record: TallyRecord = parse(text)?;
    Tally::try_from(record).map_err(|error| sqlx::Error::Decode(error.to_string().into()))
}

/// Everything that was added up of the rounds that have ended, and how long they took in nanoseconds.
pub(super) async fn sum_of_rounds(connection: &mut SqliteConnection, id: i64) -> Result<(Tally, u64), sqlx::Error> {
    let sql = "SELECT tally, elapsed_ns FROM round WHERE recording = ? AND tally IS NOT NULL";
    let rounds: Vec<(String, i64)> = query_as(sql).bind(id).fetch_all(connection).await?;
    let (mut sum, mut elapsed_ns) = (Tally::default(), 0);
    for (text, ns) in rounds {
        sum.add(&tally(&text)?);
        elapsed_ns += ns.unsigned_abs();
    }
    Ok((sum, elapsed_ns))
}

/// Everything that was written of a round, and how many seconds.
pub(super) async fn sum_of_seconds(
    connection: &mut SqliteConnection,
    id: i64,
    round: u32,
) -> Result<(Tally, u64), sqlx::Error> {
    let sql = "SELECT number FROM second WHERE recording = ? AND round = ? AND tally IS NOT NULL ORDER BY number";
    let numbers: Vec<(u32,)> = query_as(sql).bind(id).bind(round).fetch_all(&mut *connection).await?;
    let mut sum = Tally::default();
    for (number,) in &numbers {
        let sql = "SELECT tally FROM second WHERE recording = ? AND round = ? AND number = ?";
        let text: String =
            sqlx::query_scalar(sql).bind(id).bind(round).bind(number).fetch_one(&mut *connection).await?;
        sum.add(&tally(&text)?);
    }
    Ok((sum, numbers.len() as u64))
}

async fn seconds(connection: &mut SqliteConnection, id: i64, round: u32) -> Result<Vec<RecordedSecond>, sqlx::Error> {
    let sql = "SELECT short, machine_busy_percent FROM second WHERE recording = ? AND round = ? ORDER BY number";
    let rows: Vec<(String, Option<f32>)> = query_as(sql).bind(id).bind(round).fetch_all(connection).await?;
    let read = |(short, machine_busy_percent): &(String, Option<f32>)| {
        Ok(RecordedSecond { second: parse::<Second>(short)?, machine_busy_percent: *machine_busy_percent })
    };
    rows.iter().map(read).collect()
}

fn unpacked<T: DeserializeOwned>(packed: &[u8]) -> Result<T, sqlx::Error> {
    let mut text = String::new();
    ZlibDecoder::new(packed)
        .take(TRACES)
        .read_to_string(&mut text)
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    parse(&text)
}
