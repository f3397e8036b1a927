//! UC-01 control-stream
//!
//! ## What it does
//! User control messages belong on message stream 0 and chunk stream 2. Elsewhere they are a warning. One that came in
//! more than one chunk is an info: its peer uses a chunk size smaller than the message.
//!
//! ## Why it matters
//! Receivers that dispatch by message stream id hand the message to a stream, where nobody listens: pings stay without
//! an answer and the connection is dropped after a while.
//!
//! ## Spec
//! RTMP 1.0, 6.2
//!
//! ## Tolerance
//! None needed: ffmpeg, librtmp, OBS, `GStreamer`, nginx-rtmp, SRS and gortmplib all send them as specified.
//!
//! ## How to fix
//! Write user control messages with chunk stream id 2 and message stream id 0; the stream they are about is in the
//! body.

use super::shared::{Message, MessageCheck};
use crate::rules::Severity;
use crate::rules::finding::Said;
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::seen::CONTROL_CSID;
use crate::rules::topic::Topic;

pub(super) static RULE: Rule = Rule {
    code: "UC-01",
    name: "control-stream",
    severity: Severity::Warning,
    spec: "RTMP 6.2",
    subject: "user control messages",
    help: "write user control messages with chunk stream id 2 and message stream id 0; the stream they are about is in \
           the body",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("uc_01_control_stream.rs"),
    new: || MessageCheck::boxed(judge),
    ..Rule::BASE
};

fn judge(it: &Message<'_>, told: &mut Told) -> bool {
    let header = it.header;
    let (msid, csid) = (header.stream_id, header.csid);
    if msid != 0 && !header.inferred.stream_id {
        let said = Said::new("a user control message is not on message stream 0");
        told.push((it.found().case("message-stream"), said.expected("0").actual(msid.to_string())));
    }
    if csid != CONTROL_CSID {
        let said = Said::new("a user control message is not on chunk stream 2");
        told.push((it.found().case("chunk-stream"), said.expected("2").actual(csid.to_string())));
    }
    if header.chunks > 1 {
        let said = Said::new("a user control message is cut into several chunks")
            .expected("1 chunk")
            .actual(format!("{} bytes in {} chunks", header.length, header.chunks))
            .help("use a chunk size of 128 bytes or more");
        told.push((it.found().case("split").info(), said));
    }
    true
}
