//! Cases of the rules in `src/rules/message`.

use crate::common::message::{self as msg, Message};
use crate::common::shared_object as so;
use crate::common::talk::Talk;
use crate::common::{Dir, ready};
use crate::harness::{Case, Subject, publish, with};

pub const CASES: &[Case] = &[
    Case::new("MSG-01", "", || says(Message::new(3, 99, vec![1, 2, 3])), || says(hello(1))),
    Case::new("MSG-02", "zero", || says(hello(0)), || says(hello(1))),
    Case::new("MSG-02", "unknown", || says(hello(9)), || says(hello(1))),
    // The client does not wait for the answer to createStream.
    Case::new("MSG-02", "unknown", || hasty(9), || hasty(1)),
    Case::new("MSG-02", "big-endian", || says(hello(0x0100_0000)), || says(hello(1))),
    Case::new("MSG-02", "server-media", || with(|t| t.down(&silence().msid(0))), || played(|t| t)),
    Case::new("MSG-02", "server-data", || with(|t| t.down(&hello(0))), || with(|t| t.down(&hello(1)))),
    Case::new("MSG-03", "", || with(|t| t.down(&silence())), || says(silence())),
    Case::new("MSG-03", "", || played(|t| t.up(&silence())), || played(|t| t)).also(&["CMD-17"]),
    Case::new("MSG-04", "length", || aggregate(|body| body.extend([0; 5])), || aggregate(|_| ())),
    Case::new("MSG-04", "length", || aggregate(|body| body.truncate(body.len() - 6)), || aggregate(|_| ())),
    Case::new("MSG-04", "back-pointer", || aggregate(|body| body[FIRST + 14] += 1), || aggregate(|_| ())),
    Case::new(
        "MSG-04",
        "last-back-pointer",
        || aggregate(|body| body.truncate(2 * FIRST + 26)),
        || aggregate(|_| ()),
    ),
    Case::new("MSG-04", "nested", || aggregate(|body| body[0] = 22), || aggregate(|_| ())),
    Case::new("MSG-04", "part-type", || aggregate(|body| body[0] = 20), || aggregate(|_| ())),
    Case::new("MSG-04", "time-order", || timed([0, 0x03, 0xE8]), || timed([0x03, 0xE8, 0])),
    Case::new("MSG-04", "first-time", || timed([0x03, 0xE7, 0]), || timed([0x03, 0xE8, 0])),
    Case::new("MSG-05", "audio", || says(silence()), || with(|t| t)),
    Case::new("MSG-05", "video", || says(msg::video(0, vec![]).msid(1)), || with(|t| t)),
    Case::new("MSG-06", "length", || shared(|body| body[1] = 200), || shared(|_| ())),
    Case::new("MSG-06", "length", || shared(|body| body[20] += 1), || shared(|_| ())),
    // The name inside of the event.
    Case::new("MSG-06", "length", || shared(|body| body[22] = 9), || shared(|_| ())),
    Case::new("MSG-06", "event-type", || shared(|body| body[16] = 0), || shared(|_| ())),
    Case::new("MSG-06", "event-type", || shared(|body| body[16] = 15), || shared(|body| body[16] = 14)),
    Case::new("MSG-06", "undocumented", || shared(|body| body[16] = 12), || shared(|_| ())),
];

/// The client says this in a publish.
fn says(message: Message) -> Subject {
    with(|t| t.up(&message))
}

fn hello(msid: u32) -> Message {
    msg::data(&["onHello".into(), "RTMP".into()]).msid(msid)
}

fn silence() -> Message {
    msg::audio(0, Vec::new()).msid(1)
}

/// A publish that sends data before the answer to createStream has come.
fn hasty(msid: u32) -> Subject {
    let talk = Talk::new().handshake().connect("live").up(&hello(msid)).create_stream().publish("cam1");
    publish(talk.acks(50_000).chunk_size(Dir::Up, 4_096)).into()
}

fn played(more: impl FnOnce(Talk) -> Talk) -> Subject {
    more(ready::play_av(1)).into()
}

/// Bytes of a data part's body.
const FIRST: usize = 17;

/// A publish with an aggregate of two data parts, changed.
fn aggregate(change: impl FnOnce(&mut Vec<u8>)) -> Subject {
    let mut message = msg::aggregate(0, &[hello(0), hello(0)]).csid(7).msid(1);
    change(&mut message.body);
    says(message)
}

/// The same at 1000 ms; the times of the parts begin with this.
fn timed(bytes: [u8; 3]) -> Subject {
    let mut message = msg::aggregate(1_000, &[hello(0)]).csid(7).msid(1);
    let [a, b, c] = bytes;
    message.body[4..8].copy_from_slice(&if c == 0 { [0, a, b, 0] } else { [0, a, b, c] });
    says(message)
}

/// A publish with a shared object message of one event, the removal of a slot, changed.
fn shared(change: impl FnOnce(&mut Vec<u8>)) -> Subject {
    let mut message = so::message("so", 1, so::TEMPORARY, &[(so::REMOVE, so::text("slot"))]);
    change(&mut message.body);
    says(message)
}
