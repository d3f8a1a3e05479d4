use lab::{EngineState, Lab, RunSummary, TraceDetail, TrafficState};
use recording::units;
use scene::{Bound, Judged, Measure};
use serde::{Deserialize, Serialize};
use trace::{Conditions, Outcome, ProductId, Workload};
use ts_rs::TS;

use crate::prose::{fill, fill_text, placeholders};
use crate::reading::shown;
use crate::{Action, Answered, Error, Lesson, Move, Passage, Reading, Readings, Step};

/// A lesson that is played on a laboratory.
#[derive(Debug)]
pub struct Course<'a> {
    lab: &'a Lab,
    lesson: &'a Lesson,
    seed: u64,
    readings: Readings,
}

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "StepPerformance")]
pub struct Performance {
    /// Which step, counted from 0.
    pub step: u32,
    /// What was done, in order.
    pub results: Vec<MoveResult>,
    /// What is said of it, and whether it holds; absent for what has not been measured yet.
    pub expectations: Vec<Judged>,
    /// What became of the prediction, where the step has one.
    pub prediction: Option<Answered>,
    /// What is read now, with the numbers of the run in it.
    pub after: Vec<Passage>,
    /// Whether the last action of the step was done.
    pub done: bool,
}

/// What an action came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MoveResult {
    /// Which action of the step, counted from 0.
    pub action: u32,
    /// What happened, in a sentence.
    pub told: String,
    /// The numbers that the step speaks of.
    pub shown: Vec<Shown>,
    /// The single requests it sent, with all there is to see of them; of many the last ten.
    pub traces: Vec<TraceDetail>,
    /// The number of the run it sent, whose frames and summary can be read.
    pub run: Option<u32>,
}

/// A number as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Shown {
    /// What was measured.
    pub name: String,
    /// What it was, with its unit.
    pub value: String,
}

/// Of many single requests so many are shown whole.
const TRACES_SHOWN: usize = 10;

/// What a move did, before it is told.
#[derive(Default)]
struct Done {
    told: String,
    reading: Option<Reading>,
    traces: Vec<TraceDetail>,
    run: Option<u32>,
}

impl<'a> Course<'a> {
    /// Begins a lesson: puts what it starts from in force, with an empty cache. Traffic that is on ends. `seed`: another than
    /// the lesson's, for the same story with other requests.
    ///
    /// # Errors
    /// [`Error::Lab`] when the laboratory cannot be had for it.
    pub async fn begin(lab: &'a Lab, lesson: &'a Lesson, seed: Option<u64>) -> Result<Self, Error> {
        let course = Self::resume(lab, lesson, seed, Readings::default());
        course.free_the_stage().await?;
        lab.guide(lesson.conditions.clone(), true).await?;
        Ok(course)
    }

    /// Goes on with a lesson of which something was measured before.
    #[must_use]
    pub fn resume(lab: &'a Lab, lesson: &'a Lesson, seed: Option<u64>, readings: Readings) -> Self {
        Self { lab, lesson, seed: seed.unwrap_or(lesson.seed), readings }
    }

    /// What was measured so far.
    #[must_use]
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// What was measured so far, to be kept.
    #[must_use]
    pub fn into_readings(self) -> Readings {
        self.readings
    }

    /// The prose before a step, with what earlier ones measured in it.
    #[must_use]
    pub fn prose(&self, step: &Step) -> Vec<Passage> {
        fill(&step.prose, &|name, measure| self.readings.value(name, measure))
    }

