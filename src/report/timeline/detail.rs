//! What there is to say about each kind of event: named values, told to a sink.
//!
//! Names are stable and differ from those of the message header (`csid`, `stream_id`, `length` and the like), so
//! that both fit into one flat object. All wire text goes through the masker here.

mod aggregate;
mod chunk;
mod command;
mod control;
mod handshake;
mod media;
mod shared_object;
mod stream;

use std::borrow::Cow;

use super::key::{Key, key};
use crate::amf::Value;
use crate::base::time::ns_to_ms;
use crate::report::mask::Masker;
use crate::session::event::{Event, Kind};

/// Where named values go.
pub(super) trait Sink {
    fn text(&mut self, key: Key, value: &str);
    /// A word of ours, in which nothing is to be escaped.
    fn own(&mut self, key: Key, word: &'static str);
    fn int(&mut self, key: Key, value: i64);
    fn float(&mut self, key: Key, value: f64);
    fn flag(&mut self, key: Key, value: bool);
    /// A value that `write` appends as JSON text.
    fn json(&mut self, key: Key, write: &mut dyn FnMut(&mut Vec<u8>));
    /// A list of words of ours.
    fn words(&mut self, key: Key, words: &mut dyn Iterator<Item = &'static str>);
    /// Values that changed: those that hold `now`, and the ones `before` as an object under `key`.
    fn change(&mut self, key: Key, before: &Values<'_>, now: &Values<'_>);
    /// A word of ours, or what stands for a value that has none.
    fn name(&mut self, key: Key, name: Cow<'static, str>) {
        match name {
            Cow::Borrowed(word) => self.own(key, word),
            Cow::Owned(text) => self.text(key, &text),
        }
    }
}

/// Tells values to a sink.
pub(super) type Values<'a> = dyn Fn(&mut dyn Sink) + 'a;

/// Drops everything, when the masker has seen it.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn text(&mut self, _: Key, _: &str) {}
    fn own(&mut self, _: Key, _: &'static str) {}
    fn int(&mut self, _: Key, _: i64) {}
    fn float(&mut self, _: Key, _: f64) {}
    fn flag(&mut self, _: Key, _: bool) {}
    fn json(&mut self, _: Key, write: &mut dyn FnMut(&mut Vec<u8>)) {
        write(&mut Vec::new());
    }
    fn words(&mut self, _: Key, _: &mut dyn Iterator<Item = &'static str>) {}
    fn change(&mut self, _: Key, _: &Values<'_>, _: &Values<'_>) {}
}

/// Appends values as a list, each by itself.
fn list<'v>(values: &'v [Value], text: &mut Vec<u8>, mut each: impl FnMut(&'v Value, &mut Vec<u8>)) {
    text.push(b'[');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        each(value, text);
    }
    text.push(b']');
}

/// Tells `out` what the event holds.
pub(super) fn describe<S: Sink>(event: &Event<'_>, masker: &mut Masker, out: &mut S) {
    match &event.kind {
        Kind::TcpSyn
        | Kind::TcpSynAck
        | Kind::TcpFin
        | Kind::TcpRst
        | Kind::TcpZeroWindowBegin
        | Kind::Other => {}
        Kind::TcpEstablished { rtt_ns } => ms(out, key!("rtt_ms"), *rtt_ns),
        Kind::TcpGap { bytes, snapped } => {
            uint(out, key!("bytes"), *bytes);
            out.flag(key!("snapped"), *snapped);
        }
        Kind::TcpZeroWindowEnd { duration_ns } => ms(out, key!("duration_ms"), *duration_ns),
        Kind::Hello(_) | Kind::Echo(_) | Kind::HandshakeDone { .. } | Kind::HandshakeFailed { .. } => {
            handshake::describe(event, out);
        }
        Kind::Fact(fact) => chunk::describe(*fact, event, out),
        Kind::SetChunkSize { .. }
        | Kind::ChunkSizeInvalid { .. }
        | Kind::Abort { .. }
        | Kind::Acknowledgement { .. }
        | Kind::WindowAckSize { .. }
        | Kind::SetPeerBandwidth { .. }
        | Kind::UserControl(_)
        | Kind::Pong { .. }
        | Kind::ControlTooShort(_) => control::describe(event, out),
        Kind::Command(command) => command::command(event, command, masker, out),
        Kind::Data(data) => {
            command::data(data, masker, out);
            aggregate::part(event, out);
        }
        Kind::SharedObject(object) => shared_object::message(object, masker, out),
        Kind::SharedObjectEvent { object, event } => shared_object::event(object, event, masker, out),
        Kind::Media(media) => {
            media::message(event, media, out);
            aggregate::part(event, out);
        }
        Kind::StreamStarted { .. }
        | Kind::StreamStopped { .. }
        | Kind::Mark { .. }
        | Kind::Config { .. }
        | Kind::FrameFormat { .. }
        | Kind::Channels { .. }
        | Kind::ColorInfo { .. } => stream::describe(event, masker, out),
        Kind::Aggregate(it) => aggregate::message(it, out),
        Kind::SessionEnd { cause, .. } => out.own(key!("cause"), cause.name()),
    }
}

/// The number of a stream in the report, from its index.
fn stream_number(index: u32) -> i64 {
    i64::from(index) + 1
}

/// Milliseconds, to the microsecond.
fn ms(out: &mut dyn Sink, key: Key, ns: i64) {
    out.float(key, (ns_to_ms(ns) * 1e3).round() / 1e3);
}

/// Counts are far below 2^63.
fn uint(out: &mut dyn Sink, key: Key, value: u64) {
    out.int(key, i64::try_from(value).unwrap_or(i64::MAX));
}
