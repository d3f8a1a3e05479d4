//! How cache and database work together: a small file for each way, which reads like its definition.

pub(crate) mod cache_aside;
pub(crate) mod no_cache;
pub(crate) mod read_through;
pub(crate) mod refresh_ahead;
pub(crate) mod stale_while_revalidate;
pub(crate) mod write_around;
pub(crate) mod write_behind;
pub(crate) mod write_through;
