//! AUD-02 sound-bits
//!
//! ## What it does
//! Compares the rate, size and type bits of an audio tag with its sound format. AAC has rate 3 and type 1 whatever it
//! holds, Speex rate 0, size 1 and type 0. MP3 has what its frame header says, with format 14 for 8 kHz. Format 0,
//! whose byte order is the sender's own, is an info.
//!
//! ## Why it matters
//! Some players set up their output by these bits and play too fast, too slow or on one side.
//!
//! ## Spec
//! FLV 10.1, E.4.2.1
//!
//! ## Tolerance
//! Decoders take the parameters of AAC from its configuration only, so that this is found once for each stream. The
//! size bit of AAC is not looked at. MP3 of 48 kHz has no bits of its own and goes as 44.1 kHz (ffmpeg).
//!
//! ## How to fix
//! Write 0xAF in front of AAC, 0xB2 in front of Speex, and for MP3 the bits of its own rate and channels. Send PCM as
//! format 3.

use crate::media::audio::{AudioTag, Sound};
use crate::media::codec::Codec;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, FrameFormat, Kind, MediaKind};

use super::shared::audio;

pub(super) static RULE: Rule = Rule {
    code: "AUD-02",
    name: "sound-bits",
    severity: Severity::Warning,
    spec: "FLV E.4.2.1",
    subject: "audio messages whose format fixes rate or channels",
    help: "write 0xAF in front of AAC; for MP3 the rate and channels of its own header",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Audio, Topic::Config],
    skips_alike: true,
    source: include_str!("aud_02_sound_bits.rs"),
    new: || Box::new(SoundBits),
    ..Rule::BASE
};

struct SoundBits;

const PLATFORM_PCM: u8 = 0;
const MP3_8_KHZ: u8 = 14;

impl Check for SoundBits {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::FrameFormat { stream, media: MediaKind::Audio, format, .. } = event.kind {
            let sound = AudioTag::parse(event.body).sound;
            if let Some(sound) = sound.filter(|_| format.codec == Codec::Mp3) {
                mp3(event, stream, sound, format, cx);
            }
            return;
        }
        let Some(media) = audio(event) else { return };
        let Some(sound) = media.sound else { return };
        let (case, name, right, expected) = match (media.codec, sound.format) {
            (Some(Codec::Aac), _) => {
                ("aac", "AAC", sound.nominal_rate == 44_100 && sound.stereo, "44100 Hz, stereo")
            }
            (Some(Codec::Speex), _) => {
                let right = sound.nominal_rate == 5512 && sound.bits == 16 && !sound.stereo;
                ("speex", "Speex", right, "5512 Hz, 16 bits, mono")
            }
            (_, PLATFORM_PCM) => {
                return cx.find(Found::at(event).case("byte-order").of(media.stream).info(), |_| {
                    Said::new("PCM is sent in the byte order of the sender, which nobody else knows")
                        .expected("sound format 3")
                        .actual("0")
                });
            }
            _ => return,
        };
        cx.judged();
        if !right {
            cx.find(Found::at(event).case(case).of(media.stream), |_| {
                Said::new(format!("the bits of the audio tag are not those of {name}"))
                    .expected(expected)
                    .actual(text(sound))
            });
        }
    }
}

/// MP3, by the header of its frame.
fn mp3(event: &Event<'_>, stream: u32, sound: Sound, format: &FrameFormat, cx: &mut Cx<'_>) {
    let Some(audio) = format.description.audio() else { return };
    let (Some(rate), Some(channels)) = (audio.sample_rate, audio.channels) else { return };
    cx.judged();
    let stated = if sound.format == MP3_8_KHZ { 8000 } else { sound.nominal_rate };
    // The next that there are bits for.
    let sent = match rate {
        48_000 => 44_100,
        24_000 => 22_050,
        12_000 => 11_025,
        rate => rate,
    };
    let case = match (stated == sent, (channels == 2) == sound.stereo) {
        (true, true) => return,
        (false, _) if sound.format == MP3_8_KHZ => "mp3-8-khz",
        (false, _) => "mp3-rate",
        (true, false) => "mp3-channels",
    };
    cx.find(Found::at(event).case(case).of(stream), |_| {
        Said::new("the bits of the audio tag are not those of the MP3 frame")
            .expected(format!("{rate} Hz, {}", if channels == 2 { "stereo" } else { "mono" }))
            .actual(text(Sound { nominal_rate: stated, ..sound }))
    });
}

fn text(sound: Sound) -> String {
    let kind = if sound.stereo { "stereo" } else { "mono" };
    format!("{} Hz, {} bits, {kind}", sound.nominal_rate, sound.bits)
}
