//! Conversations as bytes.

use crate::common::amf::{self, Amf};
use crate::common::chunk::{ChunkWriter, ExtendedOnType3, Open, basic_header};
use crate::common::handshake::{Handshake, parts};
use crate::common::media::Av;
use crate::common::message::{self as msg, Message};
use crate::common::talk::{Sent, Talk};
use crate::common::{Dir, Rng, codec, ready};
use crate::reader::{Read, read};

/// RTMP 1.0 section 5.3.2.1: four audio messages.
#[test]
fn the_specification_s_first_example() {
    let mut writer = ChunkWriter::default();
    let sizes = [1000, 1020, 1040, 1060].map(|t| {
        let message = Message::new(3, msg::AUDIO, vec![7; 32]).msid(12_345).timestamp(t);
        writer.whole(&message).len()
    });
    assert_eq!(sizes, [44, 36, 33, 33]);
}

/// RTMP 1.0 section 5.3.2.2: a long video message.
#[test]
fn the_specification_s_second_example() {
    let mut writer = ChunkWriter::default();
    let mut video = Open::new(Message::new(4, msg::VIDEO, vec![7; 307]).msid(12_346).timestamp(1000));
    let sizes: Vec<usize> = std::iter::from_fn(|| writer.chunk(&mut video).map(|c| c.len())).collect();
    assert_eq!(sizes, [140, 129, 52]);
}

#[test]
fn a_type_0_header_byte_for_byte() {
    let message = Message::new(4, msg::AUDIO, vec![0xAA, 0xBB]).msid(1).timestamp(0x01_0203);
    let bytes = ChunkWriter::default().whole(&message);
    assert_eq!(bytes, [4, 1, 2, 3, 0, 0, 2, 8, 1, 0, 0, 0, 0xAA, 0xBB]);
}

#[test]
fn chunk_stream_ids_take_one_two_or_three_bytes() {
    let cases: [(u32, &[u8]); 6] = [
        (2, &[0x02]),
        (63, &[0x3F]),
        (64, &[0x00, 0]),
        (319, &[0x00, 255]),
        (320, &[0x01, 0, 1]),
        (65_599, &[0x01, 255, 255]),
    ];
    for (csid, bytes) in cases {
        assert_eq!(basic_header(0, csid, None), bytes, "{csid}");
    }
    assert_eq!(basic_header(3, 64, Some(3)), [0xC1, 0, 0]);
}

#[test]
fn extended_timestamps_and_their_three_ways_on_type_3() {
    let video = |t: u32| Message::new(6, msg::VIDEO, vec![1; 200]).msid(1).timestamp(t);
    let size = |how: ExtendedOnType3, times: &[u32]| {
        let mut writer = ChunkWriter::extended(how);
        times.iter().map(|t| writer.whole(&video(*t)).len()).collect::<Vec<_>>()
    };
    assert_eq!(
        size(ExtendedOnType3::Field, &[0xFF_FFFE, 0xFF_FFFF]),
        [213, 205],
        "a small delta is not extended"
    );
    for how in [ExtendedOnType3::Field, ExtendedOnType3::Absolute] {
        assert_eq!(size(how, &[0xFF_FFFF, 0x200_0000]), [221, 213]);
    }
    assert_eq!(size(ExtendedOnType3::Absent, &[0x100_0000]), [217]);
    let mut writer = ChunkWriter::extended(ExtendedOnType3::Absolute);
    writer.whole(&video(5));
    let bytes = writer.whole(&video(0x100_0005));
    assert_eq!(&bytes[..8], [0x86, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0], "the delta");
    assert_eq!(&bytes[8 + 128..][..5], [0xC6, 1, 0, 0, 5], "the absolute time");
}

#[test]
fn amf_values() {
    let bytes = amf::encode(&["hi".into(), 1.0.into(), amf::object([("a", true.into())]), Amf::Null]);
    let expected = b"\x02\0\x02hi\0\x3F\xF0\0\0\0\0\0\0\x03\0\x01a\x01\x01\0\0\x09\x05";
    assert_eq!(bytes, expected);
}

