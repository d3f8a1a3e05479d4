//! The catalogue: its generation and its queries.
