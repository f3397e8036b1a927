//! Holes over chunk headers: what is lost, and what is not.

use super::script::*;
use super::*;

/// Audio, then a key frame of many chunks, then audio and video.
fn with_long_message() -> (Script, Msg) {
    let mut script = Script::new(128);
    script.av(4, &[400]);
    script.media(1, VIDEO, 40, 4000);
    let long = script.sent.last().unwrap().clone();
    script.av(20, &[300, 500]);
    (script, long)
}

#[test]
fn a_message_that_fills_the_hole_keeps_sync() {
    let (script, long) = with_long_message();
    let start = usize::try_from(long.start).unwrap();
    for snapped in [false, true] {
        // From a body over ten headers to a body, and exactly from header to header.
        for (from, len) in [(300, 1290), (8 + 3 * 129, 1290), (8 + 3 * 129 + 1, 1289), (8 + 129 + 127, 5)] {
            let from = start + from;
            let headers = script.headers.iter().filter(|header| (from..from + len).contains(header)).count();
            assert!(headers > 0);
            let told = script.play(&[Hole { from, len, snapped }]);
            assert_eq!(told.facts, [], "{len} bytes from {from}");
            let messages: Vec<Msg> = told.got.iter().map(|got| got.msg.clone()).collect();
            assert_eq!(messages, script.sent, "{len} bytes from {from}");
            for got in &told.got {
                assert_eq!(got.complete, got.msg != long);
                assert!(!got.inferred.timestamp, "all headers with timestamps are there: {got:?}");
            }
            let got = told.got.iter().find(|got| got.msg == long).unwrap();
            let lost = u32::try_from(len - headers).unwrap();
            assert_eq!(got.lost, if snapped { 0 } else { lost });
            assert_eq!(got.lost + got.received, 4000);
        }
    }
}

/// From the middle of a message to the middle of a later one.
#[test]
fn a_hole_over_the_start_of_a_message_loses_sync_once() {
    let mut script = Script::new(128);
    script.av(30, &[300, 500]);
    let (begun, cut) = (&script.sent[10], &script.sent[13]);
    let (from, to) = (begun.start + 20, cut.start + 10);
    let told = script.play(&[hole(usize::try_from(from).unwrap(), usize::try_from(to).unwrap())]);
    // The next chunk header in the hole is where sync is lost; `cut` has further chunks, which are skipped.
    let boundary = script.headers.iter().find(|header| **header as u64 > from).copied().unwrap() as u64;
    let why = LossCause::Hole;
    assert_eq!(told.facts[0], (Fact::LostSync { csid: 0, fmt: 0, why }, boundary, boundary));
    let skipped = cut.end - to;
    let resync = Fact::Resync { skipped, chunk_size: 128, chunk_size_known: true };
    assert_eq!(told.facts[1..], [(resync, boundary, cut.end)]);
    assert_eq!(told.skipped, skipped);

    let before = &told.got[..10];
    assert!(before.iter().all(|got| got.complete && !got.inferred.timestamp));
    // The message under way comes out with what there is of it.
    let got = &told.got[10];
    assert!(same(&got.msg, &Msg { end: boundary, ..begun.clone() }) && !got.complete, "{got:?}");
    // In front of the hole were 20 bytes, eight of them its header; its chunk ends in the hole.
    assert_eq!((got.received, u64::from(got.lost)), (12, boundary - from));
    let behind = &told.got[11..];
    assert_eq!(behind.len(), script.sent.len() - 14);
    for (got, sent) in behind.iter().zip(&script.sent[14..]) {
        assert!(got.complete && same(&got.msg, sent), "{got:?}");
        assert!(got.inferred.timestamp, "a delta was lost: {got:?}");
        assert!(!got.inferred.length && !got.inferred.stream_id);
    }
}

