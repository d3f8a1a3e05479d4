//! The client side of the cache: engines, get, set and delete, and the wire as seen.
