//! What the next commands of a pipeline will look at, brought near before they run.
//!
//! Among a million keys nearly every look-up waits for memory four times, one after the other: a table, an entry, a key, its
//! value. For one command that cannot be helped. But sixteen commands of a pipeline can wait at the same time: their keys are
//! looked up beforehand, step by step, each step for all of them, and the processor fetches them side by side. Nothing
//! depends on what is found. (Redis does so too, since version 8.)

use crate::keyspace::Keyspace;
use crate::request::{Limits, Parser};

/// How many commands are looked at together.
const COMMANDS: usize = 32;
/// With fewer keys than that, all of it is in the processor's caches anyway.
const FEW: usize = 10_000;

#[derive(Debug)]
pub(crate) struct Lookahead {
    parser: Parser,
    hashes: Vec<u32>,
    places: Vec<u32>,
}

impl Default for Lookahead {
    fn default() -> Self {
        // What is too long is no business of this parser: the other one says so.
        Self { parser: Parser::new(Limits::default()), hashes: Vec::new(), places: Vec::new() }
    }
}

impl Lookahead {
    /// Looks at the keys of the next commands in `input`, and returns how many bytes these commands are.
    pub(crate) fn warm(&mut self, input: &[u8], keyspace: &Keyspace, database: usize) -> usize {
        let Some(dict) = keyspace.databases().get(database).map(|database| &database.dict) else { return usize::MAX };
        if dict.len() < FEW {
            return usize::MAX;
        }
        self.hashes.clear();
        self.parser.restart();
        let mut length = 0;
        while self.hashes.len() < COMMANDS
            && let Ok(Some(one)) = self.parser.parse(&input[length..])
        {
            // The first word behind the name is the key, or something that does no harm.
            if let Some(key) = self.parser.args(&input[length..]).get(1) {
                self.hashes.push(dict.hash(key));
            }
            length += one;
        }
        if self.hashes.len() > 1 {
            dict.warm(&self.hashes, &mut self.places);
        }
        length.max(1)
    }
}
