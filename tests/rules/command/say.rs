//! What the cases of commands are made of.

use crate::common::Dir;
use crate::common::amf::{self, Amf};
use crate::common::media::{Av, Frame};
use crate::common::message::{self as msg, Message};
use crate::common::talk::Talk;
use crate::harness::Subject;

/// A connection with its handshake.
pub fn talk() -> Talk {
    Talk::new().handshake()
}

/// A connection with a stream.
pub fn ready_to_publish() -> Talk {
    talk().connect("live").create_stream()
}

/// A command of the client on message stream 0.
pub fn call(name: &str, transaction: f64, arguments: &[Amf]) -> Message {
    msg::command(name, transaction, Amf::Null, arguments)
}

/// A command on message stream 1.
pub fn on_stream(name: &str, transaction: f64, arguments: &[Amf]) -> Message {
    call(name, transaction, arguments).csid(msg::STREAM_CSID).msid(1)
}

/// An answer.
pub fn reply(name: &str, transaction: f64, arguments: &[Amf]) -> Message {
    call(name, transaction, arguments)
}

/// A status on message stream 1, with the level of a notice.
pub fn status(code: &str) -> Message {
    msg::on_status("status", code, code).msid(1)
}

/// The object of a status.
pub fn info(level: &str, code: &str) -> Amf {
    amf::object([("level", level.into()), ("code", code.into())])
}

/// `app` and `tcUrl`.
pub fn properties() -> Amf {
    amf::object([("app", "live".into()), ("tcUrl", "rtmp://192.0.2.10/live".into())])
}

/// `connect` with this object.
pub fn connecting(transaction: f64, object: Amf) -> Message {
    msg::command("connect", transaction, object, &[])
}

/// The client sends this, and the server is about to answer.
pub fn asking(talk: Talk, message: &Message) -> Talk {
    talk.up(message).answer(Dir::Down)
}

/// A connection whose `connect` has this object, accepted.
pub fn connect_of(object: Amf) -> Subject {
    let info = info("status", "NetConnection.Connect.Success");
    asking(talk(), &connecting(1.0, object)).down(&reply("_result", 1.0, &[info])).wait(20).close().into()
}

/// A connection whose `connect` is answered by `_result` with these values.
pub fn connected(values: &[Amf]) -> Subject {
    asking(talk(), &connecting(1.0, properties()))
        .down(&reply("_result", 1.0, values))
        .wait(20)
        .close()
        .into()
}

/// A call with transaction id 2, refused with this code.
pub fn refuse(talk: Talk, message: &Message, code: &str) -> Subject {
    asking(talk, message).down(&reply("_error", 2.0, &[info("error", code)])).wait(20).close().into()
}

/// The client deletes its stream and closes.
pub fn ended(talk: Talk) -> Subject {
    talk.answer(Dir::Up).delete_stream().wait(20).close().into()
}

/// Seconds of a programme from a second on.
pub fn frames(from: u32, seconds: u32) -> Vec<Frame> {
    Av { base: from * 1_000, ..Av::seconds(seconds) }.frames()
}
