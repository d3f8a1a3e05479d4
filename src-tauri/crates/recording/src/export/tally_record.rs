//! A tally as it is kept and handed on.

use hdrhistogram::Histogram;
use metrics::{Counts, Effects, Injected, Latencies, StepTimes, Tally, Times};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Outcome, Protection, StepKind};

use super::hdr;
use super::limits::at_most;

/// A [`Tally`] as data: what a JSON file and the store hold of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TallyRecord {
    /// How many requests ended, and which way they went; `sent` is the sum of all the others but `reloads`.
    pub counts: Counts,
    /// Each outcome that was met, once.
    #[serde(default, deserialize_with = "at_most::<8, _, _>")]
    pub outcomes: Vec<OutcomeRecord>,
    /// Each kind of step that was met, once.
    #[serde(default, deserialize_with = "at_most::<11, _, _>")]
    pub steps: Vec<StepRecord>,
    /// The reads that told their version; absent where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_reads: Option<StaleReadsRecord>,
    /// Each protection that did something, once.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "at_most::<8, _, _>")]
    pub protections: Vec<EffectsRecord>,
}

/// Reads held against the writes that were acknowledged before they began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaleReadsRecord {
    /// Reads that told which version they were answered with.
    pub checked: u64,
    /// For how long the answers of those that were stale had been out of date; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<LatenciesRecord>,
}

/// The times of the requests that went one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeRecord {
    /// Which way.
    pub outcome: Outcome,
    /// From when each was *due* to its end.
    pub response: LatenciesRecord,
    /// From when each was *sent* to its end.
    pub service: LatenciesRecord,
}

/// The times of one kind of step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    /// Which.
    pub kind: StepKind,
    /// Of those that succeeded.
    pub durations: LatenciesRecord,
    /// How many failed.
    #[serde(default)]
    pub failed: u64,
    /// What was put into them on purpose, into those that failed as well. The durations hold it.
    #[serde(default, skip_serializing_if = "Injected::is_none")]
    pub injected: Injected,
}

/// What a protection saved and cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EffectsRecord {
    /// Which.
    pub protection: Protection,
    /// In how many requests it did something; at least 1.
    pub requests: u64,
    /// Queries that the database was spared.
    #[serde(default)]
    pub queries_avoided: u64,
    /// Queries that it was asked, and would not have been yet.
    #[serde(default)]
    pub queries_added: u64,
    /// Round trips to the cache that were made because of it.
    #[serde(default)]
    pub round_trips: u64,
    /// Keys looked up in these.
    #[serde(default)]
    pub lookups: u64,
    /// Requests that were refused.
    #[serde(default)]
    pub refused: u64,
    /// Requests in which it did not bring what it is for.
    #[serde(default)]
    pub in_vain: u64,
    /// How long those waited that waited because of it.
    pub waits: LatenciesRecord,
}

/// A set of [`Latencies`]: a histogram of nanoseconds to three significant digits, and what it does not know exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LatenciesRecord {
    /// The histogram: HdrHistogram's V2 format, compressed by deflate, in base64. Values are whole nanoseconds.
    pub hdr: String,
    /// The sum in nanoseconds, exactly, up to 2^63 - 1; what is more is told as that.
    pub sum_ns: u64,
    /// The longest in nanoseconds, exactly; 0 of none.
    pub max_ns: u64,
    /// How many there are.
    pub count: u64,
}

/// What is wrong with a record, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct RecordError {
    /// Where, as a path: `outcomes[0].response`.
    pub at: String,
    /// A sentence.
    pub problem: String,
}

/// The largest sum that is told.
const MAX_SUM: u64 = i64::MAX as u64;

impl From<&Latencies> for LatenciesRecord {
    fn from(latencies: &Latencies) -> Self {
        Self {
            hdr: hdr::encode(latencies.histogram()),
            sum_ns: u64::try_from(latencies.sum_ns()).unwrap_or(MAX_SUM).min(MAX_SUM),
            max_ns: latencies.max_ns(),
            count: latencies.count(),
        }
    }
}

