//! ERTMP-04 sequence-start
//!
//! ## What it does
//! A track's configuration has to come before its first coded frame in Enhanced messages. It is a `SequenceStart`, or
//! the `MPEG2TSSequenceStart` of AV1.
//!
//! ## Why it matters
//! The configuration holds what a decoder is set up with. Without it the frames cannot be decoded, and many servers
//! refuse the stream or leave the track out.
//!
//! ## Spec
//! Enhanced RTMP v2, `ExAudioTagBody` and `ExVideoTagBody`
//!
//! ## Tolerance
//! MP3, AC-3 and E-AC-3 need none, nor does Opus in mono and stereo, so that Opus is never held to it. VP8 and VP9 say
//! all that is needed in their key frames: a warning. Frames after the configuration of another codec are judged by
//! ERTMP-09; a `FourCC` that is not listed is not judged.
//!
//! ## How to fix
//! Send `SequenceStart` with the codec's record for each track in front of its first frame. A server keeps the last one
//! of every track and sends it to each new player; servers that do not know Enhanced RTMP do not.

use crate::media::codec::Codec;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaRole};

use super::shared::{PerTrack, code, describes_itself, key, number, words};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-04",
    name: "sequence-start",
    severity: Severity::Error,
    spec: "E-RTMP v2, ExAudioTagBody and ExVideoTagBody",
    subject: "coded frames in Enhanced messages",
    help: "send SequenceStart with the codec's record for each track in front of its first frame; as a server, keep it for \
           players that come later",
    guards: &[Guard::Clear, Guard::Fresh],
    hears: &[Topic::Media],
    skips_alike: true,
    source: include_str!("ertmp_04_sequence_start.rs"),
    new: || Box::new(SequenceStart::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct SequenceStart {
    /// Whether a track has its configuration.
    started: PerTrack<bool>,
}

impl Check for SequenceStart {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        let frame = it.enhanced && it.role.is_coded();
        if it.unfinished || !(frame || it.role == MediaRole::SequenceHeader) {
            return;
        }
        let Some(started) = self.started.get(key(it)) else { return };
        if it.role == MediaRole::SequenceHeader {
            *started = true;
            return;
        }
        let Some(codec) = it.codec else { return };
        if matches!(codec, Codec::Other(_) | Codec::Opus) || describes_itself(codec) {
            return;
        }
        if !cx.seen.stream(it.stream).is_some_and(|stream| stream.fresh) {
            return cx.doubt(Doubt::MidStream);
        }
        cx.judged();
        if *started {
            return;
        }
        let track = key(it);
        let found = Found::at(event).of(number(track));
        let found = match codec {
            Codec::Vp8 | Codec::Vp9 => found.case("vpx").warning(),
            _ => found.case("missing"),
        };
        cx.find(found, |_| {
            Said::new(format!("coded frames of {} before its configuration", words(track)))
                .expected(format!("SequenceStart of {} first", code(it)))
                .actual("none so far")
        });
    }

    fn held_bytes(&self) -> usize {
        self.started.held_bytes()
    }
}
