//! Whether what a file says can be true.

use std::collections::HashSet;

use metrics::{Counts, Latencies, Tally};
use trace::{Engine, Outcome, Protection, StepKind};

use super::limits::{
    MAX_BUCKETS, MAX_COUNT, MAX_INFO, MAX_LINE, MAX_NOTE, MAX_NS, MAX_NUMBER, MAX_SECONDS, MAX_UNIX_MS, MAX_WORDS,
};
use super::{
    AboutRecord, BlockRecord, ImportError, RecordingFile, RoundRecord, SecondRecord, TallyRecord, TraceRecord,
};
use crate::{Conduct, Environment};

type Checked = Result<(), ImportError>;

/// The largest seed, as in a workload.
const MAX_SEED: u64 = 1 << 53;

pub(super) fn check(file: &RecordingFile) -> Checked {
    about(&file.about)?;
    environment(&file.environment)?;
    for (at, info) in [("info_before", &file.info_before), ("info_after", &file.info_after)] {
        text(at, info.as_deref().unwrap_or_default(), MAX_INFO)?;
    }
    rounds(&file.rounds)?;
    blocks(&file.blocks)?;
    let numbers: HashSet<u32> = file.rounds.iter().map(|round| round.number).collect();
    for (index, record) in file.traces.iter().enumerate() {
        trace(&format!("traces[{index}]"), record, &numbers)?;
    }
    Ok(())
}

fn about(about: &AboutRecord) -> Checked {
    words("about.key", &about.key)?;
    words("about.name", &about.name)?;
    text("about.note", &about.note, MAX_NOTE)?;
    for (index, tag) in about.tags.iter().enumerate() {
        words(&format!("about.tags[{index}]"), tag)?;
    }
    no_more("about.began_unix_ms", about.began_unix_ms, MAX_UNIX_MS)?;
    if let Some(study) = &about.study {
        words("about.study.key", &study.key)?;
        words("about.study.name", &study.name)?;
        no_more("about.study.position", study.position.into(), MAX_NUMBER.into())?;
    }
    if !about.workload.is_visitors() {
        about.workload.check().map_err(|problem| ImportError::at("about.workload", problem))?;
    }
    if about.conditions.ttl_ms == 0 {
        return Err(ImportError::at("about.conditions.ttl_ms", "A stored value lives for at least 1 ms."));
    }
    about.conditions.check().map_err(|problem| ImportError::at("about.conditions", problem))?;
    if let Engine::External { url } = &about.conditions.engine {
        text("about.conditions.engine.url", &url.to_string(), MAX_LINE)?;
    }
    Ok(())
}

fn environment(environment: &Environment) -> Checked {
    let Environment { cpu, os, kernel, app, engine, database, power, .. } = environment;
    let power = power.as_deref().unwrap_or_default();
    for (name, value) in [
        ("cpu", cpu.as_str()),
        ("os", os),
        ("kernel", kernel),
        ("app", app),
        ("engine", engine),
        ("database", database),
        ("power", power),
    ] {
        text(&format!("environment.{name}"), value, MAX_LINE)?;
    }
    Ok(())
}

fn rounds(rounds: &[RoundRecord]) -> Checked {
    let (mut numbers, mut buckets, mut seconds_of_all) = (HashSet::new(), 0, 0);
    for (index, round) in rounds.iter().enumerate() {
        let at = format!("rounds[{index}]");
        no_more(&format!("{at}.number"), round.number.into(), MAX_NUMBER.into())?;
        if !numbers.insert(round.number) {
            return Err(ImportError::at(format!("{at}.number"), "Another round has the same number."));
        }
        no_more(&format!("{at}.seed"), round.seed, MAX_SEED)?;
        no_more(&format!("{at}.elapsed_ns"), round.elapsed_ns, MAX_NS)?;
        buckets += self::buckets(&tally(&format!("{at}.tally"), &round.tally)?);
        if buckets > MAX_BUCKETS {
            return Err(ImportError::at(at, "The histograms of all rounds are too large to be held in memory."));
        }
        seconds_of_all += round.seconds.len();
        if seconds_of_all > MAX_SECONDS {
            return Err(ImportError::at(at, "There are more than 100,000 seconds in all rounds together."));
        }
        seconds(&at, &round.seconds)?;
        if let Some(conduct) = &round.conduct {
            self::conduct(&format!("{at}.conduct"), conduct)?;
        }
    }
    Ok(())
}

fn seconds(round: &str, seconds: &[SecondRecord]) -> Checked {
    for (index, second) in seconds.iter().enumerate() {
        let at = format!("{round}.seconds[{index}]");
        no_more(&format!("{at}.second"), second.second.into(), MAX_NUMBER.into())?;
        if index > 0 && seconds[index - 1].second >= second.second {
            return Err(ImportError::at(format!("{at}.second"), "Seconds must be in order, each once."));
        }
        counts(&format!("{at}.counts"), &second.counts)?;
        for (name, value) in [
            ("p50_ns", second.p50_ns),
            ("hit_p50_ns", second.hit_p50_ns),
            ("miss_p50_ns", second.miss_p50_ns),
            ("p99_ns", second.p99_ns),
            ("stale_max_ns", second.stale_max_ns),
        ] {
            no_more(&format!("{at}.{name}"), value.unwrap_or_default(), MAX_NS)?;
        }
        no_more(&format!("{at}.stale_reads"), second.stale_reads, second.counts.ended())?;
        percent(&format!("{at}.machine_busy_percent"), second.machine_busy_percent.unwrap_or_default().into())?;
    }
    Ok(())
}

