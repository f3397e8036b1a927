//! TS-06 short-clock
//!
//! ## What it does
//! Reports timestamps that fall to nearly zero because the sender's clock has too few bits. A clock of 24 bits ends
//! after four hours and 40 minutes, where the sender does not write extended timestamps; one of 31 bits after 24 days;
//! one of 32 bits after 49 days, where it may.
//!
//! ## Why it matters
//! At a wrap that is too early receivers see time go back by hours: players freeze, recordings and playlists break. It
//! happens in the middle of a good stream, which makes it hard to catch.
//!
//! ## Spec
//! RTMP 1.0, 4 and 5.3.1.3
//!
//! ## Tolerance
//! The wrap at 2^32, after 49 days, is what the specification wants: an info. A clock of 31 bits (ffmpeg, SRS) is a
//! warning.
//!
//! ## How to fix
//! From 16777215 ms on write 0xFFFFFF and the whole 32 bits after the header, and do not mask the high bits; begin each
//! stream near 0, not at the uptime of the device.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{coded, wraps};

pub(super) static RULE: Rule = Rule {
    code: "TS-06",
    name: "short-clock",
    severity: Severity::Error,
    spec: "RTMP 4, 5.3.1.3",
    subject: "coded frames",
    help: "from 16777215 ms on write extended timestamps with all 32 bits, and begin each stream near 0",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "near_ms",
        default: 10_000.0,
        about: "how near to the wrap both times are",
    }],
    hears: &[Topic::Stride, Topic::Stream, Topic::Config, Topic::Mark, Topic::Command, Topic::Control],
    source: include_str!("ts_06_short_clock.rs"),
    new: || Box::new(ShortClock),
    ..Rule::BASE
};

struct ShortClock;

impl Check for ShortClock {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates")]
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (Some(m), Some(step)) = (coded(event), cx.seen.clocks.step()) else { return };
        let time = event.message.map(|header| header.timestamp).or(event.part.map(|part| part.timestamp));
        let Some(now) = time else { return };
        let Some(before) = step.timestamp else { return };
        cx.judged();
        if now >= before {
            return;
        }
        let near = cx.threshold("near_ms") as u32;
        let found = Found::at(event).of(m.stream);
        let (found, bits) = if wraps(before, now, 24, near) {
            (found.case("24-bit"), 24)
        } else if wraps(before, now, 31, near) {
            (found.case("31-bit").warning(), 31)
        } else if wraps(before, now, 32, near) {
            (found.case("32-bit").info(), 32)
        } else {
            return;
        };
        cx.find(found, |_| {
            let said = Said::new(format!("the timestamps wrapped at 2^{bits}"))
                .actual(format!("{before} ms, then {now} ms"));
            if bits == 32 {
                said.help("nothing to do: after 49 days and 17 hours they have to")
            } else {
                said.expected("timestamps that go on up to 2^32")
            }
        });
    }
}
