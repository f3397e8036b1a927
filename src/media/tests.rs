//! Every header layout from bytes, some of them from real streams, and the properties of the decoder.

use super::audio::AudioTag;
use super::codec::Codec;
use super::keep::{HEAD_LEN, Keep, is_sifted, keep_len};
use super::sieve::Sieve;
use super::tag::{Packet, Role, Tag, VideoCommand};
use super::tracks::{Layout, Part};
use super::video::{FrameType, VideoTag};
use super::{AUDIO, VIDEO, read};
use crate::base::limits::Limits;

const FRAME: Role = Role::Frame { key: false };
const KEY: Role = Role::Frame { key: true };

fn video(bytes: &[u8]) -> Tag<'_> {
    VideoTag::parse(bytes).tag
}

fn audio(bytes: &[u8]) -> Tag<'_> {
    AudioTag::parse(bytes).tag
}

/// Role, codec, header length and body of a whole header.
fn facts<'a>(tag: &Tag<'a>) -> (Role, Option<Codec>, usize, &'a [u8]) {
    assert_eq!(tag.cut, None);
    (tag.role, tag.codec, tag.header_len, tag.body)
}

#[test]
fn legacy_avc() {
    let tag = video(b"\x17\x00\x00\x00\x00\x01\x64");
    assert_eq!(facts(&tag), (Role::SequenceHeader, Some(Codec::H264), 5, &b"\x01\x64"[..]));
    assert_eq!((tag.config(), tag.payload_len(7)), (Some(&b"\x01\x64"[..]), 0));
    let tag = video(b"\x27\x01\xff\xff\xd8\0\0\0\x02");
    assert_eq!(facts(&tag), (FRAME, Some(Codec::H264), 5, &b"\0\0\0\x02"[..]));
    assert_eq!((tag.composition_ms, tag.payload_len(100), tag.config()), (-40, 95, None));
    assert!(!tag.enhanced);
    assert_eq!(video(b"\x17\x01\x00\x00\x50").role, KEY);
    assert_eq!(video(b"\x17\x01\x00\x00\x50").composition_ms, 80);
    assert_eq!(video(b"\x17\x02\0\0\0").role, Role::SequenceEnd);
    assert_eq!(video(b"\x17\x09\0\0\0").role, Role::Reserved(9));
    // An end without its composition time is still an end.
    assert_eq!((video(b"\x17\x02").role, video(b"\x17\x02").cut.map(|c| c.at)), (Role::SequenceEnd, Some(2)));
}

#[test]
fn legacy_hevc_and_av1_are_laid_out_as_avc() {
    assert_eq!(
        facts(&video(b"\x1c\0\0\0\0\x01")),
        (Role::SequenceHeader, Some(Codec::Hevc), 5, &b"\x01"[..])
    );
    assert_eq!(facts(&video(b"\x2d\x01\0\0\0\x0a")), (FRAME, Some(Codec::Av1), 5, &b"\x0a"[..]));
}

#[test]
fn legacy_frame_types_and_codecs() {
    for (byte, frame, role, codec) in [
        (0x12, FrameType::Key, KEY, Codec::H263),
        (0x33, FrameType::Disposable, FRAME, Codec::Screen),
        (0x44, FrameType::GeneratedKey, KEY, Codec::Vp6),
        (0x25, FrameType::Inter, FRAME, Codec::Vp6a),
        (0x26, FrameType::Inter, FRAME, Codec::Screen2),
        (0x09, FrameType::Reserved(0), FRAME, Codec::Mpeg4),
        (0x7F, FrameType::Reserved(7), FRAME, Codec::Unknown(15)),
    ] {
        let bytes = [byte, 1, 2];
        let tag = VideoTag::parse(&bytes);
        assert_eq!(tag.frame, Some(frame));
        assert_eq!(facts(&tag.tag), (role, Some(codec), 1, &[1, 2][..]));
        assert_eq!(tag.tag.packet, None);
    }
}

