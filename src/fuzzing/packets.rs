//! Link layer and TCP: frames with order, repetition and loss as the input says.
//!
//! ```text
//! link u8    the link type
//! frames     what u8, len u16, bytes: bit 0 not captured, bit 1 captured twice, bit 2 behind the next one,
//!            bit 3 cut off by the snap length; the upper half is the time since the last one
//! ```

use super::input::Input;
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::base::time::CaptureTime;
use crate::link::decoder::LinkDecoder;
use crate::link::segment::{Decoded, Segment};
use crate::tcp::assembler::Delivery;
use crate::tcp::connection::{Connection, Signal};
use crate::tcp::table::{FlowKey, Table};

/// Link types with a decoder, Ethernet first, and one without.
const LINKS: [u32; 8] = [1, 0, 101, 113, 276, 228, 229, 9999];
const NS_PER_STEP: i64 = 300_000_000;

#[derive(Copy, Clone)]
struct Frame<'a> {
    bytes: &'a [u8],
    wire_len: u32,
    ts: CaptureTime,
}

/// Decodes the frames and follows their connections.
pub(super) fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let link = LINKS.get(usize::from(input.u8()) % LINKS.len()).copied().unwrap_or(1);
    let frames = frames(&mut input);
    let limits = Limits { held_bytes: 8 << 10, fragmented_datagrams: 4, ..Limits::default() };
    let mut link_layer = LinkDecoder::new(&limits);
    let mut table = Table::default();
    let mut flows: Vec<Flow> = Vec::new();
    for (n, frame) in frames.iter().enumerate() {
        let at = PacketRef { no: n as u64 + 1, ts: frame.ts, acked: 0 };
        let Decoded::Tcp(segment) = link_layer.decode(link, frame.wire_len, frame.bytes, Some(frame.ts))
        else {
            continue;
        };
        check(&segment);
        let known = table
            .find(&segment.src, &segment.dst)
            .filter(|slot| flows.get(*slot).is_some_and(|flow| !flow.connection.is_reopened_by(&segment)));
        let slot = known.unwrap_or_else(|| {
            flows.push(Flow::new(&segment, at));
            table.insert(FlowKey::new(segment.src, segment.dst), flows.len() - 1);
            flows.len() - 1
        });
        if let Some(flow) = flows.get_mut(slot) {
            flow.push(&segment, at, &limits);
        }
    }
    let stats = link_layer.finish();
    assert!(stats.reassembled + stats.given_up <= stats.fragments, "{stats:?}");
    flows.into_iter().for_each(Flow::finish);
}

fn frames<'a>(input: &mut Input<'a>) -> Vec<Frame<'a>> {
    let mut frames = Vec::new();
    let mut late: Option<Frame<'a>> = None;
    let mut ts = CaptureTime(0);
    while !input.is_empty() {
        let what = input.u8();
        let len = usize::from(input.u16());
        let bytes = input.take(len);
        ts = CaptureTime(ts.0 + i64::from(what >> 4) * NS_PER_STEP);
        let kept = if what & 8 == 0 { bytes } else { bytes.get(..96).unwrap_or(bytes) };
        let frame = Frame { bytes: kept, wire_len: u32::try_from(bytes.len()).unwrap_or(0), ts };
        if what & 1 != 0 {
            continue;
        }
        if what & 4 != 0 && late.is_none() {
            late = Some(frame);
            continue;
        }
        frames.push(frame);
        if what & 2 != 0 {
            frames.push(frame);
        }
        frames.extend(late.take());
    }
    frames.extend(late);
    frames
}

fn check(segment: &Segment<'_>) {
    let parts = [segment.link_bytes, segment.ip_bytes, segment.tcp_header_bytes, segment.payload_len];
    let sum: u64 = parts.iter().map(|n| u64::from(*n)).sum();
    assert_eq!(sum, u64::from(segment.wire_bytes), "the layers add up to the frames: {segment:?}");
    assert!(segment.payload.len() as u64 <= u64::from(segment.payload_len), "{segment:?}");
    assert!(segment.frames > 0, "{segment:?}");
    let _ = segment.tcp_options();
}

/// A connection and what it has delivered.
struct Flow {
    connection: Connection,
    delivered: PerDir<Delivered>,
}

#[derive(Copy, Clone, Debug, Default)]
struct Delivered {
    next: u64,
    data: u64,
    snapped: u64,
    gaps: u64,
    gap_bytes: u64,
}

impl Flow {
    fn new(first: &Segment<'_>, at: PacketRef) -> Self {
        Self { connection: Connection::new(first.src, first.dst, at), delivered: PerDir::default() }
    }

    fn push(&mut self, segment: &Segment<'_>, at: PacketRef, limits: &Limits) {
        let Self { connection, delivered } = self;
        connection.push(segment, at, limits, &mut |dir, _, signal| delivered.get_mut(dir).take(signal));
        self.check();
    }

    fn finish(mut self) {
        let Self { connection, delivered } = &mut self;
        connection.finish(&mut |dir, _, signal| delivered.get_mut(dir).take(signal));
        assert!(connection.is_closed(), "it is closed at its end");
        self.check();
        for dir in Dir::BOTH {
            let (stats, seen) = (self.connection.stats(dir), self.delivered.get(dir));
            assert_eq!(
                stats.unique_bytes,
                seen.data + seen.snapped,
                "all that came once is passed on: {stats:?}"
            );
        }
    }

    fn check(&self) {
        for dir in Dir::BOTH {
            let (stats, seen) = (self.connection.stats(dir), self.delivered.get(dir));
            let layers = stats.link_bytes + stats.ip_bytes + stats.tcp_header_bytes + stats.payload_bytes;
            assert_eq!(layers, stats.wire_bytes, "{stats:?}");
            let payload = stats.unique_bytes + stats.rare().retransmitted_bytes + stats.rare().late_bytes;
            assert_eq!(payload, stats.payload_bytes, "payload is new, old or late: {stats:?}");
            assert_eq!((stats.rare().gaps, stats.rare().gap_bytes), (seen.gaps, seen.gap_bytes), "{stats:?}");
            assert_eq!(stats.rare().snapped_bytes, seen.snapped, "{stats:?}");
            assert!(stats.unique_bytes >= seen.data + seen.snapped, "{stats:?} {seen:?}");
        }
    }
}

impl Delivered {
    /// The stream goes on where it was, without a step back and without an unspoken hole.
    fn take(&mut self, signal: Signal<'_>) {
        let (pos, len) = match signal {
            Signal::Stream(Delivery::Data { pos, bytes, .. }) => {
                self.data += bytes.len() as u64;
                (pos, bytes.len() as u64)
            }
            Signal::Stream(Delivery::Gap { pos, len, snapped, .. }) => {
                if snapped {
                    self.snapped += len;
                } else {
                    self.gaps += 1;
                    self.gap_bytes += len;
                }
                (pos, len)
            }
            _ => return,
        };
        assert_eq!(pos, self.next, "the stream goes on where it was");
        assert!(len > 0, "no empty piece is passed on");
        self.next = pos + len;
    }
}
