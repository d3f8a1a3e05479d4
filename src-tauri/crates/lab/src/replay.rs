//! A recording played back as if it were live: the same frames and summaries, at the pace at which it ran.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::{Counts, Inside, Point, Sample, Second, Summary, Tally, Times};
use recording::{Block, RecordedTrace, Recording, Stretch};
use trace::{Clock, Conditions, Trace};

use crate::core::Core;
use crate::readings::{Frame, RunSummary};
use crate::{Error, Lab, Status, TrafficState};

/// How many sampled traces are played back at most; of more, an even share.
const TRACES: usize = 20_000;

/// How many points a frame holds at most: as many as half a minute has, for after a leap.
const POINTS: usize = 5_000;

/// How many of them whole.
const WHOLE: usize = 4;

/// A recording being played back. Its clock begins with the recording; its rounds follow one another.
#[derive(Debug)]
pub(crate) struct Replay {
    recording: Recording,
    length_ns: u64,
    /// What was added up, and by when, in the order of time.
    blocks: Vec<(u64, Block)>,
    /// Each second, and when it was over.
    seconds: Vec<(u64, Second)>,
    /// Sampled requests, in the order in which they ended.
    traces: Vec<Arc<Trace>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// What stands in for the number of a run.
    run: u32,
    /// How far it was, at that moment of the lab's clock.
    at_ns: u64,
    since_ns: u64,
    paused: bool,
    /// Everything that was added up of the first so many blocks.
    sum: Tally,
    summed: usize,
}

