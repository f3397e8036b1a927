//! UC-05 ping-answer
//!
//! ## What it does
//! A ping request has to be answered with the same value, within 30 seconds. No answer, or a late one, is a warning. An
//! answer with a value that no open request has is an error.
//!
//! ## Why it matters
//! Servers take a client that does not answer for dead and close the connection: a publisher that sends media without
//! trouble is thrown out after a minute or two, again and again.
//!
//! ## Spec
//! RTMP 1.0, 7.1.7
//!
//! ## Tolerance
//! A connection that ends before the time is over is no evidence. nginx-rtmp pings each 60 seconds and gives up 30
//! seconds later by its own clock, so where the side that asked closes, a second less is enough.
//!
//! ## How to fix
//! Read what the peer sends also while writing media, and answer event 6 at once with event 7 and the same four bytes.

use crate::base::pos::{Dir, PacketRef};
use crate::rtmp::message::user_control::UserControl;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "UC-05",
    name: "ping-answer",
    severity: Severity::Warning,
    spec: "RTMP 7.1.7",
    subject: "pings",
    help: "read what the peer sends also while writing media, and answer event 6 at once with event 7 and the same four \
           bytes",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither, Guard::Tail],
    thresholds: &[Threshold {
        name: "timeout_s",
        default: 30.0,
        about: "longest time until a ping is answered",
    }],
    hears: &[Topic::Control],
    source: include_str!("uc_05_ping_answer.rs"),
    new: || Box::new(PingAnswer::default()),
    ..Rule::BASE
};

/// Requests, and answers without one, remembered at most.
const MOST: usize = 64;
/// A server that gives up does so by its own clock.
const CLOCK_NS: i64 = 1_000_000_000;

/// A request without an answer, or an answer without a request.
struct Ping {
    dir: Dir,
    value: u32,
    at: PacketRef,
    place: Place,
}

#[derive(Default)]
struct PingAnswer {
    asked: Vec<Ping>,
    /// Answers whose request may still come: packets of the two directions need not be in order.
    odd: Vec<Ping>,
    /// Requests were forgotten.
    more: bool,
}

impl Check for PingAnswer {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let dir = event.dir;
        let ping = |value| Ping { dir, value, at: event.at, place: Place::of(event) };
        match event.kind {
            Kind::UserControl(UserControl::PingRequest { value }) => {
                cx.judged();
                if let Some(index) = self.odd.iter().position(|odd| odd.dir != dir && odd.value == value) {
                    self.odd.remove(index);
                } else if self.asked.len() < MOST {
                    self.asked.push(ping(value));
                } else {
                    self.more = true;
                }
            }
            Kind::Pong { value, .. } => {
                cx.judged();
                let Some(index) =
                    self.asked.iter().position(|asked| asked.dir != dir && asked.value == value)
                else {
                    if self.odd.len() < MOST {
                        self.odd.push(ping(value));
                    }
                    return;
                };
                let asked = self.asked.remove(index);
                let took = event.at.ts.since(asked.at.ts);
                if took > cx.threshold_ns("timeout_s") {
                    cx.find(Found::at(event).case("late"), |_| {
                        Said::new(format!("the ping of packet {} is answered late", asked.at.no))
                            .expected("an answer at once")
                            .actual(format!("{} s later", whole_s(took)))
                    });
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let timeout = cx.threshold_ns("timeout_s");
        let closed = end.tcp.first_close();
        for ping in self.asked.drain(..) {
            let gave_up = closed.is_some_and(|close| close.by == ping.dir);
            let waited = closed.map_or(end.latest, |close| close.at.ts).since(ping.at.ts);
            let enough = if gave_up { CLOCK_NS } else { 0 };
            if waited < timeout.saturating_sub(enough) {
                if closed.is_none() {
                    cx.doubt(Doubt::CaptureEnds);
                }
                continue;
            }
            cx.find(Found::in_place(ping.place).case("unanswered"), |_| {
                let then = if gave_up { ", and its sender closed the connection" } else { "" };
                Said::new(format!("a ping is not answered{then}"))
                    .expected(format!("a response with value {}", ping.value))
                    .actual(format!("none in {} s", whole_s(waited)))
            });
        }
        if self.more {
            return;
        }
        for odd in self.odd.drain(..) {
            cx.find(Found::in_place(odd.place).case("value").error(), |_| {
                Said::new("a ping response answers no open request")
                    .expected("the value of a request")
                    .actual(odd.value.to_string())
                    .help("send back the four bytes of the request as they came, once for each request")
            });
        }
    }

    fn held_bytes(&self) -> usize {
        // A place keeps the first bytes of its message.
        (self.asked.capacity() + self.odd.capacity()) * (size_of::<Ping>() + 32)
    }
}

const fn whole_s(ns: i64) -> i64 {
    ns / 1_000_000_000
}