#[test]
fn commands_and_empty_messages() {
    for (byte, command) in
        [(0, VideoCommand::SeekStart), (1, VideoCommand::SeekEnd), (7, VideoCommand::Other(7))]
    {
        assert_eq!(facts(&video(&[0x57, byte])), (Role::Command(command), Some(Codec::H264), 2, &[][..]));
        let enhanced = [0xD0, byte];
        assert_eq!(facts(&video(&enhanced)), (Role::Command(command), None, 2, &[][..]));
        let multitrack = [0xD6, byte];
        assert_eq!(video(&multitrack).role, Role::Command(command));
    }
    // The frame type means nothing in metadata.
    assert_eq!(video(b"\xd4hvc1\x02").role, Role::Metadata);
    assert_eq!(facts(&video(b"")), (Role::Empty, None, 0, &[][..]));
    assert_eq!(facts(&audio(b"")), (Role::Silence, None, 0, &[][..]));
    assert_eq!(VideoTag::parse(b"").frame, None);
}

#[test]
fn enhanced_video_packet_types() {
    for (packet_type, role, name) in [
        (0, Role::SequenceHeader, "sequence_start"),
        (2, Role::SequenceEnd, "sequence_end"),
        (3, KEY, "coded_frames_x"),
        (4, Role::Metadata, "metadata"),
        (5, Role::TsSequenceHeader, "mpeg2ts_sequence_start"),
        (8, Role::Reserved(8), "reserved_8"),
        (15, Role::Reserved(15), "reserved_15"),
    ] {
        let bytes = [0x90 | packet_type, b'h', b'v', b'c', b'1', 1, 2, 3, 4];
        let tag = video(&bytes);
        assert_eq!(facts(&tag), (role, Some(Codec::Hevc), 5, &[1, 2, 3, 4][..]));
        assert!(tag.enhanced && tag.packet.is_some_and(|packet| packet.name() == name));
    }
}

#[test]
fn only_three_codecs_have_a_composition_time() {
    for fourcc in [b"avc1", b"hvc1", b"vvc1"] {
        let bytes = [&[0xA1], &fourcc[..], &[0, 0, 40, 9]].concat();
        let tag = video(&bytes);
        assert_eq!((tag.header_len, tag.composition_ms, tag.body), (8, 40, &[9][..]));
        assert_eq!((tag.role, tag.payload_len(9)), (FRAME, 1));
    }
    for fourcc in [b"av01", b"vp08", b"vp09", b"apv1"] {
        let bytes = [&[0xA1], &fourcc[..], &[0, 0, 40, 9]].concat();
        let tag = video(&bytes);
        assert_eq!((tag.header_len, tag.composition_ms, tag.body.len()), (5, 0, 4));
    }
}

#[test]
fn extensions_come_before_the_packet_type() {
    // Nanoseconds, then one of type 3 and 256 bytes, then coded frames.
    let mut bytes = b"\xa7\x02\x01\x00\x00\x07\xff\x00\xff".to_vec();
    bytes.extend([0; 256]);
    bytes.extend(b"\x31av01\xAA");
    let tag = video(&bytes);
    assert_eq!(facts(&tag), (FRAME, Some(Codec::Av1), bytes.len() - 1, &[0xAA][..]));
    assert_eq!((tag.offset_ns, tag.packet), (Some(0x01_0000), Some(Packet::CodedFrames)));
    assert_eq!((tag.extensions, tag.unknown_extensions), (2, 1));
    let tag = audio(b"\x97\x00\x09\x10Opus");
    assert_eq!((tag.role, tag.offset_ns, tag.extensions), (Role::SequenceHeader, None, 1));
    assert_eq!(tag.unknown_extensions, 1);
    // A command frame may have them too.
    assert_eq!(video(b"\xd7\x00\x09\x10\x01").role, Role::Command(VideoCommand::SeekEnd));
}

#[test]
fn one_track() {
    // From a recorded stream: a second AAC track, and a second AVC track.
    let tag = audio(b"\x95\x00mp4a\x01\x12\x10\x56\xe5\x00");
    assert_eq!(facts(&tag), (Role::SequenceHeader, Some(Codec::Aac), 7, &b"\x12\x10\x56\xe5\x00"[..]));
    assert_eq!((tag.track.map(|t| (t.layout, t.id, t.size)), tag.config().map(<[_]>::len)), {
        (Some((Layout::One, 1, None)), Some(5))
    });
    assert_eq!(audio(b"\x95\x04mp4a\x01\x01\x02\x00\x00\x00\x03").role, Role::ChannelConfig);
    let tag = video(b"\x96\x01avc1\x01\x00\x00\x50\x00\x00\x02\xac");
    assert_eq!(facts(&tag), (KEY, Some(Codec::H264), 10, &b"\x00\x00\x02\xac"[..]));
    assert_eq!((tag.composition_ms, tag.track.map(|t| t.id)), (80, Some(1)));
}

