//! Writes a recording while it runs.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use metrics::{KeptSecond, Second, Tally};
use sqlx::{Connection, query};
use trace::{Conditions, Workload};
use uuid::Uuid;

use super::owner::Owner;
use super::{Store, listing, reading};
use crate::export::TallyRecord;
use crate::{Conduct, Environment, Error, State, StudyPart};

const SECOND_NS: u64 = 1_000_000_000;

/// What is known of a recording when it begins.
#[derive(Debug, Clone)]
pub struct NewRecording {
    /// What it is to be called.
    pub name: String,
    /// What is written beside it.
    pub note: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// When it begins, in milliseconds since 1970.
    pub began_unix_ms: u64,
    /// The study it is part of.
    pub study: Option<StudyPart>,
    /// Everything that shapes it besides the requests. A password is left out.
    pub conditions: Conditions,
    /// The requests that are sent.
    pub workload: Workload,
    /// The machine.
    pub environment: Environment,
    /// The server's `INFO` before it.
    pub info_before: Option<String>,
}

/// Writes one recording. What was written when the program ends, however it ends, is kept.
#[derive(Debug)]
pub struct Writer {
    store: Store,
    id: i64,
    /// Of the rounds that have ended.
    whole: Tally,
    elapsed_ns: u64,
    round: Option<OpenRound>,
    _owner: Owner,
}

#[derive(Debug)]
struct OpenRound {
    number: u32,
    /// What the run calls the first second that was written.
    first: Option<u32>,
    tally: Tally,
    elapsed_ns: u64,
}

impl Store {
    /// Begins a recording.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is empty or too long; else what SQLite or the system says.
    pub async fn begin(&self, new: NewRecording) -> Result<Writer, Error> {
        listing::check_name(&new.name)?;
        let key = Uuid::new_v4().to_string();
        let owner = Owner::of(&self.shared.folder, &key)?
            .ok_or_else(|| Error::Invalid("Another program records under the same key.".to_owned()))?;
        let mut connection = self.connection().await;
        let inserted = query(
            "INSERT INTO recording (key, name, note, tags, began_unix_ms, state, study, conditions, workload, environment, info_before)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key)
        .bind(new.name.trim())
        .bind(new.note)
        .bind(json(&new.tags))
        .bind(new.began_unix_ms as i64)
        .bind(json_word(&State::UnderWay))
        .bind(new.study.as_ref().map(json))
        .bind(json(&new.conditions))
        .bind(json(&new.workload))
        .bind(json(&new.environment))
        .bind(new.info_before)
        .execute(&mut *connection)
        .await;
        let id = self.said(inserted)?.last_insert_rowid();
        drop(connection);
        Ok(Writer { store: self.clone(), id, whole: Tally::default(), elapsed_ns: 0, round: None, _owner: owner })
    }
}

impl Writer {
    /// The recording's number in the store.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Begins a round. One that is open is ended first, as it is.
    ///
    /// # Errors
    /// What SQLite says, above all [`Error::Full`].
    pub async fn begin_round(&mut self, number: u32, seed: u64) -> Result<(), Error> {
        if self.round.is_some() {
            self.end_round(None, None).await?;
        }
        let mut connection = self.store.connection().await;
        let inserted = query("INSERT INTO round (recording, number, seed) VALUES (?, ?, ?)")
            .bind(self.id)
            .bind(number)
            .bind(seed as i64)
            .execute(&mut *connection)
            .await;
        self.store.said(inserted)?;
        drop(connection);
        self.round = Some(OpenRound { number, first: None, tally: Tally::default(), elapsed_ns: 0 });
        Ok(())
    }

