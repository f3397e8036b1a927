//! CH-07 type-3-after-type-0
//!
//! ## What it does
//! Reports messages that begin with format 3 right after a header of format 0. Format 3 repeats the delta, and format 0
//! has none. After a time of 0 nothing is reported.
//!
//! ## Why it matters
//! By the specification the time itself is the delta, so it is added once more: ffmpeg, SRS, librtmp and `GStreamer`
//! do so. nginx-rtmp and mediamtx add nothing, and Wireshark adds the step to the format 0 message. The same bytes are
//! played at three times.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2.4
//!
//! ## Tolerance
//! After time 0 all agree. librtmp writes this for "the same time as before": where only that continues the track, the
//! time is read so, and the finding says it. Control messages have no time.
//!
//! ## How to fix
//! After a header of format 0 send one of format 1 or 2, which says the delta, before the first of format 3.

use crate::rtmp::chunk::fact::Fact;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::seen::CONTROL_CSID;
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "CH-07",
    name: "type-3-after-type-0",
    severity: Severity::Warning,
    spec: "RTMP 5.3.1.2.4",
    subject: "messages that begin with format 3",
    help: "after a header of format 0 send one of format 1 or 2 before the first of format 3",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Chunk, Topic::Message],
    skips_alike: true,
    source: include_str!("ch_07_type_3_after_type_0.rs"),
    new: || Box::new(Type3AfterType0),
    ..Rule::BASE
};

struct Type3AfterType0;

impl Check for Type3AfterType0 {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Some(header) = event.message {
            if header.fmt == 3 {
                cx.judged();
            }
            return;
        }
        let Kind::Fact(Fact::DeltaFromAbsolute { csid, timestamp, before, read_as }) = event.kind else {
            return;
        };
        if csid == CONTROL_CSID {
            return;
        }
        cx.find(Found::at(event), |_| {
            let added = timestamp.wrapping_add(timestamp);
            let step = timestamp.wrapping_add(timestamp.wrapping_sub(before));
            let taken = if read_as == timestamp { "the second, which continues the track" } else { "the first" };
            Said::new(format!(
                "a message on chunk stream {csid} begins with format 3 right after one of format 0 at {timestamp} ms"
            ))
            .expected("format 1 or 2, with the delta")
            .actual(format!(
                "{added} ms for ffmpeg, SRS and librtmp, {timestamp} ms for nginx-rtmp and mediamtx, {step} ms for \
                 Wireshark; taken is {taken}"
            ))
        });
    }
}
