//! META-07 audio
//!
//! ## What it does
//! Compares `audiosamplerate`, `audiochannels` and `stereo` of `onMetaData` with what the audio's configuration, or the
//! header of its frames, says.
//!
//! ## Why it matters
//! Players that set up their output by the metadata play the sound too fast, too slow or on one side only.
//!
//! ## Spec
//! Video File Format 10.1, E.5; Enhanced RTMP v2, Enhancing onMetaData
//!
//! ## Tolerance
//! With HE-AAC both the rate of the core and the doubled one are accepted, with parametric stereo one channel and two; so
//! they are where AAC of a low rate may turn out to be either. ffmpeg says `stereo` false of more than two channels: any
//! value is accepted there. Opus decodes to 48000 Hz whatever went in: its rate is not compared.
//!
//! ## How to fix
//! Write the metadata by the encoder's settings after they are final, and anew when they change.

use crate::amf::Value;
use crate::media::codec::Codec;
use crate::media::config::AudioFormat;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::per::Per;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind};

use super::shared::{facts, is_default_track, number};

pub(super) static RULE: Rule = Rule {
    code: "META-07",
    name: "audio",
    severity: Severity::Warning,
    spec: "FLV 10.1, E.5; E-RTMP v2, Enhancing onMetaData",
    subject: "streams with audio figures in their metadata",
    help: "write the metadata by the encoder's final settings, and anew when they change",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Data, Topic::Config, Topic::Audio, Topic::Enhanced],
    source: include_str!("meta_07_audio.rs"),
    new: || Box::new(Audio::default()),
    ..Rule::BASE
};

/// The highest rate of a core coder with spectral band replication.
const MOST_CORE_RATE: u32 = 24_000;

#[derive(Default)]
struct Audio {
    streams: Per<u32, Stream>,
}

#[derive(Default)]
struct Stream {
    /// Declared and not compared yet.
    declared: Option<Declared>,
    actual: Option<Actual>,
}

#[derive(Copy, Clone)]
struct Declared {
    rate: Option<f64>,
    channels: Option<f64>,
    stereo: Option<bool>,
    packet: u64,
}

/// What the audio says of itself.
#[derive(Copy, Clone)]
struct Actual {
    /// Rates that it may be said to have.
    rates: [Option<u32>; 2],
    /// Channels that it may be said to have.
    channels: [Option<u8>; 2],
}

