//! Commands on sorted sets.

mod bounds;
mod bzpop;
mod combine;
mod zadd;
mod zcard;
mod zcount;
mod zintercard;
mod zmpop;
mod zpop;
mod zrandmember;
mod zrange;
mod zrank;
mod zrem;
mod zremrange;
mod zscan;
mod zscore;

use super::{Row, Spec, row, spec};

/// What all commands of this group have in common.
const SPEC: Spec = Spec { categories: &["sortedset"], group: "sorted-set", ..spec::NONE };

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&zmpop::BZMPOP, zmpop::bzmpop),
    row(&bzpop::BZPOPMAX, bzpop::bzpop),
    row(&bzpop::BZPOPMIN, bzpop::bzpop),
    row(&zadd::ZADD, zadd::zadd),
    row(&zcard::ZCARD, zcard::zcard),
    row(&zcount::ZCOUNT, zcount::zcount),
    row(&combine::ZDIFF, combine::combine),
    row(&combine::ZDIFFSTORE, combine::store),
    row(&zadd::ZINCRBY, zadd::zincrby),
    row(&combine::ZINTER, combine::combine),
    row(&zintercard::ZINTERCARD, zintercard::zintercard),
    row(&combine::ZINTERSTORE, combine::store),
    row(&zcount::ZLEXCOUNT, zcount::zcount),
    row(&zmpop::ZMPOP, zmpop::zmpop),
    row(&zscore::ZMSCORE, zscore::zmscore),
    row(&zpop::ZPOPMAX, zpop::zpop),
    row(&zpop::ZPOPMIN, zpop::zpop),
    row(&zrandmember::ZRANDMEMBER, zrandmember::zrandmember),
    row(&zrange::ZRANGE, zrange::zrange),
    row(&zrange::ZRANGEBYLEX, zrange::zrange),
    row(&zrange::ZRANGEBYSCORE, zrange::zrange),
    row(&zrange::ZRANGESTORE, zrange::zrangestore),
    row(&zrank::ZRANK, zrank::zrank),
    row(&zrem::ZREM, zrem::zrem),
    row(&zremrange::ZREMRANGEBYLEX, zremrange::zremrange),
    row(&zremrange::ZREMRANGEBYRANK, zremrange::zremrange),
    row(&zremrange::ZREMRANGEBYSCORE, zremrange::zremrange),
    row(&zrange::ZREVRANGE, zrange::zrange),
    row(&zrange::ZREVRANGEBYLEX, zrange::zrange),
    row(&zrange::ZREVRANGEBYSCORE, zrange::zrange),
    row(&zrank::ZREVRANK, zrank::zrank),
    row(&zscan::ZSCAN, zscan::zscan),
    row(&zscore::ZSCORE, zscore::zscore),
    row(&combine::ZUNION, combine::combine),
    row(&combine::ZUNIONSTORE, combine::store),
];
