//! What must not change, and the check of it.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::common::talk::Talk;
use crate::common::tcp::{Packet, Tcp};
use crate::common::{Dir, ready};
use crate::support::run::{self, Input};
use crate::support::truth::{self, DIRECTIONS};

/// Whether the variant's packets come at the times of the plain capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Same,
    /// Some are late, a little off, or have no time at all.
    Other,
}

/// A conversation, its packets, and what the plain capture of it gives.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) talk: Talk,
    pub(super) packets: Vec<Packet>,
    same: Value,
    other: Value,
}

/// The two conversations.
pub(super) static SUBJECTS: LazyLock<[Subject; 2]> =
    LazyLock::new(|| [("publish", ready::publish_av(6)), ("play", ready::play_av(4))].map(Subject::new));

impl Subject {
    fn new((name, talk): (&'static str, Talk)) -> Self {
        let packets = talk.packets();
        let input = Input::from(&packets);
        let [same, other] = [Times::Same, Times::Other].map(|times| seen(name, &talk, &input, times));
        Self { name, talk, packets, same, other }
    }

    /// The packets over another connection: addresses, sequence numbers.
    pub(super) fn over(&self, change: impl FnOnce(&mut Tcp)) -> Vec<Packet> {
        self.talk.clone().tcp(change).packets()
    }
}

/// The same variant of both conversations.
pub(super) fn check(name: &str, times: Times, vary: impl Fn(&Subject) -> Input) {
    for subject in SUBJECTS.iter() {
        let case = format!("{name}, {}", subject.name);
        let got = seen(&case, &subject.talk, &vary(subject), times);
        let want = if times == Times::Same { &subject.same } else { &subject.other };
        assert_json(&got, want, &case, "");
    }
}

/// What a capture shows, without what may differ. The messages are compared with the script at once.
fn seen(case: &str, talk: &Talk, input: &Input, times: Times) -> Value {
    let lines = run::timeline(input.clone());
    truth::assert_decoded(&lines, 1, talk, case);
    let report = run::report(input.clone());
    let connection = run::only(&report);
    truth::assert_ledger(connection, case);
    let lines = DIRECTIONS.map(|dir| {
        let mine = lines.iter().filter(|line| line["direction"] == dir);
        mine.filter(|line| !line["event"].as_str().unwrap().starts_with("tcp.")).map(line_facts).collect()
    });
    let [up, down]: [Vec<Value>; 2] = lines;
    json!({"facts": facts(connection, times), "up": up, "down": down})
}

/// A line of the timeline without times, places in the capture, and counts of the other direction's bytes.
fn line_facts(line: &Value) -> Value {
    let mut out = line.as_object().unwrap().clone();
    let outside = ["time", "time_s", "packet", "first_packet", "answers_packet", "sent"];
    out.retain(|key, _| !outside.contains(&key.as_str()) && !is_measured(key));
    Value::Object(out)
}

/// Measured by the wall clock.
fn is_measured(key: &str) -> bool {
    matches!(
        key,
        "response_ms"
            | "duration_ms"
            | "rtt_ms"
            | "arrival_jitter_ms"
            | "peak_bitrate_bps"
            | "silent_at_end_s"
    )
}

/// The entry of a connection without what may differ.
fn facts(connection: &Value, times: Times) -> Value {
    let mut out = Map::new();
    for key in ["id", "transport", "opening", "closing", "connect", "messages", "findings", "acknowledgement"]
    {
        out.insert(key.to_owned(), connection[key].clone());
    }
    for key in ["handshake", "chunk_sizes", "commands", "streams"] {
        out.insert(
            key.to_owned(),
            without(&connection[key], &|key| {
                let place = matches!(key, "packet" | "response_packet");
                let wall = matches!(key, "time_s" | "start_s" | "end_s" | "pacing" | "latency" | "av_sync");
                !place && (times == Times::Same || !(wall || is_measured(key)))
            }),
        );
    }
    if times == Times::Same {
        for key in ["verdict", "start_s", "end_s"] {
            out.insert(key.to_owned(), connection[key].clone());
        }
    } else if let Some(acks) = out.get_mut("acknowledgement") {
        // How much was on its way depends on which direction's packets come first.
        let depends = ["largest_unacknowledged_bytes", "interval_p50_bytes", "interval_max_bytes"];
        *acks = without(acks, &|key| !depends.contains(&key));
    }
    for dir in DIRECTIONS {
        let stream = truth::CLASSES[4..].iter().map(|class| &connection["efficiency"][dir][*class]);
        out.insert(format!("bytes {dir}"), stream.cloned().collect());
    }
    Value::Object(out)
}

/// A value without the keys that are not to be kept.
fn without(value: &Value, keep: &impl Fn(&str) -> bool) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| keep(key));
            Value::Object(kept.map(|(key, value)| (key.clone(), without(value, keep))).collect())
        }
        Value::Array(items) => items.iter().map(|item| without(item, keep)).collect(),
        other => other.clone(),
    }
}

