//! Runs tshark on a capture.
//!
//! Every TCP port is decoded as RTMP, so that it does not matter which ports rtmpscope finds RTMP on. Two preferences
//! are set: messages above 32768 bytes make tshark 4.0 lose the stream, and segments out of order make every version
//! lose it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Newer versions have no such limit, and stop at a preference that they do not know.
const LARGEST: &str = "rtmpt.max_packet_size";

const WORDS: &[&str] = &[
    "-n",
    "-o",
    "tcp.reassemble_out_of_order:TRUE",
    "-d",
    "tcp.port==1-65535,rtmpt",
    "-Y",
    "rtmpt or tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment or frame.cap_len < frame.len",
    "-T",
    "pdml",
    "-J",
    "rtmpt tcp ip ipv6",
];

/// The version, such as `4.0.17`; `None` where there is no tshark.
pub(crate) fn version() -> Option<String> {
    let done = Command::new("tshark").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let word = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    Some(word.unwrap_or("of no known version").trim_end_matches('.').to_owned())
}

/// Whether this version has a largest message size.
fn has_largest() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| {
        let done = Command::new("tshark").args(["-G", "currentprefs"]).output().unwrap();
        String::from_utf8_lossy(&done.stdout).contains(LARGEST)
    })
}

fn command(capture: &Path) -> Command {
    let mut command = Command::new("tshark");
    command.args(WORDS);
    if has_largest() {
        command.arg("-o").arg(format!("{LARGEST}:{}", i32::MAX));
    }
    command.arg("-r").arg(capture);
    command
}

/// Hands over each line of what tshark prints of a capture.
pub(crate) fn lines_of(capture: &Path, mut each: impl FnMut(&str)) {
    let mut tshark = command(capture).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(tshark.stdout.take().unwrap());
    let mut line = Vec::new();
    let mut lines = 0;
    while out.read_until(b'\n', &mut line).unwrap() > 0 {
        each(&String::from_utf8_lossy(&line));
        line.clear();
        lines += 1;
    }
    // It ends with an error after a file that was cut short, having printed what it could read.
    tshark.wait().unwrap();
    if lines == 0 {
        let done = command(capture).output().unwrap();
        panic!("tshark says nothing of {}: {}", capture.display(), String::from_utf8_lossy(&done.stderr));
    }
}
