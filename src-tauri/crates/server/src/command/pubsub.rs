//! Publish and subscribe.

mod publish;
#[expect(clippy::module_inception, reason = "the command has the group's name")]
mod pubsub;
mod subscribe;

use super::{Row, container, row, spec};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&publish::SPEC, publish::publish),
    container(&pubsub::SPEC, spec::container, PUBSUB),
    row(&subscribe::PSUBSCRIBE, subscribe::subscribe),
    row(&subscribe::PUNSUBSCRIBE, subscribe::unsubscribe),
    row(&subscribe::SUBSCRIBE, subscribe::subscribe),
    row(&subscribe::UNSUBSCRIBE, subscribe::unsubscribe),
];

static PUBSUB: &[Row] = &[
    row(&pubsub::CHANNELS, pubsub::channels),
    row(&pubsub::NUMPAT, pubsub::numpat),
    row(&pubsub::NUMSUB, pubsub::numsub),
];
