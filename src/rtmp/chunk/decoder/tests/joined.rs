//! Streams joined inside the connection.

use super::script::*;
use super::*;

/// Joined at `from`: what is complete was sent, and from the first on nearly all is there.
fn check(script: &Script, from: usize) -> Told {
    let told = script.join(from);
    let complete = told.complete();
    for got in &complete {
        assert!(script.sent.iter().any(|sent| same(got, sent)), "from {from}: {got:?} {:?}", told.facts);
    }
    assert_eq!(told.losses(), 1);
    let first = complete.iter().map(|got| got.start).min().unwrap_or(u64::MAX);
    let sent = script.sent.iter().filter(|sent| sent.start >= first).count();
    assert!(complete.len() * 20 >= sent * 19, "from {from}: {} of {sent} {:?}", complete.len(), told.facts);
    told
}

/// Not found within so many messages is as good as not found.
fn check_found(script: &Script, from: usize, within: usize) {
    let told = check(script, from);
    let possible = script.sent.iter().filter(|sent| sent.start >= from as u64).count();
    let complete = told.complete().len();
    assert!(complete + within >= possible, "from {from}: {complete} of {possible} {:?}", told.facts);
}

/// Around each chunk header, and in between every `step` bytes.
fn places(script: &Script, step: usize, to: usize) -> Vec<usize> {
    let near = script.headers.iter().flat_map(|header| header.saturating_sub(3)..header + 15);
    let mut places: Vec<usize> =
        near.chain((1..to).step_by(step)).filter(|at| (1..to).contains(at)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn at_every_byte_with_chunks_of_128() {
    let mut script = Script::new(128);
    script.av(4, &[700, 300]);
    let to = script.bytes.len();
    script.av(20, &[700, 300]);
    for from in 1..to {
        check_found(&script, from, 6);
    }
}

#[test]
fn around_every_header_with_chunks_of_4096() {
    let mut script = Script::new(4096);
    script.av(3, &[10_000, 300, 5000]);
    let to = script.bytes.len();
    script.av(14, &[10_000, 300, 5000]);
    for from in places(&script, 401, to) {
        check_found(&script, from, 8);
    }
}

#[test]
fn around_every_header_with_chunks_of_60_000() {
    let mut script = Script::new(60_000);
    script.av(2, &[900, 70_000]);
    let to = script.bytes.len();
    script.av(12, &[900, 2000, 70_000, 700]);
    for from in places(&script, 4001, to) {
        check_found(&script, from, 8);
    }
}

/// Audio of one length: its headers never say it.
#[test]
fn audio_without_a_length_beside_video() {
    let mut script = Script::new(128);
    script.media(0, VIDEO, 40, 300);
    script.media(0, AUDIO, 40, 100);
    let from = script.bytes.len();
    for n in 0..40 {
        script.media(1, VIDEO, 40, 300 + n);
        script.media(2, AUDIO, 21, 100);
        script.media(3, AUDIO, 21, 100);
    }
    let told = check(&script, from);
    let audio: Vec<&Got> = told.got.iter().filter(|got| got.complete && got.msg.csid == AUDIO).collect();
    assert!(audio.len() > 70, "{} of 80", audio.len());
    assert!(audio.iter().all(|got| got.msg.kind == 8 && got.msg.length == 100 && got.inferred.length));
    assert!(audio.iter().all(|got| got.inferred.stream_id && got.inferred.timestamp));
    let video = told.got.iter().filter(|got| got.complete && got.msg.csid == VIDEO);
    assert!(video.clone().count() > 35 && video.into_iter().all(|got| !got.inferred.length));
}

/// A format 1 header behind a byte 0x40 reads as one of a chunk stream with a two-byte id.
#[test]
fn a_byte_in_front_of_a_header_makes_no_other_chunk_stream() {
    for stray in [0x00, 0x40, 0x01, 0x41] {
        let mut script = Script::new(128);
        script.media(0, AUDIO, 40, 100);
        let from = script.bytes.len() - 1;
        script.bytes[from] = stray;
        for _ in 0..10 {
            script.media(1, AUDIO, 21, 90);
            script.media(1, VIDEO, 40, 300);
        }
        let told = check(&script, from);
        assert!(told.got.iter().all(|got| [AUDIO, VIDEO].contains(&got.msg.csid)), "{stray:#x}");
        assert_eq!(told.complete().len(), 20, "{stray:#x}");
    }
}

/// Every other chunk of one byte has its header where one of three bytes would, every fourteenth where one of 27 would.
#[test]
fn chunks_of_one_byte_are_not_taken_for_longer_ones() {
    let mut script = Script::new(1);
    script.message(&fmt0(2, 0, 4, 5, 0), 2, 5, 0, &2_500_000_u32.to_be_bytes());
    script.media(0, AUDIO, 40, 4);
    script.media(0, VIDEO, 40, 43);
    script.av(1, &[400]);
    script.message(&fmt0(2, 0, 4, 3, 0), 2, 3, 0, &50_000_u32.to_be_bytes());
    script.message(&fmt0(3, 0, 30, 20, 0), 3, 20, 0, &[2; 30]);
    let to = script.bytes.len();
    script.av(6, &[900, 400, 300]);
    for from in (1..to).step_by(23) {
        let told = script.join(from);
        let sizes = told.facts.iter().filter_map(|(fact, ..)| match fact {
            Fact::ChunkSizeInferred { size } => Some(*size),
            _ => None,
        });
        assert_eq!(sizes.collect::<Vec<_>>(), [1], "from {from}");
        check(&script, from);
    }
}
