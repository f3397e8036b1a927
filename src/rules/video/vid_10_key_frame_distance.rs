//! VID-10 key-frame-distance
//!
//! ## What it does
//! Measures the media time from key frame to key frame of each video track. More than 10 s are a warning, more than 4 s
//! an info. The last group, which no key frame ends, counts when it is longer than 10 s: a stream of one key frame is
//! the worst case.
//!
//! ## Why it matters
//! Players join, seek and recover at key frames only, and segments of HLS and DASH end there. Ingests ask for 2 to 4
//! s; some cut off streams with more.
//!
//! ## Spec
//! None: practice; the guides of ingests (Facebook, Cloudflare) ask for 2 to 4 s
//!
//! ## Tolerance
//! The figures can be changed, and 200 ms more are allowed. Where the clock goes back, or ahead by more than 5 s from
//! frame to frame, measuring begins anew. Screen sharing may want long groups: raise the figures.
//!
//! ## How to fix
//! OBS: set the keyframe interval to 2 s, not to 0 or auto, which is 250 frames with x264. ffmpeg: `-g` and
//! `-keyint_min` twice the frame rate and `-sc_threshold 0`, or `-force_key_frames`.

use crate::base::pos::{Dir, PacketRef};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{frame, is_key};

pub(super) static RULE: Rule = Rule {
    code: "VID-10",
    name: "key-frame-distance",
    severity: Severity::Warning,
    spec: "ingest guides",
    subject: "key frames",
    help: "OBS: set the keyframe interval to 2 s; ffmpeg: -g and -keyint_min to twice the frame rate, -sc_threshold 0",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "longest_s", default: 10.0, about: "seconds between key frames that are too many" },
        Threshold { name: "usual_s", default: 4.0, about: "seconds between key frames that are an info" },
        Threshold {
            name: "tolerance_ms",
            default: 200.0,
            about: "milliseconds by which either may be exceeded",
        },
    ],
    hears: &[Topic::Video, Topic::Enhanced],
    source: include_str!("vid_10_key_frame_distance.rs"),
    new: || Box::new(KeyFrameDistance::default()),
    ..Rule::BASE
};

/// A step ahead longer than this is a jump of the clock.
const JUMP_MS: i64 = 5000;

#[derive(Default)]
struct KeyFrameDistance {
    tracks: ByTrack<Track>,
    /// There was a key frame.
    any: bool,
    /// There was one behind another.
    measured: bool,
}

#[derive(Default)]
struct Track {
    key: Option<Key>,
    last_ms: Option<i64>,
}

/// The last key frame.
struct Key {
    ms: i64,
    dir: Dir,
    at: PacketRef,
}

impl Check for KeyFrameDistance {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = frame(event) else { return };
        let Some(track) = self.tracks.of(media.stream, media.track) else { return };
        let ms = media.dts_ms;
        let step = track.last_ms.replace(ms).map_or(0, |last| ms.saturating_sub(last));
        if !(0..=JUMP_MS).contains(&step) {
            track.key = None;
        }
        match is_key(media) {
            Some(true) => {}
            Some(false) => return,
            None => {
                track.key = None;
                return;
            }
        }
        self.any = true;
        let key = Key { ms, dir: event.dir, at: event.at };
        let Some(before) = track.key.replace(key) else { return };
        cx.judged();
        self.measured = true;
        let distance = ms.saturating_sub(before.ms);
        if distance > limit(cx, "longest_s") {
            long(Found::at(event), media.stream, (distance, "until the next"), cx);
        } else if distance > limit(cx, "usual_s") {
            let usual = cx.threshold("usual_s");
            cx.find(Found::at(event).case("slow").of(media.stream).info(), |_| {
                Said::new(format!("key frames are more than {usual} s apart"))
                    .expected(format!("{usual} s or less"))
                    .actual(seconds(distance))
            });
        }
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        if self.any && !self.measured {
            cx.doubt(Doubt::TooLittle);
        }
        for (stream, track) in self.tracks.all() {
            let (Some(key), Some(last)) = (&track.key, track.last_ms) else { continue };
            let distance = last.saturating_sub(key.ms);
            if distance > limit(cx, "longest_s") {
                let place = Place::packet(key.dir, key.at);
                long(Found::in_place(place), stream, (distance, "without another"), cx);
            }
        }
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

/// Too many milliseconds without a key frame.
fn long(found: Found, stream: u32, (ms, how): (i64, &str), cx: &mut Cx<'_>) {
    let longest = cx.threshold("longest_s");
    cx.find(found.case("long").of(stream), |_| {
        Said::new(format!("there is no key frame for more than {longest} s"))
            .expected(format!("{longest} s or less"))
            .actual(format!("{} {how}", seconds(ms)))
    });
}

/// Milliseconds that may not be exceeded.
fn limit(cx: &Cx<'_>, name: &str) -> i64 {
    (cx.threshold_ns(name).saturating_add(cx.threshold_ns("tolerance_ms"))) / 1_000_000
}

/// Milliseconds as seconds.
fn seconds(ms: i64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}
