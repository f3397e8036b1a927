//! NET-05 small-segments
//!
//! ## What it does
//! Reports a sender that writes media in many small TCP segments. It needs many more of them than its messages do, most
//! less than half full: it writes each chunk or header by itself. Also looks for messages that stop in the middle for
//! as long as a receiver delays its acknowledgement (40 ms or 200 ms).
//!
//! ## Why it matters
//! Each segment costs 40 bytes and more of headers, and work in every device on the path. Where Nagle's algorithm holds
//! the rest of a message back until the first part is acknowledged, each message is late by that delay.
//!
//! ## Spec
//! RFC 9293, 3.7.4; practice
//!
//! ## Tolerance
//! An info. A few segments more than needed are usual: ffmpeg writes header and body apart. Pauses are not looked at
//! where the round trip takes as long, or a frame does.
//!
//! ## How to fix
//! Put a whole message into one write, announce a larger chunk size (4096 and more), and switch Nagle's algorithm off
//! (`TCP_NODELAY`).

use crate::base::pos::{Dir, PerDir};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};
use crate::tcp::stats::HalfStats;

pub(super) static RULE: Rule = Rule {
    code: "NET-05",
    name: "small-segments",
    severity: Severity::Info,
    spec: "RFC 9293, 3.7.4",
    subject: "directions with enough media",
    help: "put a whole message into one write, and announce a larger chunk size (Set Chunk Size, 4096 and more)",
    guards: &[Guard::Clear, Guard::Holes],
    thresholds: &[
        Threshold { name: "segments", default: 200.0, about: "segments from which on they are judged" },
        Threshold { name: "times", default: 3.0, about: "how many times the segments that messages need" },
        Threshold { name: "held_share", default: 0.05, about: "share of messages held back in the middle" },
    ],
    hears: &[Topic::Message],
    source: include_str!("net_05_small_segments.rs"),
    new: || Box::new(SmallSegments::default()),
    ..Rule::BASE
};

/// A full segment, more or less.
const SEGMENT: u32 = 1448;
/// For how long a receiver may hold its acknowledgement back, from and to, in nanoseconds.
const DELAYS: [(i64, i64); 2] = [(38_000_000, 45_000_000), (195_000_000, 205_000_000)];
/// Messages in parts from which on a share of them tells something.
const LEAST_PARTED: u64 = 100;

#[derive(Default)]
struct SmallSegments {
    dirs: PerDir<Sent>,
}

/// What one direction sent.
#[derive(Default)]
struct Sent {
    media: u64,
    /// Segments that its messages need.
    needed: u64,
    /// Messages that came in more than one packet, and of these those that stopped for such a time.
    parted: u64,
    held: [u64; 2],
    /// Media clock of video, from and to, and its frames.
    video: Option<(i64, i64)>,
    frames: i64,
}

impl Check for SmallSegments {
    fn event(&mut self, event: &Event<'_>, _: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        let sent = self.dirs.get_mut(event.dir);
        sent.needed += u64::from(header.length.div_ceil(SEGMENT).max(1));
        match &event.kind {
            Kind::Media(m) if m.complete => {
                sent.media += 1;
                if m.media == crate::session::event::MediaKind::Video && m.role.is_coded() {
                    sent.frames += 1;
                    sent.video = Some((sent.video.map_or(m.dts_ms, |(first, _)| first), m.dts_ms));
                }
            }
            _ => return,
        }
        let span = event.span;
        if span.first.no != span.last.no && header.length <= 2 * SEGMENT {
            sent.parted += 1;
            let ns = span.last.ts.since(span.first.ts);
            for (held, (from, to)) in sent.held.iter_mut().zip(DELAYS) {
                *held += u64::from((from..=to).contains(&ns));
            }
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        for dir in Dir::BOTH {
            let (sent, stats) = (self.dirs.get(dir), end.tcp.stats(dir));
            if sent.media > 0 {
                let found = || Found::in_place(Place::packet(dir, end.tcp.packets().1));
                sent.small(dir, stats, found(), cx);
                sent.held(dir, stats, &found(), cx);
            }
        }
    }
}

impl Sent {
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    fn small(&self, dir: Dir, stats: &HalfStats, found: Found, cx: &mut Cx<'_>) {
        let (all, small) = (stats.data_segments, stats.small_segments);
        if (all as f64) <= cx.threshold("segments") {
            return;
        }
        cx.judged();
        if small * 2 <= all || (all as f64) < self.needed as f64 * cx.threshold("times") {
            return;
        }
        let (side, needed) = (super::shared::side(dir), self.needed);
        cx.find(found.case("small"), |_| {
            Said::new(format!("the {side} sends its messages in many small segments"))
                .expected(format!("about {needed} segments"))
                .actual(format!(
                    "{all} segments, {small} of them less than half full, {} bytes on average",
                    stats.unique_bytes / all.max(1)
                ))
        });
    }

    #[expect(clippy::cast_precision_loss, reason = "counts")]
    fn held(&self, dir: Dir, stats: &HalfStats, found: &Found, cx: &mut Cx<'_>) {
        if self.parted < LEAST_PARTED {
            return;
        }
        cx.judged();
        let rtt = stats.rtt_ns.min().unwrap_or(0);
        let frame =
            self.video.map_or(0, |(first, last)| (last - first) / (self.frames - 1).max(1) * 1_000_000);
        for (held, (from, to)) in self.held.iter().zip(DELAYS) {
            let natural = rtt > from / 2 || (from..=to).contains(&frame);
            if natural || (*held as f64) < self.parted as f64 * cx.threshold("held_share") {
                continue;
            }
            let (side, parted, ms) = (super::shared::side(dir), self.parted, from / 1_000_000);
            cx.find(found.clone().case("held").of(ms.unsigned_abs()), |_| {
                Said::new(format!(
                    "messages of the {side} stop in the middle for as long as an acknowledgement may be delayed"
                ))
                .actual(format!("{held} of {parted} messages in parts, for about {} ms", (from + to) / 2_000_000))
                .help("put a whole message into one write, and switch Nagle's algorithm off (TCP_NODELAY)")
            });
        }
    }
}
