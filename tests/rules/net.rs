//! Cases of the rules in `src/rules/net`.

use crate::common::amf;
use crate::common::chunk::Open;
use crate::common::impair::{self, up};
use crate::common::media::{self, Av};
use crate::common::message as msg;
use crate::common::ready::{play_av, publish_av};
use crate::common::talk::{Close, Talk};
use crate::common::tcp::{ACK, Packet, RST, SYN, Tap};
use crate::common::{Dir, MS};
use crate::harness::{Case, Subject, check, finish, with};

pub const CASES: &[Case] = &[
    Case::new(
        "NET-01",
        "",
        || impair::drop(&publish_av(1).packets(), up(30)).into(),
        || publish_av(1).into(),
    ),
    Case::new("NET-02", "retransmitted", || lossy().into(), || needless().into()),
    Case::new("NET-02", "zero-window", || closed_for(800), || closed_for(300)),
    Case::new("NET-03", "reset", || publishing().close_with(Close::Rst(Dir::Down)).into(), || with(|t| t)),
    Case::new(
        "NET-03",
        "player-left",
        || playing().close_with(Close::Rst(Dir::Up)).into(),
        || play_av(1).into(),
    ),
    Case::new(
        "NET-03",
        "server-closed",
        || publishing().close_with(Close::Fin(Dir::Down)).into(),
        || with_status(publishing(), "NetStream.Unpublish.Success").close_with(Close::Fin(Dir::Down)).into(),
    ),
    Case::new(
        "NET-03",
        "server-ended-play",
        || playing().close_with(Close::Fin(Dir::Down)).into(),
        || with_status(playing(), "NetStream.Play.Stop").close_with(Close::Fin(Dir::Down)).into(),
    ),
    Case::new("NET-03", "unfinished", || cut_short(1).into(), || cut_short(2).into()),
    Case::new("NET-03", "silent", || unanswered(4).into(), || publish_av(1).into()),
    Case::new("NET-03", "refused", || refused().into(), || publish_av(1).into()),
    Case::new("NET-03", "no-answer", || syns().into(), || publish_av(1).into()),
    Case::new("NET-03", "empty", || Talk::new().wait(10).close().into(), || publish_av(1).into()),
    Case::new("NET-04", "quiet", || pause(6_000), || pause(4_000)),
    Case::new("NET-04", "alone", || audio_alone(4), || audio_alone(1)),
    Case::new("NET-04", "idle", || idle(61_000), || idle(59_000)),
    Case::new(
        "NET-05",
        "small",
        || impair::tiny(&publish_av(2).packets(), 100).into(),
        || publish_av(5).into(),
    ),
    Case::new("NET-05", "held", || held_back(41), || held_back(20)),
];

/// A publish that is not ended.
fn publishing() -> Talk {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    let talk = talk.chunk_size(Dir::Up, 4_096).metadata().avc_header().aac_header();
    talk.media(&Av::seconds(1).frames()).wait(20)
}

/// A play that is not ended.
fn playing() -> Talk {
    let talk = Talk::new().handshake().connect("live").create_stream().play("cam1");
    let talk = talk.chunk_size(Dir::Down, 4_096).metadata().avc_header().aac_header();
    talk.media(&Av::seconds(1).frames()).wait(20)
}

fn with_status(talk: Talk, code: &str) -> Talk {
    let status = talk.status_message("status", code);
    talk.down(&status).wait(20)
}

/// Segments are lost on the path, and sent again.
fn lossy() -> Vec<Packet> {
    let lose =
        |packets: Vec<Packet>, n: usize| impair::lose_and_retransmit(&packets, up(60 + 10 * n), 60 * MS);
    (0..6).fold(publish_av(3).packets(), lose)
}

/// Segments are sent again, although they were acknowledged.
fn needless() -> Vec<Packet> {
    let again = |packets: Vec<Packet>, n: usize| impair::retransmit(&packets, up(60 + 10 * n), 60 * MS);
    let near_client = publish_av(3).tcp(|tcp| (tcp.tap, tcp.rtt) = (Tap::Client, 20 * MS));
    (0..6).fold(near_client.packets(), again)
}

/// The server reads nothing for so long.
fn closed_for(ms: u64) -> Subject {
    impair::zero_window(&publish_av(1).packets(), up(40), ms * MS).into()
}

