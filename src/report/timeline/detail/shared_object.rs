//! Details of shared object messages and their events.

use super::{Sink, command, key, list, uint};
use crate::report::mask::Masker;
use crate::report::safe_json::push_string;
use crate::rtmp::message::shared_object::{Content, SharedObject, SharedObjectEvent};

/// Bytes that were not decoded, and why.
fn problem(problem: Option<&str>, undecoded: usize, out: &mut dyn Sink) {
    if let Some(problem) = problem {
        out.text(key!("problem"), problem);
    }
    if undecoded > 0 {
        uint(out, key!("undecoded_bytes"), u64::try_from(undecoded).unwrap_or(u64::MAX));
    }
}

/// Bytes of an object's name in the line of each of its events.
const NAME_BYTES: usize = 1024;

pub(super) fn message(object: &SharedObject, masker: &mut Masker, out: &mut dyn Sink) {
    if let Some(name) = &object.name {
        out.text(key!("so_name"), &masker.word(name));
    }
    if let Some(version) = object.version {
        out.int(key!("so_version"), i64::from(version));
    }
    if let Some(persistent) = object.is_persistent() {
        out.flag(key!("persistent"), persistent);
    }
    if let Some(flags) = object.odd_flags() {
        out.text(key!("so_flags"), &format!("0x{flags:016x}"));
    }
    uint(out, key!("events"), u64::try_from(object.events.len()).unwrap_or(u64::MAX));
    command::format_byte(object.format_byte, out);
    problem(object.problem.as_deref(), object.undecoded, out);
}

pub(super) fn event(
    object: &SharedObject,
    event: &SharedObjectEvent,
    masker: &mut Masker,
    out: &mut dyn Sink,
) {
    if let Some(name) = &object.name {
        out.text(key!("so_name"), &masker.repeated(name, NAME_BYTES));
    }
    out.text(key!("so_event"), &event.name());
    match &event.content {
        Content::Nothing => {}
        Content::Slot(key) => out.text(key!("so_key"), &masker.word(key)),
        Content::Values(pairs) => match &pairs[..] {
            [] => {}
            [(key, value)] => {
                out.text(key!("so_key"), &masker.word(key));
                out.json(key!("so_value"), &mut |text| masker.field(key, value, text));
            }
            pairs => out.json(key!("so_values"), &mut |text| masker.fields(pairs, text)),
        },
        Content::Send { handler, arguments } => {
            if let Some(handler) = handler {
                out.text(key!("so_handler"), &masker.word(handler));
            }
            out.json(key!("so_arguments"), &mut |text| {
                list(arguments, text, |argument, text| match argument.as_str() {
                    Some(word) => push_string(&masker.word(word), text),
                    None => masker.value(argument, text),
                });
            });
        }
        Content::Status { code, level } => {
            out.text(key!("so_code"), &masker.word(code));
            if let Some(level) = level {
                out.text(key!("so_level"), &masker.word(level));
            }
        }
    }
    out.int(key!("bytes"), i64::from(event.bytes));
    problem(event.problem.as_deref(), event.undecoded, out);
}
