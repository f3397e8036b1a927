//! Cases of the rules in `src/rules/ack`.

use crate::common::Dir;
use crate::common::media::Av;
use crate::common::message as msg;
use crate::common::ready::publish_av;
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, finish, with};

pub const CASES: &[Case] = &[
    Case::new("ACK-01", "", || windowed(10_000, None, 2), || windowed(10_000, Some(20_000), 2)),
    Case::new("ACK-02", "", || windowed(10_000, Some(100_000), 8), || windowed(10_000, Some(50_000), 8)),
    Case::new("ACK-03", "", || acknowledging(|came, _| came + 1), || acknowledging(|came, _| came)),
    Case::new("ACK-04", "steps", || acknowledging(|_, step| step), || acknowledging(|came, _| came)),
    Case::new(
        "ACK-04",
        "unknown-base",
        || acknowledging(|came, _| came.wrapping_sub(1_000_000)),
        || acknowledging(|came, _| came.wrapping_sub(3_073)),
    ),
    Case::new("ACK-05", "", || two_acks(30_000), || two_acks(40_000)),
    Case::new("ACK-06", "no-window", || large(Talk::connect_plain), || large(Talk::connect)),
    Case::new("ACK-06", "unasked", unasked, || with(|t| t.wait(5).down(&msg::ack(3_400)))),
    Case::new("ACK-06", "dense", || publish_av(20).into(), || windowed(50_000, Some(50_000), 8)),
];

fn opened() -> Talk {
    Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1")
}

/// A publish whose client announced a window; the server acknowledges every so many bytes.
fn windowed(window: u32, every: Option<u64>, seconds: u32) -> Subject {
    let talk = opened().up(&msg::window_ack_size(window)).chunk_size(Dir::Up, 4_096);
    let talk = every.into_iter().fold(talk, Talk::acks);
    finish(talk.metadata().avc_header().aac_header().media(&Av::seconds(seconds).frames())).into()
}

/// After each second of media the server acknowledges, by all that came and what came in that second.
fn acknowledging(value: fn(u32, u32) -> u32) -> Subject {
    let talk = opened().up(&msg::window_ack_size(20_000)).chunk_size(Dir::Up, 4_096);
    let mut talk = talk.metadata().avc_header().aac_header();
    let (frames, mut before) = (Av::seconds(5).frames(), 0);
    for second in 0..5 {
        let mine: Vec<_> = frames.iter().filter(|f| f.timestamp / 1_000 == second).cloned().collect();
        talk = talk.media(&mine).wait(30).after_all(Dir::Down);
        let came = talk.written(Dir::Up) as u32;
        talk = talk.down(&msg::ack(value(came, came - before))).wait(10);
        before = came;
    }
    finish(talk).into()
}

/// An acknowledgement of 40 000 bytes, and another later.
fn two_acks(second: u32) -> Subject {
    let frames = Av::seconds(4).frames();
    let (early, late) = frames.split_at(frames.len() / 2);
    let talk = opened().chunk_size(Dir::Up, 4_096).metadata().avc_header().aac_header();
    let talk = talk.media(early).wait(30).after_all(Dir::Down).down(&msg::ack(40_000));
    finish(talk.media(late).wait(30).after_all(Dir::Down).down(&msg::ack(second)).wait(10)).into()
}

/// Six megabytes without an acknowledgement.
fn large(connect: fn(Talk, &str) -> Talk) -> Subject {
    let talk = connect(Talk::new().handshake(), "live").fc_publish("cam1").create_stream().publish("cam1");
    let talk = talk.chunk_size(Dir::Up, 65_536).metadata().avc_header().aac_header();
    let av = Av { sizes: [130_000; 3], ..Av::seconds(2) };
    finish(talk.media(&av.frames())).tcp(|tcp| tcp.mss = 60_000).into()
}

fn unasked() -> Subject {
    let talk =
        Talk::new().handshake().connect_plain("live").fc_publish("cam1").create_stream().publish("cam1");
    let talk = talk.metadata().avc_header().wait(20).after_all(Dir::Down).down(&msg::ack(3_400));
    finish(talk.media(&Av { with_audio: false, ..Av::seconds(1) }.frames())).into()
}
