//! Runs the whole pipeline. Not there yet: the types the command line needs, and a result without connections.

use std::fmt;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::base::limits::Limits;
use crate::base::time::CaptureTime;
use crate::report::mask::Masker;
use crate::report::model::Report;
use crate::session::event::Event;

/// What to analyze, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Server ports that are tried as RTMP first.
    pub ports: Vec<u16>,
    /// Server addresses that are RTMP whatever their bytes say.
    pub decode_as: Vec<SocketAddr>,
    /// Only this connection.
    pub connection: Option<u32>,
    /// Only packets of this time, in seconds from the first.
    pub time: Option<(f64, f64)>,
    /// Whether stream names and other secrets are shown as they are.
    pub show_secrets: bool,
    /// Bounds on memory and output.
    pub limits: Limits,
}

/// Why a capture could not be analyzed.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    cause: std::io::Error,
}

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        None
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for Error {}

/// Called for each event, with the time of the capture's first packet; may end the analysis.
pub(crate) type OnEvent<'a> = dyn FnMut(&Event<'_>, CaptureTime, &mut Masker) -> ControlFlow<()> + 'a;

/// Analyzes captures as one.
pub(crate) fn analyze(
    paths: &[PathBuf],
    _options: &Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
    _on_event: Option<&mut OnEvent<'_>>,
) -> Result<Report, Error> {
    for path in paths.iter().filter(|path| path.as_path() != Path::new("-")) {
        let size = std::fs::metadata(path).map_err(|cause| Error { path: path.clone(), cause })?.len();
        progress(size, Some(size));
    }
    Ok(Report::default())
}
