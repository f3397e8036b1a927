//! How much a chunk header speaks for itself.
//!
//! Takes a header that begins a message, what is known of its chunk stream, and the bytes behind it; gives
//! bits: how much less likely such bytes are by chance. What no peer sends gives nothing at all, which ends the
//! attempt. A wrong "yes" makes messages up and a wrong "no" costs one message, so doubt counts against.

use crate::rtmp::chunk::header::ChunkHeader;
use crate::rtmp::message::kind::MessageType;

use super::path::Known;

/// Format 3 goes on with the message under way: one byte, known in advance.
pub(super) const CONTINUES: i32 = 8;
/// A header with this much can stand alone.
pub(super) const STRONG: i32 = 32;
/// The extended timestamp is repeated.
pub(super) const REPEATS: i32 = 30;
/// Format 3 begins a message: one byte out of a few.
const BEGINS: i32 = 6;
/// A chunk stream that is known to be in use.
const IN_USE: i32 = 7;
/// A chunk stream that never was, while others are known.
const NEW_STREAM: i32 = -6;
/// One of the two types that most messages have.
const MEDIA: i32 = 7;
/// Programs use chunk stream ids up to this.
const USUAL_CSID: u32 = 20;
/// Milliseconds between two messages of a chunk stream that are usual, common, and believed at all.
const STEPS: [(u32, i32); 3] = [(100, 17), (1000, 14), (60_000, 6)];
/// Bytes of the names that are looked at.
const MOST_NAME: u8 = 40;
/// A timestamp is expected this near to the last one of the direction.
const NEAR_MS: u32 = 30_000;

/// Bits for a header that begins a message of `kind` and `length`, with as much of its body as is there.
pub(super) fn of_start(
    header: &ChunkHeader,
    stream: &Known,
    clock: Option<u32>,
    any_known: bool,
    body: &[u8],
) -> Option<i32> {
    let (kind, length) =
        if header.fmt < 2 { (header.kind, header.length) } else { (stream.kind, stream.length) };
    if header.fmt >= 2 && matches!(kind, MessageType::SET_CHUNK_SIZE | MessageType::ABORT) {
        return None;
    }
    let mut bits = match header.fmt {
        0 => of_stream_id(kind, header.stream_id, stream)? + of_timestamp(kind, header.field, clock),
        1 | 2 if header.extended => 0,
        1 | 2 => STEPS.iter().find(|(ms, _)| header.field <= *ms)?.1,
        _ => BEGINS,
    };
    if header.fmt < 2 {
        bits += of_length(kind, length)?;
        bits += match (stream.seen, any_known) {
            (true, _) if stream.kind == kind => IN_USE + 8,
            (true, _) => IN_USE + 2,
            (false, _) if !matches!(kind, MessageType::AUDIO | MessageType::VIDEO) => 0,
            (false, true) => NEW_STREAM + MEDIA,
            (false, false) => MEDIA,
        };
    } else if header.fmt == 2 {
        bits += IN_USE;
    }
    match body {
        [lead, rest @ ..] if length > 0 => Some(bits + of_lead(kind, *lead, stream)? + of_name(kind, rest)),
        _ => Some(bits),
    }
}

/// The name that a command or a data message begins with, behind the marker of a string, and the transaction id of a
/// command behind that.
fn of_name(kind: MessageType, body: &[u8]) -> i32 {
    if !matches!(kind, MessageType::COMMAND_AMF0 | MessageType::DATA_AMF0) {
        return 0;
    }
    let Some(([0, len @ 1..=MOST_NAME], rest)) = body.split_first_chunk() else { return 0 };
    let Some((name, rest)) = rest.split_at_checked(usize::from(*len)) else { return 0 };
    if !name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.|@".contains(byte)) {
        return 0;
    }
    let id = match rest.first_chunk::<9>() {
        Some([0, id @ ..]) if kind == MessageType::COMMAND_AMF0 && is_count(f64::from_be_bytes(*id)) => 16,
        _ => 0,
    };
    8 + 2 * i32::from(*len).min(12) + id
}

/// Whether transaction ids are such numbers.
fn is_count(number: f64) -> bool {
    (0.0..1e6).contains(&number) && number.fract() == 0.0
}

