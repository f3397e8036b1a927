//! ERTMP-09 tracks
//!
//! ## What it does
//! Reports tracks of a stream that get mixed up. A message has each number once, a track keeps its codec until a new
//! `SequenceStart`, there is a track 0, and frames of one track do not come both in legacy tags and in Enhanced ones.
//!
//! ## Why it matters
//! Receivers keep one decoder for each number. Players without support for several tracks show track 0 alone, which
//! legacy tags and messages without a number stand for.
//!
//! ## Spec
//! Enhanced RTMP v2, Multitrack Streaming
//!
//! ## Tolerance
//! OBS and ffmpeg send track 0 as legacy H.264 and AAC, and the others as numbered tracks. A track may go over to the
//! other kind of tag with a new sequence header. MP3, AC-3 and E-AC-3 have no `SequenceStart` to wait for.
//!
//! ## How to fix
//! Give each track one number for as long as the stream lasts, from 0 on, and send its configuration again when the
//! codec changes.

use crate::media::codec::Codec;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaMessage, MediaRole};

use super::shared::{PerTrack, describes_itself, key, number, words};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-09",
    name: "tracks",
    severity: Severity::Warning,
    spec: "E-RTMP v2, Multitrack Streaming",
    subject: "Enhanced audio or video messages",
    help: "give each track one number from 0 on, one kind of tag, and a new SequenceStart when its codec changes",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "default_track_s",
        default: 5.0,
        about: "media time within which track 0 comes",
    }],
    hears: &[Topic::Media],
    skips_alike: true,
    source: include_str!("ertmp_09_tracks.rs"),
    new: || Box::new(Tracks::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Tracks {
    each: PerTrack<Track>,
    /// Of all tracks of a kind; those of track 0.
    kinds: PerTrack<AllTracks>,
    /// The numbers that the present message had so far.
    numbers: [u64; 4],
}

/// What is known of a track.
#[derive(Default)]
struct Track {
    /// Codec of its last configuration.
    start: Option<Codec>,
    /// Whether its last configuration came in an Enhanced tag, if none of its frames came since.
    start_form: Option<bool>,
    /// Whether its last frame came in one.
    form: Option<bool>,
}

#[derive(Default)]
struct AllTracks {
    /// Track 0 came.
    default: bool,
    /// Time of the first message of another track.
    since_ms: Option<i64>,
}

impl Check for Tracks {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        if it.unfinished || !it.complete {
            return;
        }
        if it.enhanced {
            cx.judged();
            self.twice(it, event, cx);
        }
        self.default_track(it, event, cx);
        let Some(track) = self.each.get(key(it)) else { return };
        match it.role {
            MediaRole::SequenceHeader => {
                track.start = it.codec;
                track.start_form = Some(it.enhanced);
            }
            MediaRole::KeyFrame | MediaRole::Frame => track.frame(it, event, cx),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.each.held_bytes() + self.kinds.held_bytes()
    }
}

impl Tracks {
    /// A number that a message has twice.
    fn twice(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(share) = it.share else { return };
        if !share.further {
            self.numbers = [0; 4];
        }
        let Some(word) = self.numbers.get_mut(usize::from(it.track / 64)) else { return };
        let bit = 1 << (it.track % 64);
        if *word & bit != 0 {
            cx.find(Found::at(event).case("twice").error(), |_| {
                Said::new("a message has two tracks of the same number")
                    .expected("each number once")
                    .actual(format!("track {} twice", it.track))
            });
        }
        *word |= bit;
    }

    /// Whether track 0 comes at all.
    fn default_track(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(all) = self.kinds.get((it.stream, it.media, 0)) else { return };
        if all.default || it.track == 0 {
            all.default = true;
            return;
        }
        let since = *all.since_ms.get_or_insert(it.dts_ms);
        if it.dts_ms.saturating_sub(since).saturating_mul(1_000_000) >= cx.threshold_ns("default_track_s") {
            all.default = true;
            cx.find(Found::at(event).case("no-default").of(number((it.stream, it.media, 0))).info(), |_| {
                Said::new(format!(
                    "no default track of {}: players that know one track show nothing",
                    it.media.name()
                ))
                .expected("track 0, or messages without a number")
                .actual(format!("track {} first", it.track))
            });
        }
    }
}

impl Track {
    fn frame(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let before = self.form.replace(it.enhanced);
        let start_form = self.start_form.take();
        let of = number(key(it));
        if before.is_some_and(|before| before != it.enhanced) && start_form != Some(it.enhanced) {
            cx.find(Found::at(event).case("both-forms").of(of), |_| {
                let (form, other) =
                    if it.enhanced { ("an Enhanced tag", "legacy") } else { ("a legacy tag", "Enhanced") };
                Said::new(format!(
                    "frames of {} come both in legacy tags and in Enhanced ones",
                    words(key(it))
                ))
                .expected("one kind of tag, until a new sequence header")
                .actual(format!("{form} after {other} ones"))
            });
        }
        let (Some(codec), Some(start)) = (it.codec, self.start) else { return };
        if !it.enhanced || codec == start || describes_itself(codec) || matches!(codec, Codec::Other(_)) {
            return;
        }
        cx.find(Found::at(event).case("codec-change").of(of).error(), |_| {
            Said::new(format!("the codec of {} changes without a new configuration", words(key(it))))
                .expected(format!("frames of {}, as its SequenceStart says", start.name()))
                .actual(format!("frames of {}", codec.name()))
        });
    }
}
