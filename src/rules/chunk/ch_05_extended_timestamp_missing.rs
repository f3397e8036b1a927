//! CH-05 extended-timestamp-missing
//!
//! ## What it does
//! Reports format 3 chunks that lack the extended timestamp their message has. When a header of format 0 to 2 has one,
//! each format 3 chunk after it on that chunk stream has to carry the same four bytes. Where other bytes are there,
//! both readings are tried: that they are payload, and that they are an extended timestamp with another value, which is
//! an info. The reading after which the next header makes sense counts.
//!
//! ## Why it matters
//! Timestamps reach 0xFFFFFF after 4 hours and 40 minutes. A receiver that expects the four bytes takes them from the
//! payload: frames are damaged, or chunk headers are not found any more, and a stream that ran for hours breaks.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.3; RTMP Errata and Addenda, 5.1
//!
//! ## Tolerance
//! An older public draft forbade the field, so senders differ: OBS left it out until January 2024, old forks of librtmp
//! do. ffmpeg, nginx-rtmp, SRS, `GStreamer` and mediamtx write it. SRS and `GStreamer` read both. A warning, and an
//! error in a strict profile.
//!
//! ## How to fix
//! Write the extended timestamp after each format 3 basic header, inside a message and at its start; update OBS and
//! librtmp.

use crate::rtmp::chunk::fact::Fact;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "CH-05",
    name: "extended-timestamp-missing",
    severity: Severity::Warning,
    strict: Some(Severity::Error),
    spec: "RTMP 5.3.1.3",
    subject: "format 3 chunks after an extended timestamp",
    help: "write the extended timestamp after each format 3 basic header too; OBS does since January 2024",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Chunk, Topic::Message],
    skips_alike: true,
    source: include_str!("ch_05_extended_timestamp_missing.rs"),
    new: || Box::new(ExtendedMissing),
    ..Rule::BASE
};

struct ExtendedMissing;

impl Check for ExtendedMissing {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some(header) = event.message {
            if header.timing.repeated > 0 || header.timing.omitted > 0 {
                cx.judged();
            }
            return;
        }
        match event.kind {
            Kind::Fact(Fact::ExtendedTimestampAbsent { csid, expected, seen }) => {
                cx.find(Found::at(event).case("absent"), |_| {
                    Said::new(format!("format 3 chunks on chunk stream {csid} lack the extended timestamp"))
                        .expected(format!("{expected:08x} after the basic header"))
                        .actual(format!("{seen:08x}, which is payload"))
                });
            }
            Kind::Fact(Fact::ExtendedTimestampOther { csid, expected, seen }) => {
                cx.find(Found::at(event).case("other-value").info(), |_| {
                    Said::new(format!(
                        "format 3 chunks on chunk stream {csid} have an extended timestamp of their own"
                    ))
                    .expected(format!("{expected:08x}, the field of the header before"))
                    .actual(format!("{seen:08x}"))
                    .help("repeat the field of the last header of format 0 to 2, also where that is a delta")
                });
            }
            _ => {}
        }
    }
}