/// For a format 2 or 3 header on a chunk stream other than 2, for control, that had no other: the type that the first
/// body byte speaks for, and bits.
pub(super) fn of_unseen(header: &ChunkHeader, lead: u8) -> Option<(MessageType, i32)> {
    let bits = match header.fmt {
        2 if header.extended => return None,
        2 => STEPS.iter().find(|(ms, _)| header.field <= *ms)?.1 + 2,
        _ => 3,
    };
    let kind = match lead >> 4 {
        // Zeros are everywhere, and no codec begins with one.
        _ if lead == 0 => return None,
        _ if lead == 2 => MessageType::DATA_AMF0,
        _ if is_video(lead) => MessageType::VIDEO,
        0..=8 | 10 | 11 | 14 | 15 => MessageType::AUDIO,
        _ => return None,
    };
    // AAC and MP3 as they nearly always come.
    let lead = if matches!(lead, 0xAF | 0x2F) { 7 } else { 3 };
    (3..=USUAL_CSID).contains(&header.csid).then_some((kind, bits + lead))
}

/// The message stream id; control messages have none.
fn of_stream_id(kind: MessageType, id: u32, stream: &Known) -> Option<i32> {
    match id {
        0 => Some(if matches!(kind, MessageType::AUDIO | MessageType::VIDEO) { 12 } else { 28 }),
        _ if kind.is_control() && kind != MessageType::USER_CONTROL => None,
        _ if stream.stream_id == Some(id) => Some(28),
        1..=255 => Some(20),
        _ => None,
    }
}

fn of_timestamp(kind: MessageType, time: u32, clock: Option<u32>) -> i32 {
    match clock {
        _ if kind.is_control() => i32::from(time == 0) * 16,
        Some(now) if now.wrapping_sub(time).cast_signed().unsigned_abs() <= NEAR_MS => 10,
        Some(_) if time != 0 => -4,
        _ => i32::from(time == 0) * 4,
    }
}

/// The type is one that is in use, and the length one that such messages have.
fn of_length(kind: MessageType, length: u32) -> Option<i32> {
    let is = |yes: bool, bits: i32| yes.then_some(bits);
    match kind {
        MessageType::SET_CHUNK_SIZE
        | MessageType::ABORT
        | MessageType::ACKNOWLEDGEMENT
        | MessageType::WINDOW_ACK_SIZE => is(length == 4, 28),
        MessageType::SET_PEER_BANDWIDTH => is(length == 5, 28),
        MessageType::USER_CONTROL => is(matches!(length, 6 | 10 | 44), 26),
        MessageType::AUDIO | MessageType::VIDEO => Some(match length {
            0 => return None,
            1..=4096 => 16,
            4097..=65_536 => 12,
            65_537..=1_048_576 => 8,
            _ => 2,
        }),
        _ if kind.is_known() => Some(match length {
            0..3 => return None,
            3..=4096 => 14,
            4097..=65_536 => 10,
            _ => 2,
        }),
        _ => None,
    }
}

/// The first byte of the body.
fn of_lead(kind: MessageType, lead: u8, stream: &Known) -> Option<i32> {
    let before = stream.lead.filter(|_| stream.kind == kind);
    Some(match kind {
        MessageType::AUDIO => match before {
            Some(before) if before == lead => 8,
            Some(_) => -3,
            None if matches!(lead >> 4, 2 | 10) => 3,
            None if lead == 0 => -12,
            None => 0,
        },
        MessageType::VIDEO => match before {
            Some(before) if same_video(before, lead) => 6,
            None if is_video(lead) => 3,
            _ => -4,
        },
        MessageType::COMMAND_AMF0 | MessageType::DATA_AMF0 => (lead == 2).then_some(8)?,
        MessageType::COMMAND_AMF3 | MessageType::DATA_AMF3 => matches!(lead, 0 | 2).then_some(7)?,
        MessageType::USER_CONTROL => (lead == 0).then_some(8)?,
        MessageType::SET_CHUNK_SIZE => (lead < 0x80).then_some(1)?,
        _ => 0,
    })
}

/// Whether a video tag of either form can begin so: frame type 1 to 5 and a codec of the list, or an Enhanced one.
fn is_video(lead: u8) -> bool {
    let (frame, low) = (lead >> 4, lead & 0x0F);
    if lead & 0x80 != 0 {
        (8..=13).contains(&frame) && low <= 7
    } else {
        (1..=5).contains(&frame) && (2..=14).contains(&low)
    }
}

/// Whether two video tags can be of one track.
fn same_video(before: u8, lead: u8) -> bool {
    let enhanced = lead & 0x80 != 0;
    is_video(lead) && (before & 0x80 != 0) == enhanced && (enhanced || before & 0x0F == lead & 0x0F)
}
