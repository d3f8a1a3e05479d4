//! Reading a lesson's file: the head, then the Markdown, step by step.

mod markdown;
mod toml_block;

use std::collections::BTreeSet;

use scene::Claim;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use trace::{Conditions, Length};

use crate::prose::placeholders;
use crate::{Action, Error, Lesson, Move, Passage, Prediction, Step, Teacher};
use markdown::{Draft, Placed};
use toml_block::Block;

/// The longest file that is read, in bytes.
pub(crate) const MAX_TEXT: usize = 256 * 1024;

/// How many steps a lesson may have.
const MAX_STEPS: usize = 20;

/// How many actions, and how many expectations, a step may have.
const MAX_IN_STEP: usize = 20;

/// How long the runs and waits of a lesson may take together, in milliseconds.
const MAX_ALL_MS: u64 = 180_000;

/// What stands between the two lines of `+++` at the beginning of a lesson's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// What the lesson is called.
    title: String,
    /// What somebody can do afterwards.
    aim: String,
    /// How long it takes to read and play, in minutes; 1 to 60.
    minutes: u32,
    /// Where chance begins in its traffic; 1 where it is left out.
    #[serde(default = "one")]
    seed: u64,
    /// What it starts from; what is left out is as usual.
    #[serde(default)]
    conditions: Conditions,
    /// The teacher's page.
    #[serde(default)]
    teacher: Teacher,
}

/// A block `toml actions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Actions {
    /// What is done, in order.
    actions: Vec<Action>,
}

/// A block `toml expect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// What is said and checked; `of` and `against` name actions.
    expect: Vec<Claim>,
}

fn one() -> u64 {
    1
}

impl Lesson {
    /// Reads a lesson. `stem` is the file's name without its ending: `07-the-race`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] with the line, what is wrong there and what to do.
    pub fn from_markdown(stem: &str, text: &str) -> Result<Self, Error> {
        let at = |line: usize, message: String| Error::Unreadable { line, message };
        let (number, name) = numbered(stem).map_err(|message| at(1, message))?;
        if text.len() > MAX_TEXT {
            return Err(at(1, "A lesson must be shorter than 256 KiB.".to_owned()));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let (head, body, body_line) = split(&text)?;
        let block = Block { text: head, line: 2 };
        let given = block.table()?;
        let Head { title, aim, minutes, seed, conditions, teacher } = block.read(|_| ())?;
        check_head(&title, &aim, minutes).map_err(|(word, message)| at(block.line_of(word), message))?;
        conditions.check().map_err(|message| at(block.line_of("conditions"), message))?;
        if seed > 1 << 53 {
            return Err(at(block.line_of("seed"), "The seed must be at most 9,007,199,254,740,992.".to_owned()));
        }

        let usual = Usual { conditions: given.get("conditions").cloned(), seed };
        let (opening, drafts) = markdown::read(body, body_line)?;
        if drafts.is_empty() {
            return Err(at(
                body_line,
                "A lesson needs at least one step: begin it with a heading, ## What is done.".to_owned(),
            ));
        }
        if let Some(first) = drafts.get(MAX_STEPS) {
            return Err(at(first.line, format!("A lesson has at most {MAX_STEPS} steps: make two of it.")));
        }
        check_numbers(&opening, &BTreeSet::new())?;
        let mut known = BTreeSet::new();
        let steps = drafts.into_iter().map(|draft| step(draft, &usual, &mut known)).collect::<Result<Vec<_>, _>>()?;
        let all_ms: u64 = steps.iter().flat_map(|step| &step.actions).map(|action| length_ms(&action.what)).sum();
        if all_ms > MAX_ALL_MS {
            let message = format!(
                "The runs and waits of this lesson take {} s; {} s are the most. Make them shorter.",
                all_ms / 1_000,
                MAX_ALL_MS / 1_000
            );
            return Err(at(body_line, message));
        }
        let opening = opening.into_iter().map(|placed| placed.passage).collect();
        Ok(Self { name, number, own: false, title, aim, minutes, seed, conditions, teacher, opening, steps })
    }
}

/// What an action's TOML is completed with.
struct Usual {
    /// The conditions of the head, as they were given.
    conditions: Option<Value>,
    seed: u64,
}

/// The number a file's name begins with, and the rest, which is the lesson's name.
fn numbered(stem: &str) -> Result<(u32, String), String> {
    let (digits, name) = match stem.split_once('-') {
        Some((digits, name))
            if !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            (digits, name)
        }
        _ => ("0", stem),
    };
    let plain = |character: char| character.is_alphanumeric() || character == '-' || character == '_';
    if !(1..=60).contains(&name.chars().count()) || !name.chars().all(plain) {
        return Err(format!(
            "\"{stem}\" cannot be a lesson's name: give the file a name of letters, digits and hyphens, such as 16-my-lesson.md."
        ));
    }
    Ok((digits.parse().unwrap_or(0), name.to_owned()))
}