/// The deltas in the hole are lost; a format 0 header makes the timestamps of its chunk stream exact again.
#[test]
fn timestamps_are_inferred_until_a_format_0_header() {
    let mut script = Script::new(128);
    script.av(12, &[300]);
    script.media(0, VIDEO, 40, 300);
    let absolute = script.sent.len() - 1;
    script.av(12, &[300]);
    let (from, to) = (script.sent[8].start + 20, script.sent[11].start + 20);
    let told = script.play(&[hole(usize::try_from(from).unwrap(), usize::try_from(to).unwrap())]);
    assert_eq!(told.losses(), 1);
    let at = script.sent[absolute].start;
    for got in told.got.iter().filter(|got| got.msg.start > to) {
        let exact = got.msg.csid == VIDEO && got.msg.start >= at;
        assert_eq!(got.inferred.timestamp, !exact, "{got:?}");
        assert!(!exact || script.sent.contains(&got.msg), "{got:?}");
    }
    assert!(told.got.iter().filter(|got| got.msg.start > at && got.complete).count() > 20);
}

/// Chunks of a message that began in the hole go on behind it between those of others: they are skipped.
#[test]
fn chunks_of_a_message_that_began_in_the_hole_are_orphans() {
    orphans(400);
}

/// The rest of the frame, read as one of 300 bytes as those before it, agrees with three audio headers before its end
/// tells that it is none: that is taken for enough, and a frame is made up.
#[test]
#[ignore = "a frame is made up of chunks of another"]
fn a_long_rest_of_a_message_is_no_other_message() {
    orphans(600);
}

/// A key frame of `len` bytes whose first header is lost, with audio in front of each of its further chunks.
fn orphans(len: usize) {
    let mut script = Script::new(128);
    script.av(6, &[300]);
    let from = script.bytes.len() - 30;
    let frame = script.body(0x17, len);
    let header = cat(&[&basic(1, VIDEO), &u24(40), &u24(u32::try_from(len).unwrap()), &[9]]);
    let mut rest = script.chunk(&header, &frame);
    let to = script.bytes.len() - 30;
    let behind = script.sent.len();
    while !rest.is_empty() {
        script.media(1, AUDIO, 10, 100);
        rest = script.chunk(&basic(3, VIDEO), rest);
    }
    script.av(12, &[300, 500]);
    let told = script.play(&[hole(from, to)]);
    let found = told.resyncs();
    assert_eq!((told.losses(), found.len()), (1, 1), "{:?}", told.facts);
    assert_eq!(found[0].1, script.sent[behind].start);
    let complete = told.complete();
    for got in &complete {
        assert!(script.sent.iter().any(|sent| same(got, sent)), "{got:?} is made up");
    }
    // It takes an audio message at most to tell them.
    let missing = |sent: &&Msg| !complete.iter().any(|got| same(got, sent));
    assert!(script.sent[behind..].iter().filter(missing).count() <= 1);
    assert!(!script.sent[behind + 4..].iter().any(|sent| missing(&sent)));
    // The end of the cut chunk, and the orphans, with their headers or without.
    let orphans = 30 + len as u64 - 128;
    assert!((orphans..=orphans + 4 + 108).contains(&told.skipped), "{}", told.skipped);
}

/// The new size shows in the messages behind the hole.
#[test]
fn a_set_chunk_size_in_the_hole_is_found_out() {
    for size in [60_000, 4096, 2500] {
        set_chunk_size_lost(size, 300);
    }
}

/// Two short messages confirm the old size at the end of a piece of data, again and again.
#[test]
#[ignore = "the old chunk size stays where short messages confirm it"]
fn a_set_chunk_size_in_the_hole_is_found_out_beside_short_messages() {
    for size in [60_000, 4096, 2500] {
        set_chunk_size_lost(size, 90);
    }
}

