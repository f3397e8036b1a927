//! What the command line named, as a list of capture files in reading order.
//!
//! Takes paths, gives [`Input`]s ordered by the time of their first packet (those without one last; equal ones as
//! named). A directory stands for its regular files that are captures, by name, not for its subdirectories. A regular
//! file is closed again after the look at its first packet, so that thousands can be given; a stream stays open, as it
//! can be read once only.

use std::io;
use std::path::{Path, PathBuf};

use super::buffer::ByteSource;
use super::damage::{CaptureError, Cause, io_text};
use super::file::CaptureFile;
use super::secrets::Secrets;
use super::source::{Place, Source};
use super::{InputInfo, SkippedFile};
use crate::base::time::CaptureTime;

/// The read buffer: large enough to make few system calls, small enough for the second-level cache.
const BUFFER: usize = 256 << 10;
/// The read buffer for the look at a first packet.
const PEEK_BUFFER: usize = 16 << 10;

/// A file that is known to be a capture.
pub(super) struct Input {
    place: Place,
    /// Already open: the only input, or a stream.
    open: Option<CaptureFile>,
    /// Being read by a thread before its turn.
    early: Option<Source>,
    first: Option<CaptureTime>,
    /// Size of a regular file.
    pub(super) size: Option<u64>,
    pub(super) info: InputInfo,
}

impl Input {
    /// The file, opened if it is not; if `ahead`, a thread reads it if it can be faster so.
    pub(super) fn open(&mut self, limit: usize, ahead: bool) -> Result<CaptureFile, Cause> {
        if let Some(open) = self.open.take() {
            return Ok(open);
        }
        let source = match self.early.take() {
            Some(early) => early,
            None => open(&self.place, ahead && self.size.is_some()).map_err(Cause::Io)?,
        };
        source.memory.begin();
        CaptureFile::open(source, BUFFER, limit)
    }

    /// Whether a thread can read it before its turn: a file that is to be decompressed.
    pub(super) const fn can_be_early(&self) -> bool {
        self.info.compression.is_some() && self.size.is_some()
    }

    /// Has a thread read it before its turn. If it cannot be opened, that is told when its turn comes.
    pub(super) fn start_early(&mut self) {
        if self.can_be_early() && self.open.is_none() && self.early.is_none() {
            self.early = self.place.open().ok().map(|source| {
                source.memory.be_early();
                source.read_ahead()
            });
        }
    }

    /// A reader under a name of the caller's.
    pub(super) fn from_reader(name: &str, bytes: ByteSource, limit: usize) -> Result<Self, Cause> {
        let source = Source::new(bytes).map_err(Cause::Io)?;
        let file = CaptureFile::open(source, BUFFER, limit)?;
        Ok(Self::opened(Place::File(name.into()), file, None))
    }

    /// An input that is open from the start.
    fn opened(place: Place, file: CaptureFile, size: Option<u64>) -> Self {
        let info = InputInfo {
            path: place.name(),
            format: file.format(),
            compression: file.compression(),
            first_packet: None,
            packets: 0,
            bytes: 0,
            complete: false,
            problem: None,
            untimed_packets: 0,
            truncated_packets: 0,
        };
        Self { place, open: Some(file), early: None, first: None, size, info }
    }
}

/// A path that was named or found, and whether it must be a capture.
struct Candidate {
    place: Place,
    named: bool,
}

/// All inputs in reading order, and the files of directories that are no captures.
pub(super) fn resolve(
    paths: &[PathBuf],
    limit: usize,
    ahead: bool,
    secrets: &mut Secrets,
) -> Result<(Vec<Input>, Vec<SkippedFile>), CaptureError> {
    let mut inputs = Vec::new();
    let mut skipped = Vec::new();
    let mut stdin = false;
    // A lone file is left open; to look at its first packet would only delay a live stream.
    let lone = matches!(paths, [path] if !path.is_dir());
    for path in paths {
        let place = Place::new(path);
        if place == Place::Stdin && std::mem::replace(&mut stdin, true) {
            return Err(CaptureError::new(place.name(), Cause::StdinTwice));
        }
        let before = inputs.len();
        let directory = place != Place::Stdin && path.is_dir();
        let candidates = if directory {
            list(path).map_err(|e| CaptureError::new(place.name(), Cause::Io(e)))?
        } else {
            vec![Candidate { place: place.clone(), named: true }]
        };
        let seen = candidates.len();
        for candidate in candidates {
            match look(&candidate.place, lone, limit, ahead, secrets) {
                Ok(input) => inputs.push(input),
                Err(cause) if candidate.named => {
                    return Err(CaptureError::new(candidate.place.name(), cause));
                }
                Err(cause) => {
                    skipped.push(SkippedFile { path: candidate.place.name(), why: cause.to_string() });
                }
            }
        }
        if directory && inputs.len() == before {
            return Err(CaptureError::new(place.name(), Cause::NoneInDirectory { seen }));
        }
    }
    if inputs.is_empty() {
        return Err(CaptureError::new(String::new(), Cause::NoInput));
    }
    inputs.sort_by_key(|input| (input.first.is_none(), input.first));
    Ok((inputs, skipped))
}

/// The regular files of a directory by name.
fn list(directory: &Path) -> io::Result<Vec<Candidate>> {
    let mut files = Vec::new();
    for entry in directory.read_dir()? {
        let path = entry?.path();
        // A link counts as what it points to; a dead one is no regular file.
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files.into_iter().map(|path| Candidate { place: Place::File(path), named: false }).collect())
}

/// Opens an input and, unless it is the only one, looks at its first packet.
fn look(place: &Place, lone: bool, limit: usize, ahead: bool, secrets: &mut Secrets) -> Result<Input, Cause> {
    let size = place.size().map_err(Cause::Io)?;
    let keep = lone || size.is_none();
    let source = open(place, ahead && lone && size.is_some()).map_err(Cause::Io)?;
    let file = CaptureFile::open(source, if keep { BUFFER } else { PEEK_BUFFER }, limit)?;
    let mut input = Input::opened(place.clone(), file, size);
    if !lone {
        // The secrets of a file that is opened again are kept then.
        let mut passing = Secrets::default();
        let secrets = if keep { secrets } else { &mut passing };
        input.first = input.open.as_mut().and_then(|file| file.peek_time(secrets));
    }
    if !keep {
        input.open = None;
    }
    Ok(input)
}

/// Opens a place; if `ahead` and it is compressed, a thread decompresses it. Plain bytes are read faster without.
fn open(place: &Place, ahead: bool) -> io::Result<Source> {
    let source = place.open()?;
    Ok(if ahead && source.compression.is_some() { source.read_ahead() } else { source })
}

/// Why an input that was readable is not any more.
pub(super) fn vanished(cause: &Cause) -> String {
    match cause {
        Cause::Io(e) => format!("the file cannot be opened again: {}", io_text(e)),
        other => format!("the file has changed since it was first looked at: {other}"),
    }
}
