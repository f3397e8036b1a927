//! Reads the RTMP messages out of what tshark prints with `-T pdml`, where one element is one line.
//!
//! Takes what tshark says of a message's own header and body: a field that the header does not have is absent here.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use crate::run;

/// One message as tshark shows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// The frame that completed it.
    pub frame: u64,
    /// What stands behind "Real Time Messaging Protocol": the name of its type, and of a command.
    pub title: String,
    pub fmt: u8,
    /// As shown, and from the bytes of the basic header that the same line has.
    pub csid: u32,
    pub csid_bytes: Vec<u8>,
    pub header_bytes: u64,
    /// What the 24 bits of the header say, and the extended timestamp behind them.
    pub timestamp: Option<u32>,
    pub delta: Option<u32>,
    pub extended: Option<u32>,
    /// The timestamp that tshark computed, of a message with a delta.
    pub calculated: Option<u32>,
    pub length: Option<u64>,
    pub type_id: Option<u8>,
    pub stream_id: Option<u32>,
    /// Header and body as tshark put them together.
    pub whole_bytes: u64,
    pub read: Read,
}

/// What tshark reads in a body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    /// The first string and the first number behind it: a command's name and transaction.
    pub name: Option<String>,
    pub transaction: Option<f64>,
    /// All numbers of an AMF0 body, and how many strings it has with the names of properties.
    pub numbers: Vec<f64>,
    pub strings: usize,
    /// The parts of an aggregate.
    pub parts: usize,
    pub event_type: Option<u16>,
    /// The first byte of an audio or video body.
    pub audio: Option<u8>,
    pub video: Option<u8>,
    /// The bytes behind it, as many as a `FourCC` and what may stand before it take.
    pub data: Vec<u8>,
    /// What a chunk size, an abort, an acknowledgement or a window message says, and its kind of limit.
    pub value: Option<u32>,
    pub limit: Option<u8>,
}

/// One direction of one TCP connection, as tshark numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flow {
    pub stream: u32,
    pub from: SocketAddr,
    pub to: SocketAddr,
}

/// All that tshark said.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub messages: Vec<(Flow, Shown)>,
    /// The directions in which tshark's TCP missed a segment, or a frame was captured in part; and at which frame.
    pub lost: Vec<(Flow, u64)>,
}

#[derive(Default)]
struct Reader {
    listing: Listing,
    frame: u64,
    sizes: [u64; 2],
    addresses: [Option<IpAddr>; 2],
    ports: [u16; 2],
    stream: u32,
    message: Option<Shown>,
}

/// Runs tshark and reads what it prints.
pub(crate) fn read(capture: &Path) -> Listing {
    let mut reader = Reader::default();
    run::lines_of(capture, |line| reader.line(line.trim()));
    reader.listing
}

/// The value of an attribute, without the escapes of XML.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let mark = format!(" {name}=\"");
    let rest = &line[line.find(&mark)? + mark.len()..];
    rest.find('"').map(|end| &rest[..end])
}

/// A number as tshark shows it, decimal or `0x14`.
fn number(text: &str) -> Option<u64> {
    text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |digits| u64::from_str_radix(digits, 16).ok())
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).filter_map(|i| u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()).collect()
}

impl Reader {
    fn flow(&self) -> Option<Flow> {
        let [from, to] = [0, 1].map(|i| self.addresses[i].map(|ip| SocketAddr::new(ip, self.ports[i])));
        Some(Flow { stream: self.stream, from: from?, to: to? })
    }

    fn line(&mut self, line: &str) {
        if line.starts_with("<proto ") && attribute(line, "name") == Some("rtmpt") {
            let title = attribute(line, "showname").unwrap_or_default();
            let size = attribute(line, "size").and_then(number).unwrap_or_default();
            let title = title.trim_start_matches("Real Time Messaging Protocol").trim();
            let title = title.trim_start_matches('(').trim_end_matches(')').to_owned();
            self.message = Some(Shown { frame: self.frame, title, whole_bytes: size, ..Shown::default() });
        } else if line.starts_with("</proto>") {
            self.end_of_layer();
        } else if line.starts_with("<field ") {
            let name = attribute(line, "name").unwrap_or_default();
            let show = attribute(line, "show").unwrap_or_default();
            if name.starts_with("rtmpt.") || name.starts_with("amf.") {
                if let Some(message) = &mut self.message {
                    message.take(name, show, line);
                }
            } else {
                self.below(name, show);
            }
        }
    }

