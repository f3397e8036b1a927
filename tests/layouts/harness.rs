//! Messages to lines: sends a list of messages in one capture, runs the command in this process, and finds the lines
//! of each message again.
//!
//! What a line must hold is a JSON object: its keys are compared, other keys of the line are not. `null` means that
//! the key is absent. Inside values all must be equal, but for three words: `{"$like": "x"}` is a text that contains x
//! (case and punctuation do not matter), `{"$any": true}` anything at all, `{"$some": {...}}` an object with at least
//! these keys.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rtmpscope::cli::{self, ExitStatus, Terminal};
use serde_json::Value;

use crate::common::capture::Capture;
use crate::common::message::{self as msg, Message};
use crate::common::talk::{Sent, Talk};
use crate::common::tcp::{Flow, Packet};
use crate::common::{Dir, S, ready};

/// One message, what its own line says, and what the lines that come besides it say, in their order.
#[derive(Clone)]
pub(crate) struct Case {
    pub name: String,
    pub dir: Dir,
    pub message: Message,
    pub want: Value,
    pub besides: Vec<Value>,
    /// Events that must not come besides it.
    pub never: Vec<&'static str>,
}

/// A message of the client. Media and data are on message stream 1.
pub(crate) fn case(name: &str, message: Message, want: Value) -> Case {
    let of_stream = matches!(message.kind, msg::AUDIO | msg::VIDEO | 15 | msg::DATA_AMF0 | msg::AGGREGATE);
    let message = if of_stream { message.msid(1) } else { message };
    Case { name: name.to_owned(), dir: Dir::Up, message, want, besides: Vec::new(), never: Vec::new() }
}

impl Case {
    /// The server sends it.
    pub(crate) fn down(self) -> Self {
        Self { dir: Dir::Down, ..self }
    }

    /// One more line of this message.
    pub(crate) fn besides(mut self, want: Value) -> Self {
        self.besides.push(want);
        self
    }

    /// No such line besides it.
    pub(crate) fn never(mut self, event: &'static str) -> Self {
        self.never.push(event);
        self
    }

    /// What differs, given the lines of this message.
    fn differences(&self, lines: &[Value]) -> Vec<String> {
        let Some(own) = lines.iter().find(|line| line["is_message"] == true) else {
            return vec!["has no line of its own".to_owned()];
        };
        let mut found = told(own, &self.want);
        let own_lines = lines.iter().filter(|line| line["is_message"] == true).count();
        if own_lines > 1 {
            found.push(format!("{own_lines} lines stand for it"));
        }
        let mut rest: Vec<&Value> = lines.iter().filter(|line| *line != own).collect();
        for want in &self.besides {
            let Some(at) = rest.iter().position(|line| differs(&line["event"], &want["event"]).is_none())
            else {
                let there: Vec<_> = lines.iter().map(|line| line["event"].to_string()).collect();
                found.push(format!("no line {} besides, only {}", want["event"], there.join(" ")));
                continue;
            };
            found.extend(told(rest[at], want));
            rest.drain(..=at);
        }
        let unwanted = |event: &&str| lines.iter().any(|line| line["event"] == **event);
        found.extend(self.never.iter().copied().filter(|e| unwanted(e)).map(|e| format!("there is a {e}")));
        found
    }
}

/// Sends all messages on one connection; each must be told as wanted.
#[track_caller]
pub(crate) fn hold(cases: &[Case]) {
    let run = Run::of(&[talk(cases)]);
    let failed: Vec<String> =
        cases.iter().zip(run.groups(&talk(cases), 0, cases.len())).filter_map(failures).collect();
    assert!(failed.is_empty(), "{} of {} differ\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// Sends each list of messages on a connection of its own, and gives the connections of the report too.
#[track_caller]
pub(crate) fn hold_apart(lists: &[Vec<Case>]) -> Vec<Value> {
    let talks: Vec<Talk> = lists.iter().map(|list| talk(list)).collect();
    let run = Run::of(&talks);
    let mut failed = Vec::new();
    for (n, (list, talk)) in lists.iter().zip(&talks).enumerate() {
        failed.extend(list.iter().zip(run.groups(talk, n, list.len())).filter_map(failures));
    }
    assert!(failed.is_empty(), "{} differ\n{}", failed.len(), failed.join("\n"));
    reports(&talks)
}

fn failures((case, lines): (&Case, Vec<Value>)) -> Option<String> {
    let found = case.differences(&lines);
    (!found.is_empty()).then(|| format!("- {}: {}", case.name, found.join("\n    ")))
}

/// The messages on a publishing connection, one write each.
pub(crate) fn talk(cases: &[Case]) -> Talk {
    cases
        .iter()
        .fold(opened(), |talk, case| talk.wait(1).after_all(case.dir).send(case.dir, &case.message))
        .wait(5)
        .close()
}

/// A connection on which a stream is published, with large chunks in both directions.
pub(crate) fn opened() -> Talk {
    let talk = Talk::new().handshake().connect("live").create_stream().publish("cam1");
    talk.chunk_size(Dir::Up, 4_096).chunk_size(Dir::Down, 4_096)
}

/// What differs between a line, or an object of a report, and what is wanted of it; the line itself at the end.
pub(crate) fn told(line: &Value, want: &Value) -> Vec<String> {
    let keys = want.as_object().expect("what is wanted is an object");
    let mut found: Vec<String> = keys
        .iter()
        .filter_map(|(key, want)| differs(&line[key], want).map(|why| format!("{key}: {why}")))
        .collect();
    if !found.is_empty() {
        found.push(line.to_string());
    }
    found
}

/// The same as an assertion.
#[track_caller]
pub(crate) fn shows(name: &str, line: &Value, want: Value) {
    let found = told(line, &want);
    assert!(found.is_empty(), "{name}: {}", found.join("\n    "));
}

fn differs(got: &Value, want: &Value) -> Option<String> {
    let wrong = || Some(format!("{got}, wanted {want}"));
    match (got, want) {
        (Value::Number(a), Value::Number(b)) => {
            let equal =
                a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| (a - b).abs() <= 1e-6 * b.abs().max(1.0));
            if equal { None } else { wrong() }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).find_map(|(a, b)| differs(a, b)).and_then(|_| wrong())
        }
        (_, Value::Object(b)) if b.contains_key("$any") => {
            if got.is_null() {
                wrong()
            } else {
                None
            }
        }
        (_, Value::Object(b)) if b.contains_key("$like") => {
            let like = |v: &Value| v.as_str().map(letters).unwrap_or_default();
            if like(got).contains(&like(&b["$like"])) { None } else { wrong() }
        }
        (Value::Object(_), Value::Object(b)) if b.contains_key("$some") => {
            if told(got, &b["$some"]).is_empty() { None } else { wrong() }
        }
        (Value::Object(a), Value::Object(b)) if a.keys().all(|key| b.contains_key(key)) => b
            .iter()
            .find_map(|(key, b)| differs(&a.get(key).cloned().unwrap_or_default(), b))
            .and_then(|_| wrong()),
        (a, b) if a == b => None,
        _ => wrong(),
    }
}

