//! What there is to say about each kind of event: named values, told to a sink.
//!
//! Names are stable and differ from those of the message header (`csid`, `stream_id`, `length` and the like), so
//! that both fit into one flat object. All wire text goes through the masker here.

use serde_json::{Map, Value as Json};

use crate::amf::Value;
use crate::base::time::ns_to_ms;
use crate::report::mask::Masker;
use crate::rtmp::chunk::fact::{Fact, LossCause};
use crate::rtmp::message::user_control::UserControl;
use crate::session::event::{
    CommandEvent, ConfigChange, DataEvent, Event, Kind, Mark, MediaMessage, TrackConfig,
};

/// Where named values go.
pub(super) trait Sink {
    fn text(&mut self, key: &'static str, value: &str);
    fn int(&mut self, key: &'static str, value: i64);
    fn float(&mut self, key: &'static str, value: f64);
    fn flag(&mut self, key: &'static str, value: bool);
    fn json(&mut self, key: &'static str, value: Json);
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
}

/// Drops everything.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn text(&mut self, _: &'static str, _: &str) {}
    fn int(&mut self, _: &'static str, _: i64) {}
    fn float(&mut self, _: &'static str, _: f64) {}
    fn flag(&mut self, _: &'static str, _: bool) {}
    fn json(&mut self, _: &'static str, _: Json) {}
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
        Kind::TcpZeroWindowEnd { duration_ns } | Kind::HandshakeDone { duration_ns } => {
            ms(out, "duration_ms", *duration_ns);
        }
        Kind::Hello { version, time, program } => {
            for (key, value) in
                [("version", version.map(u32::from)), ("hello_time", *time), ("program", *program)]
            {
                if let Some(value) = value {
                    out.int(key, i64::from(value));
                }
            }
        }
        Kind::Echo { copied } => {
            if let Some(copied) = copied {
                out.flag("copied", *copied);
            }
        }
        Kind::HandshakeFailed { client_bytes, server_bytes } => {
            uint(out, "client_bytes", *client_bytes);
            uint(out, "server_bytes", *server_bytes);
        }
        Kind::Fact(fact) => describe_fact(*fact, event, out),
        Kind::SetChunkSize { size, previous } => {
            out.int("size", i64::from(*size));
            out.int("previous", i64::from(*previous));
        }
        Kind::Abort { csid } => out.int("aborted_csid", i64::from(*csid)),
        Kind::Acknowledgement { value, sent } => {
            out.int("value", i64::from(*value));
            uint(out, "sent", *sent);
        }
        Kind::WindowAckSize { size } => out.int("size", i64::from(*size)),
        Kind::SetPeerBandwidth { size, limit } => {
            out.int("size", i64::from(*size));
            match limit {
                0 => out.text("limit", "hard"),
                1 => out.text("limit", "soft"),
                2 => out.text("limit", "dynamic"),
                other => out.text("limit", &format!("unknown_{other}")),
            }
        }
        Kind::UserControl(event) => describe_user_control(*event, out),
        Kind::Pong { value, rtt_ns } => {
            out.int("value", i64::from(*value));
            if let Some(rtt_ns) = rtt_ns {
                ms(out, "rtt_ms", *rtt_ns);
            }
        }
        Kind::Command(command) => describe_command(event, command, masker, out),
        Kind::Data(data) => describe_data(data, masker, out),
        Kind::StreamStarted { stream, role, name, stream_id } => {
            out.int("stream", stream_number(*stream));
            out.int("target_stream_id", i64::from(*stream_id));
            out.text("role", role.name());
            if let Some(name) = name {
                out.text("stream_name", &masker.name(name));
            }
        }
        Kind::StreamStopped { stream, .. } => out.int("stream", stream_number(*stream)),
        Kind::Media(media) => describe_media(event, media, out),
        Kind::Mark { stream, mark } => {
            out.int("stream", stream_number(*stream));
            describe_mark(*mark, out);
        }
        Kind::Config { stream, media, config, change } => {
            out.int("stream", stream_number(*stream));
            out.text("media", media.name());
            out.text("change", change_name(*change));
            describe_config(config, masker, out);
        }
        Kind::Channels { stream, config } => {
            out.int("stream", stream_number(*stream));
            out.int("channels", i64::from(config.count));
            let names = config.names().into_iter().map(Json::from).collect();
            out.json("speakers", Json::Array(names));
        }
        Kind::Aggregate { parts } => out.int("parts", i64::from(*parts)),
        Kind::SessionEnd { cause } => out.text("cause", cause.name()),
    }
}

/// Facts without a name in a timeline have nothing to say there.
fn describe_fact(fact: Fact, event: &Event<'_>, out: &mut dyn Sink) {
    match fact {
        Fact::LostSync { csid, fmt, why } => {
            let cause = match why {
                LossCause::Hole => "hole",
                LossCause::UnknownChunkStream => "unknown_chunk_stream",
                LossCause::ImplausibleHeader => "implausible_header",
                LossCause::MidStream => "mid_stream",
            };
            out.text("cause", cause);
            if csid > 0 {
                out.int("chunk_csid", i64::from(csid));
                out.int("chunk_fmt", i64::from(fmt));
            }
        }
        Fact::Resync { skipped, chunk_size, chunk_size_known } => {
            uint(out, "skipped_bytes", skipped);
            uint(out, "stream_bytes", event.span.end - event.span.start);
            ms(out, "lost_ms", event.span.last.ts.since(event.span.first.ts));
            if chunk_size_known {
                out.int("chunk_size", i64::from(chunk_size));
            } else {
                out.int("chunk_size_at_least", i64::from(chunk_size));
            }
        }
        Fact::ChunkSizeInferred { size } => out.int("chunk_size", i64::from(size)),
        _ => {}
    }
}

fn describe_user_control(event: UserControl, out: &mut dyn Sink) {
    match event {
        UserControl::StreamBegin { stream_id }
        | UserControl::StreamEof { stream_id }
        | UserControl::StreamDry { stream_id }
        | UserControl::StreamIsRecorded { stream_id }
        | UserControl::BufferEmpty { stream_id }
        | UserControl::BufferReady { stream_id } => out.int("target_stream_id", i64::from(stream_id)),
        UserControl::SetBufferLength { stream_id, ms } => {
            out.int("target_stream_id", i64::from(stream_id));
            out.int("buffer_ms", i64::from(ms));
        }
        UserControl::PingRequest { value } | UserControl::PingResponse { value } => {
            out.int("value", i64::from(value));
        }
        UserControl::SwfRequest | UserControl::SwfResponse => {}
        UserControl::Unknown { event, bytes } => {
            out.int("user_event", i64::from(event));
            uint(out, "bytes", u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }
}

/// The number of a stream in the report, from its index.
fn stream_number(index: u32) -> i64 {
    i64::from(index) + 1
}

/// Commands with a stream's name as their first text, by their timeline names.
const NAMING: [&str; 8] = [
    "ns.publish",
    "ns.play",
    "ns.release_stream",
    "ns.fc_publish",
    "ns.fc_unpublish",
    "ns.fc_subscribe",
    "ns.fc_unsubscribe",
    "ns.get_stream_length",
];
/// The same by their names on the wire, for those without a timeline name of their own.
const NAMING_RAW: [&str; 4] = ["FCUnsubscribe", "onFCUnsubscribe", "startStream", "stopStream"];

fn describe_command(event: &Event<'_>, it: &CommandEvent<'_>, masker: &mut Masker, out: &mut dyn Sink) {
    let command = it.command;
    out.text("name", &masker.word(&command.name));
    if let Some(id) = command.transaction_id {
        out.float("transaction_id", id);
    }
    if let Some(call) = it.answers {
        out.text("answers", &masker.word(call.name));
        uint(out, "answers_packet", call.at.no);
        ms(out, "response_ms", event.at.ts.since(call.at.ts));
    }
    if let Some(stream) = it.stream {
        out.int("stream", stream_number(stream));
    }
    if let Some(status) = command.status() {
        for key in ["code", "level", "description"] {
            if let Some(text) = status.get(key).and_then(Value::as_str) {
                let text = if key == "description" { masker.text(text) } else { masker.word(text) };
                out.text(key, &text);
            }
        }
    }
    if let Some(object) = &command.object
        && *object != Value::Null
    {
        out.json("object", masker.value(object));
    }
    if !command.arguments.is_empty() {
        let mut naming = NAMING.contains(&it.name) || NAMING_RAW.contains(&command.name.as_str());
        let arguments = command.arguments.iter().map(|argument| match argument.as_str() {
            Some(name) if std::mem::take(&mut naming) => Json::String(masker.name(name)),
            Some(word) => Json::String(masker.word(word)),
            None => masker.value(argument),
        });
        out.json("arguments", Json::Array(arguments.collect()));
    }
    if command.error.is_some() {
        out.flag("partly_decoded", true);
    }
}

fn describe_data(data: &DataEvent<'_>, masker: &mut Masker, out: &mut dyn Sink) {
    if let Some(handler) = data.handler {
        out.text("handler", &masker.word(handler));
    }
    if data.set_data_frame {
        out.flag("set_data_frame", true);
    }
    if let Some(stream) = data.stream {
        out.int("stream", stream_number(stream));
    }
    if !data.values.is_empty() {
        out.json("values", Json::Array(data.values.iter().map(|v| masker.value(v)).collect()));
    }
}

fn describe_media(event: &Event<'_>, media: &MediaMessage, out: &mut dyn Sink) {
    out.int("stream", stream_number(media.stream));
    out.text("media", media.media.name());
    out.text("role", media.role.name());
    out.text("codec", media.codec.as_str());
    out.flag("keyframe", media.role == crate::session::event::MediaRole::KeyFrame);
    out.int("dts_ms", media.dts_ms);
    out.int("composition_ms", i64::from(media.composition_ms));
    out.int("header_bytes", i64::from(media.header_bytes));
    out.int("payload_bytes", i64::from(media.payload_bytes));
    if media.track != 0 {
        out.int("track", i64::from(media.track));
    }
    if event.message.is_none() {
        out.flag("complete", media.complete);
    }
}

fn describe_mark(mark: Mark, out: &mut dyn Sink) {
    match mark {
        Mark::FirstMessage(media) | Mark::First(media) | Mark::End(media) => out.text("media", media.name()),
        Mark::TimestampBackward { media, by_ms } | Mark::TimestampJump { media, by_ms } => {
            out.text("media", media.name());
            out.int("by_ms", by_ms);
        }
        Mark::TrackAdded { media, track, codec } => {
            out.text("media", media.name());
            out.int("track", i64::from(track));
            out.text("codec", codec.as_str());
        }
        Mark::FirstKeyFrame
        | Mark::KeyFrame
        | Mark::Silence
        | Mark::ColorInfo
        | Mark::SeekStart
        | Mark::SeekEnd => {}
    }
}

fn describe_config(config: &TrackConfig, masker: &mut Masker, out: &mut dyn Sink) {
    out.text("codec", config.codec.as_str());
    for (key, text) in [("profile", &config.profile), ("codec_level", &config.level)] {
        if let Some(text) = text {
            out.text(key, text);
        }
    }
    for (key, value) in [
        ("width", config.width),
        ("height", config.height),
        ("sample_rate", config.sample_rate),
        ("channels", config.channels),
        ("frame_samples", config.frame_samples),
        ("bytes", Some(config.bytes)),
    ] {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
    if let Some(rate) = config.frame_rate {
        out.float("frame_rate", rate);
    }
    if let Some(problem) = &config.problem {
        out.text("problem", &masker.text(problem));
    }
}

const fn change_name(change: ConfigChange) -> &'static str {
    match change {
        ConfigChange::First => "first",
        ConfigChange::Repeated => "repeated",
        ConfigChange::Changed => "changed",
    }
}

/// Milliseconds, to the microsecond.
fn ms(out: &mut dyn Sink, key: &'static str, ns: i64) {
    out.float(key, (ns_to_ms(ns) * 1e3).round() / 1e3);
}

/// Counts are far below 2^63.
fn uint(out: &mut dyn Sink, key: &'static str, value: u64) {
    out.int(key, i64::try_from(value).unwrap_or(i64::MAX));
}
