//! ACK-01 never-acknowledged
//!
//! ## What it does
//! Reports a side that never acknowledges the bytes it gets, although the sender announced a window. After a Window
//! Acknowledgement Size the receiver has to send an Acknowledgement each time so many bytes have come. It is reported
//! when twice the window and a handshake more have arrived (by TCP's own acknowledgements) and none came at all.
//!
//! ## Why it matters
//! A sender that keeps to the window stops when it is full: the stream stands still although the network is free.
//!
//! ## Spec
//! RTMP 1.0, 5.4.3 and 5.4.4
//!
//! ## Tolerance
//! Without an announced window nobody has to acknowledge: OBS and ffmpeg announce none when they publish.
//!
//! ## How to fix
//! Count the bytes read, and send an Acknowledgement (type 3) with the total whenever a window of them has come since
//! the last one.

use crate::base::pos::{Dir, PerDir, Span};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{HANDSHAKE, receiver, sender};

pub(super) static RULE: Rule = Rule {
    code: "ACK-01",
    name: "never-acknowledged",
    severity: Severity::Error,
    spec: "RTMP 5.4.3",
    subject: "announced windows",
    help: "send an Acknowledgement (type 3) with the total of bytes read whenever a window of them has come",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither],
    thresholds: &[Threshold { name: "windows", default: 2.0, about: "windows that may go by" }],
    hears: &[Topic::Control],
    source: include_str!("ack_01_never_acknowledged.rs"),
    new: || Box::new(NeverAcknowledged::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct NeverAcknowledged {
    /// The window of each side, and where it announced that first.
    windows: PerDir<Option<(Span, u32)>>,
    /// The bytes of a direction were acknowledged.
    acknowledged: PerDir<bool>,
}

impl Check for NeverAcknowledged {
    fn event(&mut self, event: &Event<'_>, _: &mut Cx<'_>) {
        match event.kind {
            Kind::WindowAckSize { size } if size > 0 => {
                let known = self.windows.get_mut(event.dir);
                if known.is_none_or(|(_, window)| window != size) {
                    *known = Some((event.span, size));
                }
            }
            Kind::Acknowledgement { .. } => *self.acknowledged.get_mut(event.dir.opposite()) = true,
            _ => {}
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "bytes of a connection")]
    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let (mut judged, mut little) = (false, false);
        for dir in Dir::BOTH {
            let Some((announced, window)) = *self.windows.get(dir) else { continue };
            if *self.acknowledged.get(dir) {
                judged = true;
                continue;
            }
            let came = end.tcp.acked(dir).saturating_sub(announced.end);
            let most = f64::from(window).mul_add(cx.threshold("windows"), HANDSHAKE as f64);
            if (came as f64) < most {
                little = true;
                continue;
            }
            let found = Found::in_place(Place::bytes(dir, announced));
            cx.find(found, |_| {
                let (receiver, sender) = (receiver(dir), sender(dir));
                Said::new(format!("the {receiver} acknowledged none of the {sender}'s bytes"))
                    .expected(format!("an Acknowledgement at least every {window} bytes"))
                    .actual(format!("none, while {came} bytes came"))
            });
        }
        if judged {
            cx.judged();
        } else if little {
            cx.doubt(Doubt::TooLittle);
        }
    }
}
