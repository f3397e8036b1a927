//! What servers and players wrote to disk against the report's streams.

use serde_json::Value;

use crate::command::Run;
use crate::corpus::Case;
use crate::judge::Verdicts;
use crate::witness::{Recording, Track};

/// Checks every recording that the witness has.
pub(crate) fn check(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    for known in &case.witness.connections {
        let Some(connection) = run.connection(&known.client) else {
            continue;
        };
        for recording in &known.recordings {
            check_one(case, connection, recording, verdicts);
        }
        if !known.tracks.is_empty() {
            check_tracks(case, connection, &known.tracks, verdicts);
        }
    }
}

/// All numbered tracks of a published stream: those of the file, and no others.
fn check_tracks(case: &Case, connection: &Value, tracks: &[Track], verdicts: &mut Verdicts) {
    let streams = connection["streams"].as_array().unwrap();
    let ours: Vec<&Value> = streams
        .iter()
        .filter(|stream| stream["role"] == "publish")
        .flat_map(|stream| stream["tracks"].as_array().into_iter().flatten())
        .collect();
    verdicts.equal(case, "numbered tracks", ours.len() as u64, tracks.len() as u64);
    for track in tracks {
        let about = format!("{} track {}", track.media, track.number);
        let is = |ours: &&&Value| ours["media"] == track.media.as_str() && ours["track_id"] == track.number;
        let Some(ours) = ours.iter().find(is) else {
            verdicts.must(case, false, || format!("{about}: no such track"));
            continue;
        };
        verdicts.must(case, ours["codec"] == track.codec.as_str(), || {
            format!("{about}: codec {}, not {}", ours["codec"], track.codec)
        });
        let figures = [("frames", Some(track.frames)), ("width", track.width), ("height", track.height)];
        for (key, theirs) in figures {
            let ours = ours[key].as_u64();
            verdicts.must(case, theirs.is_none() || ours == theirs, || {
                format!("{about}: {key} {ours:?}, the file has {theirs:?}")
            });
        }
    }
}

/// One media kind of one recording.
fn check_one(case: &Case, connection: &Value, recording: &Recording, verdicts: &mut Verdicts) {
    let about = format!("{} {} ({})", recording.role, recording.kind, recording.by);
    let streams = connection["streams"].as_array().unwrap();
    let stream = streams
        .iter()
        .find(|stream| stream["role"] == recording.role.as_str() && stream[&recording.kind].is_object());
    let Some(stream) = stream else {
        verdicts.must(case, false, || format!("{about}: no such stream"));
        return;
    };
    let track = &stream[&recording.kind];
    let number = |key: &str| track[key].as_u64();
    let ends = number("first_timestamp_ms").zip(number("last_timestamp_ms"));
    // Some programs begin again at 2^31, in what they send and in what they record, where the media clock goes on.
    let wraps = |ms: u64| ms & u64::from(u32::MAX >> 1);
    let span = ends.map(|(first, last)| wraps(last.wrapping_sub(first)));
    // The file's counts are of all tracks.
    let numbered = stream["tracks"].as_array().into_iter().flatten();
    let numbered: Vec<_> = numbered.filter(|track| track["media"] == recording.kind.as_str()).collect();
    let counted = |key: &str| match &numbered[..] {
        [] => number(key),
        tracks => tracks.iter().map(|track| track[key].as_u64()).sum(),
    };
    let figures = [
        ("frames", counted("frames"), Some(recording.frames)),
        ("keyframes", counted("keyframes"), recording.keyframes),
        ("milliseconds from first to last frame", span, Some(wraps(recording.span_ms))),
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
