use crate::Error;

/// The files of whoever sits in front of a face: only what they choose themselves, so that a page cannot name a path.
pub trait Files: Send + Sync {
    /// Asks where to write something that could be called so, and writes it. Answers where that was; `None` where they chose
    /// nothing.
    fn save(&self, name: &str, bytes: Vec<u8>) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    /// Asks for a file and reads it, if it has no more bytes than that; `None` where they chose none.
    fn open(&self, most: u64) -> impl Future<Output = Result<Option<Vec<u8>>, Error>> + Send;
}