#[test]
fn many_tracks() {
    let bytes = b"\xa6\x11hvc1\x00\x00\x00\x05\x00\x00\x28ab\x07\x00\x00\x04\x00\x00\x29c";
    let tag = video(bytes);
    assert_eq!(facts(&tag), (FRAME, Some(Codec::Hevc), 13, &b"ab"[..]));
    assert_eq!((tag.composition_ms, tag.track.and_then(|t| t.size)), (40, Some(5)));
    let parts = |have: usize, len| {
        let parts = tag.tracks(&bytes[..have], len).unwrap();
        parts.map(|p| (p.id, p.composition_ms, p.body, p.size, p.missing)).collect::<Vec<_>>()
    };
    assert_eq!(parts(23, 23), [(0, 40, &b"ab"[..], 5, 0), (7, 41, &b"c"[..], 4, 0)]);
    let mut all = tag.tracks(bytes, 23).unwrap();
    assert_eq!(all.by_ref().map(|p| (p.header_len, p.payload_len)).collect::<Vec<_>>(), [(7, 2), (7, 1)]);
    assert_eq!(all.left(), 0);
    // As much as there is, of a message that ends there or of one of which no more was kept.
    assert_eq!(parts(22, 22)[1], (7, 41, &b""[..], 3, 1));
    assert_eq!(parts(20, 23)[1], (7, 0, &b"\0"[..], 4, 0));
    let mut none = tag.tracks(&bytes[..17], 17).unwrap();
    assert_eq!((none.by_ref().count(), none.left()), (1, 2));
}

#[test]
fn many_codecs() {
    let bytes = b"\x95\x21Opus\x00\x00\x00\x01\xAAmp4a\x01\x00\x00\x02\xBB\xCC";
    let tag = audio(bytes);
    assert_eq!(facts(&tag), (FRAME, Some(Codec::Opus), 10, &b"\xAA"[..]));
    let parts: Vec<_> = tag.tracks(bytes, bytes.len()).unwrap().map(|p| (p.codec, p.id, p.body)).collect();
    assert_eq!(parts, [(Some(Codec::Opus), 0, &b"\xAA"[..]), (Some(Codec::Aac), 1, &b"\xBB\xCC"[..])]);
    // Each codec has a composition time or not, and none has it in frames without one.
    let frames = b"\xa6\x21avc1\x00\0\0\x04\0\0\x28aav01\x01\0\0\x04\0\0\x29b";
    let mut without = *frames;
    without[1] = 0x23;
    for (bytes, first) in [(frames, (40, &b"a"[..])), (&without, (0, &b"\0\0\x28a"[..]))] {
        let parts = video(bytes).tracks(bytes, bytes.len()).unwrap();
        let parts: Vec<_> = parts.map(|p| (p.composition_ms, p.body)).collect();
        assert_eq!(parts, [first, (0, &b"\0\0\x29b"[..])]);
    }
}

#[test]
fn the_last_offset_counts_and_a_short_one_does_not() {
    let tag = video(b"\x97\x02\x0f\x42\x3f\x07\x03\x00\x00\x01\x99\x07\x01\xff\xff\x07\x00\xff\xf3av01");
    assert_eq!((tag.role, tag.codec, tag.cut), (KEY, Some(Codec::Av1), None));
    assert_eq!((tag.offset_ns, tag.extensions), (Some(1), 4));
    assert_eq!((tag.unknown_extensions, tag.invalid_extensions), (1, 1));
    // The longest there is: 65536 bytes.
    let mut bytes = b"\x97\xff\xff\xff".to_vec();
    bytes.extend(vec![7; 65_536]);
    bytes.extend(b"\x03vp09\x82");
    let tag = video(&bytes);
    assert_eq!(
        (tag.packet, tag.codec, tag.body),
        (Some(Packet::CodedFramesX), Some(Codec::Vp9), &[0x82][..])
    );
    bytes.truncate(65_539);
    assert_eq!(video(&bytes).role, Role::Cut);
}

