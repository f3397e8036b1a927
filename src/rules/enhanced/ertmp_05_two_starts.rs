//! ERTMP-05 two-starts
//!
//! ## What it does
//! Reports a track with the wrong kind of configuration, or with both kinds. `MPEG2TSSequenceStart` carries it as an
//! MPEG-2 transport stream does, and is there for AV1 only. A track has either this or `SequenceStart`, until
//! `SequenceEnd`.
//!
//! ## Why it matters
//! A receiver takes the body for a video descriptor. For another codec, or beside a record of the other form, it sets
//! the decoder up with the wrong bytes.
//!
//! ## Spec
//! Enhanced RTMP v2, `ExVideoTagBody`
//!
//! ## Tolerance
//! None needed: nothing mainstream sends `MPEG2TSSequenceStart` at all.
//!
//! ## How to fix
//! Send `SequenceStart` with the codec's configuration record, and nothing else.

use crate::media::codec::Codec;
use crate::media::tag::Packet;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind};

use super::shared::{PerTrack, code, key, number, words};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-05",
    name: "two-starts",
    severity: Severity::Error,
    spec: "E-RTMP v2, ExVideoTagBody",
    subject: "Enhanced video configurations",
    help: "send SequenceStart with the codec's configuration record, and no MPEG2TSSequenceStart",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Enhanced],
    source: include_str!("ertmp_05_two_starts.rs"),
    new: || Box::new(TwoStarts::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct TwoStarts {
    /// How each track was started.
    forms: PerTrack<Option<Packet>>,
}

impl Check for TwoStarts {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        let (Some(packet), MediaKind::Video) = (it.packet, it.media) else { return };
        if !it.enhanced || it.unfinished {
            return;
        }
        let start = match packet {
            Packet::SequenceStart | Packet::TsSequenceStart => Some(packet),
            Packet::SequenceEnd => None,
            _ => return,
        };
        let Some(form) = self.forms.get(key(it)) else { return };
        let before = std::mem::replace(form, start);
        let Some(start) = start else { return };
        cx.judged();
        let track = key(it);
        if start == Packet::TsSequenceStart && !matches!(it.codec, Some(Codec::Av1 | Codec::Other(_)) | None)
        {
            cx.find(Found::at(event).case("codec").of(number(track)), |_| {
                Said::new(format!("{} is started with MPEG2TSSequenceStart", words(track)))
                    .expected("av01")
                    .actual(code(it))
            });
        } else if before.is_some_and(|before| before != start) {
            cx.find(Found::at(event).case("both").of(number(track)), |_| {
                Said::new(format!("{} is started in both forms", words(track)))
                    .expected(
                        "SequenceStart or MPEG2TSSequenceStart, with SequenceEnd between one and the other",
                    )
                    .actual(format!("{} after {}", name(start), before.map_or("", name)))
            });
        }
    }

    fn held_bytes(&self) -> usize {
        self.forms.held_bytes()
    }
}

const fn name(packet: Packet) -> &'static str {
    match packet {
        Packet::TsSequenceStart => "MPEG2TSSequenceStart",
        _ => "SequenceStart",
    }
}