    /// Writes a second of the open round, of a run that started at that moment of its clock: from then on it is kept whatever
    /// happens. The round begins with the first second that is written, and so do their numbers.
    ///
    /// # Errors
    /// As [`Writer::begin_round`]; [`Error::Invalid`] where no round is open.
    pub async fn second(
        &mut self,
        run_started_ns: u64,
        kept: &KeptSecond,
        machine_busy_percent: Option<f32>,
    ) -> Result<(), Error> {
        let no_round = || Error::Invalid("No round is open.".to_owned());
        let round = self.round.as_mut().ok_or_else(no_round)?;
        // Outside the transaction: it takes longer than writing does.
        let tally = json(&TallyRecord::from(&kept.tally));
        let traces = compressed(&kept.traces.iter().map(|trace| &**trace).collect::<Vec<_>>());
        let first = round.first.unwrap_or(kept.second.second);
        let second = Second { second: kept.second.second.saturating_sub(first), ..kept.second };

        let mut connection = self.store.connection().await;
        let mut transaction = self.store.said(connection.begin().await)?;
        if round.first.is_none() {
            let began_ns = run_started_ns + u64::from(first) * SECOND_NS;
            let began = query("UPDATE round SET began_ns = ? WHERE recording = ? AND number = ?")
                .bind(began_ns as i64)
                .bind(self.id)
                .bind(round.number);
            self.store.said(began.execute(&mut *transaction).await)?;
        }
        let written = query(
            "INSERT INTO second (recording, round, number, short, machine_busy_percent, tally, traces)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(self.id)
        .bind(round.number)
        .bind(second.second)
        .bind(json(&second))
        .bind(machine_busy_percent)
        .bind(tally)
        .bind(traces)
        .execute(&mut *transaction)
        .await;
        self.store.said(written)?;
        self.store.said(transaction.commit().await)?;
        round.first = Some(first);
        round.tally.add(&kept.tally);
        round.elapsed_ns += SECOND_NS;
        Ok(())
    }

    /// Ends the open round: with its run, which took so long from its start, or after its last whole second.
    ///
    /// # Errors
    /// As [`Writer::begin_round`].
    pub async fn end_round(&mut self, run_elapsed_ns: Option<u64>, conduct: Option<&Conduct>) -> Result<(), Error> {
        let Some(round) = &self.round else { return Ok(()) };
        let before_ns = u64::from(round.first.unwrap_or(0)) * SECOND_NS;
        let elapsed_ns = run_elapsed_ns.map_or(round.elapsed_ns, |ns| ns.saturating_sub(before_ns));
        let mut whole = self.whole.clone();
        whole.add(&round.tally);
        let total_ns = self.elapsed_ns + elapsed_ns;
        let tally = json(&TallyRecord::from(&round.tally));

        let mut connection = self.store.connection().await;
        let mut transaction = self.store.said(connection.begin().await)?;
        let ended = query("UPDATE round SET elapsed_ns = ?, tally = ?, conduct = ? WHERE recording = ? AND number = ?")
            .bind(elapsed_ns as i64)
            .bind(tally)
            .bind(conduct.map(json))
            .bind(self.id)
            .bind(round.number)
            .execute(&mut *transaction)
            .await;
        self.store.said(ended)?;
        self.store.said(listing::put_figures(&mut transaction, self.id, &whole, total_ns).await)?;
        self.store.said(transaction.commit().await)?;
        drop(connection);
        (self.whole, self.elapsed_ns, self.round) = (whole, total_ns, None);
        Ok(())
    }

    /// Keeps the first so many rounds and lets the others go: a study keeps those that all of its recordings have.
    ///
    /// # Errors
    /// As [`Writer::begin_round`].
    pub async fn keep_rounds(&mut self, rounds: u32) -> Result<(), Error> {
        self.end_round(None, None).await?;
        let mut connection = self.store.connection().await;
        let mut transaction = self.store.said(connection.begin().await)?;
        let deleted = query("DELETE FROM round WHERE recording = ? AND number >= ?").bind(self.id).bind(rounds);
        self.store.said(deleted.execute(&mut *transaction).await)?;
        let (whole, elapsed_ns) = self.store.said(reading::sum_of_rounds(&mut transaction, self.id).await)?;
        self.store.said(listing::put_figures(&mut transaction, self.id, &whole, elapsed_ns).await)?;
        self.store.said(transaction.commit().await)?;
        drop(connection);
        (self.whole, self.elapsed_ns) = (whole, elapsed_ns);
        Ok(())
    }

    /// Removes the recording: nothing in it is worth keeping.
    ///
    /// # Errors
    /// As [`Writer::begin_round`].
    pub async fn discard(self) -> Result<(), Error> {
        let mut connection = self.store.connection().await;
        let deleted = query("DELETE FROM recording WHERE id = ?").bind(self.id).execute(&mut *connection).await;
        self.store.said(deleted).map(drop)
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// As [`Writer::begin_round`]. What was written stays; at the next opening it is marked as cut short.
    pub async fn end(mut self, state: State, info_after: Option<String>) -> Result<i64, Error> {
        self.end_round(None, None).await?;
        let mut connection = self.store.connection().await;
        let ended = query("UPDATE recording SET state = ?, info_after = ? WHERE id = ?")
            .bind(json_word(&state))
            .bind(info_after)
            .bind(self.id)
            .execute(&mut *connection)
            .await;
        self.store.said(ended)?;
        Ok(self.id)
    }
}

/// As JSON. Of plain data, which JSON can hold.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A value that is one word, without its quotes.
pub(super) fn json_word(value: &impl serde::Serialize) -> String {
    json(value).trim_matches('"').to_owned()
}

pub(super) fn compressed(value: &impl serde::Serialize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Into memory: it cannot fail.
    let _ = encoder.write_all(json(value).as_bytes());
    encoder.finish().unwrap_or_default()
}
