//! Shared objects (types 16 and 19) and their events.
//!
//! ```text
//! name (u16 length, text), version u32, flags 8 bytes; then events: type u8, length u32, data
//! ```

use serde_json::{Value, json};

use crate::common::amf::{self, Amf};
use crate::common::amf3;
use crate::common::message::{COMMAND_CSID, Message};
use crate::common::shared_object::{self as so, PERSISTENT, TEMPORARY, pair, text};
use crate::harness::{Case, case, hold};

fn head(events: usize) -> Value {
    json!({"event": "so.message", "so_name": "chat", "so_version": 3, "persistent": false, "so_flags": null,
        "events": events, "problem": null, "undecoded_bytes": null})
}

/// A message with one event.
fn one(event: &str, kind: u8, data: Vec<u8>, mut shown: Value) -> Case {
    shown["event"] = "so.event".into();
    shown["so_name"] = "chat".into();
    shown["so_event"] = event.into();
    shown["bytes"] = data.len().into();
    case(event, so::message("chat", 3, TEMPORARY, &[(kind, data)]), head(1)).besides(shown)
}

fn events() -> Vec<Case> {
    let none = || json!({"so_key": null, "so_value": null, "so_values": null});
    let key = |name: &str| json!({"so_key": name, "so_value": null});
    let nested = amf::object([("on", true.into())]);
    vec![
        one("use", so::USE, vec![], none()),
        one("release", so::RELEASE, vec![], none()),
        one(
            "request_change",
            so::REQUEST_CHANGE,
            pair("topic", "new".into()),
            json!({"so_key": "topic", "so_value": "new"}),
        ),
        one(
            "change",
            so::CHANGE,
            pair("users", 12.0.into()),
            json!({"so_key": "users", "so_value": 12, "so_values": null}),
        ),
        one("change", so::CHANGE, pair("lamp", nested), json!({"so_key": "lamp", "so_value": {"on": true}})),
        one(
            "change",
            so::CHANGE,
            [pair("a", 1.0.into()), pair("b", "two".into())].concat(),
            json!({"so_values": {"a": 1, "b": "two"}, "so_key": null, "so_value": null}),
        ),
        one("success", so::SUCCESS, text("topic"), key("topic")),
        one(
            "send_message",
            so::SEND_MESSAGE,
            amf::encode(&["onSay".into(), "hi".into(), 2.0.into()]),
            json!({"so_handler": "onSay", "so_arguments": ["hi", 2]}),
        ),
        one(
            "status",
            so::STATUS,
            [text("SharedObject.NoWriteAccess"), text("error")].concat(),
            json!({"so_code": "SharedObject.NoWriteAccess", "so_level": "error"}),
        ),
        one("clear", so::CLEAR, vec![], none()),
        one("remove", so::REMOVE, text("users"), key("users")),
        one("request_remove", so::REQUEST_REMOVE, text("users"), key("users")),
        one("use_success", so::USE_SUCCESS, vec![], none()),
        one("unknown_12", 12, vec![1, 2, 3], none()),
        one("unknown_200", 200, vec![9], none()),
    ]
}

fn messages() -> Vec<Case> {
    let event = |so_event: &str| json!({"event": "so.event", "so_event": so_event});
    let joined = so::message(
        "chat",
        0,
        PERSISTENT,
        &[(so::USE_SUCCESS, vec![]), (so::CLEAR, vec![]), (so::CHANGE, pair("k", Amf::Null))],
    );
    let flags = [0, 0, 0, 2, 0, 0, 0, 0x2A];
    let amf3_value = amf3::switched(&amf3::int(-7));
    let amf3_body =
        [vec![0], so::body("chat", 3, TEMPORARY, &[(so::CHANGE, pair("n", amf3_value))])].concat();
    vec![
        case(
            "three events in order",
            joined,
            json!({"event": "so.message", "so_version": 0,
            "persistent": true, "so_flags": null, "events": 3}),
        )
        .besides(event("use_success"))
        .besides(event("clear"))
        .besides(event("change")),
        case(
            "other flags",
            so::message("chat", 3, flags, &[]),
            json!({"event": "so.message",
            "persistent": true, "so_flags": {"$like": "20000002a"}, "events": 0}),
        ),
        case("type 16", Message::new(COMMAND_CSID, so::AMF3, amf3_body), head(1))
            .besides(json!({"event": "so.event", "so_event": "change", "so_key": "n", "so_value": -7})),
        case("from the server", so::message("chat", 3, TEMPORARY, &[(so::USE, vec![])]), head(1))
            .down()
            .besides(event("use")),
    ]
}

/// Lengths that do not fit, and bytes that are left.
fn broken() -> Vec<Case> {
    let problem = || json!({"event": "so.message", "problem": {"$any": true}});
    let of = |body: Vec<u8>| Message::new(COMMAND_CSID, so::AMF0, body);
    let whole = so::body("chat", 3, TEMPORARY, &[(so::USE, vec![]), (so::REMOVE, text("users"))]);
    let cut = whole[..whole.len() - 3].to_vec();
    let left = [whole.clone(), vec![4, 0, 0]].concat();
    vec![
        case("the name is cut", of(whole[..4].to_vec()), problem()),
        case("the flags are cut", of(whole[..4 + 2 + 4 + 5].to_vec()), problem()),
        case(
            "an event is cut",
            of(cut),
            json!({"event": "so.message", "so_name": "chat",
            "problem": {"$any": true}, "undecoded_bytes": {"$any": true}}),
        )
        .besides(json!({"event": "so.event", "so_event": "use"})),
        case(
            "an event's head is cut",
            of(left),
            json!({"event": "so.message", "problem": {"$any": true},
            "undecoded_bytes": 3}),
        )
        .besides(json!({"event": "so.event", "so_event": "use"}))
        .besides(json!({"event": "so.event", "so_event": "remove", "so_key": "users"})),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [events(), messages(), broken()].concat()
}

#[test]
fn every_event() {
    hold(&events());
}

#[test]
fn messages_with_several_events() {
    hold(&messages());
}

#[test]
fn what_does_not_fit_is_said() {
    hold(&broken());
}
