//! Damaged files: what is before the damage is read, and the damage is told.

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write as _;

use super::build::Out;
use super::*;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Numbers that look random and are the same each time.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }
}

#[test]
fn cut_anywhere() {
    for file in samples() {
        let (whole, _) = read(&file);
        let mut most = 0;
        for end in 0..file.len() {
            let Ok(mut capture) = open(&file[..end]) else {
                assert_eq!(most, 0, "cut at {end} is refused, though a shorter one was not");
                continue;
            };
            let some = all(&mut capture);
            assert_eq!(some, whole[..some.len()], "cut at {end}");
            assert!(some.len() >= most, "cut at {end}");
            most = some.len();
            let info = &capture.inputs()[0];
            assert_eq!(info.complete, info.problem.is_none());
            assert!(info.complete == (info.bytes == end as u64), "cut at {end}: {info:?}");
        }
    }
}

#[test]
fn says_where_a_file_is_cut() {
    let file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).record(1, 2, 4, b"abcd").record(3, 4, 78, &[7; 78]);
    let cut = &file.bytes[..24 + 20 + 16 + 24];
    let expected = "packet 2 is cut off at byte 84: the record needs 94 bytes, 40 are there";
    assert_eq!(problem(cut), (1, expected.to_owned()));
    let expected = "packet 2 is cut off at byte 47: the record needs 16 bytes, 3 are there";
    assert_eq!(problem(&file.bytes[..47]), (1, expected.to_owned()));

    let file = Out::new(Order::Big).section().interface(1, 0, &[]);
    let head = file.bytes.len();
    let file = file.enhanced(0, 0, 4, b"abcd").block(5, &Out::new(Order::Big).raw(&[0; 20])).bytes;
    let expected =
        format!("packet 1 is cut off at byte {}: the record needs 36 bytes, 30 are there", head + 30);
    assert_eq!(problem(&file[..head + 30]), (0, expected));
    let expected = format!(
        "a block after packet 1 is cut off at byte {}: the record needs 32 bytes, 31 are there",
        file.len() - 1
    );
    assert_eq!(problem(&file[..file.len() - 1]), (1, expected));
}

#[test]
fn refuses_what_is_no_capture() {
    let refused = |bytes: &[u8]| open(bytes).err().unwrap();
    assert_eq!(refused(b""), "test: the file is empty");
    assert_eq!(refused(b"abc"), "test: not a pcap or pcapng capture");
    assert_eq!(refused(b"hello world"), "test: not a pcap or pcapng capture");
    assert_eq!(refused(&gzip(b"")), "test: the file is empty");
    assert!(refused(b"FLV\x01\x05\0\0\0\x09").ends_with("it is a media file (FLV)"));
    assert!(refused(&gzip(&gzip(b"x"))).contains("compressed twice"));
    let header = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).bytes;
    let expected = "test: the file header is cut off at byte 10: the record needs 24 bytes, 10 are there";
    assert_eq!(refused(&header[..10]), expected);
    let mut version = Out::new(Order::Little).section().bytes;
    version[12] = 2;
    assert!(refused(&version).contains("unknown version"));
    version[8] = 0;
    assert!(refused(&version).contains("without a byte order"));
}

#[test]
fn damage_is_told_and_ends_the_file() {
    let good = Out::new(Order::Little).section().interface(1, 0, &[]).enhanced(0, 1, 2, b"ab");
    let at = good.bytes.len();
    let more = good.clone().enhanced(0, 2, 2, b"cd").enhanced(0, 3, 2, b"ef").bytes;
    let changed = |offset: usize, value: u8| {
        let mut file = more.clone();
        file[at + offset] = value;
        let (count, text) = problem(&file);
        assert_eq!(count, 1, "{text}");
        text
    };
    assert!(changed(33, 1).contains("length at the end"));
    assert!(changed(4, 8).contains("shorter than a block"));
    assert!(changed(4, 16).contains("shorter than its fields"));
    assert!(changed(20, 9).contains("a packet longer than its block"));
    assert!(changed(8, 4).contains("is of interface 4"));
    assert_eq!(
        changed(7, 0x7F),
        format!("packet 2 at byte {at} claims to be 2130706468 bytes long, more than the limit of 16777216")
    );
    let zeros = good.raw(&[0; 64]).bytes;
    assert!(problem(&zeros).1.contains(&format!("byte {at}, after packet 1, is damaged")));

    let huge = Out::pcap(Order::Big, 0xA1B2_C3D4, 1).record(1, 0, 1, b"a").u32(0).u32(0).u32(u32::MAX).u32(1);
    assert!(problem(&huge.bytes).1.starts_with("packet 2 at byte 41 claims to be 4294967295 bytes long"));
    let no_interface = Out::new(Order::Big).section().simple(1, b"a");
    assert!(problem(&no_interface.bytes).1.contains("is of interface 0, but only 0 are described"));
}

