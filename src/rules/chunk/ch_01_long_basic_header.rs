//! CH-01 long-basic-header
//!
//! ## What it does
//! Looks for chunk stream ids from 64 to 319 that were written in three bytes, although two hold them.
//!
//! ## Why it matters
//! Each such chunk wastes a byte. It is read correctly by whoever reads three-byte ids at all.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.1
//!
//! ## Tolerance
//! Ids below 64 have one form only, so nothing else can be too long.
//!
//! ## How to fix
//! Choose the form of the basic header by the id: one byte up to 63, two up to 319, three above.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "CH-01",
    name: "long-basic-header",
    severity: Severity::Info,
    spec: "RTMP 5.3.1.1",
    subject: "chunk stream ids above 63",
    help: "choose the form of the basic header by the id: one byte up to 63, two up to 319, three above",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Message],
    skips_alike: true,
    source: include_str!("ch_01_long_basic_header.rs"),
    new: || Box::new(LongBasicHeader),
    ..Rule::BASE
};

struct LongBasicHeader;

impl Check for LongBasicHeader {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| header.csid > 63) else { return };
        cx.judged();
        if header.long_ids > 0 {
            cx.find(Found::at(event), |_| {
                Said::new(format!("chunk stream id {} was written in three bytes", header.csid))
                    .expected("two bytes")
                    .actual(format!("three bytes in {} of {} chunks", header.long_ids, header.chunks))
            });
        }
    }
}
