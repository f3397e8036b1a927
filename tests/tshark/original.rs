//! What stands behind a hole or a late start, against a capture of the same that lacks nothing.
//!
//! tshark cannot say who is right there. The audio and video messages of each direction in which only rtmpscope has
//! some must be, by type and length and in order, among those of one direction of the other capture.

use crate::compare::{Kind, Outcome};
use crate::ours::{OneWay, Report};

/// A capture, and one of the same messages that lacks none of them. Where both were not derived from one another, one
/// program published the same file in both.
pub(crate) const ORIGINALS: &[(&str, &str)] = &[
    ("derived_ipfrag_missing", "nginx_pub_2players"),
    ("derived_lost_packets", "nginx_pub_2players"),
    ("derived_mid_connection", "nginx_pub_2players"),
    ("derived_mid_handshake", "nginx_pub_2players"),
    ("ns_corrupt", "nginx_pub_2players"),
    ("snaplen200", "nginx_pub_2players"),
    ("generated_hole", "generated_publish"),
    ("generated_late_start", "generated_publish"),
];

fn media(way: &OneWay) -> Vec<(u8, u64)> {
    let complete = way.messages.iter().filter(|message| message.complete && matches!(message.type_id, 8 | 9));
    complete.map(|message| (message.type_id, message.length)).collect()
}

fn is_within(part: &[(u8, u64)], whole: &[(u8, u64)]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|message| rest.any(|other| other == message))
}

/// The directions of a capture with media messages that no direction of the original has in that order.
pub(crate) fn strangers(damaged: &Outcome, original: &Report) -> Vec<String> {
    let wholes: Vec<_> = original.ways.values().map(media).collect();
    let alone = |way| damaged.differences.iter().any(|d| d.kind == Kind::OnlyRtmpscope && d.way == way);
    let ways =
        damaged.report.ways.iter().filter(|(way, _)| alone(**way)).map(|(way, said)| (way, media(said)));
    let strange = ways.filter(|(_, part)| !wholes.iter().any(|whole| is_within(part, whole)));
    strange
        .map(|(way, part)| format!("{}: {way:?}: {} media messages", damaged.capture, part.len()))
        .collect()
}
