//! What is inside coded frames: NAL units of H.264, HEVC and VVC, OBUs of AV1, and slice types of H.264.
//!
//! ```text
//! (length u32, unit)*       H.264: type = byte & 0x1F   HEVC: (byte >> 1) & 0x3F   VVC: second byte >> 3
//! OBU: forbidden 1, type 4, extension 1, has size 1, 0; [size leb128]
//! ```

use serde_json::{Value, json};

use crate::common::bits::Bits;
use crate::common::enhanced as ex;
use crate::common::media;
use crate::common::message as msg;
use crate::common::records::{self, obu};
use crate::harness::{Case, case, hold, hold_apart, shows};

pub(crate) fn sized(units: &[Vec<u8>]) -> Vec<u8> {
    units.iter().flat_map(|unit| [&(unit.len() as u32).to_be_bytes()[..], unit].concat()).collect()
}

/// A slice of H.264: first macroblock, slice type (0 and 5 P, 1 and 6 B, 2 and 7 I, 3 and 8 SP, 4 and 9 SI).
fn slice(nal: u8, slice_type: u32) -> Vec<u8> {
    [vec![nal], Bits::new().ues(&[0, slice_type, 0]).all(&[(0x55, 16)]).stop()].concat()
}

/// A message of supplemental information with one payload.
fn sei(payload: u8, data: &[u8]) -> Vec<u8> {
    [&[0x06, payload, data.len() as u8][..], data, &[0x80]].concat()
}

fn avc(name: &str, key: bool, data: &[u8], want: Value) -> Case {
    case(name, msg::video(0, media::avc(key, 1, 0, data)), want)
}

fn h264() -> Vec<Case> {
    let (aud, sps, pps) =
        (vec![0x09, 0x10], crate::common::codec::SPS.to_vec(), crate::common::codec::PPS.to_vec());
    // Recovery at once: recovery_frame_cnt 0, exact_match, no broken link.
    let recovery = sei(6, &[0b1100_0000]);
    let many: Vec<Vec<u8>> = (0..20).map(|_| slice(0x41, 5)).collect();
    let mut damaged = sized(&[slice(0x41, 0)]);
    damaged.extend([0, 0, 1, 0, 0x41, 0x9A]);
    vec![
        avc(
            "an IDR picture with all it needs",
            true,
            &sized(&[aud.clone(), sps, pps, sei(5, &[1; 20]), slice(0x65, 7)]),
            json!({
            "units": ["aud", "sps", "pps", "sei", "idr"], "unit_count": 5, "slice_types": ["I"],
                "recovery_point": null, "units_damaged": null}),
        ),
        avc(
            "a recovery point",
            true,
            &sized(&[aud, recovery, slice(0x41, 7)]),
            json!({
            "units": ["aud", "sei", "slice"], "unit_count": 3, "slice_types": ["I"], "recovery_point": true}),
        ),
        avc("P", false, &sized(&[slice(0x41, 0)]), json!({"units": ["slice"], "slice_types": ["P"]})),
        avc("B", false, &sized(&[slice(0x01, 6)]), json!({"units": ["slice"], "slice_types": ["B"]})),
        avc(
            "slices of several types, each type once",
            false,
            &sized(&[slice(0x41, 5), slice(0x41, 7), slice(0x41, 0), slice(0x41, 8), slice(0x41, 9)]),
            json!({
            "unit_count": 5, "slice_types": ["P", "I", "SP", "SI"]}),
        ),
        avc(
            "partitions and the rest",
            false,
            &sized(&[
                vec![0x42, 0xE0],
                vec![0x43, 0xE0],
                vec![0x44, 0xE0],
                vec![0x0A],
                vec![0x0B],
                vec![0x0C, 0xFF, 0x80],
                vec![0x0D, 1],
                vec![0x1F, 1],
            ]),
            json!({
            "units": ["partition_a", "partition_b", "partition_c", "end_sequence", "end_stream", "filler",
                "sps_ext", "nal_31"], "unit_count": 8}),
        ),
        avc(
            "more than 16",
            false,
            &sized(&many),
            json!({"units": vec!["slice"; 16], "unit_count": 20, "slice_types": ["P"]}),
        ),
        avc(
            "a length runs past the end",
            false,
            &damaged,
            json!({"units_damaged": true, "slice_types": ["P"]}),
        ),
        avc(
            "start codes in place of lengths",
            true,
            &[&[0, 0, 0, 1][..], &slice(0x65, 7), &[0, 0, 0, 1], &slice(0x65, 7)].concat(),
            json!({"annex_b": true, "units": null}),
        ),
        avc("lengths of 4 bytes, of which 3 are there", false, &[0, 0, 0], json!({"units_damaged": true})),
    ]
}

fn two_bytes(kinds: &[u8], shift: fn(u8) -> [u8; 2]) -> Vec<u8> {
    sized(&kinds.iter().map(|kind| [&shift(*kind)[..], &[0xAF, 0x55]].concat()).collect::<Vec<_>>())
}