#[test]
fn handshakes_have_their_lengths_and_echoes() {
    let [c, s, c2] = parts(Handshake::Simple, 1);
    assert_eq!([c.len(), s.len(), c2.len()], [1537, 3073, 1536]);
    assert_eq!(s[1 + 1536 + 8..], c[9..], "S2 echoes C1");
    assert_eq!(c2[8..], s[9..1537], "C2 echoes S1");
    assert_eq!(c2[..4], s[1..5]);
    let [_, s, c2] = parts(Handshake::Copy, 1);
    assert_eq!(c2, s[1..1537]);
    let [c, s, _] = parts(Handshake::Truncated(100), 1);
    assert_eq!((c.len(), s.len()), (100, 0));
}

#[test]
fn what_is_sent_is_what_a_plain_reader_reads() {
    for talk in [ready::hello_rtmp(), ready::publish_av(2), ready::play_av(2)] {
        check(&talk, 3073);
    }
}

#[test]
fn any_conversation_is_read_back() {
    let mut rng = Rng::new(7);
    for _ in 0..60 {
        let mut talk = Talk::new();
        let mut time = rng.next() as u32;
        for _ in 0..30 {
            let steps = [0, 1, 20, 0xFF_FFFE, 0xFF_FFFF, 0x100_0000, 0xFFFF_FFF0];
            time = time.wrapping_add(steps[rng.below(steps.len())]);
            let csids = [3, 63, 64, 319, 320, 65_599];
            let at = rng.below(csids.len() - 1);
            let [a, b] = [at, at + 1].map(|i| {
                let len = [0, 1, 32, 127, 128, 129, 700][rng.below(7)];
                let kind = [msg::AUDIO, msg::VIDEO][rng.below(2)];
                Message::new(csids[i], kind, rng.bytes(len)).timestamp(time).msid(rng.below(2) as u32)
            });
            talk = match rng.below(4) {
                0 => talk.up(&a),
                1 => talk.interleave(Dir::Up, &[a, b]),
                2 => talk.chunk_size(Dir::Up, 1 + rng.below(300) as u32).up(&b),
                _ => talk.write(Dir::Up, |pen| {
                    let mut open = Open::new(a);
                    pen.chunk(&mut open);
                    pen.message(&msg::set_chunk_size(64));
                    pen.rest(&mut open);
                }),
            };
        }
        check(&talk, 0);
    }
}

/// Both directions, as read, against the truth.
fn check(talk: &Talk, handshake: u64) {
    for dir in [Dir::Up, Dir::Down] {
        let bytes = talk.bytes(dir);
        let read = read(&bytes[handshake as usize..], handshake);
        let same = |s: &Sent| Read {
            csid: s.csid,
            kind: s.kind,
            timestamp: s.timestamp,
            msid: s.msid,
            body: s.body.clone(),
            end: s.end,
        };
        let sent: Vec<Read> = talk.sent().iter().filter(|s| s.dir == dir).map(same).collect();
        assert_eq!(read.len(), sent.len());
        for (a, b) in read.iter().zip(&sent) {
            assert_eq!(a, b);
        }
    }
}

#[test]
fn filled_frames_have_the_wanted_size() {
    let mut rng = Rng::new(1);
    for len in 24..1_200 {
        assert_eq!(codec::sei(len, &mut rng).len(), len);
    }
    for len in (21..900).chain([6]) {
        assert_eq!(codec::silence(len, &mut rng).len(), len);
    }
}

#[test]
fn a_programme_has_frames_at_the_right_times() {
    let frames = Av::seconds(4).frames();
    let keys: Vec<u32> = frames.iter().filter(|f| f.is_key).map(|f| f.timestamp).collect();
    assert_eq!(keys, [0, 2_000]);
    let video: Vec<_> = frames.iter().filter(|f| f.is_video).collect();
    assert_eq!(video.len(), 100);
    let mut shown: Vec<u32> = video
        .iter()
        .map(|f| f.timestamp + u32::from_be_bytes([0, f.body[2], f.body[3], f.body[4]]))
        .collect();
    shown.sort_unstable();
    let expected: Vec<u32> = (1..=100).map(|n| n * 40).collect();
    assert_eq!(shown, expected, "every picture is shown once, a frame time late");
    assert_eq!(frames.len() - 100, 173);
}
