//! `DEBUG subcommand`: what Redis's own tests ask of a server, and nothing else; only if it was started with
//! `--enable-debug-command yes`.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "debug",
    arity: -2,
    flags: &["admin", "noscript", "loading", "stale"],
    group: "server",
    summary: "A container for debugging commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) fn debug(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if !context.state.settings.debug_command {
        return Err(Error::Message(
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a \
             local connection, otherwise you need to set this option in the configuration file, and then restart the server.",
        ));
    }
    let ([subcommand], rest) = arguments.split()?;
    match subcommand.to_ascii_lowercase().as_slice() {
        // The whole server sleeps, as Redis does: that is what it is for.
        b"sleep" => {
            let seconds = crate::number::parse_double(rest.exactly::<1>()?[0]).ok_or(Error::NotAFloat)?;
            let most = std::time::Duration::from_secs(60);
            std::thread::sleep(std::time::Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(most).min(most));
            reply.ok();
        }
        b"log" | b"jmap" | b"quicklist-packed-threshold" | b"set-disable-deny-scripts" | b"pause-cron" => reply.ok(),
        b"set-active-expire" => {
            context.state.keyspace.active_expiry = rest.exactly::<1>()?[0] != b"0";
            reply.ok();
        }
        _ => return Err(Error::Syntax),
    }
    Ok(())
}
