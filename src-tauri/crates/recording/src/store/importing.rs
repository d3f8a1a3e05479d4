//! Keeps a recording that comes from a file.

use serde::{Deserialize, Serialize};
use sqlx::{Connection, SqliteConnection, query};
use trace::Trace;
use ts_rs::TS;

use super::writer::{compressed, json, json_word};
use super::{Store, listing};
use crate::export::{ImportError, RecordingFile, TallyRecord};
use crate::{About, Error, RecordedTrace, Round};

/// A recording that came from a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// The recording, as it is kept here.
    pub about: About,
    /// True where it was among the recordings already: then nothing was changed.
    pub known: bool,
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl Store {
    /// Keeps the recording of a file: whole or, where anything goes wrong, not at all.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the file makes no sense, [`Error::Full`], or what SQLite says.
    pub async fn import(&self, file: &RecordingFile) -> Result<Imported, Error> {
        let recording = file.recording()?;
        let traces = file.traces();
        let mut connection = self.connection().await;
        let known = self.said(listing::number_of_key(&mut connection, &recording.about.key).await)?;
        if let Some(id) = known {
            drop(connection);
            return Ok(Imported { about: self.about(id).await?, known: true });
        }
        let mut transaction = self.said(connection.begin().await)?;
        // Of the same key there may be one that was deleted.
        let gone = query("DELETE FROM recording WHERE key = ?").bind(&recording.about.key);
        self.said(gone.execute(&mut *transaction).await)?;
        let about = &recording.about;
        let inserted = query(
            "INSERT INTO recording (key, name, note, tags, began_unix_ms, state, study, conditions, workload, environment, info_before, info_after)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&about.key)
        .bind(&about.name)
        .bind(&about.note)
        .bind(json(&about.tags))
        .bind(about.began_unix_ms as i64)
        .bind(json_word(&about.state))
        .bind(about.study.as_ref().map(json))
        .bind(json(&about.conditions))
        .bind(json(&about.workload))
        .bind(json(&recording.environment))
        .bind(&recording.info_before)
        .bind(&recording.info_after)
        .execute(&mut *transaction)
        .await;
        let id = self.said(inserted)?.last_insert_rowid();
        for round in &recording.rounds {
            let of_round: Vec<_> = traces.iter().filter(|trace| trace.round == round.number).collect();
            self.said(insert_round(&mut transaction, id, round, file, &of_round).await)?;
        }
        let elapsed_ns = recording.rounds.iter().map(|round| round.elapsed_ns).sum();
        self.said(listing::put_figures(&mut transaction, id, &recording.tally(), elapsed_ns).await)?;
        self.said(transaction.commit().await)?;
        drop(connection);
        Ok(Imported { about: self.about(id).await?, known: false })
    }
}

async fn insert_round(
    connection: &mut SqliteConnection,
    id: i64,
    round: &Round,
    file: &RecordingFile,
    traces: &[&RecordedTrace],
) -> Result<(), sqlx::Error> {
    // Its traces are timed from its beginning.
    query("INSERT INTO round (recording, number, seed, began_ns, elapsed_ns, tally, conduct) VALUES (?, ?, ?, 0, ?, ?, ?)")
        .bind(id)
        .bind(round.number)
        .bind(round.seed as i64)
        .bind(round.elapsed_ns as i64)
        .bind(json(&TallyRecord::from(&round.tally)))
        .bind(round.conduct.as_ref().map(json))
        .execute(&mut *connection)
        .await?;
    let lone = file.rounds.len() == 1;
    let last = round.seconds.len().saturating_sub(1);
    for (index, recorded) in round.seconds.iter().enumerate() {
        let number = recorded.second.second;
        let block = file.blocks.iter().find(|block| lone && block.first_second == number);
        // What ended after the last second is with it.
        let within = |at_ns: u64| at_ns / 1_000_000_000 == u64::from(number);
        let beyond = |at_ns: u64| index == last && at_ns / 1_000_000_000 > u64::from(number);
        let traces: Vec<Trace> = traces
            .iter()
            .filter(|recorded| within(recorded.at_ns) || beyond(recorded.at_ns))
            .map(|recorded| Trace { started_ns: recorded.at_ns, ..recorded.trace.clone() })
            .collect();
        query(
            "INSERT INTO second (recording, round, number, short, machine_busy_percent, width, tally, traces)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(round.number)
        .bind(number)
        .bind(json(&recorded.second))
        .bind(recorded.machine_busy_percent)
        .bind(block.map_or(1, |block| block.seconds))
        .bind(block.map(|block| json(&block.tally)))
        .bind(compressed(&traces))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
