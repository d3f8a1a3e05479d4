//! Sampled requests for Perfetto and Chrome's own tracing: the Trace Event Format.

use serde_json::{Value, json};
use trace::Operation;

use crate::{RecordedTrace, units};

/// The sample as one JSON object in the Trace Event Format (Google, "Trace Event Format", JSON Object Format), which Perfetto
/// and `chrome://tracing` open. Each round is a process. Requests lie on lanes, as many as were ever under way at once among
/// those of the sample; a lane is no client. A request is a slice with its steps inside; the time from when it was due until
/// it was sent lies before it as a slice of its own. A step that was delayed on purpose says so in its name.
#[must_use]
pub fn trace_events(name: &str, traces: &[RecordedTrace]) -> String {
    let mut sorted: Vec<&RecordedTrace> = traces.iter().collect();
    sorted.sort_by_key(|trace| (trace.round, begins(trace), trace.trace.id));
    let mut events = Vec::new();
    for round in sorted.chunk_by(|one, other| one.round == other.round) {
        // When each lane is free again.
        let mut lanes: Vec<u64> = Vec::new();
        for trace in round {
            let free = lanes.iter().position(|until| *until <= begins(trace));
            let lane = free.unwrap_or_else(|| {
                lanes.push(0);
                lanes.len() - 1
            });
            lanes[lane] = trace.at_ns.saturating_add(trace.trace.total_ns);
            events.extend(slices(trace, lane + 1));
        }
        let number = round.first().map_or(0, |trace| trace.round);
        events.extend(names(name, number, lanes.len()));
    }
    json!({ "traceEvents": events, "displayTimeUnit": "ns", "otherData": { "recording": name } }).to_string()
}

/// When it was due, in nanoseconds since the round began.
fn begins(trace: &RecordedTrace) -> u64 {
    trace.at_ns.saturating_sub(trace.trace.waited_ns)
}

/// The format's process of a round; 0 is none.
fn process(round: u32) -> u64 {
    u64::from(round) + 1
}

fn slices(recorded: &RecordedTrace, lane: usize) -> Vec<Value> {
    let RecordedTrace { round, at_ns, trace } = recorded;
    let slice = |name: String, category: &str, start_ns: u64, duration_ns: u64, args: Value| {
        json!({
            "name": name,
            "cat": category,
            "ph": "X",
            "ts": microseconds(start_ns),
            "dur": microseconds(duration_ns),
            "pid": process(*round),
            "tid": lane,
            "args": args,
        })
    };
    let mut slices = Vec::new();
    if at_ns > &begins(recorded) {
        let args = json!({ "request": trace.id });
        slices.push(slice("not yet sent".to_owned(), "wait", begins(recorded), at_ns - begins(recorded), args));
    }
    let operation = match trace.request.operation {
        Operation::Read => "read",
        Operation::Write => "write",
    };
    let injected: u64 = trace.steps.iter().map(|step| step.injected_ns).sum();
    let args = json!({
        "request": trace.id,
        "operation": operation,
        "product": trace.request.product,
        "query": trace.request.query.name(),
        "outcome": trace.outcome.name(),
        "waited_us": microseconds(trace.waited_ns),
        "other_us": microseconds(trace.other_ns),
        "injected_us": microseconds(injected),
        "notes": trace.notes,
        "version": trace.version,
        "stale_us": trace.stale_ns.map(microseconds),
    });
    let outcome = trace.outcome.name();
    let category = format!("request,{outcome}");
    slices.push(slice(
        format!("{outcome}, product {}", trace.request.product),
        &category,
        *at_ns,
        trace.total_ns,
        args,
    ));
    for step in &trace.steps {
        let start = step.start_ns.min(trace.total_ns);
        let duration = step.duration_ns.min(trace.total_ns - start);
        let mut name = step.kind.name().to_owned();
        if step.failed {
            name.push_str(" (failed)");
        }
        if step.injected_ns > 0 {
            name.push_str(&format!(" ({} injected)", units::duration(step.injected_ns as f64)));
        }
        let args = json!({ "failed": step.failed, "injected_us": microseconds(step.injected_ns) });
        slices.push(slice(name, "step", at_ns.saturating_add(start), duration, args));
    }
    slices
}

/// What rounds and lanes are called.
fn names(recording: &str, round: u32, lanes: usize) -> Vec<Value> {
    let event = |name: &str, lane: usize, args: Value| json!({ "name": name, "ph": "M", "ts": 0, "pid": process(round), "tid": lane, "args": args });
    let mut events = vec![
        event("process_name", 0, json!({ "name": format!("{recording}, round {}", process(round)) })),
        event("process_sort_index", 0, json!({ "sort_index": round })),
    ];
    for lane in 1..=lanes {
        events.push(event("thread_name", lane, json!({ "name": format!("lane {lane}") })));
        events.push(event("thread_sort_index", lane, json!({ "sort_index": lane })));
    }
    events
}

