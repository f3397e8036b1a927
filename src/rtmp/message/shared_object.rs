//! Shared object messages (RTMP 1.0, 7.1.3, which names the events; their layouts are those in use).
//!
//! Takes the body of a message of type 16 or 19; gives the object's name, version and flags, and its events with what
//! each holds. A length that does not fit, data that is too short or too long, and events without a known layout are
//! kept and told: nothing behind them is given up that can still be found. Each value is read for itself; references
//! do not reach from one to another.

use super::form::{Form, FormatByte};
use super::kind::MessageType;
use crate::amf::{self, Encoding, Note, Value};
use crate::base::limits::Limits;
use crate::base::read::{Reader, Truncated};

/// A decoded shared object message. What the body was too short for is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SharedObject {
    pub(crate) name: Option<String>,
    pub(crate) version: Option<u32>,
    /// 0 or, in the upper half, 2 for persistent; what else is in it, nobody describes.
    pub(crate) flags: Option<u64>,
    pub(crate) events: Vec<SharedObjectEvent>,
    pub(crate) format_byte: FormatByte,
    /// The first thing that did not fit, in the message or in one of its events.
    pub(crate) problem: Option<String>,
    /// Bytes of the body that were not decoded, those inside of events included.
    pub(crate) undecoded: usize,
    /// The limit of ours that ended the decoding of something in it.
    pub(crate) limit: Option<&'static str>,
    /// The first field that the bytes left are too few for: the name of the object, an event, a name inside of one.
    pub(crate) cut: Option<Truncated>,
    /// What there is to note about its values, of the first value that has something; each is read for itself, and is
    /// the first of its own.
    pub(crate) notes: Vec<Note>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SharedObjectEvent {
    /// Its type.
    pub(crate) kind: u8,
    /// Length of its data, as announced.
    pub(crate) bytes: u32,
    pub(crate) content: Content,
    /// What did not fit.
    pub(crate) problem: Option<String>,
    /// Bytes of its data that were not decoded.
    pub(crate) undecoded: usize,
}

/// What the data of an event holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// Nothing, or nothing known.
    Nothing,
    /// The name of a slot.
    Slot(String),
    /// Slots and their values.
    Values(Vec<(String, Value)>),
    /// A message to the other clients.
    Send { handler: Option<String>, arguments: Vec<Value> },
    /// A status.
    Status { code: String, level: Option<String> },
}

const REQUEST_CHANGE: u8 = 3;
const CHANGE: u8 = 4;
const SUCCESS: u8 = 5;
const SEND_MESSAGE: u8 = 6;
const STATUS: u8 = 7;
const REMOVE: u8 = 9;
const REQUEST_REMOVE: u8 = 10;
/// Markers of a string and a long string in AMF0, and of the switch to AMF3.
const AMF0_TEXT: [u8; 3] = [0x02, 0x0C, 0x11];

impl SharedObject {
    /// Reads a body of type 16 or 19.
    pub(crate) fn parse(kind: MessageType, body: &[u8], limits: &Limits) -> Self {
        let form = Form::of(kind, body);
        let mut object = Self { format_byte: form.format_byte, ..Self::default() };
        let mut reader = Reader::new(form.body);
        let mut left = limits.clone();
        let header = object.header(&mut reader);
        let mut at = reader.at();
        let end = header.and_then(|()| {
            while reader.left() > 0 {
                at = reader.at();
                if object.events.len() >= limits.amf_values {
                    object.limit = Some("amf_values");
                    object.problem.get_or_insert_with(|| "too many events".to_owned());
                    break;
                }
                let kind = reader.u8("event type")?;
                let bytes = reader.u32("event length")?;
                let (data, cut) = take(&mut reader, bytes);
                let mut event = SharedObjectEvent {
                    kind,
                    bytes,
                    content: Content::Nothing,
                    problem: cut.map(|cut| cut.to_string()),
                    undecoded: 0,
                };
                let mut data = Data {
                    encoding: form.encoding,
                    reader: Reader::new(data),
                    at: at + EVENT_HEADER,
                    limits: &mut left,
                    limit: &mut object.limit,
                    cut,
                    notes: &mut object.notes,
                };
                event.fill(&mut data);
                object.cut = object.cut.or(data.cut);
                object.problem = object.problem.take().or_else(|| event.problem.clone());
                object.undecoded += event.undecoded;
                object.events.push(event);
                at = reader.at();
            }
            Ok(())
        });
        object.undecoded += form.body.len() - at;
        if let Err(truncated) = end {
            object.problem.get_or_insert_with(|| truncated.to_string());
            object.cut.get_or_insert(truncated);
        }
        object
    }

