//! What stopped the reading of a capture: damage inside a file, and inputs that cannot be read at all.
//!
//! Takes the facts from the readers, gives the words. [`Damage`] ends one file and leaves its packets in use;
//! [`CaptureError`] refuses an input before the first packet.

use std::error::Error;
use std::fmt;
use std::io;

use crate::base::text::Printable;

/// What a cut or overlong record was.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    FileHeader,
    Packet,
    /// A pcapng block that is no packet, or too short to tell.
    Block,
}

/// Why the reading of a file stopped before its end. Offsets count the capture's bytes after decompression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// The file ends inside a record that begins at `at`.
    Cut { unit: Unit, at: u64, need: u64, have: u64 },
    /// A record claims more than is allowed.
    TooLong { unit: Unit, at: u64, len: u64, limit: u64 },
    /// A record that contradicts itself.
    Bad { at: u64, what: &'static str },
    /// A packet of an interface that its section does not describe.
    Interface { at: u64, index: u32, known: usize },
    /// The bytes could not be read or decompressed.
    Read { at: u64, cause: String },
}

impl Damage {
    /// The whole sentence; `packet` is the number the next packet would have had.
    pub(super) fn text(&self, packet: u64) -> String {
        let subject = |unit: &Unit| match unit {
            Unit::FileHeader => "the file header".to_owned(),
            Unit::Packet => format!("packet {packet}"),
            Unit::Block => format!("a block {}", Self::place(packet)),
        };
        match self {
            Self::Cut { unit, at, need, have } => {
                let end = at.saturating_add(*have);
                let s = subject(unit);
                format!("{s} is cut off at byte {end}: the record needs {need} bytes, {have} are there")
            }
            Self::TooLong { unit, at, len, limit } => {
                let s = subject(unit);
                format!("{s} at byte {at} claims to be {len} bytes long, more than the limit of {limit}")
            }
            Self::Bad { at, what } => {
                format!("the record at byte {at}, {}, is damaged: {what}", Self::place(packet))
            }
            Self::Interface { at, index, known } => format!(
                "packet {packet} at byte {at} is of interface {index}, but only {known} are described before it"
            ),
            Self::Read { at, cause } => {
                format!("reading failed at byte {at}, {}: {cause}", Self::place(packet))
            }
        }
    }

    fn place(packet: u64) -> String {
        match packet.saturating_sub(1) {
            0 => "before the first packet".to_owned(),
            last => format!("after packet {last}"),
        }
    }
}

/// An input that cannot be read as a capture.
#[derive(Debug)]
pub(crate) struct CaptureError {
    /// The input as it was named; empty when none was.
    pub(super) path: String,
    pub(super) cause: Cause,
}

/// Why an input is refused.
#[derive(Debug)]
pub(super) enum Cause {
    Io(io::Error),
    Empty,
    /// The first bytes are of no known capture format.
    NotACapture {
        hint: Option<&'static str>,
    },
    Header(Damage),
    NoneInDirectory {
        seen: usize,
    },
    StdinTwice,
    NoInput,
}

impl CaptureError {
    pub(super) const fn new(path: String, cause: Cause) -> Self {
        Self { path, cause }
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", Printable::new(&self.path, 4096))?;
        }
        self.cause.fmt(f)
    }
}

impl Error for CaptureError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Io(e) => Some(e),
            _ => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => f.write_str(&io_text(e)),
            Self::Empty => f.write_str("the file is empty"),
            Self::NotACapture { hint: None } => f.write_str("not a pcap or pcapng capture"),
            Self::NotACapture { hint: Some(hint) } => write!(f, "not a pcap or pcapng capture: {hint}"),
            Self::Header(damage) => f.write_str(&damage.text(1)),
            Self::NoneInDirectory { seen } => {
                write!(f, "no capture in this directory (of {seen} files none is pcap or pcapng)")
            }
            Self::StdinTwice => f.write_str("standard input is given more than once"),
            Self::NoInput => f.write_str("no capture is given"),
        }
    }
}

/// The usual causes in plain words, without the number of the operating system's error.
pub(super) fn io_text(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => e.to_string(),
    }
}
