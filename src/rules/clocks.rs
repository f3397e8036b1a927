//! The clocks of tracks, followed once for all rules: the step from each frame to the next, and what explains a step.

use crate::base::pos::{Dir, PerDir};
use crate::base::time::CaptureTime;
use crate::rtmp::message::user_control::UserControl;
use crate::session::event::{ConfigChange, Event, Kind, Mark, MediaKind, MediaMessage, MediaRole};

use super::per::Per;

/// Media that pauses for longer stands still.
const STALL_NS: i64 = 1_000_000_000;
/// For so long the traces of that are seen.
const TRACES_NS: i64 = 10_000_000_000;
/// Steps that the usual one is taken from.
const STEPS: usize = 31;

/// One of several tracks.
pub(super) type Key = (u32, MediaKind, u8);

/// The coded frame that an event is, if it is one whose time is known.
pub(super) fn coded<'e>(event: &'e Event<'_>) -> Option<&'e MediaMessage> {
    let Kind::Media(m) = &event.kind else { return None };
    let told = event.message.is_none_or(|header| !header.inferred.timestamp);
    (m.role.is_coded() && m.complete && !m.unfinished && told).then_some(m)
}

/// The clocks of a connection.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    tracks: Per<Key, Clock>,
    stalls: Stalls,
    /// What the present event is: a step of its track, and a beginning of others.
    step: Option<Step>,
    restart: Option<Restart>,
}

/// A step from one frame of a track to the next.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Step {
    /// Decoding time and capture time of the frame before; none where the clock may have begun anew.
    pub(crate) before: Option<(i64, CaptureTime)>,
    /// Timestamp of the message before, on the same terms.
    pub(crate) timestamp: Option<u32>,
    /// The median of the last steps, where this one is not as usual.
    pub(crate) usual: Option<u16>,
    /// Empty messages stood in between.
    pub(crate) silent: bool,
    /// Whether it is as steps are: neither the first, nor back, nor long.
    is_usual: bool,
}

/// The clock of a track.
#[derive(Debug)]
struct Clock {
    last: Option<(i64, CaptureTime)>,
    timestamp: Option<u32>,
    silent: bool,
    /// A step came, of both times.
    steps_on: bool,
    /// The last few steps, the newest anywhere.
    steps: [u16; STEPS],
    count: u8,
    place: u8,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            last: None,
            timestamp: None,
            silent: false,
            steps_on: false,
            steps: [0; STEPS],
            count: 0,
            place: 0,
        }
    }
}

impl Clocks {
    /// Takes the next event of a whole direction; a step is long above `long_ms`.
    pub(super) fn event(&mut self, event: &Event<'_>, long_ms: i64) {
        (self.step, self.restart) = (None, None);
        self.stalls.event(event);
        if let Kind::Media(media) = &event.kind {
            self.media(media, event, long_ms);
        } else if let Some(by) = Restart::of(event) {
            self.restart = Some(by);
            let begun = self.tracks.all_mut().filter(|((stream, ..), _)| by.is_of(*stream));
            begun.for_each(|(_, clock)| (clock.last, clock.timestamp) = (None, None));
        }
    }

    /// Takes the next event of another direction.
    pub(super) const fn pass(&mut self) {
        (self.step, self.restart) = (None, None);
    }

    fn media(&mut self, media: &MediaMessage, event: &Event<'_>, long_ms: i64) {
        let key = (media.stream, media.media, media.track);
        if media.role == MediaRole::Silence {
            if let Some((_, clock)) = self.tracks.all_mut().find(|(known, _)| **known == key) {
                clock.silent = true;
            }
            return;
        }
        let Some(media) = coded(event) else { return };
        let timestamp = event.message.map(|header| header.timestamp);
        let timestamp = timestamp.or(event.part.map(|part| part.timestamp));
        let clock = self.tracks.get(key);
        self.step = clock.map(|clock| clock.step((media.dts_ms, event.at.ts), timestamp, long_ms));
    }

    /// The step that the present event is.
    pub(crate) const fn step(&self) -> Option<&Step> {
        self.step.as_ref()
    }

    /// Whether the present event is a step that is not as usual.
    pub(super) const fn strides(&self) -> bool {
        matches!(self.step, Some(Step { is_usual: false, .. }))
    }

