//! Units of frames made by hand, in one piece and cut anywhere.

use super::scanner::{self, Scanner};
use super::{Extent, Family, LengthSizes, SliceType, Units};
use crate::media::codec::Codec;
use crate::media::keep::HEAD_LEN;
use crate::media::video::VideoTag;

/// NAL units with lengths of `size` bytes.
fn nals(size: usize, units: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for unit in units {
        bytes.extend(&u32::try_from(unit.len()).unwrap().to_be_bytes()[4 - size..]);
        bytes.extend(*unit);
    }
    bytes
}

/// A legacy message: codec 7, 12 or 13, coded frames.
fn legacy(codec: u8, frame: &[u8]) -> Vec<u8> {
    [&[0x20 | codec, 1, 0, 0, 40], frame].concat()
}

/// An Enhanced message of packet type 1, with a composition time where the codec has one.
fn enhanced(fourcc: [u8; 4], frame: &[u8]) -> Vec<u8> {
    let time: &[u8] = if fourcc == *b"av01" { &[] } else { &[0, 0, 40] };
    [&[0xA1], &fourcc[..], time, frame].concat()
}

fn avc(units: &[&[u8]]) -> Vec<u8> {
    legacy(7, &nals(4, units))
}

/// Scans a message as the chunk decoder does: its head first, the rest in pieces.
fn scan_pieces(message: &[u8], sizes: LengthSizes, announced: usize, piece: usize) -> Option<Units> {
    let (head, rest) = message.split_at(message.len().min(HEAD_LEN));
    let mut scanner = Scanner::default();
    scanner.start(&VideoTag::parse(head).tag, u32::try_from(announced).unwrap(), sizes);
    rest.chunks(piece).for_each(|part| scanner.feed(part));
    scanner.end().copied()
}

fn scan(message: &[u8]) -> Units {
    scan_pieces(message, LengthSizes::default(), message.len(), usize::MAX).expect("a frame with units")
}

fn names(units: &Units) -> String {
    units.names().collect::<Vec<_>>().join(" ")
}

fn slices(units: &Units) -> String {
    units.slice_types().map(SliceType::name).collect::<Vec<_>>().join(" ")
}

/// A slice of this NAL header: first macroblock 0, then the slice type.
fn slice(header: u8, kind: u8) -> Vec<u8> {
    // 1, then the type in Exp-Golomb: 1, 010, 011, 00100, 00101, 00110, 00111, 0001000 …
    let code: u16 = match kind {
        0 => 0b1100_0000 << 8,
        1 => 0b1010_0000 << 8,
        2 => 0b1011_0000 << 8,
        kind @ 3..=6 => (0b1001_0000 << 8) + (u16::from(kind - 3) << 10),
        kind => (0b1000_1000 << 8) + (u16::from(kind - 7) << 8),
    };
    [&[header], &code.to_be_bytes()[..], &[0x5A; 200]].concat()
}

#[test]
fn units_of_h264_in_order() {
    let key = [0x65, 0x88, 0x84, 0, 7];
    let units = scan(&avc(&[&[9, 0xF0], &[0x67, 1, 2, 3], &[0x68, 9], &[6, 5, 1, 7, 0x80], &key]));
    assert_eq!(names(&units), "aud sps pps sei idr");
    assert_eq!((units.total, units.extent, units.has_idr()), (5, Extent::Whole, true));
    assert_eq!((slices(&units), units.recovery_point), ("I".to_owned(), false));
    let all: Vec<Vec<u8>> = (0..32).map(|kind| vec![kind]).collect();
    let all: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    assert_eq!(
        names(&scan(&avc(&all[..16]))),
        "nal_0 slice partition_a partition_b partition_c idr sei sps pps aud end_sequence end_stream filler \
         sps_ext nal_14 nal_15"
    );
    assert_eq!(names(&scan(&avc(&all[31..]))), "nal_31");
}

#[test]
fn every_slice_type_is_read() {
    let types: Vec<String> = (0..12).map(|kind| slices(&scan(&avc(&[&slice(0x41, kind)])))).collect();
    assert_eq!(types, ["P", "B", "I", "SP", "SI", "P", "B", "I", "SP", "SI", "", ""]);
    let units = scan(&avc(&[&slice(0x41, 1), &slice(0x41, 5), &slice(0x41, 6), &slice(0x65, 2)]));
    assert_eq!((slices(&units).as_str(), names(&units).as_str()), ("B P I", "slice slice slice idr"));
}

