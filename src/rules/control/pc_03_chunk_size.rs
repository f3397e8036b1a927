//! PC-03 chunk-size
//!
//! ## What it does
//! Reports chunk sizes that are invalid, or that some receivers refuse. 0 and values with the top bit set are errors;
//! below 128 and above 65536 receivers complain or refuse. An info says when a Set Chunk Size changes nothing, and when
//! it comes while another message of the direction is half sent: the rest of that message has the new size.
//!
//! ## Why it matters
//! Both sides have to agree on the chunk size at each byte. Where a receiver refuses a size or cuts it to its own
//! limit, nothing after it can be read.
//!
//! ## Spec
//! RTMP 1.0, 5.4.1
//!
//! ## Tolerance
//! Usual are 128 (`GStreamer`, which changes nothing), 4096 (nginx-rtmp, OBS, ffmpeg), 60000 (SRS) and 65536
//! (mediamtx). It may come before connect. A message has less than 16 MiB, so all sizes from 16777215 on are the same.
//!
//! ## How to fix
//! Announce a size from 128 to 65536 between two messages, and use it from the next byte on.

use crate::base::pos::{PerDir, Span};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "PC-03",
    name: "chunk-size",
    severity: Severity::Error,
    spec: "RTMP 5.4.1",
    subject: "Set Chunk Size messages",
    help: "announce a chunk size from 128 to 65536",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "least_bytes", default: 128.0, about: "least chunk size that all receivers take" },
        Threshold {
            name: "most_bytes",
            default: 65_536.0,
            about: "largest chunk size that all receivers take",
        },
    ],
    hears: &[Topic::NotMedia, Topic::Interleaved],
    source: include_str!("pc_03_chunk_size.rs"),
    new: || Box::new(ChunkSize::default()),
    ..Rule::BASE
};

/// The longest message.
const LONGEST: u32 = 0xFF_FFFF;
/// The top bit has to be 0.
const TOP_BIT: u32 = 1 << 31;

/// Where the latest change of the chunk size was, for each direction.
#[derive(Default)]
struct ChunkSize(PerDir<Option<Change>>);

#[derive(Copy, Clone)]
struct Change {
    span: Span,
    sizes: (u32, u32),
}

impl Check for ChunkSize {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match event.kind {
            Kind::SetChunkSize { size, previous } => {
                cx.judged();
                valid(event, size, previous, cx);
                if size != previous {
                    let change = Change { span: event.span, sizes: (previous, size) };
                    *self.0.get_mut(event.dir) = Some(change);
                }
            }
            Kind::ChunkSizeInvalid { size } => {
                let (case, what) = match size & TOP_BIT {
                    0 => ("zero", "the chunk size is set to 0"),
                    _ => ("top-bit", "Set Chunk Size has the top bit set, which is not part of the size"),
                };
                cx.find(Found::at(event).case(case), |_| {
                    Said::new(what)
                        .expected("1 to 2147483647, best 128 to 65536")
                        .actual(format!("{size:#010x}; the size before is taken to stay"))
                });
            }
            _ if event.message.is_some_and(|header| header.chunks > 1) => self.in_flight(event, cx),
            _ => {}
        }
    }
}

impl ChunkSize {
    /// A message that began before the latest change and ended behind it.
    fn in_flight(&self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let (Some(change), Some(header)) = (self.0.get(event.dir), event.message) else { return };
        let span = header.span;
        if span.start >= change.span.start || span.end <= change.span.end {
            return;
        }
        let (csid, (old, new)) = (header.csid, change.sizes);
        cx.find(Found::at(event).case("in-flight").of(csid).info(), |_| {
            Said::new(format!("the chunk size changed while a message on chunk stream {csid} was half sent"))
                .actual(format!(
                    "from {old} to {new} in packet {}, inside a {} message of {} bytes",
                    change.span.last.no, header.kind, header.length
                ))
                .help(
                    "it holds for the rest of that message at once; send it between two messages to be safe",
                )
        });
    }
}

/// A value that means a size.
fn valid(event: &Event<'_>, size: u32, previous: u32, cx: &mut Cx<'_>) {
    let (least, most) = (cx.threshold("least_bytes"), cx.threshold("most_bytes"));
    let found = Found::at(event);
    if size == previous {
        cx.find(found.case("same").info(), |_| {
            Said::new(format!("Set Chunk Size names the size that is in use, {size}"))
                .help("nothing to do; it may be left out")
        });
    } else if f64::from(size) < least {
        cx.find(found.case("small").warning(), |_| {
            Said::new(format!("the chunk size {size} is below the default"))
                .expected(format!("at least {least}"))
                .actual(format!("{size} bytes, {previous} before"))
                .help("use at least 128: SRS refuses less, and each chunk has a header of its own")
        });
    } else if size > LONGEST {
        cx.find(found.case("endless").info(), |_| {
            Said::new(format!("the chunk size {size} is longer than any message: no message is cut"))
                .expected(format!("at most {LONGEST}, which means the same"))
                .actual(format!("{size} bytes, {previous} before"))
                .help("nginx-rtmp refuses sizes above 10485760, and SRS complains above 65536")
        });
    } else if f64::from(size) > most {
        cx.find(found.case("large").warning(), |_| {
            Said::new(format!("the chunk size {size} is more than some receivers take"))
                .expected(format!("at most {most}"))
                .actual(format!("{size} bytes, {previous} before"))
                .help("SRS complains above 65536, and nginx-rtmp refuses more than 10485760")
        });
    }
}
