//! ERTMP-07 mod-ex
//!
//! ## What it does
//! Follows the chain of extensions (`ModEx`) in front of an Enhanced header. Each has to fit into the message, the
//! offset in nanoseconds needs three bytes and stays below a millisecond, and the chain ends in a packet type that has
//! a meaning.
//!
//! ## Why it matters
//! Sizes tell a receiver how to step over extensions it does not know. With one wrong size, it takes another byte for
//! the packet type.
//!
//! ## Spec
//! Enhanced RTMP v2, `ExAudioTagHeader` and `ExVideoTagHeader`
//!
//! ## Tolerance
//! Extensions of a type without a definition are to be stepped over: an info.
//!
//! ## How to fix
//! Write the size of an extension's data less one, then the data, then its type and the next packet type in one byte.
//! Put whole milliseconds into the timestamp, and only what is left of them into the offset.

use crate::media::tag::{MOST_OFFSET_NS, Packet};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaMessage, MediaProblem};

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-07",
    name: "mod-ex",
    severity: Severity::Error,
    spec: "E-RTMP v2, ExAudioTagHeader and ExVideoTagHeader",
    subject: "extensions (ModEx)",
    help: "write the size of each extension's data less one, the data, then its type and the next packet type in one byte",
    guards: &[Guard::Clear],
    thresholds: &[Threshold { name: "most", default: 16.0, about: "extensions of one message at most" }],
    hears: &[Topic::Enhanced],
    source: include_str!("ertmp_07_mod_ex.rs"),
    new: || Box::new(ModEx),
    ..Rule::BASE
};

struct ModEx;

impl Check for ModEx {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Media(it) = &event.kind else { return };
        if let Some(MediaProblem::Tag(cut)) = it.problem
            && cut.what.starts_with("ModEx")
        {
            return cx.find(Found::at(event).case("cut"), |_| {
                Said::new(format!("an extension runs past the end of its message: {}", cut.what))
                    .expected(format!("{} bytes at byte {}", cut.need, cut.at))
                    .actual(format!("{} left", cut.have))
            });
        }
        if it.extensions.count == 0 || it.share.is_some_and(|share| share.further) {
            return;
        }
        cx.judged();
        offset(it, event, cx);
        if f64::from(it.extensions.count) > cx.threshold("most") {
            let most = cx.threshold("most");
            cx.find(Found::at(event).case("long-chain"), |_| {
                Said::new("a message has a long chain of extensions")
                    .expected(format!("{most} at most"))
                    .actual(it.extensions.count.to_string())
                    .help("write each extension once, and end the chain with the packet type of the message")
            });
        }
        if let (Some(Packet::Reserved(number)), None) = (it.packet, it.share) {
            cx.find(Found::at(event).case("reserved"), |_| {
                Said::new("a chain of extensions ends in a packet type without a meaning")
                    .actual(format!("{} packet type {number}", it.media.name()))
            });
        }
        if it.extensions.unknown > 0 {
            cx.find(Found::at(event).case("unknown").info(), |_| {
                Said::new("an extension of a type without a definition, which receivers step over")
                    .expected("type 0 (TimestampOffsetNano)")
                    .help("use extensions that receivers do not know only for what they can do without")
            });
        }
    }
}

/// The offset in nanoseconds.
fn offset(it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
    if it.extensions.invalid == 0 {
        return;
    }
    let found = Found::at(event);
    match it.extensions.offset_ns.filter(|ns| *ns > MOST_OFFSET_NS) {
        Some(ns) => cx.find(found.case("offset-large"), |_| {
            Said::new("an offset in nanoseconds is a millisecond or more")
                .expected(format!("0 to {MOST_OFFSET_NS} ns"))
                .actual(format!("{ns} ns"))
                .help("put whole milliseconds into the timestamp, and only what is left of them into the offset")
        }),
        None => cx.find(found.case("offset-short"), |_| {
            Said::new("an offset in nanoseconds has too few bytes")
                .expected("3 bytes")
                .actual("1 or 2 bytes")
                .help("write the offset in three bytes, with the size 2")
        }),
    }
}
