//! How fast the media of a stream came, against how fast it plays.
//!
//! Takes every coded frame, with the 32-bit clocks of both tracks in the same turn; gives [`PacingSummary`].
//! Does not know why media was late: path, sender and server look the same from here.
//!
//! - The *front* is the greatest DTS so far over both tracks; a frame that does not move it says nothing of
//!   pace.
//! - *Segments*: where a track breaks ([`super::step`]) and its new DTS is not near the front either, or a
//!   pause or seek was asked for ([`Pacing::cut`]), a new front begins there. All figures sum over segments;
//!   the time from one to the next counts neither as media nor as wall time. The other track follows into the
//!   new segment with its first frame within 1 s of the front; until then, and over 10 s ahead of the front
//!   without a break of its own, its frames belong to a timeline that was left, and are ignored.
//! - `media_s` and `wall_s`: how far the front moved, and the capture time that took, from first to last
//!   frame of the live part: what came after the burst at the start, or everything when there was none.
//! - `eta` = media seconds per wall-clock second: `media_s / wall_s` while that is within 0.1 of 1. Further
//!   off, the path or the sender sets the pace, and the size of the frames at both ends, key frames above
//!   all, shows in their arrival; then two points are only compared fairly at the same phase: when the live
//!   part's first and last key frame are at least half of `wall_s` and 1 s apart, eta is their distance in
//!   DTS over that in arrival. `None` under 1 s of wall time.
//! - The *burst* is the leading part that maximises `media − 3 · wall` within the first 5 s of wall time:
//!   until there media came over three times faster than it plays, after it no more. It must end at least 1 s
//!   before these 5 s and before the last frame; if not, the whole delivery is fast (a file sent at 10×) and
//!   nothing is taken off. It is always left out of the live part; `burst_ms`, the media it brought, is
//!   stated when it put the front over 200 ms ahead of real time.
//! - A *stall* is a step of the front after an arrival gap of over 1 s that is also over 3 times the media it
//!   brought.
//! - `max_lag_ms`: delay = arrival − DTS of a frame at the front; lag = delay − least delay so far in the
//!   segment.

use super::num::{from_i64, ratio};
use super::step::{self, JUMP_MS, RESTART_MS};
use crate::base::time::{CaptureTime, ns_to_ms, ns_to_s};
use crate::session::event::MediaKind;

const NS_PER_MS: i64 = 1_000_000;
/// In a burst media comes at least this many times faster than it plays.
const BURST_SPEED: i64 = 3;
/// A burst is looked for in this much wall time from the first frame.
const BURST_WINDOW_NS: i64 = 5_000_000_000;
/// A burst has ended when this much wall time followed it.
const BURST_SETTLED_NS: i64 = 1_000_000_000;
/// A lead over real time that is worth telling.
const BURST_LEAD_MS: f64 = 200.0;
/// Arrival gap of a stall.
const STALL_NS: i64 = 1_000_000_000;
/// A stall's gap is over this many times the media it brought.
const STALL_FACTOR: i64 = 3;
/// Least time, of media or wall, that has an eta.
const LEAST_S: f64 = 1.0;
/// So near to real time the size of frames has no say in when they come.
const KEPT_UP: f64 = 0.1;

/// How a stream was delivered.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct PacingSummary {
    pub(crate) media_s: f64,
    pub(crate) wall_s: f64,
    /// Transmission efficiency: 1 is real time.
    pub(crate) eta: Option<f64>,
    /// Media of the burst at the start; `None` when none was told apart.
    pub(crate) burst_ms: Option<f64>,
    pub(crate) stalls: u64,
    pub(crate) max_lag_ms: f64,
}

/// Where the media was when.
#[derive(Copy, Clone, Debug)]
struct Point {
    at: CaptureTime,
    dts: i64,
}

/// One of the two tracks.
#[derive(Copy, Clone, Debug, Default)]
struct Own {
    /// Its last DTS.
    last: Option<i64>,
    /// The other track began a segment and this one has not followed yet.
    left: bool,
}

/// Follows the front.
#[derive(Debug, Default)]
pub(crate) struct Pacing {
    audio: Own,
    video: Own,
    front: Option<Point>,
    cut: bool,
    whole: Run,
    /// From the end of the burst.
    live: Run,
    burst: Burst,
    stalls: u64,
    /// Least delay of the segment.
    baseline_ns: i64,
    max_lag_ns: i64,
}

impl Pacing {
    /// The next frame begins a new segment: playing was paused, or another place was asked for.
    pub(crate) const fn cut(&mut self) {
        self.cut = true;
    }

    /// Takes a coded frame; whether all media so far now counts as burst.
    pub(crate) fn frame(&mut self, media: MediaKind, key: bool, dts: i64, at: CaptureTime) -> bool {
        let (own, other) = match media {
            MediaKind::Audio => (&mut self.audio, &mut self.video),
            MediaKind::Video => (&mut self.video, &mut self.audio),
        };
        let broke = own.last.replace(dts).is_some_and(|before| step::breaks(dts.saturating_sub(before)));
        let cut = std::mem::take(&mut self.cut);
        let ahead = self.front.map_or(0, |f| dts.saturating_sub(f.dts));
        let begins = cut || self.front.is_none() || (broke && !(-RESTART_MS..=JUMP_MS).contains(&ahead));
        let reach = if own.left { RESTART_MS } else { JUMP_MS };
        if begins {
            other.left = self.front.is_some();
        } else if ahead > reach || (own.left && ahead < -reach) {
            return false;
        }
        own.left = false;
        let point = Point { at, dts };
        let burst = !begins && ahead > 0 && self.advance(point);
        if begins {
            self.begin(point);
        }
        if key {
            self.whole.key(point);
            self.live.key(point);
        }
        burst
    }

