//! Cases of the rules in `src/rules/video`.

use crate::common::Dir;
use crate::common::codec::{PPS, SPS};
use crate::common::media::{self, Av, Frame, avc, avc_header, avcc};
use crate::common::message as msg;
use crate::common::records::{self, Picture};
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, finish};

pub const CASES: &[Case] = &[
    Case::new("VID-01", "short", || inserted(&[0x27, 1, 0]), || inserted(&avc(false, 1, 0, &[]))),
    Case::new("VID-01", "short", || inserted(&[0x57]), || inserted(&[0x57, 0])),
    Case::new("VID-01", "end", || ended(&avc(true, 2, 0, &[0])), || ended(&media::avc_end())),
    Case::new("VID-02", "reserved", || tagged(0x67), || tagged(0x37)),
    Case::new("VID-02", "enhanced-none", || enhanced(0, |_| {}), || enhanced(2, |_| {})),
    Case::new("VID-02", "enhanced-reserved", || enhanced(6, |_| {}), || enhanced(0, |_| {})),
    Case::new("VID-02", "command", || inserted(&[0x57, 2]), || inserted(&[0x57, 1])),
    Case::new("VID-02", "generated", || edited(0, |f| f.body[0] = 0x47), plain),
    Case::new("VID-03", "reserved", || of_codec(11), || of_codec(2)),
    Case::new("VID-03", "unspecified", || of_codec(9), || of_codec(2)),
    Case::new("VID-03", "changed", || inserted(&[0x22, 0, 0, 0]), plain),
    Case::new("VID-04", "reserved", || inserted(&avc(false, 3, 0, &[])), || inserted(&avc(false, 1, 0, &[]))),
    Case::new("VID-04", "composition-time", || headed(&avc(true, 0, 40, &avcc())), plain),
    Case::new("VID-05", "missing", || live(|t| t.aac_header().media(&second())), plain),
    Case::new("VID-05", "in-band", || in_band(&[&SPS, &PPS]), || in_band(&[&SPS])),
    Case::new("VID-05", "missing", || in_band(&[&SPS]), || in_band(&[&SPS, &PPS])),
    Case::new("VID-06", "annex-b", || recorded(|_| [&[0, 0, 0, 1], &SPS[..]].concat()), unchanged),
    Case::new("VID-06", "short", || recorded(|r| r[..6].to_vec()), unchanged),
    Case::new("VID-06", "version", || recorded(|r| [&[2], &r[1..]].concat()), unchanged),
    Case::new("VID-06", "overrun", || recorded(|r| r[..20].to_vec()), unchanged),
    Case::new("VID-06", "no-sps", || recorded(without_sps), unchanged),
    Case::new("VID-06", "length-size", || recorded(|r| byte(r, 4, 0xFE)), || recorded(|r| byte(r, 4, 0xFD))),
    Case::new("VID-06", "reserved-bits", || recorded(|r| byte(r, 4, 0x03)), unchanged),
    Case::new("VID-06", "profile", || recorded(|r| byte(r, 3, 0x1E)), unchanged),
    Case::new("VID-06", "no-pps", || recorded(without_pps), unchanged),
    Case::new("VID-06", "extension", || recorded(|r| byte(r, r.len() - 3, 0xFA)), unchanged),
    Case::new("VID-06", "no-extension", || recorded(|r| r[..r.len() - 4].to_vec()), unchanged),
    Case::new("VID-07", "lengths", || edited(5, |f| f.body.extend([1, 2])), plain),
    Case::new("VID-07", "lengths", || edited(5, |f| f.body.truncate(f.body.len() - 2)), plain),
    Case::new("VID-07", "annex-b", || every(annex_b), plain),
    Case::new("VID-07", "annex-b", || enhanced(2, annex_b), || enhanced(2, |_| {})),
    Case::new("VID-07", "empty", || edited(5, |f| insert(f, 5, &[0; 4])), || edited(5, padded)),
    Case::new("VID-07", "padding", || edited(5, padded), plain),
    Case::new("VID-08", "no-idr", || edited(5, |f| f.body[0] = 0x17), plain),
    Case::new("VID-08", "recovery-point", || edited(5, recovery), || edited(5, |f| f.body[0] = 0x17)),
    Case::new("VID-08", "unmarked", || edited(10, |f| f.body[0] = 0x27), plain),
    // A picture that others follow, then one that decoders can begin at.
    Case::new("VID-08", "no-idr", || hevc_key(1), || hevc_key(21)),
    Case::new("VID-08", "unmarked", || enhanced_at(10, 0xA1), || enhanced_at(10, 0x81)),
    Case::new("VID-09", "publish", || live(|t| t.avc_header().aac_header().media(&keyless())), plain),
    Case::new("VID-09", "publish", || sets_first(false), || sets_first(true)),
    Case::new("VID-09", "joined", || played(&keyless()), || played(&second())),
    Case::new("VID-10", "long", || of_groups(13, 1000), || of_groups(13, 100)),
    Case::new("VID-10", "long", || of_groups(12, 275), || of_groups(12, 255)),
    Case::new("VID-10", "slow", || untyped(125), || untyped(105)),
    Case::new("VID-10", "slow", || of_groups(11, 125), || of_groups(11, 105)),
    Case::new("VID-11", "repeated", || inserted(&avc_header()), plain),
    Case::new("VID-11", "no-key-frame", || changed_at(12), || changed_at(10)),
    Case::new("VID-11", "after-end", || inserted(&media::avc_end()), || ended(&media::avc_end())),
    Case::new("VID-12", "", || headed_with_sets(&other_sps(), &PPS), || headed_with_sets(&SPS, &PPS)),
    Case::new(
        "VID-12",
        "",
        || headed_with_sets(&SPS, &[0x68, 0xCE, 0x3C, 0x80]),
        || {
            // Another number: 1.
            headed_with_sets(&SPS, &[0x68, 0x5E, 0x3C, 0x80])
        },
    ),
    Case::new("VID-12", "", || hevc(25), || hevc(30)),
];

