//! What is said on standard error of a report without connections: what the capture has instead.

use std::io::Write;

use crate::report::model::{Capture, OtherKind};

/// Servers named.
const NAMED: usize = 3;

/// Writes the notes; `part` if only a part of the capture was looked at. When standard error is gone, they are lost.
pub(super) fn write(capture: &Capture, part: bool, err: &mut dyn Write) {
    if part {
        let _ = writeln!(err, "note: no RTMP connection in the part that --connection and --time choose");
        return;
    }
    let _ = writeln!(err, "note: no RTMP connection found");
    let other = &capture.other_connections;
    let of = |kind| other.servers.iter().filter(move |server| server.kind == kind).take(NAMED);
    for server in of(OtherKind::Refused) {
        let times = times(server.count);
        let _ =
            writeln!(err, "note: {} refused to connect{times}: nothing listened on the port", server.server);
    }
    for server in of(OtherKind::Unanswered) {
        let times = times(server.count);
        let _ = writeln!(err, "note: {} did not answer{times}: is a firewall in the way?", server.server);
    }
    for server in of(OtherKind::Http) {
        let _ = writeln!(err, "note: {} was asked in HTTP, not in RTMP", server.server);
    }
    for server in of(OtherKind::Tls) {
        let _ = writeln!(
            err,
            "note: {} was asked in TLS; if that is RTMPS, capture behind what ends the TLS to see inside",
            server.server
        );
    }
    let _ = writeln!(err, "hint: --port PORT or --decode-as ADDR:PORT=rtmp says where RTMP is");
}

fn times(n: u64) -> String {
    if n == 1 { String::new() } else { format!(" {n} times") }
}
