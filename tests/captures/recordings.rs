//! What servers and players wrote to disk against the report's streams.

use serde_json::Value;

use crate::command::Run;
use crate::corpus::Case;
use crate::judge::Verdicts;
use crate::witness::Recording;

/// Checks every recording that the witness has.
pub(crate) fn check(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    for known in &case.witness.connections {
        let Some(connection) = run.connection(&known.client) else {
            continue;
        };
        for recording in &known.recordings {
            check_one(case, connection, recording, verdicts);
        }
    }
}

/// One media kind of one recording.
fn check_one(case: &Case, connection: &Value, recording: &Recording, verdicts: &mut Verdicts) {
    let about = format!("{} {} ({})", recording.role, recording.kind, recording.by);
    let streams = connection["streams"].as_array().unwrap();
    let track = streams
        .iter()
        .find(|stream| stream["role"] == recording.role.as_str() && stream[&recording.kind].is_object())
        .map(|stream| &stream[&recording.kind]);
    let Some(track) = track else {
        verdicts.must(case, false, || format!("{about}: no such stream"));
        return;
    };
    let number = |key: &str| track[key].as_u64();
    let ends = number("first_timestamp_ms").zip(number("last_timestamp_ms"));
    let span = ends.map(|(first, last)| last.wrapping_sub(first) & u64::from(u32::MAX));
    // The file's counts are of all tracks.
    let others = number("other_track_frames").unwrap_or(0);
    let keyframes = recording.keyframes.filter(|_| others == 0);
    let figures = [
        ("frames", number("frames").map(|frames| frames + others), Some(recording.frames)),
        ("keyframes", number("keyframes"), keyframes),
        ("milliseconds from first to last frame", span, Some(recording.span_ms)),
        ("width", number("width"), recording.width),
        ("height", number("height"), recording.height),
        ("sample rate", number("sample_rate"), recording.sample_rate),
        ("channels", number("channels"), recording.channels),
    ];
    for (what, ours, theirs) in figures {
        if theirs.is_some() {
            verdicts
                .must(case, ours == theirs, || format!("{about}: {what} {ours:?}, the file has {theirs:?}"));
        }
    }
    let rates = [
        ("frames a second", track["fps"].as_f64(), recording.fps),
        ("seconds between key frames", track["gop_s"]["mean"].as_f64(), recording.gop_s),
    ];
    for (what, ours, theirs) in rates {
        if let Some(theirs) = theirs {
            let near = ours.is_some_and(|ours| (ours - theirs).abs() <= theirs / 100.0);
            verdicts.must(case, near, || format!("{about}: {what} {ours:?}, the file has {theirs}"));
        }
    }
    if let Some(codec) = &recording.codec {
        verdicts.must(case, track["codec"] == codec.as_str(), || {
            format!("{about}: codec {}, not {codec}", track["codec"])
        });
    }
}