/// A live publish of what is said between its start and its end.
fn live(media: impl FnOnce(Talk) -> Talk) -> Subject {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    finish(media(talk.acks(50_000).chunk_size(Dir::Up, 4_096))).into()
}

fn second() -> Vec<Frame> {
    Av { gop: 10, ..Av::seconds(1) }.frames()
}

fn plain() -> Subject {
    live(|t| t.avc_header().aac_header().media(&second()))
}

/// With another sequence header.
fn headed(header: &[u8]) -> Subject {
    live(|t| t.media_message(&msg::video(0, header.to_vec())).aac_header().media(&second()))
}

/// With a video message in the middle.
fn inserted(body: &[u8]) -> Subject {
    let frames = second();
    let (before, after) = frames.split_at(frames.iter().position(|f| f.timestamp > 490).unwrap());
    let body = msg::video(490, body.to_vec());
    live(|t| t.avc_header().aac_header().media(before).media_message(&body).media(after))
}

/// With a video message at the end.
fn ended(body: &[u8]) -> Subject {
    let body = msg::video(1000, body.to_vec());
    live(|t| t.avc_header().aac_header().media(&second()).media_message(&body))
}

/// With each video frame changed.
fn every(edit: impl Fn(&mut Frame)) -> Subject {
    let mut frames = second();
    frames.iter_mut().filter(|f| f.is_video).for_each(edit);
    live(|t| t.avc_header().aac_header().media(&frames))
}

/// The same of one, by its number.
fn edited(n: usize, edit: impl Fn(&mut Frame)) -> Subject {
    let mut frames = second();
    edit(frames.iter_mut().filter(|f| f.is_video).nth(n).unwrap());
    live(|t| t.avc_header().aac_header().media(&frames))
}