    /// Does the actions of a step, or the one of them that is named, counted from 0. `chosen` is what was predicted.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no such step or action, [`Error::Lab`] when the laboratory does not do it.
    pub async fn perform(
        &mut self,
        step: usize,
        only: Option<usize>,
        chosen: Option<usize>,
    ) -> Result<Performance, Error> {
        let lesson = self.lesson;
        let current = lesson.step(step)?;
        let (first, count) = match only {
            Some(only) if only < current.actions.len() => (only, 1),
            Some(_) => return Err(Error::Unknown(format!("The step \"{}\" has no such action.", current.title))),
            None => (0, current.actions.len()),
        };
        self.set_the_scene(step, first).await?;
        let mut results = Vec::with_capacity(count);
        for (index, action) in current.actions.iter().enumerate().skip(first).take(count) {
            let Done { told, reading, traces, run } = self.carry_out(action).await?;
            let measures = measures_of(current, action);
            let shown = measures.into_iter().filter_map(|measure| {
                let reading = reading.as_ref()?.values.iter().find(|value| value.measure == measure)?;
                Some(Shown { name: measure.name().to_owned(), value: shown(measure, reading.value) })
            });
            let shown = shown.collect();
            if let (Some(name), Some(reading)) = (&action.name, reading) {
                self.readings.put(Reading { name: name.clone(), ..reading });
            }
            results.push(MoveResult { action: index as u32, told, shown, traces, run });
        }
        let done = first + count >= current.actions.len();
        Ok(Performance { results, done, ..self.conclude(step, chosen)? })
    }

    /// What a step has come to by what was measured so far, without doing anything.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no such step.
    pub fn conclude(&self, step: usize, chosen: Option<usize>) -> Result<Performance, Error> {
        let current = self.lesson.step(step)?;
        let value = |name: &str, measure: Measure| self.readings.value(name, measure);
        Ok(Performance {
            step: step as u32,
            results: Vec::new(),
            expectations: current.expect.iter().map(|claim| claim.judge_by(value)).collect(),
            prediction: self.answered(current, chosen),
            after: fill(&current.after, &value),
            done: true,
        })
    }

    /// What becomes of a prediction by what was measured.
    fn answered(&self, step: &Step, chosen: Option<usize>) -> Option<Answered> {
        let value = |name: &str, measure: Measure| self.readings.value(name, measure);
        let prediction = step.predict.as_ref()?;
        let right = prediction.right(value);
        let told = chosen.or(right).and_then(|choice| prediction.choices.get(choice));
        Some(Answered {
            chosen: chosen.map(|choice| choice as u32),
            right: right.map(|choice| choice as u32),
            correct: chosen.zip(right).map(|(chosen, right)| chosen == right),
            because: told.map(|choice| fill_text(&choice.because, &value)).unwrap_or_default(),
        })
    }

    /// Makes sure that what the step starts from is in force, whatever was done meanwhile.
    async fn set_the_scene(&self, step: usize, action: usize) -> Result<(), Error> {
        self.free_the_stage().await?;
        let (conditions, stopped) = self.lesson.before(step, action);
        if self.lab.guided().as_ref() != Some(&conditions) {
            self.lab.guide(conditions, true).await?;
        }
        match (stopped, self.lab.status().engine) {
            (true, EngineState::Running { .. }) => self.lab.stop_engine().await?,
            (false, EngineState::Stopped { .. } | EngineState::Unreachable { .. }) => self.lab.revive_engine().await?,
            _ => return Ok(()),
        };
        Ok(())
    }

    async fn free_the_stage(&self) -> Result<(), Error> {
        if self.lab.status().scene.is_some() {
            self.lab.leave_scene().await?;
        }
        let _ = self.lab.stop_traffic();
        self.lab.traffic_ended().await?;
        Ok(())
    }

