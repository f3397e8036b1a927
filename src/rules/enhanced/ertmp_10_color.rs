//! ERTMP-10 color
//!
//! ## What it does
//! Looks at the colour metadata (HDR) of Enhanced video. A packet of the type `Metadata` holds pairs of a name and a
//! value, the name being `colorInfo`, with numbers that stay within what HDR formats allow. It belongs in front of the
//! frame that has the same timestamp.
//!
//! ## Why it matters
//! Displays map brightness and colour by these figures. A wrong unit (0.0001 cd/m² taken for cd/m²) makes a picture
//! that is far too dark or too bright, and a late packet colours the wrong frames.
//!
//! ## Spec
//! Enhanced RTMP v2, Metadata Frame
//!
//! ## Tolerance
//! `colorInfo` may be undefined or empty, which resets it. A light level of 0 means that it is not known. Names besides
//! `colorInfo` are an info.
//!
//! ## How to fix
//! Send light levels and luminance in cd/m² and chromaticities as fractions, in front of the first frame they are for.

use crate::amf::{Value, whole};
use crate::media::tag::Packet;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage};

use super::shared::{PerTrack, key, number, words};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-10",
    name: "color",
    severity: Severity::Warning,
    spec: "E-RTMP v2, Metadata Frame",
    subject: "Metadata packets of video",
    help: "send colorInfo with light levels in cd/m² and chromaticities as fractions, in front of the first frame it is for",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Enhanced, Topic::Config],
    source: include_str!("ertmp_10_color.rs"),
    new: || Box::new(Color::default()),
    ..Rule::BASE
};

/// Numbers of `colorInfo`: object, name, what is allowed.
const NUMBERS: [(&str, &str, Range); 16] = [
    ("colorConfig", "bitDepth", Range::Depth),
    ("colorConfig", "colorPrimaries", Range::Index),
    ("colorConfig", "transferCharacteristics", Range::Index),
    ("colorConfig", "matrixCoefficients", Range::Index),
    ("hdrCll", "maxFall", Range::Light),
    ("hdrCll", "maxCLL", Range::Light),
    ("hdrMdcv", "redX", Range::Within(0.0001, 0.74)),
    ("hdrMdcv", "redY", Range::Within(0.0001, 0.84)),
    ("hdrMdcv", "greenX", Range::Within(0.0001, 0.74)),
    ("hdrMdcv", "greenY", Range::Within(0.0001, 0.84)),
    ("hdrMdcv", "blueX", Range::Within(0.0001, 0.74)),
    ("hdrMdcv", "blueY", Range::Within(0.0001, 0.84)),
    ("hdrMdcv", "whitePointX", Range::Within(0.0001, 0.74)),
    ("hdrMdcv", "whitePointY", Range::Within(0.0001, 0.84)),
    ("hdrMdcv", "maxLuminance", Range::Within(5.0, 10_000.0)),
    ("hdrMdcv", "minLuminance", Range::Within(0.0001, 5.0)),
];

/// What a number may be.
#[derive(Copy, Clone)]
enum Range {
    /// Bits of a sample.
    Depth,
    /// A number of ITU-T H.273.
    Index,
    /// A light level; 0 is an unknown one.
    Light,
    Within(f64, f64),
}

impl Range {
    fn has(self, number: f64) -> bool {
        match self {
            Self::Depth => [8.0, 10.0, 12.0].contains(&number),
            Self::Index => whole(number).is_some_and(|number| (0..=255).contains(&number)),
            Self::Light => number == 0.0 || (0.0001..=10_000.0).contains(&number),
            // Senders compute fractions from whole numbers.
            Self::Within(from, to) => (from * 0.9999..=to * 1.0001).contains(&number),
        }
    }

    fn words(self) -> String {
        match self {
            Self::Depth => "8, 10 or 12".to_owned(),
            Self::Index => "a whole number from 0 to 255".to_owned(),
            Self::Light => "0.0001 to 10000, or 0 for unknown".to_owned(),
            Self::Within(from, to) => format!("{from} to {to}"),
        }
    }
}

#[derive(Default)]
struct Color {
    /// Time of the last frame of each track.
    frames: PerTrack<Option<i64>>,
}

impl Check for Color {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match event.kind {
            Kind::Media(it) if it.media == MediaKind::Video && it.enhanced => self.message(it, event, cx),
            Kind::ColorInfo { stream, track, info, problem } => {
                cx.judged();
                let of = number((stream, MediaKind::Video, track));
                if problem.is_some() {
                    return cx.find(Found::at(event).case("pairs").of(of), |_| {
                        Said::new("a Metadata packet cannot be read to its end")
                            .expected("pairs of a name and a value, in AMF0")
                    });
                }
                for (name, value) in info.fields().unwrap_or_default() {
                    named(name, value, event, cx);
                }
            }
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.frames.held_bytes()
    }
}

impl Color {
    /// Whether a packet comes behind the frame of its time.
    fn message(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(last) = self.frames.get(key(it)) else { return };
        if it.role.is_coded() {
            *last = Some(it.dts_ms);
        } else if it.packet == Some(Packet::Metadata) && *last == Some(it.dts_ms) {
            cx.find(Found::at(event).case("late").of(number(key(it))), |_| {
                Said::new(format!(
                    "colour metadata of {} comes after the frame of the same time",
                    words(key(it))
                ))
                .expected("in front of the first frame it is for")
                .actual(format!("after the frame at {} ms", it.dts_ms))
            });
        }
    }
}

/// A pair of name and value.
fn named(name: &str, value: &Value, event: &Event<'_>, cx: &mut Cx<'_>) {
    if name != "colorInfo" {
        let found = Found::at(event).case(if name.is_empty() { "pairs" } else { "unknown-name" });
        let found = if name.is_empty() { found } else { found.info() };
        return cx.find(found, |words| {
            Said::new("a Metadata packet has something else than colorInfo")
                .expected("the name colorInfo and its value")
                .actual(if name.is_empty() { "a value without a name".to_owned() } else { words.word(name) })
        });
    }
    if value.fields().is_none() && *value != Value::Undefined {
        return cx.find(Found::at(event).case("pairs"), |_| {
            Said::new("the value of colorInfo is no object").expected("an object, or undefined to reset it")
        });
    }
    for ((object, field, range), of) in NUMBERS.into_iter().zip(0_u32..) {
        let Some(value) = value.get(object).and_then(|object| object.get(field)) else { continue };
        if value.as_f64().is_some_and(|number| range.has(number)) || *value == Value::Undefined {
            continue;
        }
        cx.find(Found::at(event).case("range").of(of), |_| {
            Said::new(format!("{object}.{field} of colorInfo is out of range"))
                .expected(range.words())
                .actual(value.as_f64().map_or_else(|| "no number".to_owned(), |number| number.to_string()))
        });
    }
}