/// The client ends behind so many of the two chunks of a frame.
fn cut_short(chunks: usize) -> Talk {
    let message = msg::video(1_000, media::avc(true, 1, 40, &[7; 6_000])).msid(1);
    let mut open = Open::new(message);
    let talk = publishing().write(Dir::Up, |pen| (0..chunks).for_each(|_| pen.chunk(&mut open)));
    talk.wait(20).close()
}

/// From the 60th packet of the client on nothing comes through any more; it tries again so many times.
fn unanswered(times: u32) -> Vec<Packet> {
    let mut packets = impair::until(&publish_av(1).packets(), up(60));
    let last = packets.iter().rev().find(|p| p.dir == Dir::Up && !p.payload.is_empty()).unwrap().clone();
    packets.extend((0..times).map(|n| Packet {
        time: last.time + (400 << n) * MS,
        ip_id: last.ip_id.wrapping_add(0x4000 + n as u16),
        ..last.clone()
    }));
    packets
}

fn refused() -> Vec<Packet> {
    let syn = publish_av(1).packets()[0].clone();
    let (seq, ack) = (0, syn.end());
    let reset = Packet {
        time: syn.time + MS,
        dir: Dir::Down,
        seq,
        ack,
        flags: RST | ACK,
        window: 0,
        options: Vec::new(),
        ..syn.clone()
    };
    vec![syn, reset]
}

/// The client asks three times.
fn syns() -> Vec<Packet> {
    let syn = publish_av(1).packets()[0].clone();
    assert!(syn.has(SYN));
    let again =
        |(ms, n): (u64, u16)| Packet { time: syn.time + ms * MS, ip_id: syn.ip_id + n, ..syn.clone() };
    [(0, 0), (1_000, 1), (3_000, 2)].map(again).to_vec()
}

/// No media for so long in the middle of a publish.
fn pause(ms: u32) -> Subject {
    let later = Av { base: 1_000 + ms, seed: 2, ..Av::seconds(1) }.frames();
    finish(publishing().wait(20 + u64::from(ms)).media(&later)).into()
}

/// Audio goes on alone for so long.
fn audio_alone(seconds: u32) -> Subject {
    let mut frames = Av::seconds(1 + seconds).frames();
    frames.retain(|f| !f.is_video || f.timestamp < 1_000);
    crate::common::ready::publish_of(&frames).into()
}

/// Nobody says anything for so long.
fn idle(ms: u64) -> Subject {
    let talk = Talk::new().handshake().connect("live").create_stream().publish("cam1");
    let talk = talk.metadata().avc_header().aac_header().media(&Av::seconds(1).frames()).unpublish("cam1");
    talk.wait(ms).up(&msg::set_chunk_size(4_096)).wait(10).close().into()
}

/// Each frame stops behind its first chunk for so long.
fn held_back(ms: u64) -> Subject {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    let mut talk = talk.metadata_of(amf::ecma([("framerate", 10.0.into())])).avc_header();
    let sizes = [2_500, 1_200, 700];
    for frame in (Av { seconds: 12, fps: 10, with_audio: false, sizes, ..Av::default() }).frames() {
        let mut open = Open::new(talk.frame_message(&frame));
        talk = talk.write(Dir::Up, |pen| pen.chunk(&mut open)).wait(ms);
        talk = talk.write(Dir::Up, |pen| pen.rest(&mut open)).wait(100 - ms);
    }
    finish(talk).into()
}

/// Two taps whose clocks differ show an answer in front of its command.
#[test]
fn capture_order_proves_nothing() {
    for (talk, dir, ms) in [
        (publish_av(7), Dir::Up, 12),
        (publish_av(7), Dir::Up, 25),
        (publish_av(7), Dir::Down, 12),
        (play_av(7), Dir::Up, 12),
        (play_av(7), Dir::Up, 25),
        (play_av(7), Dir::Down, 12),
        (publish_av(7), Dir::Down, 400),
        (play_av(7), Dir::Down, 400),
    ] {
        let mut packets = talk.packets();
        packets.iter_mut().filter(|packet| packet.dir == dir).for_each(|packet| packet.time += ms * MS);
        packets.sort_by_key(|packet| packet.time);
        let report = check(&packets.into(), &[]);
        let grave: Vec<_> =
            report["findings"].as_array().unwrap().iter().filter(|f| f["severity"] != "info").collect();
        assert!(grave.is_empty(), "{dir:?} {ms} ms later: {grave:#?}");
    }
}
