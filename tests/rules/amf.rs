//! Cases of the rules in `src/rules/amf`.

use crate::common::amf::{self, Amf};
use crate::common::message::{self as msg, COMMAND_CSID, Message};
use crate::common::shared_object as so;
use crate::common::talk::Talk;
use crate::common::{Dir, amf3};
use crate::harness::{Case, Subject, publish, with};

const AMF3: &[&str] = &["AMF-06"];

pub const CASES: &[Case] = &[
    Case::new("AMF-01", "reserved", || data(&[4]), || data(&[5])),
    Case::new("AMF-01", "reserved", || nested(&[0x0E]), || nested(&[5])),
    Case::new("AMF-01", "amf0", || data(&[0x12]), || data(&[0x0D])),
    Case::new("AMF-01", "amf3", || data(&[0x11, 0x12]), || data(&[0x11, 0x01])).also(AMF3),
    Case::new("AMF-01", "reserved", || shared(&[4]), || shared(&[5])),
    Case::new(
        "AMF-01",
        "amf0",
        || says(command(&[0x13])),
        || says(command(&[2, 0, 4, b'o', b'n', b'F', b'I'])),
    ),
    Case::new("AMF-02", "truncated", || data(&[2, 0, 3, b'a', b'b']), || data(&[2, 0, 2, b'a', b'b'])),
    Case::new("AMF-02", "truncated", || says(command(&[2, 0, 9, b'o'])), || says(command(&[2, 0, 1, b'o']))),
    Case::new("AMF-02", "no-end", || data(&[3, 0, 1, b'x', 5]), || data(&[3, 0, 1, b'x', 5, 0, 0, 9])),
    Case::new("AMF-02", "stray-end", || data(&[3, 0, 1, b'x', 9]), || data(&[3, 0, 1, b'x', 5, 0, 0, 9])),
    Case::new("AMF-02", "array", || data(&[10, 0, 0, 0, 2, 5]), || data(&[10, 0, 0, 0, 2, 5, 5])),
    Case::new("AMF-02", "open-array", || data(&ECMA[..9]), || data(ECMA)),
    // One more member is announced.
    Case::new("AMF-02", "count", || data(&counted(2)), || data(ECMA)),
    Case::new("AMF-02", "count", || data(&counted(2)), || data(&counted(0))),
    Case::new("AMF-02", "rest", || checks(&[0; 3]), || checks(&[])),
    Case::new("AMF-02", "truncated", || checks(&[0, 0, 1]), || checks(&[5])),
    Case::new("AMF-02", "no-name", || says(command(&[5])), || says(command(&[2, 0, 1, b'o']))),
    Case::new("AMF-03", "utf-8", || data(&[2, 0, 2, b'x', 0xE9]), || data(&[2, 0, 2, 0xC3, 0xA9])),
    Case::new("AMF-03", "utf-8", || nested(&[2, 0, 1, 0xFF]), || nested(&[2, 0, 1, 0x7F])),
    Case::new("AMF-03", "control", || data(&[2, 0, 2, b'x', 0]), || data(&[2, 0, 2, b'x', b'\n'])),
    Case::new("AMF-03", "control", || named("level"), || named("profile")),
    Case::new("AMF-04", "", || data(&[7, 0, 9]), || data(&[3, 0, 0, 9, 7, 0, 0])),
    Case::new("AMF-05", "missing", || says(shared_amf3(&[])), || says(shared_amf3(&[0]))),
    Case::new("AMF-05", "missing", || says(command_amf3(&[])), || says(command_amf3(&[0]))).also(AMF3),
    Case::new("AMF-05", "other", || says(command_amf3(&[3])), || says(command_amf3(&[0]))).also(AMF3),
    Case::new("AMF-05", "time-code", || says(time_code(&[0, 0, 14, 16])), || says(time_code(&[5, 5, 5, 5]))),
    Case::new("AMF-06", "not-agreed", || says(command_amf3(&[0])), || agreed(Some(3.0), Some(3.0))),
    Case::new("AMF-06", "not-agreed", || data(&[0x11, 0x01]), || agreed(Some(3.0), Some(3.0))),
    Case::new("AMF-06", "not-agreed", || agreed(Some(3.0), Some(0.0)), || agreed(Some(3.0), Some(3.0))),
    Case::new("AMF-06", "not-agreed", || agreed(None, Some(3.0)), || agreed(Some(3.0), Some(3.0)))
        .also(&["CMD-05"]),
    Case::new("AMF-06", "unanswered", || agreed(Some(3.0), None), || agreed(Some(3.0), Some(3.0))),
    Case::new("AMF-06", "connect", || connected(17).into(), || connected(20).into()),
];