impl Check for Audio {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Data(it) => {
                let (Some(facts), Some(stream)) = (facts(it), it.stream) else { return };
                let Some(stream) = self.streams.get(stream) else { return };
                stream.declared = Declared::of(facts, event.at.no);
            }
            Kind::Config { stream, media: MediaKind::Audio, track: 0, config, .. } => {
                if let (Some(stream), Some(format)) = (self.streams.get(*stream), config.audio()) {
                    stream.actual = Some(Actual::of(config.codec, format));
                }
            }
            Kind::FrameFormat { stream, media: MediaKind::Audio, track: 0, format, .. } => {
                if let (Some(stream), Some(audio)) = (self.streams.get(*stream), format.description.audio()) {
                    stream.actual = Some(Actual::of(format.codec, audio));
                }
            }
            // Metadata and configuration come in either order in front of a frame.
            Kind::Media(it) if it.media == MediaKind::Audio && it.role.is_coded() && is_default_track(it) => {
                let Some(stream) = self.streams.get(it.stream) else { return };
                if let (Some(declared), Some(actual)) = (stream.declared, stream.actual) {
                    stream.declared = None;
                    compare(declared, actual, Found::at(event).of(it.stream), cx);
                }
            }
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

impl Declared {
    /// None when nothing of audio is declared.
    fn of(facts: &Value, packet: u64) -> Option<Self> {
        let stereo = match facts.get("stereo") {
            Some(Value::Boolean(stereo)) => Some(*stereo),
            _ => None,
        };
        let (rate, channels) = (number(facts, "audiosamplerate"), number(facts, "audiochannels"));
        let any = stereo.is_some() || rate.is_some() || channels.is_some();
        any.then_some(Self { rate, channels, stereo, packet })
    }
}

impl Actual {
    fn of(codec: Codec, format: &AudioFormat) -> Self {
        let core = format.core_sample_rate.or(format.sample_rate);
        let low = codec == Codec::Aac && core.is_some_and(|rate| rate <= MOST_CORE_RATE);
        // Band replication and parametric stereo may not be signalled.
        let doubled = format.sbr == Some(true) || (low && format.sbr.is_none());
        let second = format.ps == Some(true) || (low && format.ps.is_none() && format.sbr != Some(false));
        let rates = match codec {
            Codec::Opus => [None; 2],
            _ if doubled => [core, core.and_then(|rate| rate.checked_mul(2))],
            _ => [format.sample_rate; 2],
        };
        let channels = match format.channels.filter(|channels| *channels > 0) {
            Some(1 | 2) if second => [Some(1), Some(2)],
            channels => [channels; 2],
        };
        Self { rates, channels }
    }
}

fn compare(declared: Declared, actual: Actual, found: Found, cx: &mut Cx<'_>) {
    cx.judged();
    let Declared { rate, channels, stereo, packet } = declared;
    let is = |wanted: f64| move |have: u32| (f64::from(have) - wanted).abs() < 1.0;
    if let ([Some(low), Some(high)], Some(rate)) = (actual.rates, rate)
        && ![low, high].into_iter().any(is(rate))
    {
        cx.find(found.clone().case("rate"), |_| {
            Said::new("audiosamplerate in the metadata is not that of the audio")
                .expected(either(low, high, "Hz"))
                .actual(format!("{rate} Hz, in packet {packet}"))
        });
    }
    let [Some(low), Some(high)] = actual.channels else { return };
    if let Some(channels) = channels.filter(|channels| ![low, high].map(u32::from).into_iter().any(is(*channels))) {
        cx.find(found.case("channels"), |_| {
            Said::new("audiochannels in the metadata is not that of the audio")
                .expected(either(low.into(), high.into(), "channels"))
                .actual(format!("{channels}, in packet {packet}"))
        });
    } else if let Some(stereo) = stereo
        && low == high
        && low <= 2
        && stereo != (low == 2)
    {
        cx.find(found.case("stereo"), |_| {
            Said::new("stereo in the metadata is not what the audio is")
                .expected(format!("{}: the audio has {low} of two channels", low == 2))
                .actual(format!("{stereo}, in packet {packet}"))
        });
    }
}

fn either(low: u32, high: u32, unit: &str) -> String {
    if low == high { format!("{low} {unit}") } else { format!("{low} or {high} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actual(format: AudioFormat) -> Actual {
        Actual::of(Codec::Aac, &format)
    }

    #[test]
    fn what_high_efficiency_audio_may_be_said_to_be() {
        let base = AudioFormat { sample_rate: Some(24_000), channels: Some(1), ..AudioFormat::default() };
        let implicit = actual(base.clone());
        assert_eq!((implicit.rates, implicit.channels), ([Some(24_000), Some(48_000)], [Some(1), Some(2)]));
        let plain = actual(AudioFormat { sbr: Some(false), ..base.clone() });
        assert_eq!((plain.rates, plain.channels), ([Some(24_000); 2], [Some(1); 2]));
        let signalled = AudioFormat { sample_rate: Some(48_000), core_sample_rate: Some(24_000), ..base.clone() };
        let signalled = actual(AudioFormat { sbr: Some(true), ..signalled });
        assert_eq!(signalled.rates, [Some(24_000), Some(48_000)]);
        let mp3 = Actual::of(Codec::Mp3, &base);
        assert_eq!((mp3.rates, mp3.channels), ([Some(24_000); 2], [Some(1); 2]));
        let usual = actual(AudioFormat { sample_rate: Some(44_100), ..base });
        assert_eq!((usual.rates, usual.channels), ([Some(44_100); 2], [Some(1); 2]));
    }
}
