//! A planned comparison: the same traffic under several conditions, in turn, round by round.

use std::sync::Arc;
use std::time::{Duration, Instant};

use recording::{Contender, Plan, State, StudyPart, Writer};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use trace::{Conditions, Length, Workload};
use ts_rs::TS;
use uuid::Uuid;

use crate::core::Core;
use crate::recordings::Kept;
use crate::{EngineState, Error, Lab, Status};

/// What sets the seeds of warm-ups apart from those of rounds: what warms up is not what is measured.
const WARM_UP_SEEDS: u64 = 1_000_000_007;

/// The highest seed a workload may have.
const MAX_SEED: u64 = 1 << 53;

/// How a planned comparison is getting on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StudyState {
    /// None was begun yet.
    Idle,
    /// It goes on.
    Running {
        /// What it is called.
        name: String,
        /// Which of its conditions has its turn.
        contender: String,
        /// Which round; the first is 1.
        round: u32,
        /// How many rounds there are.
        rounds: u32,
        /// Whether it warms up, which is not recorded.
        warming_up: bool,
        /// Turns that are over.
        done: u32,
        /// Turns there are: rounds × conditions.
        turns: u32,
        /// How long the rest will take, in milliseconds, judged by the turns so far; absent while that is not known.
        #[ts(type = "number | null")]
        left_ms: Option<u64>,
    },
    /// It is over, and its recordings are kept.
    Ended {
        /// What it was called.
        name: String,
        /// Its recordings' numbers in the store, the baseline first.
        #[ts(type = "number[]")]
        recordings: Vec<i64>,
        /// How it ended.
        message: String,
        /// True where every round went as planned.
        good: bool,
    },
}

impl Lab {
    /// Begins a planned comparison. Until it is over the conditions are its own; those of the settings come back then.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the plan makes no sense, or traffic is being sent; [`Error::NotReady`] before the catalogue is
    /// open; [`Error::Recording`] where the store cannot be written.
    pub async fn start_study(&self, plan: Plan) -> Result<Status, Error> {
        self.core.start_study(plan).await?;
        Ok(self.status())
    }

    /// Ends a planned comparison before its time. The rounds that all of its conditions have had are kept.
    #[must_use]
    pub fn cancel_study(&self) -> Status {
        if self.core.studies() {
            self.core.stop_traffic();
        }
        self.status()
    }

    /// Waits until no planned comparison goes on.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory closes meanwhile.
    pub async fn study_ended(&self) -> Result<StudyState, Error> {
        let mut status = self.core.status.subscribe();
        let ended = |status: &Status| !matches!(status.study, StudyState::Running { .. });
        Ok(status.wait_for(ended).await.map_err(|_| Error::Closing)?.study.clone())
    }
}

/// One that is compared, while the study goes on.
struct Arm {
    name: String,
    conditions: Conditions,
    /// Between its rounds.
    writer: Option<Writer>,
    id: i64,
    /// Rounds that were recorded to their end.
    rounds: u32,
}

impl Core {
    /// Whether a planned comparison goes on.
    pub(crate) fn studies(&self) -> bool {
        matches!(self.status.borrow().study, StudyState::Running { .. })
    }

    /// Refuses what would be measured too.
    pub(crate) fn leave_studies_alone(&self) -> Result<(), Error> {
        if self.studies() {
            let message =
                "A planned comparison goes on, and this would be measured with it. Wait for its end, or cancel it.";
            return Err(Error::Invalid(message.to_owned()));
        }
        Ok(())
    }

    async fn start_study(self: &Arc<Self>, mut plan: Plan) -> Result<(), Error> {
        for Contender { conditions, .. } in &mut plan.conditions {
            self.passwords.tell(conditions)?;
        }
        plan.check().map_err(Error::Invalid)?;
        for Contender { conditions, .. } in &plan.conditions {
            crate::settings::check_engine(conditions).map_err(Error::Invalid)?;
            crate::database::check_database(conditions).map_err(Error::Invalid)?;
        }
        self.leave_split_alone()?;
        self.shop(plan.workload)?;
        self.store().await?;
        let stop = self.claim_traffic()?;
        let turns = plan.rounds * plan.conditions.len() as u32;
        let first = plan.conditions.first().map(Contender::shown_name).unwrap_or_default();
        self.set_study(StudyState::Running {
            name: plan.name.clone(),
            contender: first,
            round: 1,
            rounds: plan.rounds,
            warming_up: plan.warm_up_ms > 0,
            done: 0,
            turns,
            left_ms: plan.length().map(|length| length.as_millis() as u64),
        });
        let core = Arc::clone(self);
        let task = self.runtime.handle().spawn(async move {
            let state = core.carry_out(plan, stop).await;
            core.come_back_to_the_settings().await;
            core.release_traffic(None);
            core.set_study(state);
        });
        self.traffic.keep_task(task);
        Ok(())
    }