impl LatenciesRecord {
    fn latencies(&self, at: &str) -> Result<Latencies, RecordError> {
        let wrong = |problem: &str| RecordError { at: at.to_owned(), problem: problem.to_owned() };
        let histogram = hdr::decode(&self.hdr).map_err(|problem| wrong(&problem))?;
        if histogram.len() != self.count {
            return Err(wrong("The histogram holds another count than is written beside it."));
        }
        // Its max is the end of the bucket that the longest is in.
        let max_fits = if self.count == 0 {
            self.max_ns == 0
        } else {
            histogram.highest_equivalent(self.max_ns) == histogram.max()
        };
        if !max_fits {
            return Err(wrong("The longest is not in the histogram."));
        }
        let (least, most) = sums(&histogram);
        if self.sum_ns > MAX_SUM
            || u128::from(self.sum_ns) > most
            || u128::from(self.sum_ns) < least.min(MAX_SUM.into())
        {
            return Err(wrong("The sum is not that of the histogram."));
        }
        Ok(Latencies::from_histogram(histogram, self.sum_ns.into(), self.max_ns))
    }
}

/// What the values of a histogram add up to at least and at most: it knows each to three digits.
fn sums(histogram: &Histogram<u64>) -> (u128, u128) {
    histogram.iter_recorded().fold((0, 0), |(least, most), step| {
        let (value, count) = (step.value_iterated_to(), u128::from(step.count_since_last_iteration()));
        let bound = |value: u64| u128::from(value) * count;
        (least + bound(histogram.lowest_equivalent(value)), most + bound(histogram.highest_equivalent(value)))
    })
}

impl From<&Tally> for TallyRecord {
    fn from(tally: &Tally) -> Self {
        let outcomes = Outcome::ALL.into_iter().filter_map(|outcome| {
            let Times { response, service } = tally.times(outcome)?;
            Some(OutcomeRecord { outcome, response: response.into(), service: service.into() })
        });
        let steps = StepKind::ALL.into_iter().filter_map(|kind| {
            let StepTimes { durations, failed, injected } = tally.step(kind)?;
            Some(StepRecord { kind, durations: durations.into(), failed: *failed, injected: *injected })
        });
        let checked = tally.checked();
        let stale_reads =
            (checked > 0).then(|| StaleReadsRecord { checked, ages: tally.stale_ages().map(LatenciesRecord::from) });
        let protections = Protection::ALL.into_iter().filter_map(|protection| {
            let effects = tally.effects(protection)?;
            let Effects { requests, queries_avoided, queries_added, round_trips, lookups, refused, in_vain, .. } =
                *effects;
            let waits = (&effects.waits).into();
            Some(EffectsRecord {
                protection,
                requests,
                queries_avoided,
                queries_added,
                round_trips,
                lookups,
                refused,
                in_vain,
                waits,
            })
        });
        Self {
            counts: tally.counts(),
            outcomes: outcomes.collect(),
            steps: steps.collect(),
            stale_reads,
            protections: protections.collect(),
        }
    }
}

impl EffectsRecord {
    fn effects(&self, at: &str) -> Result<Effects, RecordError> {
        let Self { requests, queries_avoided, queries_added, round_trips, lookups, refused, in_vain, .. } = *self;
        let counts = [requests, queries_avoided, queries_added, round_trips, lookups, refused, in_vain];
        if requests == 0 || counts.into_iter().any(|count| count > super::limits::MAX_COUNT) {
            let problem = "It did something in no request, or in too many.".to_owned();
            return Err(RecordError { at: at.to_owned(), problem });
        }
        let waits = self.waits.latencies(&format!("{at}.waits"))?;
        Ok(Effects { requests, queries_avoided, queries_added, round_trips, lookups, refused, in_vain, waits })
    }
}

impl TryFrom<TallyRecord> for Tally {
    type Error = RecordError;

