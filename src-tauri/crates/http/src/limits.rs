use std::time::Duration;

/// How much the door bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once. Whoever comes after them is answered 503 and sent away.
    pub connections: usize,
    /// Requests in the flow at once. Whoever asks beside them is answered 503, and keeps the connection.
    pub under_way: usize,
    /// Bytes of a request's head: its first line and its headers.
    pub head: usize,
    /// Bytes of a request's body.
    pub body: usize,
    /// How long a client may take for a request, head and body each, and to begin the next one; and for taking an answer.
    pub patience: Duration,
    /// How long what is under way may take when the door closes.
    pub closing: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            under_way: 1_024,
            head: 16 * 1024,
            body: 16 * 1024,
            patience: Duration::from_secs(15),
            closing: Duration::from_secs(10),
        }
    }
}