/// The format's unit; whole nanoseconds are its decimals.
fn microseconds(ns: u64) -> f64 {
    ns as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use trace::{Step, StepKind};

    use super::*;
    use crate::specimens::Specimen;

    fn events(traces: &[RecordedTrace]) -> Vec<Value> {
        let file: Value = serde_json::from_str(&trace_events("page & co", traces)).expect("it is JSON");
        file["traceEvents"].as_array().expect("a list").clone()
    }

    /// What the document "Trace Event Format" asks of complete and metadata events.
    fn schema() -> Value {
        let number = json!({ "type": "number", "minimum": 0 });
        let whole = json!({ "type": "integer", "minimum": 0 });
        let complete = json!({
            "type": "object",
            "required": ["name", "cat", "ph", "ts", "dur", "pid", "tid"],
            "properties": {
                "name": { "type": "string", "minLength": 1 },
                "cat": { "type": "string" },
                "ph": { "const": "X" },
                "ts": number, "dur": number, "pid": whole, "tid": whole,
                "args": { "type": "object" },
            },
            "additionalProperties": false,
        });
        let metadata = json!({
            "type": "object",
            "required": ["name", "ph", "pid", "args"],
            "properties": {
                "name": { "enum": ["process_name", "process_labels", "process_sort_index", "thread_name", "thread_sort_index"] },
                "ph": { "const": "M" },
                "ts": number, "pid": whole, "tid": whole,
                "args": { "type": "object", "minProperties": 1, "maxProperties": 1 },
            },
            "additionalProperties": false,
        });
        json!({
            "type": "object",
            "required": ["traceEvents"],
            "properties": {
                "traceEvents": { "type": "array", "items": { "oneOf": [complete, metadata] } },
                "displayTimeUnit": { "enum": ["ms", "ns"] },
                "otherData": { "type": "object" },
            },
        })
    }

    #[test]
    fn the_file_is_what_the_format_asks_for() {
        let validator = jsonschema::validator_for(&schema()).expect("a sound schema");
        let file = trace_events("page", &Specimen::default().traces());
        let file: Value = serde_json::from_str(&file).expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&file).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(
            !validator.is_valid(&json!({ "traceEvents": [{ "ph": "X", "ts": 1 }] })),
            "the schema does look inside"
        );
    }

    /// Start and end in nanoseconds.
    fn span(event: &Value) -> (i64, i64) {
        let ns = |name: &str| (event[name].as_f64().expect("a number") * 1e3).round() as i64;
        (ns("ts"), ns("ts") + ns("dur"))
    }

    #[test]
    fn steps_lie_within_their_request_and_nothing_else_overlaps_on_a_lane() {
        let traces = Specimen::default().traces();
        let mut lanes: HashMap<(u64, u64), Vec<Value>> = HashMap::new();
        for event in events(&traces).into_iter().filter(|event| event["ph"] == "X") {
            let lane = (event["pid"].as_u64().expect("a number"), event["tid"].as_u64().expect("a number"));
            lanes.entry(lane).or_default().push(event);
        }
        assert!(lanes.len() > 1, "some of the sample overlap");
        let mut steps_within = 0;
        for slices in lanes.values() {
            let (steps, requests): (Vec<&Value>, Vec<&Value>) = slices.iter().partition(|slice| slice["cat"] == "step");
            let mut spans: Vec<(i64, i64)> = requests.iter().map(|slice| span(slice)).collect();
            spans.sort_unstable();
            assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "requests and waits keep apart");
            let mut inside: Vec<(i64, i64)> = steps.iter().map(|slice| span(slice)).collect();
            inside.sort_unstable();
            assert!(inside.windows(2).all(|pair| pair[0].1 <= pair[1].0), "so do the steps");
            for (start, end) in inside {
                let around = requests.iter().filter(|slice| slice["cat"] != "wait");
                let within =
                    around.filter(|slice| (span(slice).0..=span(slice).1).contains(&start) && end <= span(slice).1);
                assert_eq!(within.count(), 1, "{start} to {end}");
                steps_within += 1;
            }
        }
        assert_eq!(steps_within, traces.iter().map(|trace| trace.trace.steps.len()).sum::<usize>());
    }

    #[test]
    fn a_request_says_what_it_was_and_a_delay_on_purpose_is_named() {
        let mut traces = Specimen { seconds: 1, ..Specimen::default() }.traces();
        traces.truncate(1);
        let (total_ns, waited_ns, at_ns) = (9_000, 250, 1_000_500);
        traces[0].at_ns = at_ns;
        let trace = &mut traces[0].trace;
        (trace.total_ns, trace.waited_ns, trace.other_ns) = (total_ns, waited_ns, 1_000);
        trace.steps = vec![Step {
            kind: StepKind::DbQuery,
            start_ns: 500,
            duration_ns: 8_000,
            injected_ns: 2_000,
            failed: false,
        }];
        let events = events(&traces);
        let [wait, request, step] = [0, 1, 2].map(|index| &events[index]);
        assert_eq!((wait["name"].as_str(), span(wait)), (Some("not yet sent"), (1_000_250, 1_000_500)));
        assert_eq!(span(request), (1_000_500, 1_009_500));
        assert_eq!(request["args"]["injected_us"], json!(2.0));
        assert_eq!((step["name"].as_str(), span(step)), (Some("db_query (2.00 µs injected)"), (1_001_000, 1_009_000)));
        let name = events.iter().find(|event| event["name"] == "process_name").expect("the round has a name");
        assert_eq!(name["args"]["name"], "page & co, round 1");
    }

    #[test]
    fn rounds_are_processes_of_their_own() {
        let mut traces = Specimen { seconds: 1, ..Specimen::default() }.traces();
        let again: Vec<RecordedTrace> =
            traces.iter().cloned().map(|trace| RecordedTrace { round: 1, ..trace }).collect();
        traces.extend(again);
        let processes: std::collections::BTreeSet<u64> =
            events(&traces).iter().filter_map(|event| event["pid"].as_u64()).collect();
        assert_eq!(processes.into_iter().collect::<Vec<_>>(), [1, 2]);
        assert!(events(&[]).is_empty());
    }
}
