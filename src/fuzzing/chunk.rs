//! The chunk decoder: bytes in pieces and with holes, as the input's first part says.
//!
//! ```text
//! flags u8   bit 0: joined inside the stream; bit 1: small limits; above them: bytes of a piece, less one
//! steps u8   n, up to 63
//! n times    what u8, len u16: the next len bytes come (0, 1), are lost (2), were cut off by the snap length (3);
//!            4: len bytes that are nowhere are lost
//! stream     the bytes; those that no step names come as one piece
//! ```

use super::input::Input;
use crate::base::limits::Limits;
use crate::base::pos::{PacketRef, Span};
use crate::base::time::CaptureTime;
use crate::media::units::Units;
use crate::rtmp::chunk::decoder::Decoder;
use crate::rtmp::chunk::fact::Fact;
use crate::rtmp::chunk::output::Output;
use crate::rtmp::message::kind::MessageHeader;

/// What happens to the next bytes of the stream.
#[derive(Copy, Clone, Debug)]
enum Step<'a> {
    Data(&'a [u8]),
    Gap { len: u64, snapped: bool },
}

/// What the decoder gave.
#[derive(Debug, PartialEq)]
enum Seen {
    Message { header: MessageHeader, body: Vec<u8>, units: Vec<Option<Units>> },
    ChunkSize { size: u32, end: u64, packet: u64 },
    Aborted { csid: u32, dropped: u32, end: u64, packet: u64 },
    Fact { fact: Fact, span: Span },
}

/// Decodes the input and checks that nothing depends on how its pieces are cut.
pub(super) fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let flags = input.u8();
    let joined = flags & 1 != 0;
    let limits = if flags & 2 == 0 {
        Limits::default()
    } else {
        Limits { chunk_streams: 3, partial_bytes: 700, command_bytes: 100, ..Limits::default() }
    };
    let steps = steps(&mut input);
    let whole = decode(&steps, joined, &limits, usize::MAX);
    let data = |step: &Step<'_>| if let Step::Data(bytes) = step { Some(bytes.len() as u64) } else { None };
    let sure: u64 = if joined { 0 } else { steps.iter().map_while(data).sum() };
    // What ends right at a hole may be told because of it.
    let sure = if steps.iter().all(|step| data(step).is_some()) { sure } else { sure.saturating_sub(1) };
    let piece = 1 + usize::from(flags >> 2);
    let cut = decode(&steps, joined, &limits, piece);
    let (cut, whole) = (certain(&cut, sure), certain(&whole, sure));
    assert_eq!(cut, whole, "in pieces of {piece} bytes (left), and as it came (right)");
}

/// What cannot depend on the cut: all up to the first hole or loss of sync. Behind it, where chunks are taken to go on
/// depends on how many bytes were there to judge by.
fn certain(seen: &[Seen], sure: u64) -> &[Seen] {
    let end = seen.iter().position(|one| match one {
        Seen::Message { header, .. } => header.span.end > sure,
        Seen::ChunkSize { end, .. } | Seen::Aborted { end, .. } => *end > sure,
        Seen::Fact { fact, span } => span.end > sure || matches!(fact, Fact::LostSync { .. }),
    });
    seen.get(..end.unwrap_or(seen.len())).unwrap_or(seen)
}

fn steps<'a>(input: &mut Input<'a>) -> Vec<Step<'a>> {
    let count = input.u8() & 63;
    let script: Vec<(u8, u16)> = (0..count).map(|_| (input.u8(), input.u16())).collect();
    let mut steps: Vec<Step<'a>> = Vec::new();
    for (what, len) in script {
        steps.push(match what % 5 {
            0 | 1 => Step::Data(input.take(usize::from(len))),
            4 => Step::Gap { len: u64::from(len), snapped: false },
            what => Step::Gap { len: input.take(usize::from(len)).len() as u64, snapped: what == 3 },
        });
    }
    steps.push(Step::Data(input.rest()));
    steps
}

