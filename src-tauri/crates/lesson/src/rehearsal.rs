use std::time::{Duration, Instant};

use lab::Lab;
use serde::Serialize;

use crate::{Course, Error, Lesson, Performance, Step};

/// What came of playing a lesson from beginning to end, to see whether what it says holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rehearsal {
    /// The lesson's name.
    pub name: String,
    /// How many steps were played.
    pub steps: usize,
    /// How many expectations were checked.
    pub expectations: usize,
    /// How many predictions the runs decided.
    pub predictions: usize,
    /// What did not hold, in sentences.
    pub failed: Vec<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

impl Rehearsal {
    /// Plays every step of a lesson and checks what it says, with requests from the lesson's seed or another one. The
    /// laboratory keeps the lesson's conditions afterwards.
    ///
    /// # Errors
    /// As [`Course::perform`].
    pub async fn of(lab: &Lab, lesson: &Lesson, seed: Option<u64>) -> Result<Self, Error> {
        let begin = Instant::now();
        let mut rehearsal = Self {
            name: lesson.name.clone(),
            steps: lesson.steps.len(),
            expectations: 0,
            predictions: 0,
            failed: Vec::new(),
            took_ms: 0,
        };
        let mut course = Course::begin(lab, lesson, seed).await?;
        for (number, step) in lesson.steps.iter().enumerate() {
            let performance = course.perform(number, None, None).await?;
            rehearsal.take(number, step, &performance);
        }
        rehearsal.took_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(rehearsal)
    }

    /// Whether everything held.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failed.is_empty()
    }

    /// How long it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        Duration::from_millis(self.took_ms)
    }

    fn take(&mut self, number: usize, step: &Step, performance: &Performance) {
        let place = format!("step {}, {}", number + 1, step.title);
        let failed = self.failed.len();
        for judged in &performance.expectations {
            self.expectations += 1;
            match judged.holds {
                Some(true) => {}
                Some(false) => self.failed.push(format!("{place}: does not hold: {}", judged.says)),
                None => self.failed.push(format!("{place}: cannot be said: {}", judged.says)),
            }
        }
        if let Some(answered) = &performance.prediction {
            match answered.right {
                Some(_) => self.predictions += 1,
                None => self.failed.push(format!("{place}: the run decided for no choice of the prediction")),
            }
        }
        if self.failed.len() > failed {
            let results = performance.results.iter();
            let numbers = results.flat_map(|result| {
                let shown =
                    result.shown.iter().map(|shown| format!("{} {}", shown.name, shown.value)).collect::<Vec<_>>();
                [result.told.clone(), shown.join(", ")]
            });
            self.failed.push(numbers.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "));
        }
    }
}
