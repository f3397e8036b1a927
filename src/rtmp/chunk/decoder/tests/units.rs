//! The units of video frames, in chunks.

use super::*;
use crate::media::units::Units;
use crate::rtmp::message::kind::MessageType;

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
            let tracks: Vec<_> = units.iter().map(|u| u.as_ref().map_or("none".to_owned(), words)).collect();
            seen.push(if tracks.is_empty() { "none".to_owned() } else { tracks.join(" / ") });
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
    message_on(6, 1, kind, body)
}

fn message_on(csid: u32, stream_id: u32, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = fmt0(csid, 0, body.len(), kind, stream_id);
    for (n, chunk) in body.chunks(128).enumerate() {
        if n > 0 {
            bytes.extend(basic(3, csid));
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

/// The body of a configuration that says how long lengths are, and of a frame with such lengths.
fn pair(length_size: u8) -> (Vec<u8>, Vec<u8>) {
    let record = [0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xFC | (length_size - 1), 0xE0, 0];
    let units = nals(usize::from(length_size), &[&[9, 0xF0], &[0x65, 0xB8]]);
    (record.to_vec(), cat(&[&[0x17, 1, 0, 0, 0], &units]))
}

#[test]
fn a_configuration_is_for_all_chunk_streams_of_its_message_stream() {
    let ((one, frame_1), (two, frame_2)) = (pair(1), pair(2));
    let bytes = cat(&[
        &message_on(6, 1, 9, &one),
        &message_on(7, 1, 9, &frame_1),
        // Another message stream has its own.
        &message_on(8, 5, 9, &two),
        &message_on(6, 5, 9, &frame_2),
        &message_on(6, 1, 9, &frame_1),
        &message_on(9, 1, 9, &two),
        &message_on(8, 1, 9, &frame_2),
    ]);
    let idr = "aud idr: Whole";
    assert_eq!(found(&[(&bytes, 0)], 30), ["none", idr, "none", idr, idr, "none", idr]);
}

#[test]
fn a_configuration_in_an_aggregate_is_for_the_frames_behind_it() {
    let ((two, frame_2), (one, frame_1)) = (pair(2), pair(1));
    let part = |kind: u8, body: &[u8]| {
        let size = u32::try_from(body.len()).unwrap();
        let head = [&[kind][..], &size.to_be_bytes()[1..], &[0; 7]].concat();
        cat(&[&head, body, &(size + 11).to_be_bytes()])
    };
    let whole = cat(&[&part(8, &[0xAF, 1, 5]), &part(9, &two), &part(9, &frame_2)]);
    let cut = part(9, &one);
    let bytes = cat(&[
        &message_on(4, 1, 22, &whole),
        &message_on(6, 1, 9, &frame_2),
        // A configuration that is not there as a whole counts for nothing.
        &message_on(4, 1, 22, &cut[..cut.len() - 5]),
        &message_on(6, 1, 9, &frame_2),
        &message_on(4, 1, 22, &cut),
        &message_on(6, 1, 9, &frame_1),
    ]);
    let idr = "aud idr: Whole";
    assert_eq!(found(&[(&bytes, 0)], 30), ["none", idr, "none", idr, "none", idr]);
}

#[test]
fn each_numbered_track_has_its_configuration() {
    let many = |packet: u8, tracks: &[(u8, Vec<u8>)]| {
        let mut body = vec![0x96, 0x10 | packet, b'a', b'v', b'c', b'1'];
        for (id, data) in tracks {
            body.push(*id);
            body.extend(&u32::try_from(data.len()).unwrap().to_be_bytes()[1..]);
            body.extend(data);
        }
        message_on(6, 1, 9, &body)
    };
    let record = |length_size: u8| pair(length_size).0[5..].to_vec();
    let frame = |length_size: u8| pair(length_size).1[2..].to_vec();
    let bytes = cat(&[
        &many(0, &[(3, record(1)), (4, record(2))]),
        &many(1, &[(3, frame(1)), (4, frame(2))]),
        &many(1, &[(4, frame(2)), (3, frame(1))]),
    ]);
    let both = "aud idr: Whole / aud idr: Whole";
    assert_eq!(found(&[(&bytes, 0)], 30), ["none", both, both]);
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

/// An Enhanced message of coded frames: tracks with codecs of their own, of these sizes.
fn tracks(list: &[([u8; 4], usize, &[u8])]) -> Vec<u8> {
    let mut body = vec![0xA6, 0x21];
    for (n, (four_cc, size, data)) in list.iter().enumerate() {
        body.extend(four_cc);
        body.push(u8::try_from(n).unwrap());
        body.extend(&u32::try_from(*size).unwrap().to_be_bytes()[1..]);
        body.extend(*data);
    }
    message(9, &body)
}

#[test]
fn every_track_of_a_message_has_its_units() {
    let timed = |data: &[u8]| cat(&[&[0, 0, 40], data]);
    let avc = timed(&nals(4, &[&[9, 0xF0], &SLICE]));
    let hevc = timed(&nals(4, &[&[0x26, 1, 7], &SLICE]));
    let av1 = cat(&[&[0x12, 0, 0x32, 100], &[7; 100]]);
    let annex_b = timed(&[0, 0, 0, 1, 0x65, 0xB8, 0x80]);
    let of = |four_cc, data| (four_cc, <[u8]>::len(data), data);
    let list = [
        of(*b"avc1", &avc),
        of(*b"vp09", &SLICE),
        of(*b"hvc1", &hevc),
        of(*b"av01", &av1),
        of(*b"hvc1", &[]),
        of(*b"avc1", &annex_b),
        of(*b"avc1", &[1]),
    ];
    let bytes = cat(&[&tracks(&list), &frame(&nals(4, &[&[9, 0xF0]]))]);
    let want = "aud slice: Whole / none / idr vps: Whole / temporal_delimiter frame: Whole / : Whole / \
                : StartCodes / : Whole";
    for cut in 1..bytes.len() {
        assert_eq!(found(&[(&bytes, 0)], cut), [want, "aud: Whole"], "cut {cut}");
    }
    // The last track is longer than the message, or a hole is in it.
    let short = tracks(&[of(*b"avc1", &avc), (*b"av01", 200, &av1)]);
    assert_eq!(found(&[(&short, 0)], 9), ["aud slice: Whole / temporal_delimiter frame: Whole"]);
    let holed = [(&short[..short.len() - 102], 50), (&short[short.len() - 52..], 0)];
    assert_eq!(found(&holed, 9), ["aud slice: Whole / temporal_delimiter: Incomplete"]);
    let small = tracks(&[of(*b"avc1", &timed(&nals(4, &[&[0x65, 0xB8]]))), of(*b"av01", &[0x12, 0])]);
    assert_eq!(found(&[(&small, 0)], 9), ["idr: Whole / temporal_delimiter: Whole"]);
}

#[test]
fn a_message_of_many_tracks_is_read_up_to_a_limit() {
    let list = [(*b"av01", 2, &[0x12, 0][..]); 40];
    let seen = found(&[(&tracks(&list), 0)], 50);
    assert_eq!(seen[0].matches("temporal_delimiter").count(), 32);
}
