//! The only module that knows every layer: from captures to a report.
//!
//! Takes paths and [`Options`]; gives the [`Report`], or every event, in capture order, to whoever listens. [`flows`]
//! finds the connection of each segment, [`backlog`] keeps segments until several of a connection can be taken,
//! [`live`] holds what is open of one connection, [`relief`] makes room.
//! [`Analyzer`] is the same for users of the library, without a listener.

mod app;
mod backlog;
mod done;
mod flows;
mod followed;
mod live;
mod others;
mod probe;
mod relief;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::thread::available_parallelism;

use crate::base::limits::Limits;
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;
use crate::capture::{Capture, CaptureError, InputInfo, Packet, SkippedFile};
use crate::link::decoder::LinkDecoder;
use crate::link::segment::Decoded;
use crate::link::verify::Verifier;
use crate::metrics::Depth;
use crate::report::draft::Draft;
use crate::report::findings;
use crate::report::mask::Masker;
use crate::report::model::{self, Report};
use crate::report::rfc3339::rfc3339;
use crate::rules::net::{self, BrokenInput};
use crate::rules::set::RuleSet;
use crate::session::event::Event;

pub(crate) use done::JudgedConnection;
use flows::Flows;

/// Analyses captures.
///
/// It keeps nothing from one run to the next: the same captures give the same report.
#[derive(Clone, Debug, Default)]
pub struct Analyzer {
    options: Options,
}

impl Analyzer {
    /// One with these options.
    pub const fn new(options: Options) -> Self {
        Self { options }
    }

    /// Reads captures to their end. A path is a file, a directory, or `-` for standard input; several are one
    /// capture, in the order of their first packets.
    ///
    /// # Errors
    /// When an input cannot be opened or is no capture. Damage inside an input is part of the report.
    pub fn run<P: Into<PathBuf>>(&self, paths: impl IntoIterator<Item = P>) -> Result<Report, Error> {
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        Ok(analyze(&paths, &self.options, &mut |_, _| {})?.report())
    }
}

/// What to look for, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Ports known for RTMP besides 1935: there, less evidence is enough.
    pub ports: Vec<u16>,
    /// Endpoints whose connections are RTMP for certain.
    pub decode_as: Vec<SocketAddr>,
    /// Report this connection only.
    pub connection: Option<u32>,
    /// Take only packets of this time, in seconds from the first.
    pub time: Option<(f64, f64)>,
    /// Leave out TCP segments whose TCP or IPv4 checksum is wrong, as their receiver did. Without it checksums are not
    /// looked at: on a host whose network card computes them, those of all packets it sends are wrong in a capture.
    pub verify_checksums: bool,
    /// Show stream names, URL queries and credentials as they are.
    pub show_secrets: bool,
    /// Threads that may work at one time; without it as many as there are processors. Compressed captures are read
    /// faster with several. The report is the same for any number.
    pub threads: Option<NonZeroUsize>,
    /// Bounds on memory and output.
    pub limits: Limits,
}

impl Options {
    fn threads(&self) -> usize {
        self.threads.or_else(|| available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }
}

/// Why there is no report.
#[derive(Debug)]
pub struct Error(CaptureError);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Who hears events: the event, the time of the capture's first packet, and the masker for what is shown of it. It
/// may end the analysis.
pub(crate) type OnEvent<'l> = dyn FnMut(&Event<'_>, CaptureTime, &mut Masker) -> ControlFlow<()> + 'l;

/// Packets between two reports of progress.
const PROGRESS_PACKETS: u64 = 4096;

/// Packets between two looks at how much memory the reading of the files takes.
const LOOK_PACKETS: u64 = 64;

/// Reads captures from their beginning to their end; entries of the report are made as they are asked for.
///
/// # Errors
/// When an input cannot be opened or is no capture. Damage inside an input is part of the report.
pub(crate) fn analyze<'r>(
    paths: &[PathBuf],
    options: &'r Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Draft<'r>, Error> {
    let capture = Capture::open(paths, &options.limits, options.threads()).map_err(Error)?;
    Ok(read(capture, options, progress))
}

/// Reads captures from their beginning to their end, and tells the events of all connections in place of a report;
/// gives what there is to say about the capture.
///
/// # Errors
/// Those of [`analyze`].
pub(crate) fn listen(
    paths: &[PathBuf],
    options: &Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
    listener: &mut OnEvent<'_>,
) -> Result<model::Capture, Error> {
    let capture = Capture::open(paths, &options.limits, options.threads()).map_err(Error)?;
    Ok(listen_open(capture, options, progress, listener))
}

