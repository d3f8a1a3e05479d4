//! What is known about a command without running it; `COMMAND` tells it to clients.

use super::{Arguments, Context};
use crate::error::Error;
use crate::reply::Reply;
use crate::request::Args;

/// A command's entry in the table. Words and numbers are Redis 7.0's, as `COMMAND INFO` and `COMMAND DOCS` print them.
#[derive(Debug)]
pub(crate) struct Spec {
    /// In lower case; a subcommand's begins with its container's: `client|id`.
    pub(crate) name: &'static str,
    /// How many words, the name with them; negative: at least so many.
    pub(crate) arity: i32,
    /// In the order in which Redis prints them.
    pub(crate) flags: &'static [&'static str],
    /// The ACL categories that do not follow from the flags.
    pub(crate) categories: &'static [&'static str],
    pub(crate) keys: &'static [KeySpec],
    pub(crate) tips: &'static [&'static str],
    pub(crate) group: &'static str,
    pub(crate) since: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) complexity: &'static str,
}

/// Where keys are among a command's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    /// The word at which the search begins: the first key, or the number of keys.
    pub(crate) begin: usize,
    pub(crate) find: Find,
    pub(crate) flags: &'static [&'static str],
    pub(crate) notes: &'static str,
}

/// How keys are found from where the search begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Find {
    /// `last` is counted from the first, negative: from the last word.
    Range { last: i64, step: usize },
    /// A number of keys, and that many behind it.
    Count,
    /// Nowhere one could say beforehand.
    Unknown,
}

impl KeySpec {
    /// The first word is a key.
    pub(crate) const fn one(flags: &'static [&'static str]) -> Self {
        Self::at(1, flags)
    }

    /// This word is a key.
    pub(crate) const fn at(begin: usize, flags: &'static [&'static str]) -> Self {
        Self { begin, find: Find::Range { last: 0, step: 1 }, flags, notes: "" }
    }

    /// All words, or every `step`th.
    pub(crate) const fn all(step: usize, flags: &'static [&'static str]) -> Self {
        Self::until(1, -1, step, flags)
    }

    /// The words from one to another, which is counted from the last.
    pub(crate) const fn until(begin: usize, last: i64, step: usize, flags: &'static [&'static str]) -> Self {
        Self { begin, find: Find::Range { last, step }, flags, notes: "" }
    }

    /// As many words as the word at `begin` says.
    pub(crate) const fn counted(begin: usize, flags: &'static [&'static str]) -> Self {
        Self { begin, find: Find::Count, flags, notes: "" }
    }

    /// They depend on what is stored, or on a word that can be anywhere.
    pub(crate) const fn unknown(flags: &'static [&'static str]) -> Self {
        Self { begin: 0, find: Find::Unknown, flags, notes: "" }
    }

    /// Where the keys are among these words; none if that makes no sense.
    pub(crate) fn places(&self, args: Args<'_>) -> Option<Vec<usize>> {
        match self.find {
            Find::Range { last, step } => {
                let last =
                    if last < 0 { args.len().checked_add_signed(last as isize)? } else { self.begin + last as usize };
                if step > 1 && !(args.len() - self.begin).is_multiple_of(step) {
                    return None;
                }
                Some((self.begin..=last).step_by(step).filter(|place| *place < args.len()).collect())
            }
            Find::Count => {
                let count = crate::request::integer(args.get(self.begin)?)?;
                let count = usize::try_from(count).ok().filter(|count| (1..args.len()).contains(count))?;
                let last = self.begin + count;
                (last < args.len()).then(|| (self.begin + 1..=last).collect())
            }
            Find::Unknown => None,
        }
    }
}

/// What most commands leave out.
pub(crate) const NONE: Spec = Spec {
    name: "",
    arity: 0,
    flags: &[],
    categories: &[],
    keys: &[],
    tips: &[],
    group: "",
    since: "1.0.0",
    summary: "",
    complexity: "O(1)",
};

/// The order in which Redis lists ACL categories.
const CATEGORIES: [&str; 21] = [
    "keyspace",
    "read",
    "write",
    "set",
    "sortedset",
    "list",
    "hash",
    "string",
    "bitmap",
    "hyperloglog",
    "geo",
    "stream",
    "pubsub",
    "admin",
    "fast",
    "slow",
    "blocking",
    "dangerous",
    "connection",
    "transaction",
    "scripting",
];

impl Spec {
    /// Whether the command takes so many words.
    pub(crate) fn takes(&self, words: usize) -> bool {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        let arity = i64::from(self.arity);
        if arity < 0 { words >= -arity } else { words == arity }
    }

    /// The first key, the last and the step between, as clients of old have it: from all ranges of the key specifications.
    pub(crate) fn legacy_range(&self) -> (i64, i64, i64) {
        let mut range: Option<(i64, i64, i64)> = None;
        for keys in self.keys {
            let Find::Range { last, step } = keys.find else { continue };
            let begin = i64::try_from(keys.begin).unwrap_or(0);
            let step = i64::try_from(step).unwrap_or(1);
            let last = if last < 0 { last } else { begin + last };
            range = match range {
                None => Some((begin, last, step)),
                // Only what follows on can be said with three numbers.
                Some((first, until, each)) if until >= 0 && begin == until + each && step == each => {
                    Some((first, last, each))
                }
                range => range,
            };
        }
        range.unwrap_or_default()
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// Whether a client may send it that listens to channels, in RESP2.
    pub(crate) fn is_for_listeners(&self) -> bool {
        matches!(
            self.name,
            "subscribe"
                | "psubscribe"
                | "unsubscribe"
                | "punsubscribe"
                | "ssubscribe"
                | "sunsubscribe"
                | "ping"
                | "quit"
                | "reset"
        )
    }

    /// The ACL categories, those that follow from the flags too.
    pub(crate) fn all_categories(&self) -> impl Iterator<Item = &'static str> + Clone + '_ {
        CATEGORIES.into_iter().filter(|category| {
            let flag = |flag| self.has(flag);
            self.categories.contains(category)
                || match *category {
                    "read" => flag("readonly"),
                    "write" => flag("write"),
                    "admin" | "dangerous" => flag("admin"),
                    "fast" => flag("fast"),
                    "blocking" => flag("blocking"),
                    "pubsub" => flag("pubsub"),
                    "slow" => !flag("fast"),
                    _ => false,
                }
        })
    }
}

/// A command that has only subcommands: without one it is an error.
pub(crate) fn container(arguments: Arguments<'_>, _: &mut Context<'_>, _: &mut Reply<'_>) -> Result<(), Error> {
    Err(arguments.wrong_arity())
}