/// An ECMA array of one member, with its end.
const ECMA: &[u8] = &[8, 0, 0, 0, 1, 0, 1, b'x', 5, 0, 0, 9];

/// The same, with another number of members announced.
fn counted(members: u8) -> Vec<u8> {
    [&[8, 0, 0, 0, members], &ECMA[5..]].concat()
}

/// A field of NULs with this name.
fn named(name: &str) -> Subject {
    says(msg::data(&["onHello".into(), amf::object([(name, "\0\0".into())])]).msid(1))
}

/// The client says this in a publish.
fn says(message: Message) -> Subject {
    with(|t| t.up(&message))
}

/// A data message that ends with this value.
fn data(value: &[u8]) -> Subject {
    says(msg::data(&["onHello".into(), Amf::Raw(value.to_vec())]).msid(1))
}

/// The same value inside of another, with more behind it.
fn nested(value: &[u8]) -> Subject {
    let inner = amf::object([("inner", Amf::Raw(value.to_vec())), ("more", Amf::Null)]);
    says(msg::data(&["onHello".into(), amf::object([("outer", inner)])]).msid(1))
}

/// A shared object with a slot of this value.
fn shared(value: &[u8]) -> Subject {
    let change = (so::CHANGE, so::pair("slot", Amf::Raw(value.to_vec())));
    says(so::message("so", 1, so::TEMPORARY, &[change]))
}

fn command(body: &[u8]) -> Message {
    Message::new(COMMAND_CSID, msg::COMMAND_AMF0, body.to_vec())
}

/// A command that nobody answers, with this behind its values.
fn checks(behind: &[u8]) -> Subject {
    let mut message = msg::command("_checkbw", 0.0, Amf::Null, &[]);
    message.body.extend(behind);
    says(message)
}

/// A shared object of type 16 with this in front.
fn shared_amf3(front: &[u8]) -> Message {
    let message = so::message("so", 1, so::TEMPORARY, &[(so::USE, Vec::new())]);
    Message { body: [front, &message.body].concat(), ..message.kind(so::AMF3) }
}

/// A command of type 17 with this in front.
fn command_amf3(front: &[u8]) -> Message {
    let message = msg::command("_checkbw", 0.0, Amf::Null, &[]);
    Message { body: [front, &message.body].concat(), ..message.kind(17) }
}

fn time_code(body: &[u8]) -> Message {
    Message { body: body.to_vec(), ..msg::data(&[]).msid(1) }
}

/// A publish with a data message of AMF3, after this was asked for and granted.
fn agreed(asks: Option<f64>, grants: Option<f64>) -> Subject {
    let hello = msg::data(&["onHello".into(), amf3::switched(&amf3::TRUE)]).msid(1);
    let talk = opened(20, asks, grants).create_stream().publish("cam1").up(&hello);
    publish(talk.acks(50_000).chunk_size(Dir::Up, 4_096)).into()
}

/// A publish with a connect of this message type.
fn connected(kind: u8) -> Talk {
    let talk = opened(kind, Some(3.0), Some(3.0)).create_stream().publish("cam1");
    publish(talk.acks(50_000).chunk_size(Dir::Up, 4_096))
}

fn opened(kind: u8, asks: Option<f64>, grants: Option<f64>) -> Talk {
    let encoding =
        |number: Option<f64>| number.map(|number| ("objectEncoding".to_owned(), Amf::Number(number)));
    let mut properties =
        vec![("app".to_owned(), "live".into()), ("tcUrl".to_owned(), "rtmp://192.0.2.10/live".into())];
    properties.extend(encoding(asks));
    let mut info = vec![
        ("level".to_owned(), "status".into()),
        ("code".to_owned(), "NetConnection.Connect.Success".into()),
    ];
    info.extend(encoding(grants));
    let mut connect = msg::command("connect", 1.0, Amf::Object(properties), &[]).kind(kind);
    if kind == 17 {
        connect.body.insert(0, 0);
    }
    let result =
        msg::command("_result", 1.0, amf::object([("capabilities", 31.0.into())]), &[Amf::Object(info)]);
    Talk::new().handshake().up(&connect).answer(Dir::Down).down(&result).answer(Dir::Up)
}
