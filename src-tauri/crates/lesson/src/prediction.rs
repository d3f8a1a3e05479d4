use scene::{Bound, Measure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A question that is asked before something is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// The question.
    pub question: String,
    /// The answers one can give; 2 to 6.
    pub choices: Vec<Choice>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer.
    pub says: String,
    /// Whether it is the right one whatever the run says; for what no run decides.
    #[serde(default)]
    pub right: bool,
    /// It is the right one if this holds of what was measured. Of choices with bounds at most one may have none: it is right
    /// when no other is.
    #[serde(default)]
    pub when: Option<Bound>,
    /// What whoever gave this answer is told once it is done: why it is wrong, or what else to see where it is right. What was
    /// measured stands in it by name, in braces.
    #[serde(default)]
    pub because: String,
}

/// What became of a prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Answered {
    /// The choice that was made, counted from 0; absent where none was.
    pub chosen: Option<u32>,
    /// The right one, counted from 0; absent where the run did not decide.
    pub right: Option<u32>,
    /// Whether the choice was right; absent where none was made, or nobody knows.
    pub correct: Option<bool>,
    /// What is told of the choice that was made, with the numbers of the run; where none was made, of the right one.
    pub because: String,
}

impl Prediction {
    /// Which choice is right by what was measured; `None` where that decides for none.
    #[must_use]
    pub fn right(&self, value: impl Fn(&str, Measure) -> Option<f64>) -> Option<usize> {
        if let Some(fixed) = self.choices.iter().position(|choice| choice.right) {
            return Some(fixed);
        }
        let mut otherwise = None;
        let mut all_known = true;
        for (index, choice) in self.choices.iter().enumerate() {
            match choice.when.as_ref().map(|bound| bound.holds(&value)) {
                Some(Some(true)) => return Some(index),
                Some(Some(false)) => {}
                Some(None) => all_known = false,
                None => otherwise = Some(index),
            }
        }
        otherwise.filter(|_| all_known)
    }

    /// Whether it makes sense; if not, a sentence says why.
    pub(crate) fn check(&self, known: impl Fn(&str) -> bool) -> Result<(), String> {
        if self.question.trim().is_empty() {
            return Err("A prediction needs a question.".to_owned());
        }
        if !(2..=6).contains(&self.choices.len()) {
            return Err("A prediction has 2 to 6 choices.".to_owned());
        }
        let fixed = self.choices.iter().filter(|choice| choice.right).count();
        let bounds = self.choices.iter().filter(|choice| choice.when.is_some()).count();
        if fixed > 0 && bounds > 0 || fixed > 1 {
            return Err("Either one choice is right = true, or the run decides by when: not both.".to_owned());
        }
        if fixed == 0 && bounds + 1 < self.choices.len() {
            return Err(
                "Nothing says which choice is right: give one right = true, or each of them but one a when.".to_owned()
            );
        }
        for Choice { says, right, when, because } in &self.choices {
            if says.trim().is_empty() {
                return Err("A choice has no words.".to_owned());
            }
            if let Some(bound) = when {
                bound.check(&known).map_err(|why| format!("The choice \"{says}\" cannot be decided: {why}."))?;
            }
            if fixed > 0 && !right && because.trim().is_empty() {
                return Err(format!("The choice \"{says}\" is wrong, and no because says why."));
            }
            if bounds > 0 && because.trim().is_empty() {
                return Err(format!("The choice \"{says}\" may be wrong: say why in because."));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(at_least: Option<f64>, at_most: Option<f64>) -> Choice {
        let bound = Bound {
            measure: Measure::Hits,
            of: "run".to_owned(),
            against: None,
            against_measure: None,
            at_most,
            at_least,
        };
        let when = (at_least.is_some() || at_most.is_some()).then_some(bound);
        Choice { says: "so".to_owned(), right: false, when, because: "for that".to_owned() }
    }

    fn asked(choices: Vec<Choice>) -> Prediction {
        Prediction { question: "?".to_owned(), choices }
    }

    #[test]
    fn the_run_decides_which_choice_is_right() {
        let prediction = asked(vec![choice(None, Some(1.0)), choice(Some(2.0), Some(5.0)), choice(None, None)]);
        let right = |hits: Option<f64>| prediction.right(|_, _| hits);
        assert_eq!([Some(0.0), Some(3.0), Some(9.0)].map(right), [Some(0), Some(1), Some(2)]);
        assert_eq!(
            right(None),
            None,
            "what was not measured decides nothing, and what is otherwise right is not right then"
        );
        let bounded = asked(vec![choice(None, Some(1.0)), choice(Some(2.0), None)]);
        assert_eq!(bounded.right(|_, _| Some(1.5)), None, "none of them holds");
    }

    #[test]
    fn what_no_run_decides_the_file_says() {
        let mut prediction = asked(vec![choice(None, None), choice(None, None)]);
        assert!(prediction.check(|_| true).is_err(), "nothing says which is right");
        prediction.choices[1].right = true;
        assert_eq!(prediction.check(|_| true), Ok(()));
        assert_eq!(prediction.right(|_, _| None), Some(1));
        prediction.choices[0].right = true;
        assert!(prediction.check(|_| true).is_err(), "two are right");
    }
}
