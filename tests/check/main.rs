//! `rtmpscope check` as its users run it: the gate, profiles, baselines, and silence on what is clean.
#![allow(unreachable_pub, reason = "a crate of tests has nobody outside")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "helper functions of tests fail loudly, and say what they skip"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../support/corpus.rs"]
mod corpus;
#[path = "../support/mod.rs"]
mod support;

mod baselines;
mod formats;
mod gate;
mod profiles;
mod silence;

use serde_json::Value;

use common::amf::{self, Amf};
use common::message as msg;
use common::talk::Talk;
use common::{Dir, ready};
use support::run::Ran;

/// A conversation in which `connect` has transaction id 7: an error of CMD-02.
fn wrong() -> Vec<u8> {
    let properties = amf::object([("app", "live".into()), ("tcUrl", "rtmp://192.0.2.10/live".into())]);
    let info = amf::object([("level", "status".into()), ("code", "NetConnection.Connect.Success".into())]);
    let talk = Talk::new()
        .handshake()
        .up(&msg::command("connect", 7.0, properties, &[]))
        .answer(Dir::Down)
        .down(&msg::command("_result", 7.0, Amf::Null, &[info]))
        .wait(20)
        .close();
    common::capture::Capture::of(&talk.packets()).bytes()
}

/// A conversation without a fault.
fn right() -> Vec<u8> {
    common::capture::Capture::of(&ready::publish_av(1).packets()).bytes()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

/// Codes of the findings of a report, in order.
fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}