/// Reads an open capture to its end, and tells its events.
pub(crate) fn listen_open(
    capture: Capture,
    options: &Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
    listener: &mut OnEvent<'_>,
) -> model::Capture {
    let mut on_event =
        |event: &Event<'_>, start: CaptureTime, masker: &mut Masker| listener(event, start, masker);
    read_with(capture, options, progress, Listeners { events: Some(&mut on_event), ..Listeners::default() })
        .0
        .capture
}

/// Reads captures to their end, and holds their connections to rules. The report has figures as far as `depth` asks.
///
/// # Errors
/// Those of [`analyze`].
pub(crate) fn judge<'r>(
    paths: &[PathBuf],
    options: &'r Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
    rules: &'r RuleSet,
    depth: Depth,
) -> Result<(Draft<'r>, Vec<JudgedConnection>), Error> {
    let capture = Capture::open(paths, &options.limits, options.threads()).map_err(Error)?;
    Ok(judge_open(capture, options, progress, rules, depth))
}

/// Reads an open capture to its end, and holds its connections to rules; see [`judge`].
pub(crate) fn judge_open<'r>(
    capture: Capture,
    options: &'r Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
    rules: &'r RuleSet,
    depth: Depth,
) -> (Draft<'r>, Vec<JudgedConnection>) {
    read_with(capture, options, progress, Listeners { events: None, rules: Some(rules), depth })
}

/// Reads an open capture to its end.
pub(crate) fn read<'r>(
    capture: Capture,
    options: &'r Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Draft<'r> {
    read_with(capture, options, progress, Listeners::default()).0
}

/// Who hears events: someone in place of the report, or rules besides it.
struct Listeners<'r> {
    events: Option<&'r mut OnEvent<'r>>,
    rules: Option<&'r RuleSet>,
    /// What figures are for.
    depth: Depth,
}

impl Default for Listeners<'_> {
    /// Nobody: all is for the report.
    fn default() -> Self {
        Self { events: None, rules: None, depth: Depth::Full }
    }
}

fn read_with<'r>(
    mut capture: Capture,
    options: &'r Options,
    progress: &mut dyn FnMut(u64, Option<u64>),
    listeners: Listeners<'r>,
) -> (Draft<'r>, Vec<JudgedConnection>) {
    let mut run = Run {
        link: if options.verify_checksums {
            LinkDecoder::verifying(&options.limits)
        } else {
            LinkDecoder::new(&options.limits)
        },
        verifier: options.verify_checksums.then(Verifier::default),
        flows: Flows::new(options, listeners),
        clock: Clock::default(),
        capture: model::Capture::default(),
        time: options.time,
        reading: 0,
    };
    while let Some(packet) = capture.next_packet() {
        run.packet(&packet);
        if run.capture.packets.is_multiple_of(LOOK_PACKETS) {
            run.reading = capture.held_bytes();
        }
        if run.flows.stopped() {
            break;
        }
        if run.capture.packets.is_multiple_of(PROGRESS_PACKETS) {
            progress(capture.position(), capture.total());
        }
    }
    progress(capture.position(), capture.total());
    run.finish(&mut capture)
}

/// Everything that is open while packets come.
struct Run<'r> {
    link: LinkDecoder,
    /// If checksums are to be verified.
    verifier: Option<Verifier>,
    flows: Flows<'r>,
    clock: Clock,
    capture: model::Capture,
    time: Option<(f64, f64)>,
    /// Memory held for the reading of files.
    reading: usize,
}

/// The time the capture spans.
#[derive(Default)]
struct Clock {
    /// Of the first packet that has a time.
    first: Option<CaptureTime>,
    earliest: CaptureTime,
    latest: CaptureTime,
    /// The last time seen, for packets that have none.
    now: CaptureTime,
}

impl Clock {
    fn see(&mut self, ts: Option<CaptureTime>) -> CaptureTime {
        let Some(ts) = ts else { return self.now };
        if self.first.is_none() {
            self.first = Some(ts);
            (self.earliest, self.latest) = (ts, ts);
        }
        self.earliest = self.earliest.min(ts);
        self.latest = self.latest.max(ts);
        self.now = ts;
        ts
    }
}

