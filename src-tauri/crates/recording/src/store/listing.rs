//! The list of recordings, and what can be changed of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metrics::{Latencies, Tally};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection, query, query_scalar};
use ts_rs::TS;

use super::owner::Owner;
use super::writer::{json, json_word};
use super::{Store, reading};
use crate::export::TallyRecord;
use crate::{About, Error, State};

/// The longest name, note and tag, in characters, and how many tags there can be.
const NAME: usize = 200;
const NOTE: usize = 10_000;
const TAG: usize = 50;
const TAGS: usize = 20;

/// What is read of each recording in a list.
const ABOUT: &str = "SELECT id, key, name, note, tags, began_unix_ms, state, study, conditions, workload, elapsed_ns, requests, hit_ratio, p50_ns, p99_ns FROM recording";

/// What is to be changed of a recording; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "RecordingChange")]
pub struct Change {
    /// Its name, 1 to 200 characters.
    pub name: Option<String>,
    /// What is written beside it, at most 10,000 characters.
    pub note: Option<String>,
    /// Its tags: at most 20, of at most 50 characters each.
    pub tags: Option<Vec<String>>,
}

impl Store {
    /// Every recording that is not deleted, the newest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn list(&self) -> Result<Vec<About>, Error> {
        let sql = format!("{ABOUT} WHERE deleted_unix_ms IS NULL ORDER BY began_unix_ms DESC, id DESC");
        let mut connection = self.connection().await;
        let rows = self.said(sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *connection).await)?;
        rows.iter().map(|row| self.said(about(row))).collect()
    }

    /// The recording of that number.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what SQLite says.
    pub async fn about(&self, id: i64) -> Result<About, Error> {
        let sql = format!("{ABOUT} WHERE id = ? AND deleted_unix_ms IS NULL");
        let mut connection = self.connection().await;
        let row = self.said(sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(&mut *connection).await)?;
        let row = row.ok_or_else(|| Error::NotFound(format!("number {id}")))?;
        self.said(about(&row))
    }

    /// The recording of that name, the newest where several share it, or of that number.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what SQLite says.
    pub async fn find(&self, name: &str) -> Result<About, Error> {
        let list = self.list().await?;
        let number = name.strip_prefix('#').unwrap_or(name).parse::<i64>().ok();
        let named = list.iter().find(|about| about.name == name);
        let found = named.or_else(|| list.iter().find(|about| Some(about.id) == number));
        found.cloned().ok_or_else(|| Error::NotFound(format!("named \"{name}\"")))
    }

    /// Changes what a recording is called, what is written beside it, and its tags.
    ///
    /// # Errors
    /// [`Error::Invalid`] where something is too long, [`Error::NotFound`], or what SQLite says. Then nothing is changed.
    pub async fn change(&self, id: i64, change: Change) -> Result<About, Error> {
        check(&change)?;
        let name = change.name.map(|name| name.trim().to_owned());
        let tags = change.tags.map(|tags| json(&tags.iter().map(|tag| tag.trim()).collect::<Vec<_>>()));
        let mut connection = self.connection().await;
        let changed = query(
            "UPDATE recording SET name = coalesce(?, name), note = coalesce(?, note), tags = coalesce(?, tags) WHERE id = ?",
        )
        .bind(name)
        .bind(change.note)
        .bind(tags)
        .bind(id)
        .execute(&mut *connection)
        .await;
        self.said(changed)?;
        drop(connection);
        self.about(id).await
    }

    /// Deletes a recording. Until the store is opened the next time it can be had back.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`] while it is being recorded, or what SQLite says.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        if self.about(id).await?.state == State::UnderWay {
            return Err(Error::Invalid("This recording is under way. Stop it first.".to_owned()));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_millis() as i64;
        self.mark_deleted(id, Some(now)).await
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is gone for good, or what SQLite says.
    pub async fn restore(&self, id: i64) -> Result<About, Error> {
        self.mark_deleted(id, None).await?;
        self.about(id).await
    }

    async fn mark_deleted(&self, id: i64, at: Option<i64>) -> Result<(), Error> {
        let mut connection = self.connection().await;
        let marked = query("UPDATE recording SET deleted_unix_ms = ? WHERE id = ?").bind(at).bind(id);
        self.said(marked.execute(&mut *connection).await).map(drop)
    }

    /// Removes what was deleted before.
    pub(super) async fn purge(&self) -> Result<(), Error> {
        let mut connection = self.connection().await;
        let sql = "DELETE FROM recording WHERE deleted_unix_ms IS NOT NULL";
        self.said(query(sql).execute(&mut *connection).await).map(drop)
    }

    /// Ends the recordings that nobody writes any more, with all that was written of them. Says in a sentence which.
    pub(super) async fn end_what_was_cut_short(&self) -> Result<Option<String>, Error> {
        let mut connection = self.connection().await;
        let sql = "SELECT id, key, name FROM recording WHERE state = 'under_way'";
        let open: Vec<(i64, String, String)> = self.said(sqlx::query_as(sql).fetch_all(&mut *connection).await)?;
        drop(connection);
        let mut names = Vec::new();
        for (id, key, name) in open {
            let Some(_owner) = Owner::of(&self.shared.folder, &key)? else { continue };
            self.cut_short(id).await?;
            names.push(format!("\"{name}\""));
        }
        let what = match names.as_slice() {
            [] => return Ok(None),
            [name] => format!("The recording {name} was"),
            _ => format!("The recordings {} were", names.join(", ")),
        };
        Ok(Some(format!("{what} cut short when Cachescope ended. What was recorded until then is kept.")))
    }

    /// Adds up the seconds of the rounds that did not end, and marks the recording.
    async fn cut_short(&self, id: i64) -> Result<(), Error> {
        let mut connection = self.connection().await;
        let sql = "SELECT number FROM round WHERE recording = ? AND tally IS NULL";
        let open: Vec<(u32,)> = self.said(sqlx::query_as(sql).bind(id).fetch_all(&mut *connection).await)?;
        for (number,) in open {
            let (sum, seconds) = self.said(reading::sum_of_seconds(&mut connection, id, number).await)?;
            let ended = query("UPDATE round SET elapsed_ns = ?, tally = ? WHERE recording = ? AND number = ?")
                .bind((seconds * 1_000_000_000) as i64)
                .bind(json(&TallyRecord::from(&sum)))
                .bind(id)
                .bind(number);
            self.said(ended.execute(&mut *connection).await)?;
        }
        let (whole, elapsed_ns) = self.said(reading::sum_of_rounds(&mut connection, id).await)?;
        self.said(put_figures(&mut connection, id, &whole, elapsed_ns).await)?;
        let marked = query("UPDATE recording SET state = ? WHERE id = ?").bind(json_word(&State::CutShort)).bind(id);
        self.said(marked.execute(&mut *connection).await).map(drop)
    }
}

