//! What holds for every message of the other modules: how TCP cuts the stream does not matter, a stream that ends
//! early gives the same beginning, and a body that is cut short or spoiled disturbs nothing but itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::common::Rng;
use crate::common::capture::Capture;
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::common::tcp::Packet;
use crate::harness::{self, Case, case, command};
use crate::{
    aggregate, amf0, amf3, audio, chunk, control, enhanced, handshake, records, shared_objects, timestamps,
    tracks, units, video,
};

const TIMELINE: [&str; 4] = ["timeline", "-q", "--format", "ndjson"];

/// One message of every layout.
pub(crate) fn zoo() -> Vec<Case> {
    let lists = [
        chunk::cases(),
        control::cases(),
        amf0::cases(),
        amf3::cases(),
        shared_objects::cases(),
        aggregate::cases(),
        video::cases(),
        audio::cases(),
        enhanced::cases(),
        tracks::cases(),
        records::cases(),
        units::cases(),
    ];
    lists.concat()
}

/// The lines of messages, and of parts of them.
fn message_lines(text: &str) -> [Vec<String>; 2] {
    lines_where(text, |line| line.get("type_id").is_some() || line.get("part").is_some())
}

/// Some lines of each direction, without what depends on packets and times. Which of two directions comes first
/// depends on them too.
fn lines_where(text: &str, wanted: impl Fn(&Value) -> bool) -> [Vec<String>; 2] {
    let mut lines = [Vec::new(), Vec::new()];
    for line in text.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if !wanted(&line) {
            continue;
        }
        let dir = usize::from(line["direction"] == "server_to_client");
        let object = line.as_object_mut().unwrap();
        for key in
            ["packet", "first_packet", "time", "time_s", "rtt_ms", "sent", "response_ms", "answers_packet"]
        {
            object.shift_remove(key);
        }
        object.shift_remove("duration_ms");
        lines[dir].push(line.to_string());
    }
    lines
}

#[track_caller]
fn same(got: &[Vec<String>; 2], want: &[Vec<String>; 2], how: &str) {
    for (got, want) in got.iter().zip(want) {
        let at = got.iter().zip(want).position(|(a, b)| a != b).unwrap_or(got.len().min(want.len()));
        assert!(
            got == want,
            "{how}: {} lines of {}; line {at} is\n{:?}\nnot\n{:?}",
            got.len(),
            want.len(),
            got.get(at),
            want.get(at)
        );
    }
}

/// The packets with their payload cut into pieces of the lengths that `next` gives.
fn recut(packets: &[Packet], mut next: impl FnMut(&Packet) -> Vec<usize>) -> Vec<Packet> {
    let mut out = Vec::new();
    for packet in packets {
        let (mut at, mut rest) = (0, packet.payload.as_slice());
        for len in next(packet) {
            let (piece, left) = rest.split_at(len.min(rest.len()));
            if piece.is_empty() || left.is_empty() {
                break;
            }
            let flags = packet.flags & !(crate::common::tcp::FIN | crate::common::tcp::PSH);
            out.push(Packet {
                payload: piece.to_vec(),
                seq: packet.seq.wrapping_add(at),
                flags,
                ..packet.clone()
            });
            at += piece.len() as u32;
            rest = left;
        }
        out.push(Packet { payload: rest.to_vec(), seq: packet.seq.wrapping_add(at), ..packet.clone() });
    }
    out
}

fn timeline(packets: &[Packet]) -> [Vec<String>; 2] {
    message_lines(&command(&TIMELINE, &Capture::of(packets).bytes()).unwrap())
}

/// Segments of one byte, of three, and of random lengths.
#[test]
fn small_segments_change_nothing() {
    let packets = harness::talk(&zoo()).packets();
    let whole = timeline(&packets);
    assert!(whole[0].len() > 300, "{} lines", whole[0].len());
    for len in [1, 3, 7] {
        same(
            &timeline(&recut(&packets, |p| vec![len; p.payload.len()])),
            &whole,
            &format!("{len} bytes each"),
        );
    }
    for seed in 0..8 {
        let mut rng = Rng::new(seed);
        let cut = recut(&packets, |p| (0..p.payload.len()).map(|_| 1 + rng.below(40)).collect());
        same(&timeline(&cut), &whole, &format!("random lengths, seed {seed}"));
    }
}