impl Replay {
    /// Begins at the beginning; `now_ns` is the lab's clock.
    fn new(run: u32, recording: Recording, stretches: &[Stretch], traces: Vec<RecordedTrace>, now_ns: u64) -> Self {
        let mut ends_ns = Vec::new();
        let mut length_ns = 0;
        for round in &recording.rounds {
            ends_ns.push((round.number, length_ns, length_ns + round.elapsed_ns));
            length_ns += round.elapsed_ns;
        }
        let span = |number: u32| {
            let known = ends_ns.iter().find(|(round, ..)| *round == number);
            known.map_or((0, length_ns), |(_, from, to)| (*from, *to))
        };
        let blocks = stretches
            .iter()
            .map(|stretch| {
                let (from, to) = span(stretch.round);
                let end_ns = from + second_ns(stretch.first + stretch.seconds);
                (end_ns.min(to), Block::of(&stretch.tally, second_ns(stretch.seconds)))
            })
            .collect();
        let seconds = recording.rounds.iter().flat_map(|round| {
            let (from, to) = span(round.number);
            round
                .seconds
                .iter()
                .map(move |recorded| ((from + second_ns(recorded.second.second + 1)).min(to), recorded.second))
        });
        let seconds =
            (0..).zip(seconds).map(|(number, (end_ns, second))| (end_ns, Second { second: number, ..second }));
        let mut traces: Vec<_> = traces
            .into_iter()
            .map(|RecordedTrace { round, at_ns, trace }| Arc::new(Trace { started_ns: span(round).0 + at_ns, ..trace }))
            .collect();
        traces.sort_by_key(|trace| trace.ended_ns());
        Self {
            length_ns,
            blocks,
            seconds: seconds.collect(),
            traces,
            recording,
            state: Mutex::new(State {
                run,
                at_ns: 0,
                since_ns: now_ns,
                paused: false,
                sum: Tally::default(),
                summed: 0,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn position(&self, state: &State, now_ns: u64) -> u64 {
        let gone_ns = if state.paused { 0 } else { now_ns.saturating_sub(state.since_ns) };
        (state.at_ns + gone_ns).min(self.length_ns)
    }

    /// Holds, goes on, or leaps; a leap counts as another run, since what was drawn belongs to another time.
    fn turn_to(&self, position_ns: Option<u64>, paused: bool, run: Option<u32>, now_ns: u64) {
        let mut state = self.state();
        let at_ns = position_ns.unwrap_or_else(|| self.position(&state, now_ns)).min(self.length_ns);
        if at_ns < state.at_ns {
            (state.sum, state.summed) = (Tally::default(), 0);
        }
        (state.at_ns, state.since_ns, state.paused) = (at_ns, now_ns, paused);
        state.run = run.unwrap_or(state.run);
    }

    /// How it is, for the status.
    fn told(&self, now_ns: u64) -> TrafficState {
        let state = self.state();
        let position_ns = self.position(&state, now_ns);
        TrafficState::Replaying {
            run: state.run,
            recording: self.recording.about.id,
            name: self.recording.about.name.clone(),
            position_ms: milliseconds(position_ns),
            length_ms: milliseconds(self.length_ns),
            paused: state.paused || position_ns == self.length_ns,
        }
    }

    /// Everything that was added up of what is over by then.
    fn advance(&self, state: &mut State, position_ns: u64) -> Counts {
        while let Some((_, block)) = self.blocks.get(state.summed).filter(|(end_ns, _)| *end_ns <= position_ns) {
            for (outcome, response, service) in &block.outcomes {
                let times = Times { response: response.latencies(), service: service.latencies() };
                state.sum.put_times(*outcome, &times);
            }
            for (kind, durations) in &block.steps {
                let injected = block.injected_in(*kind);
                let times = metrics::StepTimes { durations: durations.latencies(), failed: 0, injected };
                state.sum.put_step(*kind, &times);
            }
            // Steps that all failed have no times, and may hold what was put in all the same.
            for (kind, injected) in &block.injected {
                if block.steps.iter().all(|(met, _)| met != kind) {
                    state.sum.put_step(*kind, &metrics::StepTimes { injected: *injected, ..Default::default() });
                }
            }
            state.sum.put_stale_reads(block.checked, Some(&block.stale_ages.latencies()));
            state.sum.put_reloads(block.counts.reloads);
            state.summed += 1;
        }
        state.sum.counts()
    }

    pub(crate) fn frame(&self, cursor: u64, now_ns: u64) -> Frame {
        let mut state = self.state();
        let position_ns = self.position(&state, now_ns);
        let counts = self.advance(&mut state, position_ns);
        let shown = self.traces.partition_point(|trace| trace.ended_ns() <= position_ns);
        let from = usize::try_from(cursor).unwrap_or(usize::MAX).min(shown).max(shown.saturating_sub(POINTS));
        let new = &self.traces[from..shown];
        let points = new.iter().map(|trace| Point::from(&**trace)).collect();
        let traces = new.iter().rev().take(WHOLE).rev().map(|trace| Trace::clone(trace)).collect();
        let sample = Sample { counts, inside: Inside::default(), cursor: shown as u64, skipped: 0, points, traces };
        Frame { run: state.run, now_ns: position_ns, started_ns: 0, progress: load::Progress::default(), sample }
    }

    pub(crate) fn summary(&self, first_second: u32, now_ns: u64) -> RunSummary {
        let mut state = self.state();
        let position_ns = self.position(&state, now_ns);
        self.advance(&mut state, position_ns);
        let (all, outcomes, steps) = state.sum.latencies();
        let over =
            self.seconds.iter().filter(|(end_ns, second)| *end_ns <= position_ns && second.second >= first_second);
        let seconds = over.map(|(_, second)| *second).collect();
        RunSummary {
            run: state.run,
            workload: Some(self.recording.about.workload),
            conditions: self.recording.about.conditions.clone(),
            elapsed_ns: position_ns,
            summary: Summary {
                counts: state.sum.counts(),
                all,
                outcomes,
                steps,
                seconds,
                stale_reads: state.sum.stale_reads(),
                protections: state.sum.protections(),
            },
            verdict: None,
        }
    }

    /// Every sampled trace, in the order in which they ended.
    pub(crate) fn traces(&self) -> Vec<Arc<Trace>> {
        self.traces.clone()
    }

    /// The trace of that number, the conditions it ran under, and when it started in milliseconds since 1970.
    pub(crate) fn trace(&self, id: u64) -> Option<(Trace, Conditions, u64)> {
        let trace = self.traces.iter().find(|trace| trace.id == id)?;
        let about = &self.recording.about;
        let at_unix_ms = about.began_unix_ms + trace.started_ns / 1_000_000;
        Some((Trace::clone(trace), about.conditions.clone(), at_unix_ms))
    }
}

impl Lab {
    /// Plays a recording back from its beginning, as if it were live.
    ///
    /// # Errors
    /// [`Error::Invalid`] while traffic is sent, [`Error::Recording`] where there is no such recording or it cannot be read.
    pub async fn play_recording(&self, id: i64) -> Result<Status, Error> {
        let core = &self.core;
        core.leave_split_alone()?;
        if core.traffic_is_on() {
            return Err(Error::Invalid("Traffic is being sent; stop it before you play a recording.".to_owned()));
        }
        let store = core.store().await?;
        let read = core.archive.runtime.run(async move {
            let recording = store.open_recording(id).await?;
            let (stretches, _) = store.stretches(id).await?;
            Ok::<_, recording::Error>((recording, stretches, store.traces(id, TRACES).await?))
        });
        let (recording, stretches, traces) = read.await??;
        let now_ns = core.clock.now_ns();
        core.show_replay(|run| Replay::new(run, recording, &stretches, traces, now_ns));
        core.tell_of_replay();
        Ok(self.status())
    }

    /// Holds the recording that is played back, or lets it go on; at its end it begins anew.
    ///
    /// # Errors
    /// [`Error::Invalid`] where none is.
    pub fn pause_replay(&self, paused: bool) -> Result<Status, Error> {
        let replay = self.core.replay().ok_or_else(no_replay)?;
        let now_ns = self.core.clock.now_ns();
        let TrafficState::Replaying { position_ms, length_ms, .. } = replay.told(now_ns) else {
            return Ok(self.status());
        };
        if !paused && position_ms >= length_ms {
            return self.seek_replay(0, false);
        }
        replay.turn_to(None, paused, None, now_ns);
        self.core.tell_of_replay();
        Ok(self.status())
    }

    /// Leaps to a moment of the recording that is played back, in milliseconds since its beginning.
    ///
    /// # Errors
    /// [`Error::Invalid`] where none is.
    pub fn seek_replay(&self, position_ms: u32, paused: bool) -> Result<Status, Error> {
        let replay = self.core.replay().ok_or_else(no_replay)?;
        let run = self.core.next_run_number();
        replay.turn_to(Some(u64::from(position_ms) * 1_000_000), paused, Some(run), self.core.clock.now_ns());
        self.core.tell_of_replay();
        Ok(self.status())
    }

    /// Ends playing back. The Stage is empty then.
    #[must_use]
    pub fn end_replay(&self) -> Status {
        if self.core.replay().is_some() {
            self.core.show_nothing();
            self.core.set_traffic(TrafficState::Idle);
        }
        self.status()
    }
}

fn no_replay() -> Error {
    Error::Invalid("No recording is being played back.".to_owned())
}

impl Core {
    /// Says how the recording that is played back is now, and again when it is at its end.
    fn tell_of_replay(self: &Arc<Self>) {
        let Some(replay) = self.replay() else { return };
        let told = replay.told(self.clock.now_ns());
        self.set_traffic(told.clone());
        let TrafficState::Replaying { run, position_ms, length_ms, paused: false, .. } = told else { return };
        let core = Arc::clone(self);
        self.runtime.handle().spawn(async move {
            tokio::time::sleep(Duration::from_millis((length_ms - position_ms).into())).await;
            let still = |state: &TrafficState| matches!(state, TrafficState::Replaying { run: now, paused: false, .. } if *now == run);
            if still(&core.status.borrow().traffic) {
                core.set_traffic(replay.told(core.clock.now_ns()));
            }
        });
    }
}

fn second_ns(seconds: u32) -> u64 {
    u64::from(seconds) * 1_000_000_000
}

fn milliseconds(ns: u64) -> u32 {
    u32::try_from(ns.div_ceil(1_000_000)).unwrap_or(u32::MAX)
}