/// Writes what stands in the list.
pub(super) async fn put_figures(
    connection: &mut SqliteConnection,
    id: i64,
    whole: &Tally,
    elapsed_ns: u64,
) -> Result<(), sqlx::Error> {
    let all: Latencies = whole.all().response;
    query("UPDATE recording SET elapsed_ns = ?, requests = ?, hit_ratio = ?, p50_ns = ?, p99_ns = ? WHERE id = ?")
        .bind(elapsed_ns as i64)
        .bind(whole.counts().ended() as i64)
        .bind(whole.counts().hit_ratio())
        .bind(all.quantile(0.5).map(|ns| ns as i64))
        .bind(all.quantile(0.99).map(|ns| ns as i64))
        .bind(id)
        .execute(connection)
        .await
        .map(drop)
}

pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let length = name.trim().chars().count();
    if (1..=NAME).contains(&length) {
        return Ok(());
    }
    Err(Error::Invalid(format!("The name of a recording must have 1 to {NAME} characters.")))
}

fn check(change: &Change) -> Result<(), Error> {
    change.name.as_deref().map_or(Ok(()), check_name)?;
    if change.note.as_ref().is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Error::Invalid(format!("A note must have at most {NOTE} characters.")));
    }
    let too_long = |tag: &String| !(1..=TAG).contains(&tag.trim().chars().count());
    if change.tags.as_ref().is_some_and(|tags| tags.len() > TAGS || tags.iter().any(too_long)) {
        return Err(Error::Invalid(format!("There can be {TAGS} tags of 1 to {TAG} characters each.")));
    }
    Ok(())
}

pub(super) fn about(row: &SqliteRow) -> Result<About, sqlx::Error> {
    let unsigned = |name: &str| row.try_get::<i64, _>(name).map(i64::unsigned_abs);
    let optional = |name: &str| row.try_get::<Option<i64>, _>(name).map(|ns| ns.map(i64::unsigned_abs));
    Ok(About {
        id: row.try_get("id")?,
        key: row.try_get("key")?,
        name: row.try_get("name")?,
        note: row.try_get("note")?,
        tags: from_json(row, "tags")?,
        began_unix_ms: unsigned("began_unix_ms")?,
        state: word(&row.try_get::<String, _>("state")?)?,
        study: row.try_get::<Option<String>, _>("study")?.map(|text| parse(&text)).transpose()?,
        conditions: from_json(row, "conditions")?,
        workload: from_json(row, "workload")?,
        elapsed_ns: unsigned("elapsed_ns")?,
        requests: unsigned("requests")?,
        hit_ratio: row.try_get("hit_ratio")?,
        p50_ns: optional("p50_ns")?,
        p99_ns: optional("p99_ns")?,
    })
}

pub(super) fn from_json<T: DeserializeOwned>(row: &SqliteRow, name: &str) -> Result<T, sqlx::Error> {
    parse(&row.try_get::<String, _>(name)?)
}

pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn word<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_value(text.into()).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Whether a recording of that key is there, and its number.
pub(super) async fn number_of_key(connection: &mut SqliteConnection, key: &str) -> Result<Option<i64>, sqlx::Error> {
    query_scalar("SELECT id FROM recording WHERE key = ? AND deleted_unix_ms IS NULL")
        .bind(key)
        .fetch_optional(connection)
        .await
}