/// Each message is one write and one packet: run `k` cuts each of them behind its `k`-th byte, so that together the
/// runs cut every message at every byte.
#[test]
fn a_cut_anywhere_changes_nothing() {
    let zoo: Vec<Case> = zoo().into_iter().filter(|case| case.message.body.len() < 200).collect();
    let packets = harness::talk(&zoo).packets();
    let whole = timeline(&packets);
    for k in 1..220 {
        same(&timeline(&recut(&packets, |_| vec![k])), &whole, &format!("cut behind byte {k}"));
    }
}

/// Handshakes and dialects of timestamps: what is verified or decided does not depend on the segments either.
#[test]
fn segments_change_no_verdict() {
    for (n, talk) in handshake::talks().into_iter().chain(timestamps::talks()).enumerate() {
        let packets = talk.packets();
        let told = |packets: &[Packet]| {
            let text = command(&TIMELINE, &Capture::of(packets).bytes()).unwrap();
            lines_where(&text, |line| {
                let event = line["event"].as_str().unwrap();
                line.get("type_id").is_some() || event.starts_with("hs.") || event.starts_with("chunk.")
            })
        };
        let whole = told(&packets);
        for len in [1, 3, 100] {
            let cut = recut(&packets, |p| vec![len; p.payload.len() / len + 1]);
            same(&told(&cut), &whole, &format!("talk {n}, {len} bytes each"));
        }
        for seed in 0..25 {
            let mut rng = Rng::new(seed + 1);
            let cut = recut(&packets, |p| (0..p.payload.len()).map(|_| 1 + rng.below(900)).collect());
            same(&told(&cut), &whole, &format!("talk {n}, random lengths, seed {seed}"));
        }
    }
}

/// The lines of what came whole.
fn complete(lines: &[String]) -> Vec<&String> {
    lines.iter().filter(|line| !line.contains("\"complete\":false")).collect()
}

/// A capture that ends anywhere gives the messages that ended before, and no failure.
#[test]
fn an_early_end_gives_the_same_beginning() {
    let packets = harness::talk(&zoo()).packets();
    let whole = timeline(&packets);
    let total: usize = packets.iter().map(|p| p.payload.len()).sum();
    let mut runs = 0;
    for end in (0..total).step_by(97) {
        let mut left = end;
        let mut part = Vec::new();
        for packet in &packets {
            let len = packet.payload.len().min(left);
            part.push(Packet { payload: packet.payload[..len].to_vec(), ..packet.clone() });
            left -= len;
            if len < packet.payload.len() {
                break;
            }
        }
        let lines = timeline(&part);
        for (got, want) in lines.iter().zip(&whole) {
            let (got, want) = (complete(got), complete(want));
            let same = got.iter().zip(&want).take_while(|(a, b)| a == b).count();
            assert_eq!(same, got.len(), "after {end} bytes: {}\nnot {:?}", got[same], want.get(same));
        }
        runs += 1;
    }
    assert!(runs > 100, "{runs} runs");
}

/// Types whose bodies steer how the bytes behind them are read: they cannot be spoiled without effect.
fn steers(message: &Message) -> bool {
    matches!(message.kind, msg::SET_CHUNK_SIZE | msg::ABORT)
}

/// All messages with their bodies changed, and behind each a witness, on another chunk stream, that must be read.
fn spoiled(zoo: &[Case], mut change: impl FnMut(&mut Vec<u8>)) -> (Talk, usize) {
    let mut cases = Vec::new();
    for (n, each) in zoo.iter().filter(|case| !steers(&case.message)).enumerate() {
        let mut each = each.clone();
        change(&mut each.message.body);
        let number = f64::from(n as u32);
        let witness = msg::data(&["onWitness".into(), number.into()]).csid(60).timestamp(n as u32).fmt(0);
        let witness =
            Case { dir: each.dir, ..case("witness", witness, json!({"event": "data.other", "values": [n]})) };
        cases.extend([each, witness]);
    }
    (harness::talk(&cases), cases.len() / 2)
}