#[test]
fn a_failing_read_keeps_what_came_before() {
    struct Failing(Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(std::io::Error::other("the disk is on fire")),
                n => Ok(n),
            }
        }
    }
    let file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).record(1, 2, 4, b"abcd").bytes;
    let source = Failing(Cursor::new(file));
    let mut capture = Capture::from_reader("test", source, &Limits::default()).unwrap();
    assert_eq!(all(&mut capture).len(), 1);
    let text = "reading failed at byte 44, after packet 1: the disk is on fire";
    assert_eq!(capture.inputs()[0].problem.as_deref(), Some(text));
}

#[test]
fn compression_is_found_by_content() {
    for file in samples() {
        let (whole, plain) = read(&file);
        let (front, back) = file.split_at(file.len() / 2);
        let two_members = [gzip(front), gzip(back)].concat();
        let skippable = [&[0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &zstd(front)].concat();
        let two_frames = [skippable, vec![0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], zstd(back)].concat();
        let packed =
            [(gzip(&file), "gzip"), (two_members, "gzip"), (zstd(&file), "zstd"), (two_frames, "zstd")];
        for (packed, name) in packed {
            let (packets, info) = read(&packed);
            assert_eq!(packets, whole);
            assert_eq!(info, InputInfo { compression: Some(name), ..plain.clone() });
        }
    }
}

#[test]
fn a_cut_stream_gives_the_packets_before_the_cut() {
    let mut file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1);
    let mut random = Seeded(7);
    for n in 0..3000 {
        let data: Vec<u8> = (0..200).map(|_| random.below(256) as u8).collect();
        file = file.record(n, 0, 200, &data);
    }
    let whole = packets(&file.bytes);
    for packed in [gzip(&file.bytes), zstd(&file.bytes)] {
        let (some, info) = read(&packed[..packed.len() / 2]);
        assert!(some.len() > 500, "only {} packets", some.len());
        assert_eq!(some, whole[..some.len()]);
        let text = info.problem.unwrap();
        assert!(text.starts_with("reading failed at byte"), "{text}");
    }
}

/// What was decoded before the damage is not lost, and how the source cuts its bytes does not matter.
#[test]
fn a_damaged_gzip_stream_gives_every_packet_before_the_damage() {
    let mut file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1);
    for n in 0..300 {
        file = file.record(n, 0, 100, &[n as u8; 100]);
    }
    let whole = packets(&file.bytes);
    // A stored block that holds all, and one whose length and its complement do not fit.
    let len = u16::try_from(file.bytes.len()).unwrap();
    let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0];
    let damaged =
        [&head[..], &len.to_le_bytes(), &(!len).to_le_bytes(), &file.bytes, &[1, 9, 9, 9, 9]].concat();
    for at_a_time in [1, 1000, damaged.len()] {
        let source = Chunks { bytes: damaged.clone(), at: 0, at_a_time };
        let mut capture = Capture::from_reader("test", source, &Limits::default()).unwrap();
        assert_eq!(all(&mut capture), whole, "{at_a_time} bytes at a time");
        let text = capture.inputs()[0].problem.clone().unwrap();
        assert!(text.starts_with("reading failed at byte 34824, after packet 300: "), "{text}");
    }
}

/// Gives a few bytes at a time.
struct Chunks {
    bytes: Vec<u8>,
    at: usize,
    at_a_time: usize,
}

impl Read for Chunks {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let rest = &self.bytes[self.at..];
        let len = rest.len().min(into.len()).min(self.at_a_time);
        into[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }
}

#[test]
fn a_wrong_checksum_is_told() {
    let file = Out::pcap(Order::Little, 0xA1B2_C3D4, 1).record(1, 2, 4, b"abcd").bytes;
    for (mut packed, back) in [(gzip(&file), 8), (zstd(&file), 1)] {
        let at = packed.len() - back;
        packed[at] ^= 1;
        let (count, text) = problem(&packed);
        assert_eq!(count, 1);
        assert!(text.contains("checksum"), "{text}");
    }
}

/// Changed, cut and doubled bytes never panic, hang, or cost more than the file is worth.
#[test]
fn survives_mutations() {
    let mut random = Seeded(0x9E37_79B9_7F4A_7C15);
    let plain = samples();
    let packed: Vec<_> = plain.iter().flat_map(|file| [gzip(file), zstd(file)]).collect();
    for file in plain.iter().chain(&packed) {
        for _ in 0..1500 {
            let mut file = file.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(file.len());
                match random.below(5) {
                    0 => file[at] = random.below(256) as u8,
                    1 => file[at] ^= 1 << random.below(8),
                    2 => file[at..].iter_mut().take(4).for_each(|b| *b = 0xFF),
                    3 => file.truncate(at.max(1)),
                    _ => file.extend_from_within(at..),
                }
            }
            let Ok(mut capture) = open(&file) else { continue };
            let packets = all(&mut capture);
            let info = &capture.inputs()[0];
            assert_eq!(info.packets, packets.len() as u64);
            assert!(info.compression.is_some() || info.bytes <= file.len() as u64);
        }
    }
}