fn others() -> Vec<Case> {
    let ex_frame = |name: &str, fourcc: [u8; 4], data: &[u8], want: Value| {
        let kind = if fourcc == *b"av01" { ex::FRAMES } else { ex::FRAMES_X };
        case(name, msg::video(0, ex::video(ex::KEY, kind, &ex::of(fourcc, data))), want)
    };
    let hevc = |kinds: &[u8]| two_bytes(kinds, |kind| [kind << 1, 1]);
    let vvc = |kinds: &[u8]| two_bytes(kinds, |kind| [0, kind << 3 | 1]);
    let legacy = [&[0x1C, 1, 0, 0, 0][..], &hevc(&[35, 32, 33, 34, 39, 20])].concat();
    let av1 = records::Picture { profile: 0, level: 8, ..records::Picture::default() };
    let unit =
        [obu(2, &[]), records::av1_sequence_header(&av1), obu(5, &[1, 2]), obu(6, &[0x10; 40])].concat();
    let rest = [obu(3, &[1]), obu(4, &[1]), obu(7, &[1]), obu(8, &[1]), obu(15, &[0]), obu(9, &[0])].concat();
    // An extension byte behind the header, and no size: it goes to the end.
    let last = [obu(2, &[]), vec![6 << 3 | 0b100, 0x20, 0x10, 1, 2, 3]].concat();
    let mut long = obu(2, &[]);
    long.extend([&[6 << 3 | 0b10, 0x80, 0x02][..], &[0x10; 256]].concat());
    vec![
        ex_frame(
            "HEVC, IRAP pictures",
            *b"hvc1",
            &hevc(&[35, 32, 33, 34, 39, 19, 20, 21, 16, 18]),
            json!({
            "units": ["aud", "vps", "sps", "pps", "prefix_sei", "idr", "idr", "cra", "bla", "bla"],
                "unit_count": 10, "slice_types": null}),
        ),
        ex_frame(
            "HEVC, others",
            *b"hvc1",
            &hevc(&[0, 1, 2, 4, 6, 8, 40, 36, 37, 38, 50]),
            json!({
            "units": ["trail", "trail", "tsa", "stsa", "radl", "rasl", "suffix_sei", "eos", "eob", "filler",
                "nal_50"]}),
        ),
        case(
            "HEVC under codec 12",
            msg::video(0, legacy),
            json!({"codec": "hevc", "units": ["aud", "vps", "sps", "pps", "prefix_sei", "idr"]}),
        ),
        ex_frame(
            "VVC",
            *b"vvc1",
            &vvc(&[20, 14, 15, 16, 23, 7, 8, 9, 10, 0, 30]),
            json!({
            "units": ["aud", "vps", "sps", "pps", "prefix_sei", "idr", "idr", "cra", "gdr", "trail",
                "nal_30"], "unit_count": 11}),
        ),
        ex_frame(
            "AV1, a temporal unit",
            *b"av01",
            &unit,
            json!({"units": ["temporal_delimiter", "sequence_header", "metadata", "frame"], "unit_count": 4,
                "units_damaged": null}),
        ),
        ex_frame(
            "AV1, others",
            *b"av01",
            &rest,
            json!({"units": ["frame_header", "tile_group", "redundant_frame_header", "tile_list", "padding",
                "obu_9"]}),
        ),
        ex_frame(
            "AV1, the last without a size",
            *b"av01",
            &last,
            json!({"units": ["temporal_delimiter", "frame"], "units_damaged": null}),
        ),
        ex_frame(
            "AV1, a size of two bytes",
            *b"av01",
            &long,
            json!({"units": ["temporal_delimiter", "frame"], "unit_count": 2, "units_damaged": null}),
        ),
        ex_frame(
            "AV1, a size past the end",
            *b"av01",
            &[0x12, 0, 0x32, 50, 1, 2],
            json!({"units_damaged": true}),
        ),
        ex_frame(
            "VP9 has none",
            *b"vp09",
            &[0x82, 0x49, 0x83, 0x42],
            json!({"units": null, "unit_count": null, "slice_types": null}),
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [h264(), others()].concat()
}

#[test]
fn units_of_h264() {
    hold(&h264());
}

#[test]
fn units_of_hevc_vvc_and_av1() {
    hold(&others());
}

/// Two IDR pictures, one recovery point, five P and four B: counted apart from the key frame bit.
#[test]
fn the_report_counts_units() {
    let idr = || (true, vec![slice(0x65, 7)]);
    let p = || (false, vec![slice(0x41, 5)]);
    let b = || (false, vec![slice(0x01, 6)]);
    let recovery = (true, vec![sei(6, &[0b1100_0000]), slice(0x41, 7)]);
    let frames = [idr(), p(), b(), b(), p(), recovery, p(), b(), b(), p(), idr(), p()];
    let cases = frames.iter().enumerate().map(|(n, (key, units))| {
        case(
            "frame",
            msg::video(40 * n as u32, media::avc(*key, 1, 0, &sized(units))),
            json!({"complete": true}),
        )
    });
    let report = hold_apart(&[cases.collect()]);
    shows(
        "the video",
        &report[0]["streams"][0]["video"],
        json!({"keyframes": 3, "idr_frames": 2, "recovery_points": 1,
        "units": {"idr": 2, "slice": 10, "sei": 1}, "slice_types": {"$some": {"I": 3, "P": 5, "B": 4}}}),
    );
}
