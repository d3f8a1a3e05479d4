//! The checker against its definition, against models of the patterns, and against patterns broken on purpose.

mod broken;
mod definition;
mod model;

use trace::{Outcome, Request, Step, StepKind, Trace};

/// A request that went that way, began and ended then, and told that version; it took these steps.
fn request(request: Request, outcome: Outcome, span: (u64, u64), version: u64, kinds: &[StepKind]) -> Trace {
    let step = |kind: &StepKind| Step { kind: *kind, start_ns: 0, duration_ns: 0, injected_ns: 0, failed: false };
    Trace {
        id: 1,
        request,
        outcome,
        started_ns: span.0,
        waited_ns: 0,
        total_ns: span.1 - span.0,
        other_ns: span.1 - span.0,
        steps: kinds.iter().map(step).collect(),
        notes: Vec::new(),
        version: Some(version),
        stale_ns: None,
        effects: Vec::new(),
        door: trace::Door::Own,
    }
}
