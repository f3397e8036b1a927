//! Cases of the rules in `src/rules/command`.

use crate::common::amf::{self, Amf};
use crate::common::message::{self as msg};
use crate::common::talk::Talk;
use crate::common::{Dir, ready};
use crate::harness::Case;

pub const CASES: &[Case] =
    &[Case::new("CMD-02", "", || connect_as(7.0).into(), || ready::publish_av(1).into())];

/// A connection whose `connect` has this transaction id, answered with it.
fn connect_as(transaction: f64) -> Talk {
    let properties = amf::object([("app", "live".into()), ("tcUrl", "rtmp://192.0.2.10/live".into())]);
    let info = amf::object([("level", "status".into()), ("code", "NetConnection.Connect.Success".into())]);
    Talk::new()
        .handshake()
        .up(&msg::command("connect", transaction, properties, &[]))
        .answer(Dir::Down)
        .down(&msg::command("_result", transaction, Amf::Null, &[info]))
        .wait(20)
        .close()
}
