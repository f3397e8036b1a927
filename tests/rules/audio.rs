//! Cases of the rules in `src/rules/audio`.

use crate::common::Dir;
use crate::common::media::{Av, Frame, aac, aac_header};
use crate::common::message as msg;
use crate::common::records;
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, finish, real};

pub const CASES: &[Case] = &[
    Case::new("AUD-01", "reserved", || of_format(0xC2), || of_format(0xB2)),
    Case::new("AUD-01", "unspecified", || of_format(0xDF), || of_format(0xB2)),
    Case::new("AUD-01", "internal", || of_format(0x82), || of_format(0xB2)),
    Case::new("AUD-01", "internal", || real("nginx_media_alaw.pcap"), || real("nginx_media_a.pcap")),
    Case::new("AUD-01", "changed", || inserted(&[0x2F, 0, 0, 0]), plain),
    Case::new("AUD-02", "aac", || every(|f| f.body[0] = 0xAE), || every(|f| f.body[0] = 0xAD)),
    Case::new("AUD-02", "speex", || of_format(0xBF), || of_format(0xB2)),
    Case::new("AUD-02", "byte-order", || of_format(0x0F), || of_format(0xB2)),
    Case::new("AUD-02", "mp3-rate", || mp3(0x2B, 0), || mp3(0x2F, 0)),
    Case::new("AUD-02", "mp3-channels", || mp3(0x2E, 0), || mp3(0x2E, 3)),
    Case::new("AUD-02", "mp3-8-khz", || mp3(0xEF, 0), || mp3(0x2F, 0)),
    Case::new("AUD-03", "short", || inserted(&[0xAF]), plain),
    Case::new("AUD-03", "packet-type", || inserted(&aac(2, &[0x21])), plain),
    Case::new("AUD-03", "empty", || inserted(&aac(1, &[])), || inserted(&aac(1, &[0x21]))),
    Case::new("AUD-04", "", || live(|t| t.media(&second())), plain),
    Case::new("AUD-05", "short", || configured(&[0x12]), plain),
    Case::new("AUD-05", "object-type", || configured(&[0x02, 0x10]), plain),
    Case::new("AUD-05", "frequency", || configured(&[0x16, 0x90]), || configured(&[0x16, 0x10])),
    Case::new("AUD-05", "channels", || configured(&[0x12, 0x40]), || configured(&[0x12, 0x38])),
    Case::new("AUD-05", "elements", || configured(&[0x12, 0x00]), || configured(&[0x12, 0x10, 0xFF, 0x77])),
    Case::new("AUD-05", "empty", || configured(&[]), || live(late_header)),
    Case::new("AUD-05", "late", || live(late_header), plain),
    Case::new("AUD-06", "adts", || transported(3, adts), || transported(2, adts)),
    Case::new("AUD-06", "loas", || transported(5, loas), || transported(1, loas)),
    Case::new("AUD-07", "changed", || inserted(&aac(0, &[0x11, 0x90])), || live(two_headers)),
    Case::new("AUD-07", "repeated", || inserted(&aac_header()), plain),
];

/// A live publish of what is said between its start and its end.
fn live(media: impl FnOnce(Talk) -> Talk) -> Subject {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    finish(media(talk.acks(50_000).chunk_size(Dir::Up, 4_096))).into()
}

fn second() -> Vec<Frame> {
    Av { with_video: false, ..Av::seconds(1) }.frames()
}

fn plain() -> Subject {
    live(|t| t.aac_header().media(&second()))
}

/// With another configuration.
fn configured(config: &[u8]) -> Subject {
    live(|t| t.media_message(&msg::audio(0, aac(0, config))).media(&second()))
}

/// An empty header, then a real one.
fn late_header(talk: Talk) -> Talk {
    talk.media_message(&msg::audio(0, aac(0, &[]))).aac_header().media(&second())
}

/// Two headers before the first frame.
fn two_headers(talk: Talk) -> Talk {
    talk.media_message(&msg::audio(0, aac(0, &[0x11, 0x90]))).aac_header().media(&second())
}

/// With an audio message in the middle.
fn inserted(body: &[u8]) -> Subject {
    let frames = second();
    let (before, after) = frames.split_at(20);
    let body = msg::audio(after[0].timestamp, body.to_vec());
    live(|t| t.aac_header().media(before).media_message(&body).media(after))
}

/// With each frame changed.
fn every(edit: impl Fn(&mut Frame)) -> Subject {
    let mut frames = second();
    frames.iter_mut().for_each(edit);
    live(|t| t.aac_header().media(&frames))
}

/// Audio of a format without headers.
fn of_format(byte: u8) -> Subject {
    let mut frames = second();
    for frame in &mut frames {
        frame.body[0] = byte;
    }
    live(|t| t.media(&frames))
}

/// MP3 of 44 100 Hz with this tag and this channel mode.
fn mp3(tag: u8, mode: u8) -> Subject {
    let mut frames = second();
    for frame in &mut frames {
        frame.body = [&[tag][..], &records::mp3_frame(0, mode)].concat();
    }
    live(|t| t.media(&frames))
}

/// The first few frames with a header in front.
fn transported(count: usize, header: impl Fn(usize) -> Vec<u8>) -> Subject {
    let mut frames = second();
    for frame in frames.iter_mut().take(count) {
        let raw = &frame.body[2..];
        frame.body = [&frame.body[..2], &header(raw.len()), raw].concat();
    }
    live(|t| t.aac_header().media(&frames))
}

fn adts(raw: usize) -> Vec<u8> {
    let len = raw + 7;
    vec![0xFF, 0xF1, 0x50, 0x40 | (len >> 11) as u8, (len >> 3) as u8, (len << 5) as u8 | 0x1F, 0xFC]
}

fn loas(raw: usize) -> Vec<u8> {
    vec![0x56, 0xE0 | (raw >> 8) as u8, raw as u8]
}
