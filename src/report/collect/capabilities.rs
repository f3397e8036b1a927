//! What the peers say in `connect` and its answer that they can do.
//!
//! Takes the decoded command; gives lists of names, masked and of bounded length. Sources: RTMP 1.0, 7.2.1.1;
//! Enhanced RTMP v2, where it extends the connect command.

use std::collections::BTreeMap;

use crate::amf::Value;
use crate::report::mask::Masker;
use crate::report::model::Capabilities;
use crate::rtmp::message::command::Command;

/// Entries kept of a list.
pub(super) const MOST: usize = 64;

const AUDIO: [&str; 12] = [
    "none", "adpcm", "mp3", "intel", "unused", "nelly8", "nelly", "g711a", "g711u", "nelly16", "aac", "speex",
];
const VIDEO: [&str; 8] = ["unused", "jpeg", "sorenson", "homebrew", "vp6", "vp6_alpha", "homebrew_v", "h264"];
const VIDEO_FUNCTION: [&str; 4] = ["client_seek", "hdr", "metadata", "large_scale_tile"];
const CAPS_EX: [&str; 4] = ["reconnect", "multitrack", "mod_ex", "timestamp_nano_offset"];
const FOUR_CC: [&str; 3] = ["decode", "encode", "forward"];

/// What the client says in `connect`, if anything.
pub(super) fn client(connect: &Command, masker: &mut Masker) -> Option<Capabilities> {
    let found = said(&|key| connect.object.as_ref().and_then(|object| object.get(key)), masker);
    (found != Capabilities::default()).then_some(found)
}

/// What the server says in its answer, if anything: in the properties, or in the object with the status.
pub(super) fn server(result: &Command, masker: &mut Masker) -> Option<Capabilities> {
    let objects = || result.object.iter().chain(&result.arguments);
    let field = |key: &str| objects().find_map(|object| object.get(key));
    let number = |key: &str| field(key).and_then(Value::as_u32);
    let found = Capabilities {
        fms_version: field("fmsVer").and_then(Value::as_str).map(|version| masker.text(version)),
        capabilities: number("capabilities"),
        mode: number("mode"),
        ..said(&field, masker)
    };
    (found != Capabilities::default()).then_some(found)
}

/// Whether `connect` or its answer lists more than is kept.
pub(super) fn are_more(command: &Command) -> bool {
    let objects = || command.object.iter().chain(&command.arguments);
    let field = |key: &str| objects().find_map(|object| object.get(key));
    let items = field("fourCcList").and_then(Value::items).map_or(0, <[Value]>::len);
    let maps = ["videoFourCcInfoMap", "audioFourCcInfoMap"].map(|key| field(key).and_then(Value::fields));
    items > MOST || maps.into_iter().flatten().any(|map| map.len() > MOST)
}

/// What either side can say.
fn said<'v>(field: &dyn Fn(&str) -> Option<&'v Value>, masker: &mut Masker) -> Capabilities {
    let number = |key: &str| field(key).and_then(Value::as_u32);
    let bits = |key: &str, names: &[&str]| number(key).map(|number| bits(number, names));
    let four_ccs = field("fourCcList").and_then(Value::items);
    Capabilities {
        four_cc_list: four_ccs.map(|items| {
            items.iter().filter_map(Value::as_str).take(MOST).map(|four_cc| masker.word(four_cc)).collect()
        }),
        video_four_cc_info: info(field("videoFourCcInfoMap"), masker),
        audio_four_cc_info: info(field("audioFourCcInfoMap"), masker),
        caps_ex: bits("capsEx", &CAPS_EX),
        caps_ex_value: number("capsEx"),
        audio_codecs: bits("audioCodecs", &AUDIO),
        video_codecs: bits("videoCodecs", &VIDEO),
        video_function: bits("videoFunction", &VIDEO_FUNCTION),
        ..Capabilities::default()
    }
}

/// A map from `FourCC`s to flags.
fn info(map: Option<&Value>, masker: &mut Masker) -> Option<BTreeMap<String, Vec<String>>> {
    let fields = map?.fields()?.iter().take(MOST);
    let flags =
        fields.filter_map(|(four_cc, flags)| Some((masker.word(four_cc), bits(flags.as_u32()?, &FOUR_CC))));
    Some(flags.collect())
}

