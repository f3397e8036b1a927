//! Runs the command on a file and reads its message lines.

use std::borrow::Cow;
use std::ffi::OsString;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rtmpscope::cli::{self, ExitStatus, Terminal};
use serde::Deserialize;

use crate::frames::Way;

/// A line of the timeline, as far as it matters here.
#[derive(Deserialize)]
struct Line<'a> {
    packet: usize,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(default)]
    is_message: bool,
    #[serde(default)]
    stream_start: i64,
    #[serde(default)]
    stream_end: i64,
    #[serde(default)]
    csid: u64,
    #[serde(default)]
    fmt: u64,
    #[serde(default)]
    type_id: u64,
    #[serde(default)]
    length: u64,
    #[serde(default)]
    stream_id: Option<u64>,
    #[serde(default)]
    timestamp: Option<u32>,
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    keyframe: bool,
    #[serde(default)]
    timestamp_inferred: bool,
    #[serde(default)]
    stream_id_inferred: bool,
    #[serde(default)]
    size: Option<serde_json::Value>,
}

/// A message line.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub way: Way,
    /// Stream offsets as in the whole capture.
    pub span: Range<i64>,
    pub csid: u64,
    /// Format of the chunk that began it.
    pub fmt: u64,
    pub type_id: u64,
    pub length: u64,
    pub stream_id: Option<u64>,
    pub timestamp: Option<u32>,
    pub complete: bool,
    pub keyframe: bool,
    pub timestamp_inferred: bool,
    pub stream_id_inferred: bool,
    /// Where the chunk size changes to.
    pub chunk_size: Option<i64>,
    /// Resyncs of its way before it.
    pub epoch: usize,
    /// The line in the output.
    line: Range<usize>,
}

/// What a run said.
#[derive(Clone)]
pub(crate) struct Run {
    pub text: String,
    pub messages: Vec<Message>,
    /// Ways that lost sync, as often as they did.
    pub lost: Vec<Way>,
    /// Stretches reported missing.
    pub gaps: Vec<(Way, Range<i64>)>,
}

impl Run {
    /// The line of a message.
    pub(crate) fn line(&self, message: &Message) -> &str {
        &self.text[message.line.clone()]
    }
}

/// Runs `timeline` on a file. `way_of` names the connection and the number by which its stream offsets are short, from
/// the number of a packet in that file (from 0) and a direction.
pub(crate) fn run(file: &[u8], way_of: impl Fn(usize, usize) -> Option<(Way, i64)>) -> Result<Run, String> {
    let text = timeline(file)?;
    let mut run = Run { text: String::new(), messages: Vec::new(), lost: Vec::new(), gaps: Vec::new() };
    let mut resyncs: Vec<Way> = Vec::new();
    let mut at = 0;
    for line in text.lines() {
        let place = at..at + line.len();
        at = place.end + 1;
        let read: Line<'_> = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
        let dir = usize::from(read.direction == "server_to_client");
        let lost = matches!(&*read.event, "chunk.desync" | "chunk.lost_sync");
        let resync = read.event == "chunk.resync";
        let gap = read.event == "tcp.gap";
        if !(lost || resync || gap || read.is_message) {
            continue;
        }
        let Some((way, shift)) = way_of(read.packet - 1, dir) else {
            return Err(format!("no connection has packet {}: {line}", read.packet));
        };
        let span = read.stream_start + shift..read.stream_end + shift;
        if gap {
            run.gaps.push((way, span));
        } else if lost {
            run.lost.push(way);
        } else if resync {
            resyncs.push(way);
        } else {
            run.messages.push(Message {
                way,
                span,
                csid: read.csid,
                fmt: read.fmt,
                type_id: read.type_id,
                length: read.length,
                stream_id: read.stream_id,
                timestamp: read.timestamp,
                complete: read.complete,
                keyframe: read.keyframe,
                timestamp_inferred: read.timestamp_inferred,
                stream_id_inferred: read.stream_id_inferred,
                chunk_size: (read.event == "ctl.set_chunk_size")
                    .then(|| read.size.as_ref().and_then(serde_json::Value::as_i64))
                    .flatten(),
                epoch: resyncs.iter().filter(|resync| **resync == way).count(),
                line: place,
            });
        }
    }
    run.text = text;
    Ok(run)
}

static FILES: AtomicUsize = AtomicUsize::new(0);

/// The output of the command, run in this process: there are thousands of runs.
fn timeline(file: &[u8]) -> Result<String, String> {
    let name = format!("resync-{}-{}.capture", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, file).unwrap();
    let mut args: Vec<OsString> =
        ["rtmpscope", "timeline", "-q", "--format", "ndjson"].map(OsString::from).to_vec();
    args.push(path.clone().into());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let done = catch_unwind(AssertUnwindSafe(|| cli::run(args, &mut out, &mut err, &Terminal::default())));
    std::fs::remove_file(&path).unwrap();
    match done {
        Ok(ExitStatus::Done) => String::from_utf8(out).map_err(|error| error.to_string()),
        Ok(_) => Err(format!("the command failed: {}", String::from_utf8_lossy(&err))),
        Err(_) => Err("the command panicked".to_owned()),
    }
}
