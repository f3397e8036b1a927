//! VID-06 avc-record
//!
//! ## What it does
//! Reads the H.264 configuration record (avcC) in sequence headers, legacy and Enhanced. It must be of version 1, hold
//! an SPS, keep within its length, and have NAL lengths of 1, 2 or 4 bytes. Warnings are reserved bits that are not
//! ones, profile, level, chroma format or bit depth other than those of the SPS, and no PPS.
//!
//! ## Why it matters
//! Players and servers set up their decoders from this record alone. With a broken one nothing is shown, or only by
//! the decoders that find the parameter sets elsewhere.
//!
//! ## Spec
//! ISO/IEC 14496-15, `AVCDecoderConfigurationRecord`; FLV 10.1, E.4.3.2
//!
//! ## Tolerance
//! Older x264 and librtmp muxers leave out the last bytes of High profiles (chroma format and bit depths): an info.
//! Other bytes after them are ignored.
//!
//! ## How to fix
//! Build the record from the SPS and PPS of the encoder, without start codes: version 1, the three bytes after the
//! first of the SPS, 0xFF for lengths of 4 bytes, 0xE1 for one SPS, then each set with its length in two bytes.

use crate::media::codec::Codec;
use crate::media::config::avcc::AvcConfig;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{counted, hex, record};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaKind, MediaRole};

use super::shared::track;

pub(super) static RULE: Rule = Rule {
    code: "VID-06",
    name: "avc-record",
    severity: Severity::Error,
    spec: "ISO/IEC 14496-15, avcC; FLV E.4.3.2",
    subject: "H.264 configuration records",
    help: "build the avcC record from the SPS and PPS of the encoder, without start codes",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video, Topic::Enhanced],
    skips_alike: true,
    source: include_str!("vid_06_avc_record.rs"),
    new: || Box::new(AvcRecord),
    ..Rule::BASE
};

struct AvcRecord;

/// The shortest record: that of no parameter sets.
const LEAST: usize = 7;
/// Type of an SPS in H.264.
const SPS: u8 = 7;

impl Check for AvcRecord {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = track(event) else { return };
        if media.role != MediaRole::SequenceHeader || media.codec != Some(Codec::H264) {
            return;
        }
        let Some(bytes) = record(event, MediaKind::Video, media.track) else { return };
        cx.judged();
        let config = AvcConfig::parse(bytes);
        if let Some((case, what, expected)) = fault(bytes, &config) {
            let cut = config.cut.filter(|_| case == "overrun").map(|cut| format!("{cut}: "));
            let cut = cut.unwrap_or_default();
            return cx.find(Found::at(event).case(case), |_| {
                Said::new(what).expected(expected).actual(format!("{cut}{}", shown(bytes)))
            });
        }
        let mut warn = |case, what: &str, expected: String, actual: String| {
            cx.find(Found::at(event).case(case).warning(), |_| {
                Said::new(what).expected(expected).actual(actual)
            });
        };
        if let [_, profile @ .., size, count] = bytes.get(..6).unwrap_or_default() {
            if size & 0xFC != 0xFC || count & 0xE0 != 0xE0 {
                let expected = format!("{:02x} {:02x}", size | 0xFC, count | 0xE0);
                let actual = format!("{size:02x} {count:02x}");
                warn("reserved-bits", "reserved bits of the avcC record are not ones", expected, actual);
            }
            let of_sps = config.sps.first().and_then(|sps| sps.get(1..4)).unwrap_or_default();
            if profile != of_sps {
                let what = "the avcC record and its SPS state other profiles or levels";
                warn("profile", what, format!("{}, as in the SPS", hex(of_sps)), hex(profile));
            }
        }
        if config.pps.is_empty() {
            warn("no-pps", "the avcC record has no PPS", "at least one PPS".to_owned(), "none".to_owned());
        }
        self::extension(event, &config, cx);
    }
}

/// What makes a record useless.
fn fault(bytes: &[u8], config: &AvcConfig<'_>) -> Option<(&'static str, &'static str, &'static str)> {
    let is_sps = |nal: &&[u8]| nal.first().is_some_and(|header| header & 0x1F == SPS);
    Some(match bytes {
        [0, 0, 1, ..] | [0, 0, 0, 1, ..] => {
            ("annex-b", "parameter sets with start codes stand in place of an avcC record", "an avcC record")
        }
        _ if bytes.len() < LEAST => ("short", "the avcC record is too short", "at least 7 bytes"),
        _ if config.version != Some(1) => ("version", "the avcC record is not of version 1", "version 1"),
        _ if config.cut.is_some() => {
            ("overrun", "the avcC record ends inside what it says it holds", "lengths that fit the record")
        }
        _ if !config.sps.first().is_some_and(is_sps) => {
            ("no-sps", "the avcC record has no SPS", "at least one SPS")
        }
        _ if config.nal_length_size == Some(3) => {
            ("length-size", "the avcC record asks for NAL lengths of 3 bytes", "1, 2 or 4 bytes")
        }
        _ => return None,
    })
}

/// What High profiles have behind the parameter sets.
fn extension(event: &Event<'_>, config: &AvcConfig<'_>, cx: &mut Cx<'_>) {
    let Some(sps) = config.first_sps() else { return };
    let Some((100 | 110 | 122 | 144 | 244, _, _)) = sps.kind else { return };
    let [chroma, luma, _, _, ..] = config.extension else {
        return cx.find(Found::at(event).case("no-extension").info(), |_| {
            Said::new("the avcC record lacks the chroma format and bit depths of High profiles")
                .expected("4 more bytes")
                .actual(format!("{} bytes after the PPS", config.extension.len()))
                .help("add them, or leave it: decoders find the same in the SPS")
        });
    };
    let (of_record, of_sps) = ((chroma & 3, (luma & 7) + 8), (sps.chroma_format, sps.luma_bits));
    if let (Some(chroma), Some(luma)) = of_sps
        && of_record != (chroma, luma)
    {
        cx.find(Found::at(event).case("extension").warning(), |_| {
            let text = |(chroma, bits)| format!("chroma format {chroma}, {bits} bits");
            Said::new("the avcC record and its SPS state other chroma formats or bit depths")
                .expected(text((chroma, luma)))
                .actual(text(of_record))
        });
    }
}

fn shown(bytes: &[u8]) -> String {
    let length = counted(u32::try_from(bytes.len()).unwrap_or(u32::MAX), "byte");
    if bytes.is_empty() { length } else { format!("{length}, {}", hex(bytes)) }
}