#[test]
fn a_slice_header_may_be_long_and_escaped() {
    // First macroblock 2^17 − 1: 17 zeros, a one, 17 zeros; then slice type 6 is 00111.
    let bits = format!("{:017}1{:017}00111", 0, 0);
    let bits = format!("{bits:0<48}");
    let raw: Vec<u8> = (0..6).map(|n| u8::from_str_radix(&bits[8 * n..8 * n + 8], 2).unwrap()).collect();
    assert_eq!(raw[..2], [0, 0]);
    assert!(raw[2] > 3, "needs no escape of its own: {raw:?}");
    assert_eq!(slices(&scan(&avc(&[&[&[0x41], &raw[..]].concat()]))), "B");
    // 22 zeros, a one, 22 zeros, type 5 is 00110: the third byte is 2 and has to be escaped.
    let bits = format!("{:022}1{:022}00110", 0, 0);
    let bits = format!("{bits:0<56}");
    let raw: Vec<u8> = (0..7).map(|n| u8::from_str_radix(&bits[8 * n..8 * n + 8], 2).unwrap()).collect();
    let mut escaped = vec![0x41];
    let mut zeros = 0;
    for byte in raw {
        if zeros == 2 && byte <= 3 {
            escaped.push(3);
            zeros = 0;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        escaped.push(byte);
    }
    assert!(escaped.windows(3).any(|w| w == [0, 0, 3]), "{escaped:?}");
    assert_eq!(slices(&scan(&avc(&[&escaped]))), "P");
    // Zeros without end are no number.
    assert_eq!(slices(&scan(&avc(&[&[0x41, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF]]))), "");
}

#[test]
fn a_recovery_point_is_found_behind_other_messages() {
    let recovery: &[u8] = &[6, 1, 0xC4, 0x80];
    let found = |sei: &[u8]| scan(&avc(&[&[&[6], sei].concat(), &slice(0x41, 7)])).recovery_point;
    assert!(found(recovery));
    assert!(found(&[&[1, 2, 9, 9], recovery].concat()), "behind another message");
    // Type 5 of 258 bytes: its size takes two bytes.
    assert!(found(&[&[5, 0xFF, 3][..], &[4; 258], recovery].concat()), "behind a long one");
    // Type 261: its type takes two bytes; 6 + 255 is no recovery point.
    assert!(!found(&[0xFF, 6, 1, 0xC4, 0x80]));
    assert!(found(&[&[0xFF, 6, 2, 9, 9], recovery].concat()), "behind one of such a type");
    // The size counts without the escape.
    assert!(found(&[&[5, 4, 0, 0, 3, 1, 8][..], recovery].concat()), "behind an escaped one");
    assert!(!found(&[5, 4, 0, 0, 6, 1, 0x80]), "inside another message");
    assert!(!found(&[4, 1, 6, 0x80]));
    let units = scan(&avc(&[&[&[6], recovery].concat(), &[6, 5, 1, 1, 0x80], &slice(0x41, 7)]));
    assert_eq!((names(&units).as_str(), slices(&units).as_str()), ("sei sei slice", "I"));
    assert!(units.recovery_point && !units.has_idr());
}

#[test]
fn lengths_are_as_long_as_the_record_says() {
    let sizes = |codec: Codec, record: &[u8]| {
        let mut sizes = LengthSizes::default();
        sizes.learn(codec, record);
        sizes
    };
    for size in 1..=4_u8 {
        let mut hvcc = [0; 23];
        (hvcc[0], hvcc[21]) = (1, 0x0C | (size - 1));
        for (codec, record, id, unit) in [
            (Codec::H264, &[1, 66, 0, 30, 0xFC | (size - 1), 0xE0, 0][..], 7, [0x65, 0x88]),
            (Codec::Hevc, &hvcc, 12, [19 << 1, 1]),
        ] {
            let message = legacy(id, &nals(usize::from(size), &[&unit, &unit]));
            let units = scan_pieces(&message, sizes(codec, record), message.len(), 9).unwrap();
            assert_eq!(
                (names(&units).as_str(), units.extent),
                ("idr idr", Extent::Whole),
                "{codec:?} {size}"
            );
        }
        let vvcc = sizes(Codec::Vvc, &[0xF8 | (size - 1) << 1]);
        let message = enhanced(*b"vvc1", &nals(usize::from(size), &[&[0, 7 << 3 | 1], &[0, 8 << 3 | 1, 5]]));
        let units = scan_pieces(&message, vvcc, message.len(), 9).unwrap();
        assert_eq!((names(&units).as_str(), units.extent), ("idr idr", Extent::Whole), "vvc {size}");
    }
    // Parameter sets with start codes are no record.
    assert_eq!(sizes(Codec::H264, &[0, 0, 0, 1, 0x64]), LengthSizes::default());
    assert_eq!(sizes(Codec::Vvc, &[0, 0, 0, 1, 0x64]), LengthSizes::default());
    assert_eq!(sizes(Codec::Hevc, &[1; 20]), LengthSizes::default());
}

#[test]
fn messages_bring_records() {
    let found = |message: &[u8]| {
        let mut found = Vec::new();
        let tag = VideoTag::parse(message).tag;
        scanner::records(&tag, message, |track, codec, record| found.push((track, codec, record.len())));
        found
    };
    let avcc = [1, 66, 0, 30, 0xFC, 0xE0, 0];
    assert_eq!(found(&[&[0x17, 0, 0, 0, 0][..], &avcc].concat()), [(0, Codec::H264, 7)]);
    assert_eq!(found(&legacy(7, &[0; 9])), []);
    // In a message of several tracks each has its own.
    let header = [&[0x96, 0x20][..], b"avc1", &[0, 0, 0, 7], &avcc, b"hvc1", &[1, 0, 0, 3, 1, 2, 3]].concat();
    assert_eq!(found(&header), [(0, Codec::H264, 7), (1, Codec::Hevc, 3)]);
}

#[test]
fn units_of_hevc_and_vvc() {
    let hevc = |kind: u8| [kind << 1, 1, 0xAB];
    let units = [35, 32, 33, 34, 39, 19, 40, 1, 16, 21, 8, 6, 2, 4, 36, 37].map(hevc);
    let units: Vec<&[u8]> = units.iter().map(<[u8; 3]>::as_slice).collect();
    for message in [legacy(12, &nals(4, &units)), enhanced(*b"hvc1", &nals(4, &units))] {
        let found = scan(&message);
        assert_eq!(
            names(&found),
            "aud vps sps pps prefix_sei idr suffix_sei trail bla cra rasl radl tsa stsa eos eob"
        );
        assert!(found.has_idr() && found.extent == Extent::Whole && slices(&found).is_empty());
    }
    let others = [38, 22, 63, 18].map(hevc);
    let others: Vec<&[u8]> = others.iter().map(<[u8; 3]>::as_slice).collect();
    let found = scan(&enhanced(*b"hvc1", &nals(4, &others)));
    assert_eq!((names(&found).as_str(), found.has_idr()), ("filler nal_22 nal_63 bla", false));
    // The header byte of H.266 that says the type is the second.
    let units: Vec<[u8; 2]> =
        [20, 14, 15, 16, 17, 23, 8, 0, 9, 10, 4].map(|kind| [1, kind << 3 | 1]).to_vec();
    let units: Vec<&[u8]> = units.iter().map(<[u8; 2]>::as_slice).collect();
    let found = scan(&enhanced(*b"vvc1", &nals(4, &units)));
    assert_eq!(names(&found), "aud vps sps pps prefix_aps prefix_sei idr trail cra gdr nal_4");
    assert!(found.has_idr());
    // Too short for a header of two bytes.
    let found = scan(&enhanced(*b"hvc1", &nals(4, &[&[2, 1], &[2]])));
    assert_eq!((names(&found).as_str(), found.extent), ("trail", Extent::Damaged));
}

#[test]
fn units_of_av1() {
    let mut frame = vec![0x12, 0, 0x0A, 3, 1, 2, 3];
    frame.extend([0x2E, 0x28, 2, 9, 9]); // metadata, with an extension
    frame.extend([0x32, 0x80 | 0x2C, 0x02]); // a frame of 300 bytes
    frame.extend([0xFF; 300]);
    frame.extend([0x78, 1, 2, 3]); // padding without a size
    for message in [legacy(13, &frame), enhanced(*b"av01", &frame)] {
        let units = scan(&message);
        assert_eq!(names(&units), "temporal_delimiter sequence_header metadata frame padding");
        assert_eq!((units.total, units.extent, units.has_idr()), (5, Extent::Whole, false));
    }
    let extent = |frame: &[u8]| scan(&enhanced(*b"av01", frame)).extent;
    assert_eq!(extent(&[0x32, 4, 1, 2, 3]), Extent::Damaged, "a size behind the end");
    assert_eq!(extent(&[0x32]), Extent::Damaged, "no size");
    assert_eq!(extent(&[0x34]), Extent::Damaged, "no extension");
    assert_eq!(extent(&[&[0x32][..], &[0x80; 8], &[0]].concat()), Extent::Damaged, "an endless size");
    assert_eq!(extent(&[0x32, 0x80, 0x80, 0]), Extent::Whole, "a long zero");
    assert_eq!(extent(&[]), Extent::Whole);
}

#[test]
fn more_units_than_are_listed_are_counted() {
    let units = vec![&[0x41, 0xC0][..]; 40];
    let found = scan(&avc(&[&[&[9, 0xF0][..]], &units[..]].concat()));
    assert_eq!((found.total, found.names().count()), (41, 16));
    assert_eq!(found.counts().collect::<Vec<_>>(), [(9, 1), (1, 40)]);
}

#[test]
fn what_does_not_fit_is_damaged() {
    let good = slice(0x41, 5);
    let mut message = avc(&[&[9, 0xF0], &[6, 4, 1, 1, 0x80], &good]);
    let found = |message: &[u8]| {
        let units = scan(message);
        (names(&units), units.extent)
    };
    let all = "aud sei slice".to_owned();
    assert_eq!(found(&message), (all.clone(), Extent::Whole));
    message.truncate(message.len() - 1);
    assert_eq!(found(&message), (all.clone(), Extent::Damaged), "the unit is one byte too short");
    message.extend([9, 0, 0]);
    assert_eq!(found(&message), (all.clone(), Extent::Damaged), "two bytes are no length");
    let end = message.len() - 2;
    message.truncate(end);
    message.extend([0, 0, 0, 0]);
    assert_eq!(found(&message), (all, Extent::Whole), "a length of nothing is no unit");
    assert_eq!(found(&avc(&[])), (String::new(), Extent::Whole));
    assert_eq!(found(&legacy(7, &[0, 0, 0, 9])), (String::new(), Extent::Damaged));
}

#[test]
fn start_codes_are_noticed() {
    let stream: &[u8] = &[0, 0, 0, 1, 0x67, 0x64, 0, 0x1F, 0xAC, 0, 0, 0, 1, 0x65, 0x88, 0x84, 0, 7];
    for frame in [stream, &stream[1..]] {
        let units = scan(&legacy(7, frame));
        assert_eq!((units.extent, units.total, units.has_idr()), (Extent::StartCodes, 0, false));
    }
    // Lengths that look like a start code, and fit.
    let units = scan(&avc(&[&[0x0A], &slice(0x41, 0)]));
    assert_eq!((names(&units).as_str(), units.extent), ("end_sequence slice", Extent::Whole));
    let units = scan(&avc(&[&[6; 0x165], &slice(0x41, 0)]));
    assert_eq!((names(&units).as_str(), units.extent), ("sei slice", Extent::Whole));
}

#[test]
fn only_frames_of_codecs_with_units_are_scanned() {
    let none = |message: &[u8]| {
        let units = scan_pieces(message, LengthSizes::default(), message.len(), usize::MAX);
        assert_eq!(units, None, "{message:?}");
    };
    none(&[]);
    none(&[0x17]);
    none(&[0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xFF, 0xE0, 0]);
    none(&[0x17, 2, 0, 0, 0]);
    none(&[0x22, 0, 0, 0x84]);
    none(&[0x57, 0]);
    none(&[&[0xA1][..], b"vp09", &[0x82, 0x49]].concat());
    none(&[&[0x94][..], b"hvc1", &[2, 0, 1]].concat());
}

#[test]
fn of_several_tracks_the_first_is_read() {
    let first = nals(4, &[&[9, 0xF0], &slice(0x41, 6)]);
    let timed = [&[0, 0, 40], &first[..]].concat();
    let other = [0xEE; 300];
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_be_bytes()[1..].to_vec();
    let many =
        [&[0xA6, 0x11][..], b"avc1", &[0], &size(&timed), &timed, &[1], &size(&other), &other].concat();
    let codecs =
        [&[0xA6, 0x23][..], b"avc1", &[0], &size(&first), &first, b"vp09", &[1], &size(&other), &other]
            .concat();
    let one = [&[0xA6, 0x01][..], b"avc1", &[0], &timed].concat();
    for message in [many, codecs, one] {
        let units = scan(&message);
        assert_eq!((names(&units).as_str(), units.extent), ("aud slice", Extent::Whole));
        assert_eq!(slices(&units), "B");
    }
}

/// Messages with a bit of everything.
fn samples() -> Vec<Vec<u8>> {
    let sei = [&[6, 5, 0xFF, 3][..], &[0, 0, 3, 1].repeat(86), &[6, 1, 0xC4, 0x80]].concat();
    let hevc: [&[u8]; 4] = [&[35 << 1, 1, 0x50], &[39 << 1, 1, 5, 0, 0x80], &[2, 1], &[7; 150]];
    let mut av1 = vec![0x12, 0, 0x36, 0x28, 0x80 | 0x2C, 0x02];
    av1.extend([0xFF; 300]);
    av1.extend([0x7A, 0x81, 0, 9, 0x10, 1, 2]);
    vec![
        avc(&[&[9, 0xF0], &sei, &slice(0x41, 1), &slice(0x41, 5), &[0x41, 0, 0, 3, 1, 0xFF, 0xFF, 0xFF]]),
        legacy(7, &[&nals(4, &[&slice(0x41, 5)])[..], &[0, 1, 2]].concat()),
        legacy(7, &[0, 0, 0, 1, 0x67, 0x64, 0, 0x1F, 0xAC, 0, 0, 0, 1, 0x65, 0x88]),
        enhanced(*b"hvc1", &nals(4, &hevc)),
        enhanced(*b"vvc1", &nals(4, &hevc)),
        enhanced(*b"av01", &av1),
    ]
}

#[test]
fn the_cut_of_the_bytes_does_not_matter() {
    for message in samples() {
        let whole = scan(&message);
        for piece in 1..=message.len() {
            let cut = scan_pieces(&message, LengthSizes::default(), message.len(), piece);
            assert_eq!(cut, Some(whole), "in pieces of {piece}: {message:?}");
        }
        let len = u32::try_from(message.len()).unwrap();
        let at_once = scanner::units(&VideoTag::parse(&message).tag, len, LengthSizes::default());
        assert_eq!(at_once, Some(whole), "in one piece: {message:?}");
    }
}

#[test]
fn a_frame_that_ends_early_has_the_units_up_to_there() {
    for message in samples() {
        let whole = scan(&message);
        for end in 0..message.len() {
            let Some(part) = scan_pieces(&message[..end], LengthSizes::default(), message.len(), 7) else {
                assert!(end < 8, "{end} bytes are a header");
                continue;
            };
            let (some, all): (Vec<_>, Vec<_>) = (part.names().collect(), whole.names().collect());
            if whole.extent != Extent::StartCodes {
                assert!(all.starts_with(&some), "{some:?} of {all:?}, at {end}");
                assert!(part.extent != Extent::Whole || part == whole, "what is missing is said: at {end}");
            }
        }
    }
}

#[test]
fn garbage_never_panics() {
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from(state >> 56).unwrap()
    };
    for round in 0..6000 {
        let mut message = samples()[round % 6].clone();
        let changes = usize::from(random()) % 9;
        for _ in 0..changes {
            let at = (usize::from(random()) << 8 | usize::from(random())) % message.len();
            message[at] = random();
        }
        let sizes = LengthSizes { h264: Some(random() % 4 + 1), ..LengthSizes::default() };
        let at_once = scan_pieces(&message, sizes, message.len(), usize::MAX);
        let piece = usize::from(random()) + 1;
        assert_eq!(scan_pieces(&message, sizes, message.len(), piece), at_once, "{message:?}");
        let Some(units) = at_once else { continue };
        let counted: u32 = units.counts().map(|(_, count)| u32::from(count)).sum();
        assert!(counted <= units.total && units.total as usize <= message.len(), "{units:?}");
    }
}

#[test]
fn families_lie_one_behind_the_other() {
    let mut end = 0;
    for family in Family::ALL {
        assert_eq!(family.index(), end, "{family:?}");
        end += family.names().len();
    }
}

#[test]
fn what_is_kept_is_small() {
    assert!(size_of::<Units>() <= 80, "{} bytes", size_of::<Units>());
    assert!(size_of::<Scanner>() <= 128, "{} bytes", size_of::<Scanner>());
}

/// A length that runs past what is there of a cut frame says nothing of the frame.
#[test]
fn what_is_cut_is_not_damaged() {
    let message = [0x17, 1, 0, 0, 0, 0, 0, 0, 9, 0x65, 0xB8];
    let extent = |len| {
        let tag = VideoTag::parse(&message).tag;
        scanner::units(&tag, len, LengthSizes::default()).unwrap().extent
    };
    assert_eq!((extent(11), extent(30)), (Extent::Damaged, Extent::Incomplete));
    assert_eq!(extent(17), Extent::Damaged, "it runs past what was announced too");
    assert_eq!(extent(18), Extent::Whole, "no other unit fits behind it");
}