/// The head, the body, and the line the body begins in.
fn split(text: &str) -> Result<(&str, &str, usize), Error> {
    let Some(rest) = text.strip_prefix("+++\n") else {
        let message =
            "A lesson begins with its head: a line of +++, TOML with title, aim and minutes, and a line of +++ again.";
        return Err(Error::Unreadable { line: 1, message: message.to_owned() });
    };
    let mut offset = 0;
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == "+++" {
            return Ok((&rest[..offset], &rest[offset + line.len()..], index + 3));
        }
        offset += line.len();
    }
    let message = "The head has no end: close it with a line of +++.";
    Err(Error::Unreadable { line: 1, message: message.to_owned() })
}

fn check_head(title: &str, aim: &str, minutes: u32) -> Result<(), (&'static str, String)> {
    if !(1..=120).contains(&title.trim().chars().count()) {
        return Err(("title", "The title must have 1 to 120 characters.".to_owned()));
    }
    if aim.trim().is_empty() {
        return Err(("aim", "Say in aim what somebody can do afterwards.".to_owned()));
    }
    if !(1..=60).contains(&minutes) {
        return Err(("minutes", "A lesson takes 1 to 60 minutes.".to_owned()));
    }
    Ok(())
}

/// Makes a step of what was found below its heading. `known` are the names of all actions so far.
fn step(draft: Draft<'_>, usual: &Usual, known: &mut BTreeSet<String>) -> Result<Step, Error> {
    let Draft { title, line, cue, mut prose, predict, between, actions, expect, mut after } = draft;
    // In a step that does nothing the answer comes behind the question.
    let behind = if actions.is_some() { &mut prose } else { &mut after };
    behind.extend(between);
    let at = |line: usize, message: String| Error::Unreadable { line, message };
    if title.trim().is_empty() {
        return Err(at(line, "This heading has no words.".to_owned()));
    }
    check_numbers(&prose, known)?;

    let actions_line = actions.map_or(line, |block| block.line);
    let actions = match actions {
        Some(block) => {
            let Actions { mut actions } = block.read(|table| usual.complete(table))?;
            for action in &mut actions {
                check_action(action, known).map_err(|(word, message)| at(block.line_of(&word), message))?;
            }
            actions
        }
        None => Vec::new(),
    };
    if actions.len() > MAX_IN_STEP {
        return Err(at(actions_line, format!("A step has at most {MAX_IN_STEP} actions: make two steps of it.")));
    }
    let is_known = |name: &str| known.contains(name);
    let predict = match predict {
        Some(block) => {
            let prediction: Prediction = block.read(|_| ())?;
            prediction.check(is_known).map_err(|message| at(block.line, message))?;
            for choice in &prediction.choices {
                check_text(&choice.because, known).map_err(|message| at(block.line, message))?;
            }
            Some(prediction)
        }
        None => None,
    };
    let expect = match expect {
        Some(block) => {
            let Expect { expect } = block.read(|_| ())?;
            if expect.len() > MAX_IN_STEP {
                return Err(at(block.line, format!("A step has at most {MAX_IN_STEP} expectations.")));
            }
            for claim in &expect {
                let checked = claim.bound().check(is_known);
                checked.map_err(|why| {
                    at(block.line_of(&claim.says), format!("\"{}\" cannot be checked: {why}.", claim.says))
                })?;
            }
            expect
        }
        None => Vec::new(),
    };
    check_numbers(&after, known)?;
    let passages = |placed: Vec<Placed>| placed.into_iter().map(|placed| placed.passage).collect::<Vec<Passage>>();
    Ok(Step { title, cue, prose: passages(prose), predict, actions, expect, after: passages(after) })
}

