//! CH-03 timestamp-back-by-delta
//!
//! ## What it does
//! Reports timestamps that go back by a wrapped delta instead of a full header (format 0). A timestamp that is lower
//! than the one before on its chunk stream needs format 0, which has the time itself. Some senders write the difference
//! instead: a delta of 2^31 or more, which leads to the lower time only in arithmetic modulo 2^32.
//!
//! ## Why it matters
//! Receivers that add in 64 bits, or take the delta for what it says, see the time jump ahead by 49 days.
//!
//! ## Spec
//! RTMP 1.0, 4 and 5.3.1.2.1
//!
//! ## Tolerance
//! nginx-rtmp (with audio and video on one chunk stream), librtmp and `GStreamer` (rtmp2) write such deltas, and most
//! receivers wrap around as they do: a warning, and an error in a strict profile. Control messages have no time. A
//! clock of 31 bits that begins again at 0 is a matter of TS-06.
//!
//! ## How to fix
//! Send a header of format 0 when the time goes back, or give audio and video chunk streams of their own, so that it
//! does not.

use crate::base::time::short_step;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "CH-03",
    name: "timestamp-back-by-delta",
    severity: Severity::Warning,
    strict: Some(Severity::Error),
    spec: "RTMP 4, 5.3.1.2.1",
    subject: "timestamp deltas",
    help: "send a header of format 0 when the time goes back, or give audio and video chunk streams of their own",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Message],
    skips_alike: true,
    source: include_str!("ch_03_timestamp_back_by_delta.rs"),
    new: || Box::new(BackByDelta),
    ..Rule::BASE
};

struct BackByDelta;

impl Check for BackByDelta {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| header.fmt != 0 && !header.kind.is_control()) else {
            return;
        };
        cx.judged();
        let goes_on = short_step(header.timing.before, header.timestamp).is_some();
        if !header.timing.is_back || goes_on {
            return;
        }
        let (csid, time, before) = (header.csid, header.timestamp, header.timing.before);
        cx.find(Found::at(event).of(csid), |_| {
            let (delta, back) = (time.wrapping_sub(before), before.wrapping_sub(time));
            Said::new(format!(
                "on chunk stream {csid} the time goes back by a delta instead of a new timestamp"
            ))
            .expected(format!("format 0, or a time of {before} ms or later"))
            .actual(format!(
                "{time} ms, {back} ms before the one in front of it, by format {} with a delta of {delta}",
                header.fmt
            ))
        });
    }
}
