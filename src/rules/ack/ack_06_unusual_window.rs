//! ACK-06 unusual-window
//!
//! ## What it does
//! Reports unusual, harmless ways to use acknowledgement windows. There are three: a sender of more than 5 MB that
//! never announced one; Acknowledgements that nobody asked for; and Acknowledgements many times more often than the
//! window asks for.
//!
//! ## Why it matters
//! Nothing breaks. Without a window the sender learns nothing of what arrives, and too many acknowledgements are
//! traffic and work for nothing.
//!
//! ## Spec
//! RTMP 1.0, 5.4.3 to 5.4.5
//!
//! ## Tolerance
//! librtmp acknowledges each tenth of what Set Peer Bandwidth says, which is no finding. OBS and ffmpeg never announce
//! a window when they publish.
//!
//! ## How to fix
//! Announce a Window Acknowledgement Size after connect, and acknowledge once for each half or whole window.

use crate::base::pos::{Dir, PerDir};
use crate::base::quantile::Quantiles;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::{Acks, receiver, sender};

pub(super) static RULE: Rule = Rule {
    code: "ACK-06",
    name: "unusual-window",
    severity: Severity::Info,
    spec: "RTMP 5.4.3 to 5.4.5",
    subject: "windows or acknowledgements",
    help: "announce a Window Acknowledgement Size after connect, and acknowledge once for each half or whole window",
    guards: &[Guard::Clear, Guard::Syn, Guard::Both, Guard::NoGapEither],
    thresholds: &[
        Threshold { name: "sent_bytes", default: 5_000_000.0, about: "bytes that may go without a window" },
        Threshold { name: "parts", default: 20.0, about: "acknowledgements for one window" },
        Threshold { name: "acks", default: 10.0, about: "acknowledgements from which on they are too many" },
    ],
    hears: &[Topic::Control],
    source: include_str!("ack_06_unusual_window.rs"),
    new: || Box::new(UnusualWindow::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct UnusualWindow {
    acks: Acks,
    /// What the sender of a direction told its receiver to keep to (Set Peer Bandwidth).
    bandwidth: PerDir<Option<u32>>,
    /// Bytes from one acknowledgement to the next, of bytes of each direction.
    steps: PerDir<Quantiles>,
}

impl Check for UnusualWindow {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::SetPeerBandwidth { size, .. } = event.kind {
            *self.bandwidth.get_mut(event.dir) = Some(size);
        }
        let Some(ack) = self.acks.next(event) else { return };
        cx.judged();
        if cx.seen.window.get(ack.of).is_none() && self.bandwidth.get(ack.of).is_none() {
            cx.find(Found::at(event).case("unasked"), |_| {
                let (receiver, sender) = (receiver(ack.of), sender(ack.of));
                Said::new(format!("the {receiver} acknowledges although the {sender} announced no window"))
                    .help("nothing to do: senders may ignore it")
            });
        }
        if let Some(since) = ack.since() {
            self.steps.get_mut(ack.of).add(i64::try_from(since).unwrap_or(i64::MAX));
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "bytes of a connection")]
    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let at = end.tcp.packets().1;
        for of in Dir::BOTH {
            let found = Found::in_place(Place::packet(of, at));
            let sent = *cx.seen.sent.get(of);
            let Some(window) = *cx.seen.window.get(of) else {
                if sent as f64 > cx.threshold("sent_bytes") {
                    cx.find(found.case("no-window"), |_| {
                        Said::new(format!("the {} never announced an acknowledgement window", sender(of)))
                            .actual(format!("{sent} bytes sent"))
                    });
                }
                continue;
            };
            cx.judged();
            let steps = self.steps.get(of);
            let Some(median) = steps.percentile(50) else { continue };
            let tenth = self.bandwidth.get(of).map_or(f64::INFINITY, |size| f64::from(size) / 10.0 * 0.9);
            let least = (f64::from(window) / cx.threshold("parts")).min(tenth);
            if (median as f64) < least && steps.count() as f64 >= cx.threshold("acks") {
                cx.find(found.case("dense"), |_| {
                    Said::new(format!("the {} acknowledges far more often than asked for", receiver(of)))
                        .expected(format!("an Acknowledgement for each {window} bytes, or half of them"))
                        .actual(format!("one for each {median} bytes, {} in all", steps.count() + 1))
                });
            }
        }
    }

    fn held_bytes(&self) -> usize {
        self.steps.c2s.held_bytes() + self.steps.s2c.held_bytes()
    }
}
