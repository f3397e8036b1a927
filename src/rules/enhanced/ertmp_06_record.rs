//! ERTMP-06 record
//!
//! ## What it does
//! Reads the codec's configuration record of a `SequenceStart` to its end. The records are hvcC, vvcC, av1C, vpcC,
//! `OpusHead` and the STREAMINFO of FLAC. Versions, sizes and counts have to be what the codec's specification says,
//! and nothing runs past the end.
//!
//! ## Why it matters
//! Decoders are set up with this record. With a wrong one the picture stays black or the track stays silent, though
//! frames come in.
//!
//! ## Spec
//! ISO/IEC 14496-15, 8.3.3 and 11.2.4; AV1 in ISOBMFF, 2.3; VP codecs in ISOBMFF; RFC 7845, 5.1; RFC 9639
//!
//! ## Tolerance
//! hvcC of version 0 (early muxers, same layout) or without one of its parameter sets, and STREAMINFO without `fLaC` in
//! front (ffmpeg) are warnings. vpcC without version and flags (older ffmpeg) is an info, since Enhanced RTMP does not
//! say whether they belong to it. An empty start of Opus is allowed. avcC and the configuration of AAC have rules of
//! their own.
//!
//! ## How to fix
//! Write the record as in an MP4 file, without the box's size and name, and with the parameter sets that the frames
//! use.

use crate::media::codec::Codec;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{ConfigChange, Event, Kind, MediaKind, TrackConfig};

use super::records::{fault, is_judged, record};
use super::shared::{number, words};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-06",
    name: "record",
    severity: Severity::Error,
    spec: "ISO/IEC 14496-15; AV1 and VP codecs in ISOBMFF; RFC 7845; RFC 9639",
    subject: "configuration records of HEVC, VVC, AV1, VP8, VP9, Opus or FLAC",
    help: "write the record as in an MP4 file, without the box's size and name, and with the parameter sets that the \
           frames use",
    guards: &[Guard::Clear],
    hears: &[Topic::Config],
    source: include_str!("ertmp_06_record.rs"),
    new: || Box::new(Record),
    ..Rule::BASE
};

struct Record;

impl Check for Record {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Config { stream, media, track, config, change, .. } = event.kind else { return };
        if change == ConfigChange::Repeated {
            return;
        }
        let key = (stream, media, track);
        if config.codec == Codec::Vvc {
            return vvc(config, key, event, cx);
        }
        let is_whole = |record: &&[u8]| u32::try_from(record.len()) == Ok(config.bytes);
        if !is_judged(config.codec) {
            return;
        }
        let Some(record) = record(media, track, event.body).filter(is_whole) else { return };
        cx.judged();
        let Some(fault) = fault(config.codec, record) else { return };
        let found = Found::at(event).case(fault.case).of(number(key)).severity(fault.severity);
        cx.find(found, |_| {
            Said::new(format!(
                "the configuration record of {} ({}) is wrong",
                words(key),
                config.codec.name()
            ))
            .expected(fault.expected)
            .actual(fault.actual)
        });
    }
}

/// Of VVC only that the record is cut.
fn vvc(config: &TrackConfig, key: (u32, MediaKind, u8), event: &Event<'_>, cx: &mut Cx<'_>) {
    cx.judged();
    let problem = config.description.as_ref().and_then(|description| description.problem.as_deref());
    if let Some(problem) = problem.filter(|problem| problem.starts_with("vvcC ends")) {
        cx.find(Found::at(event).case("cut").of(number(key)), |_| {
            Said::new(format!("the configuration record of {} (vvc) is wrong", words(key)))
                .expected("all that the record announces")
                .actual(problem)
        });
    }
}
