//! TS-01 backward
//!
//! ## What it does
//! Reports timestamps of audio or video frames that go back. The time of each coded frame is compared with that of the
//! frame before on the same track. A step back of less than a second is a frame out of order; more is a clock that
//! began again, reported once for all tracks of the stream.
//!
//! ## Why it matters
//! Servers and players take the time as decoding order: they drop what goes back, or stop. Recordings get broken
//! durations.
//!
//! ## Spec
//! RTMP Errata and Addenda, 5.2; RTMP 1.0, 4
//!
//! ## Tolerance
//! The order between tracks is free. A clock may begin again after a new stream, a seek, a pause, a status of the play,
//! or a configuration that changed. The wraps of short clocks are left to TS-06. Headers and empty messages have no
//! time.
//!
//! ## How to fix
//! Put decoding time into the message and presentation time into the composition time. Take both from a clock that
//! never goes back, not from the time of day. Let a server that relays keep the times of a source that reconnects above
//! those sent before.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaKind};

use super::shared::{coded, number, wraps};

pub(super) static RULE: Rule = Rule {
    code: "TS-01",
    name: "backward",
    severity: Severity::Warning,
    spec: "RTMP Errata 5.2",
    subject: "coded frames",
    help: "take decoding times from a clock that never goes back",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "restart_ms",
        default: 1_000.0,
        about: "step back of a clock that began again",
    }],
    hears: &[Topic::Stride, Topic::Stream, Topic::Config, Topic::Mark, Topic::Command, Topic::Control],
    source: include_str!("ts_01_backward.rs"),
    new: || Box::new(Backward),
    ..Rule::BASE
};

struct Backward;

/// How near to the wrap of a clock of 24 bits a step has to be to be one.
const NEAR_MS: u32 = 10_000;

impl Check for Backward {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (Some(m), Some(step)) = (coded(event), cx.seen.clocks.step()) else { return };
        let Some((before, _)) = step.before else { return };
        cx.judged();
        let by = before.saturating_sub(m.dts_ms);
        if by <= 0 || is_short(before, m.dts_ms) {
            return;
        }
        let restarts = by >= cx.threshold_ns("restart_ms") / 1_000_000;
        let name = m.media.name();
        let (found, what, help) = if restarts {
            (
                Found::at(event).case("restart").of(m.stream),
                format!("the clock of {name} went back by {by} ms, to begin again"),
                "let the source keep its clock running; let a server that relays add an offset when its source begins again",
            )
        } else if m.media == MediaKind::Video && m.composition_ms == 0 {
            (
                Found::at(event).case("out-of-order").of(number(m)),
                format!("a frame of {name} is {by} ms before the one in front of it"),
                "this looks like presentation time: write decoding time, and the rest as composition time",
            )
        } else {
            (
                Found::at(event).case("out-of-order").of(number(m)),
                format!("a frame of {name} is {by} ms before the one in front of it"),
                RULE.help,
            )
        };
        let now = m.dts_ms;
        cx.find(found, |_| {
            Said::new(what).expected(format!("{before} ms or later")).actual(format!("{now} ms")).help(help)
        });
    }
}

/// Whether a clock of 24 bits wrapped, which another rule tells.
fn is_short(before: i64, now: i64) -> bool {
    let low = |ms: i64| u32::try_from(ms).ok();
    matches!((low(before), low(now)), (Some(before), Some(now)) if wraps(before, now, 24, NEAR_MS))
}
