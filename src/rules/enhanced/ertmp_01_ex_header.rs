//! ERTMP-01 ex-header
//!
//! ## What it does
//! Looks at the header of Enhanced audio and video messages. The packet type has to be one with a meaning (video 0 to
//! 7, audio 0, 1, 2, 4, 5, 7), the message has to reach to the end of the header, and the codec's `FourCC` should be
//! one of those that Enhanced RTMP lists.
//!
//! ## Why it matters
//! A receiver cannot tell what follows a packet type it does not know, and drops the message or the connection. A
//! `FourCC` that is not listed is decoded by programs that agreed on it in private, and by no others.
//!
//! ## Spec
//! Enhanced RTMP v2, Enhanced Audio and Enhanced Video
//!
//! ## Tolerance
//! A `FourCC` that is not listed is a warning. What stands after extensions or in messages of several tracks is judged
//! by ERTMP-07 and ERTMP-08.
//!
//! ## How to fix
//! Write the flag of the Enhanced header, frame and packet type into the first byte, and the `FourCC` right after it.
//! Use the codes of the specification: `hvc1` and not `hev1` for HEVC, `fLaC` with a capital L and C.

use crate::media::codec::{Codec, fourcc_text};
use crate::media::tag::Packet;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage, MediaProblem};

use super::shared::code_number;

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-01",
    name: "ex-header",
    severity: Severity::Error,
    spec: "E-RTMP v2, Enhanced Audio and Enhanced Video",
    subject: "Enhanced audio or video messages",
    help: "write flag, frame type and packet type into the first byte and the FourCC right after it, with the values of \
           the specification",
    guards: &[Guard::Clear],
    hears: &[Topic::Enhanced],
    source: include_str!("ertmp_01_ex_header.rs"),
    new: || Box::new(ExHeader),
    ..Rule::BASE
};

struct ExHeader;

impl Check for ExHeader {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        if !it.enhanced {
            return;
        }
        cx.judged();
        match (it.packet, it.problem, it.codec) {
            (Some(Packet::Reserved(number)), ..) => packet_type(it, number, event, cx),
            (_, Some(MediaProblem::Tag(cut)), _)
                if it.share.is_none() && matches!(cut.what, "FourCC" | "composition time") =>
            {
                cx.find(Found::at(event).case("short"), |_| {
                    Said::new(format!("an Enhanced {} message ends inside its {}", it.media.name(), cut.what))
                        .expected(format!("{} bytes at byte {}", cut.need, cut.at))
                        .actual(format!("{} left", cut.have))
                });
            }
            (_, _, Some(Codec::Other(code))) => {
                cx.find(Found::at(event).case("fourcc").of(code_number(code)).warning(), |words| {
                    let code = words.word(&fourcc_text(&code));
                    Said::new(format!("{} in a FourCC that Enhanced RTMP does not list", it.media.name()))
                        .expected("avc1, hvc1, vvc1, av01, vp08, vp09, mp4a, .mp3, Opus, fLaC, ac-3 or ec-3")
                        .actual(code)
                        .help("use the FourCC of the specification, as it is spelled there: receivers know no other")
                });
            }
            _ => {}
        }
    }
}

fn packet_type(it: &MediaMessage, number: u8, event: &Event<'_>, cx: &mut Cx<'_>) {
    if it.extensions.count > 0 || it.share.is_some() {
        return;
    }
    let (known, of) = match it.media {
        MediaKind::Video => ("0 to 7", number),
        MediaKind::Audio => ("0, 1, 2, 4, 5 or 7", number | 0x10),
    };
    cx.find(Found::at(event).case("packet-type").of(of), |_| {
        Said::new(format!("an Enhanced {} message of a packet type without a meaning", it.media.name()))
            .expected(known)
            .actual(number.to_string())
    });
}