/// With another first byte of a frame that is no key frame.
fn tagged(byte: u8) -> Subject {
    edited(5, |f| f.body[0] = byte)
}

/// H.264 in Enhanced messages; frames that are no key frames have this frame type.
fn enhanced(inter: u8, edit: impl Fn(&mut Frame)) -> Subject {
    let mut frames = second();
    for frame in frames.iter_mut().filter(|f| f.is_video) {
        edit(frame);
        ex(frame, if frame.is_key && inter != 0 { 1 } else { inter });
    }
    enhanced_of(u8::from(inter != 0), &frames)
}

/// The same with another first byte of one frame.
fn enhanced_at(n: usize, byte: u8) -> Subject {
    let mut frames = second();
    for (at, frame) in frames.iter_mut().filter(|f| f.is_video).enumerate() {
        ex(frame, if frame.is_key { 1 } else { 2 });
        if at == n {
            frame.body[0] = byte;
        }
    }
    enhanced_of(1, &frames)
}

fn enhanced_of(frame_type: u8, frames: &[Frame]) -> Subject {
    let header = [&[0x80 | frame_type << 4], &b"avc1"[..], &avcc()].concat();
    live(|t| t.media_message(&msg::video(0, header)).aac_header().media(frames))
}

fn ex(frame: &mut Frame, frame_type: u8) {
    frame.body = [&[0x81 | frame_type << 4], &b"avc1"[..], &frame.body[2..]].concat();
}

/// Video of a codec without headers.
fn of_codec(id: u8) -> Subject {
    let mut frames = second();
    for frame in frames.iter_mut().filter(|f| f.is_video) {
        frame.body[0] = frame.body[0] & 0xF0 | id;
    }
    live(|t| t.aac_header().media(&frames))
}

/// With another record, and no pictures.
fn recorded(edit: impl Fn(&[u8]) -> Vec<u8>) -> Subject {
    let header = msg::video(0, avc(true, 0, 0, &edit(&avcc())));
    let audio = Av { with_video: false, ..Av::seconds(1) }.frames();
    live(|t| t.media_message(&header).aac_header().media(&audio))
}

fn unchanged() -> Subject {
    recorded(<[u8]>::to_vec)
}

fn byte(record: &[u8], at: usize, byte: u8) -> Vec<u8> {
    let mut record = record.to_vec();
    record[at] = byte;
    record
}

fn without_sps(record: &[u8]) -> Vec<u8> {
    [&record[..5], &[0xE0], &record[8 + SPS.len()..]].concat()
}

fn without_pps(record: &[u8]) -> Vec<u8> {
    let sets = 8 + SPS.len();
    [&record[..sets], &[0], &record[sets + 3 + PPS.len()..]].concat()
}

fn insert(frame: &mut Frame, at: usize, bytes: &[u8]) {
    frame.body.splice(at..at, bytes.iter().copied());
}

fn padded(frame: &mut Frame) {
    frame.body.extend([0; 8]);
}

/// Start codes in place of the lengths.
fn annex_b(frame: &mut Frame) {
    let mut at = 5;
    while let Some(length) = frame.body.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap());
        frame.body[at..at + 4].copy_from_slice(&[0, 0, 0, 1]);
        at += 4 + length as usize;
    }
}

/// Marked as a key frame, with an SEI that says so.
fn recovery(frame: &mut Frame) {
    frame.body[0] = 0x17;
    insert(frame, 5, &[0, 0, 0, 5, 0x06, 0x06, 0x01, 0xC4, 0x80]);
}

/// Frames that begin with another than a key frame.
fn keyless() -> Vec<Frame> {
    second().into_iter().filter(|f| !(f.is_key && f.timestamp == 0)).collect()
}

fn played(frames: &[Frame]) -> Subject {
    let talk = Talk::new().handshake().connect("live").create_stream().play("cam1").acks(50_000);
    let talk = talk.chunk_size(Dir::Down, 4_096).avc_header().aac_header().media(frames);
    talk.wait(40).delete_stream().wait(20).close().into()
}

