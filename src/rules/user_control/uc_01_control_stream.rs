//! UC-01 control-stream
//!
//! ## What it does
//! User control messages belong on message stream 0 and chunk stream 2. Elsewhere they are a warning. One that came in
//! more than one chunk is an info: its peer uses a chunk size smaller than the message.
//!
//! ## Why it matters
//! Receivers that dispatch by message stream id hand the message to a stream, where nobody listens: pings stay without an
//! answer and the connection is dropped after a while.
//!
//! ## Spec
//! RTMP 1.0, 6.2
//!
//! ## Tolerance
//! None needed: ffmpeg, librtmp, OBS, `GStreamer`, nginx-rtmp, SRS and gortmplib all send them as specified.
//!
//! ## How to fix
//! Write user control messages with chunk stream id 2 and message stream id 0; the stream they are about is in the body.

use super::shared;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "UC-01",
    name: "control-stream",
    severity: Severity::Warning,
    spec: "RTMP 6.2",
    subject: "user control messages",
    help: "write user control messages with chunk stream id 2 and message stream id 0; the stream they are about is in \
           the body",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Control, Topic::Other],
    source: include_str!("uc_01_control_stream.rs"),
    new: || Box::new(ControlStream),
    ..Rule::BASE
};

/// The chunk stream of control messages.
const CSID: u32 = 2;

struct ControlStream;

impl Check for ControlStream {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = shared::user_control(event) else { return };
        cx.judged();
        let (msid, csid) = (header.stream_id, header.csid);
        if msid != 0 && !header.inferred.stream_id {
            cx.find(Found::at(event).case("message-stream"), |_| {
                Said::new("a user control message is not on message stream 0").expected("0").actual(msid.to_string())
            });
        }
        if csid != CSID {
            cx.find(Found::at(event).case("chunk-stream"), |_| {
                Said::new("a user control message is not on chunk stream 2").expected("2").actual(csid.to_string())
            });
        }
        if header.chunks > 1 {
            let (length, chunks) = (header.length, header.chunks);
            cx.find(Found::at(event).case("split").info(), |_| {
                Said::new("a user control message is cut into several chunks")
                    .expected("1 chunk")
                    .actual(format!("{length} bytes in {chunks} chunks"))
                    .help("use a chunk size of 128 bytes or more")
            });
        }
    }
}
