//! How cache and database work together: a small file for each way, which reads like its definition.

pub(crate) mod cache_aside;
pub(crate) mod no_cache;
pub(crate) mod write_around;
pub(crate) mod write_through;
