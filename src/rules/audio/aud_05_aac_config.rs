//! AUD-05 aac-config
//!
//! ## What it does
//! Reads the `AudioSpecificConfig` in AAC sequence headers, legacy and Enhanced. It has two bytes at least, an object
//! type other than 0, a frequency index that means something, and a channel configuration that does; 0 channels need
//! a list of elements.
//!
//! ## Why it matters
//! Decoders are set up from these bytes alone: with broken ones there is no sound, and some servers close the
//! connection.
//!
//! ## Spec
//! ISO/IEC 14496-3, 1.6.2.1 and 1.6.3
//!
//! ## Tolerance
//! What follows is ignored: extensions for SBR and PS, padding, junk of some hardware encoders. An empty header that a
//! real one follows before the first frame is an info: ffmpeg sends one when the encoder has no configuration yet.
//!
//! ## How to fix
//! Send the `AudioSpecificConfig` of the encoder. From ADTS, make it of profile, frequency index and channels of its
//! header (ffmpeg: `-bsf:a aac_adtstoasc`).

use crate::media::codec::Codec;
use crate::media::config::aac::AudioSpecificConfig;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::media::{ByTrack, hex, record};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaRole};

pub(super) static RULE: Rule = Rule {
    code: "AUD-05",
    name: "aac-config",
    severity: Severity::Error,
    spec: "ISO/IEC 14496-3, 1.6.2.1 and 1.6.3",
    subject: "AAC configurations",
    help: "send the AudioSpecificConfig of the encoder (AAC LC, 44.1 kHz, stereo: 12 10)",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Audio, Topic::Enhanced],
    skips_alike: true,
    source: include_str!("aud_05_aac_config.rs"),
    new: || Box::new(AacConfig::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct AacConfig {
    /// An empty header of each track, with nothing behind it yet.
    empty: ByTrack<Option<Box<Place>>>,
}

impl Check for AacConfig {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(media) = &event.kind else { return };
        if media.codec != Some(Codec::Aac) || media.media != MediaKind::Audio || media.unfinished {
            return;
        }
        if !media.complete || !(media.role.is_coded() || media.role == MediaRole::SequenceHeader) {
            return;
        }
        let Some(empty) = self.empty.of(media.stream, media.track) else { return };
        let is_frame = media.role.is_coded();
        let bytes = if is_frame { None } else { record(event, MediaKind::Audio, media.track) };
        if bytes == Some(&[]) {
            empty.get_or_insert_with(|| Box::new(Place::of(event)));
            return;
        }
        if let Some(place) = empty.take() {
            let found = Found::in_place(*place).of(media.stream);
            let found = if is_frame { found.case("empty") } else { found.case("late").info() };
            cx.find(found, |_| {
                let behind = if is_frame { "frames follow" } else { "a real one follows" };
                Said::new(format!("an AAC sequence header is empty, and {behind}"))
                    .expected("at least 2 bytes")
                    .actual("none")
            });
        }
        let Some(bytes) = bytes else { return };
        cx.judged();
        if let Some((case, what, expected)) = fault(bytes) {
            cx.find(Found::at(event).case(case).of(media.stream), |_| {
                Said::new(format!("the AAC configuration {what}")).expected(expected).actual(hex(bytes))
            });
        }
    }

    fn held_bytes(&self) -> usize {
        self.empty.held_bytes()
            + self.empty.all().filter(|(_, place)| place.is_some()).count() * size_of::<Place>()
    }
}

/// What makes a configuration useless.
fn fault(bytes: &[u8]) -> Option<(&'static str, &'static str, &'static str)> {
    let config = AudioSpecificConfig::parse(bytes);
    Some(match config.channel_config {
        // It ends before its channels, of which the last bit is the 13th.
        None => ("short", "is too short", "at least 2 bytes"),
        _ if config.object_type == Some(0) => ("object-type", "has object type 0", "2 for AAC LC"),
        _ if config.core_rate.is_none() => ("frequency", "has a reserved frequency index", "0 to 12, or 15"),
        Some(8..=10 | 15) => ("channels", "has a reserved channel configuration", "1 to 7, or 11 to 14"),
        Some(0) if is_general(config.object_type) && config.core_channels.is_none() => {
            ("elements", "has channel configuration 0 without a list of elements", "a program config element")
        }
        _ => return None,
    })
}

/// Whether the list of elements belongs to an object type.
const fn is_general(object_type: Option<u8>) -> bool {
    matches!(object_type, Some(1..=4 | 6 | 7 | 17 | 19..=23))
}
