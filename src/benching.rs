//! What the benchmarks in `benches/` measure: each decoder by itself, and all of them.
//!
//! Takes a capture in memory, or what a decoder takes; gives a number, so that no work can be left out. Each function
//! does what the analysis does with that layer, and what is below it. Not part of the library's interface.

use std::io::{self, Cursor};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::amf::{self, Encoding};
use crate::analyze::{self, Options};
use crate::base::limits::Limits;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;
use crate::capture::Capture;
use crate::link::decoder::LinkDecoder;
use crate::link::segment::{Decoded, Segment};
use crate::report::Format;
use crate::report::mask::Masker;
use crate::report::timeline::{Filter, Layout, TimelineWriter};
use crate::rtmp::chunk::decoder::Decoder;
use crate::rtmp::chunk::output::Output;
use crate::session::event::Event;
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::{Connection, Signal};
use crate::tcp::table::{FlowKey, Table};

fn open(bytes: &Arc<[u8]>) -> Option<Capture> {
    Capture::from_reader("benchmark", Cursor::new(Arc::clone(bytes)), &Limits::default()).ok()
}

/// Reads a capture; gives the bytes of its packets.
pub fn capture(bytes: &Arc<[u8]>) -> usize {
    let mut sum = 0;
    if let Some(mut capture) = open(bytes) {
        while let Some(packet) = capture.next_packet() {
            sum += packet.data.len();
        }
    }
    sum
}

/// Reads a capture and hands each of its TCP segments on.
fn each_segment(bytes: &Arc<[u8]>, mut take: impl FnMut(&Segment<'_>, PacketRef)) {
    let Some(mut capture) = open(bytes) else { return };
    let mut link = LinkDecoder::new(&Limits::default());
    while let Some(packet) = capture.next_packet() {
        let at = PacketRef { no: packet.no, ts: packet.ts.unwrap_or_default(), acked: 0 };
        if let Decoded::Tcp(segment) = link.decode(packet.link.0, packet.wire_len, packet.data, packet.ts) {
            take(&segment, at);
        }
    }
}

/// Reads a capture and its frames; gives the bytes of the TCP segments in them.
pub fn link(bytes: &Arc<[u8]>) -> usize {
    let mut sum = 0;
    each_segment(bytes, |segment, _| sum += segment.payload.len());
    sum
}

/// Reads a capture, its frames and their TCP streams; gives the bytes of these.
pub fn tcp(bytes: &Arc<[u8]>) -> usize {
    let (mut sum, mut table, mut connections) = (0, Table::default(), Vec::new());
    let limits = Limits::default();
    each_segment(bytes, |segment, at| {
        let slot = table.find(&segment.src, &segment.dst).unwrap_or_else(|| {
            let slot = connections.len();
            table.insert(FlowKey::new(segment.src, segment.dst), slot);
            connections.push(Connection::new(segment.src, segment.dst, at));
            slot
        });
        let Some(connection) = connections.get_mut(slot) else { return };
        connection.push(segment, at, &limits, &mut |_, _, signal| {
            if let Signal::Stream(Delivery::Data { bytes, .. }) = signal {
                sum += bytes.len();
            }
        });
    });
    sum
}

/// Decodes one direction behind its handshake, in the pieces in which it came; gives the bytes of its messages.
pub fn chunks(pieces: &[Vec<u8>]) -> u64 {
    let (limits, mut decoder) = (Limits::default(), Decoder::default());
    let (mut sum, mut pos) = (0, 0);
    let mut at = PacketRef { no: 1, ts: CaptureTime(0), acked: 0 };
    for piece in pieces {
        decoder.data(pos, piece, at, &limits, &mut |output| {
            if let Output::Message { header, .. } = output {
                sum += u64::from(header.received);
            }
        });
        pos += piece.len() as u64;
        at.no += 1;
    }
    sum
}

/// Decodes the AMF0 values of a message body; gives how many there are.
pub fn amf0(body: &[u8]) -> usize {
    amf::decode(Encoding::Amf0, body, &Limits::default()).values.len()
}

/// Writes all events of a capture as lines of JSON, to nowhere; gives how many there are.
pub fn timeline(bytes: &Arc<[u8]>) -> u64 {
    let Some(capture) = open(bytes) else { return 0 };
    let (mut sum, mut sink) = (0, io::sink());
    let mut lines = TimelineWriter::new(&mut sink, Layout::Ndjson, Filter::default());
    let mut on_event = |event: &Event<'_>, start: CaptureTime, masker: &mut Masker| {
        sum += u64::from(lines.event(event, start, masker).is_ok());
        ControlFlow::Continue(())
    };
    analyze::listen_open(capture, &Options::default(), &mut |_, _| {}, &mut on_event);
    sum
}

/// Analyses a capture and writes its report, to nowhere; gives the number of its connections.
pub fn analyze(bytes: &Arc<[u8]>) -> usize {
    let (Some(capture), options) = (open(bytes), Options::default()) else { return 0 };
    let report = analyze::read(capture, &options, &mut |_, _| {}).report();
    let written = Format::Json.write(&report, &mut io::sink());
    report.connections.len() + usize::from(written.is_err())
}
