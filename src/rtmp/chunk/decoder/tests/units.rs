//! The units of video frames, in chunks.

use super::*;
use crate::media::units::Units;

/// What was found in each message: its units, and how far they are known.
fn found(steps: &[(&[u8], u64)], cut: usize) -> Vec<String> {
    let mut decoder = Decoder::default();
    let limits = Limits::default();
    let mut seen = Vec::new();
    let mut take = |output: Output<'_>| {
        if let Output::Message { header, units, .. } = output
            && header.kind != MessageType::SET_CHUNK_SIZE
        {
            let words = |u: &Units| format!("{}: {:?}", u.names().collect::<Vec<_>>().join(" "), u.extent);
            seen.push(units.map_or_else(|| "none".to_owned(), words));
        }
    };
    let mut pos = 0;
    for (bytes, lost) in steps {
        for piece in bytes.chunks(cut) {
            decoder.data(pos, piece, AT, &limits, &mut take);
            pos += piece.len() as u64;
        }
        if *lost > 0 {
            decoder.gap(pos, *lost, false, AT, &limits, &mut take);
            pos += lost;
        }
    }
    decoder.finish(pos, AT, &limits, &mut take);
    seen
}

/// A message in chunks of 128 bytes on chunk stream 6.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = fmt0(6, 0, body.len(), kind, 1);
    for (n, chunk) in body.chunks(128).enumerate() {
        if n > 0 {
            bytes.extend(basic(3, 6));
        }
        bytes.extend(chunk);
    }
    bytes
}

fn nals(size: usize, units: &[&[u8]]) -> Vec<u8> {
    let length = |nal: &[u8]| u32::try_from(nal.len()).unwrap().to_be_bytes()[4 - size..].to_vec();
    units.iter().flat_map(|nal| [&length(nal), *nal].concat()).collect()
}

fn frame(data: &[u8]) -> Vec<u8> {
    message(9, &cat(&[&[0x27, 1, 0, 0, 0], data]))
}

fn header(length_size: u8) -> Vec<u8> {
    message(9, &[0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xFC | (length_size - 1), 0xE0, 0])
}

const SLICE: [u8; 400] = [0x41; 400];

#[test]
fn units_are_found_across_chunks() {
    let long = frame(&nals(4, &[&[9, 0xF0], &SLICE, &SLICE]));
    let short = frame(&nals(4, &[&[9, 0xF0], &[0x65, 0xB8]]));
    let bytes = cat(&[&header(4), &long, &message(8, &[0xAF, 1, 5]), &short]);
    for cut in 1..bytes.len() {
        let want = ["none", "aud slice slice: Whole", "none", "aud idr: Whole"];
        assert_eq!(found(&[(&bytes, 0)], cut), want, "cut {cut}");
    }
}

#[test]
fn lengths_are_as_the_last_configuration_says() {
    let bytes = cat(&[
        &frame(&nals(4, &[&SLICE])),
        &header(2),
        &frame(&nals(2, &[&[9, 0xF0], &SLICE])),
        &header(1),
        &frame(&nals(1, &[&[9, 0xF0], &[0x65, 0xB8]])),
    ]);
    let want = ["slice: Whole", "none", "aud slice: Whole", "none", "aud idr: Whole"];
    assert_eq!(found(&[(&bytes, 0)], 100), want);
}

#[test]
fn what_a_hole_hides_is_not_known() {
    let bytes = frame(&nals(4, &[&[9, 0xF0], &SLICE, &SLICE]));
    let next = frame(&nals(4, &[&SLICE]));
    // The last 300 bytes are of the second slice, whose header came: all is known.
    let at = bytes.len() - 300;
    let lost = found(&[(&bytes[..at], 300), (&next, 0)], usize::MAX);
    assert_eq!(lost, ["aud slice slice: Whole", "slice: Whole"]);
    for (at, names) in [(300, "aud slice"), (24, "aud"), (18, "")] {
        let behind = at + 20;
        let steps = [(&bytes[..at], 20), (&bytes[behind..], 0), (&next, 0)];
        assert_eq!(
            found(&steps, usize::MAX),
            [&format!("{names}: Incomplete"), "slice: Whole"],
            "a hole at {at}"
        );
    }
    let inside_tag = [(&bytes[..14], 20), (&bytes[34..], 0), (&next, 0)];
    assert_eq!(found(&inside_tag, usize::MAX), ["none", "slice: Whole"], "not known to be a frame");
}

#[test]
fn a_message_that_ends_early_is_incomplete() {
    let bytes = frame(&nals(4, &[&[9, 0xF0], &SLICE, &SLICE]));
    let cut = cat(&[&bytes[..200], &frame(&nals(4, &[&SLICE]))]);
    let first = found(&[(&cut[..200], 0)], 50);
    assert_eq!(first, ["aud slice: Incomplete"]);
}
