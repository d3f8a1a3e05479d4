use cache::{Bounds, Line, Reply};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::console::has_commands;
use crate::{Error, Lab};

/// The table is long; what is more than this is no table.
const BOUNDS: Bounds = Bounds { text: 2 * 1024 * 1024, elements: 100_000, read: 16 * 1024 * 1024 };

/// The most commands that are passed on.
const MAX_COMMANDS: usize = 2_000;

/// How long a syntax may be, in characters.
const MAX_SYNTAX: usize = 300;

/// How deep arguments may lie within arguments.
const MAX_DEPTH: usize = 8;

/// The commands of a server, as it tells them itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommandTable {
    /// By name.
    pub commands: Vec<CommandDocs>,
    /// Why there is less to know of them than of others', in words.
    pub note: Option<String>,
}

/// A command of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommandDocs {
    /// Its name, in capitals: `CONFIG GET`.
    pub name: String,
    /// What it does, in the server's words.
    pub summary: Option<String>,
    /// What follows the name: `key value [EX seconds]`.
    pub syntax: Option<String>,
    /// Since which version there is such a command.
    pub since: Option<String>,
    /// Which kind it belongs to.
    pub group: Option<String>,
}

impl Lab {
    /// Which commands the server has: by COMMAND DOCS, or where it is older than Redis 7, by COMMAND.
    ///
    /// # Errors
    /// [`Error::Look`] when it does not answer.
    pub async fn console_commands(&self) -> Result<CommandTable, Error> {
        let target = self.core.looked().target;
        if !has_commands(target.dialect()) {
            return Ok(CommandTable {
                commands: Vec::new(),
                note: Some(
                    "mini-redis does not say which commands it has: GET, SET, PUBLISH and SUBSCRIBE.".to_owned(),
                ),
            });
        }
        self.core.look_by(async move { ask(&mut Line::open(&target).await?).await }).await?.map_err(Error::Look)
    }
}

async fn ask(line: &mut Line) -> Result<CommandTable, cache::Error> {
    line.send(&["COMMAND", "DOCS"]).await?;
    let mut commands = documented(&line.reply(BOUNDS).await?);
    let mut note = None;
    if commands.is_empty() {
        line.send(&["COMMAND"]).await?;
        commands = named(&line.reply(BOUNDS).await?);
        note = Some(if commands.is_empty() {
            "The server does not say which commands it has.".to_owned()
        } else {
            "The server tells the names of its commands, and no more of them.".to_owned()
        });
    }
    commands.sort_by(|one, other| one.name.cmp(&other.name));
    commands.truncate(MAX_COMMANDS);
    Ok(CommandTable { commands, note })
}

/// From the answer to COMMAND DOCS.
fn documented(reply: &Reply) -> Vec<CommandDocs> {
    let mut commands = Vec::new();
    for (name, facts) in entries(reply) {
        let subcommands = fact(&facts, "subcommands").map(entries).unwrap_or_default();
        if subcommands.is_empty() {
            commands.push(docs(&name, &facts));
        }
        commands.extend(subcommands.iter().map(|(name, facts)| docs(name, facts)));
    }
    commands
}

fn docs(name: &str, facts: &[(String, &Reply)]) -> CommandDocs {
    let text = |wanted: &str| fact(facts, wanted).and_then(word);
    let syntax = fact(facts, "arguments").map(|arguments| syntax(arguments, 0)).filter(|syntax| !syntax.is_empty());
    CommandDocs {
        name: shown(name),
        summary: text("summary").map(|summary| summary.chars().take(MAX_SYNTAX).collect()),
        syntax: syntax.map(|syntax| syntax.chars().take(MAX_SYNTAX).collect()),
        since: text("since"),
        group: text("group"),
    }
}

/// The arguments as redis-cli shows them: optional ones in brackets, alternatives with bars.
fn syntax(arguments: &Reply, depth: usize) -> String {
    let (Reply::Array(items, _) | Reply::Set(items, _)) = arguments else { return String::new() };
    if depth > MAX_DEPTH {
        return "…".to_owned();
    }
    items.iter().map(|item| argument(item, depth)).collect::<Vec<_>>().join(" ")
}