    /// Where clocks may begin again with the present event.
    pub(crate) const fn restart(&self) -> Option<Restart> {
        self.restart
    }

    /// Whether media of a direction stood still so lately that traces of that are to be expected.
    pub(crate) fn is_near_stall(&self, dir: Dir, now: CaptureTime) -> bool {
        self.stalls.stalled.get(dir).is_some_and(|at| now.since(at) <= TRACES_NS)
    }

    /// Memory held beside the structure itself.
    pub(super) const fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

impl Clock {
    fn step(&mut self, now: (i64, CaptureTime), timestamp: Option<u32>, long_ms: i64) -> Step {
        let before = self.last.replace(now);
        let last = timestamp.and_then(|now| self.timestamp.replace(now));
        let ms = before.map(|(before, _)| now.0.saturating_sub(before));
        let silent = std::mem::take(&mut self.silent);
        let is_usual = ms.is_some_and(|ms| (0..=long_ms).contains(&ms))
            && timestamp.is_none_or(|now| last.is_some_and(|last| last <= now))
            && self.steps_on;
        self.steps_on |= before.is_some() && last.is_some();
        let usual = if is_usual { None } else { self.usual() };
        if let Some(Ok(step)) = ms.map(u16::try_from) {
            self.add(step);
        }
        Step { before, timestamp: last, usual, silent, is_usual }
    }

    fn add(&mut self, step: u16) {
        if let Some(slot) = self.steps.get_mut(usize::from(self.place)) {
            *slot = step;
        }
        self.place = if usize::from(self.place) + 1 < STEPS { self.place + 1 } else { 0 };
        self.count = if usize::from(self.count) < STEPS { self.count + 1 } else { self.count };
    }

    /// The median of the last steps.
    fn usual(&self) -> Option<u16> {
        let mut steps = self.steps;
        let known = steps.get_mut(..usize::from(self.count))?;
        known.sort_unstable();
        known.get(known.len() / 2).copied()
    }
}

/// Streams whose clock may begin again.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Restart {
    All,
    One(u32),
}

impl Restart {
    pub(super) fn is_of(self, stream: u32) -> bool {
        match self {
            Self::All => true,
            Self::One(n) => n == stream,
        }
    }

    /// Whether an event explains a step of the clock: a new stream, a seek, a pause, another source, another
    /// configuration.
    fn of(event: &Event<'_>) -> Option<Self> {
        match &event.kind {
            Kind::StreamStarted { stream, .. }
            | Kind::Config { stream, change: ConfigChange::Changed, .. }
            | Kind::Mark { stream, mark: Mark::SeekStart | Mark::SeekEnd, .. } => Some(Self::One(*stream)),
            Kind::UserControl(UserControl::StreamBegin { .. } | UserControl::StreamEof { .. }) => {
                Some(Self::All)
            }
            Kind::Command(it) => {
                let explains = matches!(
                    it.name,
                    "ns.play"
                        | "ns.play2"
                        | "ns.play_start"
                        | "ns.play_reset"
                        | "ns.play_stop"
                        | "ns.publish_start"
                        | "ns.seek"
                        | "ns.pause"
                        | "ns.status"
                );
                explains.then(|| it.stream.map_or(Self::All, Self::One))
            }
            _ => None,
        }
    }
}

/// When media of a direction stood still of late, in which a sender drops frames.
#[derive(Debug, Default)]
struct Stalls {
    media: PerDir<Option<CaptureTime>>,
    stalled: PerDir<Option<CaptureTime>>,
}

impl Stalls {
    fn event(&mut self, event: &Event<'_>) {
        let now = event.at.ts;
        match event.kind {
            Kind::Media(_) => {
                let before = self.media.get_mut(event.dir).replace(now);
                if before.is_some_and(|before| now.since(before) > STALL_NS) {
                    *self.stalled.get_mut(event.dir) = Some(now);
                }
            }
            Kind::TcpZeroWindowBegin | Kind::TcpZeroWindowEnd { .. } => {
                *self.stalled.get_mut(event.dir.opposite()) = Some(now);
            }
            _ => {}
        }
    }
}
