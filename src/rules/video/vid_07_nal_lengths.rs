//! VID-07 nal-lengths
//!
//! ## What it does
//! Reports frames whose NAL units do not have the right lengths in front, start codes among them. Walks over the NAL
//! units of each frame by these lengths, which have as many bytes as the last configuration record of the track says.
//! The last unit must end where the frame ends, and no length is 0. Start codes in place of lengths are named as such
//! (Annex B). This holds for legacy and Enhanced headers alike.
//!
//! ## Why it matters
//! Receivers cut a frame by these lengths. One that does not fit loses the rest of the frame, and many close the
//! connection. Start codes are the most common cause of a stream that no player shows.
//!
//! ## Spec
//! FLV 10.1, E.4.3.2; ISO/IEC 14496-15, 4.3.2
//!
//! ## Tolerance
//! Lengths of 0 at the end of a frame, as padding, are a warning. Frames before the first record, or after one that is
//! broken, are judged for start codes alone.
//!
//! ## How to fix
//! Convert the encoder's byte stream: take off each start code and write the length of the NAL unit, in as many bytes
//! as the record says (four, nearly always), in its place.

use crate::media::units::{Extent, Units};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

use super::shared::{LengthSizes, frame, listed, nal_units};

pub(super) static RULE: Rule = Rule {
    code: "VID-07",
    name: "nal-lengths",
    severity: Severity::Error,
    spec: "FLV E.4.3.2; ISO/IEC 14496-15, 4.3.2",
    subject: "frames of H.264, H.265 or H.266",
    help: "write the length of each NAL unit in front of it, in as many bytes as the record says, in place of start codes",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video, Topic::Enhanced, Topic::Config],
    skips_alike: true,
    source: include_str!("vid_07_nal_lengths.rs"),
    new: || Box::new(NalLengths::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct NalLengths {
    sizes: LengthSizes,
}

impl Check for NalLengths {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.sizes.event(event);
        let Some(media) = frame(event) else { return };
        let Some(units) = nal_units(media) else { return };
        let size = self.sizes.get(media);
        judge(event, media.stream, units, size, cx);
    }

    fn held_bytes(&self) -> usize {
        self.sizes.held_bytes()
    }
}

fn judge(event: &Event<'_>, stream: u32, units: &Units, size: Option<u8>, cx: &mut Cx<'_>) {
    let at = |case| Found::at(event).case(case).of(stream);
    match (units.extent, size) {
        (Extent::StartCodes, _) => cx.find(at("annex-b"), |_| {
            Said::new("frames have start codes in place of lengths (Annex B)")
                .expected("the length of each NAL unit in front of it")
                .actual("00 00 00 01 or 00 00 01")
                .help("convert the byte stream: put the length of each NAL unit in place of its start code")
        }),
        (_, None) | (Extent::Incomplete, _) => {}
        (Extent::Damaged, Some(size)) => cx.find(at("lengths"), |_| {
            Said::new("the lengths of the NAL units do not end where the frame ends")
                .expected(format!("units with lengths of {size} bytes, up to the last byte of the frame"))
                .actual(format!("{}; the last of them, or what follows, does not fit", listed(units)))
        }),
        (Extent::Whole, Some(_)) if units.empty_inside => cx.find(at("empty"), |_| {
            Said::new("a frame has NAL units of length 0").expected("no length of 0").actual(format!(
                "{} beside {}",
                units.empty,
                listed(units)
            ))
        }),
        (Extent::Whole, Some(_)) if units.empty > 0 => cx.find(at("padding").warning(), |_| {
            Said::new("a frame ends with lengths of 0, as padding")
                .expected("no length of 0")
                .actual(format!("{} after {}", units.empty, listed(units)))
                .help("end the message with its last NAL unit; for padding there are filler units")
        }),
        (Extent::Whole, Some(_)) => cx.judged(),
    }
}