fn decode(steps: &[Step<'_>], joined: bool, limits: &Limits, piece: usize) -> Vec<Seen> {
    let mut decoder = Decoder::default();
    let mut seen = Vec::new();
    let mut out = |output: Output<'_>| seen.push(Seen::new(&output));
    let mut at = PacketRef { no: 1, ts: CaptureTime(0), acked: 0 };
    let (mut pos, mut on_wire, mut lost) = (0, 0, 0);
    if joined {
        decoder.lose_sync(pos, at, &mut out);
    }
    for step in steps {
        match *step {
            Step::Data(bytes) => {
                for part in bytes.chunks(piece) {
                    decoder.data(pos, part, at, limits, &mut out);
                    pos += part.len() as u64;
                }
                on_wire += bytes.len() as u64;
            }
            Step::Gap { len: 0, .. } => {}
            Step::Gap { len, snapped } => {
                decoder.gap(pos, len, snapped, at, limits, &mut out);
                pos += len;
                if snapped { on_wire += len } else { lost += len }
            }
        }
        at = PacketRef { no: at.no + 1, ts: CaptureTime(at.ts.0 + 1_000_000), acked: 0 };
    }
    decoder.finish(pos, at, limits, &mut out);
    check(&seen, pos, lost, limits);
    let bodies: u64 = seen.iter().map(Seen::received).sum();
    let (headers, skipped) = (decoder.header_bytes(), decoder.skipped_bytes());
    assert_eq!(
        headers + bodies + skipped,
        on_wire,
        "headers {headers}, bodies {bodies} and skipped {skipped} bytes are all that came, in pieces of {piece}"
    );
    seen
}

/// What holds for any stream.
fn check(seen: &[Seen], end: u64, lost: u64, limits: &Limits) {
    let (mut last_end, mut last_packet, mut all_lost) = (0, 0, 0);
    for one in seen {
        let packet = one.packet();
        // A message that breaks off is told when that is known, and ends at its last byte.
        let breaks_off = matches!(one, Seen::Message { header, .. }
            if u64::from(header.received) + u64::from(header.lost) < u64::from(header.length));
        if !breaks_off {
            assert!(last_packet <= packet, "packets do not go back: {one:?} behind packet {last_packet}");
            last_packet = packet;
        }
        match one {
            Seen::Message { header, body, .. } => {
                let Span { start, end: message_end, first, last } = header.span;
                assert!(start < message_end && message_end <= end, "it lies within the stream: {header:?}");
                assert!(first.no <= last.no, "its first byte comes first: {header:?}");
                if !breaks_off {
                    assert!(last_end <= message_end, "messages come in the order of their ends: {header:?}");
                    last_end = message_end;
                }
                assert!(!header.unfinished || breaks_off, "some of it is missing: {header:?}");
                let (received, length) = (u64::from(header.received), u64::from(header.length));
                assert!(received + u64::from(header.lost) <= length, "no longer than announced: {header:?}");
                assert!(body.len() as u64 <= received, "what is kept was received: {header:?}");
                assert!(body.len() <= limits.command_bytes.max(64), "no more is kept than allowed");
                assert!(
                    !header.complete || (header.lost == 0 && received == length),
                    "a complete message has all its bytes: {header:?}"
                );
                assert!(header.chunks > 0, "it came in chunks: {header:?}");
                all_lost += u64::from(header.lost);
            }
            Seen::Aborted { dropped, .. } => assert!(u64::from(*dropped) <= end, "{dropped} of {end} bytes"),
            Seen::ChunkSize { size, .. } => assert!((1..=0x7FFF_FFFF).contains(size), "{size}"),
            Seen::Fact { fact, span } => {
                assert!(span.start <= span.end && span.end <= end, "{fact:?} lies in the stream: {span:?}");
            }
        }
    }
    assert!(all_lost <= lost, "messages lost {all_lost} bytes, the stream only {lost}");
}

impl Seen {
    fn new(output: &Output<'_>) -> Self {
        match *output {
            Output::Message { header, body, units } => {
                Self::Message { header: *header, body: body.to_vec(), units: units.to_vec() }
            }
            Output::ChunkSize { size, header, .. } => {
                Self::ChunkSize { size, end: header.span.end, packet: header.span.last.no }
            }
            Output::Aborted { csid, dropped, header } => {
                Self::Aborted { csid, dropped, end: header.span.end, packet: header.span.last.no }
            }
            Output::Fact { fact, span } => Self::Fact { fact, span },
        }
    }

    /// The packet with which it came out.
    const fn packet(&self) -> u64 {
        match self {
            Self::Message { header, .. } => header.span.last.no,
            Self::ChunkSize { packet, .. } | Self::Aborted { packet, .. } => *packet,
            Self::Fact { span, .. } => span.last.no,
        }
    }

    fn received(&self) -> u64 {
        if let Self::Message { header, .. } = self { u64::from(header.received) } else { 0 }
    }
}
