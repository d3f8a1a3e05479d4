use serde::{Deserialize, Serialize};
use trace::Trace;
use ts_rs::TS;

/// A trace of a single click, with what was sent, asked and answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TraceDetail {
    /// The request, its outcome and its steps.
    pub trace: Trace,
    /// The engine it ran on: `bundled`, `mini-redis` or `external`.
    pub engine: String,
    /// When it started, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_unix_ms: u64,
    /// The keys it read (one) or deleted (one a query).
    pub keys: Vec<String>,
    /// The exact bytes of each step that spoke to the server, where they were captured.
    pub wire: Vec<StepWire>,
    /// Why bytes are missing, in words.
    pub wire_note: Option<String>,
    /// The SQL of each step that asked the database.
    pub sql: Vec<StepSql>,
    /// What the client was given; absent where there is no such product or no answer.
    pub value: Option<Excerpt>,
}

/// The bytes one step sent to the server and received from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepWire {
    /// Index of the step in the trace.
    pub step: u32,
    /// As sent.
    pub sent: Excerpt,
    /// As received.
    pub received: Excerpt,
}

/// The SQL one step ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepSql {
    /// Index of the step in the trace.
    pub step: u32,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// One SQL statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its parameters and the values bound to them, such as `("?1", "42")`.
    pub bindings: Vec<(String, String)>,
    /// The database's plan for it: one line a node, indented by depth.
    pub plan: Vec<String>,
}

/// The beginning of some bytes, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Excerpt {
    /// Printable as it is; control characters and bytes that are not UTF-8 escaped as in a Rust byte string (`\r\n`, `\xff`).
    pub text: String,
    /// How many bytes there were in all.
    #[ts(type = "number")]
    pub bytes: u64,
    /// True where `text` does not show all of them.
    pub cut: bool,
}