/// Letters and digits only, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The timeline of some connections.
pub(crate) struct Run {
    pub lines: Vec<Value>,
}

impl Run {
    pub(crate) fn of(talks: &[Talk]) -> Self {
        Self::of_file(&file(talks))
    }

    pub(crate) fn of_file(file: &[u8]) -> Self {
        let text = command(&["timeline", "-q", "--format", "ndjson"], file).unwrap();
        Self { lines: text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() }
    }

    /// The lines of the `n`-th connection (from 0).
    pub(crate) fn connection(&self, n: usize) -> impl Iterator<Item = &Value> {
        self.lines.iter().filter(move |line| line["connection"] == n + 1)
    }

    /// The first line with this name of the `n`-th connection; null if there is none.
    pub(crate) fn first(&self, n: usize, event: &str) -> Value {
        self.connection(n).find(|line| line["event"] == event).cloned().unwrap_or_default()
    }

    /// The lines of one message.
    pub(crate) fn group(&self, n: usize, sent: &Sent) -> Vec<Value> {
        let dir = ["client_to_server", "server_to_client"][sent.dir.i()];
        let mine = |line: &&Value| {
            line["direction"] == dir && line["stream_start"] == sent.start && line["stream_end"] == sent.end
        };
        self.connection(n).filter(mine).cloned().collect()
    }

    /// The lines of each of the last `count` messages of a talk.
    pub(crate) fn groups(&self, talk: &Talk, n: usize, count: usize) -> Vec<Vec<Value>> {
        let sent = &talk.sent()[talk.sent().len() - count..];
        sent.iter().map(|sent| self.group(n, sent)).collect()
    }
}

/// The report's connections.
pub(crate) fn reports(talks: &[Talk]) -> Vec<Value> {
    let text = command(&["analyze", "-q", "--format", "json"], &file(talks)).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    report["connections"].as_array().unwrap().clone()
}

/// A capture of connections, one after the other.
pub(crate) fn file(talks: &[Talk]) -> Vec<u8> {
    let packets: Vec<Packet> =
        talks.iter().enumerate().flat_map(|(n, talk)| apart(talk, n).packets()).collect();
    Capture::of(&packets).bytes()
}

fn apart(talk: &Talk, n: usize) -> Talk {
    talk.clone().tcp(|tcp| {
        tcp.flow = Flow::port(50_000 + n as u16);
        tcp.start += n as u64 * 100 * S;
    })
}

static FILES: AtomicUsize = AtomicUsize::new(0);

/// The command's output, run in this process; why it failed, if it did.
pub(crate) fn command(words: &[&str], file: &[u8]) -> Result<String, String> {
    let name = format!("layouts-{}-{}.pcap", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, file).unwrap();
    let done = output(&[words, &[path.to_str().unwrap()]].concat());
    std::fs::remove_file(&path).unwrap();
    done
}

/// The same without a capture.
pub(crate) fn output(words: &[&str]) -> Result<String, String> {
    let args: Vec<OsString> = ["rtmpscope"].iter().chain(words).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let done = catch_unwind(AssertUnwindSafe(|| cli::run(args, &mut out, &mut err, &Terminal::default())));
    match done {
        Ok(ExitStatus::Done) if err.is_empty() => String::from_utf8(out).map_err(|error| error.to_string()),
        Ok(_) => Err(format!("the command failed: {}", String::from_utf8_lossy(&err))),
        Err(_) => Err("the command panicked".to_owned()),
    }
}

/// The smallest conversation reads as it always did: the harness works.
#[test]
fn the_harness_finds_each_message_again() {
    let talk = ready::hello_rtmp();
    let run = Run::of(std::slice::from_ref(&talk));
    let names: Vec<Value> = talk.sent().iter().map(|sent| run.group(0, sent)[0]["event"].clone()).collect();
    assert_eq!(names.first(), Some(&Value::from("nc.connect")));
    assert_eq!(names.last(), Some(&Value::from("ns.delete_stream")));
    assert!(!told(&run.first(0, "nc.connect"), &serde_json::json!({"event": "nc.close"})).is_empty());
}
