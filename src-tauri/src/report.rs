//! What a run came to, as a table or as JSON.

use std::fmt::Write as _;

use lab::RunSummary;
use load::Check;
use metrics::{Distribution, Latency, ProtectionEffects, StaleReads, StepLatency};
use recording::About;
use serde_json::{Value, json};
use trace::{Pace, Rate};

use crate::waterfall::duration;

/// The run as one JSON object. Times are whole nanoseconds; a percentile that too few requests were measured for is null.
pub(crate) fn json(run: &RunSummary, kept: Option<&About>) -> Value {
    let summary = &run.summary;
    let counts = &summary.counts;
    json!({
        "sent": counts.sent,
        "hits": counts.hits,
        "misses": counts.misses,
        "errors": counts.errors,
        "bypasses": counts.bypasses,
        "written": counts.written,
        "stale": counts.stale,
        "coalesced": counts.coalesced,
        "shed": counts.shed,
        "reloads": counts.reloads,
        "hit_ratio": counts.hit_ratio(),
        "elapsed_ns": run.elapsed_ns,
        "per_second": counts.ended() as f64 / (run.elapsed_ns as f64 / 1e9),
        "p50_ns": summary.all.response.p50_ns,
        "p90_ns": summary.all.response.p90_ns,
        "p99_ns": summary.all.response.p99_ns,
        "p999_ns": summary.all.response.p999_ns,
        "max_ns": summary.all.response.max_ns,
        "response": by_outcome(run, |latency| latency.response),
        "service": by_outcome(run, |latency| latency.service),
        "steps": summary.steps.iter().map(|step| (step.kind.name().to_owned(), json!({
            "duration": step.duration,
            "failed": step.failed,
            "injected": step.injected,
        }))).collect::<serde_json::Map<_, _>>(),
        "seconds": summary.seconds,
        "stale_reads": {
            "count": summary.stale_reads.ages.count,
            "checked": summary.stale_reads.checked,
            "age": summary.stale_reads.ages,
        },
        "protections": summary.protections,
        "conditions": run.conditions,
        "workload": run.workload,
        "verdict": run.verdict,
        "recording": kept,
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn by_outcome(run: &RunSummary, of: impl Fn(&Latency) -> Distribution) -> Value {
    let all = ("all".to_owned(), json!(of(&run.summary.all)));
    let each = run.summary.outcomes.iter().map(|met| (met.outcome.name().to_owned(), json!(of(&met.latency))));
    std::iter::once(all).chain(each).collect::<serde_json::Map<_, _>>().into()
}

/// The run as tables.
pub(crate) fn table(run: &RunSummary) -> String {
    let mut text = String::new();
    let (counts, seconds) = (&run.summary.counts, run.elapsed_ns as f64 / 1e9);
    let _ = writeln!(
        text,
        "{} requests in {seconds:.2} s, {:.0} a second ({}). Cache: {}; query {}; TTL {}.\n",
        counts.sent,
        counts.ended() as f64 / seconds,
        plan(run),
        run.conditions.short_name(),
        run.conditions.query,
        duration(u64::from(run.conditions.ttl_ms) * 1_000_000),
    );
    let closed = run.workload.is_none_or(|workload| workload.pace == Pace::Closed);
    if !closed {
        latencies(&mut text, "Response time, from when each was due", run, |latency| latency.response);
    }
    latencies(&mut text, "Service time, from when each was sent", run, |latency| latency.service);
    let _ = writeln!(text, "{:<38} {:>9} {}", "Steps", "count", heads());
    for StepLatency { kind, duration, failed, injected } in &run.summary.steps {
        let mut note = if *failed > 0 { format!("  {failed} failed") } else { String::new() };
        if !injected.is_none() {
            let mean = self::duration(injected.ns / injected.steps);
            let _ = write!(note, "  injected into {}: {mean} each", injected.steps);
        }
        let _ = writeln!(text, "  {:<36} {:>9} {}{note}", kind.name(), duration.count, columns(duration));
    }
    protections(&mut text, &run.summary.protections);
    let ratio = counts.hit_ratio().map_or_else(|| "none asked the cache".to_owned(), |r| format!("{:.2} %", r * 100.0));
    let _ = writeln!(text, "\nHit ratio: {ratio}.");
    let injected_ns: u64 = run.summary.steps.iter().map(|step| step.injected.ns).sum();
    if injected_ns > 0 {
        let faults = run.conditions.faults.to_string();
        let _ = writeln!(
            text,
            "{} of all these times were put in on purpose{}: they are injected, not measured.",
            duration(injected_ns),
            if faults.is_empty() { String::new() } else { format!(" ({faults})") }
        );
    }
    if let Some(stale) = stale_reads(run) {
        let _ = writeln!(text, "{stale}");
    }
    if counts.reloads > 0 {
        let _ = writeln!(text, "Queries of reloads in the background: {}.", counts.reloads);
    }
    if let Some(verdict) = &run.verdict {
        let _ = match &verdict.check {
            Check::Agrees { gets } => writeln!(text, "The server counted the same {gets} GETs."),
            Check::Differs { message } | Check::Unchecked { message } => writeln!(text, "{message}"),
        };
        if let Some(p99) = verdict.generator_lag.p99_ns {
            let _ = writeln!(text, "The generator itself was at most {} late for 99 of 100 requests.", duration(p99));
        }
    }
    text
}

/// How many reads were stale, and by how much; `None` where nothing was written and none was.
fn stale_reads(run: &RunSummary) -> Option<String> {
    let StaleReads { checked, ages } = run.summary.stale_reads;
    let writes = run.workload.is_some_and(|workload| workload.mix.write_percent > 0.0);
    if run.summary.counts.written == 0 && !writes && ages.count == 0 {
        return None;
    }
    if checked == 0 {
        return Some(format!(
            "Stale reads: not known; no answer to the query {} tells its version.",
            run.conditions.query
        ));
    }
    let share = ages.count as f64 / checked as f64 * 100.0;
    let age = |ns: Option<u64>| ns.map_or_else(|| "–".to_owned(), duration);
    Some(match ages.count {
        0 => format!("Stale reads: none of {checked}."),
        count => format!(
            "Stale reads: {count} of {checked} ({share:.2} %). Out of date for: p50 {}, p99 {}, at most {}. {} promises: {}",
            age(ages.p50_ns),
            age(ages.p99_ns),
            age(ages.max_ns),
            run.conditions.pattern,
            run.conditions.promise().stale_reads,
        ),
    })
}

/// What each protection that did something saved and cost.
fn protections(text: &mut String, effects: &[ProtectionEffects]) {
    if effects.is_empty() {
        return;
    }
    let heads = ["avoided", "added", "refused", "in vain", "trips", "waited", "p50", "max"];
    let heads = heads.map(|head| format!("{head:>8}")).join(" ");
    let _ = writeln!(text, "\n{:<24} {heads}", "Protections: queries");
    for one in effects {
        let counts =
            [one.queries_avoided, one.queries_added, one.refused, one.in_vain, one.round_trips, one.waits.count];
        let counts = counts.map(|count| format!("{count:>8}")).join(" ");
        let waits = [one.waits.p50_ns, one.waits.max_ns];
        let waits = waits.map(|ns| format!("{:>8}", ns.map_or_else(|| "–".to_owned(), duration))).join(" ");
        let _ = writeln!(text, "  {:<22} {counts} {waits}", one.protection.name());
    }
}

fn latencies(text: &mut String, title: &str, run: &RunSummary, of: impl Fn(&Latency) -> Distribution) {
    let _ = writeln!(text, "{title:<38} {:>9} {}", "count", heads());
    let mut line = |name: &str, latency: &Latency| {
        let distribution = of(latency);
        let _ = writeln!(text, "  {name:<36} {:>9} {}", distribution.count, columns(&distribution));
    };
    line("all", &run.summary.all);
    for met in &run.summary.outcomes {
        line(met.outcome.name(), &met.latency);
    }
    text.push('\n');
}

fn heads() -> String {
    ["mean", "p50", "p90", "p99", "p99.9", "max"].map(|head| format!("{head:>8}")).join(" ")
}

fn columns(of: &Distribution) -> String {
    [of.mean_ns, of.p50_ns, of.p90_ns, of.p99_ns, of.p999_ns, of.max_ns]
        .map(|ns| format!("{:>8}", ns.map_or_else(|| "–".to_owned(), duration)))
        .join(" ")
}

/// The plan in a few words.
fn plan(run: &RunSummary) -> String {
    let Some(workload) = run.workload else { return "sent by others".to_owned() };
    let clients = workload.clients;
    match workload.pace {
        Pace::Closed => format!("closed loop, {clients} clients"),
        Pace::Open { rate: Rate::Steady { per_second }, .. } => format!("planned {per_second}/s, {clients} clients"),
        Pace::Open { .. } => format!("open loop, {clients} clients"),
        Pace::Visitors => "sent by others".to_owned(),
    }
}
