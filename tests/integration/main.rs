//! Tests across crates, one module a subject.

mod bench;
mod command_line;
mod engines;
mod flow;
mod laboratory;
mod window;
