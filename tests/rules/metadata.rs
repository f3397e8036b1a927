//! Cases of the rules in `src/rules/metadata`.

use crate::common::amf::Amf;
use crate::common::media::{self, Av};
use crate::common::message as msg;
use crate::common::records::{Picture, avcc};
use crate::common::talk::Talk;
use crate::common::{Dir, ready};
use crate::harness::{Case, Subject, finish, real, with};

pub const CASES: &[Case] = &[
    Case::new(
        "META-01",
        "missing",
        || published(3, Talk::avc_header),
        || published(3, |t| t.metadata().avc_header()),
    ),
    Case::new("META-01", "late", late, || published(1, |t| t.avc_header().metadata())),
    Case::new("META-02", "bare", || published(1, |t| bare(t).avc_header()), || published(1, Talk::metadata)),
    Case::new(
        "META-02",
        "set",
        || with(|t| t.media_message(&msg::data(&["@setDataFrame".into()]))),
        || with(|t| t.media_message(&msg::data(&["@setDataFrame".into(), "onCuePoint".into(), Amf::Null]))),
    ),
    Case::new(
        "META-02",
        "clear",
        || with(|t| t.media_message(&msg::data(&["@clearDataFrame".into()]))),
        || with(|t| t.media_message(&msg::data(&["@clearDataFrame".into(), "onMetaData".into()]))),
    ),
    Case::new("META-02", "to-player", || real("ffmpeg_listen_play.pcap"), || ready::play_av(1).into()),
    Case::new("META-03", "object", || values(&[facts_object()]), || played(facts_object())),
    Case::new(
        "META-03",
        "none",
        || published(1, |t| t.media_message(&msg::data(&["onMetaData".into()])).avc_header()),
        || values(&[facts(25.0)]),
    ),
    Case::new("META-03", "other", || values(&["640x360".into()]), || values(&[facts(25.0)])),
    Case::new("META-03", "several", || values(&[facts(25.0), Amf::Null]), || values(&[facts(25.0)])),
    Case::new("META-04", "type", || said("framerate", "25".into()), || said("framerate", Amf::Undefined)),
    Case::new("META-04", "number", || said("duration", (-1.0).into()), || said("duration", 0.0.into())),
    Case::new("META-04", "number", || said("width", f64::NAN.into()), || said("width", 640.0.into())),
    Case::new(
        "META-04",
        "unit",
        || said("audiodatarate", 128_000.0.into()),
        || said("audiodatarate", 320.0.into()),
    ),
    Case::new(
        "META-04",
        "unit",
        || said("videodatarate", 2_500_000.0.into()),
        || said("videodatarate", 2_500.0.into()),
    ),
    Case::new("META-05", "size", || said("width", 1_280.0.into()), || said("width", 640.0.into())),
    Case::new("META-05", "size-changed", || resized(480), || resized(360)),
    Case::new("META-05", "rate", || timed(30.0, 6, 1), || timed(26.0, 6, 1)),
    Case::new("META-05", "rate-varies", || timed(25.0, 12, 3), || timed(25.0, 12, 1)),
    Case::new(
        "META-06",
        "video",
        || said("videocodecid", 2.0.into()),
        || said("videocodecid", "avc1".into()),
    ),
    Case::new(
        "META-06",
        "audio",
        || said("audiocodecid", 2.0.into()),
        || said("audiocodecid", u32::from_be_bytes(*b"mp4a").into()),
    ),
    Case::new(
        "META-07",
        "rate",
        || said("audiosamplerate", 48_000.0.into()),
        || said("audiosamplerate", 44_100.0.into()),
    ),
    Case::new(
        "META-07",
        "channels",
        || said("audiochannels", 2.0.into()),
        || said("audiochannels", 1.0.into()),
    ),
    Case::new("META-07", "stereo", || said("stereo", true.into()), || said("stereo", false.into())),
];

/// A live publish without metadata of its own: what comes before the audio's header, then media.
fn published(seconds: u32, before: impl FnOnce(Talk) -> Talk) -> Subject {
    finish(before(opened()).aac_header().media(&Av::seconds(seconds).frames()).wait(50)).into()
}

fn opened() -> Talk {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    talk.acks(50_000).chunk_size(Dir::Up, 4_096)
}

/// Metadata behind half a second of media.
fn late() -> Subject {
    let frames = Av::seconds(1).frames();
    let (before, behind) = frames.split_at(frames.iter().take_while(|frame| frame.timestamp < 500).count());
    finish(opened().avc_header().aac_header().media(before).metadata().media(behind)).into()
}

/// Metadata without `@setDataFrame`.
fn bare(talk: Talk) -> Talk {
    talk.media_message(&msg::data(&["onMetaData".into(), facts(25.0)]))
}

/// A publish of a second with `@setDataFrame`, `onMetaData` and these values.
fn values(more: &[Amf]) -> Subject {
    let values = [&["@setDataFrame".into(), "onMetaData".into()], more].concat();
    published(1, |talk| talk.media_message(&msg::data(&values)).avc_header())
}

fn pairs(rate: f64) -> Vec<(String, Amf)> {
    let pairs: [(&str, Amf); 5] = [
        ("width", 640.0.into()),
        ("height", 360.0.into()),
        ("framerate", rate.into()),
        ("videocodecid", 7.0.into()),
        ("audiocodecid", 10.0.into()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn facts(rate: f64) -> Amf {
    Amf::Ecma(pairs(rate), 5)
}

fn facts_object() -> Amf {
    Amf::Object(pairs(25.0))
}

/// A publish with metadata of which one field has this value.
fn said(name: &str, value: Amf) -> Subject {
    let mut pairs = pairs(25.0);
    pairs.retain(|(known, _)| known != name);
    pairs.push((name.to_owned(), value));
    let count = pairs.len() as u32;
    published(1, |talk| talk.metadata_of(Amf::Ecma(pairs, count)).avc_header())
}

/// A play of a second with these facts.
fn played(facts: Amf) -> Subject {
    let talk =
        Talk::new().handshake().connect("live").create_stream().play("cam1").chunk_size(Dir::Down, 4_096);
    let talk = talk.metadata_of(facts).avc_header().aac_header().media(&Av::seconds(1).frames());
    talk.wait(40).delete_stream().wait(20).close().into()
}

/// Video of 360 lines, with a header of so many lines in front of its second key frame.
fn resized(height: u32) -> Subject {
    let picture = Picture { width: 640, height, ..Picture::default() };
    let frames = Av { with_audio: false, ..Av::seconds(4) }.frames();
    let (before, behind) = frames.split_at(frames.len() / 2);
    let header = msg::video(2_000, media::avc(true, 0, 0, &avcc(&picture)));
    let first = msg::video(0, media::avc(true, 0, 0, &avcc(&Picture { height: 360, ..picture })));
    let talk = opened().metadata_of(facts(25.0)).media_message(&first).media(before);
    finish(talk.media_message(&header).media(behind)).into()
}

/// Video of 25 frames per second with this rate in the metadata. Of each five frames it has `keep` and the key frames, or all with 1.
fn timed(rate: f64, seconds: u32, keep: u32) -> Subject {
    let av = Av { with_audio: false, b_frames: false, gop: 25, ..Av::seconds(seconds) };
    let mut frames = av.frames();
    let mut n = 0;
    frames.retain(|frame| {
        n += 1;
        frame.is_key || keep == 1 || n % 5 < keep
    });
    finish(opened().metadata_of(facts(rate)).avc_header().media(&frames)).into()
}
