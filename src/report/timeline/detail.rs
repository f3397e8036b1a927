//! What there is to say about each kind of event: named values, told to a sink.
//!
//! Names are stable and differ from those of the message header (`csid`, `stream_id`, `length` and the like), so
//! that both fit into one flat object. All wire text goes through the masker here.

mod chunk;
mod command;
mod control;
mod handshake;
mod media;
mod shared_object;

use serde_json::{Map, Value as Json};

use crate::base::time::ns_to_ms;
use crate::report::mask::Masker;
use crate::session::event::{Aggregate, Event, Kind};

/// Where named values go.
pub(super) trait Sink {
    fn text(&mut self, key: &'static str, value: &str);
    fn int(&mut self, key: &'static str, value: i64);
    fn float(&mut self, key: &'static str, value: f64);
    fn flag(&mut self, key: &'static str, value: bool);
    fn json(&mut self, key: &'static str, value: Json);
    /// A list of words of ours.
    fn words(&mut self, key: &'static str, words: &mut dyn Iterator<Item = &'static str>);
}

impl Sink for Map<String, Json> {
    fn text(&mut self, key: &'static str, value: &str) {
        self.insert(key.to_owned(), value.into());
    }
    fn int(&mut self, key: &'static str, value: i64) {
        self.insert(key.to_owned(), value.into());
    }
    fn float(&mut self, key: &'static str, value: f64) {
        self.insert(key.to_owned(), number(value));
    }
    fn flag(&mut self, key: &'static str, value: bool) {
        self.insert(key.to_owned(), value.into());
    }
    fn json(&mut self, key: &'static str, value: Json) {
        self.insert(key.to_owned(), value);
    }
    fn words(&mut self, key: &'static str, words: &mut dyn Iterator<Item = &'static str>) {
        self.insert(key.to_owned(), words.collect());
    }
}

/// Drops everything.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn text(&mut self, _: &'static str, _: &str) {}
    fn int(&mut self, _: &'static str, _: i64) {}
    fn float(&mut self, _: &'static str, _: f64) {}
    fn flag(&mut self, _: &'static str, _: bool) {}
    fn json(&mut self, _: &'static str, _: Json) {}
    fn words(&mut self, _: &'static str, _: &mut dyn Iterator<Item = &'static str>) {}
}

/// A number as JSON, without decimals when it is whole.
pub(super) fn number(value: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        Json::from(value as i64)
    } else {
        Json::from(value)
    }
}

/// Tells `out` what the event holds.
pub(super) fn describe(event: &Event<'_>, masker: &mut Masker, out: &mut dyn Sink) {
    match &event.kind {
        Kind::TcpSyn
        | Kind::TcpSynAck
        | Kind::TcpFin
        | Kind::TcpRst
        | Kind::TcpZeroWindowBegin
        | Kind::Other => {}
        Kind::TcpEstablished { rtt_ns } => ms(out, "rtt_ms", *rtt_ns),
        Kind::TcpGap { bytes, snapped } => {
            uint(out, "bytes", *bytes);
            out.flag("snapped", *snapped);
        }
        Kind::TcpZeroWindowEnd { duration_ns } => ms(out, "duration_ms", *duration_ns),
        Kind::Hello(greeting) => handshake::hello(greeting, event.dir, out),
        Kind::Echo(echo) => handshake::echo(*echo, out),
        Kind::HandshakeDone { duration_ns, form, client_echo, server_echo } => {
            ms(out, "duration_ms", *duration_ns);
            handshake::done(*form, *client_echo, *server_echo, out);
        }
        Kind::HandshakeFailed { client_bytes, server_bytes } => {
            uint(out, "client_bytes", *client_bytes);
            uint(out, "server_bytes", *server_bytes);
        }
        Kind::Fact(fact) => chunk::describe(*fact, event, out),
        Kind::SetChunkSize { .. }
        | Kind::ChunkSizeInvalid { .. }
        | Kind::Abort { .. }
        | Kind::Acknowledgement { .. }
        | Kind::WindowAckSize { .. }
        | Kind::SetPeerBandwidth { .. }
        | Kind::UserControl(_)
        | Kind::ControlTooShort(_) => control::describe(event, out),
        Kind::Pong { value, rtt_ns } => {
            out.int("value", i64::from(*value));
            if let Some(rtt_ns) = rtt_ns {
                ms(out, "rtt_ms", *rtt_ns);
            }
            control::extra(event, out);
        }
        Kind::Command(command) => command::command(event, command, masker, out),
        Kind::Data(data) => {
            command::data(data, masker, out);
            part(event, out);
        }
        Kind::SharedObject(object) => shared_object::message(object, masker, out),
        Kind::SharedObjectEvent { object, event } => shared_object::event(object, event, masker, out),
        Kind::StreamStarted { stream, role, name, stream_id } => {
            out.int("stream", stream_number(*stream));
            out.int("target_stream_id", i64::from(*stream_id));
            out.text("role", role.name());
            if let Some(name) = name {
                out.text("stream_name", &masker.name(name));
            }
        }
        Kind::StreamStopped { stream, .. } => out.int("stream", stream_number(*stream)),
        Kind::Media(media) => {
            media::message(event, media, out);
            part(event, out);
        }
        Kind::Mark { stream, track, mark } => {
            out.int("stream", stream_number(*stream));
            media::mark(*mark, out);
            media::track(*track, out);
        }
        Kind::Config { stream, media, track, config, change, previous } => {
            out.int("stream", stream_number(*stream));
            out.text("media", media.name());
            media::track(*track, out);
            out.text("change", media::change_name(*change));
            media::config(config, out);
            if let Some(previous) = previous {
                let mut before = Map::new();
                media::config(previous, &mut before);
                out.json("previous_config", Json::Object(before));
            }
        }
        Kind::FrameFormat { stream, media, track, format, previous } => {
            out.int("stream", stream_number(*stream));
            out.text("media", media.name());
            media::track(*track, out);
            media::frame_format(format, *previous, out);
        }
        Kind::Channels { stream, track, config } => {
            out.int("stream", stream_number(*stream));
            media::track(*track, out);
            media::channels(config, out);
        }
        Kind::ColorInfo { stream, track, info, problem } => {
            out.int("stream", stream_number(*stream));
            media::track(*track, out);
            out.json("color_info", masker.value(info));
            if let Some(problem) = problem {
                out.text("problem", &problem.to_string());
            }
        }
        Kind::Aggregate(it) => aggregate(it, out),
        Kind::SessionEnd { cause } => out.text("cause", cause.name()),
    }
}

fn aggregate(it: &Aggregate, out: &mut dyn Sink) {
    for (key, value) in [
        ("parts", Some(it.parts)),
        ("base_timestamp", Some(it.base_timestamp)),
        ("first_part_timestamp", it.first_part_timestamp),
        ("back_pointer_errors", Some(it.back_pointer_errors)),
        ("cut_parts", Some(u32::from(it.cut))),
        ("trailing_bytes", Some(it.trailing_bytes)),
        ("other_parts", Some(it.other_parts)),
    ] {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
}

/// Which part of an aggregate it came in.
fn part(event: &Event<'_>, out: &mut dyn Sink) {
    if let Some(part) = event.part {
        out.int("part", i64::from(part.index));
        out.int("part_timestamp", i64::from(part.timestamp));
    }
}

/// The number of a stream in the report, from its index.
fn stream_number(index: u32) -> i64 {
    i64::from(index) + 1
}

/// Milliseconds, to the microsecond.
fn ms(out: &mut dyn Sink, key: &'static str, ns: i64) {
    out.float(key, (ns_to_ms(ns) * 1e3).round() / 1e3);
}

/// Counts are far below 2^63.
fn uint(out: &mut dyn Sink, key: &'static str, value: u64) {
    out.int(key, i64::try_from(value).unwrap_or(i64::MAX));
}
