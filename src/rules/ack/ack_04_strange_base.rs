//! ACK-04 strange-base
//!
//! ## What it does
//! Reports Acknowledgements that are no running total of the bytes received. Their values are more than a window away
//! from what has come, with and without the handshake: they are steps where each is what came since the one before (to
//! five percent), else totals of an unknown base.
//!
//! ## Why it matters
//! A sender that takes steps for totals thinks that nothing arrives, and stops or throttles.
//!
//! ## Spec
//! RTMP 1.0, 5.4.3 ("the number of bytes received so far")
//!
//! ## Tolerance
//! Two steps in a row make steps. Known from the ingest of `YouTube` (131325 bytes each time) and `rml_rtmp`. Without a
//! window, twice the value takes its place. A reader that lags says nothing as long as one of its values was near.
//!
//! ## How to fix
//! Add up all bytes read, modulo 2^32, and send that. Senders do well not to wait for acknowledgements.

use crate::base::pos::{Dir, PerDir};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{Ack, Acks, HANDSHAKE, receiver};

pub(super) static RULE: Rule = Rule {
    code: "ACK-04",
    name: "strange-base",
    severity: Severity::Warning,
    spec: "RTMP 5.4.3",
    subject: "acknowledgements",
    help: "send the total of all bytes read, modulo 2^32; as a sender, do not wait for acknowledgements",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither, Guard::Order],
    thresholds: &[
        Threshold { name: "share", default: 0.05, about: "by which share a step may differ from what came" },
        Threshold {
            name: "acks",
            default: 3.0,
            about: "acknowledgements from which on an unknown base is reported",
        },
    ],
    hears: &[Topic::Control],
    source: include_str!("ack_04_strange_base.rs"),
    new: || Box::new(StrangeBase::default()),
    ..Rule::BASE
};

/// The window of most servers, where none was announced.
const USUAL_WINDOW: u32 = 2_500_000;

#[derive(Default)]
struct StrangeBase {
    acks: Acks,
    sides: PerDir<Side>,
}

/// The acknowledgements of one direction.
#[derive(Default)]
struct Side {
    /// How many there were, and of these steps in a row.
    count: u32,
    steps: u32,
    /// All were more than a window away.
    away: Option<Box<(Found, i64, u32)>>,
    near: bool,
}

impl Check for StrangeBase {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(ack) = self.acks.next(event) else { return };
        cx.judged();
        let side = self.sides.get_mut(ack.of);
        side.count += 1;
        side.steps = if ack.is_step(cx.threshold("share")) { side.steps + 1 } else { 0 };
        let announced = cx.seen.window.get(ack.of).filter(|window| *window > 0);
        let lag = least_lag(&ack);
        if side.steps >= 2 && lag > i64::from(announced.unwrap_or(ack.value.saturating_mul(2))) {
            side.near = true;
            cx.find(Found::at(event).case("steps"), |_| {
                Said::new(format!("the {} acknowledges steps in place of a total", receiver(ack.of)))
                    .expected(format!("about {} bytes", ack.acked))
                    .actual(format!("{}, what came since the acknowledgement before", ack.value))
            });
        } else if lag <= i64::from(announced.unwrap_or(USUAL_WINDOW)) {
            side.near = true;
        } else if !side.near && side.away.is_none() {
            side.away = Some(Box::new((Found::at(event), lag, ack.value)));
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        for of in Dir::BOTH {
            let side = std::mem::take(self.sides.get_mut(of));
            if side.near || f64::from(side.count) < cx.threshold("acks") {
                continue;
            }
            let Some((found, lag, value)) = side.away.map(|away| *away) else { continue };
            cx.find(found.case("unknown-base"), |_| {
                Said::new(format!("what the {} acknowledges is not what it got", receiver(of)))
                    .expected("the total of bytes received, with or without the handshake")
                    .actual(format!("{value}, that is {lag} bytes less; {} like it", side.count))
            });
        }
    }

    fn held_bytes(&self) -> usize {
        64
    }
}

/// By how much the value is below what came, with or without the handshake; 0 where it is above.
fn least_lag(ack: &Ack) -> i64 {
    (i64::from(ack.lag()) - HANDSHAKE.cast_signed()).max(0)
}
