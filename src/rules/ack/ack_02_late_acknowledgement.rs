//! ACK-02 late-acknowledgement
//!
//! ## What it does
//! Reports a side that acknowledges later than the announced window allows. Measures the bytes from one Acknowledgement
//! to the next, by what TCP had acknowledged when each was sent. More than the window, a chunk and 64 KiB is too much.
//!
//! ## Why it matters
//! A sender that keeps to the window waits in between, and the stream stutters.
//!
//! ## Spec
//! RTMP 1.0, 5.4.3
//!
//! ## Tolerance
//! Most acknowledge earlier: ffmpeg and SRS after half a window, librtmp after a tenth of Set Peer Bandwidth,
//! `GStreamer` and gortmplib after a whole one. What lay unread in the receiver's buffer does not count: where the
//! values say that less came in between, they are believed.
//!
//! ## How to fix
//! Send the Acknowledgement as soon as a window of bytes has been read, also inside of a long message.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use crate::base::pos::PerDir;

use super::shared::{Acks, receiver};

pub(super) static RULE: Rule = Rule {
    code: "ACK-02",
    name: "late-acknowledgement",
    severity: Severity::Warning,
    spec: "RTMP 5.4.3",
    subject: "acknowledgements within a window",
    help: "send the Acknowledgement as soon as a window of bytes has been read, also inside of a long message",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither, Guard::Order],
    thresholds: &[Threshold {
        name: "slack_bytes",
        default: 65_536.0,
        about: "bytes beyond the window and a chunk",
    }],
    hears: &[Topic::Control],
    source: include_str!("ack_02_late_acknowledgement.rs"),
    new: || Box::new(LateAcknowledgement::default()),
    ..Rule::BASE
};

/// The chunk size before any is announced.
const FIRST_CHUNK_SIZE: u32 = 128;

#[derive(Default)]
struct LateAcknowledgement {
    acks: Acks,
    /// The largest window since the last acknowledgement.
    windows: PerDir<Option<u32>>,
}

impl Check for LateAcknowledgement {
    #[expect(clippy::cast_precision_loss, reason = "bytes of a connection")]
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::WindowAckSize { size } = event.kind {
            let window = self.windows.get_mut(event.dir);
            *window = (*window).max(Some(size));
        }
        let Some(ack) = self.acks.next(event) else { return };
        let window = std::mem::replace(self.windows.get_mut(ack.of), *cx.seen.window.get(ack.of));
        let (Some(window), Some(before)) = (window, ack.before) else { return };
        cx.judged();
        let counted = u64::from(ack.value.wrapping_sub(before.value));
        let came = ack.since().unwrap_or(0).min(counted);
        let chunk = cx.seen.chunk_size.get(ack.of).unwrap_or(FIRST_CHUNK_SIZE);
        let most = f64::from(window) + f64::from(chunk) + cx.threshold("slack_bytes");
        if came as f64 > most {
            cx.find(Found::at(event), |_| {
                Said::new(format!("the {} acknowledged later than its window allows", receiver(ack.of)))
                    .expected(format!("an Acknowledgement at least every {window} bytes"))
                    .actual(format!("{came} bytes from one to the next"))
            });
        }
    }
}