#[test]
fn undefined_multitrack_types() {
    let tag = video(b"\xa6\x91hvc1\x00");
    assert_eq!((tag.role, tag.codec, tag.track, tag.header_len), (Role::Reserved(1), None, None, 2));
    assert_eq!((tag.layout, tag.packet), (Some(Layout::Reserved(9)), Some(Packet::CodedFrames)));
    // A multitrack message inside a multitrack message is not one.
    assert_eq!(video(b"\xa6\x06hvc1\x00").role, Role::Reserved(6));
    assert_eq!(audio(b"\x95\x07mp4a\x00").role, Role::Reserved(7));
}

#[test]
fn legacy_audio() {
    let tag = audio(b"\xaf\x00\x12\x10");
    assert_eq!(facts(&tag), (Role::SequenceHeader, Some(Codec::Aac), 2, &b"\x12\x10"[..]));
    assert_eq!(facts(&audio(b"\xaf\x01\x21")), (FRAME, Some(Codec::Aac), 2, &b"\x21"[..]));
    assert_eq!(audio(b"\xaf\x05\x21").role, Role::Reserved(5));
    let sound = |byte: u8| AudioTag::parse(&[byte, 0]).sound.unwrap();
    for (byte, name, rate, channels) in [
        (0xAF_u8, "aac", None, None),
        (0x2F, "mp3", Some(44_100), Some(2)),
        (0xE6, "mp3", Some(8_000), Some(1)),
        (0x07, "pcm", Some(11_025), Some(2)),
        (0x3A, "pcm", Some(22_050), Some(1)),
        (0x12, "adpcm", Some(5_512), Some(1)),
        (0x4F, "nellymoser", Some(16_000), Some(1)),
        (0x5F, "nellymoser", Some(8_000), Some(1)),
        (0x6A, "nellymoser", Some(22_050), Some(1)),
        (0x72, "g711a", Some(8_000), Some(1)),
        (0x83, "g711u", Some(8_000), Some(2)),
        (0xB6, "speex", Some(16_000), Some(1)),
    ] {
        let bytes = [byte, 1];
        let tag = AudioTag::parse(&bytes);
        assert_eq!(
            (tag.tag.codec.unwrap().name().as_ref(), tag.tag.header_len),
            (name, 1 + usize::from(byte == 0xAF))
        );
        assert_eq!((sound(byte).sample_rate(), sound(byte).channels()), (rate, channels), "{byte:#x}");
    }
    assert_eq!((sound(0x00).bits, sound(0x02).bits), (8, 16));
}

#[test]
fn enhanced_audio_packet_types() {
    for (packet_type, role) in [
        (0, Role::SequenceHeader),
        (1, FRAME),
        (2, Role::SequenceEnd),
        (3, Role::Reserved(3)),
        (4, Role::ChannelConfig),
        (6, Role::Reserved(6)),
        (15, Role::Reserved(15)),
    ] {
        // Multitrack is 5 for audio and 6 for video.
        let bytes = [0x90 | packet_type, b'O', b'p', b'u', b's', 7];
        let tag = AudioTag::parse(&bytes);
        assert_eq!(facts(&tag.tag), (role, Some(Codec::Opus), 5, &[7][..]));
        assert_eq!(tag.sound, None);
    }
}