fn set_chunk_size_lost(size: u32, audio: usize) {
    let mut script = Script::new(128);
    script.av(6, &[300]);
    let from = script.bytes.len() - 30;
    script.message(&fmt0(2, 0, 4, 1, 0), 2, 1, 0, &size.to_be_bytes());
    script.size = size as usize;
    script.media(1, VIDEO, 40, 2000);
    let to = script.bytes.len() - 500;
    for n in 0..24 {
        script.media(1, VIDEO, 40, [20_000, 6000, 900][n % 3]);
        script.media(1, AUDIO, 40, audio);
    }
    let told = script.play(&[hole(from, to)]);
    assert_eq!((told.losses(), told.resyncs().len()), (1, 1), "{size}: {:?}", told.facts);
    let found = told.resyncs()[0].1;
    assert!(found <= to as u64 + 65_536, "{size}: found at {found}");
    let complete = told.complete();
    for got in &complete {
        assert!(script.sent.iter().any(|sent| same(got, sent)), "{size}: {got:?} is made up");
    }
    for sent in script.sent.iter().filter(|sent| sent.start >= found) {
        assert!(complete.iter().any(|got| same(got, sent)), "{size}: {sent:?} is missing");
    }
}

/// The header of a Set Chunk Size was there, but the hole has its value: what it is now is not known.
#[test]
fn a_set_chunk_size_without_its_value_makes_the_size_unknown() {
    let mut script = Script::new(128);
    script.message(&fmt0(2, 0, 4, 1, 0), 2, 1, 0, &32_u32.to_be_bytes());
    script.size = 32;
    script.media(0, VIDEO, 40, 70);
    script.av(3, &[300]);
    let told = script.play(&[hole(12, 16)]);
    for got in told.complete() {
        assert!(script.sent.iter().any(|sent| same(&got, sent)), "{got:?} is made up");
    }
}

/// What was told before a hole stays so, whatever is lost, and nothing is made up behind it.
#[test]
fn every_hole_of_a_small_stream() {
    let mut script = Script::new(128);
    script.media(0, VIDEO, 40, 140);
    script.media(0, AUDIO, 40, 9);
    script.media(1, AUDIO, 23, 20);
    script.media(3, AUDIO, 23, 20);
    script.media(2, VIDEO, 17, 140);
    let end = script.bytes.len();
    for from in 1..end {
        for to in from + 1..=end {
            for snapped in [false, true] {
                let hole = Hole { from, len: to - from, snapped };
                let ended = script.play_cut(&[hole], 0, to, 50);
                let went_on = if to < end { script.play(&[hole]) } else { Told::default() };
                for told in [&ended, &went_on] {
                    assert!(told.losses() <= 1 && told.resyncs().len() <= told.losses(), "{hole:?}");
                    for got in told.complete() {
                        let sent = script.sent.iter().find(|sent| same(&got, sent));
                        let sent = sent.unwrap_or_else(|| panic!("{hole:?} makes up {got:?}"));
                        // Of a message in the hole at most a header of one byte is lost, which is known.
                        let whole = sent.end <= from as u64 || sent.start >= from as u64;
                        assert!(whole || continuing(&script, from, to), "{hole:?}: {got:?}");
                    }
                }
                let known = script.sent.iter().filter(|sent| sent.end <= from as u64);
                assert!(known.clone().all(|sent| ended.complete().contains(sent)), "{hole:?}");
                assert!(to == end || known.clone().all(|sent| went_on.complete().contains(sent)), "{hole:?}");
            }
        }
    }
}

/// Whether this is the header of one byte of a chunk that goes on with a message.
fn continuing(script: &Script, from: usize, to: usize) -> bool {
    let begins = script.sent.iter().any(|sent| sent.start == from as u64);
    to == from + 1 && script.headers.contains(&from) && !begins
}

