//! The command, run as its users run it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::files::Files;
use crate::common::capture::Capture;
use crate::common::tcp::Packet;

/// What a run left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// What to give the command.
#[derive(Clone, Debug)]
pub enum Input {
    /// Files in the order of the command line.
    Named(Vec<(String, Vec<u8>)>),
    /// A directory of files.
    Directory(Vec<(String, Vec<u8>)>),
    /// Standard input.
    Stdin(Vec<u8>),
}

impl From<Vec<u8>> for Input {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Named(vec![("capture".to_owned(), bytes)])
    }
}

impl From<&[Packet]> for Input {
    fn from(packets: &[Packet]) -> Self {
        Capture::of(packets).bytes().into()
    }
}

impl From<&Vec<Packet>> for Input {
    fn from(packets: &Vec<Packet>) -> Self {
        packets.as_slice().into()
    }
}

/// Runs the command with these arguments.
pub fn rtmpscope(args: &[&str], stdin: Option<&[u8]>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtmpscope"));
    command.args(args).env_remove("NO_COLOR").stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().unwrap();
    let feeder = child.stdin.take().map(|mut pipe| {
        let bytes = stdin.unwrap_or_default().to_vec();
        // The command may have had enough before the end.
        std::thread::spawn(move || drop(pipe.write_all(&bytes)))
    });
    let output = child.wait_with_output().unwrap();
    if let Some(feeder) = feeder {
        feeder.join().unwrap();
    }
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `rtmpscope WORDS INPUT`.
pub fn on(words: &[&str], input: &Input) -> Ran {
    let files = Files::new();
    let mut args = words.to_vec();
    match input {
        Input::Stdin(bytes) => {
            args.push("-");
            rtmpscope(&args, Some(bytes))
        }
        Input::Directory(list) => {
            for (name, bytes) in list {
                files.add(name, bytes);
            }
            let dir = files.dir();
            args.push(&dir);
            rtmpscope(&args, None)
        }
        Input::Named(list) => {
            let paths: Vec<String> = list.iter().map(|(name, bytes)| files.add(name, bytes)).collect();
            args.extend(paths.iter().map(String::as_str));
            rtmpscope(&args, None)
        }
    }
}

/// The report, as JSON; the run must succeed and say nothing on the side.
pub fn report(input: impl Into<Input>) -> Value {
    report_with(&[], input)
}

/// The report with these flags.
pub fn report_with(flags: &[&str], input: impl Into<Input>) -> Value {
    let ran = on(&[&["analyze", "-q", "--format", "json"], flags].concat(), &input.into());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{flags:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The timeline, one JSON object a line.
pub fn timeline(input: impl Into<Input>) -> Vec<Value> {
    timeline_with(&[], input)
}

/// The timeline with these flags.
pub fn timeline_with(flags: &[&str], input: impl Into<Input>) -> Vec<Value> {
    let ran = on(&[&["timeline", "-q", "--format", "ndjson"], flags].concat(), &input.into());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{flags:?}");
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The connections of a report.
pub fn connections(report: &Value) -> &[Value] {
    report["connections"].as_array().unwrap()
}

/// The one connection of a report.
pub fn only(report: &Value) -> &Value {
    let [one] = connections(report) else { panic!("{} connections", connections(report).len()) };
    one
}

/// The number at a path of `/`-separated keys.
pub fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no number at {path}"))
}

/// The same for any number.
pub fn float(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {path}"))
}

/// The text at a path.
pub fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {path}"))
}