#[test]
fn what_to_keep() {
    let keep = |type_id, head: &[u8]| keep_len(type_id, head);
    for all in [b"\x17\x00", b"\x1c\x00", b"\x90h", b"\x94h", b"\x95a", b"\x96\x00", b"\xa6\x14", b"\xa7\x00"]
    {
        assert_eq!(keep(VIDEO, all), Keep::All, "{all:x?}");
    }
    for head in
        [b"\x17\x01", b"\x27\x01", b"\x17\x02", b"\x12\x00", b"\x91h", b"\x93h", b"\x96\x01", b"\x57\x00"]
    {
        assert_eq!(keep(VIDEO, head), Keep::Head, "{head:x?}");
    }
    for all in [b"\xaf\x00", b"\x90O", b"\x94O", b"\x95\x00", b"\x95\x14", b"\x97\x00"] {
        assert_eq!(keep(AUDIO, all), Keep::All, "{all:x?}");
    }
    for head in [b"\xaf\x01", b"\x2f\x00", b"\x91O", b"\x92O", b"\x9f\x00"] {
        assert_eq!(keep(AUDIO, head), Keep::Head, "{head:x?}");
    }
    assert_eq!(keep(20, b"\x02\x00"), Keep::All);
    // With the real packet type in sight, an extension makes no difference.
    assert_eq!(keep(VIDEO, b"\xa7\x02\x01\x00\x00\x01"), Keep::Head);
    // Of frames of several tracks the heads, once it is known where they begin.
    assert_eq!(keep(AUDIO, b"\x95\x11"), Keep::All);
    assert_eq!(
        keep(AUDIO, b"\x95\x11mp4a\x00\x00\x01\x00"),
        Keep::Tracks { layout: Layout::Many, list_at: 6 }
    );
    let many_codecs = b"\xa6\x23hvc1\x00\x00\x01\x00";
    assert_eq!(keep(VIDEO, many_codecs), Keep::Tracks { layout: Layout::ManyCodecs, list_at: 2 });
    let limits = Limits::default();
    assert_eq!((Keep::Head.max_len(&limits), Keep::All.max_len(&limits)), (HEAD_LEN, limits.command_bytes));
}

/// Headers of every layout.
const HEADERS: [(u8, &[u8]); 12] = [
    (VIDEO, b"\x17\x00\x00\x00\x00\x01\x64\x00\x1e\xff"),
    (VIDEO, b"\x27\x01\x00\x00\x50\x00\x00\x00\x01\x41"),
    (VIDEO, b"\x57\x00"),
    (VIDEO, b"\x90hvc1\x01\x02"),
    (VIDEO, b"\x91avc1\x00\x00\x50\x65"),
    (VIDEO, b"\xa7\x02\x01\x00\x00\x07\x00\x00\x01av01\xAA"),
    (VIDEO, b"\xa6\x11hvc1\x00\x00\x00\x05\x00\x00\x28ab\x07\x00\x00\x04\x00\x00\x29c"),
    (VIDEO, b"\xa6\x21hvc1\x00\x00\x00\x05\x00\x00\x28abav01\x07\x00\x00\x01c"),
    (AUDIO, b"\xaf\x01\x21\x19"),
    (AUDIO, b"\x90OpusOpusHead\x01\x02"),
    (AUDIO, b"\x95\x21Opus\x00\x00\x00\x01\xAAmp4a\x01\x00\x00\x02\xBB\xCC"),
    (AUDIO, b"\x97\x02\x01\x00\x00\x05\x01mp4a\x01\x21"),
];

#[test]
fn truncated_anywhere() {
    for (type_id, bytes) in HEADERS {
        let whole = read(type_id, bytes).unwrap();
        for end in 1..bytes.len() {
            let tag = read(type_id, &bytes[..end]).unwrap();
            assert_eq!(tag.cut.is_some(), end < whole.header_len, "{bytes:x?} to {end}");
            assert!(tag.header_len <= end && tag.body.len() + tag.header_len <= end);
            if tag.cut.is_none() {
                assert_eq!(Tag { body: whole.body, ..tag }, whole);
                assert!(whole.body.starts_with(tag.body));
            }
            // More bytes never turn what is skipped into what is kept.
            if keep_len(type_id, &bytes[..end]) == Keep::Head {
                assert_eq!(keep_len(type_id, bytes), Keep::Head);
            }
        }
    }
}

#[test]
fn garbage_and_mutations_never_panic() {
    let mut state = 11_u64;
    let mut random = move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        usize::try_from(state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40).unwrap()
    };
    for _ in 0..5000 {
        let (type_id, header) = HEADERS[random() % HEADERS.len()];
        let mut bytes = header.to_vec();
        for _ in 0..=random() % 4 {
            let at = random() % bytes.len();
            bytes[at] = u8::try_from(random() % 256).unwrap();
        }
        bytes.truncate(random() % (bytes.len() + 1));
        let tag = read(type_id, &bytes).unwrap();
        assert!(tag.header_len + tag.body.len() <= bytes.len());
        assert!(tag.tracks(&bytes, bytes.len()).is_none_or(|tracks| tracks.count() <= bytes.len()));
        assert_eq!(
            tag.config().is_some(),
            matches!(tag.role, Role::SequenceHeader | Role::TsSequenceHeader) && tag.cut.is_none()
        );
    }
}

