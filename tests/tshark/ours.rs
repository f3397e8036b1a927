//! Runs rtmpscope on a capture: its connections, and the messages and troubles of each direction.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::facts::{self, Facts};
use crate::message::Message;

/// One direction of a connection: its number, and whether it goes to the server.
pub(crate) type Way = (u64, bool);

/// What rtmpscope says of one capture.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub connections: Vec<Connection>,
    pub ways: BTreeMap<Way, OneWay>,
}

#[derive(Debug)]
pub(crate) struct Connection {
    pub id: u64,
    pub client: SocketAddr,
    pub server: SocketAddr,
    pub transport: String,
    /// Captured from its first packet on.
    pub opened: bool,
    /// The first packet of which the timeline has a line.
    pub first_packet: u64,
}

#[derive(Debug, Default)]
pub(crate) struct OneWay {
    pub messages: Vec<Message>,
    /// What the message line at the same index says of the body.
    pub facts: Vec<Facts>,
    /// The packets at which bytes were missed.
    pub holes: Vec<u64>,
    /// The packet at which the first sync was lost by a header that cannot be.
    pub broken: Option<u64>,
}

/// What the command prints.
fn run(args: &[&str], capture: &Path) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_rtmpscope")).args(args).arg(capture).output().unwrap();
    assert!(
        done.status.success(),
        "{args:?} {}: {}",
        capture.display(),
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn small(value: &Value, name: &str) -> u32 {
    u32::try_from(number(value, name)).unwrap()
}

/// Runs `analyze` and `timeline`.
pub(crate) fn read(capture: &Path) -> Report {
    let mut report = Report::default();
    let summary: Value = serde_json::from_str(&run(&["analyze", "--format", "json"], capture)).unwrap();
    for connection in summary["connections"].as_array().into_iter().flatten() {
        report.connections.push(Connection {
            id: number(connection, "id"),
            client: connection["client"].as_str().unwrap().parse().unwrap(),
            server: connection["server"].as_str().unwrap().parse().unwrap(),
            transport: connection["transport"].as_str().unwrap().to_owned(),
            opened: connection["opening"] == "syn",
            first_packet: u64::MAX,
        });
    }
    for line in run(&["timeline", "--format", "ndjson"], capture).lines() {
        report.line(&serde_json::from_str(line).unwrap());
    }
    report
}

impl Report {
    fn line(&mut self, line: &Value) {
        let Some(id) = line["connection"].as_u64() else {
            return;
        };
        let packet = number(line, "packet");
        if let Some(connection) = self.connections.iter_mut().find(|connection| connection.id == id) {
            let first = line["first_packet"].as_u64().unwrap_or(packet).min(packet);
            connection.first_packet = connection.first_packet.min(first);
        }
        let way = self.ways.entry((id, line["direction"] == "client_to_server")).or_default();
        match line["event"].as_str().unwrap() {
            "tcp.gap" => way.holes.push(packet),
            "chunk.desync" if line["cause"] != "hole" && line["cause"] != "mid_stream" => {
                way.broken = way.broken.or(Some(packet));
            }
            _ => {}
        }
        if line["is_message"] == true {
            way.messages.push(message(line, packet));
            way.facts.push(facts::of_rtmpscope(line));
        }
    }

    /// The connection between these two that has the packet, and whether the first of them is its client.
    pub(crate) fn connection(
        &self,
        from: SocketAddr,
        to: SocketAddr,
        packet: u64,
    ) -> Option<(&Connection, bool)> {
        let mut between = self.connections.iter().filter_map(|connection| {
            let up = (connection.client, connection.server) == (from, to);
            let down = (connection.client, connection.server) == (to, from);
            (up || down).then_some((connection, up))
        });
        // The same two may have had several connections, one after the other.
        between.clone().rfind(|(connection, _)| connection.first_packet <= packet).or(between.next_back())
    }
}

/// One message of the timeline.
fn message(line: &Value, packet: u64) -> Message {
    Message {
        packet,
        fmt: u8::try_from(number(line, "fmt")).unwrap(),
        type_id: u8::try_from(number(line, "type_id")).unwrap(),
        length: number(line, "length"),
        timestamp: small(line, "timestamp"),
        stream_id: line["stream_id"].as_u64().and_then(|id| u32::try_from(id).ok()),
        csid: small(line, "csid"),
        complete: line["complete"] == true,
        extended: line["extended"] == true,
        chunks: line["chunks"].as_u64().unwrap_or(1),
        span: line["stream_end"].as_u64().zip(line["stream_start"].as_u64()).map(|(end, start)| end - start),
    }
}