/// The names of the bits that are set, from the lowest on.
fn bits(number: u32, names: &[&str]) -> Vec<String> {
    let set = (0..u32::BITS).filter(|bit| number >> bit & 1 == 1);
    set.map(|bit| match usize::try_from(bit).ok().and_then(|bit| names.get(bit)) {
        Some(name) => (*name).to_owned(),
        None => format!("bit_{bit}"),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(fields: &[(&str, Value)]) -> Value {
        Value::Object(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    #[test]
    fn bits_have_names_or_numbers() {
        assert_eq!(bits(0b1_0001, &FOUR_CC), ["decode", "bit_4"]);
        assert_eq!(bits(0x8000_0000, &AUDIO), ["bit_31"]);
        assert_eq!(bits(0x0404, &AUDIO), ["mp3", "aac"]);
        assert_eq!(bits(0x84, &VIDEO), ["sorenson", "h264"]);
        assert_eq!(bits(0, &VIDEO), [""; 0]);
    }

    #[test]
    fn a_client_says_all_of_it() {
        let flags = object(&[("*", Value::Number(4.0)), ("hvc1", Value::Number(3.0)), ("odd", text("x"))]);
        let object = object(&[
            ("fourCcList", Value::StrictArray(vec![text("av01"), Value::Null, text("*")])),
            ("videoFourCcInfoMap", flags),
            ("capsEx", Value::Number(15.0)),
            ("audioCodecs", Value::Number(-1.0)),
            ("videoCodecs", Value::Number(128.5)),
            ("videoFunction", Value::Number(f64::NAN)),
        ]);
        let connect = Command { object: Some(object), ..Command::default() };
        let said = client(&connect, &mut Masker::new()).unwrap();
        assert_eq!(said.four_cc_list.as_deref(), Some(&["av01".to_owned(), "*".to_owned()][..]));
        let info: Vec<_> = said.video_four_cc_info.into_iter().flatten().collect();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let expected = [("*", words(&["forward"])), ("hvc1", words(&["decode", "encode"]))];
        assert_eq!(info, expected.map(|(key, flags)| (key.to_owned(), flags)));
        assert_eq!(said.caps_ex, Some(words(&CAPS_EX)));
        assert_eq!(said.caps_ex_value, Some(15));
        // No whole number that 32 bits hold.
        assert_eq!((said.audio_codecs, said.video_codecs, said.video_function), (None, None, None));
    }

    #[test]
    fn lists_are_bounded_and_nothing_said_is_nothing() {
        let many = (0..500).map(|n| text(&format!("c{n:03}"))).collect();
        let map = (0..500).map(|n| (format!("c{n:03}"), Value::Number(1.0))).collect();
        let fields =
            [("fourCcList", Value::StrictArray(many)), ("audioFourCcInfoMap", Value::EcmaArray(map))];
        let connect = Command { object: Some(object(&fields)), ..Command::default() };
        let said = client(&connect, &mut Masker::new()).unwrap();
        assert_eq!((said.four_cc_list.unwrap().len(), said.audio_four_cc_info.unwrap().len()), (MOST, MOST));
        assert!(are_more(&connect));
        assert!(are_more(&Command { object: None, arguments: vec![object(&fields[1..])], ..connect }));
        let list = Value::StrictArray(vec![Value::Null; MOST]);
        assert!(!are_more(&Command { object: Some(object(&[("fourCcList", list)])), ..Command::default() }));
        assert_eq!(client(&Command::default(), &mut Masker::new()), None);
        assert_eq!(server(&Command::default(), &mut Masker::new()), None);
    }

    #[test]
    fn a_server_says_it_in_either_object() {
        let properties = object(&[("fmsVer", text("FMS/3,0,1,123")), ("capabilities", Value::Number(31.0))]);
        let information = object(&[("capsEx", Value::Number(1.0)), ("mode", Value::Number(1.0))]);
        let result = Command { object: Some(properties), arguments: vec![information], ..Command::default() };
        let said = server(&result, &mut Masker::new()).unwrap();
        assert_eq!(said.fms_version.as_deref(), Some("FMS/3,0,1,123"));
        assert_eq!((said.capabilities, said.mode, said.caps_ex_value), (Some(31), Some(1), Some(1)));
        assert_eq!(said.caps_ex, Some(vec!["reconnect".to_owned()]));
    }
}
