//! AUD-06 adts-in-aac
//!
//! ## What it does
//! Reports AAC frames with the header of a transport format, ADTS or LOAS, in front. ADTS is told by its sync word,
//! layer 0 and a length that fits the message, LOAS by sync word and length. Three frames in a row are needed.
//!
//! ## Why it matters
//! RTMP carries bare AAC. Decoders take the header for the start of a frame and give noise or nothing.
//!
//! ## Spec
//! FLV 10.1, E.4.2.2: the data of packet type 1 are raw AAC frames
//!
//! ## Tolerance
//! One or two frames that look so by chance are not reported.
//!
//! ## How to fix
//! Take the header of 7 or 9 bytes off each ADTS frame, and send what it says once as the `AudioSpecificConfig`
//! (ffmpeg: `-bsf:a aac_adtstoasc`). A LATM stream must be unpacked.

use crate::media::codec::Codec;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{ByTrack, hex};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::audio;

pub(super) static RULE: Rule = Rule {
    code: "AUD-06",
    name: "adts-in-aac",
    severity: Severity::Error,
    spec: "FLV E.4.2.2",
    subject: "frames of AAC",
    help: "take the ADTS header off each frame and send its content as the configuration (ffmpeg: -bsf:a aac_adtstoasc)",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Audio, Topic::Enhanced],
    skips_alike: true,
    source: include_str!("aud_06_adts_in_aac.rs"),
    new: || Box::new(AdtsInAac::default()),
    ..Rule::BASE
};

/// Frames in a row that begin alike.
const ENOUGH: u8 = 3;
/// Bytes of the shortest ADTS header.
const ADTS_HEADER: u32 = 7;

#[derive(Default)]
struct AdtsInAac {
    tracks: ByTrack<Run>,
}

#[derive(Default)]
struct Run {
    format: Option<Format>,
    frames: u8,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Format {
    Adts,
    Loas,
}

impl Check for AdtsInAac {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = audio(event).filter(|media| media.codec == Some(Codec::Aac)) else { return };
        if !media.role.is_coded() || media.share.is_some() {
            return;
        }
        let Some(run) = self.tracks.of(media.stream, media.track) else { return };
        cx.judged();
        let at = usize::try_from(media.header_bytes).unwrap_or(usize::MAX);
        let head = event.body.get(at..).unwrap_or_default();
        let format = format(head, media.payload_bytes);
        run.frames = if format == run.format { run.frames.saturating_add(1) } else { 1 };
        run.format = format;
        let frames = run.frames;
        // What a run may go on with is heard, whatever it is.
        if self.tracks.all().any(|(_, run)| run.format.is_some()) {
            cx.wake();
        } else {
            cx.sleep();
        }
        let Some(format) = format.filter(|_| frames >= ENOUGH) else { return };
        let (case, name) = match format {
            Format::Adts => ("adts", "ADTS"),
            Format::Loas => ("loas", "LOAS"),
        };
        cx.find(Found::at(event).case(case).of(media.stream), |_| {
            Said::new(format!("AAC frames have {name} headers in front"))
                .expected("raw AAC")
                .actual(hex(head.get(..7).unwrap_or(head)))
        });
    }

    fn held_bytes(&self) -> usize {
        self.tracks.held_bytes()
    }
}

/// The transport format of a frame of `len` bytes, of which `head` are the first.
fn format(head: &[u8], len: u32) -> Option<Format> {
    let number = |byte: &u8| u32::from(*byte);
    match head {
        // 12 bits of sync, version, layer 0; 13 bits of length, the header included. More than one frame may follow.
        [0xFF, second, _, a, b, c, ..] if second & 0xF6 == 0xF0 => {
            let length = (number(a) & 3) << 11 | number(b) << 3 | number(c) >> 5;
            (ADTS_HEADER..=len).contains(&length).then_some(Format::Adts)
        }
        // 11 bits of sync, 13 bits of length behind them.
        [0x56, second, third, ..] if second & 0xE0 == 0xE0 => {
            let length = (number(second) & 0x1F) << 8 | number(third);
            (length + 3 == len).then_some(Format::Loas)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_from_raw_frames() {
        // A length of 200: 0, 0x19, 0.
        let adts = |length: u8| [0xFF, 0xF1, 0x50, 0x80, length, 0x1F, 0xFC];
        assert_eq!(format(&adts(0x19), 200), Some(Format::Adts));
        assert_eq!(format(&adts(0x0D), 200), Some(Format::Adts), "the first of several");
        assert_eq!(format(&adts(0x1A), 200), None, "longer than the message");
        assert_eq!(format(&adts(0), 200), None, "shorter than its header");
        assert_eq!(format(&[0xFF, 0xF3, 0x50, 0x80, 0x19, 0x1F, 0xFC], 200), None, "another layer");
        assert_eq!(format(&[0x56, 0xE0, 0xC5], 200), Some(Format::Loas));
        assert_eq!(format(&[0x56, 0xE0, 0xC6], 200), None);
        assert_eq!(format(&[0x21, 0x10, 0x04], 200), None);
    }
}