/// Equal, or the place of the first difference.
fn assert_json(got: &Value, want: &Value, case: &str, path: &str) {
    match (got, want) {
        (Value::Object(a), Value::Object(b)) => {
            let (mine, theirs): (Vec<_>, Vec<_>) = (a.keys().collect(), b.keys().collect());
            assert_eq!(mine, theirs, "{case}: keys of {path}");
            a.iter().for_each(|(key, value)| assert_json(value, &b[key], case, &format!("{path}/{key}")));
        }
        (Value::Array(a), Value::Array(b)) => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                assert_json(a, b, case, &format!("{path}/{n}"));
            }
            assert_eq!(a.len(), b.len(), "{case}: length of {path}");
        }
        _ => assert_eq!(got, want, "{case}: {path}"),
    }
}

/// The plain capture itself says what the script said of the programme.
#[test]
fn the_plain_capture_is_right() {
    for (subject, role, seconds, dir) in
        [(&SUBJECTS[0], "publish", 6, Dir::Up), (&SUBJECTS[1], "play", 4, Dir::Down)]
    {
        let facts = &subject.same["facts"];
        let [stream] = facts["streams"].as_array().unwrap().as_slice() else { panic!("one stream") };
        assert_eq!((&stream["role"], &stream["name"]), (&json!(role), &json!("<stream-1>")));
        let bytes = |kind: u8| {
            let mine = subject.talk.sent().iter().filter(|s| s.kind == kind && s.dir == dir);
            mine.map(|s| s.len() as u64).sum::<u64>()
        };
        let video = &stream["video"];
        let expected = json!({
            "codec": "h264", "width": 640, "height": 360, "messages": seconds * 25 + 1, "frames": seconds * 25,
            "keyframes": seconds / 2, "bytes": bytes(9), "fps": 25.0, "first_timestamp_ms": 0,
            "last_timestamp_ms": seconds * 1_000 - 40,
            "gop_s": {"count": seconds / 2 - 1, "min": 2.0, "max": 2.0, "mean": 2.0},
            "composition_ms": {"min": 0, "max": 120}, "sequence_headers": 1, "timestamp_regressions": 0
        });
        for (key, value) in expected.as_object().unwrap() {
            assert_json(&video[key], value, subject.name, &format!("video/{key}"));
        }
        let frames = (seconds * 44_100_u64).div_ceil(1_024);
        let audio = &stream["audio"];
        let expected = json!({
            "codec": "aac", "profile": "LC", "sample_rate": 44_100, "channels": 1, "messages": frames + 1,
            "frames": frames, "bytes": bytes(8), "first_timestamp_ms": 0,
            "last_timestamp_ms": (frames - 1) * 1_024_000 / 44_100, "sequence_headers": 1,
            "timestamp_regressions": 0
        });
        for (key, value) in expected.as_object().unwrap() {
            assert_json(&audio[key], value, subject.name, &format!("audio/{key}"));
        }
        assert_eq!(
            stream["metadata"],
            json!({
                "duration": 0, "width": 640, "height": 360, "videocodecid": 7, "framerate": 25, "audiocodecid": 10,
                "audiosamplerate": 44_100, "stereo": false, "encoder": "builder"
            })
        );
        let acks = subject.talk.sent().iter().filter(|s| s.kind == 3 && s.dir == dir.back()).count();
        assert!(acks > 1);
        assert_eq!(facts["acknowledgement"][DIRECTIONS[dir.i()]]["acks"], acks);
        assert_eq!(facts["closing"], "client-fin");
    }
}
