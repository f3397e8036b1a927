//! What the codec configurations of real peers say, as ffprobe 5.1 reads them.
//!
//! It read the FLV files that servers and players wrote; of HEVC and AV1, which it does not know in FLV, the
//! parameter sets and frames cut out of the capture.

use serde_json::{Value, json};

use crate::command::Run;
use crate::corpus::Case;
use crate::judge::Verdicts;

/// Captures whose source is the same file: H.264 and AAC by ffmpeg 5.1.
const FFMPEG: &[&str] = &[
    "nginx_pub_2players",
    "nginx_media_a",
    "nginx_media_v",
    "nginx_chunk128",
    "nginx_ff9_pub",
    "nms_chunk128",
    "srs_av",
    "srs_av_ff9",
    "ertmp_multitrack",
    "ffmpeg_listen_play",
    "ts_wrap_2_32",
    "derived_gzip",
];

/// The fields of the tracks in the streams of a capture; none when nothing is said about it.
fn facts(capture: &str) -> Option<(Value, Value)> {
    let h264 = json!({"codec": "h264", "profile": "High", "level": "1.2", "width": 320, "height": 180, "stated_fps": 25.0,
        "chroma": "4:2:0", "bit_depth": 8, "interlaced": false, "nal_length_bytes": 4, "record": "avcC", "color": null});
    let aac = json!({"codec": "aac", "profile": "LC", "sample_rate": 44100, "channels": 2, "channel_layout": "stereo",
        "frame_samples": 1024, "record": "ASC", "stated_bitrate_bps": null});
    let av1 = json!({"codec": "av1", "profile": "Main", "level": "2.0", "tier": "main", "width": 320, "height": 180,
        "chroma": "4:2:0", "bit_depth": 8, "record": "av1C", "color": {"full_range": false}});
    // ffmpeg names the loudspeakers in band: those that ffprobe calls stereo.
    let opus = json!({"codec": "opus", "sample_rate": 48000, "channels": 2, "channel_layout": "FL FR",
        "record": "OpusHead"});
    Some(match capture {
        name if FFMPEG.contains(&name) => (h264, aac),
        "nginx_chunk60000_ack" | "nginx_gop_player" => (
            json!({"codec": "h264", "profile": "High", "level": "3.0", "width": 640, "height": 360, "stated_fps": 30.0}),
            aac,
        ),
        "ertmp_av1_opus" | "srs_av1_ertmp" => (av1, opus),
        "ertmp_hevc" | "ertmp_hevc_fourcclist" => (
            json!({"codec": "hevc", "profile": "Main", "level": "2.0", "tier": "main", "width": 320, "height": 180,
                "stated_fps": 25.0, "chroma": "4:2:0", "bit_depth": 8, "interlaced": false, "nal_length_bytes": 4,
                "record": "hvcC", "color": {"full_range": false}}),
            aac,
        ),
        "gst_rtmp2" | "gst_rtmpsink_librtmp" => (
            json!({"codec": "h264", "profile": "High 4:4:4 Predictive", "level": "1.2", "width": 320, "height": 180,
                "stated_fps": 25.0, "chroma": "4:4:4", "bit_depth": 10, "interlaced": false, "record": "avcC",
                "color": {"primaries": "smpte170m", "transfer": "smpte170m", "matrix": "smpte170m",
                    "full_range": false}}),
            aac,
        ),
        "nginx_media_sorenson" => (
            json!({"codec": "h263", "width": 320, "height": 180, "profile": null, "record": null}),
            json!({"codec": "mp3", "sample_rate": 22050, "channels": 1, "channel_layout": "mono", "record": null}),
        ),
        "nginx_media_mp3" => (
            Value::Null,
            json!({"codec": "mp3", "sample_rate": 44100, "channels": 2, "channel_layout": "stereo"}),
        ),
        "nginx_media_alaw" => {
            (Value::Null, json!({"codec": "g711a", "sample_rate": 8000, "channels": 1, "record": null}))
        }
        "nginx_media_nelly" => {
            (Value::Null, json!({"codec": "nellymoser", "sample_rate": 22050, "channels": 1, "record": null}))
        }
        _ => return None,
    })
}

/// Checks every stream of the report, and that no sequence header is called broken.
pub(crate) fn check(case: &Case, run: &Run, verdicts: &mut Verdicts) {
    let Some((video, audio)) = facts(&case.witness.name) else { return };
    let streams =
        run.connections().iter().filter_map(|connection| connection["streams"].as_array()).flatten();
    let mut compared = 0;
    for stream in streams {
        for (kind, known) in [("video", &video), ("audio", &audio)] {
            let track = &stream[kind];
            // A player that left early may have had no media.
            if track["messages"].as_u64().unwrap_or(0) == 0 {
                continue;
            }
            for (key, value) in known.as_object().into_iter().flatten() {
                compared += 1;
                verdicts.must(case, track[key] == *value, || {
                    format!("stream {} {kind}: {key} is {}, ffprobe says {value}", stream["id"], track[key])
                });
            }
        }
    }
    verdicts.must(case, compared > 0, || "no configuration was compared".to_owned());
    let broken = run.timeline.iter().find(|line| {
        line["problem"].is_string() && line["event"].as_str().is_some_and(|event| event.contains("_header"))
    });
    verdicts.must(case, broken.is_none(), || format!("a sequence header is called broken: {broken:?}"));
}
