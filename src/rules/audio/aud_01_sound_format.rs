//! AUD-01 sound-format
//!
//! ## What it does
//! Reports sound formats of audio messages that have no meaning or that are not for streams. 12 has no meaning; 13 has
//! none either, but SRS takes it for Opus: a warning. 7, 8 (G.711), 14 (MP3 of 8 kHz) and 15 are meant for internal
//! use: an info. A format that changes inside a stream is a warning.
//!
//! ## Why it matters
//! Receivers refuse formats they do not know, or play silence.
//!
//! ## Spec
//! FLV 10.1, E.4.2.1; Enhanced RTMP v2
//!
//! ## Tolerance
//! G.711 µ-law (8) is common with IP cameras. Enhanced headers (9) are judged elsewhere.
//!
//! ## How to fix
//! Send AAC as sound format 10; for Opus use an Enhanced header. Publish anew to change the format.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::audio;

pub(super) static RULE: Rule = Rule {
    code: "AUD-01",
    name: "sound-format",
    severity: Severity::Error,
    spec: "FLV E.4.2.1",
    subject: "audio messages",
    help: "send AAC as sound format 10, and newer codecs with an Enhanced header",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Audio],
    skips_alike: true,
    source: include_str!("aud_01_sound_format.rs"),
    new: || Box::new(SoundFormat::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct SoundFormat {
    /// The last of each stream.
    last: ByTrack<Option<u8>>,
}

impl Check for SoundFormat {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = audio(event) else { return };
        let Some(format) = media.sound.map(|sound| sound.format) else { return };
        cx.judged();
        let before = self.last.of(media.stream, 0).and_then(|last| last.replace(format));
        if let Some(before) = before.filter(|before| *before != format) {
            cx.find(Found::at(event).case("changed").of(media.stream).warning(), |_| {
                Said::new("the format of the audio changes inside a stream")
                    .expected(format!("sound format {before}, as before"))
                    .actual(format!("sound format {format}"))
                    .help("end the stream and publish anew to change the format")
            });
        }
        let at = |case| Found::at(event).case(case).of(format);
        let (found, trouble) = match format {
            12 => (at("reserved"), "has no meaning"),
            13 => (at("unspecified").warning(), "has no meaning but to SRS, which takes it for Opus"),
            7 | 8 | 14 | 15 => (at("internal").info(), "is reserved for internal use"),
            _ => return,
        };
        cx.find(found, |_| {
            Said::new(format!("audio has sound format {format}, which {trouble}"))
                .expected("0 to 6, 10, 11, or an Enhanced header")
                .actual(format.to_string())
        });
    }

    fn held_bytes(&self) -> usize {
        self.last.held_bytes()
    }
}