    fn try_from(record: TallyRecord) -> Result<Self, RecordError> {
        Self::try_from(&record)
    }
}

impl TryFrom<&TallyRecord> for Tally {
    type Error = RecordError;

    /// Believes nothing: histograms are looked at before they are opened, and everything that is told twice must agree.
    fn try_from(record: &TallyRecord) -> Result<Self, RecordError> {
        let mut tally = Self::default();
        tally.put_reloads(record.counts.reloads);
        for (index, OutcomeRecord { outcome, response, service }) in record.outcomes.iter().enumerate() {
            let at = format!("outcomes[{index}]");
            let wrong = |problem: &str| RecordError { at: at.clone(), problem: problem.to_owned() };
            let times = Times {
                response: response.latencies(&format!("{at}.response"))?,
                service: service.latencies(&format!("{at}.service"))?,
            };
            if tally.times(*outcome).is_some() {
                return Err(wrong("This outcome was told before."));
            }
            if times.response.count() != times.service.count() {
                return Err(wrong("There are not as many response times as service times."));
            }
            tally.put_times(*outcome, &times);
        }
        for (index, StepRecord { kind, durations, failed, injected }) in record.steps.iter().enumerate() {
            let at = format!("steps[{index}]");
            let durations = durations.latencies(&format!("{at}.durations"))?;
            if tally.step(*kind).is_some() {
                return Err(RecordError { at, problem: "This step was told before.".to_owned() });
            }
            if *failed > super::limits::MAX_COUNT {
                return Err(RecordError { at, problem: "There are too many.".to_owned() });
            }
            if injected.steps > durations.count() + failed {
                let problem = "More steps hold time put in on purpose than there are.".to_owned();
                return Err(RecordError { at, problem });
            }
            tally.put_step(*kind, &StepTimes { durations, failed: *failed, injected: *injected });
        }
        if let Some(StaleReadsRecord { checked, ages }) = &record.stale_reads {
            let ages = ages.as_ref().map(|ages| ages.latencies("stale_reads.ages")).transpose()?;
            let stale = ages.as_ref().map_or(0, Latencies::count);
            if *checked < stale || *checked > tally.counts().ended() {
                return Err(RecordError {
                    at: "stale_reads.checked".to_owned(),
                    problem: "It is fewer than were stale, or more than ended.".to_owned(),
                });
            }
            tally.put_stale_reads(*checked, ages.as_ref());
        }
        for (index, effects) in record.protections.iter().enumerate() {
            let at = format!("protections[{index}]");
            if tally.effects(effects.protection).is_some() {
                return Err(RecordError { at, problem: "This protection was told before.".to_owned() });
            }
            tally.put_effects(effects.protection, &effects.effects(&at)?);
        }
        if tally.counts() != record.counts {
            return Err(RecordError {
                at: "counts".to_owned(),
                problem: "They are not those of the histograms.".to_owned(),
            });
        }
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 30 hits of 1 to 30 µs, two of which found the cache out of reach for a moment.
    fn tally() -> Tally {
        let mut tally = Tally::default();
        let mut times = Times::default();
        for us in 1..=30 {
            times.response.record(us * 1_000 + 7);
            times.service.record(us * 1_000);
        }
        tally.put_times(Outcome::Hit, &times);
        tally.put_step(
            StepKind::CacheGet,
            &StepTimes { durations: times.service, failed: 2, injected: Injected { steps: 3, ns: 5_000 } },
        );
        let mut ages = Latencies::default();
        ages.record_many(1_200_000_000, 3);
        tally.put_stale_reads(28, Some(&ages));
        let mut effects = Effects { requests: 5, queries_avoided: 4, lookups: 7, in_vain: 1, ..Effects::default() };
        effects.waits.record(9_000);
        tally.put_effects(Protection::Lease, &effects);
        tally
    }

    fn refused(change: impl FnOnce(&mut TallyRecord)) -> String {
        let mut record = TallyRecord::from(&tally());
        change(&mut record);
        Tally::try_from(record).expect_err("it contradicts itself").to_string()
    }

    #[test]
    fn a_tally_is_the_same_after_it_was_kept() {
        let record = TallyRecord::from(&tally());
        let again = Tally::try_from(&record).expect("sound");
        assert_eq!(TallyRecord::from(&again), record);
        assert_eq!(again.counts(), tally().counts());
        assert_eq!(again.stale_reads(), tally().stale_reads());
        let (mut kept, mut fresh) = (again, tally());
        // Also what is added later is counted, however long it took.
        let mut slow = Times::default();
        slow.response.record(90_000_000_000);
        slow.service.record(90_000_000_000);
        kept.put_times(Outcome::Hit, &slow);
        fresh.put_times(Outcome::Hit, &slow);
        assert_eq!(
            kept.all().response.recorded().collect::<Vec<_>>(),
            fresh.all().response.recorded().collect::<Vec<_>>()
        );
        assert_eq!(kept.all().response.sum_ns(), fresh.all().response.sum_ns());
    }

    #[test]
    fn a_tally_of_before_stale_reads_were_counted_is_read() {
        let mut value = serde_json::to_value(TallyRecord::from(&tally())).expect("it is JSON");
        value.as_object_mut().expect("an object").remove("stale_reads");
        let record: TallyRecord = serde_json::from_value(value).expect("as it was written then");
        assert_eq!(Tally::try_from(record).expect("sound").stale_reads().checked, 0);
    }

    #[test]
    fn an_empty_tally_is_kept_too() {
        let record = TallyRecord::from(&Tally::default());
        assert_eq!(Tally::try_from(record).expect("sound").counts(), Counts::default());
    }

    #[test]
    fn what_contradicts_itself_is_refused_and_says_where() {
        assert!(refused(|record| record.counts.hits += 1).starts_with("counts: "));
        assert!(refused(|record| record.outcomes[0].response.count += 1).starts_with("outcomes[0].response: "));
        assert!(refused(|record| record.outcomes[0].service.max_ns *= 2).contains("longest"));
        assert!(refused(|record| record.outcomes[0].service.sum_ns /= 2).contains("sum"));
        assert!(refused(|record| record.steps[0].durations.sum_ns *= 2).starts_with("steps[0].durations: The sum"));
        assert!(refused(|record| record.steps.push(record.steps[0].clone())).contains("before"));
        assert!(refused(|record| record.outcomes.push(record.outcomes[0].clone())).contains("before"));
        assert!(refused(|record| record.steps[0].failed = u64::MAX).contains("too many"));
        assert!(refused(|record| record.steps[0].injected.steps = 33).contains("on purpose"));
        let checked = |checked| {
            refused(move |record| {
                record.stale_reads.as_mut().expect("there are some").checked = checked;
            })
        };
        assert!(checked(2).starts_with("stale_reads.checked: ") && checked(31).contains("more than ended"));
        assert!(refused(|record| record.protections[0].requests = 0).starts_with("protections[0]: It did"));
        assert!(refused(|record| record.protections[0].lookups = u64::MAX).contains("too many"));
        assert!(refused(|record| record.protections.push(record.protections[0].clone())).contains("before"));
        let empty = LatenciesRecord::from(&Latencies::default());
        assert!(refused(|record| record.outcomes[0].service = empty).contains("service times"));
    }

    #[test]
    fn a_sum_beyond_what_json_holds_is_told_as_the_most_it_holds() {
        let mut histogram = Histogram::<u64>::new(3).expect("three digits");
        histogram.record_n(1 << 50, 10_000).expect("it grows");
        let max_ns = 1 << 50;
        let latencies = Latencies::from_histogram(histogram, u128::from(max_ns) * 10_000, max_ns);
        let record = LatenciesRecord::from(&latencies);
        assert_eq!(record.sum_ns, i64::MAX as u64);
        assert!(record.latencies("").is_ok());
    }
}