    fn end_of_layer(&mut self) {
        let Some(message) = self.message.take() else {
            return;
        };
        // A handshake has no header.
        if message.csid_bytes.is_empty() {
            return;
        }
        if let Some(path) = self.flow() {
            self.listing.messages.push((path, message));
        }
    }

    fn lost(&mut self, flow: Option<Flow>) {
        self.listing.lost.extend(flow.map(|flow| (flow, self.frame)));
    }

    /// What the layers below RTMP say of the frame.
    fn below(&mut self, name: &str, show: &str) {
        match name {
            "num" => self.frame = show.parse().unwrap(),
            "len" => self.sizes[0] = show.parse().unwrap(),
            "caplen" => self.sizes[1] = show.parse().unwrap(),
            "ip.src" | "ipv6.src" => self.addresses[0] = show.parse().ok(),
            "ip.dst" | "ipv6.dst" => self.addresses[1] = show.parse().ok(),
            "tcp.srcport" => self.ports[0] = show.parse().unwrap(),
            "tcp.dstport" => self.ports[1] = show.parse().unwrap(),
            "tcp.stream" => {
                self.stream = show.parse().unwrap();
                let [sent, captured] = self.sizes;
                if captured < sent {
                    self.lost(self.flow());
                }
            }
            "tcp.analysis.lost_segment" => self.lost(self.flow()),
            // What was acknowledged and not captured went the other way.
            "tcp.analysis.ack_lost_segment" => {
                self.lost(self.flow().map(|flow| Flow { from: flow.to, to: flow.from, ..flow }));
            }
            _ => {}
        }
    }
}

impl Shown {
    fn take(&mut self, name: &str, show: &str, line: &str) {
        let value = number(show);
        let small = value.and_then(|value| u32::try_from(value).ok());
        let size = attribute(line, "size").and_then(number).unwrap_or_default();
        if name.starts_with("rtmpt.header.") && name != "rtmpt.header.csid" {
            // The format is a part of the basic header, which is counted with the chunk stream.
            self.header_bytes += if name == "rtmpt.header.format" { 0 } else { size };
        }
        match name {
            "rtmpt.header.format" => self.fmt = value.and_then(|v| u8::try_from(v).ok()).unwrap_or_default(),
            "rtmpt.header.csid" => {
                self.csid = small.unwrap_or_default();
                self.header_bytes += size;
                self.csid_bytes = bytes_of(attribute(line, "unmaskedvalue").unwrap_or_default());
            }
            "rtmpt.header.timestamp" if line.contains("(calculated)") => self.calculated = small,
            "rtmpt.header.timestamp" => self.timestamp = small,
            "rtmpt.header.timestampdelta" => self.delta = small,
            "rtmpt.header.ets" => self.extended = small,
            "rtmpt.header.bodysize" => self.length = value,
            "rtmpt.header.typeid" => self.type_id = value.and_then(|v| u8::try_from(v).ok()),
            "rtmpt.header.streamid" => self.stream_id = small,
            _ => self.read.take(name, show, value),
        }
    }
}

impl Read {
    fn take(&mut self, name: &str, show: &str, value: Option<u64>) {
        let byte = value.and_then(|value| u8::try_from(value).ok());
        match name {
            "amf.string" if self.name.is_none() => self.name = Some(show.to_owned()),
            // An empty string has a length only.
            "amf.stringlength" => self.strings += 1,
            "amf.number" => {
                self.numbers.extend(show.parse::<f64>());
                self.transaction = self.numbers.first().copied().filter(|_| self.name.is_some());
            }
            "rtmpt.tag.type" => self.parts += 1,
            "rtmpt.ucm.eventtype" => self.event_type = value.and_then(|value| u16::try_from(value).ok()),
            "rtmpt.audio.control" if self.audio.is_none() => self.audio = byte,
            "rtmpt.video.control" if self.video.is_none() => self.video = byte,
            "rtmpt.audio.data" | "rtmpt.video.data" if self.data.is_empty() => {
                self.data =
                    show.split(':').take(16).filter_map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
            }
            "rtmpt.scm.chunksize" | "rtmpt.scm.csid" | "rtmpt.scm.seq" | "rtmpt.scm.was" => {
                self.value = value.and_then(|value| u32::try_from(value).ok());
            }
            "rtmpt.scm.limittype" => self.limit = byte,
            _ => {}
        }
    }
}
