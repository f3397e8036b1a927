//! Conversations that no capture of `testdata` has, written for this comparison.

use std::path::{Path, PathBuf};

use crate::common::capture::Capture;
use crate::common::chunk::ExtendedOnType3;
use crate::common::message::{self as msg, Message};
use crate::common::talk::{Sent, Talk};
use crate::common::tcp::Packet;
use crate::common::{Dir, impair, ready};

fn opened() -> Talk {
    Talk::new().handshake().connect("live").create_stream().chunk_size(Dir::Up, 4_096)
}

/// Video of these timestamps on a chunk stream.
fn video_at(csid: u32, times: &[u32]) -> Vec<Message> {
    let body = |i: usize| [vec![0x17, 1, 0, 0, 0], vec![7; 40 + i]].concat();
    times.iter().enumerate().map(|(i, time)| msg::video(*time, body(i)).csid(csid).msid(1)).collect()
}

/// Basic headers of one, two and three bytes.
fn chunk_stream_ids() -> Talk {
    [2, 3, 63, 64, 65, 100, 127, 128, 319, 320, 1_000, 65_599].iter().fold(opened(), |talk, csid| {
        let messages = video_at(*csid, &[0, 40, 80, 120]);
        talk.send_all(Dir::Up, &messages).wait(5)
    })
}

/// Chunk streams that share the six low bits which tshark prints.
fn chunk_streams_in_turn() -> Talk {
    let (low, high) = (video_at(36, &[0, 40, 80, 120]), video_at(100, &[7, 31, 55, 79]));
    low.iter().zip(&high).fold(opened(), |talk, (low, high)| talk.up(low).up(high).wait(5))
}

/// Deltas of 24 bits and more. As timestamps they would not go on from those before.
fn extended_deltas() -> Talk {
    let times = [50_000, 50_000 + 0x0100_0001, 50_000 + 0x0100_0018, 50_000 + 0x0200_0018];
    opened().send_all(Dir::Up, &video_at(6, &times))
}

/// Messages of type 3 headers with an extended delta, which as a timestamp would not go on from the one before.
fn extended_type_3() -> Talk {
    let times = [50_000, 50_000 + 0x0100_0001, 50_000 + 0x0200_0002, 50_000 + 0x0300_0003];
    let body = [vec![0x27], vec![9; 299]].concat();
    let messages: Vec<_> = times.iter().map(|time| msg::video(*time, body.clone()).csid(6).msid(1)).collect();
    opened().extended(Dir::Up, ExtendedOnType3::Field).send_all(Dir::Up, &messages)
}

/// Extended timestamps that only the first chunk of a message has.
fn extended_omitted() -> Talk {
    let body = [vec![0x27], vec![9; 8_999]].concat();
    let times = [0x00ff_fff0, 0x0100_0010, 0x0100_0030, 0x0100_0050];
    let messages: Vec<_> =
        times.iter().map(|time| msg::video(*time, body.clone()).csid(6).msid(1).fmt(0)).collect();
    opened().extended(Dir::Up, ExtendedOnType3::Absent).send_all(Dir::Up, &messages)
}

/// A message that is given up, and goes on with another.
fn aborted() -> Talk {
    let video = msg::video(40, vec![0x27; 9_000]).csid(6).msid(1);
    opened()
        .up(&video_at(6, &[0])[0])
        .write(Dir::Up, |pen| {
            let mut open = crate::common::chunk::Open::new(video.clone());
            pen.chunk(&mut open);
            pen.message(&msg::abort(6));
        })
        .send_all(Dir::Up, &video_at(6, &[80, 120, 160]))
}

/// A capture, and what its script says was sent, where nothing was taken out of it.
pub(crate) struct Generated {
    pub name: String,
    pub file: PathBuf,
    pub sent: Option<Vec<Sent>>,
}

/// Writes all of them into a folder.
pub(crate) fn write(folder: &Path) -> Vec<Generated> {
    std::fs::create_dir_all(folder).unwrap();
    let whole = [
        ("generated_publish", ready::publish_av(3)),
        ("generated_play", ready::play_av(3)),
        ("generated_csid", chunk_stream_ids().wait(20).close()),
        ("generated_csid_in_turn", chunk_streams_in_turn().wait(20).close()),
        ("generated_extended_delta", extended_deltas().wait(20).close()),
        ("generated_extended_type_3", extended_type_3().wait(20).close()),
        ("generated_extended_omitted", extended_omitted().wait(20).close()),
        ("generated_abort", aborted().wait(20).close()),
    ];
    let publish = ready::publish_av(3).packets();
    let damaged = [
        ("generated_hole", impair::drop(&publish, impair::up(30))),
        ("generated_late_start", impair::from(&publish, impair::up(30))),
        ("generated_reordered", impair::reorder(&publish, Dir::Up, 20, 3, 1)),
    ];
    let write = |name: &str, packets: &[Packet], sent: Option<Vec<Sent>>| {
        let file = folder.join(format!("{name}.pcap"));
        std::fs::write(&file, Capture::of(packets).bytes()).unwrap();
        Generated { name: name.to_owned(), file, sent }
    };
    let mut list: Vec<_> =
        whole.iter().map(|(name, talk)| write(name, &talk.packets(), Some(talk.sent().to_vec()))).collect();
    list.extend(damaged.iter().map(|(name, packets)| write(name, packets, None)));
    list
}