    /// Whether the object outlives its last client; `None` when the flags are missing.
    pub(crate) fn is_persistent(&self) -> Option<bool> {
        self.flags.map(|flags| flags >> 32 == 2)
    }

    /// The flags, when they say more than that.
    pub(crate) fn odd_flags(&self) -> Option<u64> {
        self.flags.filter(|flags| !matches!(flags, 0 | 0x2_0000_0000))
    }

    fn header(&mut self, reader: &mut Reader<'_>) -> Result<(), Truncated> {
        self.name = Some(text(reader, "name")?);
        self.version = Some(reader.u32("version")?);
        self.flags = Some(reader.array("flags").map(u64::from_be_bytes)?);
        Ok(())
    }
}

/// Bytes of an event's type and length.
const EVENT_HEADER: usize = 5;

impl SharedObjectEvent {
    /// The stable name of the event.
    pub(crate) fn name(&self) -> std::borrow::Cow<'static, str> {
        match self.kind {
            1 => "use",
            2 => "release",
            REQUEST_CHANGE => "request_change",
            CHANGE => "change",
            SUCCESS => "success",
            SEND_MESSAGE => "send_message",
            STATUS => "status",
            8 => "clear",
            REMOVE => "remove",
            REQUEST_REMOVE => "request_remove",
            11 => "use_success",
            other => return format!("unknown_{other}").into(),
        }
        .into()
    }

    fn fill(&mut self, data: &mut Data<'_, '_>) {
        let filled = match self.kind {
            REQUEST_CHANGE | CHANGE => self.values(data),
            SUCCESS | REMOVE | REQUEST_REMOVE => data.text("slot name").map(|name| {
                self.content = Content::Slot(name);
            }),
            SEND_MESSAGE => self.send(data),
            STATUS => self.status(data),
            1 | 2 | 8 | 11 => Ok(()),
            // Data of an unknown layout.
            _ => return,
        };
        self.undecoded = data.reader.left();
        let problem = match filled {
            Err(problem) => Some(problem),
            Ok(()) if self.undecoded > 0 => Some(format!("{} bytes behind the event's data", self.undecoded)),
            Ok(()) => None,
        };
        self.problem = self.problem.take().or(problem);
    }

    fn values(&mut self, data: &mut Data<'_, '_>) -> Result<(), String> {
        let mut pairs = Vec::new();
        let mut done = Ok(());
        while data.reader.left() > 0 && done.is_ok() && (self.kind == CHANGE || pairs.is_empty()) {
            let name = match data.text("slot name") {
                Ok(name) => name,
                Err(problem) => {
                    done = Err(problem);
                    break;
                }
            };
            if data.reader.left() == 0 && self.kind == REQUEST_CHANGE {
                self.content = Content::Slot(name);
                return Ok(());
            }
            let (value, problem) = data.value();
            done = problem.map_or(Ok(()), Err);
            match value {
                Some(value) => pairs.push((name, value)),
                None if pairs.is_empty() => {
                    self.content = Content::Slot(name);
                    return done;
                }
                None => {}
            }
        }
        self.content = Content::Values(pairs);
        done
    }

    /// The handler is an AMF string; one without a marker is understood too.
    fn send(&mut self, data: &mut Data<'_, '_>) -> Result<(), String> {
        let marked = data.encoding == Encoding::Amf3
            || data.reader.rest().first().is_none_or(|marker| AMF0_TEXT.contains(marker));
        let handler = if marked { None } else { Some(data.text("handler")?) };
        let (mut values, problem) = data.values();
        let first = if handler.is_none() && matches!(values.first(), Some(Value::String(_))) {
            match values.remove(0) {
                Value::String(name) => Some(name),
                _ => None,
            }
        } else {
            None
        };
        self.content = Content::Send { handler: handler.or(first), arguments: values };
        problem.map_or(Ok(()), Err)
    }

    fn status(&mut self, data: &mut Data<'_, '_>) -> Result<(), String> {
        let code = data.text("code")?;
        let level = data.text("level");
        let (level, problem) = match level {
            Ok(level) => (Some(level), Ok(())),
            Err(problem) => (None, Err(problem)),
        };
        self.content = Content::Status { code, level };
        problem
    }
}

