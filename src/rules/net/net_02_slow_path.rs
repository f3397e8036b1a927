//! NET-02 slow-path
//!
//! ## What it does
//! Reports data that was sent again, and receivers of media that cannot take more. For data sent again, the figure is
//! its share of the payload of a direction, whether the capture holds the bytes twice or was taken behind the place
//! where they were lost. For a closed TCP window, it is how long the window stays closed within ten seconds.
//!
//! ## Why it matters
//! Each lost packet holds up everything behind it for a round trip or more; at more than a percent a live stream begins
//! to lag and encoders drop frames. A closed window means that the receiving program reads too slowly: then the network
//! is not to blame.
//!
//! ## Spec
//! RFC 9293, 3.8; practice
//!
//! ## Tolerance
//! Never an error. Keep-alives, probes of a closed window and packets that the capture holds twice do not count;
//! packets that merely came in another order do not either, nor does what its receiver says to have got twice. Little
//! data is not judged.
//!
//! ## How to fix
//! For repeated data: look for loss on the path (Wi-Fi, a full uplink, a policer), and send at a lower bitrate. For a
//! closed window: look at what keeps the receiver from reading, its disk, its CPU or the clients it serves in the same
//! loop.

use crate::base::pos::{Dir, PerDir};
use crate::base::time::{CaptureTime, ns_to_ms};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "NET-02",
    name: "slow-path",
    severity: Severity::Warning,
    spec: "RFC 9293, 3.8",
    subject: "connections with enough data",
    help: "look for loss on the path, and send at a lower bitrate",
    guards: &[Guard::Holes],
    thresholds: &[
        Threshold { name: "share", default: 0.01, about: "share of the payload that may be sent again" },
        Threshold {
            name: "least_bytes",
            default: 50_000.0,
            about: "payload from which on a share is judged",
        },
        Threshold {
            name: "least_segments",
            default: 5.0,
            about: "segments sent again from which on it is reported",
        },
        Threshold { name: "closed_ms", default: 500.0, about: "how long a window may be closed" },
        Threshold { name: "within_s", default: 10.0, about: "the time in which that is summed up" },
    ],
    hears: &[Topic::Transport],
    source: include_str!("net_02_slow_path.rs"),
    new: || Box::new(SlowPath::default()),
    ..Rule::BASE
};

/// Times a window was closed that are remembered.
const MOST_CLOSED: usize = 32;

#[derive(Default)]
struct SlowPath {
    sides: PerDir<Window>,
}

/// The receive window of one side.
#[derive(Default)]
struct Window {
    since: Option<CaptureTime>,
    /// When it was closed of late, from and to.
    closed: Vec<(CaptureTime, CaptureTime)>,
}

impl Window {
    /// Remembers that it was closed; for how long in all since `from`.
    fn closed(&mut self, since: CaptureTime, to: CaptureTime, within: i64) -> i64 {
        let from = CaptureTime(to.0.saturating_sub(within));
        self.closed.retain(|(_, end)| *end > from);
        if self.closed.len() == MOST_CLOSED {
            self.closed.remove(0);
        }
        self.closed.push((since, to));
        self.closed.iter().map(|(begin, end)| end.since((*begin).max(from))).sum()
    }
}

impl Check for SlowPath {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let window = self.sides.get_mut(event.dir);
        match event.kind {
            Kind::TcpZeroWindowBegin => window.since = Some(event.at.ts),
            Kind::TcpZeroWindowEnd { .. } => {
                if let Some(since) = window.since.take() {
                    let ns = window.closed(since, event.at.ts, cx.threshold_ns("within_s"));
                    zero_window(event.dir, ns, Found::at(event), cx);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let (_, last) = end.tcp.packets();
        for dir in Dir::BOTH {
            let window = self.sides.get_mut(dir);
            if let Some(since) = window.since.take() {
                let ns = window.closed(since, last.ts, cx.threshold_ns("within_s"));
                zero_window(dir, ns, Found::in_place(Place::packet(dir, last)), cx);
            }
            repeated(dir, end, cx);
        }
    }

    fn held_bytes(&self) -> usize {
        let all = self.sides.c2s.closed.capacity() + self.sides.s2c.closed.capacity();
        all * size_of::<(CaptureTime, CaptureTime)>()
    }
}

fn zero_window(dir: Dir, ns: i64, found: Found, cx: &mut Cx<'_>) {
    let takes_media = cx.seen.streams().iter().any(|stream| stream.role.dir() == dir.opposite());
    if !takes_media {
        return;
    }
    cx.judged();
    let (most, within) = (cx.threshold_ns("closed_ms"), cx.threshold("within_s"));
    if ns <= most {
        return;
    }
    let side = super::shared::side(dir);
    cx.find(found.case("zero-window"), |_| {
        Said::new(format!("the {side} did not read for {:.0} ms: its receive window was closed", ns_to_ms(ns)))
            .expected(format!("at most {:.0} ms in {within} s", ns_to_ms(most)))
            .actual(format!("{:.0} ms", ns_to_ms(ns)))
            .help(
                "look at what keeps the receiver from reading: its disk, its CPU, other clients in the same loop; \
                 the network is not to blame",
            )
    });
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn repeated(dir: Dir, end: &End<'_>, cx: &mut Cx<'_>) {
    let stats = end.tcp.stats(dir);
    let all = stats.unique_bytes.saturating_add(stats.rare().retransmitted_bytes) as f64;
    if all < cx.threshold("least_bytes") {
        return;
    }
    cx.judged();
    let told =
        stats.rare().needless_bytes.max(stats.rare().acked_again_bytes).min(stats.rare().retransmitted_bytes);
    let needless = if is_at_receiver(dir, end) { stats.rare().retransmitted_bytes } else { told };
    let again =
        (stats.rare().retransmitted_bytes - needless).saturating_add(stats.rare().refilled_bytes) as f64;
    let most = cx.threshold("share");
    if again <= all * most || (stats.rare().retransmitted_segments as f64) < cx.threshold("least_segments") {
        return;
    }
    let (_, last) = end.tcp.packets();
    let found = Found::in_place(Place::packet(dir, last)).case("retransmitted");
    let (side, n) = (super::shared::side(dir), stats.rare().retransmitted_segments);
    cx.find(found, |_| {
        Said::new(format!("the {side} had to send {:.1} % of its data again", again * 100.0 / all))
            .expected(format!("at most {} % of the payload", most * 100.0))
            .actual(format!("{again:.0} of {all:.0} bytes, in {n} segments"))
    });
}

/// Whether the capture was taken where this direction's data arrives: it is acknowledged in much less than the way to the
/// other side and back takes. What came by there twice had not been lost.
fn is_at_receiver(dir: Dir, end: &End<'_>) -> bool {
    let opening = end.tcp.opening();
    let (Some(syn), Some(done)) = (opening.syn, opening.established) else { return false };
    let way = done.ts.since(syn.ts);
    end.tcp.stats(dir).rtt_ns.min().is_some_and(|least| way >= LEAST_WAY_NS && least < way / 4)
}

/// A shorter way tells nothing of where the capture was taken.
const LEAST_WAY_NS: i64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_times_add_up_within_the_time_looked_at() {
        let mut window = Window::default();
        let mut close = |from, to| window.closed(CaptureTime(from), CaptureTime(to), 100);
        assert_eq!(close(0, 30), 30);
        assert_eq!(close(50, 60), 40);
        // Of the first 20 are left.
        assert_eq!(close(105, 110), 20 + 10 + 5);
        assert_eq!(close(300, 1_000), 100);
    }
}
