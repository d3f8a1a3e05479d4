//! What a run came to, in sentences.

use load::{Check, Verdict};
use metrics::{Counts, StepLatency};
use trace::Conditions;

/// From which lag of its own on the generator says so, in nanoseconds.
const LAG_TOLD_NS: u64 = 1_000_000;

/// How a run ended.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    /// What happened; the first sentence says how it ended.
    pub(crate) messages: Vec<String>,
    /// True where nothing went wrong: no request failed, and the counts agree.
    pub(crate) good: bool,
}

impl Ending {
    /// `unasked` of the bypasses asked nobody: the Bloom filter had answered them. `waiting`: writes that are acknowledged and
    /// not yet in the database.
    pub(crate) fn of(verdict: &Verdict, counts: Counts, unasked: u64, conditions: &Conditions, waiting: u64) -> Self {
        let counts = Counts { bypasses: counts.bypasses.saturating_sub(unasked), ..counts };
        let good = counts.errors == 0 && !matches!(verdict.check, Check::Differs { .. });
        Self { messages: in_words(verdict, counts, conditions, waiting), good }
    }

    /// The same, and how much of its steps' time was put in on purpose.
    pub(crate) fn with_injected(mut self, steps: &[StepLatency]) -> Self {
        let ns: u64 = steps.iter().map(|step| step.injected.ns).sum();
        let many: u64 = steps.iter().map(|step| step.injected.steps).sum();
        if many > 0 {
            self.messages.push(format!(
                "Faults put {:.2} s into {} steps in all: that much of the times is injected, not measured.",
                ns as f64 / 1e9,
                grouped(many)
            ));
        }
        self
    }
}

fn in_words(verdict: &Verdict, counts: Counts, conditions: &Conditions, waiting: u64) -> Vec<String> {
    let seconds = verdict.elapsed_ns as f64 / 1e9;
    let mut messages = vec![match (verdict.stopped, verdict.unsent) {
        (false, _) => format!("The run ended as planned: {} requests in {seconds:.1} s.", grouped(counts.sent)),
        (true, 0) => format!("The run was stopped: {} requests in {seconds:.1} s.", grouped(counts.sent)),
        (true, unsent) => format!(
            "The run was stopped: {} requests in {seconds:.1} s; {} more were due and were not sent.",
            grouped(counts.sent),
            grouped(unsent)
        ),
    }];
    if counts.errors > 0 {
        messages.push(format!("{} requests failed; open one of them to see why.", grouped(counts.errors)));
    }
    if counts.bypasses > 0 && conditions.pattern.has_cache() {
        messages.push(format!(
            "{} requests went to the database alone, since the cache did not answer.",
            grouped(counts.bypasses)
        ));
    }
    if counts.reloads > 0 {
        messages.push(format!(
            "Besides, the database answered {} queries of reloads in the background.",
            grouped(counts.reloads)
        ));
    }
    if counts.shed > 0 {
        messages.push(format!("{} requests were refused under load.", grouped(counts.shed)));
    }
    if waiting > 0 {
        messages.push(format!(
            "{} writes were acknowledged and are not yet in the database: a crash would lose them now.",
            grouped(waiting)
        ));
    }
    if verdict.clients_busy_percent >= 1.0 {
        messages.push(format!(
            "For {:.0} % of the run requests were sent late, since every client waited for an answer. Response times \
             include that wait.",
            verdict.clients_busy_percent
        ));
    }
    if verdict.cpu_bound_percent >= 1.0 {
        messages.push(format!(
            "For {:.0} % of the run requests were sent late, since the processor had no time left: the response times are \
             as much the generator's as the cache's. Lower the rate.",
            verdict.cpu_bound_percent
        ));
    }
    if let Some(p99) = verdict.generator_lag.p99_ns.filter(|lag| *lag > LAG_TOLD_NS) {
        messages.push(format!(
            "The generator itself was up to {:.1} ms late for 99 of 100 requests that had a client free, since other programs \
             needed the processor: response times include that, service times do not.",
            p99 as f64 / 1e6
        ));
    }
    if let Check::Differs { message } = &verdict.check {
        messages.push(message.clone());
    }
    messages
}

/// A count with a comma before each group of three digits.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_are_grouped_by_three_digits() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(super::grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