/// Completes an action, and checks it; what is wrong comes with a word beside which it stands.
fn check_action(action: &mut Action, known: &mut BTreeSet<String>) -> Result<(), (String, String)> {
    if action.says.trim().is_empty() {
        return Err(("says".to_owned(), "An action has no words: say in says what is done.".to_owned()));
    }
    action.what.check().map_err(|message| (action.says.clone(), message))?;
    if action.key.is_empty() {
        action.key = action.what.usual_key().unwrap_or_default().to_owned();
    }
    let Some(name) = &action.name else { return Ok(()) };
    let plain = |(index, character): (usize, char)| {
        character.is_ascii_lowercase() || index > 0 && (character == '_' || character.is_ascii_digit())
    };
    if !(1..=40).contains(&name.len()) || !name.chars().enumerate().all(plain) {
        let message = format!("\"{name}\" cannot be an action's name: use small letters, digits and underscores.");
        return Err((action.says.clone(), message));
    }
    if !known.insert(name.clone()) {
        let message = format!("Two actions of this lesson are called \"{name}\"; give each a name of its own.");
        return Err((action.says.clone(), message));
    }
    Ok(())
}

/// Whether each number in that prose can be had.
fn check_numbers(prose: &[Placed], known: &BTreeSet<String>) -> Result<(), Error> {
    for Placed { passage, line } in prose {
        for words in passage.words() {
            check_text(words, known).map_err(|message| Error::Unreadable { line: *line, message })?;
        }
    }
    Ok(())
}

fn check_text(text: &str, known: &BTreeSet<String>) -> Result<(), String> {
    for number in placeholders(text)? {
        let names = [Some(&number.name), number.over.as_ref().map(|(name, _)| name)];
        if let Some(unknown) = names.into_iter().flatten().find(|name| !known.contains(*name)) {
            return Err(format!(
                "The text speaks of \"{unknown}\", and no action before it is called so: give one as = \"{unknown}\"."
            ));
        }
    }
    Ok(())
}

impl Usual {
    /// Completes the TOML of actions: conditions by those of the head, traffic by the lesson's seed.
    fn complete(&self, table: &mut Table) {
        let actions = table.get_mut("actions").and_then(Value::as_array_mut).into_iter().flatten();
        for what in actions.filter_map(|action| action.get_mut("do")?.as_table_mut()) {
            if let (Some(given), Some(usual)) = (what.get_mut("conditions"), &self.conditions) {
                let mut merged = usual.clone();
                merge(&mut merged, given.clone());
                *given = merged;
            }
            let workload = what.get_mut("traffic").and_then(|traffic| traffic.get_mut("workload")?.as_table_mut());
            if let (Some(workload), Ok(seed)) = (workload, i64::try_from(self.seed)) {
                workload.entry("seed").or_insert(Value::Integer(seed));
            }
        }
    }
}

/// Puts one over another, table by table. What has a kind of its own takes the whole place.
fn merge(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Table(below), Value::Table(above)) if !above.contains_key("kind") => {
            for (key, value) in above {
                match below.get_mut(&key) {
                    Some(under) => merge(under, value),
                    None => {
                        below.insert(key, value);
                    }
                }
            }
        }
        (below, above) => *below = above,
    }
}

/// About how long a move takes by its own account, in milliseconds.
fn length_ms(what: &Move) -> u64 {
    match what {
        Move::Wait { ms } => u64::from(*ms),
        Move::Traffic { workload, .. } => match workload.length {
            Length::Time { ms } => u64::from(ms),
            Length::Count { .. } | Length::UntilStopped => 0,
        },
        Move::Scene { scene, .. } => match scene::Scene::named(scene).map(|scene| scene.workload.length) {
            Ok(Length::Time { ms }) => u64::from(ms),
            _ => 0,
        },
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
