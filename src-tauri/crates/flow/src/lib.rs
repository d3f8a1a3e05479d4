//! The seed: cache-aside reads and writes.