#[track_caller]
fn witnesses_stand((talk, count): (Talk, usize), how: &str) {
    let file = harness::file(&[talk]);
    let text = command(&TIMELINE, &file).unwrap_or_else(|why| panic!("{how}: {why}"));
    let mut seen = BTreeSet::new();
    let mut desyncs = 0;
    for line in text.lines() {
        if line.contains("\"chunk.desync\"") {
            desyncs += 1;
        }
        if !line.contains("onWitness") {
            continue;
        }
        let line: Value = serde_json::from_str(line).unwrap_or_else(|why| panic!("{how}: {why}: {line}"));
        let number = line["values"][0].as_u64().unwrap();
        let right = line["event"] == "data.other" && line["timestamp"] == number && line["complete"] == true;
        assert!(right, "{how}: {line}");
        seen.insert(number);
    }
    let missing: Vec<u64> = (0..count as u64).filter(|n| !seen.contains(n)).collect();
    assert!(
        missing.is_empty() && desyncs == 0,
        "{how}: sync was lost {desyncs} times, witnesses are missing: {missing:?}"
    );
    command(&["analyze", "-q", "--format", "json"], &file)
        .unwrap_or_else(|why| panic!("{how}: the report: {why}"));
}

/// Run `k` keeps `k` bytes of each body.
#[test]
fn a_body_cut_short_disturbs_nothing_else() {
    let zoo = zoo();
    for k in (0..80).chain((80..450).step_by(15)) {
        witnesses_stand(spoiled(&zoo, |body| body.truncate(k)), &format!("{k} bytes of each body"));
    }
}

/// Some bytes of each body are others.
#[test]
fn spoiled_bodies_disturb_nothing_else() {
    let zoo = zoo();
    for seed in 0..40 {
        let mut rng = Rng::new(seed + 1);
        let change = |body: &mut Vec<u8>| {
            for _ in 0..=rng.below(6) {
                if let Some(len) = body.len().checked_sub(1) {
                    let at = rng.below(len + 1);
                    body[at] =
                        [0, 0xFF, 0x80, 0x7F, rng.next() as u8, body[at] ^ 1 << rng.below(8)][rng.below(6)];
                }
            }
        };
        witnesses_stand(spoiled(&zoo, change), &format!("seed {seed}"));
    }
}

/// Nothing but random bytes behind the message type, and behind the first byte that says what is to come.
#[test]
fn random_bodies_disturb_nothing_else() {
    let zoo = zoo();
    for seed in 0..40 {
        let mut rng = Rng::new(seed + 1_000);
        let keep = seed as usize % 4;
        let change = |body: &mut Vec<u8>| {
            let len = body.len();
            body.truncate(keep);
            let more = rng.bytes(len.saturating_sub(keep));
            body.extend(more);
        };
        witnesses_stand(spoiled(&zoo, change), &format!("seed {seed}"));
    }
}

/// One line of each kind, without places and times: what changes here changes for every reader of the timeline.
#[test]
fn one_line_of_each_kind() {
    let text = command(&TIMELINE, &harness::file(&[harness::talk(&zoo())])).unwrap();
    let (mut seen, mut shown) = (BTreeSet::new(), String::new());
    for line in text.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        // One of each event, and of those of media one for each packet type and codec.
        let kind = ["event", "packet_type", "codec", "so_event", "record", "multitrack"];
        if !seen.insert(kind.map(|key| line[key].to_string())) {
            continue;
        }
        let object = line.as_object_mut().unwrap();
        for place in ["connection", "time_s", "time", "packet", "first_packet", "stream_start", "stream_end"]
        {
            object.shift_remove(place);
        }
        let _ = writeln!(shown, "{line}");
    }
    insta::assert_snapshot!(shown);
}