fn conduct(at: &str, conduct: &Conduct) -> Checked {
    percent(&format!("{at}.clients_busy_percent"), conduct.clients_busy_percent)?;
    percent(&format!("{at}.cpu_bound_percent"), conduct.cpu_bound_percent)?;
    no_more(&format!("{at}.generator_lag_p99_ns"), conduct.generator_lag_p99_ns.unwrap_or_default(), MAX_NS)?;
    no_more(&format!("{at}.unsent"), conduct.unsent, MAX_COUNT)?;
    text(&format!("{at}.check"), conduct.check.as_deref().unwrap_or_default(), MAX_LINE)
}

fn blocks(blocks: &[BlockRecord]) -> Checked {
    let mut free_from = 0;
    for (index, block) in blocks.iter().enumerate() {
        let at = format!("blocks[{index}]");
        no_more(&format!("{at}.first_second"), block.first_second.into(), MAX_NUMBER.into())?;
        no_more(&format!("{at}.seconds"), block.seconds.into(), MAX_NUMBER.into())?;
        if block.seconds == 0 || block.first_second < free_from {
            return Err(ImportError::at(at, "Blocks must be in order, apart, and at least 1 s long."));
        }
        free_from = block.first_second + block.seconds;
        tally(&format!("{at}.tally"), &block.tally)?;
    }
    Ok(())
}

fn trace(at: &str, record: &TraceRecord, rounds: &HashSet<u32>) -> Checked {
    if !rounds.contains(&record.round) {
        return Err(ImportError::at(format!("{at}.round"), "There is no such round."));
    }
    for (name, value) in [
        ("at_ns", record.at_ns),
        ("id", record.id),
        ("started_ns", record.started_ns),
        ("waited_ns", record.waited_ns),
        ("total_ns", record.total_ns),
        ("other_ns", record.other_ns),
        ("version", record.version.unwrap_or_default()),
        ("stale_ns", record.stale_ns.unwrap_or_default()),
    ] {
        no_more(&format!("{at}.{name}"), value, MAX_NS)?;
    }
    let mut in_steps = 0_u64;
    for (index, step) in record.steps.iter().enumerate() {
        let ends = step.start_ns.saturating_add(step.duration_ns);
        if ends > record.total_ns || step.injected_ns > step.duration_ns {
            return Err(ImportError::at(format!("{at}.steps[{index}]"), "It is longer than what it is part of."));
        }
        in_steps += step.duration_ns;
    }
    if record.other_ns != record.total_ns.saturating_sub(in_steps) {
        return Err(ImportError::at(at, "Its steps and what is left over do not add up to its total."));
    }
    for (index, note) in record.notes.iter().enumerate() {
        text(&format!("{at}.notes[{index}]"), note, MAX_LINE)?;
    }
    if record.effects.iter().any(|effect| effect.waited_ns > record.total_ns) {
        return Err(ImportError::at(format!("{at}.effects"), "A wait is longer than what it is part of."));
    }
    Ok(())
}

fn tally(at: &str, record: &TallyRecord) -> Result<Tally, ImportError> {
    counts(&format!("{at}.counts"), &record.counts)?;
    Tally::try_from(record).map_err(|error| ImportError::within(at, error))
}

/// What its histograms take in memory, in buckets of eight bytes.
fn buckets(tally: &Tally) -> usize {
    let size = |latencies: &Latencies| latencies.histogram().distinct_values();
    let outcomes = Outcome::ALL.into_iter().filter_map(|outcome| tally.times(outcome));
    let steps = StepKind::ALL.into_iter().filter_map(|kind| tally.step(kind));
    let stale = tally.stale_ages().map_or(0, size);
    let effects = Protection::ALL.into_iter().filter_map(|protection| tally.effects(protection));
    stale
        + outcomes.map(|times| size(&times.response) + size(&times.service)).sum::<usize>()
        + steps.map(|times| size(&times.durations)).sum::<usize>()
        + effects.map(|effects| size(&effects.waits)).sum::<usize>()
}

fn counts(at: &str, counts: &Counts) -> Checked {
    for outcome in Outcome::ALL {
        no_more(at, counts.of(outcome), MAX_COUNT)?;
    }
    no_more(at, counts.reloads, MAX_COUNT)?;
    if counts.sent != counts.ended() {
        return Err(ImportError::at(format!("{at}.sent"), "It is not the sum of all the others."));
    }
    Ok(())
}

fn no_more(at: &str, value: u64, most: u64) -> Checked {
    if value > most {
        return Err(ImportError::at(at, format!("It is {value}, and can be {most} at most.")));
    }
    Ok(())
}

fn percent(at: &str, value: f64) -> Checked {
    // A little more than everything is a matter of how it was measured.
    if !(0.0..=1_000.0).contains(&value) {
        return Err(ImportError::at(at, "It is no share in percent."));
    }
    Ok(())
}

fn text(at: &str, value: &str, most: usize) -> Checked {
    if value.chars().count() > most {
        return Err(ImportError::at(at, format!("It is longer than {most} characters.")));
    }
    Ok(())
}

/// One line, and not none.
fn words(at: &str, value: &str) -> Checked {
    if value.trim().is_empty() || value.chars().any(char::is_control) {
        return Err(ImportError::at(at, "It must be a line of text, and not empty."));
    }
    text(at, value, MAX_WORDS)
}
