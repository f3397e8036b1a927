//! CH-06 extended-without-need
//!
//! ## What it does
//! Reports an extended timestamp for a value that fits into the field of three bytes. The extended timestamp is for
//! values from 0xFFFFFF on.
//!
//! ## Why it matters
//! Most receivers read it correctly. Those that tell by the value whether an extended timestamp follows on format 3
//! chunks lose track of the chunks.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2.1 and 5.3.1.3
//!
//! ## Tolerance
//! Exactly 0xFFFFFF needs the extended timestamp: the field cannot say it.
//!
//! ## How to fix
//! Compare the value that goes into the field, a delta in formats 1 and 2, with 0xFFFFFF, not the message's time.

use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "CH-06",
    name: "extended-without-need",
    severity: Severity::Warning,
    spec: "RTMP 5.3.1.2.1, 5.3.1.3",
    subject: "extended timestamps",
    help: "compare the value that goes into the field, a delta in formats 1 and 2, with 0xFFFFFF",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Message],
    skips_alike: true,
    source: include_str!("ch_06_extended_without_need.rs"),
    new: || Box::new(WithoutNeed),
    ..Rule::BASE
};

/// What the field holds when the value follows behind the header.
const EXTENDED: u32 = 0xFF_FFFF;

struct WithoutNeed;

impl Check for WithoutNeed {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| header.extended && header.fmt < 3) else { return };
        cx.judged();
        let field = header.timestamp_field;
        if field < EXTENDED {
            let what = if header.fmt == 0 { "timestamp" } else { "timestamp delta" };
            cx.find(Found::at(event), |_| {
                Said::new(format!("a {what} that fits in three bytes was written as an extended timestamp"))
                    .expected(format!("{field} in the field"))
                    .actual(format!("0xffffff in the field, and {field} after the header"))
            });
        }
    }
}
