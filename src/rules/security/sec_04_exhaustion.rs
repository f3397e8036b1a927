//! SEC-04 exhaustion
//!
//! ## What it does
//! Reports lengths and counts that make a receiver set aside far more memory than data came. These are a message that
//! announces an extreme length; many messages under way at once, or a large total of them; AMF values nested deeper
//! than 32; an AMF array of more items than bytes are left (an error), or an associative array whose count says far
//! more than there is.
//!
//! ## Why it matters
//! Receivers that reserve memory by such figures run out of it, whoever sent them, and those that check them close
//! the connection: nginx-rtmp takes messages of 1 MB unless told otherwise, gortmplib of 10 MB.
//!
//! ## Spec
//! RTMP Errata and Addenda, 7 and 10
//!
//! ## Tolerance
//! Key frames of several megabytes are fine. Counts up to 65535 are not judged: what they cost is bearable, and arrays
//! that end early are left to AMF-02. Counts of associative arrays are mere hints, often wrong: those with at least a
//! sixteenth of the members they name are fine. Values of AMF3 are not counted.
//!
//! ## How to fix
//! Write lengths and counts that are those of the data; send no more than a few messages at once.

use crate::amf::Encoding;
use crate::amf::error::{AmfError, AmfErrorKind};
use crate::base::pos::PerDir;
use crate::rtmp::message::form::Form;
use crate::rtmp::message::kind::MessageHeader;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::counts::{Count, LARGE_HINT, disproportionate};

pub(super) static RULE: Rule = Rule {
    code: "SEC-04",
    name: "exhaustion",
    severity: Severity::Warning,
    spec: "RTMP Errata 7, 10",
    subject: "messages",
    help: "write lengths and counts that are those of the data",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "longest_bytes", default: 10_485_760.0, about: "length of a message" },
        Threshold { name: "most_messages", default: 16.0, about: "messages of one side under way at once" },
        Threshold {
            name: "most_bytes",
            default: 67_108_864.0,
            about: "announced length of all of them together",
        },
    ],
    hears: &[Topic::Message],
    source: include_str!("sec_04_exhaustion.rs"),
    new: || Box::new(Exhaustion::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Exhaustion {
    points: PerDir<Vec<Point>>,
    limits: Option<Most>,
}

/// The figures of the profile.
#[derive(Copy, Clone)]
struct Most {
    longest: f64,
    messages: f64,
    bytes: f64,
}

impl Most {
    fn of(cx: &Cx<'_>) -> Self {
        let [longest, messages, bytes] =
            ["longest_bytes", "most_messages", "most_bytes"].map(|name| cx.threshold(name));
        Self { longest, messages, bytes }
    }
}

/// The moment before a message ended, and how many were under way then, as far as those have ended too.
struct Point {
    at: u64,
    open: u32,
    bytes: u64,
}

/// Moments remembered of a direction at most.
const MOST_POINTS: usize = 64;

impl Check for Exhaustion {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        if header.inferred.length {
            return;
        }
        cx.judged();
        let limits = *self.limits.get_or_insert_with(|| Most::of(cx));
        let longest = limits.longest;
        if f64::from(header.length) > longest {
            cx.find(Found::at(event).case("long-message"), |_| {
                Said::new(format!("a message of type {} announces an extreme length", header.kind))
                    .expected(format!("at most {longest} bytes"))
                    .actual(format!("{} bytes", header.length))
            });
        }
        // What came in one chunk was under way with no other.
        if header.chunks > 1 {
            self.count(event, header, limits, cx);
        }
        let problem = match &event.kind {
            Kind::Command(it) => it.command.error,
            Kind::Data(it) => it.error,
            _ => return,
        };
        values(problem, event, header, cx);
    }

    fn held_bytes(&self) -> usize {
        (self.points.c2s.capacity() + self.points.s2c.capacity()) * size_of::<Point>()
    }
}

impl Exhaustion {
    /// Counts what is under way: that is most in front of the end of a message, and each message counts at the ends that
    /// it lasts over. An end is forgotten once a later one has as many.
    fn count(&mut self, event: &Event<'_>, header: &MessageHeader, limits: Most, cx: &mut Cx<'_>) {
        let sent = *cx.seen.sent.get(event.dir);
        let end = if header.unfinished { sent.max(header.span.end) } else { header.span.end };
        let points = self.points.get_mut(event.dir);
        let (mut open, mut bytes) = (1, u64::from(header.length));
        for point in points.iter_mut().rev().take_while(|point| point.at > header.span.start) {
            if end >= point.at {
                point.open += 1;
                point.bytes += u64::from(header.length);
                (open, bytes) = (open.max(point.open), bytes.max(point.bytes));
            }
        }
        while points.last().is_some_and(|point| point.open <= 1) {
            points.pop();
        }
        if points.len() < MOST_POINTS {
            points.push(Point { at: end, open: 1, bytes: header.length.into() });
        }
        let (most, most_bytes) = (limits.messages, limits.bytes);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        if f64::from(open) > most || bytes as f64 > most_bytes {
            cx.find(Found::at(event).case("unfinished"), |_| {
                Said::new("many messages are under way at once")
                    .expected(format!("at most {most}, of {most_bytes} bytes together"))
                    .actual(format!("{open} at one time, of {bytes} bytes"))
                    .help("end the messages that were begun before others are begun")
            });
        }
    }
}

/// Looks at the values of a command or data message.
fn values(problem: Option<AmfError>, event: &Event<'_>, header: &MessageHeader, cx: &mut Cx<'_>) {
    if problem.is_some_and(|problem| problem.kind == AmfErrorKind::TooDeep) {
        cx.find(Found::at(event).case("depth"), |_| {
            Said::new("values are nested deeper than receivers follow").expected("at most 32 levels")
        });
    }
    let form = Form::of(header.kind, event.body);
    let is_whole = usize::try_from(header.length).is_ok_and(|length| length == event.body.len());
    if form.encoding != Encoding::Amf0 || !is_whole {
        return;
    }
    match disproportionate(form.body) {
        Some(Count::Items { count, left }) if count > LARGE_HINT => {
            cx.find(Found::at(event).case("array").error(), |_| {
                Said::new("an array has more items than bytes are left")
                    .expected(format!("at most {left} items"))
                    .actual(format!("{count} items"))
            });
        }
        Some(Count::Hint { count, members }) => cx.find(Found::at(event).case("hint"), |_| {
            Said::new("the count of an associative array is far too large")
                .expected(format!("{members}"))
                .actual(format!("{count}"))
        }),
        _ => {}
    }
}
