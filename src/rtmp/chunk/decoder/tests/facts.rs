//! What the decoder says of headers beside the messages.

use super::*;
use crate::rtmp::message::kind::{MessageHeader, MessageType};

/// The headers of the messages in `bytes`.
fn headers(bytes: &[u8], cut: usize) -> Vec<MessageHeader> {
    let (mut decoder, limits, mut headers) = (Decoder::default(), Limits::default(), Vec::new());
    let mut pos = 0;
    for piece in bytes.chunks(cut) {
        decoder.data(pos, piece, AT, &limits, &mut |o| {
            if let Output::Message { header, .. } = o {
                headers.push(*header);
            }
        });
        pos += piece.len() as u64;
    }
    headers
}

#[test]
fn three_bytes_for_an_id_that_fits_in_two_are_counted() {
    // Chunk stream 100, in two chunks: the first header is as short as can be.
    let b = body(200, 1);
    let long = [0xC1, 36, 0];
    let bytes =
        cat(&[&fmt0(100, 0, 200, 18, 1), &b[..128], &long, &b[128..], &long, &b[..128], &long, &b[128..]]);
    for cut in [1, 7, 1000] {
        let counts: Vec<_> = headers(&bytes, cut).iter().map(|h| (h.chunks, h.long_ids)).collect();
        assert_eq!(counts, [(2, 1), (2, 2)]);
    }
}

#[test]
fn each_message_has_the_time_in_front_of_it() {
    let b = [1, 2];
    let delta = cat(&[&basic(2, 4), &u24(5), &b]);
    let bytes = cat(&[&fmt0(4, 40, 2, 18, 1), &b, &delta, &basic(3, 4), &b, &fmt0(5, 7, 2, 18, 1), &b]);
    let times: Vec<_> = headers(&bytes, 3).iter().map(|h| (h.timing.before, h.timestamp)).collect();
    assert_eq!(times, [(0, 40), (40, 45), (45, 50), (0, 7)]);
}

#[test]
fn a_chunk_stream_that_begins_with_format_1_is_told_with_its_type() {
    let bytes = cat(&[&basic(1, 2), &u24(0), &u24(4), &[3], &[0, 0, 0, 9]]);
    let fact = Fact::NoPriorHeader { csid: 2, fmt: 1, kind: MessageType::ACKNOWLEDGEMENT };
    assert_eq!(run(&bytes, 1).facts, [fact]);
}

#[test]
fn a_message_that_is_broken_off_is_told_with_both_types() {
    let b = body(200, 2);
    let bytes = cat(&[&fmt0(4, 0, 200, 18, 1), &b[..128], &fmt0(4, 9, 2, 8, 1), &[1, 2]]);
    let (of, kind) = (MessageType::DATA_AMF0, MessageType::AUDIO);
    let fact = Fact::HeaderMidMessage { csid: 4, fmt: 0, missing: 72, same_message: false, of, kind };
    assert_eq!(run(&bytes, 5).facts, [fact]);
}

#[test]
fn an_extended_timestamp_of_another_value_is_told() {
    // A delta of 0x1000000 behind 40; the format 3 chunk has the time instead.
    let (b, field, time) = (body(200, 3), 0x0100_0000_u32, 0x0100_0028_u32);
    let header = cat(&[&basic(1, 4), &[0xFF; 3], &u24(200), &[18], &field.to_be_bytes()]);
    let bytes = |second: u32| {
        let third = cat(&[&basic(3, 4), &second.to_be_bytes()]);
        cat(&[
            &fmt0(4, 40, 2, 18, 1),
            &[1, 2],
            &header,
            &b[..128],
            &third,
            &b[128..],
            &fmt0(5, 0, 1, 8, 1),
            &[1],
        ])
    };
    let others = |second| {
        let sink = run(&bytes(second), 1000);
        assert_eq!(sink.messages.len(), 3);
        sink.facts
            .into_iter()
            .filter(|fact| !matches!(fact, Fact::TimestampDialect { .. }))
            .collect::<Vec<_>>()
    };
    assert_eq!(others(time), [Fact::ExtendedTimestampOther { csid: 4, expected: field, seen: time }]);
    assert_eq!(others(field), []);
}

#[test]
fn format_3_behind_format_0_is_told_with_the_times_around_it() {
    let b = [1, 2];
    let first = cat(&[&fmt0(4, 9_960, 2, 18, 1), &b, &fmt0(4, 10_000, 2, 18, 1), &b]);
    let fact = |before, timestamp, read_as| Fact::DeltaFromAbsolute { csid: 4, timestamp, before, read_as };
    let facts = |bytes: &[u8]| {
        let told = run(bytes, 4).facts.into_iter();
        told.filter(|fact| matches!(fact, Fact::DeltaFromAbsolute { .. })).collect::<Vec<_>>()
    };
    assert_eq!(facts(&cat(&[&first, &basic(3, 4), &b])), [fact(9_960, 10_000, 10_000)]);
    assert_eq!(facts(&cat(&[&fmt0(4, 40, 2, 18, 1), &b, &basic(3, 4), &b])), [fact(0, 40, 80)]);
}