/// The data of one event, and what decoding may still cost.
struct Data<'a, 'l> {
    encoding: Encoding,
    reader: Reader<'a>,
    /// Where the data is in the body.
    at: usize,
    limits: &'l mut Limits,
    limit: &'l mut Option<&'static str>,
    /// The first field that was cut.
    cut: Option<Truncated>,
    notes: &'l mut Vec<Note>,
}

impl Data<'_, '_> {
    fn text(&mut self, what: &'static str) -> Result<String, String> {
        let before = self.reader;
        text(&mut self.reader, what).map_err(|truncated| {
            self.reader = before;
            let truncated = Truncated { at: self.at + truncated.at, ..truncated };
            self.cut.get_or_insert(truncated);
            truncated.to_string()
        })
    }

    /// One value, as much of it as there is, and what was wrong with it.
    fn value(&mut self) -> (Option<Value>, Option<String>) {
        let rest = self.reader.rest();
        let (mut values, problem) = self.took(amf::decode_one(self.encoding, rest, self.limits), rest.len());
        if values.is_empty() && problem.is_none() {
            let none = Truncated { what: "value", at: self.at + self.reader.at(), need: 1, have: 0 };
            return (None, Some(none.to_string()));
        }
        (values.pop(), problem)
    }

    fn values(&mut self) -> (Vec<Value>, Option<String>) {
        let rest = self.reader.rest();
        self.took(amf::decode(self.encoding, rest, self.limits), rest.len())
    }

    fn took(&mut self, decoded: amf::Decoded, len: usize) -> (Vec<Value>, Option<String>) {
        let start = self.at + self.reader.at();
        // The rest is no more than there was.
        let _ = self.reader.take(len.saturating_sub(decoded.rest), "values");
        self.limits.amf_values = self.limits.amf_values.saturating_sub(decoded.count);
        *self.limit = self.limit.or(decoded.error.and_then(amf::AmfError::limit));
        if self.notes.is_empty() {
            self.notes.extend(decoded.notes.into_iter().map(|note| Note { at: start + note.at, ..note }));
        }
        let problem = decoded.error.map(|error| amf::AmfError { at: start + error.at, ..error }.to_string());
        (decoded.values, problem)
    }
}

/// The next `len` bytes, or as many as there are and what is missing.
fn take<'a>(reader: &mut Reader<'a>, len: u32) -> (&'a [u8], Option<Truncated>) {
    match reader.take(usize::try_from(len).unwrap_or(usize::MAX), "event data") {
        Ok(data) => (data, None),
        Err(cut) => (reader.take(reader.left(), "event data").unwrap_or(&[]), Some(cut)),
    }
}

/// Text behind its length in two bytes.
fn text(reader: &mut Reader<'_>, what: &'static str) -> Result<String, Truncated> {
    let len = reader.u16(what)?;
    Ok(String::from_utf8_lossy(reader.take(usize::from(len), what)?).into_owned())
}

#[cfg(test)]
mod tests;
