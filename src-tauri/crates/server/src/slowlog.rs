//! The commands that took longest: what `SLOWLOG` tells.

use std::collections::VecDeque;

use crate::request::Args;

/// How many words of a command are kept, and how many bytes of each.
const WORDS: usize = 32;
const BYTES: usize = 128;

/// A command that took long.
#[derive(Debug)]
pub(crate) struct SlowCommand {
    pub(crate) id: i64,
    /// When it ran, in Unix seconds.
    pub(crate) at: i64,
    /// Microseconds.
    pub(crate) took: i64,
    pub(crate) words: Vec<Vec<u8>>,
    pub(crate) address: String,
    pub(crate) client_name: Vec<u8>,
}

/// The latest of them, newest first.
#[derive(Debug, Default)]
pub(crate) struct SlowLog {
    entries: VecDeque<SlowCommand>,
    next: i64,
}

impl SlowLog {
    pub(crate) fn add(&mut self, at: i64, took: i64, args: Args<'_>, address: String, name: &[u8], most: usize) {
        let shown = if args.len() > WORDS { WORDS - 1 } else { args.len() };
        let mut words: Vec<Vec<u8>> = args.iter().take(shown).map(shortened).collect();
        if args.len() > WORDS {
            words.push(format!("... ({} more arguments)", args.len() - shown).into_bytes());
        }
        self.entries.push_front(SlowCommand { id: self.next, at, took, words, address, client_name: name.to_vec() });
        self.next += 1;
        self.entries.truncate(most);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &SlowCommand> {
        self.entries.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

fn shortened(word: &[u8]) -> Vec<u8> {
    match word.get(..BYTES) {
        Some(start) if word.len() > BYTES => {
            [start, format!("... ({} more bytes)", word.len() - BYTES).as_bytes()].concat()
        }
        _ => word.to_vec(),
    }
}
