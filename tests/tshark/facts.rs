//! What both programs read in the bodies: names and transactions of commands, values of control messages, user control
//! events and their arguments, codecs and key frames. Each fact is a name and a text; a fact that one of the programs
//! does not give is not compared.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pdml::Shown;

/// Facts by name.
pub(crate) type Facts = BTreeMap<&'static str, String>;

/// User control events of rtmpscope, by their numbers.
const EVENTS: &[(u64, &str)] = &[
    (0, "uc.stream_begin"),
    (1, "uc.stream_eof"),
    (2, "uc.stream_dry"),
    (3, "uc.set_buffer_length"),
    (4, "uc.stream_is_recorded"),
    (6, "uc.ping"),
    (7, "uc.pong"),
    (26, "uc.swf_request"),
    (27, "uc.swf_response"),
    (31, "uc.buffer_empty"),
    (32, "uc.buffer_ready"),
];

/// Codecs by their numbers in FLV tags.
const AUDIO: &[(u8, &str)] = &[
    (0, "pcm"),
    (1, "adpcm"),
    (2, "mp3"),
    (3, "pcm"),
    (4, "nellymoser"),
    (5, "nellymoser"),
    (6, "nellymoser"),
    (7, "g711a"),
    (8, "g711u"),
    (10, "aac"),
    (11, "speex"),
    (14, "mp3"),
];
const VIDEO: &[(u8, &str)] =
    &[(2, "h263"), (3, "screen"), (4, "vp6"), (5, "vp6a"), (6, "screen2"), (7, "h264"), (12, "hevc")];

fn named(codecs: &[(u8, &str)], number: u8) -> String {
    codecs
        .iter()
        .find(|(known, _)| *known == number)
        .map_or_else(|| format!("number {number}"), |(_, name)| (*name).to_owned())
}

/// The numbers in a text, `30000ms` among them.
fn numbers(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What tshark says of a message of this type.
pub(crate) fn of_tshark(shown: &Shown, type_id: u8) -> Facts {
    let read = &shown.read;
    let mut facts = Facts::new();
    match type_id {
        1 | 2 | 3 | 5 | 6 => {
            put(&mut facts, "value", read.value.map(|value| value.to_string()));
            put(&mut facts, "limit", read.limit.map(|limit| limit.to_string()));
        }
        4 => {
            put(&mut facts, "event", read.event_type.map(|event| event.to_string()));
            // The arguments of these stand in the title only: "User Control Message Set Buffer Length 1,3000ms".
            let titled = read.event_type.is_some_and(|event| event <= 4);
            put(&mut facts, "argument", titled.then(|| numbers(&shown.title)));
        }
        8 => put(&mut facts, "codec", read.audio.map(|tag| named(AUDIO, tag >> 4))),
        9 => {
            put(&mut facts, "codec", read.video.map(|tag| named(VIDEO, tag & 0x0f)));
            put(&mut facts, "key frame", read.video.map(|tag| matches!(tag >> 4, 1 | 4).to_string()));
        }
        15 | 18 => put(&mut facts, "handler", read.name.clone()),
        22 => put(&mut facts, "parts", Some(read.parts.to_string())),
        17 | 20 => {
            put(&mut facts, "command", read.name.clone());
            put(&mut facts, "transaction", read.transaction.map(|number| number.to_string()));
        }
        _ => {}
    }
    if matches!(type_id, 18 | 20) {
        put(
            &mut facts,
            "numbers",
            Some(read.numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")),
        );
        put(&mut facts, "strings", Some(read.strings.to_string()));
    }
    facts
}

/// What a line of the timeline says.
pub(crate) fn of_rtmpscope(line: &Value) -> Facts {
    let mut facts = Facts::new();
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    let number = |name: &str| line[name].as_u64().map(|value| value.to_string());
    let event = line["event"].as_str().unwrap_or_default();
    match line["type_id"].as_u64().unwrap_or_default() {
        1 | 2 | 3 | 5 | 6 => {
            put(&mut facts, "value", number("size").or(number("value")).or(number("aborted_csid")));
            let limits = ["hard", "soft", "dynamic"];
            let limit = limits.iter().position(|limit| line["limit"] == *limit);
            put(&mut facts, "limit", limit.map(|limit| limit.to_string()));
        }
        4 => {
            let known = EVENTS.iter().find(|(_, name)| *name == event).map(|(number, _)| number.to_string());
            put(&mut facts, "event", known.or(number("user_event")));
            let arguments: Vec<_> =
                ["target_stream_id", "buffer_ms"].into_iter().filter_map(number).collect();
            put(&mut facts, "argument", (!arguments.is_empty()).then(|| arguments.join(" ")));
        }
        8 => put(&mut facts, "codec", text("codec")),
        9 => {
            put(&mut facts, "codec", text("codec"));
            // The tag of a sequence header or end says key frame, and is none.
            let is_frame = line["role"] == "frame" || line["role"] == "keyframe";
            put(
                &mut facts,
                "key frame",
                line["keyframe"].as_bool().filter(|_| is_frame).map(|key| key.to_string()),
            );
        }
        22 => put(&mut facts, "parts", number("parts")),
        15 | 18 => {
            let set = (line["set_data_frame"] == true).then(|| "@setDataFrame".to_owned());
            put(&mut facts, "handler", set.or(text("handler")));
        }
        17 | 20 => {
            put(&mut facts, "command", text("name"));
            put(&mut facts, "transaction", line["transaction_id"].as_f64().map(|number| number.to_string()));
        }
        _ => {}
    }
    values(line, &mut facts);
    facts
}

/// The numbers and strings of a whole AMF0 body. That `name` and `handler` are there says that it was decoded.
fn values(line: &Value, facts: &mut Facts) {
    let is_set = line["set_data_frame"] == true;
    let named = line["name"].as_str().or(line["handler"].as_str());
    if named.is_none() || !matches!(line["type_id"].as_u64(), Some(18 | 20)) {
        return;
    }
    let (mut numbers, mut strings) = (Vec::new(), 1 + usize::from(is_set));
    numbers.extend(line["transaction_id"].as_f64());
    for part in ["object", "arguments", "values"] {
        walk(&line[part], &mut numbers, &mut strings);
    }
    put(facts, "numbers", Some(numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")));
    put(facts, "strings", Some(strings.to_string()));
}

fn walk(value: &Value, numbers: &mut Vec<f64>, strings: &mut usize) {
    match value {
        Value::Number(number) => numbers.extend(number.as_f64()),
        // JSON has no such number.
        Value::String(text) if text == "NaN" => numbers.push(f64::NAN),
        Value::String(_) => *strings += 1,
        Value::Array(list) => list.iter().for_each(|value| walk(value, numbers, strings)),
        // A date or a reference, which are no numbers or strings.
        Value::Object(map) if map.keys().any(|key| key.starts_with('$')) => {}
        Value::Object(map) => {
            *strings += map.len();
            map.values().for_each(|value| walk(value, numbers, strings));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn put(facts: &mut Facts, name: &'static str, text: Option<String>) {
    if let Some(text) = text {
        facts.insert(name, text);
    }
}