    /// Every round of every contender, in turn, and what it came to.
    async fn carry_out(self: &Arc<Self>, plan: Plan, stop: watch::Receiver<bool>) -> StudyState {
        let key = Uuid::new_v4().to_string();
        let mut arms: Vec<Arm> = plan
            .conditions
            .iter()
            .map(|contender| Arm {
                name: contender.shown_name(),
                conditions: contender.conditions.clone(),
                writer: None,
                id: 0,
                rounds: 0,
            })
            .collect();
        let began = Instant::now();
        let mut problem = None;
        'rounds: for round in 0..plan.rounds {
            // Each is first, second, … in as many rounds as any other.
            for turn in 0..arms.len() {
                let position = (turn + round as usize) % arms.len();
                let done = round * arms.len() as u32 + turn as u32;
                self.tell(&plan, &arms[position].name, round, done, began);
                match self.turn(&plan, &key, position, round, &mut arms[position], &stop).await {
                    Ok(()) if *stop.borrow() => break 'rounds,
                    Ok(()) => {}
                    Err(message) => {
                        problem = Some(message);
                        break 'rounds;
                    }
                }
            }
        }
        let stopped = *stop.borrow();
        self.conclude(&plan, arms, problem, stopped).await
    }

    /// One contender's round: its engine started anew, warmed up, recorded.
    async fn turn(
        self: &Arc<Self>,
        plan: &Plan,
        key: &str,
        position: usize,
        round: u32,
        arm: &mut Arm,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), String> {
        self.put_in_force(arm.conditions.clone()).await;
        let engine = self.status.borrow().engine.clone();
        if let (true, EngineState::Unreachable { message }) = (arm.conditions.pattern.has_cache(), engine) {
            return Err(format!("{}: {message}", arm.name));
        }
        let words = |error: Error| error.to_string();
        if plan.warm_up_ms > 0 {
            let seed = seed(plan.workload.seed.wrapping_add(WARM_UP_SEEDS), round);
            let warm_up = Workload { length: Length::Time { ms: plan.warm_up_ms }, seed, ..plan.workload };
            self.send_traffic(warm_up, stop.clone(), None, None).await.map_err(words)?;
            if *stop.borrow() {
                return Ok(());
            }
        }
        let seed = seed(plan.workload.seed, round);
        // What was warmed up is warm.
        let warm = plan.workload.warm && plan.warm_up_ms == 0;
        let writer = if let Some(writer) = arm.writer.take() {
            writer
        } else {
            let study = StudyPart { key: key.to_owned(), name: plan.name.clone(), position: position as u32 };
            self.begin_recording(arm.name.clone(), plan.note.clone(), Some(study), &arm.conditions, plan.workload)
                .await
                .map_err(words)?
        };
        arm.id = writer.id();
        let writer = self.begin_round(writer, round, seed).await.map_err(words)?;
        self.told_that_it_is_warm();
        let workload = Workload { seed, warm, ..plan.workload };
        let sent = self
            .send_traffic(workload, stop.clone(), Some((writer, arm.name.clone(), false)), None)
            .await
            .map_err(words)?;
        let Some(Kept::Round(writer)) = sent.kept else {
            return Err(format!("{}: the recording could not go on.", arm.name));
        };
        arm.writer = Some(*writer);
        if !*stop.borrow() {
            arm.rounds = round + 1;
        }
        Ok(())
    }

    /// Ends the recordings, leaves out the rounds that not all have had, and says how it went.
    async fn conclude(&self, plan: &Plan, arms: Vec<Arm>, problem: Option<String>, stopped: bool) -> StudyState {
        let rounds = arms.iter().map(|arm| arm.rounds).min().unwrap_or(0);
        let good = rounds == plan.rounds && problem.is_none();
        let state = if good { State::Whole } else { State::Stopped };
        let mut recordings = Vec::new();
        for arm in arms {
            let Some(mut writer) = arm.writer else { continue };
            let kept = self.archive.runtime.run(async move {
                if rounds == 0 {
                    return writer.discard().await.map(|()| None);
                }
                writer.keep_rounds(rounds).await?;
                Ok::<_, recording::Error>(Some(writer))
            });
            if let Ok(Ok(Some(writer))) = kept.await {
                recordings.push(arm.id);
                self.complete(writer, state, &arm.name).await;
            }
        }
        let kept = match rounds {
            0 => "No round was finished by all, so nothing was kept.".to_owned(),
            1 => "One round of each is kept.".to_owned(),
            _ => format!("{rounds} rounds of each are kept."),
        };
        let message = match (problem, stopped) {
            (Some(problem), _) => format!("The comparison ended early: {problem} {kept}"),
            (None, true) => format!("The comparison was cancelled. {kept}"),
            (None, false) => format!("The comparison ended as planned. {kept}"),
        };
        StudyState::Ended { name: plan.name.clone(), recordings, message, good }
    }

    fn tell(&self, plan: &Plan, contender: &str, round: u32, done: u32, began: Instant) {
        let turns = plan.rounds * plan.conditions.len() as u32;
        let left = match (done, plan.length()) {
            (0, length) => length,
            (done, _) => Some(began.elapsed() / done * (turns - done)),
        };
        self.set_study(StudyState::Running {
            name: plan.name.clone(),
            contender: contender.to_owned(),
            round: round + 1,
            rounds: plan.rounds,
            warming_up: plan.warm_up_ms > 0,
            done,
            turns,
            left_ms: left.map(|left: Duration| left.as_millis() as u64),
        });
    }

    fn told_that_it_is_warm(&self) {
        self.status.send_if_modified(|status| match &mut status.study {
            StudyState::Running { warming_up, .. } => std::mem::take(warming_up),
            _ => false,
        });
    }

    fn set_study(&self, study: StudyState) {
        self.status.send_modify(|status| status.study = study);
    }
}

/// The seed of a round, counted on from the first.
fn seed(first: u64, round: u32) -> u64 {
    (first + u64::from(round)) % (MAX_SEED + 1)
}
