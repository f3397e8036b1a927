//! META-06 codecs
//!
//! ## What it does
//! Compares the codecs that `onMetaData` declares with those of the media that comes. They are in `videocodecid` and
//! `audiocodecid`.
//!
//! ## Why it matters
//! A player that sets its decoders up by the metadata shows nothing, or only one of sound and picture.
//!
//! ## Spec
//! FLV 10.1, E.5; Enhanced RTMP v2, Enhancing onMetaData
//!
//! ## Tolerance
//! A codec may be declared by its legacy number, by its `FourCC` as a number (OBS and ffmpeg in Enhanced RTMP) or as
//! text (`avc1`, `mp4a`, `.mp3`). 0, an unknown text, or nothing is not judged; nor are tracks besides the default one.
//!
//! ## How to fix
//! Declare 7 for H.264 and 10 for AAC, and for codecs of Enhanced RTMP the number that the four letters of the `FourCC`
//! make.

use crate::amf::{Value, whole};
use crate::base::pos::PacketRef;
use crate::media::codec::{Codec, fourcc_text};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::per::Per;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage, MediaRole};

use super::shared::{facts, is_default_track};

pub(super) static RULE: Rule = Rule {
    code: "META-06",
    name: "codecs",
    severity: Severity::Warning,
    spec: "FLV 10.1, E.5; E-RTMP v2, Enhancing onMetaData",
    subject: "streams with codecs in their metadata",
    help: "declare the codec that is sent: 7 for H.264, 10 for AAC, and for Enhanced RTMP the FourCC as a number",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Data, Topic::Media],
    skips_alike: true,
    source: include_str!("meta_06_codecs.rs"),
    new: || Box::new(Codecs::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Codecs {
    /// Of video and of audio.
    streams: Per<u32, [Declared; 2]>,
}

/// What is declared of video, or of audio, and was not compared yet.
#[derive(Copy, Clone, Default)]
struct Declared {
    codec: Option<Codec>,
    at: PacketRef,
}

impl Check for Codecs {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Data(it) => {
                let (Some(facts), Some(stream)) = (facts(it), it.stream) else { return };
                let Some([video, audio]) = self.streams.get(stream) else { return };
                let declared =
                    |field, of: fn(u8) -> Codec| facts.get(field).and_then(|value| codec(value, of));
                *video = Declared { codec: declared("videocodecid", Codec::from_video_id), at: event.at };
                *audio = Declared { codec: declared("audiocodecid", Codec::from_audio_id), at: event.at };
            }
            Kind::Media(it) if it.role.is_coded() || it.role == MediaRole::SequenceHeader => {
                let Some([video, audio]) = self.streams.get(it.stream) else { return };
                let declared = if it.media == MediaKind::Video { video } else { audio };
                if is_default_track(it) && it.codec.is_some() && declared.codec.is_some() {
                    compare(std::mem::take(declared), it, event, cx);
                }
            }
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

fn compare(declared: Declared, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
    let (Some(codec), Some(seen)) = (declared.codec, it.codec) else { return };
    cx.judged();
    if codec == seen {
        return;
    }
    let (case, field) = match it.media {
        MediaKind::Video => ("video", "videocodecid"),
        MediaKind::Audio => ("audio", "audiocodecid"),
    };
    cx.find(Found::at(event).case(case).of(it.stream), |_| {
        Said::new(format!("{field} in the metadata is not the codec that is sent"))
            .expected(seen.name())
            .actual(format!("{}, in packet {}", codec.name(), declared.at.no))
    });
}

/// The codec that a value stands for; `of` knows the legacy numbers. None when that is not known.
fn codec(value: &Value, of: fn(u8) -> Codec) -> Option<Codec> {
    match value {
        Value::Number(number) => match whole(*number)? {
            number @ 1..=15 => u8::try_from(number).ok().map(of),
            number => {
                let code = u32::try_from(number).ok().filter(|code| *code > 0xFFFF)?.to_be_bytes();
                named(&fourcc_text(&code)).or_else(|| Some(Codec::from_fourcc(code)))
            }
        },
        Value::String(name) => named(name),
        _ => None,
    }
}

/// The codec of a name as encoders write it.
fn named(name: &str) -> Option<Codec> {
    let name = name.split('.').find(|part| !part.is_empty())?;
    let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    Some(match () {
        () if is(&["avc1", "avc3", "h264", "avc"]) => Codec::H264,
        () if is(&["hvc1", "hev1", "hevc", "h265"]) => Codec::Hevc,
        () if is(&["vvc1", "vvi1", "vvc", "h266"]) => Codec::Vvc,
        () if is(&["av01", "av1"]) => Codec::Av1,
        () if is(&["vp08", "vp8"]) => Codec::Vp8,
        () if is(&["vp09", "vp9"]) => Codec::Vp9,
        () if is(&["mp4a", "aac"]) => Codec::Aac,
        () if is(&["mp3"]) => Codec::Mp3,
        () if is(&["opus"]) => Codec::Opus,
        () if is(&["flac"]) => Codec::Flac,
        () if is(&["ac-3", "ac3"]) => Codec::Ac3,
        () if is(&["ec-3", "eac3"]) => Codec::Eac3,
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_by_number_code_and_name() {
        let video = |value: Value| codec(&value, Codec::from_video_id);
        let text = |text: &str| Value::String(text.to_owned());
        for (value, expected) in [
            (Value::Number(7.0), Some(Codec::H264)),
            (Value::Number(12.0), Some(Codec::Hevc)),
            (Value::Number(0.0), None),
            (Value::Number(7.5), None),
            (Value::Number(1024.0), None),
            (Value::Number(f64::from(u32::from_be_bytes(*b"hvc1"))), Some(Codec::Hevc)),
            (Value::Number(f64::from(u32::from_be_bytes(*b"hev1"))), Some(Codec::Hevc)),
            (text("AVC1"), Some(Codec::H264)),
            (text("avc1.64001f"), Some(Codec::H264)),
            (text(".mp3"), Some(Codec::Mp3)),
            (text("mp4a.40.2"), Some(Codec::Aac)),
            (text(""), None),
            (text("."), None),
            (text("unheard of"), None),
            (Value::Boolean(true), None),
        ] {
            assert_eq!(video(value.clone()), expected, "{value:?}");
        }
        assert_eq!(codec(&Value::Number(14.0), Codec::from_audio_id), Some(Codec::Mp3));
    }
}
