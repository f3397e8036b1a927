//! Every kind of difference there is between rtmpscope and tshark: how it is known, who is right and why, and in which
//! captures it is seen.
//!
//! The list was made with tshark 4.0.17. What other versions are known to do differently stands with the rule.

use crate::compare::{Difference, Kind};
use crate::inherit::Filled;

/// Who is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    Rtmpscope,
    Tshark,
    /// They say the same, one of them says less.
    Both,
}

/// A kind of difference with its explanation.
pub(crate) struct Rule {
    pub name: &'static str,
    pub is: fn(&Difference) -> bool,
    pub right: Right,
    pub why: &'static str,
    /// The captures in which it is seen, and no others.
    pub seen_in: &'static [&'static str],
}

/// Where tshark shows messages that are not compared, and what rtmpscope says is there: bytes that are encrypted, or a
/// tunnel of which tshark, told to read it as RTMP, takes the HTTP for headers.
pub(crate) const NOT_PLAIN: &[(&str, &str)] = &[
    ("fail_not_rtmp", "rtmpe"),
    ("rtmpe_fail_ffmpeg9", "rtmpe"),
    ("rtmpe_play_publish", "rtmpe"),
    ("rtmps_tls13", "not RTMP"),
    ("rtmpt_play_ffmpeg", "rtmpt"),
    ("rtmpt_publish_ffmpeg", "rtmpt"),
    ("rtmpte_fail_ffmpeg9", "rtmpt"),
];

/// The rules; the first that fits explains a difference.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "chunk stream id without its high bits",
        is: |d| d.kind == Kind::CsidPrinted && d.theirs.as_ref().is_some_and(is_masked),
        right: Right::Rtmpscope,
        why: "tshark prints the low six bits of the basic header's last byte, 4.4.5 too; the two or three bytes that it \
              shows beside them give what rtmpscope and the script say",
        seen_in: &["generated_csid", "generated_csid_in_turn"],
    },
    Rule {
        name: "clock set to an extended delta",
        is: |d| {
            d.kind == Kind::TimestampPrinted
                && d.theirs.as_ref().is_some_and(|t| t.calculated == d.around.set_clock)
        },
        right: Right::Rtmpscope,
        why: "behind a type 1 or 2 header with an extended field, tshark computes timestamps as if the field were one and \
              no delta, 4.4.5 too; the script, and the file that the player of ts_wrap_2_32 wrote, have the sum",
        seen_in: &["generated_extended_delta", "generated_extended_type_3", "ts_wrap_2_32"],
    },
    Rule {
        name: "Enhanced RTMP",
        is: is_enhanced,
        right: Right::Rtmpscope,
        why: "tshark 4.0 reads the first byte as that of a legacy tag (4.4.5 does not); the FourCC, and the frame type in \
              the byte's other bits, are in the bytes that it prints",
        seen_in: &[
            "craft_ertmp",
            "ertmp_av1_opus",
            "ertmp_hevc",
            "ertmp_hevc_fourcclist",
            "ertmp_multitrack",
            "srs_av1_ertmp",
        ],
    },
    Rule {
        name: "behind a hole",
        is: |d| d.around.hole && d.around.lost,
        right: Right::Rtmpscope,
        why: "tshark takes no note of bytes that the capture lacks: it stops, or takes the bytes behind them for headers; \
              what rtmpscope reads there is in the same order in the capture without the hole",
        seen_in: &["derived_ipfrag_missing", "derived_lost_packets", "generated_hole", "snaplen200"],
    },
    Rule {
        name: "too few messages behind a late start",
        is: |d| !d.around.opened && d.around.silent && d.theirs.as_ref().is_some_and(is_sound),
        right: Right::Tshark,
        why: "of a direction whose beginning was not captured, tshark takes the first byte for a header's, and here it is \
              one; rtmpscope wants more than these one or two messages of media or control before it believes where headers are",
        seen_in: &["generated_late_start"],
    },
    Rule {
        name: "late start",
        is: |d| match d.kind {
            Kind::OnlyRtmpscope => !d.around.opened,
            Kind::OnlyTshark => !d.around.opened && d.theirs.as_ref().is_some_and(is_nonsense),
            _ => false,
        },
        right: Right::Rtmpscope,
        why: "tshark takes any bytes for headers and shows messages that cannot be; what rtmpscope reads is in the same order in \
              the capture with its beginning",
        seen_in: &["derived_mid_connection", "generated_late_start"],
    },
    Rule {
        name: "stream id that no header said",
        is: |d| {
            let [ours, theirs] = [d.ours.as_ref(), d.theirs.as_ref().map(|t| &t.message)];
            d.kind == Kind::StreamId
                && ours.is_some_and(|message| message.stream_id == Some(0))
                && theirs.is_some_and(|message| message.stream_id.is_none())
        },
        right: Right::Both,
        why: "the first header captured on the chunk stream is of type 1, so there is nothing to inherit (librtmp begins so \
              with its Acknowledgements). rtmpscope says 0, where control messages belong, and deleteStream too, and which the \
              capture with its beginning has",
        seen_in: &[
            "derived_mid_connection",
            "derived_mid_handshake",
            "nginx_chunk16_ping",
            "nginx_chunk60000_ack",
        ],
    },
    Rule {
        name: "behind a header that cannot be",
        is: |d| d.around.broken && matches!(d.kind, Kind::OnlyRtmpscope | Kind::OnlyTshark),
        right: Right::Rtmpscope,
        why: "the sender broke the chunk stream (craft_violation by design; nginx-rtmp writes a ping of six bytes whole at a \
              chunk size of 1), or the capture has a flipped bit (ns_corrupt): rtmpscope finds the next header and tshark \
              does not. What it reads behind is in the sender's log, and in ns_corrupt in the published file; of the pings \
              only the headers can be read",
        seen_in: &["craft_violation", "nginx_chunk1_ping", "ns_corrupt"],
    },
    Rule {
        name: "incomplete message",
        is: |d| d.kind == Kind::OnlyRtmpscope && d.ours.as_ref().is_some_and(|message| !message.complete),
        right: Right::Both,
        why: "tshark shows a message when it has all of it; rtmpscope also shows one that was aborted or that the end of \
              the stream cut, and marks it",
        seen_in: INCOMPLETE,
    },
    Rule {
        name: "delta of a message that was given up",
        is: |d| {
            d.kind == Kind::Timestamp
                && d.around.given_up
                && d.theirs
                    .as_ref()
                    .is_some_and(|t| t.calculated == d.ours.as_ref().map(|ours| ours.timestamp))
        },
        right: Right::Rtmpscope,
        why: "the header of an aborted message moved the clock, and tshark does not show it, so its delta is missing from \
              what is filled in here; the timestamp that tshark itself computes is that of rtmpscope and of the script",
        seen_in: &["generated_abort"],
    },
    Rule {
        name: "extended timestamp left out of later chunks",
        is: |d| {
            let reads_on = d.around.opened && d.around.omitted;
            reads_on
                && match d.kind {
                    Kind::OnlyRtmpscope => true,
                    Kind::OnlyTshark => d.theirs.as_ref().is_some_and(is_nonsense),
                    _ => false,
                }
        },
        right: Right::Rtmpscope,
        why: "tshark expects the extended timestamp in every type 3 chunk and takes four bytes of the body for it, 4.4.5 \
              too; the sender's log and the script have every message that rtmpscope has",
        seen_in: &["craft_ext_ts_norepeat", "generated_extended_omitted"],
    },
    Rule {
        name: "extended timestamp of a message begun by type 3",
        is: |d| {
            d.around.extended_type_3
                && matches!(d.kind, Kind::OnlyRtmpscope | Kind::OnlyTshark | Kind::Fact("codec"))
        },
        right: Right::Rtmpscope,
        why: "tshark takes its four bytes for the first of the body, 4.4.5 too, and is four short at the next message; the \
              script says where each message ends",
        seen_in: &["generated_extended_type_3"],
    },
];

