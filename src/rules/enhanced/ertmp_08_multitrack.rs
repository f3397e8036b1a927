//! ERTMP-08 multitrack
//!
//! ## What it does
//! Looks at how Enhanced messages of numbered tracks are laid out. The multitrack type is 0, 1 or 2, each track has its
//! number, the sizes of several tracks end where the message ends, and what is inside is not multitrack again.
//!
//! ## Why it matters
//! Tracks are found by the sizes of those in front of them. One wrong size, and the receiver mixes up or loses all
//! tracks after it.
//!
//! ## Spec
//! Enhanced RTMP v2, `ExAudioTagHeader`, `ExVideoTagHeader` and Multitrack Streaming
//!
//! ## Tolerance
//! A single track (type 0) has no size, and its body goes to the end of the message: OBS and ffmpeg send all further
//! tracks in this form.
//!
//! ## How to fix
//! Write multitrack type and real packet type in one byte, then the `FourCC` (unless each track has its own), and for
//! each track its number, the size of its body alone in three bytes where there are several, and the body.

use crate::media::tag::Packet;
use crate::media::tracks::Layout;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage, MediaProblem, Share};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-08",
    name: "multitrack",
    severity: Severity::Error,
    spec: "E-RTMP v2, Multitrack Streaming",
    subject: "messages of numbered tracks",
    help: "write type, FourCC, and for each track its number, the size of its body alone where there are several, and the \
           body",
    guards: &[Guard::Clear],
    hears: &[Topic::Enhanced],
    source: include_str!("ertmp_08_multitrack.rs"),
    new: || Box::new(Multitrack),
    ..Rule::BASE
};

struct Multitrack;

impl Check for Multitrack {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        if let Some(MediaProblem::Tag(cut)) = it.problem
            && (it.share.is_some() || cut.what == "multitrack type")
        {
            return cx.find(Found::at(event).case("cut"), |_| {
                Said::new(format!("a message of numbered tracks ends inside its {}", cut.what))
                    .expected(format!("{} bytes at byte {}", cut.need, cut.at))
                    .actual(format!("{} left", cut.have))
            });
        }
        let Some(share) = it.share else { return };
        cx.judged();
        if let Layout::Reserved(number) = share.layout {
            return cx.find(Found::at(event).case("type"), |_| {
                Said::new("a multitrack type without a meaning")
                    .expected("0, 1 or 2")
                    .actual(number.to_string())
            });
        }
        if let Some(Packet::Reserved(number)) = it.packet
            && !share.further
        {
            return inner(it, number, event, cx);
        }
        sizes(it, share, event, cx);
    }
}

/// A packet type inside that has no meaning there.
fn inner(it: &MediaMessage, number: u8, event: &Event<'_>, cx: &mut Cx<'_>) {
    let again = match it.media {
        MediaKind::Video => 6,
        MediaKind::Audio => 5,
    };
    let (found, said) = if number == again {
        (Found::at(event).case("nested"), "a message of numbered tracks is multitrack again inside")
    } else {
        (Found::at(event).case("packet-type"), "tracks of a packet type without a meaning")
    };
    cx.find(found, |_| Said::new(said).actual(format!("{} packet type {number}", it.media.name())));
}

/// Whether the tracks end where the message does. It is told with the first of them, or the one that is cut.
fn sizes(it: &MediaMessage, share: Share, event: &Event<'_>, cx: &mut Cx<'_>) {
    let (expected, actual) = match it.problem {
        Some(MediaProblem::Track(missing)) => (
            format!("a body of {} bytes", share.bytes.saturating_add(missing)),
            format!("{} bytes", share.bytes),
        ),
        _ if share.unread > 0 && !share.further && it.complete => (
            "nothing after the last track".to_owned(),
            format!("{} bytes after {} tracks", share.unread, share.tracks),
        ),
        _ => return,
    };
    cx.find(Found::at(event).case("size"), |_| {
        Said::new("the sizes of the tracks do not end where the message ends")
            .expected(expected)
            .actual(actual)
    });
}