/// Coded frames of tracks of these sizes, each body made of its track's number.
fn frames(sizes: &[usize]) -> Vec<u8> {
    let mut bytes = b"\xa6\x21".to_vec();
    for (id, size) in sizes.iter().enumerate() {
        let id = u8::try_from(id).unwrap();
        bytes.extend(b"hvc1");
        bytes.push(id);
        bytes.extend(&u32::try_from(*size).unwrap().to_be_bytes()[1..]);
        bytes.extend(vec![id; *size]);
    }
    bytes
}

/// What a sieve lets through of the list of tracks of `message`, given in pieces of `step` bytes.
fn sifted(message: &[u8], most: usize, step: usize) -> Vec<u8> {
    let mut kept = message[..2].to_vec();
    let mut sieve = Sieve::new(Layout::ManyCodecs, most).unwrap();
    message[2..].chunks(step).for_each(|piece| sieve.pass(piece, &mut kept));
    kept
}

#[test]
fn a_sieve_keeps_the_head_of_each_track() {
    let message = frames(&[1000, 0, 70_000, 64, 65, 3]);
    let whole = VideoTag::parse(&message).tag;
    let kept = sifted(&message, 32, 1);
    assert_eq!(kept.len(), 2 + 6 * 8 + 4 * 64 + 3);
    for step in [2, 3, 7, 64, 1000, 100_000] {
        assert!(sifted(&message, 32, step) == kept, "pieces of {step} bytes");
    }
    assert!(is_sifted(VIDEO, &kept));
    let tag = VideoTag::parse(&kept).tag;
    let mut parts = tag.sifted_tracks(&kept, message.len()).unwrap();
    let mut bodies = whole.tracks(&message, message.len()).unwrap();
    for (part, body) in parts.by_ref().zip(bodies.by_ref()) {
        assert_eq!((part.id, part.size, part.missing), (body.id, body.size, body.missing));
        assert_eq!((part.header_len, part.payload_len), (body.header_len, body.payload_len));
        assert_eq!(part.composition_ms, body.composition_ms);
        assert!(body.body.starts_with(part.body), "track {}", part.id);
    }
    assert_eq!((parts.left(), bodies.left(), parts.next(), bodies.next()), (0, 0, None, None));
    // Behind the last track that is told, nothing is kept.
    let kept = sifted(&message, 2, 5);
    assert_eq!(kept.len(), 2 + 2 * 8 + 64);
    let mut parts = VideoTag::parse(&kept).tag.sifted_tracks(&kept, message.len()).unwrap();
    assert_eq!((parts.by_ref().count(), parts.left()), (2, message.len() - 2 - 16 - 1000));
}

#[test]
fn a_message_no_longer_than_a_head_passes_whole() {
    for sizes in [&[10, 20][..], &[0, 0, 0, 0, 0, 0, 0], &[54], &[]] {
        let message = frames(sizes);
        assert!(message.len() <= HEAD_LEN);
        assert!(sifted(&message, 32, 1) == message, "{sizes:?}");
    }
}

#[test]
fn what_is_sifted_reads_as_the_message_wherever_it_ends() {
    let message = frames(&[100, 5, 80, 0, 9]);
    for end in 2..message.len() {
        let kept = sifted(&message[..end], 32, 3);
        let tag = VideoTag::parse(&kept).tag;
        if kept.len() < HEAD_LEN || tag.track.is_none() {
            continue;
        }
        assert!(is_sifted(VIDEO, &kept));
        let facts = |p: Part<'_>| (p.codec, p.id, p.size, p.missing, p.header_len, p.payload_len);
        let mut ours = tag.sifted_tracks(&kept, end).unwrap();
        let mut theirs = VideoTag::parse(&message).tag.tracks(&message[..end], end).unwrap();
        assert!(ours.by_ref().map(facts).eq(theirs.by_ref().map(facts)), "{end} bytes");
        assert_eq!(ours.left(), theirs.left(), "{end} bytes");
    }
}