    async fn carry_out(&self, action: &Action) -> Result<Done, Error> {
        let lab = self.lab;
        let name = action.name.as_deref().unwrap_or_default();
        let done = match &action.what {
            Move::Send { product, query, times } => {
                let query = query.unwrap_or(lab.status().conditions.query);
                let mut clicks = Vec::new();
                for _ in 0..times.unwrap_or(1) {
                    clicks.push(lab.read(*product, query).await?);
                }
                self.clicked(name, *product, clicks)
            }
            Move::Write { product, times } => {
                let mut clicks = Vec::new();
                for _ in 0..times.unwrap_or(1) {
                    clicks.push(lab.write(*product).await?);
                }
                self.clicked(name, *product, clicks)
            }
            Move::WriteBehindTheCache { product } => {
                let price = lab.write_behind_the_cache(*product).await? as f64;
                let told = format!(
                    "In the database product {product} costs {} now. The cache was not told.",
                    shown(Measure::Price, price)
                );
                Done { told, ..Done::of(Measure::Price, price) }
            }
            Move::Clear => keys("removed", lab.clear_cache().await?.keys),
            Move::Expire { after_ms } => {
                let told = if *after_ms == 0 { "expired" } else { "will expire" };
                keys(told, lab.expire_keys(*after_ms).await?.keys)
            }
            Move::Stop => {
                lab.stop_engine().await?;
                Done::told("The server behind the cache is stopped. What it held was in memory, and is gone.")
            }
            Move::Revive => {
                lab.revive_engine().await?;
                Done::told("The server behind the cache runs again.")
            }
            Move::Wait { ms } => {
                tokio::time::sleep(std::time::Duration::from_millis((*ms).into())).await;
                Done::told(format!("{} have passed.", units::duration(f64::from(*ms) * 1e6)))
            }
            Move::Conditions(conditions) => {
                let status = lab.guide(conditions.clone(), false).await?;
                Done::told(format!("Now: {}.", in_words(&status.conditions)))
            }
            Move::Traffic { workload, acts } => {
                let seed = self.seed.wrapping_add(workload.seed).wrapping_sub(self.lesson.seed) & SEEDS;
                let run = lab.run(Workload { seed, ..*workload }, acts.clone()).await?;
                self.ran(name, &run)
            }
            Move::Scene { scene, take } => {
                lab.play_scene(scene, take.as_deref()).await?;
                if let TrafficState::Failed { message } = lab.traffic_ended().await? {
                    return Err(Error::Unknown(message));
                }
                let run = lab.summary(0);
                lab.leave_scene().await?;
                let run = run.ok_or_else(|| Error::Unknown("The scene sent nothing.".to_owned()))?;
                self.ran(name, &run)
            }
        };
        Ok(done)
    }

    /// What single requests came to.
    fn clicked(&self, name: &str, product: ProductId, mut clicks: Vec<TraceDetail>) -> Done {
        let told = match clicks.as_slice() {
            [one] => {
                let outcome = outcome_in_words(one.trace.outcome);
                format!("Product {product}: {outcome}, {}.", units::duration(one.trace.total_ns as f64))
            }
            many => {
                let of = |outcome: Outcome| {
                    let count = many.iter().filter(|click| click.trace.outcome == outcome).count();
                    (count > 0).then(|| format!("{count} × {}", outcome.name()))
                };
                let outcomes = Outcome::ALL.into_iter().filter_map(of).collect::<Vec<_>>().join(", ");
                format!("Product {product}, {} requests: {outcomes}.", many.len())
            }
        };
        let reading = Reading::of_clicks(name, &clicks).with(Measure::Waiting, Some(self.waiting()));
        let traces = clicks.split_off(clicks.len().saturating_sub(TRACES_SHOWN));
        Done { told, reading: Some(reading), traces, run: None }
    }

    /// What a run came to.
    fn ran(&self, name: &str, run: &RunSummary) -> Done {
        let requests = units::count(run.summary.counts.ended());
        let hits = match run.summary.counts.hit_ratio() {
            Some(ratio) => format!(", {} of them answered by the cache", units::percent(ratio)),
            None => String::new(),
        };
        let told = format!("{requests} requests in {}{hits}.", units::duration(run.elapsed_ns as f64));
        let reading = Reading::of_run(name, &run.summary).with(Measure::Waiting, Some(self.waiting()));
        Done { told, reading: Some(reading), run: Some(run.run), ..Done::default() }
    }

    /// Writes that are acknowledged and not yet in the database.
    fn waiting(&self) -> f64 {
        self.lab.waiting() as f64
    }
}

/// Seeds have at most 53 bits.
const SEEDS: u64 = (1 << 53) - 1;

