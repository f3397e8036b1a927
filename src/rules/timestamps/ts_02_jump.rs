//! TS-02 jump
//!
//! ## What it does
//! Reports timestamps of a track that jump ahead: the clock jumped, or frames are missing. A jump is more than a second
//! and more than ten times the track's usual step, where the packets show less than half of that as a pause.
//!
//! ## Why it matters
//! Players stop for the length of the jump or lose the picture; recordings have a hole there.
//!
//! ## Spec
//! RTMP 1.0, 4; practice
//!
//! ## Tolerance
//! The first ten seconds of a play are left out, when servers send what they kept (GOP caches), as is everything that
//! may begin a clock again (TS-01). An info where audio was announced as silent, and after a stall or a closed window:
//! then the sender dropped what was too late.
//!
//! ## How to fix
//! If the encoder dropped frames, lower its bitrate or load. Otherwise take times from a monotonic clock (no time of
//! day that is set meanwhile), and let a server that switches its source keep the clock going on.

use crate::base::time::ns_to_ms;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{coded, is_play_start};

pub(super) static RULE: Rule = Rule {
    code: "TS-02",
    name: "jump",
    severity: Severity::Warning,
    spec: "RTMP 4",
    subject: "coded frames",
    help: "take times from a monotonic clock; if the encoder dropped frames, lower its bitrate or load",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "step_ms", default: 1_000.0, about: "step that may be a jump" },
        Threshold { name: "times", default: 10.0, about: "how many times the usual step that is" },
        Threshold { name: "play_start_s", default: 10.0, about: "the start of a play that is not looked at" },
    ],
    hears: &[
        Topic::Stride,
        Topic::Stream,
        Topic::Config,
        Topic::Mark,
        Topic::Command,
        Topic::Control,
        Topic::Transport,
    ],
    source: include_str!("ts_02_jump.rs"),
    new: || Box::new(Jump),
    ..Rule::BASE
};

struct Jump;

impl Check for Jump {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (Some(m), Some(step)) = (coded(event), cx.seen.clocks.step()) else { return };
        let (now, usual, silent) = (event.at.ts, step.usual, step.silent);
        let Some((before, at)) = step.before else { return };
        cx.judged();
        let (step, gap) = (m.dts_ms.saturating_sub(before), now.since(at));
        if step <= cx.threshold_ns("step_ms") / 1_000_000 {
            return;
        }
        let often = usual.is_some_and(|usual| {
            f64::from(u32::try_from(step).unwrap_or(u32::MAX)) > f64::from(usual) * cx.threshold("times")
        });
        let paused = gap.saturating_mul(2) >= step.saturating_mul(1_000_000);
        if !often || paused || is_play_start(m.stream, now, cx.threshold_ns("play_start_s"), cx) {
            return;
        }
        let stalled = cx.seen.clocks.is_near_stall(event.dir, now);
        let found = Found::at(event).of(m.stream);
        let found = match (silent, stalled) {
            (true, _) => found.case("silence").info(),
            (_, true) => found.case("dropped").info(),
            _ => found.case("jump"),
        };
        let (name, usual) = (m.media.name(), usual.unwrap_or(0));
        cx.find(found, |_| {
            Said::new(format!("the time of {name} went ahead by {step} ms from one frame to the next"))
                .expected(format!("steps of about {usual} ms"))
                .actual(format!("{step} ms, within {:.0} ms on the wire", ns_to_ms(gap)))
        });
    }
}
