//! Details of commands and data messages.

use super::{Key, Sink, key, list, ms, stream_number, uint};
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
    out.text(key!("name"), &masker.word(&command.name));
    if let Some(id) = command.transaction_id {
        out.float(key!("transaction_id"), id);
    }
    if let Some(call) = it.answers {
        out.text(key!("answers"), &masker.word(call.name));
        uint(out, key!("answers_packet"), call.at.no);
        ms(out, key!("response_ms"), event.at.ts.since(call.at.ts));
    }
    if let Some(stream) = it.stream {
        out.int(key!("stream"), stream_number(stream));
    }
    if let Some(status) = command.status() {
        let mut of_status = |key: Key, shown: fn(&mut Masker, &str) -> String| {
            if let Some(text) = status.get(key.name()).and_then(Value::as_str) {
                out.text(key, &shown(masker, text));
            }
        };
        of_status(key!("code"), Masker::word);
        of_status(key!("level"), Masker::word);
        of_status(key!("description"), Masker::text);
        if it.name == "nc.reconnect_request"
            && let Some(url) = status.get("tcUrl").and_then(Value::as_str)
        {
            out.text(key!("reconnect_tc_url"), &masker.url(url));
        }
    }
    if let Some(object) = &command.object
        && *object != Value::Null
    {
        out.json(key!("object"), &mut |text| masker.value(object, text));
    }
    if !command.arguments.is_empty() {
        let mut naming = NAMING.contains(&it.name) || NAMING_RAW.contains(&command.name.as_str());
        out.json(key!("arguments"), &mut |text| {
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
        out.text(key!("encoding"), "amf3");
    }
    format_byte(byte, out);
}

/// What stands in the place of a format byte, when it is not 0.
pub(super) fn format_byte(byte: FormatByte, out: &mut dyn Sink) {
    match byte {
        FormatByte::Usual => {}
        FormatByte::Absent => out.text(key!("format_byte"), "absent"),
        FormatByte::Other(byte) => out.text(key!("format_byte"), &byte.to_string()),
    }
}

/// What is wrong with the values, and how much could not be decoded for it.
fn undecoded(error: Option<AmfError>, bytes: usize, out: &mut dyn Sink) {
    if let Some(error) = error {
        if error.ended_reading(bytes) {
            out.flag(key!("partly_decoded"), true);
            uint(out, key!("undecoded_bytes"), u64::try_from(bytes).unwrap_or(u64::MAX));
        }
        out.text(key!("problem"), &error.to_string());
    }
}

pub(super) fn data(data: &DataEvent<'_>, masker: &mut Masker, out: &mut dyn Sink) {
    if let Some(handler) = data.handler {
        out.text(key!("handler"), &masker.word(handler));
    }
    if data.set_data_frame {
        out.flag(key!("set_data_frame"), true);
    }
    if let Some(stream) = data.stream {
        out.int(key!("stream"), stream_number(stream));
    }
    if !data.values.is_empty() {
        out.json(key!("values"), &mut |text| {
            list(data.values, text, |value, text| masker.value(value, text));
        });
    }
    encoding(data.amf3, data.format_byte, out);
    undecoded(data.error, data.undecoded, out);
}
