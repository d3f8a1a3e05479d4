//! Tests across crates, one module a subject.

mod bench;
mod claims;
mod clients;
mod command_line;
mod crowd;
mod driver;
mod engines;
mod faults;
mod flow;
mod guards;
mod http;
mod laboratory;
mod matrix;
mod patterns;
mod postgres;
mod postgres_server;
mod protections;
mod recordings;
mod redis_server;
mod scenes;
mod split;
mod staleness;
mod taking_away;
mod together;
mod traffic;
mod window;