fn argument(argument: &Reply, depth: usize) -> String {
    let facts = pairs(argument);
    let text = |wanted: &str| fact(&facts, wanted).and_then(word);
    let name = text("display_text").or_else(|| text("name")).unwrap_or_default();
    let inner = fact(&facts, "arguments");
    let mut shown = match (text("type").as_deref(), inner) {
        (Some("pure-token"), _) => String::new(),
        (Some("oneof"), Some(Reply::Array(items, _) | Reply::Set(items, _))) if depth <= MAX_DEPTH => {
            items.iter().map(|item| self::argument(item, depth + 1)).collect::<Vec<_>>().join("|")
        }
        (Some("block"), Some(inner)) => syntax(inner, depth + 1),
        _ => name,
    };
    if let Some(token) = text("token") {
        // An empty token stands for a quote of nothing.
        let token = if token.is_empty() { "\"\"".to_owned() } else { token };
        shown = if shown.is_empty() { token } else { format!("{token} {shown}") };
    }
    let flags: Vec<String> = match fact(&facts, "flags") {
        Some(Reply::Array(flags, _) | Reply::Set(flags, _)) => flags.iter().filter_map(word).collect(),
        _ => Vec::new(),
    };
    let has = |flag: &str| flags.iter().any(|known| known == flag);
    if has("multiple") {
        shown = format!("{shown} [{shown} …]");
    }
    if has("optional") { format!("[{shown}]") } else { shown }
}

/// From the answer to COMMAND: a list for each, which begins with its name.
fn named(reply: &Reply) -> Vec<CommandDocs> {
    let Reply::Array(items, _) = reply else { return Vec::new() };
    let name = |item: &Reply| if let Reply::Array(facts, _) = item { facts.first().and_then(word) } else { None };
    items.iter().filter_map(name).map(|name| CommandDocs { name: shown(&name), ..CommandDocs::default() }).collect()
}

/// Names and what is known of each, in either protocol.
fn entries(reply: &Reply) -> Vec<(String, Vec<(String, &Reply)>)> {
    pairs(reply).into_iter().map(|(name, facts)| (name, pairs(facts))).collect()
}

/// Names and values: a map, or in RESP2 a list of both in turn.
fn pairs(reply: &Reply) -> Vec<(String, &Reply)> {
    match reply {
        Reply::Map(entries, _) => entries.iter().filter_map(|(name, value)| Some((word(name)?, value))).collect(),
        Reply::Array(items, _) => items.chunks_exact(2).filter_map(|pair| Some((word(&pair[0])?, &pair[1]))).collect(),
        _ => Vec::new(),
    }
}

fn fact<'a>(facts: &[(String, &'a Reply)], name: &str) -> Option<&'a Reply> {
    facts.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
}

fn word(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Simple(text) => Some(text.clone()),
        Reply::Bulk(bytes, _) | Reply::Verbatim(_, bytes, _) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
    .map(|text| text.chars().filter(|letter| !letter.is_control()).collect())
}

/// A name as it is typed: `CONFIG GET`.
fn shown(name: &str) -> String {
    name.chars().take(60).collect::<String>().replace('|', " ").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &str) -> Reply {
        Reply::Bulk(text.as_bytes().to_vec(), text.len() as u64)
    }

    fn list(items: Vec<Reply>) -> Reply {
        let count = items.len() as u64;
        Reply::Array(items, count)
    }

    fn in_turn(facts: &[(&str, Reply)]) -> Reply {
        list(facts.iter().flat_map(|(name, value)| [bulk(name), value.clone()]).collect())
    }

    #[test]
    fn a_command_s_syntax_is_shown_as_redis_cli_shows_it() {
        let seconds = in_turn(&[("name", bulk("seconds")), ("type", bulk("integer")), ("token", bulk("EX"))]);
        let keep = in_turn(&[("name", bulk("keepttl")), ("type", bulk("pure-token")), ("token", bulk("KEEPTTL"))]);
        let expiry = in_turn(&[
            ("name", bulk("expiration")),
            ("type", bulk("oneof")),
            ("flags", list(vec![Reply::Simple("optional".to_owned())])),
            ("arguments", list(vec![seconds, keep])),
        ]);
        let keys = in_turn(&[
            ("name", bulk("key")),
            ("type", bulk("key")),
            ("flags", list(vec![Reply::Simple("multiple".to_owned())])),
        ]);
        let docs = in_turn(&[("summary", bulk("Does it")), ("arguments", list(vec![keys, expiry]))]);
        let commands = documented(&in_turn(&[("set", docs)]));
        assert_eq!(commands[0].name, "SET");
        assert_eq!(commands[0].summary.as_deref(), Some("Does it"));
        assert_eq!(commands[0].syntax.as_deref(), Some("key [key …] [EX seconds|KEEPTTL]"));
    }

    #[test]
    fn a_container_is_shown_by_its_subcommands() {
        let get = in_turn(&[("config|get", in_turn(&[("summary", bulk("Get"))]))]);
        let config = in_turn(&[("summary", bulk("A container")), ("subcommands", get)]);
        let names: Vec<String> =
            documented(&in_turn(&[("config", config)])).into_iter().map(|docs| docs.name).collect();
        assert_eq!(names, ["CONFIG GET"]);
    }
}
