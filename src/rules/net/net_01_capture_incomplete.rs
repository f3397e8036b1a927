//! NET-01 capture-incomplete
//!
//! ## What it does
//! Says where the capture lacks bytes that were on the wire. That is a file that ends inside a record, packets cut by
//! the snap length, stream bytes that the peer acknowledged but no packet brought, and connections joined in the
//! middle.
//!
//! ## Why it matters
//! What was not captured cannot be judged, and figures after a hole are lower bounds.
//!
//! ## Spec
//! None: this is about the capture
//!
//! ## Tolerance
//! Bytes that the capture lacks were lost by the capture, not by the network: never a warning about the peers.
//!
//! ## How to fix
//! Capture whole packets (`tcpdump -s 0`), with a larger kernel buffer (`-B 65536`), started before the stream and
//! stopped with an interrupt, so that the file is completed.

use std::fmt::Write as _;

use crate::rules::Severity;
use crate::rules::finding::{Finding, Said};
use crate::rules::rule::{Guard, Rule};

pub(in crate::rules) static RULE: Rule = Rule {
    code: "NET-01",
    name: "capture-incomplete",
    severity: Severity::Info,
    spec: "capture quality",
    subject: "captures",
    help: "capture whole packets (tcpdump -s 0), with a larger kernel buffer, from before the stream",
    guards: &[Guard::Holes],
    source: include_str!("net_01_capture_incomplete.rs"),
    ..Rule::BASE
};

/// What is known of one input file that could not be read to its end.
pub(crate) struct BrokenInput<'a> {
    pub(crate) path: &'a str,
    pub(crate) problem: &'a str,
    pub(crate) last_packet: Option<u64>,
}

/// What is missing, over all inputs.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Missing {
    pub(crate) truncated_packets: u64,
    /// Stream bytes that went with them.
    pub(crate) snapped_bytes: u64,
    pub(crate) gaps: u64,
    pub(crate) gap_bytes: u64,
    pub(crate) without_syn: u64,
    /// Connections of which one direction has no packet at all.
    pub(crate) one_way: u64,
    /// IP datagrams of which fragments are missing.
    pub(crate) fragmented: u64,
    /// Connections encrypted by TLS, and by RTMP's own means.
    pub(crate) tls: u64,
    pub(crate) rtmpe: u64,
    /// Connections with bytes that may have been damaged, and whether checksums were verified.
    pub(crate) perhaps_damaged: u64,
    pub(crate) verified: bool,
    /// Segments that were left out for their checksums, and those taken all the same.
    pub(crate) bad_checksums: u64,
    pub(crate) unverified_checksums: u64,
    /// The first packet behind a hole.
    pub(crate) first_gap: Option<u64>,
}

