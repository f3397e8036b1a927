//! What a talk said, against what the command decoded.

use serde_json::Value;

use super::run::number;
use crate::common::message::{AUDIO, VIDEO};
use crate::common::talk::{Sent, Talk};
use crate::common::{Dir, talk};

/// Keys of the two directions in reports, up first.
pub const DIRECTIONS: [&str; 2] = ["client_to_server", "server_to_client"];

/// Classes of `efficiency`; together they are all bytes of the wire.
pub const CLASSES: [&str; 13] = [
    "link_bytes",
    "ip_bytes",
    "tcp_header_bytes",
    "retransmitted_bytes",
    "tunnel_bytes",
    "handshake_bytes",
    "chunk_header_bytes",
    "control_bytes",
    "command_bytes",
    "metadata_bytes",
    "media_header_bytes",
    "media_payload_bytes",
    "unclassified_bytes",
];

/// A message as both the builder and the timeline tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub kind: u64,
    pub length: u64,
    pub timestamp: u64,
    pub csid: u64,
    pub msid: u64,
    /// Stream offsets of its first byte and behind its last one.
    pub span: (u64, u64),
}

impl From<&Sent> for Told {
    fn from(sent: &Sent) -> Self {
        Self {
            kind: sent.kind.into(),
            length: sent.len() as u64,
            timestamp: sent.timestamp.into(),
            csid: sent.csid.into(),
            msid: sent.msid.into(),
            span: (sent.start, sent.end),
        }
    }
}

/// What was said in one direction, in order of completion.
pub fn said(talk: &Talk, dir: Dir) -> Vec<Told> {
    said_in(talk.sent(), dir)
}

/// The same of a list of messages.
pub fn said_in(sent: &[talk::Sent], dir: Dir) -> Vec<Told> {
    sent.iter().filter(|s| s.dir == dir).map(Told::from).collect()
}

/// Whether a line of the timeline stands for a message: not a mark, a configuration or a stream's begin and end,
/// which come besides the line of the message they came in.
pub fn is_message(line: &Value) -> bool {
    let event = line["event"].as_str().unwrap();
    let besides = event.starts_with("media.") && !matches!(event, "media.audio" | "media.video");
    line.get("type_id").is_some() && !besides && !matches!(event, "ns.started" | "ns.stopped")
}

/// The message lines of one direction and one connection, whole or cut.
pub fn message_lines(lines: &[Value], connection: u64, dir: Dir) -> Vec<&Value> {
    let mine = |line: &&Value| {
        line["connection"] == connection && line["direction"] == DIRECTIONS[dir.i()] && is_message(line)
    };
    lines.iter().filter(mine).collect()
}

/// The message of a line.
pub fn told(line: &Value) -> Told {
    let get = |key: &str| number(line, &format!("/{key}"));
    Told {
        kind: get("type_id"),
        length: get("length"),
        timestamp: get("timestamp"),
        csid: get("csid"),
        msid: get("stream_id"),
        span: (get("stream_start"), get("stream_end")),
    }
}

/// Whether the message of a line was said; a timestamp that is marked as inferred does not count.
pub fn was_said(line: &Value, said: &[Told]) -> bool {
    let got = told(line);
    let inferred = line["timestamp_inferred"] == true;
    said.iter().any(|said| {
        got == if inferred { Told { timestamp: got.timestamp, ..said.clone() } } else { said.clone() }
    })
}

/// The messages of one direction, all whole.
pub fn decoded(lines: &[Value], connection: u64, dir: Dir) -> Vec<Told> {
    let lines = message_lines(lines, connection, dir);
    assert!(lines.iter().all(|line| line["complete"] == true));
    lines.into_iter().map(told).collect()
}

/// Both directions of a connection hold exactly what was said.
pub fn assert_decoded(lines: &[Value], connection: u64, talk: &Talk, case: &str) {
    for dir in [Dir::Up, Dir::Down] {
        assert_same(&decoded(lines, connection, dir), &said(talk, dir), &format!("{case}, {dir:?}"));
    }
}

/// Says the first difference, not two long lists.
pub fn assert_same(got: &[Told], want: &[Told], case: &str) {
    let at = got.iter().zip(want).position(|(a, b)| a != b).unwrap_or(got.len().min(want.len()));
    assert!(
        got == want,
        "{case}: {} messages, {} were said; the {at}th is {:?}, but was {:?}",
        got.len(),
        want.len(),
        got.get(at),
        want.get(at)
    );
}

/// Coded media bytes of the H.264 and AAC messages among `sent`: what is left without the tags' own headers and
/// without sequence headers.
pub fn media_payload(sent: &[Sent]) -> u64 {
    let payload = |s: &Sent| match (s.kind, s.body.get(1)) {
        (VIDEO, Some(1)) => s.len() - 5,
        (AUDIO, Some(1)) => s.len() - 2,
        _ => 0,
    };
    sent.iter().map(|s| payload(s) as u64).sum()
}

/// The classes of each direction and of the total add up to its wire bytes.
pub fn assert_ledger(connection: &Value, case: &str) {
    for part in [DIRECTIONS[0], DIRECTIONS[1], "total"] {
        let ledger = &connection["efficiency"][part];
        let sum: u64 = CLASSES.iter().map(|class| number(ledger, &format!("/{class}"))).sum();
        assert_eq!(sum, number(ledger, "/wire_bytes"), "{case}: {part}");
    }
}
