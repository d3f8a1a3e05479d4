//! The commands between `MULTI` and `EXEC`.

use crate::request::{Args, OwnedArgs};

/// Commands that wait for `EXEC`.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    queue: Vec<OwnedArgs>,
    /// One of them was refused: `EXEC` refuses them all.
    pub(crate) spoilt: bool,
}

impl Transaction {
    pub(crate) fn queue(&mut self, args: Args<'_>) {
        self.queue.push(OwnedArgs::from(args));
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn commands(&self) -> impl Iterator<Item = Args<'_>> {
        self.queue.iter().map(OwnedArgs::args)
    }

    pub(crate) fn memory(&self) -> usize {
        self.queue.capacity() * size_of::<OwnedArgs>() + self.queue.iter().map(OwnedArgs::memory).sum::<usize>()
    }
}
