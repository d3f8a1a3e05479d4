//! Commands on hashes.

mod hdel;
mod hexists;
mod hget;
mod hgetall;
mod hincrby;
mod hincrbyfloat;
mod hlen;
mod hmget;
mod hrandfield;
mod hscan;
mod hset;
mod hsetnx;
mod hstrlen;

use super::{Row, row};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&hdel::SPEC, hdel::hdel),
    row(&hexists::SPEC, hexists::hexists),
    row(&hget::SPEC, hget::hget),
    row(&hgetall::HGETALL, hgetall::hgetall),
    row(&hincrby::SPEC, hincrby::hincrby),
    row(&hincrbyfloat::SPEC, hincrbyfloat::hincrbyfloat),
    row(&hgetall::HKEYS, hgetall::hgetall),
    row(&hlen::SPEC, hlen::hlen),
    row(&hmget::SPEC, hmget::hmget),
    row(&hset::HMSET, hset::hset),
    row(&hrandfield::SPEC, hrandfield::hrandfield),
    row(&hscan::SPEC, hscan::hscan),
    row(&hset::HSET, hset::hset),
    row(&hsetnx::SPEC, hsetnx::hsetnx),
    row(&hstrlen::SPEC, hstrlen::hstrlen),
    row(&hgetall::HVALS, hgetall::hgetall),
];
