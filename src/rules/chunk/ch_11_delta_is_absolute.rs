//! CH-11 delta-is-absolute
//!
//! ## What it does
//! Reports extended timestamps that hold the time itself where a delta belongs. In a header of format 1 or 2 the
//! extended timestamp is a delta, as the field of three bytes is. One that holds the time is near to the time before,
//! and hours away when added to it.
//!
//! ## Why it matters
//! Most receivers add it: the stream jumps ahead by its whole duration, at every such message.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.2.2, 5.3.1.2.3 and 5.3.1.3
//!
//! ## Tolerance
//! SRS wrote and read it so until 6.0.167 and 7.0.37 (May 2025), and Wireshark reads it so. Times are reported as the
//! sender means them. A warning, and an error in a strict profile.
//!
//! ## How to fix
//! Write the difference to the timestamp before on the chunk stream, and the extended timestamp only when that
//! difference is 0xFFFFFF or more; update SRS.

use crate::rtmp::message::kind::TimeReading;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "CH-11",
    name: "delta-is-absolute",
    severity: Severity::Warning,
    strict: Some(Severity::Error),
    spec: "RTMP 5.3.1.2.2, 5.3.1.2.3, 5.3.1.3",
    subject: "extended timestamp deltas",
    help: "write the difference to the timestamp before on the chunk stream; SRS does since 6.0.167 and 7.0.37",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "near_ms",
        default: 10_000.0,
        about: "how near to the time before a value has to be to be taken for a time",
    }],
    hears: &[Topic::Message],
    on_call: &[],
    skips_alike: true,
    source: include_str!("ch_11_delta_is_absolute.rs"),
    new: || Box::new(IsAbsolute),
};

struct IsAbsolute;

impl Check for IsAbsolute {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| header.extended && matches!(header.fmt, 1 | 2))
        else {
            return;
        };
        let (field, before) = (header.timestamp_field, header.timing.before);
        // Behind time 0 a delta and a time are the same.
        if before == 0 || header.kind.is_control() {
            return;
        }
        cx.judged();
        let off = f64::from(field.wrapping_sub(before).cast_signed()).abs();
        if header.timing.reading != TimeReading::Absolute || off > cx.threshold("near_ms") {
            return;
        }
        let csid = header.csid;
        cx.find(Found::at(event), |_| {
            let added = before.wrapping_add(field);
            Said::new(format!(
                "deltas on chunk stream {csid} are times when they are in an extended timestamp"
            ))
            .expected(format!("{}, the step from {before} ms", field.wrapping_sub(before).cast_signed()))
            .actual(format!("{field}; added it makes {added} ms, taken as the time {field} ms"))
        });
    }
}
