//! PC-06 bandwidth-unanswered
//!
//! ## What it does
//! Reports a Set Peer Bandwidth that is not answered by a Window Acknowledgement Size in time. The receiver of a hard
//! or soft limit that is not the window it announced should answer so. A window of 0 is a warning.
//!
//! ## Why it matters
//! The answer tells the sender that the limit holds. A window of 0 asks for an acknowledgement of every byte, or of
//! none.
//!
//! ## Spec
//! RTMP 1.0, 5.4.4 and 5.4.5
//!
//! ## Tolerance
//! Dynamic limits count only after a hard one. Publishers rarely answer: OBS and ffmpeg never do.
//!
//! ## How to fix
//! Answer a new limit with a Window Acknowledgement Size of the same value; as a server, announce a window of 2500000
//! bytes or so.

use crate::base::pos::{Dir, PerDir};
use crate::base::time::CaptureTime;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Closing, Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "PC-06",
    name: "bandwidth-unanswered",
    severity: Severity::Info,
    spec: "RTMP 5.4.4, 5.4.5",
    subject: "window sizes and bandwidth limits",
    help: "answer a new bandwidth limit with a Window Acknowledgement Size of the same value",
    guards: &[Guard::Clear, Guard::NoGapEither, Guard::Both, Guard::Tail],
    thresholds: &[Threshold { name: "answer_s", default: 2.0, about: "time for an answer" }],
    hears: &[Topic::Control, Topic::End],
    source: include_str!("pc_06_bandwidth_unanswered.rs"),
    new: || Box::new(BandwidthUnanswered::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct BandwidthUnanswered {
    /// By the direction of the limit.
    limits: PerDir<Limits>,
    /// When the connection ended.
    end: Option<CaptureTime>,
}

#[derive(Default)]
struct Limits {
    was_hard: bool,
    waits: Option<Waits>,
}

/// A limit without an answer so far.
struct Waits {
    since: CaptureTime,
    size: u32,
    limit: u8,
    /// The window its receiver had announced.
    window: Option<u32>,
    place: Box<Place>,
}

impl Check for BandwidthUnanswered {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match event.kind {
            Kind::WindowAckSize { size } => {
                cx.judged();
                if size == 0 {
                    cx.find(Found::at(event).case("zero-window").warning(), |_| {
                        Said::new("a Window Acknowledgement Size is 0")
                            .expected("a window of bytes, 2500000 or so")
                            .help("announce a window of 2500000 bytes or so, or none")
                    });
                }
                self.settle(event.dir.opposite(), event.at.ts, cx);
                self.limits.get_mut(event.dir.opposite()).waits = None;
            }
            Kind::SetPeerBandwidth { size, limit } => {
                cx.judged();
                self.settle(event.dir, event.at.ts, cx);
                let limits = self.limits.get_mut(event.dir);
                limits.was_hard |= limit == 0;
                let window = *cx.seen.window.get(event.dir.opposite());
                let counts = limit < 2 || (limit == 2 && limits.was_hard);
                limits.waits = (counts && window != Some(size)).then(|| {
                    let (since, place) = (event.at.ts, Box::new(Place::of(event)));
                    Waits { since, size, limit, window, place }
                });
            }
            Kind::SessionEnd { .. } => self.end = Some(event.at.ts),
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let last = if end.closing == Closing::Open { end.latest } else { self.end.unwrap_or(end.latest) };
        for dir in Dir::BOTH {
            self.settle(dir, last, cx);
            if self.limits.get(dir).waits.is_some() {
                cx.doubt(Doubt::CaptureEnds);
            }
        }
    }

    fn held_bytes(&self) -> usize {
        2 * 32
    }
}

impl BandwidthUnanswered {
    /// Says so when a limit of this direction has waited for too long at a time.
    fn settle(&mut self, dir: Dir, now: CaptureTime, cx: &mut Cx<'_>) {
        let limits = self.limits.get_mut(dir);
        let late = |waits: &mut Waits| now.since(waits.since) >= cx.threshold_ns("answer_s");
        let Some(Waits { size, limit, window, place, .. }) = limits.waits.take_if(late) else { return };
        let seconds = cx.threshold("answer_s");
        cx.find(Found::in_place(*place).case("unanswered"), |_| {
            let window =
                window.map_or_else(|| "no window".to_owned(), |window| format!("a window of {window}"));
            Said::new("a Set Peer Bandwidth got no Window Acknowledgement Size for an answer")
                .expected(format!("a window of {size} bytes within {seconds} s"))
                .actual(format!("{window} announced before; limit type {limit}"))
        });
    }
}
