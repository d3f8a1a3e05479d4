//! What is known about a command without running it; `COMMAND` tells it to clients.

use super::{Arguments, Command, Context, KeySpec as Keys};
use crate::error::Error;
use crate::reply::Reply;

/// A command's entry in the table. Words and numbers are Redis 7.0's, as `COMMAND INFO` and `COMMAND DOCS` print them.
#[derive(Debug)]
pub(super) struct Spec {
    /// In lower case; a subcommand's begins with its container's: `client|id`.
    pub(super) name: &'static str,
    /// How many words, the name with them; negative: at least so many.
    pub(super) arity: i32,
    /// In the order in which Redis prints them.
    pub(super) flags: &'static [&'static str],
    /// The ACL categories that do not follow from the flags.
    pub(super) categories: &'static [&'static str],
    pub(super) keys: Option<Keys>,
    pub(super) tips: &'static [&'static str],
    pub(super) group: &'static str,
    pub(super) since: &'static str,
    pub(super) summary: &'static str,
    pub(super) complexity: &'static str,
}

/// Where the keys are among a command's words; the first is always word 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeySpec {
    /// Counted from the first, negative: from the last word.
    pub(super) last: i64,
    pub(super) step: usize,
    pub(super) flags: &'static [&'static str],
    pub(super) notes: &'static str,
}

impl KeySpec {
    pub(super) const fn one(flags: &'static [&'static str]) -> Self {
        Self { last: 0, step: 1, flags, notes: "" }
    }

    /// All words, or every `step`th.
    pub(super) const fn all(step: usize, flags: &'static [&'static str]) -> Self {
        Self { last: -1, step, flags, notes: "" }
    }

    /// Where the keys are in a command of `words` words.
    pub(super) fn places(&self, words: usize) -> impl ExactSizeIterator<Item = usize> + use<> {
        let end = if self.last < 0 { words } else { 2 };
        (1..end).step_by(self.step)
    }
}

/// What most commands leave out.
pub(super) const NONE: Spec = Spec {
    name: "",
    arity: 0,
    flags: &[],
    categories: &[],
    keys: None,
    tips: &[],
    group: "",
    since: "1.0.0",
    summary: "",
    complexity: "O(1)",
};

/// The order in which Redis lists ACL categories.
const CATEGORIES: [&str; 10] =
    ["keyspace", "read", "write", "string", "admin", "fast", "slow", "dangerous", "connection", "transaction"];

impl Spec {
    /// Whether the command takes so many words.
    pub(super) fn takes(&self, words: usize) -> bool {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        let arity = i64::from(self.arity);
        if arity < 0 { words >= -arity } else { words == arity }
    }

    /// The ACL categories, those that follow from the flags too.
    pub(super) fn all_categories(&self) -> impl Iterator<Item = &'static str> + Clone + '_ {
        CATEGORIES.into_iter().filter(|category| {
            let flag = |flag| self.flags.contains(&flag);
            self.categories.contains(category)
                || match *category {
                    "read" => flag("readonly"),
                    "write" => flag("write"),
                    "admin" | "dangerous" => flag("admin"),
                    "fast" => flag("fast"),
                    "slow" => !flag("fast"),
                    _ => false,
                }
        })
    }
}

/// A command that has only subcommands: without one it is an error.
#[derive(Debug)]
pub(super) struct Container;

impl<'a> Command<'a> for Container {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        Err(arguments.wrong_arity())
    }

    fn execute(self, _context: &mut Context<'_>, _reply: &mut Reply<'_>) -> Result<(), Error> {
        Ok(())
    }
}
