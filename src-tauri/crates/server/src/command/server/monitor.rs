//! [`MONITOR`](https://redis.io/docs/latest/commands/monitor/): shows a client every command as it comes.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::request::Args;

pub(crate) const SPEC: Spec = Spec {
    name: "monitor",
    arity: 1,
    flags: &["admin", "noscript", "loading", "stale"],
    group: "server",
    summary: "Listen for all requests received by the server in real time",
    ..spec::NONE
};

pub(crate) fn monitor(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if context.in_transaction {
        return Err(Error::Message("ERR MONITOR isn't allowed for DENY BLOCKING client"));
    }
    context.state.clients.monitor(context.client);
    reply.ok();
    Ok(())
}

/// Shows a command, with the time, the database and the client.
pub(crate) fn show(args: Args<'_>, context: &mut Context<'_>) {
    let micros = context.shared.clock.unix_us();
    let address = context.client.address.map_or_else(String::new, |address| address.to_string());
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    let mut line = format!("{seconds}.{micros:06} [{} {address}]", context.client.database);
    // The two words behind AUTH, in HELLO too, are a name and a password, and stay out of it.
    let secret = args.iter().position(|word| word.eq_ignore_ascii_case(b"auth"));
    for (place, word) in args.iter().enumerate() {
        let hidden = secret.is_some_and(|auth| (auth + 1..auth + 3).contains(&place));
        line.push_str(" \"");
        line.push_str(&if hidden { "(redacted)".to_owned() } else { quoted(word) });
        line.push('"');
    }
    context.state.clients.show(&line, Some(context.client));
}

/// As C would write it between quotes.
fn quoted(word: &[u8]) -> String {
    let mut text = String::with_capacity(word.len());
    for byte in word {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'"' => text.push_str("\\\""),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            0x20..=0x7e => text.push(char::from(*byte)),
            other => text.push_str(&format!("\\x{other:02x}")),
        }
    }
    text
}