impl Done {
    fn told(told: impl Into<String>) -> Self {
        Self { told: told.into(), ..Self::default() }
    }

    fn of(measure: Measure, value: f64) -> Self {
        let reading = Reading { name: String::new(), values: Vec::new() }.with(measure, Some(value));
        Self { reading: Some(reading), ..Self::default() }
    }
}

impl Lesson {
    /// The step of that number, counted from 0.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none.
    pub fn step(&self, step: usize) -> Result<&Step, Error> {
        self.steps.get(step).ok_or_else(|| {
            Error::Unknown(format!(
                "The lesson \"{}\" has {} steps; there is no step {}.",
                self.name,
                self.steps.len(),
                step + 1
            ))
        })
    }

    /// The same with what was measured in the prose before its steps, as far as it was.
    #[must_use]
    pub fn with_numbers(mut self, readings: &Readings) -> Self {
        for step in &mut self.steps {
            step.prose = fill(&step.prose, &|name, measure| readings.value(name, measure));
        }
        self
    }

    /// The conditions in force before an action of a step, and whether the server is stopped then.
    fn before(&self, step: usize, action: usize) -> (Conditions, bool) {
        let steps = self.steps.iter().take(step).flat_map(|step| &step.actions);
        let here = self.steps.get(step).map_or(&[][..], |step| &step.actions[..action]);
        steps.chain(here).fold((self.conditions.clone(), false), |(conditions, stopped), action| match &action.what {
            Move::Conditions(conditions) => (conditions.clone(), stopped),
            Move::Stop => (conditions, true),
            Move::Revive => (conditions, false),
            _ => (conditions, stopped),
        })
    }
}

/// The measures that a step speaks of where it speaks of that action; the usual ones where it speaks of none.
fn measures_of(step: &Step, action: &Action) -> Vec<Measure> {
    let mut measures = Vec::new();
    let mut add = |name: &str, measure: Measure| {
        if action.name.as_deref() == Some(name) && !measures.contains(&measure) {
            measures.push(measure);
        }
    };
    let choices =
        step.predict.iter().flat_map(|prediction| &prediction.choices).filter_map(|choice| choice.when.clone());
    for Bound { measure, of, against, against_measure, .. } in
        step.expect.iter().map(scene::Claim::bound).chain(choices)
    {
        add(&of, measure);
        if let Some(other) = against {
            add(&other, against_measure.unwrap_or(measure));
        }
    }
    for number in step.after.iter().flat_map(Passage::words).filter_map(|words| placeholders(words).ok()).flatten() {
        add(&number.name, number.measure);
        if let Some((name, measure)) = number.over {
            add(&name, measure);
        }
    }
    if measures.is_empty() {
        measures = match action.what {
            Move::Traffic { .. } | Move::Scene { .. } => {
                vec![Measure::HitRatio, Measure::DatabaseQueries, Measure::P50]
            }
            _ => vec![Measure::Time],
        };
    }
    measures
}

fn keys(told: &str, keys: Option<u64>) -> Done {
    let done = keys.map_or_else(Done::default, |keys| Done::of(Measure::Keys, keys as f64));
    let told = match keys {
        Some(1) => format!("1 key {told}."),
        Some(keys) => format!("{} keys {told}.", units::count(keys)),
        None => "The cache is empty.".to_owned(),
    };
    Done { told, ..done }
}

fn outcome_in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Hit => "a hit",
        Outcome::Miss => "a miss",
        Outcome::Stale => "a hit, served past its time",
        Outcome::Coalesced => "a miss, answered by what another request had loaded",
        Outcome::Bypass => "past the cache, answered by the database",
        Outcome::Written => "written",
        Outcome::Shed => "refused",
        Outcome::Error => "no answer",
    }
}

/// What is in force, for whoever reads it.
fn in_words(conditions: &Conditions) -> String {
    let ttl = units::duration_mark(f64::from(conditions.ttl_ms) * 1e6);
    format!("{}, query {}, TTL {ttl}", conditions.short_name(), conditions.query)
}