impl<'r> Run<'r> {
    fn packet(&mut self, packet: &Packet<'_>) {
        let ts = self.clock.see(packet.ts);
        if let Some((from, to)) = self.time {
            let at = ts.seconds_since(self.clock.first.unwrap_or_default());
            if !(from..=to).contains(&at) {
                return;
            }
        }
        self.capture.packets += 1;
        self.capture.wire_bytes += u64::from(packet.wire_len);
        self.capture.quality.packets_without_time += u64::from(packet.ts.is_none());
        let at = PacketRef { no: packet.no, ts, acked: 0 };
        let elsewhere = self.reading + self.link.held_bytes();
        let start = self.clock.first.unwrap_or_default();
        // Borrowed where it was made: it is large.
        if let Some(segment) = &self.link.decode_plain(packet.link.0, packet.wire_len, packet.data) {
            return self.flows.segment(segment, at, start, elsewhere);
        }
        match &self.link.decode(packet.link.0, packet.wire_len, packet.data, packet.ts) {
            Decoded::Tcp(segment) => {
                if self.verifier.as_mut().is_none_or(|verifier| verifier.takes(segment)) {
                    self.flows.segment(segment, at, start, elsewhere);
                }
            }
            Decoded::FragmentHeld | Decoded::Other => {}
            Decoded::Undecodable(_) => self.capture.quality.undecodable_packets += 1,
        }
    }

    fn finish(mut self, read: &mut Capture) -> (Draft<'r>, Vec<JudgedConnection>) {
        let fragments = self.link.finish();
        let mut capture = self.capture;
        let (mut flows, shared) = self.flows.finish();
        for input in read.inputs() {
            capture.quality.truncated_packets += input.truncated_packets;
            capture.inputs.push(input_entry(input));
        }
        capture.skipped.extend(read.skipped().iter().map(skipped_entry));
        capture.tls_key_logs = u64::try_from(read.secrets().len()).unwrap_or(u64::MAX);
        flows.limit_hit("block_bytes", read.secrets_dropped() + read.over_limit());
        flows.limit_hit("fragmented_datagrams", fragments.evicted);
        flows.limit_hit("datagram_bytes", fragments.too_long);
        if self.clock.first.is_some() {
            capture.start = Some(rfc3339(self.clock.earliest));
            capture.end = Some(rfc3339(self.clock.latest));
            capture.duration_s = Some(self.clock.latest.seconds_since(self.clock.earliest));
        }
        flows.fill(&mut capture.quality);
        capture.quality.fragments_given_up = fragments.given_up;
        flows.missing.fragmented = fragments.given_up;
        flows.missing.verified = self.verifier.is_some();
        if let Some(stats) = self.verifier.as_ref().map(Verifier::stats) {
            capture.quality.bad_checksums = Some(stats.dropped);
            capture.quality.unverified_checksums = Some(stats.unverified);
            (flows.missing.bad_checksums, flows.missing.unverified_checksums) =
                (stats.dropped, stats.unverified);
        }
        capture.other_connections = std::mem::take(&mut flows.other).finish();
        flows.missing.truncated_packets = capture.quality.truncated_packets;
        let findings = net::check_capture(read.inputs().iter().filter_map(broken), &flows.missing);
        let findings = findings.iter().map(|found| findings::finding(found, None, None)).collect();
        let (judged, connections) = flows.finish(shared, self.clock.first.is_some());
        (Draft { capture, findings, connections }, judged)
    }
}

fn input_entry(input: &InputInfo) -> model::Input {
    model::Input {
        path: input.path.clone(),
        format: Some(input.format.to_owned()),
        compression: input.compression.map(str::to_owned),
        packets: input.packets,
        bytes: input.bytes,
        complete: input.complete,
        first_packet: input.first_packet,
        problem: input.problem.clone(),
    }
}

fn skipped_entry(file: &SkippedFile) -> model::Skipped {
    model::Skipped { path: file.path.clone(), why: file.why.clone() }
}

fn broken(input: &InputInfo) -> Option<BrokenInput<'_>> {
    let last_packet = input.first_packet.map(|first| first + input.packets.saturating_sub(1));
    let problem = input.problem.as_deref()?;
    Some(BrokenInput { path: &input.path, problem, last_packet })
}