/// Parameter sets in a message of their own, then frames.
fn sets_first(key: bool) -> Subject {
    let sets = [&[0, 0, 0, SPS.len() as u8][..], &SPS, &[0, 0, 0, PPS.len() as u8], &PPS].concat();
    let sets = msg::video(0, avc(false, 1, 0, &sets));
    let frames = if key { second() } else { keyless() };
    live(|t| t.avc_header().aac_header().media_message(&sets).media(&frames))
}

/// Enhanced messages of frame type 0, with key frames so many frames apart.
fn untyped(gop: u32) -> Subject {
    let mut frames = Av { gop, ..Av::seconds(11) }.frames();
    for frame in frames.iter_mut().filter(|f| f.is_video) {
        ex(frame, 0);
    }
    enhanced_of(0, &frames)
}

fn of_groups(seconds: u32, gop: u32) -> Subject {
    let frames = Av { gop, ..Av::seconds(seconds) }.frames();
    live(|t| t.avc_header().aac_header().media(&frames))
}

/// With a changed sequence header in front of a frame.
fn changed_at(n: usize) -> Subject {
    let frames = second();
    let at = frames.iter().enumerate().filter(|(_, f)| f.is_video).nth(n).unwrap().0;
    let (before, after) = frames.split_at(at);
    let record = records::avcc(&Picture { width: 1280, height: 720, ..Picture::default() });
    let header = msg::video(after[0].timestamp, avc(true, 0, 0, &record));
    live(|t| t.avc_header().aac_header().media(before).media_message(&header).media(after))
}

/// With parameter sets in the first frame.
fn with_sets(sets: &[&[u8]]) -> Vec<Frame> {
    let mut frames = second();
    let first = frames.iter_mut().find(|f| f.is_video).unwrap();
    for set in sets.iter().rev() {
        insert(first, 5, &[&(set.len() as u32).to_be_bytes(), *set].concat());
    }
    frames
}

/// The same without a sequence header.
fn in_band(sets: &[&[u8]]) -> Subject {
    live(|t| t.aac_header().media(&with_sets(sets)))
}

fn headed_with_sets(sps: &[u8], pps: &[u8]) -> Subject {
    live(|t| t.avc_header().aac_header().media(&with_sets(&[sps, pps])))
}

/// Another SPS of the same number.
fn other_sps() -> Vec<u8> {
    records::avc_sps(&Picture { width: 1280, height: 720, ..Picture::default() })
}

/// H.265 in Enhanced messages, with an SPS of a rate among the pictures; that of the record is 30.
fn hevc(rate: u32) -> Subject {
    hevc_of(rate, 19)
}

/// The same where key frames are of this type of unit.
fn hevc_key(kind: u8) -> Subject {
    hevc_of(30, kind)
}

fn hevc_of(rate: u32, key: u8) -> Subject {
    let picture = |rate| Picture { profile: 1, level: 93, tick: (1, rate), ..Picture::default() };
    let header = [&b"\x90hvc1"[..], &records::hvcc(&picture(30))].concat();
    let mut frames = second();
    for (n, frame) in frames.iter_mut().filter(|f| f.is_video).enumerate() {
        let sps = records::hevc_sps(&picture(rate));
        let slice = [&[if frame.is_key { key << 1 } else { 0x02 }, 1][..], &[0xAF; 300]].concat();
        let units = if n == 0 { vec![sps, slice] } else { vec![slice] };
        let units: Vec<u8> =
            units.iter().flat_map(|unit| [&(unit.len() as u32).to_be_bytes()[..], unit].concat()).collect();
        let first = if frame.is_key { 0x91 } else { 0xA1 };
        frame.body = [&[first], &b"hvc1"[..], &frame.body[2..5], &units].concat();
    }
    live(|t| t.media_message(&msg::video(0, header)).aac_header().media(&frames))
}