/// Where a stream ends inside a message. In most of these ffmpeg sent the header of its last command, and then its body
/// could not be sent.
const INCOMPLETE: &[&str] = &[
    "craft_abort",
    "fail_server_killed",
    "ffmpeg_listen_play",
    "ffmpeg_listen_server",
    "generated_abort",
    "nginx_chunk16_ping",
    "nginx_chunk1_ping",
    "ns_blackhole",
    "ns_corrupt",
    "ns_delay_200ms",
    "ns_reorder",
    "srs_av",
    "srs_av_ff9",
];

/// Only the low six bits of a chunk stream id that has more are printed.
fn is_masked(theirs: &Filled) -> bool {
    let last = theirs.shown.csid_bytes.last().copied().unwrap_or_default();
    theirs.message.csid >= 64 && theirs.csid_shown == u32::from(last & 0x3f)
}

/// Of a type that RTMP does not have, or a control message without the four bytes that each has.
fn is_nonsense(theirs: &Filled) -> bool {
    match theirs.message.type_id {
        1..=6 => theirs.message.length < 4,
        8 | 9 | 15..=20 | 22 => false,
        _ => true,
    }
}

/// Of a type that RTMP has, with as many bytes as its header says.
fn is_sound(theirs: &Filled) -> bool {
    let shown = &theirs.shown;
    !is_nonsense(theirs) && shown.whole_bytes == shown.header_bytes + theirs.message.length
}

/// What rtmpscope says of an enhanced tag is in the bytes that tshark prints of it.
fn is_enhanced(d: &Difference) -> bool {
    let (Some((ours, _)), Some(theirs)) = (&d.said, &d.theirs) else {
        return false;
    };
    let read = &theirs.shown.read;
    let is_enhanced =
        read.video.is_some_and(|tag| tag & 0x80 > 0) || read.audio.is_some_and(|tag| tag >> 4 == 9);
    let four_cc: &[u8] = match ours.as_str() {
        "h264" => b"avc1",
        "hevc" => b"hvc1",
        "av1" => b"av01",
        "aac" => b"mp4a",
        "opus" => b"Opus",
        _ => b"",
    };
    is_enhanced
        && match d.kind {
            Kind::Fact("codec") => !four_cc.is_empty() && read.data.windows(4).any(|bytes| bytes == four_cc),
            Kind::Fact("key frame") => {
                read.video.map(|tag| (tag >> 4 & 7 == 1).to_string()).as_ref() == Some(ours)
            }
            _ => false,
        }
}
