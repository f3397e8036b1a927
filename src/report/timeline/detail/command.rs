//! Details of commands and data messages.

use super::{Sink, list, ms, stream_number, uint};
use crate::amf::{AmfError, Value};
use crate::report::mask::Masker;
use crate::report::safe_json::push_string;
use crate::rtmp::message::form::FormatByte;
use crate::session::event::{CommandEvent, DataEvent, Event};

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

pub(super) fn command(event: &Event<'_>, it: &CommandEvent<'_>, masker: &mut Masker, out: &mut dyn Sink) {
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
        if it.name == "nc.reconnect_request"
            && let Some(url) = status.get("tcUrl").and_then(Value::as_str)
        {
            out.text("reconnect_tc_url", &masker.url(url));
        }
    }
    if let Some(object) = &command.object
        && *object != Value::Null
    {
        out.json("object", &mut |text| masker.value(object, text));
    }
    if !command.arguments.is_empty() {
        let mut naming = NAMING.contains(&it.name) || NAMING_RAW.contains(&command.name.as_str());
        out.json("arguments", &mut |text| {
            list(&command.arguments, text, |argument, text| match argument.as_str() {
                Some(name) if std::mem::take(&mut naming) => push_string(&masker.name(name), text),
                Some(word) => push_string(&masker.word(word), text),
                None => masker.value(argument, text),
            });
        });
    }
    encoding(command.amf3, command.format_byte, out);
    undecoded(command.error, command.undecoded, out);
}

/// What is not plain AMF0 about a message.
fn encoding(amf3: bool, byte: FormatByte, out: &mut dyn Sink) {
    if amf3 {
        out.text("encoding", "amf3");
    }
    format_byte(byte, out);
}

/// What stands in the place of a format byte, when it is not 0.
pub(super) fn format_byte(byte: FormatByte, out: &mut dyn Sink) {
    match byte {
        FormatByte::Usual => {}
        FormatByte::Absent => out.text("format_byte", "absent"),
        FormatByte::Other(byte) => out.text("format_byte", &byte.to_string()),
    }
}

/// What is wrong with the values, and how much could not be decoded for it.
fn undecoded(error: Option<AmfError>, bytes: usize, out: &mut dyn Sink) {
    if let Some(error) = error {
        if error.ended_reading(bytes) {
            out.flag("partly_decoded", true);
            uint(out, "undecoded_bytes", u64::try_from(bytes).unwrap_or(u64::MAX));
        }
        out.text("problem", &error.to_string());
    }
}

pub(super) fn data(data: &DataEvent<'_>, masker: &mut Masker, out: &mut dyn Sink) {
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
        out.json("values", &mut |text| list(data.values, text, |value, text| masker.value(value, text)));
    }
    encoding(data.amf3, data.format_byte, out);
    undecoded(data.error, data.undecoded, out);
}