/// Noise in which there is nothing is given up bit by bit, and what comes behind it is found.
#[test]
fn the_search_holds_no_more_than_its_limit() {
    let limits = Limits { search_bytes: 8192, ..Limits::default() };
    let mut script = Script::new(128);
    script.av(3, &[300]);
    let noise: Vec<u8> = (0..100_000).map(|_| script.random()).collect();
    let from = script.bytes.len();
    script.bytes.extend([0xC0 | 63].iter().chain(&noise));
    let clean = script.bytes.len() as u64;
    script.av(30, &[300, 500]);
    let mut decoder = Decoder::default();
    let mut told = Told::default();
    for (n, piece) in script.bytes.chunks(1000).enumerate() {
        decoder.data(n as u64 * 1000, piece, AT, &limits, &mut |o| told.take(o));
        let held = decoder.search.as_ref().map_or(0, |search| search.held());
        assert!(held <= limits.search_bytes, "{held} bytes behind piece {n}");
        let beside = decoder.streams.held_bytes() + size_of::<Search>();
        assert!(decoder.held_bytes() <= beside + 2 * (limits.search_bytes + 1000));
    }
    assert!((10..50).contains(&decoder.search_overflows()), "{}", decoder.search_overflows());
    decoder.finish(script.total(), AT, &limits, &mut |o| told.take(o));
    let why = LossCause::UnknownChunkStream;
    assert_eq!(told.facts[0].0, Fact::LostSync { csid: 63, fmt: 3, why });
    assert_eq!(told.resyncs(), [(from as u64, clean, clean - from as u64)]);
    let complete = told.complete();
    assert_eq!(complete.len(), script.sent.len());
    assert!(complete.iter().zip(&script.sent).all(|(got, sent)| same(got, sent)));
}

/// When memory runs short the window of the search goes; its bytes are accounted for and sync is found behind it.
#[test]
fn a_search_that_is_shed_goes_on_behind_its_window() {
    let mut script = Script::new(128);
    script.av(3, &[300]);
    let from = script.bytes.len();
    let noise: Vec<u8> = (0..20_000).map(|_| script.random()).collect();
    script.bytes.extend([0xC0 | 63].iter().chain(&noise));
    script.av(30, &[300, 500]);
    let (mut decoder, mut told, limits) = (Decoder::default(), Told::default(), Limits::default());
    for (n, piece) in script.bytes.chunks(1000).enumerate() {
        decoder.data(n as u64 * 1000, piece, AT, &limits, &mut |o| told.take(o));
        if n == 15 {
            assert!(decoder.search_bytes() > 10_000 && decoder.partial_bytes() >= decoder.search_bytes());
            decoder.shed();
            assert!(decoder.search_bytes() < 1000);
        }
    }
    decoder.finish(script.total(), AT, &limits, &mut |o| told.take(o));
    let bodies: u64 = told.got.iter().map(|got| u64::from(got.received)).sum();
    assert_eq!(decoder.header_bytes() + decoder.skipped_bytes() + bodies, script.total());
    assert_eq!((told.losses(), told.resyncs().len()), (1, 1));
    let (lost, found, skipped) = told.resyncs()[0];
    assert_eq!((lost, skipped), (from as u64, found - lost));
    let complete = told.complete();
    assert!(complete.iter().all(|got| script.sent.iter().any(|sent| same(got, sent))));
    assert_eq!(complete.len(), script.sent.len());
}

/// A header that cannot be read, with more behind it than is kept: that is a loss of sync, and told as one.
#[test]
fn giving_up_an_unread_header_is_told() {
    let limits = Limits { search_bytes: 8192, ..Limits::default() };
    let mut script = Script::new(4096);
    script.av(10, &[300]);
    let unread = script.bytes.len() as u64;
    let noise: Vec<u8> = (0..40_000).map(|_| script.random()).collect();
    script.bytes.extend([0xC0 | 63].iter().chain(&noise));
    script.av(30, &[300, 500]);
    let (mut decoder, mut told) = (Decoder::default(), Told::default());
    decoder.lose_sync(0, AT, &mut |o| told.take(o));
    for (n, piece) in script.bytes.chunks(1000).enumerate() {
        decoder.data(n as u64 * 1000, piece, AT, &limits, &mut |o| told.take(o));
    }
    decoder.finish(script.total(), AT, &limits, &mut |o| told.take(o));
    let lost: Vec<u64> =
        told.facts.iter().filter(|f| matches!(f.0, Fact::LostSync { .. })).map(|f| f.1).collect();
    assert_eq!(lost, [0, unread]);
    assert_eq!(told.resyncs().len(), 2);
}
