//! META-07 audio
//!
//! ## What it does
//! Compares sample rate and channels in `onMetaData` with those of the audio that comes. `audiosamplerate`,
//! `audiochannels` and `stereo` are held against the audio's configuration, or the header of its frames.
//!
//! ## Why it matters
//! Players that set up their output by the metadata play the sound too fast, too slow or on one side only.
//!
//! ## Spec
//! FLV 10.1, E.5; Enhanced RTMP v2, Enhancing onMetaData
//!
//! ## Tolerance
//! With HE-AAC both the rate of the core and the doubled one are accepted, with parametric stereo one channel and two;
//! so they are where AAC of a low rate may turn out to be either. ffmpeg sets `stereo` to false for more than two
//! channels: any value is accepted there. Opus decodes to 48000 Hz whatever went in: its rate is not compared.
//!
//! ## How to fix
//! Write the metadata by the encoder's settings after they are final, and anew when they change.

use crate::amf::Value;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::per::Per;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind};

use super::shared::{facts, is_default_track, number};
use super::sound::Actual;

pub(super) static RULE: Rule = Rule {
    code: "META-07",
    name: "audio",
    severity: Severity::Warning,
    spec: "FLV 10.1, E.5; E-RTMP v2, Enhancing onMetaData",
    subject: "streams with audio figures in their metadata",
    help: "write the metadata by the encoder's final settings, and anew when they change",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Data, Topic::Config, Topic::Audio, Topic::Enhanced],
    skips_alike: true,
    source: include_str!("meta_07_audio.rs"),
    new: || Box::new(Audio::default()),
    ..Rule::BASE
};

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
    if let Some(channels) =
        channels.filter(|channels| ![low, high].map(u32::from).into_iter().any(is(*channels)))
    {
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
