//! All rules there are, in the order of their codes' groups.

use super::rule::Rule;
use super::{
    ack, amf, audio, chunk, command, control, enhanced, handshake, message, metadata, net, security,
    timestamps, tunnel, user_control, video,
};

/// The rules of each group, in the order in which they are listed.
static GROUPS: &[&[&Rule]] = &[
    handshake::RULES,
    chunk::RULES,
    control::RULES,
    user_control::RULES,
    amf::RULES,
    command::RULES,
    message::RULES,
    video::RULES,
    audio::RULES,
    metadata::RULES,
    timestamps::RULES,
    ack::RULES,
    enhanced::RULES,
    tunnel::RULES,
    security::RULES,
    net::RULES,
];

/// All rules.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().flat_map(|group| group.iter().copied())
}

/// The rule with a code.
pub(crate) fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
}