    /// The figures; `None` until a frame was followed by another.
    pub(crate) fn summary(&self) -> Option<PacingSummary> {
        let settled = self.burst.settled(self.front?.at) && self.live.steps > 0;
        let run = if settled { &self.live } else { &self.whole };
        let lead = from_i64(self.burst.media_ms) - ns_to_ms(self.burst.wall_ns);
        (run.steps > 0).then(|| PacingSummary {
            media_s: run.media_s(),
            wall_s: run.wall_s(),
            eta: run.eta(),
            burst_ms: (settled && lead > BURST_LEAD_MS).then(|| from_i64(self.burst.media_ms)),
            stalls: self.stalls,
            max_lag_ms: ns_to_ms(self.max_lag_ns),
        })
    }

    fn begin(&mut self, point: Point) {
        if self.front.is_none() {
            self.burst = Burst { open: true, first: point.at, end: point.at, ..Burst::default() };
        } else {
            self.burst.open = false;
            self.whole.cut();
            self.live.cut();
        }
        self.whole.advance(point);
        self.live.advance(point);
        self.front = Some(point);
        self.baseline_ns = point.delay_ns();
    }

    fn advance(&mut self, point: Point) -> bool {
        if let Some(front) = self.front {
            let gap = point.at.since(front.at);
            let step = point.dts.saturating_sub(front.dts).saturating_mul(NS_PER_MS);
            self.stalls += u64::from(gap > STALL_NS && gap / STALL_FACTOR > step);
        }
        self.front = Some(point);
        self.baseline_ns = self.baseline_ns.min(point.delay_ns());
        self.max_lag_ns = self.max_lag_ns.max(point.delay_ns().saturating_sub(self.baseline_ns));
        self.whole.advance(point);
        let burst = self.burst.goes_on(self.whole.media_ms, point.at);
        if burst {
            self.live = Run::default();
        }
        self.live.advance(point);
        burst
    }
}

impl Point {
    const fn delay_ns(self) -> i64 {
        self.at.0.saturating_sub(self.dts.saturating_mul(NS_PER_MS))
    }
}

/// The leading part that came fastest.
#[derive(Debug, Default)]
struct Burst {
    open: bool,
    first: CaptureTime,
    /// When the best so far ended, and what it had brought in which time.
    end: CaptureTime,
    media_ms: i64,
    wall_ns: i64,
    score: i64,
}

impl Burst {
    /// Whether the burst reaches to here, `media_ms` after the first frame.
    fn goes_on(&mut self, media_ms: i64, at: CaptureTime) -> bool {
        let wall_ns = at.since(self.first);
        self.open &= wall_ns <= BURST_WINDOW_NS;
        let score =
            media_ms.saturating_mul(NS_PER_MS).saturating_sub(wall_ns.max(0).saturating_mul(BURST_SPEED));
        if !self.open || score <= self.score {
            return false;
        }
        (self.end, self.media_ms, self.wall_ns, self.score) = (at, media_ms, wall_ns, score);
        true
    }

    /// Whether enough followed to say that it ended.
    fn settled(&self, last: CaptureTime) -> bool {
        self.wall_ns <= BURST_WINDOW_NS - BURST_SETTLED_NS && last.since(self.end) >= BURST_SETTLED_NS
    }
}

/// Media and wall time over segments.
#[derive(Debug, Default)]
struct Run {
    last: Option<Point>,
    media_ms: i64,
    wall_ns: i64,
    steps: u64,
    last_key: Option<Point>,
    key_media_ms: i64,
    key_wall_ns: i64,
}

impl Run {
    fn advance(&mut self, to: Point) {
        if let Some(from) = self.last.replace(to) {
            self.media_ms = self.media_ms.saturating_add(to.dts.saturating_sub(from.dts));
            self.wall_ns = self.wall_ns.saturating_add(to.at.since(from.at));
            self.steps += 1;
        }
    }

    fn key(&mut self, to: Point) {
        if let Some(from) = self.last_key.replace(to) {
            self.key_media_ms = self.key_media_ms.saturating_add(to.dts.saturating_sub(from.dts));
            self.key_wall_ns = self.key_wall_ns.saturating_add(to.at.since(from.at));
        }
    }

    const fn cut(&mut self) {
        self.last = None;
        self.last_key = None;
    }

    fn media_s(&self) -> f64 {
        from_i64(self.media_ms) / 1e3
    }

    fn wall_s(&self) -> f64 {
        ns_to_s(self.wall_ns)
    }

    fn eta(&self) -> Option<f64> {
        let (media, wall) = (self.media_s(), self.wall_s());
        let key_wall = ns_to_s(self.key_wall_ns);
        let plain = ratio(media, wall).filter(|_| wall >= LEAST_S)?;
        if (plain - 1.0).abs() <= KEPT_UP || key_wall < LEAST_S || 2.0 * key_wall < wall {
            return Some(plain);
        }
        ratio(from_i64(self.key_media_ms) / 1e3, key_wall)
    }
}

#[cfg(test)]
mod tests;