/// The findings of a whole capture.
pub(crate) fn check<'a>(broken: impl Iterator<Item = BrokenInput<'a>>, missing: &Missing) -> Vec<Finding> {
    let mut findings: Vec<Finding> = broken
        .map(|input| {
            let message = format!("{} could not be read to its end: {}", input.path, input.problem);
            let help =
                "stop the capture with an interrupt, or copy the file whole; what was read is reported";
            finding(Severity::Warning, input.last_packet, message, help, 1)
        })
        .collect();
    if missing.truncated_packets > 0 {
        let mut message = format!("{} cut by the snap length", were(missing.truncated_packets, "packet"));
        if missing.snapped_bytes > 0 {
            let _ = write!(message, "; {} of RTMP went with them", bytes(missing.snapped_bytes));
        }
        findings.push(finding(
            Severity::Info,
            None,
            message,
            "capture whole packets: tcpdump -s 0",
            missing.truncated_packets,
        ));
    }
    if missing.gaps > 0 {
        let message = format!(
            "{} sent but not captured, in {} hole{}",
            were(missing.gap_bytes, "byte"),
            missing.gaps,
            if missing.gaps == 1 { "" } else { "s" }
        );
        let help = "enlarge the capture buffer (tcpdump -B 65536) or capture closer to the peer";
        findings.push(finding(Severity::Info, missing.first_gap, message, help, missing.gaps));
    }
    if missing.fragmented > 0 {
        let (n, s) = (missing.fragmented, if missing.fragmented == 1 { "" } else { "s" });
        let message = format!("{n} IP datagram{s} could not be put together: fragments are missing");
        let help =
            "where IP fragments, a lost fragment costs the whole datagram: let the sender use a smaller MSS";
        findings.push(finding(Severity::Info, None, message, help, missing.fragmented));
    }
    if missing.without_syn > 0 {
        let message = format!("{} joined in the middle", were(missing.without_syn, "connection"));
        let help = "start the capture before the stream";
        findings.push(finding(Severity::Info, None, message, help, missing.without_syn));
    }
    if missing.one_way > 0 {
        let message = format!("{} captured in one direction only", were(missing.one_way, "connection"));
        let help = "capture where both directions pass; with asymmetric routes, capture at the server";
        findings.push(finding(Severity::Info, None, message, help, missing.one_way));
    }
    if missing.tls > 0 {
        let message =
            format!("{} encrypted by TLS: nothing inside was judged", were(missing.tls, "connection"));
        let help =
            "capture behind what ends the TLS, between it and the RTMP server, where the stream is plain";
        findings.push(finding(Severity::Info, None, message, help, missing.tls));
    }
    if missing.rtmpe > 0 {
        let message = format!(
            "{} encrypted by RTMP's own means (RTMPE): nothing after the handshake was judged",
            were(missing.rtmpe, "connection")
        );
        let help =
            "capture once with an rtmp:// URL in place of rtmpe://, or behind what ends the encryption";
        findings.push(finding(Severity::Info, None, message, help, missing.rtmpe));
    }
    if missing.perhaps_damaged > 0 && !missing.verified {
        let (n, s) = (missing.perhaps_damaged, if missing.perhaps_damaged == 1 { "" } else { "s" });
        let message = format!(
            "in {n} connection{s} bytes were sent again, and what came first differs from them or is no RTMP: \
             packets may be damaged"
        );
        let help = "--verify-checksums leaves out damaged packets, as their receiver did, and takes what was sent again";
        findings.push(finding(Severity::Info, None, message, help, missing.perhaps_damaged));
    }
    if missing.bad_checksums > 0 {
        let message = format!("{} left out for a wrong checksum", were(missing.bad_checksums, "TCP segment"));
        let help = "a receiver drops such segments too; look for what damages packets on the way";
        findings.push(finding(Severity::Info, None, message, help, missing.bad_checksums));
    }
    if missing.unverified_checksums > 0 {
        let message = format!(
            "{} taken although the checksum is wrong or was not filled in, like nearly all of the same sender",
            were(missing.unverified_checksums, "TCP segment")
        );
        let help = "captures taken on the sender often lack checksums: the network card fills them in; capture at the \
                    receiver, or switch that off (ethtool -K DEVICE tx off)";
        findings.push(finding(Severity::Info, None, message, help, missing.unverified_checksums));
    }
    findings
}

/// `1 byte`, `2 bytes`.
fn bytes(n: u64) -> String {
    format!("{n} byte{}", if n == 1 { "" } else { "s" })
}

/// `1 packet was`, `2 packets were`.
fn were(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what} was") } else { format!("{n} {what}s were") }
}

fn finding(
    severity: Severity,
    packet: Option<u64>,
    message: String,
    help: &'static str,
    occurrences: u64,
) -> Finding {
    Finding::of_capture(&RULE, severity, packet, Said::new(message).help(help), occurrences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_missing_and_is_silent_otherwise() {
        assert!(check(std::iter::empty(), &Missing::default()).is_empty());
        let input = BrokenInput { path: "a.pcap", problem: "cut off at byte 9", last_packet: Some(3) };
        let missing = Missing { gaps: 2, gap_bytes: 700, first_gap: Some(12), ..Missing::default() };
        let findings = check(std::iter::once(input), &missing);
        assert_eq!(findings[0].message, "a.pcap could not be read to its end: cut off at byte 9");
        assert_eq!(findings[0].packet(), Some(3));
        assert_eq!(findings[1].message, "700 bytes were sent but not captured, in 2 holes");
        assert_eq!((findings[1].packet(), findings[1].occurrences), (Some(12), 2));
    }
}
