//! PC-05 bandwidth-limit
//!
//! ## What it does
//! The limit type of Set Peer Bandwidth is 0 (hard), 1 (soft) or 2 (dynamic). Others are errors. A dynamic limit
//! without a hard one before it has no meaning, which is an info of a strict profile.
//!
//! ## Why it matters
//! A receiver cannot obey a limit of an unknown type.
//!
//! ## Spec
//! RTMP 1.0, 5.4.5
//!
//! ## Tolerance
//! Nearly all servers (nginx-rtmp, SRS, mediamtx, ffmpeg) begin with a dynamic limit, and clients ignore it or take it
//! for a hard one: only a strict profile reports it.
//!
//! ## How to fix
//! Send limit type 0 for a limit that is to be obeyed, or leave the message out.

use crate::base::pos::PerDir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "PC-05",
    name: "bandwidth-limit",
    severity: Severity::Error,
    spec: "RTMP 5.4.5",
    subject: "Set Peer Bandwidth messages",
    help: "send limit type 0 (hard), 1 (soft) or 2 (dynamic)",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Control],
    source: include_str!("pc_05_bandwidth_limit.rs"),
    new: || Box::new(BandwidthLimit::default()),
    ..Rule::BASE
};

/// Whether a hard limit came, in each direction.
#[derive(Default)]
struct BandwidthLimit(PerDir<bool>);

impl Check for BandwidthLimit {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::SetPeerBandwidth { size, limit } = event.kind else { return };
        cx.judged();
        let was_hard = self.0.get_mut(event.dir);
        match limit {
            0 => *was_hard = true,
            1 => {}
            2 if *was_hard || !cx.is_strict() => {}
            2 => cx.find(Found::at(event).case("dynamic-first").info(), |_| {
                Said::new(
                    "a dynamic bandwidth limit comes without a hard one before it, so it is to be ignored",
                )
                .expected("limit type 0")
                .actual(format!("limit type 2, {size} bytes"))
                .help("nothing to do for most clients; send limit type 0 for a limit that is to be obeyed")
            }),
            _ => cx.find(Found::at(event).case("unknown-type"), |_| {
                Said::new("the limit type of a Set Peer Bandwidth is unknown")
                    .expected("0, 1 or 2")
                    .actual(format!("{limit}, with {size} bytes"))
            }),
        }
    }
}
